"""What can be done to a place: the menu of its card."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from ui.models.place import Place
from ui.widgets.menu import Menu


class CardMenu(Menu):
    """Only what can be done to this place.

    Signals:
        afresh_wanted(object), opened(object), contents_wanted(object), rename_wanted(object),
        erase_wanted(object), eject_wanted(object), details_wanted(object): so was chosen; the
        `Place`.
    """

    afresh_wanted = Signal(object)
    opened = Signal(object)
    contents_wanted = Signal(object)
    rename_wanted = Signal(object)
    erase_wanted = Signal(object)
    eject_wanted = Signal(object)
    details_wanted = Signal(object)

    def __init__(self, place: Place, *, in_use: bool, parent: QWidget) -> None:
        """``in_use``: something is being done to a drive, and nothing else can be."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(place.name)
        self._place = place
        if place.can_go_on and not in_use:
            self._add(self.tr("Start afresh"), self.afresh_wanted)
        if place.root is not None:
            self._add(self.tr("Open"), self.opened)
            if place.overview is not None and place.overview.stick:
                self._add(self.tr("What's on it"), self.contents_wanted)
        if place.drive is not None and not in_use:
            if place.can_be_renamed:
                self._add(self.tr("Rename…"), self.rename_wanted)
            if place.can_be_erased:
                self._add(self.tr("Erase…"), self.erase_wanted)
            self._add(self.tr("Eject"), self.eject_wanted)
        self._add(self.tr("Details"), self.details_wanted)

    def popup_at(self, corner: QPoint) -> None:
        """With its outer corner there, below the button that opened it."""
        if not self.isRightToLeft():
            corner = corner - QPoint(self.sizeHint().width(), 0)
        self.popup(corner)

    def _add(self, text: str, signal: SignalInstance) -> None:
        action = self.entry(text)
        action.triggered.connect(lambda: signal.emit(self._place))
