"""Apps: what goes on the drive."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from app.flatpak.catalogue.remote_catalogue import Row
from app.stick.choices.taking import OfferedFile
from ui.controllers.apps import AppsController, SearchResult
from ui.controllers.catalogue_status import CatalogueState, CatalogueStatus
from ui.controllers.choice import ChoiceStatus
from ui.controllers.search import Search, SearchCriteria
from ui.dialogs.computers import ComputersDialog
from ui.pages.apps.app_browser import AppBrowser
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.asking import Asking
from ui.pages.apps.badges import foreign, shown_language
from ui.pages.apps.beginning import Beginning
from ui.pages.apps.catalogue_panel import CataloguePanel
from ui.pages.apps.category_chips import CategoryChips
from ui.pages.apps.choice_foot import ChoiceFoot
from ui.pages.apps.choice_words import strip_line, summed, summed_work
from ui.pages.apps.offered_files import OfferedFiles
from ui.pages.apps.search_head import SearchHead
from ui.pages.apps.shortcomings_notice import ShortcomingsNotice, way_text
from ui.pages.base import Page
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.state.works.planned import PlannedWork
from ui.state.works.work import Work
from ui.style import style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.margin_bar import MarginBar


class AppsPage(Page):
    """The catalogue, the choice, and what it costs.

    Signals: file_chosen(object): this `OfferedFile`, which was looked at, is wanted.
    """

    file_chosen = Signal(object)

    name = PageName.APPS
    icon = Symbol.GRID
    is_wide = True

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._controller = AppsController(session, bridge, self)
        self._choosing = self._controller.choosing
        side = round(style.px(style.Icon.LARGE) * max(self.devicePixelRatioF(), 1.0))
        self._pictures = AppIcons(bridge, side, session.pictures, self)
        self._criteria = SearchCriteria(self)
        self._shown = self._criteria.search
        self._asking = Asking(session, bridge, self._controller, self)
        self._choosing.changed.connect(self.changed)

    def fill(self) -> None:
        self._build_top()
        self._choice = ChoiceFoot(self.session, self.bridge, self._choosing, self)
        self.foot.lead.addWidget(self._choice.strip, 1)
        self.foot.text.hide()
        self._build_catalogue()
        self._connect()
        self._show_choice(self._choosing.status)
        self._show_on_drive()

    def _build_top(self) -> None:
        self._search = SearchHead(self._criteria, self)
        self.head.addWidget(self._search, 1)
        self._shortcomings = ShortcomingsNotice(self)
        self.body.addWidget(self._shortcomings)

    def _build_catalogue(self) -> None:
        # From the outside in, as the window.
        content = QWidget()
        self._catalogue = CataloguePanel(content)
        self.body.addWidget(self._catalogue, 1)
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(style.px(style.GAP))
        self._chips = CategoryChips(self._criteria, content)
        self._stack = QStackedWidget(content)
        inside.addWidget(self._chips)
        inside.addWidget(self._stack, 1)
        self._browser = AppBrowser(
            self._controller, self._criteria, self._pictures, self.session, self.bridge, self
        )
        self._beginning = Beginning(
            self.session,
            self.bridge,
            self._controller,
            self._criteria,
            self._pictures,
            self._browser.badges,
            self._choice,
            self,
        )
        self._files = OfferedFiles(self.session.pictures, self)
        self._files.chosen.connect(self.file_chosen)
        self._stack.addWidget(self._beginning.view)
        self._stack.addWidget(self._browser)
        self._beginning.view.hang_bar(self)
        MarginBar(self._browser.view, self)

    def _connect(self) -> None:
        controller = self._controller
        controller.catalogues_replaced.connect(self._forget_rows)
        controller.catalogue_changed.connect(self._show_catalogue)
        controller.remote_wanted.connect(self._asking.for_remote)
        self._choosing.changed.connect(self._show_choice)
        self._choosing.drive_read.connect(self._show_on_drive)
        self._choice.told.connect(self.toast)
        self._choosing.compared.connect(self._browser.show_addition)
        self._catalogue.acted.connect(controller.act)
        self._shortcomings.retry_wanted.connect(controller.open)
        self._shortcomings.way_wanted.connect(self._asking.for_way_out)
        self._asking.told.connect(self.toast)
        for part in (self._browser, self._beginning):
            part.toggled.connect(self._toggle)
            part.refused.connect(self._refuse)
        self._beginning.looked_at.connect(self._browser.look_at)
        self._beginning.set_opened.connect(self._browser.slide.leave)
        self._beginning.found.connect(self._show_part)
        controller.searched.connect(self._show_result)
        self._browser.view.typed.connect(self._search.field.type_on)
        self._criteria.changed.connect(self._look_for)
        search = self._search
        search.tiles_wanted.connect(self._browser.view.set_tiles)
        search.field.left_downwards.connect(self._browser.view.enter)
        search.field.confirmed.connect(self._browser.view.enter)
        search.source_wanted.connect(self._asking.for_remote)
        search.languages_wanted.connect(self._asking.for_whom)
        search.systems_wanted.connect(self._asking.for_systems)
        search.list_wanted.connect(self._choice.saved.ask_for_file)
        search.file_wanted.connect(self._ask_for_files)
        search.needs_wanted.connect(self._ask_for_needs)
        self._choice.computers_wanted.connect(self._show_computers)
        self.session.choice_changed.connect(self._show_languages)

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Apps")

    @property
    def title(self) -> str:
        return self.tr("Which apps?")

    @property
    def value(self) -> str:
        work = self._work
        if work is not None:
            return summed_work(work)
        return summed(self._choosing.status) if self._choosing.status.changes else ""

    @property
    def _work(self) -> Work | None:
        """What is done to the drive, or was; where the same is for several, to one of them."""
        session = self.session
        if session.work is None and session.copies:
            return session.copies[0].work
        if session.work is None and session.approved and session.plan is not None:
            return PlannedWork(session.plan)
        return session.work

    @property
    def primary_text(self) -> str:
        if self._failed:
            way = self._controller.catalogue.way
            return way_text(way) if way is not None else self.tr("Try again")
        if self.session.target is None:
            return self.tr("Choose a drive")
        return self.tr("Review")

    @property
    def primary_enabled(self) -> bool:
        return self._failed or self.session.target is None or self.complete

    @property
    def primary_reason(self) -> str:
        if self.primary_enabled:
            return ""
        status = self._choosing.status
        if not status.changes and not status.stay:
            return self.tr("Choose at least one app.")
        return strip_line(status).text if status.cost.blocks or not status.changes else ""

    @property
    def complete(self) -> bool:
        return self._choosing.ready

    @property
    def _failed(self) -> bool:
        """Whether there is nothing to choose from, and no choice to go on with."""
        failed = self._controller.catalogue.state is CatalogueState.FAILED
        return failed and not self._choosing.status.changes

    def primary(self) -> None:
        status = self._controller.catalogue
        if self._failed and status.way is not None and status.culprit is not None:
            self._asking.for_way_out(status.way, status.culprit)
        elif self._failed:
            self._controller.open()
        elif self.session.target is None:
            self.go.emit(PageName.DRIVE)
        else:
            self.proceed.emit()

    def entered(self) -> None:
        self._controller.enter()

    def look_again(self) -> None:
        self._controller.open()

    def left(self) -> None:
        self._controller.leave()

    # The catalogues

    def _forget_rows(self) -> None:
        """Rows are read in the catalogues that they were found in."""
        self._pictures.use(self._controller.catalogues)

    def _show_catalogue(self, status: CatalogueStatus) -> None:
        now = self.session.environment.clock()
        self._shortcomings.show_shortcomings(status.shortcomings, now)
        self._catalogue.show_status(status)
        self.changed.emit()
        if status.state is CatalogueState.OPEN:
            self._search.show_remotes(status.remotes)
            self._search.show_count(self._controller.count)
            self._show_languages()
            self._beginning.check()
            self._look_for(self._criteria.search)
            if not self._is_in_use:
                self._search.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _is_in_use(self) -> bool:
        """Whether somebody has gone to something on it meanwhile, or looks at an app there."""
        focus = QApplication.focusWidget()
        return focus is not None and focus is not self and self.isAncestorOf(focus)

    def _show_languages(self) -> None:
        others = foreign(self._browser.languages)
        self._search.show_language(shown_language(others[0]) if others else "")
        self._browser.show_languages()

    def _show_on_drive(self) -> None:
        self._search.show_on_drive(self._controller.anything_on_drive)
        self._browser.refresh()

    # What is looked for

    def _look_for(self, search: Search) -> None:
        self._controller.search(search)
        if not search.asked:
            # Where to begin is there already.
            self._show_for(search)

    def _show_result(self, result: SearchResult) -> None:
        """Not before it is there: else the list before it would be drawn once more."""
        self._show_for(result.search)
        if not result.search.narrowed:
            self._chips.show_present(result.categories)

    def _show_for(self, search: Search) -> None:
        """Nothing in particular: where to begin. A category alone keeps the chips."""
        self._shown = search
        self._chips.setVisible(search.is_category_only)
        self._browser.show_filters(not search.is_category_only)
        self._show_part()

    def _show_part(self) -> None:
        listed = self._shown.asked or self._beginning.is_empty
        self._stack.setCurrentWidget(self._browser if listed else self._beginning.view)

    # The choice

    def _toggle(self, row: Row) -> None:
        self._choice.toggle(row, self._browser.model.name(row))

    def _refuse(self, row: Row) -> None:
        self._choice.refuse(row, self._browser.model.name(row))

    def _show_choice(self, status: ChoiceStatus) -> None:
        self._browser.model.show_chosen(status.keys, status.ticked, status.as_it_is)
        self._browser.show_chosen()

    def offer_file(self, offered: OfferedFile) -> None:
        """An app that is a file, to be looked at."""
        self.make()
        for slide in (self._browser.slide, self._beginning.slide):
            slide.leave()
        self._files.show_file(offered)

    # Dialogs

    def _ask_for_files(self) -> None:
        kinds = self.tr("Apps") + " (*.flatpak *.flatpakref)"
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Choose a file"), "", kinds)
        self.files_given.emit(chosen)

    def _ask_for_needs(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("What computers need"))
        self.files_given.emit(chosen)

    def _show_computers(self) -> None:
        ComputersDialog(self.session.choice, self).open()
