"""A classroom: drives of two weeks, and computers with last year's apps."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.stick.installer.running import run
from tests.stick.receiving.computers import SYSTEM, USER, Computer
from tests.stories.conftest import DROPPED, HELLO, NEW, OLD, OTHER, Week
from tests.stories.readme import commands

pytestmark = pytest.mark.slow


@pytest.fixture
def pupil(last_year: Week, upstream_key: SigningKey, tmp_path: Path) -> Computer:
    """A computer with last year's apps, for one person."""
    return with_last_years_apps(last_year, upstream_key, tmp_path, USER)


def with_last_years_apps(last_year: Week, key: SigningKey, directory: Path, scope: str) -> Computer:
    computer = Computer(directory / "pupil", scope)
    computer.knows(key)
    run(computer, last_year.stick)
    assert computer.installed()[DROPPED] == last_year.upstream.refs[DROPPED]
    return computer


def story(june: Week, november: Week) -> list[list[str]]:
    """The README's commands: at home, on a computer with Satchel, on one without."""
    return commands(
        "A classroom",
        {
            "/media/you/JUNE": str(june.stick),
            "/media/you/NOVEMBER": str(november.stick),
            "org.gnome.Maps": "org.test.Hello",
            "org.gnome.Sudoku": "org.test.Old",
        },
    )


def assert_newest(computer: Computer, june: Week, november: Week) -> None:
    """Of each app the newest that is on any drive; nothing that anybody worked with is lost."""
    installed = computer.installed()
    assert installed[HELLO] == november.upstream.refs[HELLO]
    assert installed[OTHER] == june.upstream.refs[OTHER]
    assert installed[NEW] == november.upstream.refs[NEW]
    assert OLD not in installed
    assert DROPPED in installed
    assert computer.untouched()


def test_with_satchel_and_without(
    june: Week, november: Week, pupil: Computer, tmp_path: Path
) -> None:
    make, receive, install = story(june, november)
    # The drives were made by this command, each in its week.
    assert (make[:3], make[3:]) == (
        ["satchel", "make", str(november.stick)],
        ["org.test.Hello", "org.test.Old"],
    )
    assert (receive[:2], install[0]) == (["satchel", "receive"], "sh")
    other = Computer(tmp_path / "other", USER)
    shutil.copytree(pupil.client.directory, tmp_path / "other", symlinks=True, dirs_exist_ok=True)

    pupil.receive(*receive[2:])
    assert_newest(pupil, june, november)

    # The newest first: the drive of June may not take anything back.
    for week in (november, june):
        assert install[1] == str(november.stick / "satchel/install.sh")
        run(other, week.stick)
    assert_newest(other, june, november)
    assert other.client.run("run", USER, "org.test.Hello").stdout == "November\n"


@pytest.mark.thorough
@pytest.mark.parametrize("scope", [USER, SYSTEM])
@pytest.mark.parametrize("way", ["receive", "receive each", "install.sh"])
@pytest.mark.parametrize("order", ["june first", "november first"])
def test_whichever_comes_first(
    june: Week,
    november: Week,
    last_year: Week,
    upstream_key: SigningKey,
    tmp_path: Path,
    scope: str,
    way: str,
    order: str,
) -> None:
    computer = with_last_years_apps(last_year, upstream_key, tmp_path, scope)
    weeks = (june, november) if order == "june first" else (november, june)
    sticks = [week.stick for week in weeks]
    for _ in range(2):  # Once more changes nothing.
        if way == "receive":
            computer.receive(*sticks)
        for stick in sticks if way != "receive" else ():
            if way == "install.sh":
                run(computer, stick)
            else:
                computer.receive(stick)
        assert_newest(computer, june, november)
    for app, says in (("Hello", "November\n"), ("Other", "June\n"), ("New", "New\n")):
        assert computer.client.run("run", scope, f"org.test.{app}").stdout == says
    assert computer.client.run("run", scope, "org.test.Dropped").stdout == "Dropped of last year\n"


@pytest.mark.thorough
@pytest.mark.parametrize("scope", [USER, SYSTEM])
def test_only_what_is_there_is_updated(
    june: Week,
    november: Week,
    last_year: Week,
    upstream_key: SigningKey,
    tmp_path: Path,
    scope: str,
) -> None:
    """A computer that has one of the apps gets no other one."""
    computer = Computer(tmp_path / "computer", scope)
    computer.knows(upstream_key)
    computer.receive(last_year.stick, "org.test.Hello")
    before = set(computer.installed())
    computer.receive(june.stick, november.stick, "--update")
    assert set(computer.installed()) == before
    assert computer.installed()[HELLO] == november.upstream.refs[HELLO]
