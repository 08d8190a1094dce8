"""The same apps on several drives: looked over by drive, written side by side, a row each."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.replacing import replace
from tests.satchel import satchel
from tests.ui.jobs import buttons, until_said
from tests.ui.many import choose_several
from tests.ui.many_states import making, row
from tests.ui.user_actions import LONG, dialog, everything_said, find_control, press
from tests.ui.widget_tree import the_only
from ui.controllers.many import ManyController
from ui.controllers.many_view import NOT_DONE, READY, ManyStatus, RowState
from ui.models.several_words import DriveLine
from ui.pages.make.many_part import DriveDetails
from ui.pages.review.drive_rows import DriveRows
from ui.state.page_name import PageName
from ui.style.meter import MeterParts
from ui.widgets.check_box import Switch
from ui.widgets.page_scroll import PageScroll
from ui.window.main_window import MainWindow


def controller(window: MainWindow) -> ManyController:
    many = window.pages[PageName.MAKE].findChild(ManyController)
    assert many is not None
    return many


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, ...]:
    made = tuple(tmp_path / name for name in ("ONE", "TWO", "THREE"))
    for root in made:
        root.mkdir()
    return made


def test_each_gets_the_apps_and_tells_how_it_stands(
    window: MainWindow, qtbot: QtBot, roots: tuple[Path, ...], tmp_path: Path
) -> None:
    session = window.session
    choose_several(session, *roots)
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: len(session.plans) == 3, timeout=LONG)
    assert {"ONE", "TWO", "THREE"} <= set(everything_said(window.page).split("\n"))
    press(qtbot, window, window.page.primary_text)
    assert window.page.name is PageName.MAKE
    many = controller(window)
    qtbot.waitUntil(lambda: not many.status.under_way, timeout=LONG)
    assert [row.state for row in many.status.rows] == [RowState.READY] * 3
    assert [row.name for row in many.status.rows] == ["ONE", "TWO", "THREE"]
    assert window.page.value == "3 of 3 ready"
    trusting = ("verify", "--trust-drive-keys", "--json")
    assert satchel(*trusting, roots[-1], home=tmp_path).json["ok"]
    assert all(row.check is not None and row.check.ok for row in many.status.rows)


@pytest.mark.thorough
def test_rows_are_as_high_as_their_texts_when_a_wider_window_has_room_for_meters(
    qtbot: QtBot,
) -> None:
    """That leaves less for the texts beside, while all of it is laid out."""
    card, content = DriveRows(), QWidget()
    line = DriveLine("ONE", f"/media/{'a/long/way/' * 5}", MeterParts(), "8 MB", "2 GB", plug=False)
    card.show_lines([line] * 3)
    layout = QVBoxLayout(content)
    layout.addWidget(card)
    layout.addStretch(1)
    scroll = PageScroll(content)
    qtbot.addWidget(scroll)
    scroll.resize(480, 400)
    scroll.show()
    QApplication.processEvents()
    scroll.resize(620, 400)
    qtbot.waitUntil(lambda: card.width() > 560 and not any(map(is_cut_off, labels_in(card))))


def labels_in(root: QWidget) -> list[QLabel]:
    return [label for label in root.findChildren(QLabel) if label.isVisible()]


def is_cut_off(label: QLabel) -> bool:
    return label.heightForWidth(label.width()) > label.height()


@pytest.mark.thorough
def test_the_keyboard_is_enough(window: MainWindow, qtbot: QtBot, roots: tuple[Path, ...]) -> None:
    """From Review to the details of one that failed, and to trying it again."""
    session = window.session
    choose_several(session, *roots)
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: len(session.plans) == 3, timeout=LONG)
    roots[2].rmdir()
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.page.name is PageName.MAKE
    many = controller(window)
    qtbot.waitUntil(lambda: many.status.count(NOT_DONE) == 1, timeout=LONG)
    qtbot.waitUntil(lambda: not many.status.under_way, timeout=LONG)

    walk_to(window, qtbot, "Details")
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    details = dialog(qtbot, DriveDetails)
    assert "THREE" in details.windowTitle()
    roots[2].mkdir()
    qtbot.keyClick(details, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: many.status.count(READY) == 3, timeout=LONG)


def test_of_a_dozen_the_one_that_asks_is_in_sight_and_so_is_what_keeps_going(
    window: MainWindow, qtbot: QtBot
) -> None:
    """As soon as it asks; whoever scrolls back is not taken there again."""
    window.resize(900, 600)
    rows = [row(number, RowState.WRITING, 0.5) for number in range(1, 13)]
    going = ManyStatus(tuple(rows), keeps_going=True, made=14)
    making(going)(window, qtbot)
    keeps = find_control(window, Switch, "Keep going with the next drive")
    qtbot.waitUntil(lambda: is_in_sight(keeps), timeout=LONG)

    rows[-1] = replace(rows[-1], state=RowState.ASKING, progress=None, entries=("Photos/",))
    controller(window).status_changed.emit(replace(going, rows=tuple(rows)))
    qtbot.waitUntil(
        lambda: is_in_sight(find_control(window, QAbstractButton, "Use it")), timeout=LONG
    )
    bar = the_only(window.page, PageScroll).verticalScrollBar()
    bar.setValue(0)
    rows[0] = replace(rows[0], state=RowState.READY, progress=None)
    controller(window).status_changed.emit(replace(going, rows=tuple(rows)))
    QApplication.processEvents()
    assert bar.value() == 0


def is_in_sight(widget: QWidget) -> bool:
    """Whether all of it is."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def walk_to(window: MainWindow, qtbot: QtBot, text: str) -> None:
    """By Tab, until the control with this text has the focus."""
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        if isinstance(widget, QAbstractButton) and widget.text() == text:
            return
    raise AssertionError(f"Tab does not come to {text!r}")


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@pytest.mark.thorough
def test_one_that_fails_stops_no_other(
    window: MainWindow, qtbot: QtBot, roots: tuple[Path, ...]
) -> None:
    session = window.session
    choose_several(session, *roots)
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: len(session.plans) == 3, timeout=LONG)
    roots[1].rmdir()
    press(qtbot, window, window.page.primary_text)
    many = controller(window)
    qtbot.waitUntil(lambda: bool(many.status.rows) and not many.status.under_way, timeout=LONG)
    states = [row.state for row in many.status.rows]
    assert states == [RowState.READY, RowState.FAILED, RowState.READY]
    assert "Details" in buttons(window)
    until_said(window, qtbot, "Failed")
