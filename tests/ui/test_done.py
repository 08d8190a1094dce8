"""Done: the verdict, what was found, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.message import Message
from app.replacing import replace
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.findings import Code, finding
from app.stick.planning.for_computer import ForComputer
from tests.devices import Devices
from tests.ui.jobs import buttons, choose, finish, review, said, until_said, write
from tests.ui.user_actions import LONG, press
from ui.dialogs.computers import ComputersDialog
from ui.i18n.numbers import dated, sized
from ui.pages.make.app_row import AppRow
from ui.pages.make.done_view import Counts, DoneView
from ui.state.page_name import PageName
from ui.widgets.app_message import AppMessage
from ui.widgets.step_pictures import Step
from ui.window.main_window import MainWindow


def remarks(window: MainWindow) -> list[str]:
    return [
        said(banner) for banner in window.page.findChildren(AppMessage) if not banner.isHidden()
    ]


def show(window: MainWindow, qtbot: QtBot, *codes: Code) -> None:
    """Done, as if the check had found these."""
    choose(window)
    write(window, qtbot)
    finish(window, qtbot)
    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    findings = tuple(
        finding(
            code,
            f"subject {number}",
            Message("Message {number} about {code}.", number=number, code=code.value),
        )
        for number, code in enumerate(codes)
    )
    check: CheckReport = replace(outcome.check, findings=findings)
    window.session.set_outcome(replace(outcome, check=check))


@pytest.mark.thorough
def test_it_took_what_the_review_said(window: MainWindow, qtbot: QtBot) -> None:
    """It told the bytes of the files as they are packed, which nobody had heard of before."""
    choose(window)
    review(window, qtbot)
    plan = window.session.plan
    assert plan is not None
    takes = sized(plan.estimate.write)
    assert takes in said(window)
    write(window, qtbot)
    finish(window, qtbot)
    assert f"{takes} written in" in said(window)


@pytest.mark.thorough
def test_icons_that_have_no_room_are_counted(window: MainWindow) -> None:
    row = AppRow(window.session.pictures, window)
    row.show_apps(tuple((f"app/org.test.App{number}/x/y", "App") for number in range(10)))
    row.resize(10 * row.sizeHint().width(), row.sizeHint().height())
    assert row.shown == (7, 3)
    row.resize(20 * row.sizeHint().width(), row.sizeHint().height())
    assert row.shown == (10, 0)


@pytest.fixture
def stick(
    open_window: Callable[..., MainWindow], demo: Environment, devices: Devices, qtbot: QtBot
) -> MainWindow:
    """Done, on a drive that can be pulled out."""
    window = open_window(demo, demo_drive=None, loops_are_removable=True)
    devices.disk("ext4", label="STICK").appear()
    # The only drive is chosen and made ready by itself.
    qtbot.waitUntil(lambda: window.session.target is not None, timeout=LONG)
    target = window.session.target
    assert target is not None
    choose(window, target.root)
    window.session.set_target(target)
    review(window, qtbot)
    press(qtbot, window, "Write to STICK")
    finish(window, qtbot)
    return window


def root_of(window: MainWindow) -> Path:
    target = window.session.target
    assert target is not None
    return target.root


def test_a_sound_drive_is_said_to_be_ready(window: MainWindow, qtbot: QtBot) -> None:
    show(window, qtbot)

    assert "read back and right" in said(window)
    assert remarks(window) == []
    assert "Eject" not in buttons(window)


@pytest.mark.thorough
def test_what_nobody_vouches_for_is_told_once(window: MainWindow, qtbot: QtBot) -> None:
    show(window, qtbot)
    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    check = replace(outcome.check, unsigned_apps=("app/org.test.Hello/x86_64/stable",))
    window.session.set_outcome(replace(outcome, check=check, unsigned=("School apps",)))
    assert "read back and right" in said(window)
    assert said(window).count("ouches for") == 1
    assert "Nobody vouches for School apps." in said(window)

    # What is a file has no source that could be told.
    window.session.set_outcome(replace(outcome, check=check))
    assert said(window).count("ouches for") == 1


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("code", "told"),
    [
        (Code.NEEDS_NEWER_FLATPAK, "It installs without internet, and says what it left out"),
        (Code.KEY_EXPIRES_SOON, "Everything gets installed, without internet"),
    ],
)
def test_nobody_is_promised_everything(
    window: MainWindow, qtbot: QtBot, code: Code, told: str
) -> None:
    """Where a computer may be too old for some of it, or somebody has to agree; also in print."""
    show(window, qtbot, code)
    done = window.page.findChild(DoneView)
    assert done is not None
    (step,) = [below for step, _, below in done.step_words() if step is Step.INSTALL]
    assert step == told
    assert told in {label.text() for label in done.findChildren(QLabel)}


def test_until_when_is_told(window: MainWindow, qtbot: QtBot) -> None:
    show(window, qtbot)
    assert "good until" not in said(window)
    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    (key,) = outcome.check.keys
    check = replace(outcome.check, keys=(key, replace(key, until=1_812_931_200)))
    window.session.set_outcome(replace(outcome, check=check))
    assert f"It is good until {dated(1_812_931_200)}" in said(window)


def test_findings_are_told_on_what_they_are_about_the_worst_first(
    window: MainWindow, qtbot: QtBot
) -> None:
    show(
        window,
        qtbot,
        *(Code.ORPHAN_OBJECTS, Code.END_OF_LIFE),
        *[Code.OBJECT_CORRUPT] * 4,
        *[Code.OBJECT_MISSING] * 2,
    )

    assert "6 problem" in said(window)
    bad, good_to_know = remarks(window)
    assert bad.startswith("My drive")
    assert "cannot be read" in bad
    assert "missing" in bad
    assert "Nobody mends mistakes" in good_to_know


def test_another_drive_gets_the_same_choice(window: MainWindow, qtbot: QtBot) -> None:
    show(window, qtbot)
    choice = window.session.choice
    press(qtbot, window, "Next drive, same apps")

    assert window.page.name is PageName.DRIVE
    assert window.session.choice == choice
    assert window.session.target is None


@pytest.mark.thorough
def test_another_is_another_drive_also_while_the_first_is_plugged_in(
    stick: MainWindow, qtbot: QtBot
) -> None:
    root = root_of(stick)
    press(qtbot, stick, "Next drive, same apps")
    assert stick.page.name is PageName.DRIVE
    # The page looks at all drives anew when it is opened.
    with qtbot.waitSignal(stick.session.drives.refreshed, timeout=LONG):
        stick.session.drives.refresh()

    assert root.is_mount()
    assert stick.session.target is None
    assert not stick.page.primary_enabled
    assert "Choose a drive." in stick.page.primary_reason


def test_ejects_the_drive_and_says_when_it_may_be_pulled_out(
    stick: MainWindow, qtbot: QtBot
) -> None:
    root = root_of(stick)
    press(qtbot, stick, "Eject")
    until_said(stick, qtbot, "can be pulled out")

    assert not root.is_mount()
    assert "STICK can be pulled out" in said(stick)
    assert "Eject" not in buttons(stick)


@pytest.mark.thorough
def test_a_drive_in_use_is_not_let_go(stick: MainWindow, qtbot: QtBot) -> None:
    with open(root_of(stick) / "in use", "w"):
        press(qtbot, stick, "Eject")
        until_said(stick, qtbot, "Do not pull it out yet.")
    qtbot.waitUntil(lambda: "Eject" in buttons(stick), timeout=LONG)
    press(qtbot, stick, "Eject")
    until_said(stick, qtbot, "can be pulled out")


def test_a_drive_that_is_not_sound_is_repaired(window: MainWindow, qtbot: QtBot) -> None:
    show(window, qtbot, Code.OBJECT_CORRUPT)
    page = max(root_of(window).glob("satchel/START-HERE.html"))
    page.write_text("something else")
    press(qtbot, window, "Repair")

    assert "Repairing" in said(window)
    finish(window, qtbot)
    assert "is sound again" in said(window)
    assert "read back and right" in said(window)
    assert "something else" not in page.read_text()
    press(qtbot, window, "See what is on it")
    assert window.page.name is PageName.CONTENTS


@pytest.mark.thorough
def test_what_is_for_computers_can_be_looked_up(window: MainWindow, qtbot: QtBot) -> None:
    choose(window)
    lab = ForComputer("lab-1", 1_796_000_000)
    window.session.set_choice(replace(window.session.choice, computers=(lab,)))
    write(window, qtbot)
    finish(window, qtbot)
    press(qtbot, window, "For 1 computer(s)")
    dialog = window.page.findChild(ComputersDialog)
    assert dialog is not None
    dialog.close()


def test_operating_systems_are_counted_beside_apps() -> None:
    counts = Counts()
    assert counts.with_systems(2, 1) == (
        "2 app(s) and 1 operating system(s), all read back and right"
    )
    assert counts.with_systems(0, 1) == "1 operating system(s), read back and right"
