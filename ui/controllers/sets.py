"""What the apps begin with: ready-made sets, and apps that are good in a classroom.

Which sets there are, what there is of each now, and how much of it is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import Enum, auto
from functools import partial
from itertools import chain, zip_longest

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import SatchelError
from app.flatpak.catalogue.app_facts import Coverage, Internet
from app.flatpak.catalogue.browse import AppFilter
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Notice, Reporter, silent
from app.replacing import replace
from app.stick.choices.app_sets import ready_made_sets
from app.stick.choices.availability import Missing
from app.stick.choices.set_check import CheckedSet, check_sets
from app.stick.environment import Environment
from app.stick.planning.imagined_drive import imagined_drive
from app.stick.planning.options import Options
from app.stick.planning.session import PlanSession
from ui.controllers.choice import ChoiceController, Tick
from ui.models.app_rows import RowKey, row_key
from ui.state.choice import Choice, ChosenRef
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task

MOST_CLASSROOM = 9
_AT_ONCE = 16


class SetsState(Enum):
    """Of the ready-made sets."""

    CLOSED = auto()
    """There is no catalogue to hold them against yet."""
    CHECKING = auto()
    READY = auto()
    FAILED = auto()


class SetState(Enum):
    """How much of a set is chosen, or on the drive."""

    ABSENT = auto()
    PARTLY = auto()
    ADDED = auto()


class SetStatus(Struct, frozen=True):
    """One set.

    Attributes:
        keeper: who looks after it; may be empty.
        rows: the apps that can be had, in its order.
        missing: what cannot be had, and why.
        size: bytes that it takes on an empty drive, what several need once.
        left: how many of its apps are neither chosen nor on the drive.
    """

    id: str
    name: str
    audience: str
    keeper: str
    date: date | None
    rows: tuple[Row, ...]
    missing: tuple[Missing, ...]
    size: int
    left: int

    @property
    def state(self) -> SetState:
        if not self.left:
            return SetState.ADDED
        return SetState.ABSENT if self.left == len(self.rows) else SetState.PARTLY


class SetsStatus(Struct, frozen=True):
    """All of them; those of which nothing can be had are not there.

    Attributes:
        classroom: apps that work offline and come in all languages of the classroom.
        notices: sets that cannot be used.
        error: why none could be looked at.
    """

    state: SetsState
    sets: tuple[SetStatus, ...] = ()
    classroom: tuple[Row, ...] = ()
    notices: tuple[Notice, ...] = ()
    error: SatchelError | None = None


class FoundSets(Struct, frozen=True):
    """What the work brings: sets and the rows of what can be had of them."""

    sets: tuple[tuple[CheckedSet, tuple[Row, ...]], ...]
    classroom: tuple[Row, ...]
    notices: tuple[Notice, ...]


class SetsController(QObject):
    """Signals: changed(object): the `SetsStatus` is another.

    Attributes: status: as in the signal.
    """

    changed = Signal(object)

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        choosing: ChoiceController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._choosing = choosing
        self._task: Task | None = None
        self.status = SetsStatus(SetsState.CLOSED)
        choosing.changed.connect(self._count)

    def check(self, catalogues: Catalogues) -> None:
        """Hold them against what there is now; an earlier check is given up."""
        if self._task is not None:
            self._task.drop()
        session = self._session
        if not self.status.sets:
            self._show(SetsStatus(SetsState.CHECKING))
        self._task = self._bridge.run(
            partial(_check, session.environment, session.known, session.choice.options, catalogues),
            done=self._take,
            failed=self._fail,
        )

    def get(self, id: str) -> SetStatus | None:
        return next((each for each in self.status.sets if each.id == id), None)

    def add(self, id: str, name_of: Callable[[Row], str]) -> Choice:
        """Choose all of it that is not; returns the choice before."""
        app_set = self.get(id)
        rows = app_set.rows if app_set is not None else ()
        return self._choosing.add(ChosenRef(row.ref, row.remote.name, name_of(row)) for row in rows)

    def _take(self, answer: FoundSets) -> None:
        self._task = None
        languages = self._session.environment.languages
        sets = []
        for checked, rows in answer.sets:
            about = checked.set.about
            if rows:
                sets.append(
                    SetStatus(
                        id=checked.set.id,
                        name=about.name(languages),
                        audience=about.audience(languages),
                        keeper=about.keeper,
                        date=about.date,
                        rows=rows,
                        missing=checked.missing,
                        size=checked.size,
                        left=self._left(rows),
                    )
                )
        self._show(SetsStatus(SetsState.READY, tuple(sets), answer.classroom, answer.notices))

    def _fail(self, error: SatchelError) -> None:
        self._task = None
        self._show(SetsStatus(SetsState.FAILED, error=error))

    def _count(self) -> None:
        """Others are chosen."""
        sets = tuple(replace(each, left=self._left(each.rows)) for each in self.status.sets)
        self._show(replace(self.status, sets=sets))

    def _left(self, rows: Sequence[Row]) -> int:
        tick = self._choosing.status.tick
        return sum(tick(row_key(row)) in (Tick.NONE, Tick.ON_SOME) for row in rows)

    def _show(self, status: SetsStatus) -> None:
        if status != self.status:
            self.status = status
            self.changed.emit(status)


def _check(
    environment: Environment,
    known: Known,
    options: Options,
    catalogues: Catalogues,
    _report: Reporter,
    cancel: CancelToken,
) -> FoundSets:
    ready = ready_made_sets(environment, cancel)
    # What the catalogues show was fetched just now: nobody has to be asked again.
    with PlanSession(imagined_drive(), environment, known, silent, cancel, offline=True) as session:
        checked = check_sets(ready.sets, session, options, cancel)
    sets = []
    for each in checked:
        rows = (catalogues.find(offered.remote, offered.ref) for offered in each.offered)
        sets.append((each, tuple(row for row in rows if row is not None)))
    languages = options.languages or environment.languages
    good = _classroom(catalogues, [rows for _, rows in sets], languages)
    return FoundSets(tuple(sets), good, ready.notices)


def _classroom(
    catalogues: Catalogues, sets: Sequence[Sequence[Row]], languages: Sequence[str]
) -> tuple[Row, ...]:
    """What is in sets first, an app of each in turn; then what is for learning."""
    in_turn = (row for rows in zip_longest(*sets) for row in rows if row is not None)
    good: dict[RowKey, Row] = {}
    for row in chain(in_turn, _for_learning(catalogues, languages)):
        if _is_good(row, languages):
            good.setdefault(row_key(row), row)
            if len(good) == MOST_CLASSROOM:
                break
    return tuple(good.values())


def _for_learning(catalogues: Catalogues, languages: Sequence[str]) -> Iterator[Row]:
    """Some at a time: whether one works offline takes a moment to tell, and mostly few are asked
    for.
    """
    first = languages[0] if languages else ""
    wanted = AppFilter(category="Education", supported=True, language=first, folded=True)
    learning = catalogues.select(wanted, undescribed=False)
    for start in range(0, len(learning), _AT_ONCE):
        yield from learning.rows(start, start + _AT_ONCE)


def _is_good(row: Row, languages: Sequence[str]) -> bool:
    offline = row.facts.internet is Internet.OFFLINE and row.facts.hindrance is None
    return (
        offline
        and not row.ended
        and all(row.comes_in(language) is Coverage.YES for language in languages)
    )
