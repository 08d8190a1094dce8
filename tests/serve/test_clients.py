"""The real flatpak, pointed at ``satchel serve`` by the commands that it prints."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app.fs.root import Root
from app.ostree.lock import is_locked
from tests.client import Client
from tests.satchel import satchel
from tests.serve.certificates import make_certificate
from tests.serve.conftest import Online, Stick
from tests.serve.served import say, serving
from tests.stick.clients.sticks import HELLO, NEW, OLD
from tests.stick.makers import make
from tests.upstream import Upstream
from tests.waiting import until

_NEWER = {"bin/start": "#!/bin/sh\necho newer\n"}


def test_to_the_mirror_and_back(online: Online, client: Client) -> None:
    """Who has the remote is pointed here by one command, and back by another."""
    client.run("remote-add", "--user", "up", online.remote)
    with serving(online.path, home=online.home) as served:
        say(client, served.remote["command"])
        online.server.forget()
        client.install("up", "org.test.Hello")
        assert client.flatpak_run("org.test.Hello") == OLD
        # What upstream has and the stick has not is told by name.
        said = client.install("up", "org.test.Large", check=False)
        assert said.returncode != 0
        assert served.event("wanted")["ref"].startswith("app/org.test.Large/")
        told = served.told("took", lambda event: event["ref"] == HELLO)
        assert told["computer"] == "127.0.0.1"
        assert told["bytes"] > 0
        assert online.server.requests() == []

        online.upstream.bump(HELLO, _NEWER)
        online.upstream.update()
        client.update()
        assert client.flatpak_run("org.test.Hello") == OLD
        say(client, served.remote["command_back"])
        client.update()
        assert client.flatpak_run("org.test.Hello") == NEW


@pytest.mark.thorough
def test_a_computer_that_does_not_know_the_remote(stick: Stick, client: Client) -> None:
    """It gets upstream's key, and the whole catalogue, offline."""
    with serving(stick.path, home=stick.home) as served:
        say(client, served.remote["command_new"])
        listed = client.run("remote-ls", "--user", "up", "--columns=application").stdout
        assert {"org.test.Large", "org.test.Hello"} <= set(listed.split())
        client.run("update", "--user", "--appstream")
        assert "org.test.Hello" in client.run("search", "--user", "Hello").stdout
        client.install("up", "org.test.Hello")
        assert client.flatpak_run("org.test.Hello") == OLD
        assert "gpg-verify=true" in (client.repo / "config").read_text()


@pytest.mark.thorough
def test_several_sticks_are_one_remote(stick: Stick, client: Client, tmp_path: Path) -> None:
    """What one of them lacks another has, and runtimes need be on one only."""
    make(stick.upstream, tmp_path / "second", "org.test.Large", home=stick.home)
    with serving(stick.path, tmp_path / "second", home=stick.home) as served:
        assert [each["origin"] for each in served.serving["remotes"]] == [stick.upstream.collection]
        assert {app["ref"].split("/")[1] for app in served.remote["apps"]} == {
            "org.test.Hello",
            "org.test.Large",
        }
        say(client, served.remote["command_new"])
        client.install("up", "org.test.Hello", "org.test.Large")


@pytest.mark.thorough
def test_of_several_lists_the_newest_counts(
    own_upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    """A list is never put together of two."""
    home = tmp_path / "home"
    make(own_upstream, tmp_path / "older", "org.test.Hello", "org.test.Large", home=home)
    own_upstream.bump(HELLO, _NEWER)
    own_upstream.update()
    make(own_upstream, tmp_path / "newer", "org.test.Hello", home=home)
    with serving(tmp_path / "older", tmp_path / "newer", home=home) as served:
        say(client, served.remote["command_new"])
        client.install("up", "org.test.Hello", "org.test.Large")
        assert client.flatpak_run("org.test.Hello") == NEW
        index = (own_upstream.path / "summary.idx").read_bytes()
        assert served.get("up/summary.idx") == (200, index)


@pytest.mark.thorough
def test_a_stick_that_is_updated_meanwhile(online: Online, client: Client) -> None:
    """Its lists are exchanged for the new ones, and computers update from it."""
    satchel("remotes", "add", online.remote, home=online.home)
    with serving(online.path, home=online.home) as served:
        say(client, served.remote["command_new"])
        client.install("up", "org.test.Hello")
        online.upstream.bump(HELLO, _NEWER)
        online.upstream.update()
        before = served.remote["made"]
        # Whoever is at it keeps what it takes from being removed.
        repository = Root(online.path / ".ostree/repo")
        until(lambda: is_locked(repository, ".lock"))
        busy = satchel("update", "--json", online.path, home=online.home, check=3)
        assert busy.finished["error"]["kind"] == "RepositoryInUseError"
        served.event("computers")
        update_when_free(online)
        served.event("serving", lambda event: event["remotes"][0]["made"] > before)
        client.update()
        assert client.flatpak_run("org.test.Hello") == NEW


def update_when_free(online: Online) -> None:
    """Update it as soon as nobody takes anything."""
    while True:
        done = satchel("update", "--json", online.path, home=online.home, check=False)
        if done.returncode != 3:
            assert done.returncode == 0, done.said
            return


@pytest.mark.thorough
def test_tls(stick: Stick, client: Client, tmp_path: Path) -> None:
    """With a certificate of one's own, for computers that know who signed it."""
    certificate, key = make_certificate(tmp_path)
    options = ("--tls-certificate", certificate, "--tls-key", key)
    with serving(stick.path, *options, home=stick.home) as served:
        assert served.base.startswith("https://127.0.0.1:")
        client.run("remote-add", "--user", "up", stick.path / "satchel" / "up.flatpakrepo")
        say(client, served.remote["command"])
        assert client.install("up", "org.test.Hello", check=False).returncode != 0
        # As an administrator adds it to what this computer trusts.
        trusting = (
            f"mount --bind {certificate} /etc/ssl/certs/ca-certificates.crt && "
            "exec flatpak install --user -y --noninteractive up org.test.Hello"
        )
        subprocess.run(
            ["unshare", "--mount", "sh", "-c", trusting], env=client.environment, check=True
        )
        assert client.flatpak_run("org.test.Hello") == OLD
