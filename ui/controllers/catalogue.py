"""The catalogues as the window uses them: read elsewhere; only the last query is answered."""

from __future__ import annotations

from functools import partial

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.catalogue.app_info import AppInfo
from app.flatpak.catalogue.browse import AppFilter, Order
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.opening import open_catalogues
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed import installed_apps
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from ui.models.app_rows import PAGE, RowSource, StartedRows
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task

_AT_REST_MS = 300
"""Without another query."""


class CatalogueQuery(Struct, frozen=True):
    """Attributes:
    remote: the name of the only one to look at; None for all.
    installed: where to look for apps of this computer, if only those are wanted.
    """

    wanted: AppFilter
    order: Order = Order.BEST
    remote: str | None = None
    installed: FlatpakDirectories | None = None


class QueryResult(Struct, frozen=True):
    """Attributes:
    categories: how many there are of each.
    suggestion: what may have been meant by a text that nothing is found by; else empty.
    """

    query: CatalogueQuery
    rows: RowSource
    categories: dict[str, int]
    suggestion: str = ""


class CatalogueController(QObject):
    """Signals:
    opened(): there are other `catalogues`; there may be nothing in them but failures.
    progress(object): while they are being opened.
    failed(object): they could not be, or were not wanted any more; or nothing can be found in them.
    queried(object): the `QueryResult` of the last query.
    described(object): `AppInfo` what was last asked about; not_described(object): the error.

    Attributes:
        catalogues: those of all remotes, once they have been opened.
    """

    opened = Signal()
    progress = Signal(object)
    failed = Signal(object)
    queried = Signal(object)
    described = Signal(object)
    not_described = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._opening: Task | None = None
        self._openings = 0
        self._querying: Task | None = None
        self._describing: Task | None = None
        self._replaced: list[Catalogues] = []
        self._warm: Catalogues | None = None
        # Nobody waits then, but would at the first letter, or the first word that is misspelt.
        self._at_rest = QTimer(self, singleShot=True, interval=_AT_REST_MS)
        self._at_rest.timeout.connect(self._warm_up)
        self.catalogues: Catalogues | None = None
        bridge.keep(self)
        bridge.idle.connect(self._close_replaced)

    def close(self) -> None:
        """For the bridge, when no work uses them any more."""
        self._close_replaced()
        if self.catalogues is not None:
            self.catalogues.close()
            self.catalogues = None

    def open(self, arch: str) -> None:
        """Open the catalogues of all remotes, in place of those that are open."""
        self.cancel()
        if self._bridge.ending.requested:
            return
        session = self._session
        self._openings += 1
        self._opening = self._bridge.run(
            partial(_open, session.known, session.environment, arch, self._bridge.ending),
            done=partial(self._keep, self._openings),
            failed=partial(self._fail, self._openings),
            progress=self.progress,
        )

    def cancel(self) -> None:
        """Stop opening."""
        if self._opening is not None:
            self._opening.cancel()

    def query(self, query: CatalogueQuery) -> None:
        """`queried` tells what fits; earlier queries are not answered any more."""
        if self.catalogues is None or self._bridge.ending.requested:
            return
        self._at_rest.stop()
        if self._querying is not None:
            self._querying.drop()
        self._querying = self._bridge.run(
            partial(_query, self.catalogues, query),
            done=self._tell_result,
            failed=self._not_queried,
        )

    def describe(self, row: Row) -> None:
        """`described` tells more about it, but for what is offered no more."""
        if self._describing is not None:
            self._describing.drop()
            self._describing = None
        if self.catalogues is None or self._bridge.ending.requested:
            return
        if self.catalogues.find(row.remote.name, row.ref) is None:
            return
        self._describing = self._bridge.run(
            partial(_describe, self.catalogues, row.remote.name, row.ref),
            done=self._tell_about,
            failed=self.not_described,
        )

    def _keep(self, opening: int, catalogues: Catalogues) -> None:
        if opening != self._openings:
            # It was given up for another, which may have ended before it.
            catalogues.close()
            return
        self._opening = None
        if self.catalogues is not None:
            # Somebody may still be reading in them.
            self._replaced.append(self.catalogues)
        self.catalogues = catalogues
        self.opened.emit()

    def _close_replaced(self) -> None:
        """Nobody reads in earlier ones any more."""
        for catalogues in self._replaced:
            catalogues.close()
        self._replaced = []

    def _fail(self, opening: int, error: SatchelError) -> None:
        if opening == self._openings:
            self._opening = None
            self.failed.emit(error)

    def _tell_result(self, result: QueryResult) -> None:
        self._querying = None
        self.queried.emit(result)
        if self._warm is not self.catalogues:
            self._at_rest.start()

    def _not_queried(self, error: SatchelError) -> None:
        """What cannot be searched has to be opened anew."""
        self._querying = None
        if not isinstance(error, InterruptedByUser):
            self.failed.emit(error)

    def _warm_up(self) -> None:
        if self.catalogues is not None and not self._bridge.ending.requested:
            self._warm = self.catalogues
            self._bridge.run(partial(_warm_up, self.catalogues))

    def _tell_about(self, about: AppInfo) -> None:
        self._describing = None
        self.described.emit(about)


class _Either:
    """Stops the opening when that is cancelled, and what is fetched later when all ends."""

    def __init__(self, *tokens: CancelToken) -> None:
        self._tokens = tokens

    def check(self) -> None:
        for token in self._tokens:
            token.check()

    @property
    def paused(self) -> bool:
        return any(token.paused for token in self._tokens)


def _open(
    known: Known,
    environment: Environment,
    arch: str,
    ending: CancelToken,
    report: Reporter,
    cancel: CancelToken,
) -> Catalogues:
    opener = environment.upstreams(_Either(cancel, ending))
    return open_catalogues(
        known.remotes,
        opener,
        arch,
        environment.languages,
        environment.clock(),
        report,
        known.registries,
    )


def _query(
    catalogues: Catalogues, query: CatalogueQuery, _report: Reporter, _cancel: CancelToken
) -> QueryResult:
    wanted = query.wanted
    if query.installed is not None:
        refs = frozenset(str(app.ref) for app in installed_apps(query.installed))
        wanted = replace(wanted, refs=refs if wanted.refs is None else refs & wanted.refs)
    rows = StartedRows(catalogues.select(wanted, query.order, query.remote), PAGE)
    categories = catalogues.categories(wanted, query.remote)
    suggestion = ""
    if not len(rows) and wanted.text.strip():
        suggestion = catalogues.suggestion(wanted, query.remote)
    return QueryResult(query, rows, categories, suggestion)


def _warm_up(catalogues: Catalogues, _report: Reporter, _cancel: CancelToken) -> None:
    catalogues.warm_up()


def _describe(
    catalogues: Catalogues, remote: str, ref: str, _report: Reporter, _cancel: CancelToken
) -> AppInfo:
    return catalogues.of(remote).about(ref)
