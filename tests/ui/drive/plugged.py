"""What is on the Drive page, and what a person does there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.devices import Disk
from tests.waiting import GUARD_MS
from ui.models import place_words
from ui.models.place import Place
from ui.models.places import PlacesModel
from ui.pages.drive.card_layout import CardLayout
from ui.pages.drive.card_menu import CardMenu
from ui.pages.drive.erase_drive import EraseDialog
from ui.pages.drive.page import DrivePage
from ui.pages.drive.place_list import PlaceList
from ui.state.page_name import PageName
from ui.widgets.primary_button import PrimaryButton
from ui.window.main_window import MainWindow

LONG = GUARD_MS


def button(root: QWidget, text: str) -> QPushButton:
    buttons = [each for each in root.findChildren(QPushButton) if each.text() == text]
    # The one that is shown, where there are more.
    return max(buttons, key=QPushButton.isVisible)


def primary(window: MainWindow) -> PrimaryButton:
    button = window.findChild(PrimaryButton)
    assert button is not None
    return button


def list_of(page: DrivePage) -> PlaceList:
    view = page.findChild(PlaceList)
    assert view is not None
    return view


def places(page: DrivePage) -> list[Place]:
    model = list_of(page).model()
    return [model.index(row, 0).data(PlacesModel.PLACE) for row in range(model.rowCount())]


def spoken(page: DrivePage) -> list[str]:
    return [place_words.spoken(place) for place in places(page)]


class Plugged:
    """A window on a computer with drives."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        page = window.pages[PageName.DRIVE]
        assert isinstance(page, DrivePage)
        self.window = window
        self.page = page
        self._qtbot = qtbot

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def place(self, disk: Disk) -> Place | None:
        """The card of a drive that is in now."""
        return next(
            (
                place
                for place in places(self.page)
                if place.drive is not None and place.drive.device == disk.device
            ),
            None,
        )

    def until_place(self, disk: Disk, condition: Callable[[Place], object]) -> Place:
        def there() -> bool:
            place = self.place(disk)
            return place is not None and bool(condition(place))

        self.until(there)
        place = self.place(disk)
        assert place is not None
        return place

    def card(self, disk: Disk) -> CardLayout:
        """Where the parts of a drive's card are."""
        view = list_of(self.page)
        row = next(
            row
            for row, place in enumerate(places(self.page))
            if place.drive is not None and place.drive.device == disk.device
        )
        index = view.model().index(row, 0)
        view.scrollTo(index)
        return view.card_layout(index)

    def click_at(self, point: QPoint) -> None:
        """Somewhere on the cards."""
        viewport = list_of(self.page).viewport()
        self._qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=point)

    def click(self, disk: Disk) -> None:
        """Choose the card of a drive with the mouse."""
        self.click_at(self.card(disk).name.center())

    def tick(self, disk: Disk) -> None:
        """Beside what is chosen."""
        self.click_at(self.card(disk).tick.center())

    def press(self, text: str) -> None:
        self._qtbot.mouseClick(button(self.page, text), Qt.MouseButton.LeftButton)

    def entries(self, disk: Disk) -> list[str]:
        """What the menu of a drive's card has; it is open."""
        self.click_at(self.card(disk).more.center())
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, CardMenu)
        return [action.text() for action in menu.actions()]

    def pick(self, disk: Disk, text: str) -> None:
        """One entry of its menu."""
        self.until(lambda: self.page.view.operation is None)
        assert text in self.entries(disk)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, CardMenu)
        action = next(action for action in menu.actions() if action.text() == text)
        action.trigger()
        menu.close()

    def erase(self, disk: Disk) -> EraseDialog:
        """Open the dialog for a drive, as far as it knows that it can."""
        self.pick(disk, "Erase…")
        self.until(lambda: isinstance(QApplication.activeModalWidget(), EraseDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, EraseDialog)
        return dialog

    def confirm(self, dialog: EraseDialog, name: str) -> None:
        field = dialog.findChildren(QLineEdit)[-1]
        field.clear()
        self._qtbot.keyClicks(field, name)
