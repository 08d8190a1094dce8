"""The operating systems that can be chosen beside apps."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import SatchelError
from app.flatpak.catalogue.systems import SystemOffers, find_systems
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from ui.controllers.choice import ChoiceController
from ui.state.choice import ChosenRef
from ui.state.session import Session
from ui.tasks.bridge import Bridge, Task


class SystemsState(Enum):
    """Of what there is to choose from."""

    LOOKING = auto()
    THERE = auto()
    NONE = auto()
    FAILED = auto()
    """None, and not every source could be asked."""


class SystemRow(Struct, frozen=True):
    """An operating system.

    Attributes:
        remote: the name of its source; ``source``: what people call that.
        ref: as its publisher names it.
    """

    remote: str
    source: str
    ref: str
    chosen: bool = False

    @property
    def name(self) -> str:
        """What people call it: its publisher's name for it, without what is in all of them."""
        return self.ref.removeprefix("os/")


class SystemsView(Struct, frozen=True):
    """``error``: the first of those that a source could not be asked for."""

    state: SystemsState = SystemsState.LOOKING
    rows: tuple[SystemRow, ...] = ()
    error: SatchelError | None = None


class SystemsController(QObject):
    """Signals: changed(object): the `SystemsView` is another.

    Attributes:
        view: the `SystemsView` now.
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
        self.view = SystemsView()
        session.choice_changed.connect(self._mark)

    def look(self) -> None:
        """Ask the sources."""
        session = self._session
        work = partial(_find, session.remotes, session.environment)
        self._task = self._bridge.run(work, done=self._take, failed=self._fail)

    def stop(self) -> None:
        if self._task is not None:
            self._task.drop()

    def choose(self, row: SystemRow, *, wanted: bool) -> None:
        """At once; it stands among what is chosen."""
        if wanted:
            self._choosing.add((ChosenRef(row.ref, row.remote, row.name),))
        else:
            self._choosing.remove(((row.remote, row.ref),))

    def _take(self, offered: SystemOffers) -> None:
        self._task = None
        rows = tuple(
            SystemRow(offer.remote.name, offer.remote.label, offer.name) for offer in offered.offers
        )
        error = offered.failures[0][1] if offered.failures else None
        state = SystemsState.THERE
        if not rows:
            state = SystemsState.FAILED if error is not None else SystemsState.NONE
        self._change(self._marked(SystemsView(state, rows, error)))

    def _fail(self, error: SatchelError) -> None:
        self._task = None
        self._change(SystemsView(SystemsState.FAILED, error=error))

    def _mark(self) -> None:
        self._change(self._marked(self.view))

    def _marked(self, view: SystemsView) -> SystemsView:
        choice = self._session.choice
        rows = (replace(row, chosen=choice.has(row.ref, row.remote)) for row in view.rows)
        return replace(view, rows=tuple(rows))

    def _change(self, view: SystemsView) -> None:
        self.view = view
        self.changed.emit(view)


def _find(
    remotes: Sequence[Remote], environment: Environment, _report: Reporter, cancel: CancelToken
) -> SystemOffers:
    return find_systems(remotes, environment.upstreams(cancel))
