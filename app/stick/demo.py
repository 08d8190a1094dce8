"""The built-in demo remote on loopback."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Self

from app.answering import Answering
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.known import read_remote
from app.flatpak.remotes.remote import Remote
from app.replacing import replace
from app.resources import resource
from app.settings import load_settings, save_settings
from app.stick.environment import Environment

APP = "org.satchel.Demo.Atlas"


class _Handler(SimpleHTTPRequestHandler):
    """Serves files with kept connections and says nothing about it."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """No log."""


class _Server(Answering, HTTPServer):
    """On a port."""


class DemoRemote:
    """Serves the demo repository on a loopback port while it is open.

    Attributes:
        remote: the remote, as any other.
    """

    def __init__(self) -> None:
        repository = resource("demo", "repo")
        handler = partial(_Handler, directory=str(repository))
        self._server = _Server(("127.0.0.1", 0), handler)
        remote = read_remote(resource("demo", "demo.flatpakrepo"))
        self.remote: Remote = replace(
            remote, url=f"http://127.0.0.1:{self._server.server_address[1]}/", throwaway=True
        )

    def __enter__(self) -> Self:
        self._server.begin("satchel-demo")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.end()


def in_demo(real: Environment, scratch: Path, remote: Remote) -> Environment:
    """The same computer with the demo remote and a drive below ``scratch``.

    Nothing of the demo is kept elsewhere: it must not shadow what is known of real remotes. What
    is set or added in the demo counts in the demo.
    """
    drive = scratch / "drive"
    drive.mkdir(exist_ok=True)
    config = scratch / "config"
    if not config.exists():
        save_settings(config, replace(real.settings, cache="", architecture="", sets_address=""))
    return replace(
        real,
        config=config,
        state=scratch / "state",
        default_cache=scratch / "cache",
        system_languages=real.languages,
        flatpak=FlatpakDirectories.below(scratch / "flatpak"),
        settings=load_settings(config).settings,
        notices=(),
        built_in=(remote,),
        built_in_sets=resource("demo", "sets"),
        demo_drive=drive,
        runtime=None,
    )


@contextmanager
def demo_environment(real: Environment) -> Iterator[Environment]:
    """`in_demo`, served and kept while the block runs."""
    with (
        tempfile.TemporaryDirectory(prefix="satchel-demo-", ignore_cleanup_errors=True) as scratch,
        DemoRemote() as demo,
    ):
        yield in_demo(real, Path(scratch), demo.remote)
