"""Thousands of rows: what is done for each of them does not grow with the number of the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.flatpak.refs import host_arch
from app.stick.environment import Environment
from tests.ui.controllers.held_bridge import HeldBridge
from ui.dialogs.rehearsal import RehearsalDialog
from ui.state.session import Session
from ui.widgets.card import Line, RowsCard

MANY = 200


@pytest.fixture
def set_anew(monkeypatch: pytest.MonkeyPatch) -> list[Line]:
    """Lines between rows, each time one is shown or hidden."""
    told: list[Line] = []
    really = Line.setVisible

    def counted(line: Line, visible: bool) -> None:
        told.append(line)
        really(line, visible)

    monkeypatch.setattr(Line, "setVisible", counted)
    return told


@pytest.fixture
def session(environment: Environment, qapp: QApplication) -> Iterator[Session]:
    session = Session(environment, qapp)
    yield session
    session.setParent(None)
    session.deleteLater()


def test_a_dialog_that_is_seen_gets_many_rows(
    session: Session, qtbot: QtBot, set_anew: list[Line]
) -> None:
    bridge = HeldBridge()
    dialog = RehearsalDialog(session, bridge, repairs=False)
    dialog.open()
    apps = [(f"app/org.test.A{n}/{host_arch()}/stable", f"App {n}") for n in range(MANY)]
    dialog.begin(Path("/nowhere"), apps, None)
    qtbot.wait(0)
    assert len(dialog.view.rows) == MANY
    assert len(set_anew) < 5 * MANY
    dialog.reject()
    bridge.close()


def test_lines_are_between_the_rows_that_are_shown(qtbot: QtBot) -> None:
    card = RowsCard()
    qtbot.addWidget(card)
    card.show()
    rows = [QWidget() for _ in range(4)]
    rows[0].hide()
    with card.still():
        for row in rows[:3]:
            card.add_row(row)
        card.add_row(rows[3], 0)
    lines = sorted(card.findChildren(Line), key=card.body.indexOf)
    assert [line.isHidden() for line in lines] == [True, True, False, False]
