"""Choosing apps: what there is to choose from, what fits, what is chosen, and what it costs."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.catalogue.browse import AppFilter
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.remote_catalogue import Row
from app.progress import Advanced
from app.replacing import replace
from ui.controllers.catalogue import CatalogueController, CatalogueQuery, QueryResult
from ui.controllers.catalogue_status import CatalogueState, CatalogueStatus, opened_status
from ui.controllers.choice import ChoiceController, Tick
from ui.controllers.search import SMALL, Filter, Search
from ui.models.app_rows import RowSource, row_key
from ui.state.session import Session
from ui.tasks.bridge import Bridge


class ResultState(Enum):
    """Of what was looked for."""

    ROWS = auto()
    NOTHING_FITS = auto()
    """Something would, if less was left out."""
    NOTHING_THERE = auto()


class SearchResult(Struct, frozen=True):
    """Attributes:
    categories: how many there are of each.
    search: what was looked for.
    suggestion: what may have been meant instead; else empty.
    """

    state: ResultState
    rows: RowSource
    categories: dict[str, int]
    search: Search
    suggestion: str = ""


class RowNotes(Struct, frozen=True):
    """What sets a row apart.

    Attributes:
        remote: where it comes from, if there are several.
        comes_off: it is on the drive, and is to come off it.
        update: its source has a newer one than the drive.
        as_file: it is chosen, as a file.
        on_some: on how many of several drives it is, if not on all of them.
        drives: how many there are.
    """

    ended: bool
    on_drive: bool
    remote: str
    comes_off: bool = False
    update: bool = False
    as_file: bool = False
    on_some: int = 0
    drives: int = 1


class AppsController(QObject):
    """Signals:
    catalogues_replaced(): rows of the earlier `catalogues` must not be read any more.
    catalogue_changed(object): the `CatalogueStatus` is another.
    searched(object): the `SearchResult` of the last search.
    described(object): `About` the row that is looked at.
    remote_wanted(): there is nothing to choose from without another remote.

    Attributes:
        catalogue: as in the signal.
        choosing: what is chosen, and what that costs.
        row: what is looked at; None for nothing.
    """

    catalogues_replaced = Signal()
    catalogue_changed = Signal(object)
    searched = Signal(object)
    described = Signal(object)
    remote_wanted = Signal()

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown = False
        self._opened_for: object = None
        self._search = Search()
        self._may_be_outdated = False
        self.row: Row | None = None
        self.catalogue = CatalogueStatus(CatalogueState.CLOSED)
        self._catalogues = CatalogueController(session, bridge, self)
        self.choosing = ChoiceController(session, bridge, self)
        self._connect()

    def _connect(self) -> None:
        session, catalogues = self._session, self._catalogues
        session.choice_changed.connect(self._compare)
        session.outcome_changed.connect(self._job_ended)
        session.remotes_changed.connect(self._open_if_needed)
        session.environment_changed.connect(self._open_if_needed)
        catalogues.opened.connect(self._opened)
        catalogues.progress.connect(self._opening)
        catalogues.failed.connect(self._not_opened)
        catalogues.queried.connect(self._queried)
        catalogues.described.connect(self.described)
        self.choosing.drive_read.connect(self._drive_read)

    @property
    def catalogues(self) -> Catalogues | None:
        """Those that are open."""
        return self._catalogues.catalogues

    @property
    def drivers(self) -> tuple[str, ...]:
        """Graphics drivers to choose from, as `Options.gpus` has them."""
        return self.catalogues.drivers() if self.catalogues is not None else ()

    def notes(self, row: Row) -> RowNotes:
        several = len(self.catalogue.remotes) > 1
        return RowNotes(
            row.ended,
            row.ref in self.choosing.carried,
            row.remote.label if several else "",
            comes_off=row.ref in self.choosing.status.off,
            update=self._gets_newer(row),
            as_file=row.ref in self.choosing.status.as_files,
            on_some=self.choosing.status.on_some.get(row.ref, 0),
            drives=max(1, self.choosing.status.drives),
        )

    def _job_ended(self) -> None:
        """It has asked the sources anew."""
        self._may_be_outdated = self._may_be_outdated or self._session.outcome is not None

    @property
    def _is_outdated(self) -> bool:
        """Whether a job may have put newer apps on the drive than these lists know."""
        if not self._may_be_outdated or self.catalogues is None:
            return False
        find, remotes = self.catalogues.find, self.catalogue.remotes
        rows = (find(each.name, app.ref) for each in remotes for app in self.choosing.status.apps)
        return any(row is not None and self._gets_newer(row) for row in rows)

    def _gets_newer(self, row: Row) -> bool:
        """Whether the drive has another one than the source hands out now."""
        place, offered = row.remote.collection_id, row.facts.commit
        there = (
            app.commit
            for app in self.choosing.status.apps
            if app.ref == row.ref and place in (None, app.collection)
        )
        return (
            bool(offered) and any(commit != offered for commit in there) and not self.is_stale(row)
        )

    @property
    def count(self) -> int:
        """How many apps there are to choose from."""
        catalogues = self.catalogues
        return len(catalogues.select(AppFilter())) if catalogues is not None else 0

    def is_chosen(self, row: Row) -> bool:
        return self.choosing.status.tick(row_key(row)) in (Tick.CHOSEN, Tick.ON_DRIVE)

    def is_stale(self, row: Row) -> bool:
        """Whether its source could not be reached just now."""
        catalogues = self.catalogues
        return catalogues is None or any(
            catalogue.stale is not None
            for catalogue in catalogues.opened
            if catalogue.remote.name == row.remote.name
        )

    @property
    def anything_on_drive(self) -> bool:
        return bool(self._on_any)

    @property
    def _on_any(self) -> frozenset[str]:
        return self.choosing.carried | self.choosing.status.on_some.keys()

    # What the person does

    def enter(self) -> None:
        self._shown = True
        self._open_if_needed()
        self.choosing.enter()

    def leave(self) -> None:
        self._shown = False

    def open(self) -> None:
        """Fetch the catalogues, whatever was fetched before."""
        self._change_catalogue(CatalogueStatus(CatalogueState.OPENING))
        self._catalogues.open(self._session.choice.options.arch)

    def act(self) -> None:
        """What helps where there is nothing to choose from."""
        match self.catalogue.state:
            case CatalogueState.OPENING:
                self._catalogues.cancel()
            case CatalogueState.NO_REMOTE:
                self.remote_wanted.emit()
            case _:
                self.open()

    def search(self, search: Search) -> None:
        """`searched` tells what fits; earlier ones are not answered any more."""
        self._search = search
        self._query()

    def look_at(self, row: Row) -> None:
        """`described` and `compared` tell more about it."""
        self.row = row
        self._catalogues.describe(row)
        self.choosing.compare(row_key(row))

    # The catalogues

    def _open_if_needed(self) -> None:
        """Open them if they are not, or others are meant."""
        session = self._session
        if not self._shown or not session.knows_remotes:
            return
        known = session.known
        arch, languages = session.choice.options.arch, session.environment.languages
        meant = known.remotes, known.registries, arch, languages
        if meant != self._opened_for:
            self._opened_for = meant
            self.open()

    def _opening(self, event: object) -> None:
        if isinstance(event, Advanced) and self.catalogue.state is CatalogueState.OPENING:
            self._change_catalogue(
                replace(self.catalogue, opened=event.objects, total=event.objects_total)
            )

    def _opened(self) -> None:
        catalogues = self.catalogues
        assert catalogues is not None
        self._may_be_outdated = False
        status = opened_status(catalogues)
        if status.state is CatalogueState.OPEN:
            self.row = None
        self.catalogues_replaced.emit()
        self._change_catalogue(status)
        # Of the drive there is something to say even without apps.
        self.choosing.open(offline=self._is_stale)

    def _not_opened(self, error: SatchelError) -> None:
        stopped = isinstance(error, InterruptedByUser)
        state = CatalogueState.STOPPED if stopped else CatalogueState.FAILED
        self._change_catalogue(CatalogueStatus(state, error=error))

    def _change_catalogue(self, status: CatalogueStatus) -> None:
        self.catalogue = status
        self.catalogue_changed.emit(status)

    @property
    def _is_stale(self) -> bool:
        catalogues = self.catalogues
        return catalogues is not None and any(catalogue.stale for catalogue in catalogues.opened)

    # The list

    def _query(self) -> None:
        search, filters = self._search, self._search.filters
        environment = self._session.environment
        wanted = AppFilter(
            text=search.text,
            sort=search.sort,
            category=search.category,
            free=Filter.FREE in filters,
            verified=Filter.VERIFIED in filters,
            supported=Filter.SUPPORTED in filters,
            refs=self._on_any if Filter.ON_DRIVE in filters else None,
            offline=Filter.OFFLINE in filters,
            language=self._language if Filter.LANGUAGE in filters else "",
            largest=SMALL if Filter.SMALL in filters else 0,
            folded=True,
        )
        installed = environment.flatpak if Filter.INSTALLED in filters else None
        self._catalogues.query(
            CatalogueQuery(wanted, search.order, search.remote or None, installed)
        )

    @property
    def _language(self) -> str:
        """The first of the classroom's that is not English, which every app speaks."""
        languages = self._session.choice.options.languages or self._session.environment.languages
        return next((code for code in languages if not code.startswith("en")), "")

    def _queried(self, result: QueryResult) -> None:
        if len(result.rows):
            state = ResultState.ROWS
        elif self._search.narrowed:
            state = ResultState.NOTHING_FITS
        else:
            state = ResultState.NOTHING_THERE
        self.searched.emit(
            SearchResult(state, result.rows, result.categories, self._search, result.suggestion)
        )

    # The choice

    def _compare(self) -> None:
        """What is looked at may add something else now."""
        if self.row is not None:
            self.choosing.compare(row_key(self.row))

    def _drive_read(self) -> None:
        if self._is_outdated:
            self.open()
            return
        if Filter.ON_DRIVE in self._search.filters:
            self._query()
