"""Things beside each other, in as many lines as they need."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.work import counted
from ui.widgets.buttons import Button
from ui.widgets.flow import Flow


def in_a_row(qtbot: QtBot, *texts: str) -> tuple[QWidget, Flow, list[Button]]:
    around = QWidget()
    qtbot.addWidget(around)
    flow = Flow()
    around.setLayout(flow)
    buttons = [Button(text) for text in texts]
    for button in buttons:
        flow.addWidget(button)
    around.show()
    return around, flow, buttons


def test_its_height_follows_what_is_in_it(qtbot: QtBot) -> None:
    around, flow, (first, second) = in_a_row(qtbot, "One", "Two")
    assert around.isVisible()
    width = first.sizeHint().width() * 3
    one_line = flow.heightForWidth(width)
    second.setText("Two, and very much more than has room beside the first")
    qtbot.waitUntil(lambda: flow.heightForWidth(width) > one_line)
    second.hide()
    qtbot.waitUntil(lambda: flow.heightForWidth(width) == one_line)
    second.show()
    qtbot.waitUntil(lambda: flow.heightForWidth(width) > one_line)
    assert flow.takeAt(1) is not None
    assert flow.heightForWidth(width) == one_line
    second.deleteLater()


def test_the_same_width_is_worked_out_once(qtbot: QtBot) -> None:
    """Qt asks for it hundreds of times while a window opens."""
    around, flow, _buttons = in_a_row(qtbot, *"abcdefgh")
    assert around.isVisible()
    flow.heightForWidth(100)
    with counted() as work:
        for _ in range(50):
            flow.heightForWidth(100)
    assert work.calls < 500
