"""flatpak create-usb before and after Satchel."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.servers import Server
from tests.stick.clients.sticks import (
    HELLO,
    HELLO_LOCALE,
    NEW,
    OLD,
    OTHER,
    PLATFORM_LOCALE,
    Made,
    create_usb,
    knows,
    refs_of,
)
from tests.stick.makers import findings, make
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

# ---- flatpak create-usb


@pytest.fixture
def online(own_upstream: Upstream, serve: Callable[..., Server], tmp_path: Path) -> Client:
    """A client that has Other from the network, in a home of its own."""
    other = Client(tmp_path / "online")
    server = serve(own_upstream.path)
    other.remote_add_upstream("up", own_upstream, server.url)
    other.install("up", "org.test.Other")
    return other


def test_satchel_adds_to_a_stick_of_create_usb(
    own_upstream: Upstream, online: Client, client: Client, tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    create_usb(online, stick, "org.test.Other")
    known = home / "config" / "remotes.d" / "up.flatpakrepo"
    known.parent.mkdir(parents=True)
    known.write_text(own_upstream.flatpakrepo("http://127.0.0.1:9"))
    by_code = findings(stick, home=home)
    assert by_code == {
        "metadata-missing": [COLLECTION],
        "upstream-missing": [COLLECTION],
        "end-of-life": [OTHER],
    }

    done = make(own_upstream, stick, "org.test.Hello", home=home)
    assert {finding["code"] for finding in done.finished["verify"]["findings"]} <= {"end-of-life"}
    assert findings(stick, home=home).keys() <= {"end-of-life", "orphan-objects"}
    knows(client, stick)
    client.install("up", "org.test.Hello", "org.test.Other", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.flatpak_run("org.test.Other") == "Other: hello\n"


@pytest.mark.thorough
def test_create_usb_adds_to_our_stick(
    old: Made, own_upstream: Upstream, online: Client, client: Client, tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    create_usb(online, stick, "org.test.Other")
    by_code = findings(stick, home=home)
    assert by_code.pop("end-of-life", [OTHER]) == [OTHER]
    assert by_code.pop("metadata-out-of-sync") == [COLLECTION]
    # What Satchel wrote for people does not know of it.
    assert by_code.pop("kit-altered") == ["satchel/START-HERE.html", "satchel/contents.tsv"]
    assert by_code == {}
    knows(client, stick)
    client.install("up", "org.test.Hello", "org.test.Other", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.flatpak_run("org.test.Other") == "Other: hello\n"

    done = make(own_upstream, stick, "org.test.Hello", home=home)
    assert done.finished["ok"]
    assert findings(stick, home=home).keys() <= {"end-of-life", "orphan-objects"}
    assert OTHER in refs_of(stick, home)


# ---- The maker's own key


def test_create_usb_brings_newer_and_partial_commits(
    old: Made, new: Made, client: Client, serve: Callable[..., Server], tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    other = Client(tmp_path / "online")
    other.remote_add_upstream("up", new.upstream, serve(new.upstream.path).url)
    other.languages("de")
    other.install("up", "org.test.Hello")
    create_usb(other, stick, "--allow-partial", "org.test.Hello")
    by_code = findings(stick, home=home)
    assert HELLO in by_code.pop("upstream-older")
    assert by_code.pop("metadata-out-of-sync") == [COLLECTION]
    assert by_code.pop("kit-altered") == ["satchel/START-HERE.html"]
    # What was complete stays so.
    assert by_code.keys() <= {"orphan-objects"}

    make(new.upstream, stick, "org.test.Hello", home=home)
    assert findings(stick, home=home).keys() <= {"orphan-objects"}
    knows(client, stick)
    client.languages("fr")
    client.install("up", "org.test.Hello", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == NEW


@pytest.mark.thorough
def test_a_partial_stick_of_create_usb_is_completed(
    old: Made, client: Client, serve: Callable[..., Server], tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    other = Client(tmp_path / "online")
    other.remote_add_upstream("up", old.upstream, serve(old.upstream.path).url)
    other.languages("de")
    other.install("up", "org.test.Hello")
    create_usb(other, stick, "--allow-partial", "org.test.Hello")
    by_code = findings(stick, home=home)
    assert by_code == {
        # Nobody here knows the remote.
        "unknown-key": [COLLECTION],
        "unvouched": [COLLECTION],
        "metadata-missing": [COLLECTION],
        "upstream-missing": [COLLECTION],
        "language-missing": sorted([HELLO_LOCALE, PLATFORM_LOCALE]),
    }
    make(old.upstream, stick, "org.test.Hello", home=home)
    assert findings(stick, home=home) == {}
    knows(client, stick)
    client.languages("fr")
    client.install("up", "org.test.Hello", sideload=stick)
    french = "/app/share/locale/fr/LC_MESSAGES/org.test.Hello.txt"
    said = client.flatpak_run("org.test.Hello", french, command="cat")
    assert said == "org.test.Hello in fr\n"
