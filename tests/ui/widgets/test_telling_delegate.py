"""What ends in an ellipsis in a painted row is told whole where the mouse rests on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QListView, QToolTip
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.message import NOTHING
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


def test_a_drive(qtbot: QtBot) -> None:
    volume = Volume("/dev/sda1", 1, "ntfs", LABEL, "A-B", GB, (Path("/media/W"),))
    drive = Drive("/dev/sda", 1, "", "Stick", "", "usb", GB, True, False, NOTHING, (volume,))
    view = PlaceList()
    qtbot.addWidget(view)
    model = PlacesModel(view)
    view.setModel(model)
    model.show(places_of(drive))
    assert LABEL in told(qtbot, view, 480)
