"""The catalogues as the window uses them: worked for elsewhere; the last question is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.errors import SatchelError
from app.flatpak.catalogue.app_info import About
from app.flatpak.catalogue.browse import Order, Wanted
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.opening import open_catalogues
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken, Reporter
from app.stick.environment import Environment
from ui.pages.apps.app_list import RowList, RowSource
from ui.state.session import ChosenRef, Session
from ui.tasks.bridge import Bridge, Task


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """Attributes:
    remote: the name of the only one to look at; None for all.
    only: these and nothing else, whatever is wanted; None for what is wanted.
    """

    wanted: Wanted
    order: Order = Order.BEST
    remote: str | None = None
    only: tuple[ChosenRef, ...] | None = None


@dataclass(frozen=True, slots=True)
class QueryResult:
    """``categories``: how many there are of each."""

    question: CatalogueQuery
    selection: RowSource
    categories: dict[str, int]


class CatalogueController(QObject):
    """Signals:
    opened(): there are `catalogues`; they may be nothing but failures.
    progress(object): while it is being opened.
    failed(object): it could not be, or was not wanted any more.
    answered(object): the `QueryResult` to the last question.
    described(object): `About` what was last asked about; not_described(object): the error.
    """

    opened = Signal()
    progress = Signal(object)
    failed = Signal(object)
    answered = Signal(object)
    described = Signal(object)
    not_described = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._opening: Task | None = None
        self._asking: Task | None = None
        self._describing: Task | None = None
        self._left: list[Catalogues] = []
        self.catalogues: Catalogues | None = None
        bridge.keep(self)
        bridge.idle.connect(self._tidy)

    def close(self) -> None:
        """For the bridge, when no work uses any catalogues any more."""
        for catalogues in (
            *self._left,
            *([self.catalogues] if self.catalogues is not None else []),
        ):
            catalogues.close()
        self._left, self.catalogues = [], None

    @property
    def opening(self) -> bool:
        return self._opening is not None

    def open(self, arch: str) -> None:
        """Open the catalogues of all remotes, in place of those that are open."""
        self.cancel()
        if self._bridge.ending.requested:
            return
        session = self._session
        self._opening = self._bridge.run(
            partial(_open, session.remotes, session.environment, arch, self._bridge.ending),
            done=self._keep,
            failed=self._fail,
            progress=self.progress.emit,
        )

    def cancel(self) -> None:
        """Stop opening."""
        if self._opening is not None:
            self._opening.cancel()

    def ask(self, question: CatalogueQuery) -> None:
        """`answered` tells what was found; earlier questions are not answered any more."""
        if self.catalogues is None or self._bridge.ending.requested:
            return
        if self._asking is not None:
            self._asking.drop()
        self._asking = self._bridge.run(
            partial(_find, self.catalogues, question), done=self._answer
        )

    def describe(self, row: Row) -> None:
        if self._describing is not None:
            self._describing.drop()
            self._describing = None
        if self.catalogues is None or self._bridge.ending.requested:
            return
        if self.catalogues.find(row.remote.name, row.ref) is None:
            return
        self._describing = self._bridge.run(
            partial(_describe, self.catalogues, row.remote.name, row.ref),
            done=self._tell,
            failed=self.not_described.emit,
        )

    def _keep(self, catalogues: Catalogues) -> None:
        self._opening = None
        if self.catalogues is not None:
            # Somebody may still be reading in it.
            self._left.append(self.catalogues)
        self.catalogues = catalogues
        self.opened.emit()

    def _tidy(self) -> None:
        """Nobody reads in earlier catalogues any more."""
        for catalogues in self._left:
            catalogues.close()
        self._left = []

    def _fail(self, error: SatchelError) -> None:
        self._opening = None
        self.failed.emit(error)

    def _answer(self, answer: QueryResult) -> None:
        self._asking = None
        self.answered.emit(answer)

    def _tell(self, found: About) -> None:
        self._describing = None
        self.described.emit(found)


class _Either:
    """Stops the opening when that is cancelled, and what catalogues fetch later when all ends."""

    def __init__(self, *tokens: CancelToken) -> None:
        self._tokens = tokens

    def check(self) -> None:
        for token in self._tokens:
            token.check()

    @property
    def paused(self) -> bool:
        return any(token.paused for token in self._tokens)


def _open(
    remotes: Sequence[Remote],
    environment: Environment,
    arch: str,
    ending: CancelToken,
    report: Reporter,
    cancel: CancelToken,
) -> Catalogues:
    opener = environment.upstreams(_Either(cancel, ending))
    return open_catalogues(
        remotes, opener, arch, environment.languages, environment.clock(), report
    )


def _find(
    catalogues: Catalogues, question: CatalogueQuery, _report: Reporter, _cancel: CancelToken
) -> QueryResult:
    selection: RowSource
    if question.only is not None:
        selection = RowList([_chosen(catalogues, one) for one in question.only])
    else:
        selection = catalogues.select(question.wanted, question.order, question.remote)
    return QueryResult(
        question,
        selection,
        catalogues.categories(question.wanted, question.remote),
    )


def _chosen(catalogues: Catalogues, one: ChosenRef) -> Row:
    """What is offered no more can still be taken away."""
    gone = Row(Remote(one.remote, ""), Component(id=one.name, ref=one.ref), False)
    return catalogues.find(one.remote, one.ref) or gone


def _describe(
    catalogues: Catalogues, remote: str, ref: str, _report: Reporter, _cancel: CancelToken
) -> About:
    return catalogues.of(remote).about(ref)
