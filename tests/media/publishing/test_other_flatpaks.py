"""Every flatpak that is about adds what is published, checks it, installs and updates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.media.publishing.publisher import Publisher
from tests.servers import Server
from tests.stick.clients.matrix.computers import USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, Release, root_of

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("release", RELEASES, ids=[release.suite for release in RELEASES])
def test_adds_installs_and_updates(
    release: Release, publisher: Publisher, serve: Callable[..., Server], tmp_path: Path
) -> None:
    upstream = publisher.upstream
    hello = f"app/org.test.Hello/{upstream.arch}/stable"
    publisher.path.mkdir()
    server = serve(publisher.path)
    publisher.first("org.test.Hello", "org.test.Large", url=server.url)
    (tmp_path / "computer").mkdir()
    computer = ForeignComputer(tmp_path / "computer", root_of(release), USER, publisher.path)

    def flatpak(verb: str, *words: str | Path) -> str:
        return computer.flatpak(verb, *words, online=True)

    assert release.flatpak in computer.run("flatpak", "--version")
    flatpak("remote-add", "school", publisher.repo_file)
    listed = flatpak("remote-ls", "--app", "--columns=application", "school")
    assert set(listed.split()) == {"org.test.Hello", "org.test.Large"}
    flatpak("install", "-y", "--noninteractive", "school", "org.test.Hello")
    assert computer.installed()[hello] == publisher.commit(hello)
    flatpak("update", "--appstream", "school")
    catalogue = computer.installation / f"appstream/school/{upstream.arch}/active/appstream.xml"
    assert f">{hello}</bundle>" in catalogue.read_text()

    upstream.bump(hello)
    upstream.update()
    publisher.again()
    server.forget()
    flatpak("update", "-y", "--noninteractive")
    assert computer.installed()[hello] == publisher.commit(hello)
    lists = [Path(path).suffix for path in server.paths() if path.startswith("/summaries/")]
    assert lists == [".sig", ".delta"]
