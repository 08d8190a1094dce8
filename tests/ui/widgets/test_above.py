"""What lies above a page: popover, slide-over, dialog."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPropertyAnimation, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.widget_tree import focused, the_only
from ui.style import style
from ui.widgets.buttons import Button
from ui.widgets.dialog import Dialog, Question, Scrim
from ui.widgets.popover import Popover
from ui.widgets.slide_over import Lies, SlideOver
from ui.widgets.tab_order import stops

Show = Callable[[QWidget], QWidget]


@pytest.fixture
def anchor(show: Show, qtbot: QtBot) -> Button:
    button = Button("Your choice")
    window = show(button)
    window.resize(500, 400)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Tab)
    return button


def opened(anchor: Button) -> Popover:
    popover = Popover(anchor, "Your choice")
    popover.body.addWidget(Button("Remove Inkwell"))
    popover.body.addWidget(Button("Clear all"))
    popover.open()
    return popover


def test_a_popover_takes_the_focus_and_gives_it_back(anchor: Button, qtbot: QtBot) -> None:
    popover = opened(anchor)
    assert focused() is not anchor
    assert focused().property("keyed")

    qtbot.keyClick(focused(), Qt.Key.Key_Escape)

    assert not popover.isVisible()
    assert focused() is anchor


def test_the_tab_key_stays_in_a_popover(anchor: Button, qtbot: QtBot) -> None:
    opened(anchor)
    reached = []
    for _ in range(4):
        button = focused()
        assert isinstance(button, QPushButton)
        reached.append(button.text())
        qtbot.keyClick(button, Qt.Key.Key_Tab)

    assert reached == ["Remove Inkwell", "Clear all", "Remove Inkwell", "Clear all"]


def test_a_click_elsewhere_closes_a_popover(anchor: Button, qtbot: QtBot) -> None:
    popover = opened(anchor)
    qtbot.mouseClick(popover, Qt.MouseButton.LeftButton, pos=popover.rect().center())
    assert popover.isVisible()

    qtbot.mouseClick(anchor.window(), Qt.MouseButton.LeftButton, pos=popover.geometry().topLeft())
    assert popover.isVisible()
    corner = anchor.window().rect().bottomRight()
    qtbot.mouseClick(anchor.window(), Qt.MouseButton.LeftButton, pos=corner)

    assert not popover.isVisible()


def test_a_popover_stays_in_its_window(anchor: Button) -> None:
    popover = opened(anchor)
    window = anchor.window()

    assert window.rect().contains(popover.geometry())
    assert not popover.geometry().intersects(anchor.geometry())


@pytest.fixture
def page(show: Show) -> QWidget:
    page = QWidget()
    page.setMinimumSize(800, 500)
    QPushButton("row", page)
    show(page)
    return page


def test_a_slide_over_closes_by_escape_and_gives_the_focus_back(
    page: QWidget, qtbot: QtBot
) -> None:
    row = the_only(page, QPushButton)
    row.setFocus()
    panel = SlideOver(page, "Inkwell")
    panel.open()
    qtbot.waitUntil(lambda: panel.geometry().right() == page.width() - 1)
    assert panel.height() == page.height()
    assert focused() is panel

    qtbot.keyClick(panel, Qt.Key.Key_Escape)

    assert not panel.is_open
    assert focused() is row
    qtbot.waitUntil(panel.isHidden)


def test_who_uses_keys_is_led_into_a_slide_over_and_past_what_it_covers(
    page: QWidget, qtbot: QtBot
) -> None:
    """At 416 of 800 pixels it covers what begins further right."""
    row = the_only(page, QPushButton)
    covered = QPushButton("covered", page)
    covered.move(600, 0)
    covered.show()
    row.setFocus()
    panel = SlideOver(page, "Inkwell")
    close, choose = Button("Close"), Button("Choose")
    for button in (close, choose):
        panel.body.addWidget(button)
    qtbot.keyClick(row, Qt.Key.Key_Space)
    panel.open()
    assert focused() is close
    assert close.property("keyed")
    qtbot.waitUntil(lambda: panel.geometry().right() == page.width() - 1)
    assert stops(page) == [row, close, choose]
    panel.leave()
    qtbot.waitUntil(panel.isHidden)
    assert stops(page) == [row, covered]


def test_a_slide_over_does_not_move_where_nothing_shall(
    page: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style, "animated", lambda: False)
    panel = SlideOver(page, "Inkwell")

    panel.open()

    assert panel.geometry().right() == page.width() - 1
    motion = panel.findChild(QPropertyAnimation)
    assert motion is not None
    assert motion.state() == QPropertyAnimation.State.Stopped
    panel.leave()
    assert panel.isHidden()


def test_a_slide_over_follows_its_page(page: QWidget) -> None:
    panel = SlideOver(page, "Inkwell")
    panel.open()
    page.resize(1000, 600)
    QApplication.processEvents()

    assert panel.geometry().right() == page.width() - 1
    assert panel.height() == page.height()
    assert panel.room == 0
    panel.set_lies(Lies.BESIDE)
    assert panel.room == style.px(416)


def test_from_the_right_a_slide_over_is_at_the_left(page: QWidget) -> None:
    page.window().setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    panel = SlideOver(page, "Inkwell")
    panel.open()
    page.resize(1000, 600)
    QApplication.processEvents()

    assert panel.x() == 0


def test_the_window_behind_a_dialog_is_darkened(page: QWidget) -> None:
    window = page.window()
    dialog = Dialog("Rename", "Rename", parent=window)
    dialog.open()
    scrim = the_only(window, Scrim)
    assert scrim.geometry() == window.rect()
    assert dialog.windowModality() == Qt.WindowModality.WindowModal

    dialog.reject()

    assert scrim.isHidden()


def test_a_dialog_is_as_high_as_what_it_says(page: QWidget) -> None:
    dialog = Dialog("Rename", "Rename", parent=page.window())
    text = QLabel("word " * 100)
    text.setWordWrap(True)
    dialog.body.addWidget(text)
    dialog.open()
    assert dialog.width() <= style.px(560)
    assert text.height() >= text.heightForWidth(text.width())
    high = dialog.height()

    text.setText("word")
    QApplication.processEvents()

    assert dialog.height() < high


@pytest.mark.parametrize("destroys", [True, False])
def test_return_does_only_what_destroys_nothing(
    page: QWidget, qtbot: QtBot, destroys: bool
) -> None:
    dialog = Dialog("Erase?", "Erase", destroys=destroys, parent=page.window())
    dialog.verb.clicked.connect(dialog.accept)
    name = QLineEdit()
    dialog.body.addWidget(name)
    dialog.open()
    name.setFocus()

    qtbot.keyClick(name, Qt.Key.Key_Return)

    assert dialog.isVisible() == destroys
    dialog.reject()


def test_a_question_begins_at_what_does_no_harm(page: QWidget, qtbot: QtBot) -> None:
    question = Question(
        "Stop writing to CLASSROOM?",
        "What is written stays.",
        "Stop",
        stay="Go on writing",
        parent=page.window(),
    )
    question.open()
    question.activateWindow()
    qtbot.waitUntil(question.isActiveWindow)
    assert question.cancel.hasFocus()

    qtbot.keyClick(question.cancel, Qt.Key.Key_Return)

    assert question.result() == QDialog.DialogCode.Rejected
    assert not question.isVisible()


def test_buttons_of_a_dialog_stand_in_their_order(page: QWidget) -> None:
    dialog = Dialog("Rename", "Rename", parent=page.window())
    dialog.open()

    assert dialog.cancel.x() < dialog.verb.x()
    assert dialog.cancel.icon().isNull()
    assert dialog.verb.icon().isNull()
    dialog.reject()
