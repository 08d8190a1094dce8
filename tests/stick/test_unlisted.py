"""Drives made where no list of upstream's is kept at all, of what is installed or on other drives.

flatpak create-usb makes them; nothing on one tells whether there is anything newer.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind
from tests.gpg import SigningKey
from tests.servers import Server
from tests.stick.person import HELLO, LOCALE, Person
from tests.upstream import host_arch

pytestmark = pytest.mark.slow

INSTALLED = ("org.test.Hello", "--from-installed", "--offline")


def forget_lists(person: Person) -> None:
    """flatpak's cache is gone, and nobody can be asked."""
    shutil.rmtree(person.client.repo / "tmp/cache")
    person.disconnect()


def refs_of_create_usb(drive: Path) -> dict[str, str]:
    """Ref → commit."""
    (top,) = (drive / ".ostree/repo/refs/mirrors").iterdir()
    return {
        path.relative_to(top).as_posix(): path.read_text().strip()
        for path in top.rglob("*")
        if path.is_file()
    }


def test_what_is_installed_is_enough(person: Person) -> None:
    person.client.run("update", "--user", "--appstream")
    forget_lists(person)
    theirs = person.directory / "theirs"
    theirs.mkdir()
    person.client.run("create-usb", "--user", theirs, "org.test.Hello")
    done = person.make("ours", *INSTALLED)
    assert done.finished["verify"]["ok"]
    ours = person.commits("ours")
    assert ours == refs_of_create_usb(theirs)
    client = person.another()
    client.install("school", "org.test.Hello", sideload=person.directory / "ours")
    assert client.installed()[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
def test_flatpak_forgets_all_lists_once_it_installs_a_file(person: Person) -> None:
    file = person.directory / "other.flatpak"
    words = ("flatpak", "build-bundle", person.upstream.path, file, "org.test.Other", "stable")
    subprocess.run(words, check=True)
    person.client.run("install", "--user", "-y", "--noninteractive", "--bundle", file)
    assert not list((person.client.repo / "tmp/cache/summaries").iterdir())
    person.disconnect()
    assert person.make("drive", *INSTALLED).finished["verify"]["ok"]


@pytest.mark.thorough
def test_install_sh_takes_it(person: Person) -> None:
    forget_lists(person)
    person.make("drive", *INSTALLED)
    client = person.another()
    script = person.directory / "drive/satchel/install.sh"
    subprocess.run(["sh", script, "--user"], env=client.environment, check=True)
    assert client.installed()[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
def test_what_nobody_can_tell_is_said(person: Person) -> None:
    forget_lists(person)
    done = person.make("drive", *INSTALLED)
    told = [event["message"] for event in done.events if event["event"] == "notice"]
    assert any("No list of the apps of Test upstream is kept here" in text for text in told)
    (finding,) = person.run("verify", "drive", "--json").json["findings"]
    assert (finding["code"], finding["severity"]) == ("upstream-missing", "info")
    assert "had no list" in finding["message"]
    (collection,) = person.run("inspect", "drive", "--json").json["collections"]
    assert collection["upstream"] is None
    assert "its maker had none" in person.run("inspect", "drive").stdout


def test_that_there_is_no_list_is_no_excuse_for_another_drive(person: Person) -> None:
    """A drive that lost its list is not one that never had any."""
    person.make("drive", "org.test.Hello")
    shutil.rmtree(person.directory / "drive/.ostree/repo/extensions/satchel/upstream")
    found = person.run("verify", "drive", "--json", check=1).json["findings"]
    assert "upstream-missing" in {each["code"] for each in found if each["severity"] == "error"}


@pytest.mark.thorough
def test_what_flatpak_made_without_a_list_is_taken_from_another_drive(person: Person) -> None:
    forget_lists(person)
    usb = person.directory / "usb"
    usb.mkdir()
    person.client.run("create-usb", "--user", usb, "org.test.Hello")
    shutil.rmtree(person.client.repo)
    person.client.remote_add_upstream("school", person.upstream, person.url)
    for name, how in (("first", ("--from", usb, "--offline")), ("second", ("--remote", usb))):
        done = person.make(name, "org.test.Hello", *how)
        assert done.finished["verify"]["ok"]
        assert person.commits(name)[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
@pytest.mark.parametrize("mode", ["archive", "bare", "bare-user", "bare-user-only"])
def test_a_repository_of_any_form_will_do(person: Person, mode: str) -> None:
    forget_lists(person)
    copy = person.directory / "copy"
    person.upstream.ostree("init", f"--repo={copy}", f"--mode={mode}")
    person.upstream.ostree("pull-local", f"--repo={copy}", "--remote=any", person.upstream.path)
    done = person.make("drive", "org.test.Hello", "--from", copy, "--offline")
    assert done.finished["verify"]["ok"]
    assert done.finished["left_out"] == []


# ---- What does not count


def test_what_nobody_has_signed_is_named(person: Person) -> None:
    person.damage(HELLO, ObjectKind.COMMITMETA)
    forget_lists(person)
    done = person.make("drive", *INSTALLED, check=5)
    assert "org.test.Hello" in done.finished["error"]["message"]


@pytest.mark.thorough
def test_a_key_that_has_expired_is_told_before_there_is_a_plan(person: Person) -> None:
    old = SigningKey("Former <former@example.org>", expired=True)
    (person.client.repo / "school.trustedkeys.gpg").write_bytes(old.public)
    old.close()
    forget_lists(person)
    error = person.run("plan", "drive", *INSTALLED, "--json", check=5).finished["error"]
    assert "whose key expired" in error["message"]
    assert "Only the people who run it can help" in error["hint"]


@pytest.mark.thorough
def test_the_newest_that_is_signed_comes(person: Person) -> None:
    """Of two drives one has something newer under that name, which nobody has signed."""
    strange = person.directory / "strange"
    person.make("strange", "org.test.Hello")
    forged = person.upstream.ostree(
        "commit", f"--repo={strange}/.ostree/repo", "--branch=forged",
        f"--tree=ref={person.upstream.refs[HELLO]}", f"--bind-ref={HELLO}",
        f"--add-metadata-string=xa.ref={HELLO}",
        f"--add-metadata-string=ostree.collection-binding={person.upstream.collection}",
    ).strip()  # fmt: skip
    mirrors = strange / ".ostree/repo/refs/mirrors" / person.upstream.collection
    (mirrors / HELLO).write_text(forged)
    shutil.rmtree(strange / ".ostree/repo/extensions")
    person.forget()
    forget_lists(person)
    done = person.make("drive", *INSTALLED, "--from", strange)
    assert done.finished["verify"]["ok"]
    assert person.commits("drive")[HELLO] == person.upstream.refs[HELLO]


@pytest.mark.thorough
def test_what_is_not_here_is_not_misspelt(person: Person) -> None:
    forget_lists(person)
    done = person.make("drive", "org.test.Other", *INSTALLED[1:], check=2)
    error = done.finished["error"]
    assert "Of Test upstream only what is here is known" in error["message"]
    assert error["hint"] == "Connect this computer to the network."


@pytest.mark.thorough
def test_without_a_collection_id_computers_would_find_nothing(person: Person) -> None:
    forget_lists(person)
    person.client.run("remote-modify", "--user", "--collection-id=", "school")
    done = person.make("drive", *INSTALLED, check=4)
    assert "No list of the apps of Test upstream is kept" in done.finished["error"]["message"]


# ---- A drive that has more


@pytest.mark.thorough
def test_the_list_of_the_drive_itself_counts_and_stays(person: Person) -> None:
    """It was made elsewhere, of an app that is not here."""
    person.make("drive", "org.test.Other")
    person.forget()
    forget_lists(person)
    done = person.make("drive", *INSTALLED)
    assert done.finished["verify"]["ok"]
    (collection,) = person.run("inspect", "drive", "--json").json["collections"]
    assert collection["upstream"] is not None
    assert {HELLO, f"app/org.test.Other/{host_arch()}/stable"} <= person.commits("drive").keys()


@pytest.mark.thorough
def test_what_the_drive_has_newer_stays(person: Person) -> None:
    old = person.directory / "old"
    shutil.copytree(person.client.repo, old, symlinks=True)
    person.publish()
    person.client.update()
    forget_lists(person)
    person.make("drive", *INSTALLED)
    newer = person.commits("drive")
    assert newer[HELLO] == person.upstream.refs[HELLO]
    done = person.make("drive", "org.test.Hello", "--from", old, "--offline")
    assert done.finished["verify"]["ok"]
    assert person.commits("drive") == newer


@pytest.mark.thorough
def test_nobody_says_that_upstream_has_it_no_more(person: Person) -> None:
    """Of what the drive has and this computer has not."""
    person.client.install("school", "org.test.Other")
    forget_lists(person)
    person.make("drive", "org.test.Hello", *INSTALLED[1:])
    person.make("drive", "org.test.Other", *INSTALLED[1:])
    person.client.run("uninstall", "--user", "-y", "org.test.Other")
    done = person.make("drive", *INSTALLED)
    told = [event["message"] for event in done.events if event["event"] == "notice"]
    assert not any("no longer in" in text for text in told)
    assert f"app/org.test.Other/{host_arch()}/stable" in person.commits("drive")


@pytest.mark.thorough
def test_an_update_brings_the_list_once_there_is_a_network(person: Person) -> None:
    forget_lists(person)
    person.make("drive", *INSTALLED)
    with Server(person.upstream.path) as server:
        config = person.client.repo / "config"
        config.write_text(config.read_text().replace(person.url, server.url))
        done = person.run("update", "drive", "--yes", "--json")
    assert done.finished["verify"]["ok"]
    assert not done.finished["verify"]["findings"]
    (collection,) = person.run("inspect", "drive", "--json").json["collections"]
    assert collection["upstream"] is not None
    record = json.loads(
        (person.directory / "drive/.ostree/repo/extensions/satchel/stick.json").read_bytes()
    )
    assert not record["collections"][person.upstream.collection].get("unlisted")


@pytest.mark.thorough
def test_translations_that_are_here_in_part_are_named(person: Person) -> None:
    person.client.run("uninstall", "--user", "-y", "--all")
    person.client.languages("en")
    person.client.install("school", "org.test.Hello")
    forget_lists(person)
    done = person.make("drive", *INSTALLED)
    assert done.finished["verify"]["ok"]
    assert LOCALE in [each["ref"] for each in done.finished["left_out"]]
