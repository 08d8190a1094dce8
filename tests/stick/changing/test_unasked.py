"""An update that cannot ask for everything does the rest, and its exit status says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.stick.changing.changed import HELLO
from tests.stick.changing.conftest import SECOND
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.upstream import Upstream

WORDS = f"What is from {SECOND} stays as it is: No known remote has {SECOND}."


@pytest.fixture
def both(made: MadeDrive, second: Upstream) -> MadeDrive:
    """With an app of another source, which this computer does not know afterwards."""
    file = made.directory / "second.flatpakrepo"
    file.write_text(second.flatpakrepo(second.path.as_uri()))
    words = ("org.second.Far", "--no-related", "--no-runtime", "--yes", "--no-verify")
    satchel("make", made.drive, *words, "--remote", file, home=made.home)
    return made


def _update(both: MadeDrive, upstream: Upstream, *words: str | Path) -> list[str | Path]:
    file = both.directory / "upstream.flatpakrepo"
    file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    return ["update", *words, "--yes", "--remote", file]


def test_it_is_told_apart(both: MadeDrive, newer: Upstream) -> None:
    words = _update(both, newer, both.drive)
    planned = satchel(*words, "--dry-run", "--json", home=both.home, check=7)
    assert planned.json["unasked"] == [SECOND]
    done = satchel(*words, home=both.home, check=7)
    assert WORDS in " ".join(done.said.split())
    again = satchel(*words, "--json", home=both.home, check=7)
    assert again.finished["unasked"] == [SECOND]
    assert again.finished["ok"]
    assert not again.finished["changed"]
    told = satchel(*words, "--dry-run", home=both.home, check=7).stdout
    assert "is the newest there is, but for what could not be asked for." in told


@pytest.mark.thorough
def test_of_several_drives_too(both: MadeDrive, newer: Upstream, full: MadeDrive) -> None:
    copy_drive(full.drive, both.directory / "one")
    places = (both.drive, both.directory / "one")
    words = _update(both, newer, *places)
    satchel(*words, "--dry-run", home=both.home, check=7)
    done = satchel(*words, "--json", home=both.home, check=7).finished
    assert [each["exit_code"] for each in done["drives"]] == [7, 0]
    assert [each["unasked"] for each in done["drives"]] == [[SECOND], []]
    assert HELLO in {each["ref"] for each in done["drives"][0]["apps"]}
    assert done["ok"]
    again = satchel(*words, home=both.home, check=7)
    assert "1 of 2 drives are up to date." in again.said


def test_a_source_that_does_not_answer_is_none_either(
    both: MadeDrive, newer: Upstream, second: Upstream, tmp_path: Path
) -> None:
    file = tmp_path / "away.flatpakrepo"
    file.write_text(second.flatpakrepo("http://127.0.0.1:9/"))
    satchel("remotes", "add", file, home=both.home, check=False)
    satchel(*_update(both, newer, both.drive), home=both.home, check=7)
    # If nobody at all can be asked, that is an error of its own.
    satchel("update", both.drive, "--yes", home=both.home, check=4)
