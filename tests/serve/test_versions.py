"""Every flatpak that is about, for one person and for all: there and back by what is printed."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.serve.served import serving
from tests.servers import Server
from tests.stick.clients.matrix.computers import SYSTEM, USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, Release, root_of
from tests.stick.clients.sticks import HELLO
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("scope", [USER, SYSTEM])
@pytest.mark.parametrize("release", RELEASES, ids=[release.suite for release in RELEASES])
def test_there_and_back(
    release: Release,
    scope: str,
    own_upstream: Upstream,
    serve: Callable[..., Server],
    tmp_path: Path,
) -> None:
    upstream = serve(own_upstream.path)
    home, stick = tmp_path / "home", tmp_path / "stick"
    home.mkdir()
    stick.mkdir()
    remote = stick / "up.flatpakrepo"
    remote.write_text(own_upstream.flatpakrepo(upstream.url))
    satchel("make", "--json", stick, "org.test.Hello", "--remote", remote, home=home)
    (tmp_path / "computer").mkdir()
    computer = ForeignComputer(tmp_path / "computer", root_of(release), scope, stick)

    def flatpak(*words: str | Path) -> str:
        return computer.flatpak(str(words[0]), *words[1:], online=True)

    def say(command: str, name: str) -> str:
        """As it is printed, for the remote as it is called here."""
        return flatpak(*shlex.split(command)[1:-1], name)

    assert release.flatpak in computer.run("flatpak", "--version")
    # People may have called it otherwise.
    flatpak("remote-add", "school", remote)
    with serving(stick, home=home) as served:
        upstream.forget()
        say(served.remote["command"], "school")
        flatpak("install", "-y", "--noninteractive", "school", "org.test.Hello")
        assert computer.installed()[HELLO] == own_upstream.refs[HELLO]
        flatpak("update", "--appstream", "school")
        listed = flatpak("remote-ls", "--app", "--columns=application", "school")
        assert {"org.test.Hello", "org.test.Large"} <= set(listed.split())
        assert upstream.requests() == []
        say(served.remote["command_back"], "school")
    own_upstream.bump(HELLO)
    own_upstream.update()
    flatpak("update", "-y", "--noninteractive")
    assert computer.installed()[HELLO] == own_upstream.refs[HELLO]
