"""Apps: what goes on the drive."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.flatpak.catalogue.remote_catalogue import Row
from ui.controllers.apps import AppsController
from ui.controllers.catalogue_status import CatalogueState, CatalogueStatus
from ui.controllers.choice import ChoiceStatus
from ui.controllers.search import SearchCriteria
from ui.dialogs.add_remote import AddRemoteDialog
from ui.i18n.filling import filled
from ui.pages.apps.app_browser import AppBrowser
from ui.pages.apps.app_facts import refusal
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.badges import foreign, shown_language
from ui.pages.apps.catalogue_panel import CataloguePanel
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.choice_words import strip_line, summed
from ui.pages.apps.languages_and_graphics import LanguagesAndGraphicsDialog
from ui.pages.apps.saved_sets import SavedSets
from ui.pages.apps.search_head import SearchHead
from ui.pages.apps.shortcomings_notice import ShortcomingsNotice
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
    is_wide = True

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._controller = AppsController(session, bridge, self)
        self._choosing = self._controller.choosing
        ratio = self.devicePixelRatioF()
        side = round(style.px(style.Icon.LARGE) * max(ratio, 1.0))
        self._pictures = AppIcons(bridge, side, session.pictures, self)
        self._criteria = SearchCriteria(self)
        self.body.setSpacing(style.GRID)
        self._build_top()
        self._build_catalogue()
        self._build_foot()
        self._connect()
        self._show_choice(self._choosing.status)

    def _build_top(self) -> None:
        self._search = SearchHead(self._criteria, self)
        self.head.addWidget(self._search, 1)
        self._shortcomings = ShortcomingsNotice(self)
        self.body.addWidget(self._shortcomings)

    def _build_catalogue(self) -> None:
        self._browser = AppBrowser(
            self._controller, self._criteria, self._pictures, self.session, self.bridge, self
        )
        self._catalogue = CataloguePanel(self._browser, self)
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
        controller.remote_wanted.connect(self._ask_for_remote)
        self._choosing.changed.connect(self._show_choice)
        self._choosing.drive_read.connect(self._show_on_drive)
        self._choosing.stays.connect(self._tell_that_it_stays)
        self._choosing.compared.connect(self._browser.show_addition)
        self._catalogue.panel.acted.connect(controller.act)
        self._shortcomings.retry_wanted.connect(controller.open)
        self._browser.toggled.connect(self._toggle)
        self._browser.refused.connect(self._refuse)
        self._browser.view.typed.connect(self._search.field.type_on)
        self._criteria.changed.connect(controller.search)
        search = self._search
        search.tiles_wanted.connect(self._browser.view.set_tiles)
        search.field.left_downwards.connect(self._browser.view.enter)
        search.field.confirmed.connect(self._browser.view.enter)
        search.source_wanted.connect(self._ask_for_remote)
        search.languages_wanted.connect(self._ask_for_whom)
        search.list_wanted.connect(self._saved.ask_for_file)
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

    def look_again(self) -> None:
        self._controller.open()

    def left(self) -> None:
        self._controller.leave()

    # The catalogues

    def _forget_rows(self) -> None:
        """Rows are read in the catalogues that they were found in."""
        self._pictures.use(self._controller.catalogues)

    def _show_catalogue(self, status: CatalogueStatus) -> None:
        self._shortcomings.show_shortcomings(status.shortcomings)
        self._catalogue.show_status(status)
        if status.state is CatalogueState.OPEN:
            self._search.show_remotes(status.remotes)
            self._search.show_count(self._controller.count)
            self._show_languages()
            self._controller.search(self._criteria.search)
            self._search.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_languages(self) -> None:
        others = foreign(self._browser.languages)
        self._search.show_language(shown_language(others[0]) if others else "")
        self._browser.show_languages()

    def _show_on_drive(self) -> None:
        self._search.show_on_drive(self._controller.anything_on_drive)
        self._browser.refresh()

    # The choice

    def _toggle(self, row: Row) -> None:
        self._choosing.toggle(row, self._browser.model.name(row))

    def _refuse(self, row: Row) -> None:
        assert row.facts.hindrance is not None
        self.toast(Toast(refusal(self._browser.model.name(row), row.facts.hindrance)))

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
        self._browser.model.show_chosen(status.keys, status.on_drive)
        self._strip.show_status(status)
        self._yours.show_status(status)
        self._browser.show_chosen()
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
