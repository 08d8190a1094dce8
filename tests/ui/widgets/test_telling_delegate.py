"""What ends in an ellipsis in a painted row is told whole where the mouse rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QHelpEvent
from PySide6.QtWidgets import QApplication, QListView, QToolTip
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.drive.space import Space
from app.message import NOTHING
from app.replacing import replace
from app.stick.inspecting.overview import Overview
from tests.ui.controllers.values import GB
from ui.models.drive_apps import DriveApp
from ui.models.place import places_of
from ui.models.places import PlacesModel
from ui.pages.contents.apps_model import AppsModel, Upkeep
from ui.pages.contents.apps_view import AppsList
from ui.pages.drive.place_list import PlaceList
from ui.state.app_pictures import AppPictures

NAME = "Sehr ausführliches Wörterbuch der altgriechischen Dichtersprache <i>"
VERSION = "2026.11.30-nightly-0123456789abcdef01234"
LABEL = "W" * 30


def told(qtbot: QtBot, view: QListView, width: int = 620) -> str:
    """Of its first row."""
    window = view.window()
    window.resize(width, 300)
    window.show()
    qtbot.waitExposed(window)
    view.viewport().grab()
    place = view.visualRect(view.model().index(0, 0)).center()
    event = QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    text = QToolTip.text()
    QToolTip.hideText()
    return text


def test_an_app_on_a_drive(qtbot: QtBot) -> None:
    model = AppsModel()
    card = AppsList(model, AppPictures(model))
    qtbot.addWidget(card)
    app = DriveApp("app/org.test.A/x86_64/stable", NAME, "", VERSION, (), False, 1, 1)
    model.show_apps([app], Upkeep())
    text = told(qtbot, card.view)
    assert "Dichtersprache &lt;i&gt;" in text
    assert VERSION in text


def test_what_can_be_read_is_not_told_again(qtbot: QtBot) -> None:
    model = AppsModel()
    card = AppsList(model, AppPictures(model))
    qtbot.addWidget(card)
    app = DriveApp("app/org.test.A/x86_64/stable", "Paint", "Draws", "1", (), False, 1, 1)
    model.show_apps([app], Upkeep())
    assert not told(qtbot, card.view)


def drives(qtbot: QtBot, label: str) -> PlaceList:
    """With one that has apps, and updates for some."""
    root = Path("/media/W")
    volume = Volume("/dev/sda1", 1, "ntfs", label, "A-B", GB, (root,))
    drive = Drive("/dev/sda", 1, "", "Stick", "", "usb", GB, True, False, NOTHING, (volume,))
    space = Space(root, "ntfs", 4096, GB // 2, GB, None, None, False)
    overview = Overview(space, stick=True, apps=14, updates=5)
    view = PlaceList()
    qtbot.addWidget(view)
    model = PlacesModel(view)
    view.setModel(model)
    model.show([replace(place, overview=overview) for place in places_of(drive)])
    return view


def test_a_drive(qtbot: QtBot) -> None:
    assert LABEL in told(qtbot, drives(qtbot, LABEL), 480)


@pytest.fixture
def large(qapp: QApplication) -> Iterator[None]:
    usual = qapp.font()
    font = QFont(usual)
    font.setPointSizeF(22.0)
    qapp.setFont(font)
    yield
    qapp.setFont(usual)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("width", [700, 1080])
def test_in_large_letters_the_name_of_a_drive_is_read_whole_above_its_state(
    qtbot: QtBot, width: int
) -> None:
    """As long as labels are on what is sold."""
    view = drives(qtbot, "CLASSROOM 3B")
    assert "CLASSROOM" not in told(qtbot, view, width)
    card = view.card_layout(view.model().index(0, 0))
    assert card.card.contains(card.pill)
    assert not [each for each in (card.name, card.about, card.line) if card.pill.intersects(each)]


def test_beside_a_short_name_the_state_stands_in_the_same_line(qtbot: QtBot) -> None:
    view = drives(qtbot, "A")
    told(qtbot, view)
    card = view.card_layout(view.model().index(0, 0))
    assert abs(card.pill.center().y() - card.name.center().y()) <= 1
