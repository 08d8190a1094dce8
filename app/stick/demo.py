"""The built-in demo remote on loopback, and a throwaway flatpak client to try a stick with."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.known import read_remote
from app.flatpak.remotes.remote import Remote
from app.resources import resource
from app.settings import load_settings, save_settings
from app.stick.environment import Environment
from app.stick.store.location import Location

APP = "org.satchel.Demo.Atlas"
_TIMEOUT = 60
_SESSION = frozenset(
    {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "PULSE_SERVER"}
)


class _Handler(SimpleHTTPRequestHandler):
    """Serves files with kept connections and says nothing about it."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """No log."""


class _Server(ThreadingHTTPServer):
    """Says nothing either when a client leaves in the middle of a file."""

    daemon_threads = True

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class DemoRemote:
    """Serves the demo repository on a loopback port while it is open.

    Attributes:
        remote: the remote, as any other.
    """

    def __init__(self) -> None:
        repository = resource("demo", "repo")
        handler = partial(_Handler, directory=str(repository))
        self._server = _Server(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="satchel-demo", daemon=True
        )
        remote = read_remote(resource("demo", "demo.flatpakrepo"))
        self.remote: Remote = replace(
            remote, url=f"http://127.0.0.1:{self._server.server_address[1]}/", throwaway=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


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


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a throwaway client made of a stick.

    Attributes:
        installed: whether ``install.sh`` succeeded.
        output: what it said.
        ran: what the app said when it was started, or None if it could not be.
    """

    installed: bool
    output: str
    ran: str | None


def rehearse(
    location: Location, app: str, directory: Path, environment: Mapping[str, str]
) -> Rehearsal | None:
    """Install ``app`` from a stick into a throwaway client below ``directory``, and start it.

    None without flatpak on this computer. Nothing of the person's own installations is touched.
    """
    if shutil.which("flatpak", path=environment.get("PATH")) is None:
        return None
    # Nor is the session asked for anything: there may be none, and it has nothing to do with this.
    own = {name: value for name, value in environment.items() if name not in _SESSION}
    own.update(_client_environment(directory))
    for path in _client_environment(directory).values():
        os.makedirs(path, exist_ok=True)
    installed = _run(["sh", str(location.kit.shown("install.sh")), "--user", app], own)
    if installed is None or installed.returncode != 0:
        return Rehearsal(False, installed.stdout if installed is not None else "", None)
    started = _run(["flatpak", "run", "--user", app], own)
    ran = started.stdout.strip() if started is not None and started.returncode == 0 else None
    return Rehearsal(True, installed.stdout, ran)


def _client_environment(directory: Path) -> dict[str, str]:
    names = {
        "HOME": "home",
        "FLATPAK_USER_DIR": "user",
        "FLATPAK_SYSTEM_DIR": "system",
        "FLATPAK_CONFIG_DIR": "config",
        "FLATPAK_RUN_DIR": "run",
        "XDG_DATA_HOME": "home/.local/share",
        "XDG_CACHE_HOME": "home/.cache",
        "XDG_CONFIG_HOME": "home/.config",
        "XDG_RUNTIME_DIR": "runtime",
    }
    return {variable: str(directory / name) for variable, name in names.items()}


def _run(
    command: list[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
