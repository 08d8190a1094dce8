"""What is made when the window is there already: where the tab key comes to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.widget_tree import focused
from ui.pages.apps.card_grid import CardGrid
from ui.widgets.card import RowsCard
from ui.widgets.chips import ChipItem, ChipRow
from ui.widgets.dialog import Dialog
from ui.widgets.language_chips import LanguageChips

Show = Callable[[QWidget], QWidget]


def gone_through(around: QWidget, qtbot: QtBot) -> list[str]:
    """From the button “first” to the button “last”."""
    first, last = (around.findChild(QPushButton, name) for name in ("first", "last"))
    assert first is not None
    assert last is not None
    first.setFocus()
    reached = []
    while not last.hasFocus():
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        reached.append(focused().accessibleName() or focused().objectName())
    return reached


def with_buttons(show: Show, widget: QWidget) -> QWidget:
    """One above it, one below."""
    around = Dialog("Around", "")
    layout = around.body
    for each in (QPushButton("first"), widget, QPushButton("last")):
        layout.addWidget(each)
        if isinstance(each, QPushButton):
            each.setObjectName(each.text())
    show(around)
    return around


def test_chips(show: Show, qtbot: QtBot) -> None:
    row = ChipRow("Categories", exclusive=False)
    around = with_buttons(show, row)
    row.setFixedWidth(800)
    for words in ("a", "abc", "ab", "abcd"):
        row.show_chips([ChipItem(word, word) for word in words])
    assert gone_through(around, qtbot) == [*"abcd", "last"]


def test_cards_and_what_is_in_them(show: Show, qtbot: QtBot) -> None:
    grid = CardGrid()
    around = with_buttons(show, grid)
    grid.set_one_row(False)
    for names in ("ab", "cde"):
        cards = []
        for name in names:
            cards.append(QFrame())
            cards[-1].setObjectName(name)
            cards[-1].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            QPushButton(cards[-1]).setObjectName(f"in {name}")
        grid.set_cards(cards)
        for card in cards:
            card.show()
    assert gone_through(around, qtbot) == ["c", "in c", "d", "in d", "e", "in e", "last"]


def test_rows(show: Show, qtbot: QtBot) -> None:
    card = RowsCard()
    around = with_buttons(show, card)
    for name, place in (("b", None), ("words", None), ("d", None), ("a", 0), ("c", 2)):
        row = QFrame()
        inside = QVBoxLayout(row)
        for each in (f"{name}1", f"{name}2"):
            button = QLabel(each) if name == "words" else QPushButton(each)
            button.setObjectName(each)
            inside.addWidget(button)
        card.add_row(row, place)
    assert gone_through(around, qtbot) == ["a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2", "last"]


def test_languages(show: Show, qtbot: QtBot) -> None:
    chips = LanguageChips()
    around = with_buttons(show, chips)
    chips.show_languages(("de", "fr"), own=True)
    names = ["Remove German", "Remove French", "Add a language", "Languages as on this computer"]
    assert gone_through(around, qtbot) == [*names, "last"]
