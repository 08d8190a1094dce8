"""Sticks that are newer or older than what is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.stick.clients.sticks import (
    APPSTREAM,
    CARRIED,
    HELLO,
    NEW,
    OLD,
    OTHER,
    Made,
    commits,
    knows,
    link,
    refs_of,
)
from tests.stick.makers import findings, make

pytestmark = pytest.mark.slow


def test_updates_but_never_goes_back(old: Made, new: Made, client: Client) -> None:
    knows(client, old.stick)
    client.install("up", "org.test.Hello", sideload=old.stick)
    client.update(f"--sideload-repo={new.stick}")
    assert client.flatpak_run("org.test.Hello") == NEW
    client.update(f"--sideload-repo={old.stick}")
    assert client.installed()[HELLO] == new.upstream.refs[HELLO]
    # With both plugged in, whichever is newer counts.
    client.run("uninstall", "--user", "-y", "--noninteractive", "--all")
    for name, made in {"a": old, "b": new, "c": old}.items():
        link(client, made.stick, name)
    client.install("up", "org.test.Hello")
    assert client.flatpak_run("org.test.Hello") == NEW


def test_an_older_snapshot_is_refused(old: Made, new: Made, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(new.stick, stick)
    before = refs_of(stick, home)
    make(old.upstream, stick, "org.test.Other", home=home, check=5)
    assert refs_of(stick, home) == before
    done = make(old.upstream, stick, "org.test.Other", "--allow-older", home=home)
    assert done.finished["ok"]
    assert refs_of(stick, home)[HELLO] == old.upstream.refs[HELLO]


def test_adding_moves_everything_to_one_snapshot(
    old: Made, new: Made, client: Client, tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    done = make(new.upstream, stick, "org.test.Other", home=home)
    notices = [event["message"] for event in done.events if event["event"] == "notice"]
    assert any("will be updated" in notice for notice in notices), notices
    carried = refs_of(stick, home)
    appstream = carried.pop(APPSTREAM)
    assert appstream == new.upstream.commit(APPSTREAM)
    assert carried == commits(new.upstream, CARRIED | {OTHER})
    assert findings(stick, home=home).keys() <= {"end-of-life", "orphan-objects"}
    knows(client, stick)
    client.install("up", "org.test.Hello", "org.test.Other", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == NEW
    assert client.flatpak_run("org.test.Other") == "Other: hello\n"


def test_keeping_versions(old: Made, new: Made, client: Client, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    make(new.upstream, stick, "org.test.Other", "--keep-versions", home=home)
    carried = refs_of(stick, home)
    assert carried[HELLO] == old.upstream.refs[HELLO]
    assert carried[OTHER] == new.upstream.refs[OTHER]
    by_code = findings(stick, home=home)
    assert HELLO in by_code.pop("upstream-newer")
    assert by_code.keys() <= {"end-of-life", "orphan-objects"}
    told = satchel("inspect", "--json", stick, home=home).json["collections"][0]["refs"]
    assert {entry["ref"]: entry["state"] for entry in told}[HELLO] == "upstream-newer"
    knows(client, stick)
    client.install("up", "org.test.Hello", "org.test.Other", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == OLD
