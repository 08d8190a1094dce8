"""Apps: what goes on the drive."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QWidget

from app.errors import SatchelError
from app.flatpak.catalogue.remote_catalogue import Row
from app.stick.planning.plan import Addition
from ui.controllers.apps import AppsController, SearchResult
from ui.controllers.catalogue_status import CatalogueState, CatalogueStatus
from ui.controllers.choice import ChoiceStatus
from ui.dialogs.add_remote import AddRemoteDialog
from ui.i18n.filling import filled
from ui.models.app_rows import RowList, row_key
from ui.pages.apps.app_details import AppDetails
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel
from ui.pages.apps.app_view import AppView
from ui.pages.apps.catalogue_panel import CataloguePanel
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.choice_words import strip_line, summed
from ui.pages.apps.filter_bar import FilterBar
from ui.pages.apps.languages_and_graphics import LanguagesAndGraphicsDialog
from ui.pages.apps.result_list import ResultList
from ui.pages.apps.saved_sets import SavedSets
from ui.pages.apps.shortcomings_notice import ShortcomingsNotice
from ui.pages.apps.toolbar import Toolbar
from ui.pages.apps.your_choice import YourChoice
from ui.pages.base import Page
from ui.state.page_name import PageName
from ui.state.session import ChosenRef, Session
from ui.style import style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.toast import Toast


class AppsPage(Page):
    """The catalogue, the choice, and what it costs."""

    name = PageName.APPS
    icon = Symbol.GRID

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._controller = AppsController(session, bridge, self)
        self._choosing = self._controller.choosing
        ratio = self.devicePixelRatioF()
        side = round(style.px(style.Icon.LARGE) * max(ratio, 1.0))
        self._pictures = AppIcons(bridge, side, session.pictures, self)
        self._model = AppListModel(self._notes, self)
        self.body.setSpacing(style.GRID)
        self._build_top()
        self._build_catalogue()
        self._build_foot()
        self._connect()
        self._show_choice(self._choosing.status)

    def _build_top(self) -> None:
        self._toolbar = Toolbar(self)
        self._shortcomings = ShortcomingsNotice(self)
        self._filters = FilterBar(self)
        self.body.addWidget(self._toolbar)
        self.body.addWidget(self._filters)
        self.body.addWidget(self._shortcomings)

    def _build_catalogue(self) -> None:
        self._view = AppView(self._model, self._pictures, self)
        self._details = AppDetails(self)
        both = QSplitter(Qt.Orientation.Horizontal, self)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(style.GRID)
        self._results = ResultList(self._model, self._view, self)
        both.addWidget(self._results)
        both.addWidget(self._details)
        both.setStretchFactor(0, 1)
        both.setStretchFactor(1, 0)
        self._catalogue = CataloguePanel(both, self)
        self.body.addWidget(self._catalogue, 1)

    def _build_foot(self) -> None:
        self._strip = ChoiceStrip(self.session.pictures, self)
        self._yours = YourChoice(self.session.pictures, self._strip.button)
        self._saved = SavedSets(self.session, self.bridge, self)
        self.foot.lead.addWidget(self._strip, 1)
        self.foot.text.hide()

    def _connect_foot(self) -> None:
        yours, saved = self._yours, self._saved
        self._strip.opened.connect(yours.toggle)
        yours.removed.connect(self._remove)
        yours.cleared.connect(self._clear)
        yours.save_wanted.connect(saved.ask_for_name)
        yours.saved_wanted.connect(saved.load)
        yours.list_wanted.connect(saved.ask_for_file)
        yours.manage_wanted.connect(saved.manage)
        saved.listed.connect(yours.show_saved)
        saved.told.connect(self.toast)
        yours.show_saved(saved.entries)

    def _connect(self) -> None:
        controller = self._controller
        self._connect_foot()
        controller.catalogues_replaced.connect(self._forget_rows)
        controller.catalogue_changed.connect(self._show_catalogue)
        controller.searched.connect(self._show_result)
        self._choosing.changed.connect(self._show_choice)
        self._choosing.drive_read.connect(self._show_on_drive)
        self._choosing.stays.connect(self._tell_that_it_stays)
        controller.described.connect(self._details.show_about)
        self._choosing.compared.connect(self._show_addition)
        controller.remote_wanted.connect(self._ask_for_remote)
        self._catalogue.panel.acted.connect(controller.act)
        self._shortcomings.retry_wanted.connect(controller.open)
        self._pictures.arrived.connect(self._show_picture)
        self._model.toggled.connect(self._toggle)
        self._details.toggled.connect(self._toggle)
        self._view.looked_at.connect(self._look_at)
        self._view.typed.connect(self._filters.search.type_on)
        self._filters.changed.connect(self._search)
        self._filters.grid_wanted.connect(self._view.set_grid)
        self._filters.search.left_downwards.connect(self._view.enter)
        self._filters.search.confirmed.connect(self._view.enter)
        self._toolbar.sort_changed.connect(self._search)
        self._results.panel.acted.connect(self._search_everything)
        self._toolbar.remote_wanted.connect(self._ask_for_remote)
        self._toolbar.languages_wanted.connect(self._ask_for_whom)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._filters.search.setFocus)

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Apps")

    @property
    def title(self) -> str:
        return self.tr("Which apps?")

    @property
    def value(self) -> str:
        return summed(self._choosing.status) if self._choosing.status.refs else ""

    @property
    def primary_text(self) -> str:
        if self.session.target is None:
            return self.tr("Choose a drive")
        return self.tr("Review")

    @property
    def primary_enabled(self) -> bool:
        return self.session.target is None or self.complete

    @property
    def primary_reason(self) -> str:
        if not self._choosing.status.refs:
            return self.tr("Choose at least one app.")
        return strip_line(self._choosing.status).text if self._choosing.status.cost.blocks else ""

    @property
    def complete(self) -> bool:
        return self._choosing.ready

    def primary(self) -> None:
        if self.session.target is None:
            self.go.emit(PageName.DRIVE)
        else:
            self.proceed.emit()

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    # The catalogues

    def _forget_rows(self) -> None:
        """Rows are read in the catalogues that they were found in."""
        self._pictures.use(self._controller.catalogues)
        for part in (self._model, self._details):
            part.speak(self.session.environment.languages)
        self._model.show(RowList(()))

    def _show_catalogue(self, status: CatalogueStatus) -> None:
        self._shortcomings.show_shortcomings(status.shortcomings)
        if status.state is CatalogueState.OPEN:
            self._filters.show_remotes(status.remotes)
        self._catalogue.show_status(status)
        if status.state is CatalogueState.OPEN:
            self._details.show_nothing()
            self._view.look_anew()
            self._search()
            self._filters.search.setFocus(Qt.FocusReason.OtherFocusReason)

    # The list

    def _search(self) -> None:
        self._controller.search(self._filters.criteria(self._toolbar.sort))

    def _search_everything(self) -> None:
        self._filters.reset()
        self._filters.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_result(self, result: SearchResult) -> None:
        self._filters.show_categories(result.categories)
        self._results.show_result(result)

    def _notes(self, row: Row) -> list[str]:
        """What sets a row apart, in a word or two each."""
        notes = self._controller.notes(row)
        return [
            *([self.tr("end of life")] if notes.ended else []),
            *([self.tr("on the drive")] if notes.on_drive else []),
            *([notes.remote] if notes.remote else []),
        ]

    def _show_on_drive(self) -> None:
        self._filters.show_on_drive(self._controller.anything_on_drive)
        self._model.refresh()

    # One app

    def _look_at(self, row: Row) -> None:
        chosen = row_key(row) in self._choosing.status.keys
        self._details.show_row(row, self._pictures.get(row), chosen=chosen)
        self._controller.look_at(row)

    def _show_picture(self) -> None:
        row = self._details.row
        if row is not None:
            self._details.show_picture(self._pictures.get(row))

    def _show_addition(self, ref: str, addition: Addition | SatchelError) -> None:
        if isinstance(addition, SatchelError):
            self._details.show_no_addition(ref, addition)
        else:
            self._details.show_addition(ref, addition)

    # The choice

    def _toggle(self, row: Row) -> None:
        self._choosing.toggle(row, self._model.name(row))

    def _remove(self, ref: ChosenRef) -> None:
        before = self._choosing.remove([(ref.remote, ref.ref)])
        text = filled(self.tr("%1 removed from your choice"), ref.name)
        self.toast(Toast(text, undo=partial(self._choosing.restore, before)))

    def _clear(self) -> None:
        before = self._choosing.clear()
        text = self.tr("%n app(s) removed from your choice", "", len(before.refs))
        self.toast(Toast(text, undo=partial(self._choosing.restore, before)))

    def _tell_that_it_stays(self, name: str) -> None:
        text = self.tr("%1 stays on %2. Taking apps off a drive is not possible yet.")
        self.toast(Toast(filled(text, name, self._choosing.status.drive)))

    def _show_choice(self, status: ChoiceStatus) -> None:
        self._model.show_chosen(status.keys)
        self._strip.show_status(status)
        self._yours.show_status(status)
        row = self._details.row
        if row is not None:
            self._details.show_chosen(row_key(row) in status.keys)
        self.changed.emit()

    # Dialogs

    def _ask_for_remote(self) -> None:
        dialog = AddRemoteDialog(self.session, self.bridge, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _ask_for_whom(self) -> None:
        self._whom_dialog = LanguagesAndGraphicsDialog(
            self.session.choice.options,
            self.session.default_options.languages,
            self._controller.drivers,
            self,
        )
        self._whom_dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._whom_dialog.accepted.connect(self._take_options)
        self._whom_dialog.open()

    def _take_options(self) -> None:
        self._choosing.set_options(self._whom_dialog.options)
