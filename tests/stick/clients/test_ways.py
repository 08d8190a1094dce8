"""Every kind of upstream, and every way to the stick."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.servers import Server
from tests.stick.clients.sticks import (
    CARRIED,
    COPY,
    DRIVER,
    HELLO,
    NEW,
    OLD,
    Made,
    commits,
    install_sh,
    knows,
    link,
)
from tests.stick.makers import REPO, findings, make
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

# ---- Every kind of upstream


@pytest.mark.parametrize("metadata", ["without", "bare", "with cache"])
@pytest.mark.parametrize("index", [True, False], ids=["index", "no index"])
def test_every_kind_of_upstream(
    own_upstream: Upstream, client: Client, tmp_path: Path, index: bool, metadata: str
) -> None:
    own_upstream.update(
        index=index, ostree_metadata=metadata != "without", cache=metadata == "with cache"
    )
    stick, home = tmp_path / "stick", tmp_path / "home"
    done = make(own_upstream, stick, "org.test.Hello", home=home)
    assert done.finished["verify"]["findings"] == []
    assert findings(stick, home=home) == {}

    knows(client, stick)
    client.languages("de")
    client.install("up", "org.test.Hello", DRIVER, sideload=stick / REPO)
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.installed() == commits(own_upstream, CARRIED)
    german = "/app/share/locale/de/LC_MESSAGES/org.test.Hello.txt"
    said = client.flatpak_run("org.test.Hello", german, command="cat")
    assert said == "org.test.Hello in de\n"

    # What upstream signed is there byte for byte, and nothing that it did not.
    copied = {
        path.relative_to(stick / COPY).as_posix(): path.read_bytes()
        for path in (stick / COPY).rglob("*")
        if path.is_file() and path.name != "up.flatpakrepo"
    }
    assert {name: (own_upstream.path / name).read_bytes() for name in copied} == copied
    signed = {"summary", "summary.sig"} | ({"summary.idx", "summary.idx.sig"} if index else set())
    assert signed <= copied.keys()
    assert len(copied) == len(signed) + index  # one architecture

    written = (stick / REPO / f"refs/mirrors/{COLLECTION}/ostree-metadata").read_text().strip()
    if metadata == "without":
        assert not list(own_upstream.path.rglob(f"{written[2:]}.commit"))
    else:
        assert written == own_upstream.commit("ostree-metadata")
        for kind in ("commit", "commitmeta"):
            path = f"objects/{written[:2]}/{written[2:]}.{kind}"
            assert (stick / REPO / path).read_bytes() == (own_upstream.path / path).read_bytes()
    told = satchel("inspect", "--json", stick, home=home).json["collections"][0]
    assert told["metadata"]["source"] == ("satchel" if metadata == "without" else "upstream")
    assert told["metadata"]["signed"] == (metadata != "without")


def test_stale_metadata_is_replaced(own_upstream: Upstream, client: Client, tmp_path: Path) -> None:
    own_upstream.update(ostree_metadata=True)
    stale = own_upstream.commit("ostree-metadata")
    own_upstream.bump(HELLO)
    own_upstream._run("flatpak", "build-update-repo", *own_upstream._signing(), own_upstream.path)
    assert own_upstream.commit("ostree-metadata") == stale
    stick, home = tmp_path / "stick", tmp_path / "home"
    make(own_upstream, stick, "org.test.Hello", home=home)
    written = (stick / REPO / f"refs/mirrors/{COLLECTION}/ostree-metadata").read_text().strip()
    assert written != stale
    assert findings(stick, home=home) == {}
    knows(client, stick)
    client.install("up", "org.test.Hello", sideload=stick)
    assert client.installed()[HELLO] == own_upstream.refs[HELLO]


# ---- Every way to the stick


@pytest.mark.parametrize("place", [REPO, "."], ids=["repository", "mount point"])
@pytest.mark.parametrize("option", [True, False], ids=["option", "link"])
def test_sideload(old: Made, client: Client, place: str, option: bool) -> None:
    knows(client, old.stick)
    if option:
        client.install("up", "org.test.Hello", sideload=old.stick / place)
    else:
        link(client, old.stick / place)
        client.install("up", "org.test.Hello")
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.installed() == commits(old.upstream, CARRIED - {DRIVER})


@pytest.mark.thorough
def test_install_sh(old: Made, new: Made, client: Client) -> None:
    install_sh(client, old.stick, "--user")
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.installed() == commits(old.upstream, CARRIED)
    install_sh(client, new.stick, "--user")
    assert client.flatpak_run("org.test.Hello") == NEW
    install_sh(client, old.stick, "--user")
    assert client.flatpak_run("org.test.Hello") == NEW


def test_the_stick_is_a_remote_of_its_own(old: Made, client: Client) -> None:
    key = old.upstream.key.public
    client.remote_add("stick", f"file://{old.stick / REPO}", key, COLLECTION)
    client.install("stick", "org.test.Hello", DRIVER)
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.installed() == commits(old.upstream, CARRIED)
    assert "Hello" in client.run("search", "Hello").stdout
    # It serves what it carries: the signed index knows more, but cannot be changed.
    assert client.install("stick", "org.test.Other", check=False).returncode != 0


def test_software_centres_show_the_apps(old: Made, client: Client) -> None:
    knows(client, old.stick)
    link(client, old.stick)
    client.run("update", "--user", "--appstream")
    assert "org.test.Hello" in client.run("search", "Hello").stdout
    listed = client.run("remote-ls", "--user", "--sideloaded", "--all", "--columns=ref", "up")
    assert set(listed.stdout.split()) >= CARRIED


# ---- Other places, other file systems


@pytest.mark.thorough
def test_a_file_upstream(default_upstream: Upstream, client: Client, tmp_path: Path) -> None:
    stick, home, key = tmp_path / "stick", tmp_path / "home", tmp_path / "key.gpg"
    stick.mkdir()
    home.mkdir()
    key.write_bytes(default_upstream.key.public)
    url = f"file://{default_upstream.path}"
    satchel(
        "make", stick, "org.test.Hello", "--remote", url, "--gpg-key", key,
        "--collection-id", COLLECTION, home=home,
    )  # fmt: skip
    assert findings(stick, home=home) == {}
    install_sh(client, stick, "--user")
    assert client.flatpak_run("org.test.Hello") == OLD


# ---- Online, and for other computers


def test_online_the_stick_saves_the_download(
    old: Made, client: Client, serve: Callable[..., Server]
) -> None:
    server = serve(old.upstream.path)
    client.remote_add_upstream("up", old.upstream, server.url)
    client.install("up", "org.test.Hello", sideload=old.stick)
    assert client.installed() == commits(old.upstream, CARRIED)
    assert not [path for path in server.paths() if path.endswith((".filez", ".dirtree"))]
