"""Where choosing begins: the start view, and a set that is looked at over it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.flatpak.catalogue.browse import Order
from app.flatpak.catalogue.remote_catalogue import Row
from ui.controllers.apps import AppsController
from ui.controllers.choice import ChoiceStatus
from ui.controllers.search import Filter, SearchCriteria
from ui.controllers.sets import SetsController, SetsState, SetsStatus
from ui.i18n.filling import filled
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel
from ui.pages.apps.badges import Badge, shown_language
from ui.pages.apps.choice_foot import ChoiceFoot
from ui.pages.apps.set_details import SetDetails
from ui.pages.apps.start_view import StartView
from ui.state.session import Session
from ui.tasks.bridge import Bridge
from ui.widgets.slide_over import SlideOver

_ENGLISH = "en"


class Beginning(QObject):
    """Signals:
    looked_at(object), toggled(object), refused(object): that `Row`, as of the list.
    set_opened(): a set is looked at.
    found(): `is_empty` may be another.

    Attributes: view: the start view.
    """

    looked_at = Signal(object)
    toggled = Signal(object)
    refused = Signal(object)
    set_opened = Signal()
    found = Signal()

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        controller: AppsController,
        criteria: SearchCriteria,
        icons: AppIcons,
        badges: Callable[[Row], list[Badge]],
        foot: ChoiceFoot,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._session = session
        self._controller = controller
        self._criteria = criteria
        self._foot = foot
        self._sets = SetsController(session, bridge, controller.choosing, self)
        self._good = AppListModel(badges, self)
        self._inside = AppListModel(badges, self)
        self.view = StartView(self._good, icons, session.pictures, page)
        self._details = SetDetails(self._inside, icons)
        self._checked_for: tuple[tuple[str, ...], str] | None = None
        self._slide = SlideOver(page, self.tr("About the set"))
        self._slide.body.addWidget(self._details)
        self._details.hang_bar(self._slide)
        self._connect()
        self._show_choice(controller.choosing.status)

    def _connect(self) -> None:
        view, details = self.view, self._details
        self._sets.changed.connect(self._show_sets)
        self._controller.choosing.changed.connect(self._show_choice)
        self._session.choice_changed.connect(self._check_anew)
        self._session.environment_changed.connect(self._check_anew)
        view.set_added.connect(self._add)
        view.set_opened.connect(self._open)
        details.added.connect(self._add)
        details.left.connect(self._slide.leave)
        for part in (view, details):
            part.toggled.connect(self.toggled)
            part.refused.connect(self.refused)
        view.looked_at.connect(self.looked_at)
        view.good_wanted.connect(self._list_good)
        view.all_wanted.connect(self._list_all)
        details.list.looked_at.connect(self._look_at)

    def _list_all(self) -> None:
        self._criteria.set_order(Order.NAME)

    def _list_good(self) -> None:
        self._criteria.set_filter(Filter.OFFLINE, True)
        self._criteria.set_category("Education")

    @property
    def slide(self) -> SlideOver:
        return self._slide

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to begin with."""
        status = self._sets.status
        looked = status.state in (SetsState.READY, SetsState.FAILED)
        return looked and not (status.sets or status.classroom)

    def check(self) -> None:
        """Other catalogues are open."""
        catalogues = self._controller.catalogues
        for model in (self._good, self._inside):
            model.speak(self._session.environment.languages)
        self._checked_for = self._wanted_here
        self.view.show_languages(self._in_words(self._wanted_here[0]))
        if catalogues is not None and catalogues.opened:
            self._sets.check(catalogues)

    @property
    def _wanted_here(self) -> tuple[tuple[str, ...], str]:
        """The languages of the classroom, and where the sets are from."""
        environment = self._session.environment
        spoken = self._session.choice.options.languages or environment.languages
        return spoken, environment.settings.sets_address

    def _check_anew(self) -> None:
        """Other languages, or sets from elsewhere, are wanted since."""
        if self._checked_for is not None and self._checked_for != self._wanted_here:
            self.check()

    def _in_words(self, languages: tuple[str, ...]) -> str:
        """“English and German”; empty for English alone."""
        names = list(dict.fromkeys(map(shown_language, (_ENGLISH, *languages))))
        if len(names) < 2:
            return ""
        return filled(self.tr("%1 and %2"), ", ".join(names[:-1]), names[-1])

    def _show_sets(self, status: SetsStatus) -> None:
        self.view.show_sets(status)
        self.found.emit()
        looked_at = self._sets.get(self._details.id)
        if looked_at is not None:
            self._details.show_set(looked_at)

    def _show_choice(self, status: ChoiceStatus) -> None:
        self.view.show_choice(status)
        self._details.show_choice(status)

    def _open(self, id: str) -> None:
        app_set = self._sets.get(id)
        if app_set is not None:
            self._details.show_set(app_set)
            self.set_opened.emit()
            self._slide.open()

    def _look_at(self, row: Row) -> None:
        """One app of the set: it takes the place of that."""
        self._slide.leave()
        self.looked_at.emit(row)

    def _add(self, id: str) -> None:
        app_set = self._sets.get(id)
        if app_set is not None:
            before = self._sets.add(id, self._inside.name)
            text = self.tr("%1: %n app(s) added", "", app_set.left)
            self._foot.tell_added(filled(text, app_set.name), before)
