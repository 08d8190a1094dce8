"""``satchel publish``: a signed upstream of one's own, as real clients see it."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.media.publishing.publisher import COLLECTION, Publisher
from tests.satchel import satchel
from tests.servers import Server

Serve = Callable[..., Server]


def test_clients_add_install_and_update(
    publisher: Publisher, serve: Serve, client: Client, tmp_path: Path
) -> None:
    """By the file that is published with it; flatpak checks everything by the maker's key."""
    upstream = publisher.upstream
    hello = f"app/org.test.Hello/{upstream.arch}/stable"
    publisher.path.mkdir()
    server = serve(publisher.path)
    done = publisher.first("org.test.Hello", "org.test.Large", url=server.url)
    assert hello in done.finished["added"]
    assert done.finished["as_they_are"] == []

    client.run("remote-add", "--user", "school", publisher.repo_file)
    config = (client.repo / "config").read_text()
    assert "gpg-verify=true" in config
    assert f"collection-id={COLLECTION}" in config
    client.install("school", "org.test.Hello")
    assert client.flatpak_run("org.test.Hello").strip() == "Hello from upstream"
    assert client.installed()[hello] == publisher.commit(hello)
    client.run("update", "--user", "--appstream", "school")
    assert "org.test.Hello" in client.run("search", "--user", "greeting").stdout

    # The second time they ask for the difference of the lists only.
    before = publisher.commit(hello)
    upstream.bump(hello)
    upstream.update()
    done = publisher.again()
    assert done.finished["updated"] == [hello]
    assert publisher.commit(hello) != before
    server.forget()
    client.update()
    assert client.installed()[hello] == publisher.commit(hello)
    lists = [path for path in server.paths() if path.startswith("/summaries/")]
    assert [Path(path).suffix for path in lists] == [".sig", ".delta"], lists
    assert all(request.status == 200 for request in server.requests() if "summar" in request.path)

    # A plain ostree takes it by the old summary, checked as well.
    mirror = tmp_path / "mirror"
    key = tmp_path / "maker.gpg"
    key.write_bytes(publisher.maker.public)
    for command in (
        ["init", "--mode=archive"],
        ["remote", "add", f"--gpg-import={key}", "--set=gpg-verify-summary=true",
         f"--collection-id={COLLECTION}", "school", server.url],
        ["pull", "--mirror", "school"],
        ["fsck"],
    ):  # fmt: skip
        _ostree(mirror, *command)
    assert _ostree(mirror, "refs", "--collections").count("org.test") >= 6

    # And so does Satchel itself.
    drive = tmp_path / "drive"
    drive.mkdir()
    made = satchel(
        "make", drive, "org.test.Hello", "--remote", publisher.repo_file, "--json",
        home=tmp_path,
    )  # fmt: skip
    assert made.finished["verify"]["ok"]


@pytest.mark.thorough
def test_adds_and_takes_off(publisher: Publisher) -> None:
    publisher.first("org.test.Hello")
    added = publisher.again("org.test.Large").finished
    large = f"app/org.test.Large/{publisher.upstream.arch}/stable"
    assert added["added"] == [large]
    assert added["updated"] == []
    gone = publisher.again("--without", "org.test.Large").finished
    assert gone["removed"] == [large]
    assert large not in publisher.ostree("refs")
    assert not (publisher.path / "org.test.Large.flatpakref").exists()
    # Whoever is installing it now gets all of it.
    assert "no errors found" in publisher.ostree("fsck")
    (commit,) = publisher.older_commits(large)
    assert (publisher.path / f"objects/{commit[:2]}/{commit[2:]}.commit").exists()


def _ostree(repository: Path, command: str, *arguments: str) -> str:
    return subprocess.run(
        ["ostree", command, f"--repo={repository}", *arguments],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.mark.thorough
def test_where_files_can_have_one_name_only(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on exFAT, and where there are too many links to one."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    publisher.first("org.test.Hello")
    assert satchel("verify", publisher.path, "--json", home=publisher.home).json["ok"]
    objects = (publisher.path / "objects").rglob("*.filez")
    assert {path.stat().st_nlink for path in objects} == {1}
    assert not list((publisher.path / "objects").rglob("*.tmp"))
