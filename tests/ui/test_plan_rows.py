"""The rows of Review: what is pressed twice leaves out one app."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from ui.models.review_values import PlanLine
from ui.pages.review.plan_card import PlanRow, PlanRows
from ui.widgets import guard
from ui.widgets.guard import StillButtons

_LEFT = Qt.MouseButton.LeftButton


def line(name: str) -> PlanLine:
    return PlanLine(f"app/{name}", name, (), "1 MB", may_be_left_out=True)


def first_button(rows: PlanRows) -> QAbstractButton:
    row = rows.findChildren(PlanRow)[0]
    [button] = row.findChildren(QAbstractButton)
    return button


@pytest.mark.parametrize("gap", [100, 250, 400, 500])
def test_a_double_click_leaves_out_one(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, gap: int
) -> None:
    time = [10_000.0]
    monkeypatch.setattr(guard, "now", lambda: time[0])
    StillButtons.watch()
    rows = PlanRows()
    qtbot.addWidget(rows)
    left: list[str] = []
    rows.left_out.connect(left.append)
    rows.show_lines([line("a"), line("b"), line("c")])
    rows.resize(500, 200)
    rows.show()
    time[0] += 1000
    qtbot.mouseClick(first_button(rows), _LEFT)
    rows.show_lines([line("b"), line("c")])
    time[0] += gap
    qtbot.mouseClick(first_button(rows), _LEFT)
    assert left == ["app/a"]
    time[0] += 700
    qtbot.mouseClick(first_button(rows), _LEFT)
    assert left == ["app/a", "app/b"]


def test_what_comes_off_is_kept_by_its_button(qtbot: QtBot) -> None:
    rows = PlanRows()
    qtbot.addWidget(rows)
    kept: list[str] = []
    rows.kept.connect(kept.append)
    rows.show_lines([PlanLine("app/a", "a", (), "", may_be_kept=True)])
    rows.show()
    assert first_button(rows).text() == "Keep it"
    qtbot.mouseClick(first_button(rows), _LEFT)
    assert kept == ["app/a"]
    rows.show_lines([line("b")])
    assert first_button(rows).text() == "Leave it out"
