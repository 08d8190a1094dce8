"""What is on a drive: its apps, its space, its check; one of them at a time."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.errors import SatchelError
from app.stick.inspecting.inspection import Inspection
from app.stick.inspecting.sizes import Sizes
from ui.controllers.contents import Agreement
from ui.models.drive_apps import DriveApp, apps_of
from ui.pages.contents.apps_model import AppsModel, Upkeep
from ui.pages.contents.apps_view import AppsList
from ui.pages.contents.check_view import CheckView
from ui.pages.contents.space_cells import SpaceCell, SpaceModel, cells_of
from ui.pages.contents.treemap import TreeMap
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.widgets.app_message import AppMessages, AppRemark, Urgency
from ui.widgets.margin_bar import MarginBar
from ui.widgets.state_panel import Stateful
from ui.widgets.yielding_scroll import YieldingScroll

_GO_ON = "go on"
_REPAIR = "repair"


class Part(IntEnum):
    """What is looked at; the number of its segment."""

    APPS = 0
    SPACE = 1
    CHECK = 2


class ContentsView(QWidget):
    """Signals:
    details_wanted(object): of the app of an `AppLine`.
    measuring_wanted(): again, after it went wrong.
    repair_wanted(), resume_wanted(): of what can be seen without a check.
    mark_wanted(str, bool): an app is to come off, or to stay after all.
    update_wanted(): of all that is newer.

    Attributes:
        check: the part about the check.
    """

    details_wanted = Signal(object)
    measuring_wanted = Signal()
    repair_wanted = Signal()
    resume_wanted = Signal()
    mark_wanted = Signal(str, bool)
    update_wanted = Signal()

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.part = Part.APPS
        self._measured: tuple[Inspection, Sizes | None] | None = None
        self._known: tuple[DriveApp, ...] = ()
        self._mapped: tuple[SpaceCell, ...] = ()
        self._remarks = AppMessages(self)
        self._remarks.acted.connect(self._act)
        self._apps = AppsModel(self)
        self._list = AppsList(self._apps, pictures, self)
        self._list.details_wanted.connect(self.details_wanted)
        self._list.mark_wanted.connect(self.mark_wanted)
        self._list.update_wanted.connect(self.update_wanted)
        self._cells = SpaceModel(self)
        self._map = TreeMap(self._cells, pictures, self)
        self._space = Stateful(self._map, self)
        self._space.panel.acted.connect(self.measuring_wanted)
        self.check = CheckView(pictures, self)
        self._stack = QStackedWidget(self)
        for part in (_at_top(self._list), self._space, self.check):
            self._stack.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.INNER))
        layout.addWidget(YieldingScroll(self._remarks, self))
        layout.addWidget(self._stack, 1)

    def hang_bars(self, page: QWidget) -> None:
        """In the margin of ``page``."""
        MarginBar(self._list.view, page)
        self.check.hang_bar(page)

    def show_part(self, part: Part) -> None:
        self.part = part
        self._stack.setCurrentIndex(part)

    def show_remarks(self, agreement: Agreement | None, upkeep: AppRemark | None) -> None:
        """What can be seen without reading everything, and what to know before an update."""
        remarks = self._noticed(agreement) if agreement is not None else []
        if upkeep is not None:
            remarks.append(upkeep)
        # Each is about something else: none is summed up.
        self._remarks.show_remarks(remarks, lambda kind, _count: kind)

    def show_sizes(
        self,
        inspection: Inspection,
        sizes: Sizes | None,
        error: SatchelError | None,
        upkeep: Upkeep,
        *,
        plug: bool,
    ) -> None:
        """With neither they are still being measured."""
        if self._measured != (inspection, sizes):
            self._measured = (inspection, sizes)
            self._known = apps_of(inspection, sizes)
            self._mapped = cells_of(inspection, sizes) if sizes is not None else ()
        self._apps.show_apps(self._known, upkeep, still=self._list.view.is_pointed_at)
        if sizes is not None:
            self._map.show_cells(self._mapped, plug=plug)
            self._space.show_content()
        elif error is not None:
            self._space.show_panel().show_error(error, action=self.tr("Measure again"))
        else:
            self._space.show_panel().show_loading(
                self.tr("Measuring what takes the space…"),
                self.tr("You can look at the rest meanwhile."),
            )

    def _noticed(self, agreement: Agreement) -> list[AppRemark]:
        if agreement.unfinished:
            return [
                AppRemark(
                    "unfinished",
                    _GO_ON,
                    self.tr("Writing to it was interrupted."),
                    self.tr("What was on it before can still be installed."),
                    self.tr("Go on"),
                )
            ]
        if agreement.disagreements or agreement.unlisted:
            return [
                AppRemark(
                    "lists",
                    _REPAIR,
                    self.tr("Some of its lists are missing or out of date."),
                    self.tr("Not every computer would find all of its apps."),
                    self.tr("Repair"),
                    Urgency.WARM,
                )
            ]
        return []

    def _act(self, key: str) -> None:
        (self.resume_wanted if key == _GO_ON else self.repair_wanted).emit()


def _at_top(part: QWidget) -> QWidget:
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(part)
    layout.addStretch(1)
    return whole
