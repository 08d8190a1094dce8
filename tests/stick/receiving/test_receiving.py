"""Installing from a sound stick."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick.damage import ARCH, HELLO, LOCALE, OTHER, RUNTIME, Stick
from tests.stick.receiving.computers import URL, Computer
from tests.terminal import Terminal
from tests.upstream import Upstream

PLATFORM_LOCALE = RUNTIME.replace("Platform", "Platform.Locale")
APPSTREAM = f"appstream/up/{ARCH}/active"

pytestmark = pytest.mark.slow


def commits(upstream: Upstream, *refs: str) -> dict[str, str]:
    return {ref: upstream.refs[ref] for ref in refs}


def test_what_was_chosen_is_installed_with_what_it_needs(
    good: Path, upstream: Upstream, computer: Computer
) -> None:
    before = computer.config
    done = computer.receive(good, "--json")
    assert done.finished["ok"]
    results = {each["ref"]: each["result"] for each in done.finished["refs"]}
    assert results == dict.fromkeys((HELLO, OTHER, RUNTIME, LOCALE, PLATFORM_LOCALE), "installed")
    assert computer.installed() == commits(upstream, *results)

    # The address is back, and the lists that flatpak took meanwhile stay: all that upstream has.
    assert computer.untouched()
    assert f"\nurl={URL}" in computer.config
    assert set(before.splitlines()) <= set(computer.config.splitlines())
    listed = computer.flatpak("remote-ls", "--cached", "--all", "--columns=ref", "up").split()
    assert set(listed) == upstream.refs.keys()
    assert (computer.installation / APPSTREAM).exists()

    # Once more there is nothing to do.
    again = computer.receive(good, "--json").finished
    assert {each["result"] for each in again["refs"]} == {"there"}
    assert again["bytes"] == 0


@pytest.mark.thorough
def test_one_app_and_later_an_update(
    good: Path, newer: Path, upstream: Upstream, computer: Computer
) -> None:
    computer.receive(good, "org.test.Hello")
    assert OTHER not in computer.installed()
    told = computer.receive(newer, "--list").stdout
    assert "Hello (org.test.Hello): update" in told
    assert "Other (org.test.Other): install" in told

    computer.receive(newer, "--update")
    assert computer.installed()[HELLO] not in {None, upstream.refs[HELLO]}
    assert OTHER not in computer.installed()
    updated = computer.installed()
    # Never back to an older one, though it was asked for.
    assert "not older" in computer.receive(good, "org.test.Hello").stdout
    assert computer.installed() == updated
    assert computer.untouched()


def test_a_dry_run_changes_nothing(good: Path, computer: Computer) -> None:
    before = computer.config
    done = computer.receive(good, "--dry-run", "--json").json
    assert {each["ref"]: each["state"] for each in done["refs"] if each["asked"]} == {
        HELLO: "install",
        OTHER: "install",
    }
    assert computer.config == before
    assert computer.installed() == {}
    assert computer.caches == set()


def test_a_dry_run_ends_as_the_run_would(good: Path, fresh: Computer) -> None:
    """Nobody knows the key here, so everything is refused; a list is only a list."""
    for options, status in (((), 5), (("--dry-run",), 5), (("--list",), 0)):
        fresh.receive(good, *options, check=status)


def test_a_source_that_somebody_switched_off(good: Path, computer: Computer) -> None:
    """It is told before anything is copied."""
    computer.flatpak("remote-modify", "--disable", "up")
    plan = computer.receive(good, "--json", "--dry-run", check=1).json
    assert {"switched off" in str(ref["refusal"]) for ref in plan["refs"]} == {True}


def test_a_directory_that_is_no_drive(computer: Computer, tmp_path: Path) -> None:
    said = computer.receive(tmp_path, check=6).stderr
    assert f"There is no Flatpak repository on {tmp_path}." in said
    assert "Look whether it is the right drive" in said


def test_what_is_wrong_with_a_drive_is_told(stick: Stick, computer: Computer) -> None:
    shutil.rmtree(stick.repo / "objects")
    said = computer.receive(stick.root, check=6).stderr
    assert "has no objects directory: it is damaged." in said


def test_apps_that_cannot_be_read_are_refused(stick: Stick, computer: Computer) -> None:
    """As a cut-off write leaves them."""
    stick.commit_path(OTHER).write_bytes(b"")
    said = computer.receive(stick.root, check=6).stdout
    assert "NOT installed:\n  Other (org.test.Other)\n    What the drive has of it" in said
    assert HELLO in computer.installed()
    assert OTHER not in computer.installed()
    finished = computer.receive(stick.root, "--json", check=6).finished
    refused = {each["ref"]: each["refusal"] for each in finished["refs"] if each["refusal"]}
    assert {ref: refusal["kind"] for ref, refusal in refused.items()} == {OTHER: "damaged"}


def test_an_app_whose_ref_is_cut_off_is_what_the_summary_says(
    stick: Stick, computer: Computer
) -> None:
    """Flatpak goes by the summary, too."""
    stick.ref(HELLO).write_text("")
    computer.receive(stick.root)
    assert HELLO in computer.installed()


def test_a_drive_whose_refs_are_gone(stick: Stick, computer: Computer) -> None:
    shutil.rmtree(stick.repo / "refs")
    assert "it is damaged" in computer.receive(stick.root, check=6).stderr


def test_a_place_on_this_computer_that_is_not_as_it_has_to_be(
    good: Path, fresh: Computer, upstream_key: SigningKey
) -> None:
    """Nobody is sent to look at the drive."""
    fresh.installation.rmdir()
    fresh.installation.write_text("no directory")
    done = fresh.receive(good, "--trust-key", upstream_key.fingerprint, check=3)
    assert "On this computer" in done.stderr
    assert f"{fresh.installation}/repo" in done.stderr.replace("\n         ", "")
    assert "make" not in done.stderr


def test_an_unknown_app(good: Path, computer: Computer) -> None:
    said = computer.receive(good, "org.test.Nowhere", check=2).stderr
    assert "org.test.Nowhere is not on the drive" in said


class TestAComputerThatWasNeverOnline:
    def test_nothing_comes_from_a_key_that_only_the_stick_knows(
        self, good: Path, fresh: Computer, upstream_key: SigningKey
    ) -> None:
        done = fresh.receive(good, check=5)
        assert upstream_key.fingerprint in done.stdout
        assert fresh.installed() == {}
        assert not (fresh.installation / "repo/config").exists()

    def test_once_somebody_agreed_to_it_the_source_is_added(
        self, good: Path, fresh: Computer, upstream: Upstream, upstream_key: SigningKey
    ) -> None:
        fresh.receive(good, "--trust-key", upstream_key.fingerprint)
        assert fresh.installed()[HELLO] == upstream.refs[HELLO]
        assert f"url={upstream.path.as_uri()}" in fresh.config
        assert "collection-id=org.test.Upstream" in fresh.config
        assert fresh.untouched()
        # From now on the computer knows it.
        assert "Already there" in fresh.receive(good).stdout

    @pytest.mark.thorough
    @pytest.mark.parametrize(("answers", "installs"), [("nn", False), ("yn", False), ("yy", True)])
    def test_on_a_terminal_somebody_is_asked(
        self, good: Path, fresh: Computer, upstream_key: SigningKey, answers: str, installs: bool
    ) -> None:
        """Whether the key is right, and whether to go on."""
        terminal = Terminal(fresh.home, "receive", good, fresh.scope, env=fresh.variables)
        try:
            terminal.until("Trust it? [y/N] ")
            assert upstream_key.fingerprint in terminal.seen.replace("\r\n", "")
            terminal.type(f"{answers[0]}\n")
            if answers[0] == "y":
                terminal.until("Install this? [Y/n] ")
                terminal.type(f"{answers[1]}\n")
            status = terminal.end()
        finally:
            terminal.close()
        assert (HELLO in fresh.installed()) == installs
        assert status == {"nn": 5, "yn": 130, "yy": 0}[answers]
