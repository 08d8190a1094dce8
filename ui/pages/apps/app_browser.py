"""The list of apps with its filters, and the app that is looked at beside it or over it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.errors import SatchelError
from app.flatpak.catalogue.app_info import AppInfo
from app.flatpak.catalogue.remote_catalogue import Row
from app.stick.planning.cost import Addition
from ui.controllers.apps import AppsController, SearchResult
from ui.controllers.screenshots import ScreenshotController
from ui.controllers.search import SearchCriteria
from ui.models.app_rows import RowList, row_key
from ui.pages.apps.app_details import AppDetails
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel
from ui.pages.apps.app_view import AppView
from ui.pages.apps.badges import Badge, badges, foreign, on_drive, shown_language
from ui.pages.apps.filter_chips import FilterChips
from ui.pages.apps.result_list import ResultList
from ui.state.session import Session
from ui.style import style
from ui.style.tokens import breakpoint_at, size
from ui.tasks.bridge import Bridge
from ui.widgets.margin_bar import MarginBar
from ui.widgets.slide_over import Lies, SlideOver


class AppBrowser(QWidget):
    """Signals:
    toggled(object): the `Row` is to be chosen, or taken away.
    refused(object): somebody wanted to choose this `Row`, which cannot go on a drive.
    """

    toggled = Signal(object)
    refused = Signal(object)

    def __init__(
        self,
        controller: AppsController,
        criteria: SearchCriteria,
        pictures: AppIcons,
        session: Session,
        bridge: Bridge,
        page: QWidget,
    ) -> None:
        """``page``: whose edge the app that is looked at slides over."""
        super().__init__(page)
        self._controller = controller
        self._criteria = criteria
        self._pictures = pictures
        self._session = session
        self._page = page
        self._model = AppListModel(self.badges, self)
        self.view = AppView(self._model, pictures, self)
        self._chips = FilterChips(criteria, self)
        self._results = ResultList(self._model, self.view, self)
        self._details = AppDetails(self)
        self._slide = SlideOver(page, self.tr("About the app"))
        self._slide.body.addWidget(self._details)
        MarginBar(self._details.area, self._slide)
        width = round(style.px(size("slide-over")) * max(self.devicePixelRatioF(), 1.0))
        self._shots = ScreenshotController(session, bridge, width, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.INNER))
        layout.addWidget(self._chips)
        layout.addWidget(self._results, 1)
        self._connect()

    def _connect(self) -> None:
        controller, details = self._controller, self._details
        controller.catalogues_replaced.connect(self._forget_rows)
        controller.searched.connect(self._show_result)
        controller.described.connect(self._show_about)
        self._model.toggled.connect(self.toggled)
        self._model.refused.connect(self.refused)
        self.view.looked_at.connect(self.look_at)
        self._results.meant.connect(self._criteria.set_text)
        self._results.cleared.connect(self._criteria.clear)
        details.toggled.connect(self.toggled)
        details.turned.connect(self._shots.turn)
        details.left.connect(self._slide.leave)
        self._slide.closed.connect(self._closed)
        self._slide.opened.connect(self._make_room)
        self._shots.changed.connect(details.show_shots)
        self._pictures.arrived.connect(self._show_picture)

    @property
    def model(self) -> AppListModel:
        return self._model

    @property
    def slide(self) -> SlideOver:
        return self._slide

    def badges(self, row: Row) -> list[Badge]:
        """What is said of an app in a word or two."""
        return badges(row, self.languages, self._controller.notes(row))

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that are read where the drive goes, else the person's."""
        return self._session.choice.options.languages or self._session.environment.languages

    def show_filters(self, shown: bool) -> None:
        """Whether the row of filters stands above the list."""
        self._chips.setVisible(shown)

    # The list

    def _forget_rows(self) -> None:
        """Rows are read in the catalogues that they were found in."""
        self._slide.leave()
        self._details.forget()
        self._model.speak(self._session.environment.languages)
        self._model.show(RowList(()))
        self.show_languages()

    def show_languages(self) -> None:
        """The classroom's may be others."""
        self._details.speak(self._session.environment.languages, self.languages)
        others = foreign(self.languages)
        self._chips.show_language(shown_language(others[0]) if others else "")
        self._model.refresh()

    def _show_result(self, result: SearchResult) -> None:
        self._chips.show_categories(result.categories)
        self._results.show_result(result)

    def refresh(self) -> None:
        """What is said about rows may be different now."""
        self._model.refresh()

    # One app

    def look_at(self, row: Row) -> None:
        """Show it, from this list or from elsewhere on the page."""
        another = self._details.row is None or row_key(self._details.row) != row_key(row)
        notes = self._controller.notes(row)
        chosen = self._controller.is_chosen(row)
        there = on_drive(notes.drives) if notes.on_drive else ""
        self._details.show_row(row, self._pictures.get(row), chosen=chosen, there=there)
        if another:
            self._shots.show(row.remote, (), offline=True)
        self._controller.look_at(row)
        self.view.show_opened(row_key(row))
        self._place_slide()
        self._slide.open(focus=False)

    def show_chosen(self) -> None:
        """Something else is chosen."""
        row = self._details.row
        if row is not None:
            self._details.show_chosen(self._controller.is_chosen(row))

    def show_addition(self, ref: str, addition: Addition | SatchelError) -> None:
        if isinstance(addition, SatchelError):
            self._details.show_no_addition(ref, addition)
        else:
            self._details.show_addition(ref, addition)

    def _show_about(self, about: AppInfo) -> None:
        self._details.show_about(about)
        row = self._details.row
        if row is not None and str(about.ref) == row.ref:
            offline = self._controller.is_stale(row)
            self._shots.show(row.remote, about.details.screenshots, offline=offline)

    def _show_picture(self) -> None:
        row = self._details.row
        if row is not None:
            self._details.show_picture(self._pictures.get(row))

    def _closed(self) -> None:
        self.view.show_opened(None)
        self._make_room()

    # Where things are

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_slide()

    def _place_slide(self) -> None:
        narrow = style.px(breakpoint_at("slide-over lies over the list under"))
        over = self._page.window().width() < narrow
        self._slide.set_lies(Lies.OVER if over else Lies.BESIDE)
        self._make_room()

    def _make_room(self) -> None:
        """Beside the page's content it takes its part of the width."""
        room = self._slide.room
        if self._page.isRightToLeft():
            self._page.setContentsMargins(room, 0, 0, 0)
        else:
            self._page.setContentsMargins(0, 0, room, 0)
