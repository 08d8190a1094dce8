"""How often a person has to click, and how much to decide, for what most come for."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from tests.ui.user_actions import LONG, can_be_pressed, everything_said, find_control
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_MOST_CLICKS = 5
_MOST_DECISIONS = 2


class Hand:
    """The mouse of a person, who clicks only on what is seen and named."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self._window = window
        self._qtbot = qtbot
        self.clicks: list[str] = []
        self.decisions: list[str] = []

    def click(self, name: str, *, decides: str = "") -> None:
        """As soon as it can be; ``decides``: what the person had to make up their mind about."""
        window = self._window
        self._qtbot.waitUntil(lambda: self._can_press(name), timeout=LONG)
        button = find_control(window, QAbstractButton, name)
        place = button.mapTo(window, button.rect().center())
        target = window.childAt(place)
        assert target is not None
        assert target is button or button.isAncestorOf(target), f"{name} lies below {target!r}"
        self._qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.mapFrom(window, place))
        QApplication.processEvents()
        self.clicks.append(name)
        if decides:
            self.decisions.append(decides)

    def _can_press(self, name: str) -> bool:
        try:
            button = find_control(self._window, QAbstractButton, name)
        except AssertionError:
            return False
        seen = QPoint(button.mapTo(self._window, button.rect().center()))
        return can_be_pressed(button) and self._window.rect().contains(seen)


def test_from_an_empty_drive_to_a_checked_one_with_ten_apps_of_a_set(
    window: MainWindow, qtbot: QtBot
) -> None:
    """The only drive is chosen by itself; what is left to decide is the set."""
    window.resize(1280, 800)
    hand = Hand(window, qtbot)
    assert window.page.name is PageName.DRIVE

    hand.click("Choose apps")
    hand.click("Add, Primary school", decides="which apps")
    hand.click("Review")
    hand.click("Write to Demo drive")
    qtbot.waitUntil(lambda: "read back and right" in everything_said(window.page), timeout=LONG)

    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    assert not outcome.check.findings
    assert "10 app" in everything_said(window.page)
    assert len(hand.clicks) <= _MOST_CLICKS
    assert len(hand.decisions) <= _MOST_DECISIONS
