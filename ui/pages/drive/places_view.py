"""The cards of all places and what else can be written to; or what to do while there is none."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from ui.controllers.drive_view import DriveState, DriveView
from ui.i18n.filling import filled
from ui.i18n.wording import worded
from ui.models.place import fillable
from ui.models.places import PlacesModel
from ui.pages.drive.place_list import PlaceList
from ui.style import icons, style
from ui.style.meter import MeterParts, MeterState
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button, Link
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow import Flow
from ui.widgets.margin_bar import MarginBar
from ui.widgets.message_card import MessageCard, Sign
from ui.widgets.page_scroll import PageScroll
from ui.widgets.yielding_scroll import YieldingScroll

_GHOST = (300, 92)
_HIGH_ENOUGH = 300
"""For the drawing of a drive above what there is to say."""


class PlacesView(QWidget):
    """Signals:
    folder_wanted(), demo_wanted(): so was asked for, instead of a drive.
    help_wanted(): a drive is plugged in, and not shown.
    all_wanted(): all drives are to get the same apps.

    Attributes:
        list: the cards.
    """

    folder_wanted = Signal()
    demo_wanted = Signal()
    help_wanted = Signal()
    all_wanted = Signal()

    def __init__(self, *, is_demo: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = PlacesModel(self)
        self.list = PlaceList(self)
        self.list.setModel(self._model)
        self.list.setAccessibleName(self.tr("Drives and folders"))
        self._message = MessageCard(self)
        self._message.hide()
        self._stack = QStackedWidget(self)
        self._cards = self._with_cards(is_demo=is_demo)
        self._without = self._without_drives(is_demo=is_demo)
        self._empty = PageScroll(self._without, self)
        self._nothing = QWidget(self)
        for page in (self._cards, self._empty, self._nothing):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.INNER))
        layout.addWidget(YieldingScroll(self._message, self))
        layout.addWidget(self._stack, 1)

    def hang_bars(self, page: QWidget) -> None:
        """In the margin of ``page``."""
        MarginBar(self.list, page)
        self._empty.hang_bar(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._without.set_drawn(event.size().height() >= style.px(_HIGH_ENOUGH))

    def draw(self, view: DriveView) -> None:
        had_focus = self.list.hasFocus()
        current = self.list.currentIndex().data(PlacesModel.PLACE)
        self._model.show(view.places)
        operation = view.operation
        chosen = frozenset(place.key for place in view.all_chosen)
        self._model.mark(chosen, operation.place.key if operation is not None else None)
        self._draw_link(view)
        if view.places and not self.list.currentIndex().isValid():
            # Where the keyboard begins.
            key = (view.chosen or view.places[0]).key
            row = self._model.row_of(current.key) if current is not None else None
            self.list.setCurrentIndex(self._model.index(row or self._model.row_of(key) or 0))
        self._draw_message(view)
        if view.places:
            self._stack.setCurrentWidget(self._cards)
        elif view.state is DriveState.LOOKING:
            self._stack.setCurrentWidget(self._nothing)
        else:
            self._stack.setCurrentWidget(self._empty)
        if had_focus and view.places:
            self.list.setFocus()

    def _draw_link(self, view: DriveView) -> None:
        """Where there are several that are not all chosen yet."""
        drives = fillable(view.places)
        chosen = {place.drive.device for place in view.all_chosen if place.drive is not None}
        left = any(place.drive is not None and place.drive.device not in chosen for place in drives)
        self._all.setVisible(len(drives) > 1 and left)
        self._all.setText(
            self.tr("Fill both with the same apps")
            if len(drives) == 2
            else filled(self.tr("Fill all %1 with the same apps"), str(len(drives)))
        )

    def _draw_message(self, view: DriveView) -> None:
        """Why drives cannot be found, or what cannot be done to them here."""
        if view.problem is not None:
            self._message.say(
                Sign.WARNING,
                self.tr("Drives cannot be found on this computer"),
                self.tr("You can use a folder."),
                worded(view.problem.message),
            )
        elif view.notices:
            first = view.notices[0]
            self._message.say(Sign.WARNING, worded(first.message), worded(first.hint))
        self._message.setVisible(view.problem is not None or bool(view.notices))

    def _with_cards(self, *, is_demo: bool) -> QWidget:
        page = QWidget(self)
        row = Flow(style.px(style.GAP))
        self._all = Link("", page)
        self._all.clicked.connect(self.all_wanted)
        folder = Link(self.tr("Use a folder"), page)
        folder.clicked.connect(self.folder_wanted)
        demo = Link(self.tr("Try it without a drive"), page)
        demo.clicked.connect(self.demo_wanted)
        demo.setVisible(not is_demo)
        sign = QLabel(page)
        icons.give(sign, Symbol.INFO, token="soft", side=style.Icon.SMALL)
        question = labels.Label(self.tr("A drive is missing?"), quiet=True, parent=page)
        why = Link(self.tr("Why"), page)
        why.setAccessibleName(self.tr("Why a drive may be missing"))
        why.clicked.connect(self.help_wanted)
        row.addWidget(self._all)
        row.addWidget(folder)
        row.addWidget(demo)
        row.add_stretch()
        row.addWidget(_beside(page, sign, question, why))
        row.setContentsMargins(0, style.px(style.HALF), 0, 0)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addLayout(row)
        layout.addStretch(1)
        return page

    def _without_drives(self, *, is_demo: bool) -> EmptyState:
        ghost = DriveMeter(*_GHOST)
        ghost.show_parts(MeterParts(), MeterState.GHOST, "")
        ghost.setAccessibleName(self.tr("No drive"))
        folder = Button(self.tr("Use a folder"), symbol=Symbol.FOLDER)
        folder.clicked.connect(self.folder_wanted)
        demo = Button(self.tr("Try it without a drive"), symbol=Symbol.STAR)
        demo.clicked.connect(self.demo_wanted)
        link = Link(self.tr("I have plugged one in, and nothing happens"))
        link.clicked.connect(self.help_wanted)
        empty = EmptyState(ghost, [folder] if is_demo else [folder, demo], link, self)
        empty.say(
            self.tr("Plug in a USB drive"),
            self.tr(
                "It shows up here by itself. 8 GB is enough for about twenty school apps, 32 GB "
                "also for a whole encyclopedia."
            ),
        )
        return empty


def _beside(parent: QWidget, *widgets: QWidget) -> QWidget:
    """They stay together."""
    together = QWidget(parent)
    row = QHBoxLayout(together)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(style.px(style.GRID))
    for widget in widgets:
        row.addWidget(widget)
    return together
