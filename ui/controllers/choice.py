"""What is chosen, and what it costs: on the drive, or on one that is still to be had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from enum import Enum, auto
from functools import cached_property
from itertools import chain

from msgspec import Struct, field
from PySide6.QtCore import QObject, Signal

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.catalogue.remote_catalogue import Row
from app.replacing import replace
from app.stick.planning.options import Options
from app.stick.planning.plan import AppOnDrive
from ui.controllers.cost import ChoiceCost, CostController
from ui.controllers.cost_status import CostState, CostStatus, cost_status
from ui.models.app_rows import RowKey, row_key
from ui.state.choice import Choice, ChosenRef
from ui.state.session import Session
from ui.tasks.bridge import Bridge


class Tick(Enum):
    """Of an app in a list."""

    NONE = auto()
    ON_SOME = auto()
    """Of several drives some have it, and that stays so."""
    CHOSEN = auto()
    ON_DRIVE = auto()
    """It is on the drive, and stays."""


class ChoiceStatus(Struct, frozen=True, dict=True):
    """At one moment. Every row of a list asks it: what follows from all that is chosen is kept.

    Attributes:
        refs: what is chosen, in the order in which it was.
        apps: those on the drive; where the same is for several, those that are on all of them.
        some: of several, those that are only on some.
        off: the full refs of those of all these that come off.
        drive: what the drive is called, of several the one with the least room; empty without one.
        drives: how many there are.
        on_some: of several, on how many an app is that is not on all of them, by its full ref.
        computers: how many computers said what they need.
    """

    refs: tuple[ChosenRef, ...] = ()
    apps: tuple[AppOnDrive, ...] = ()
    drive: str = ""
    cost: CostStatus = field(default_factory=CostStatus)
    computers: int = 0
    off: frozenset[str] = frozenset()
    drives: int = 0
    on_some: Mapping[str, int] = field(default_factory=dict)
    some: tuple[AppOnDrive, ...] = ()

    @cached_property
    def keys(self) -> frozenset[RowKey]:
        return frozenset((ref.remote, ref.ref) for ref in self.refs)

    @cached_property
    def on_drive(self) -> frozenset[str]:
        """The full refs of apps that are on the drive and stay."""
        return frozenset(app.ref for app in self.apps) - self.off

    @cached_property
    def as_it_is(self) -> frozenset[str]:
        """The full refs of what is on some of the drives, and neither goes to the others nor comes
        off."""
        return frozenset(self.on_some) - self.off - {ref.ref for ref in self.refs}

    @cached_property
    def as_files(self) -> frozenset[str]:
        """The full refs of what is chosen as a file; the same app of a source is chosen, too."""
        return frozenset(ref.ref for ref in self.refs if ref.file is not None)

    @cached_property
    def ticked(self) -> frozenset[str]:
        """The full refs of what is ticked whatever source a row is of."""
        return self.on_drive | self.as_files

    @cached_property
    def new(self) -> int:
        """How many are chosen that are not on the drive."""
        return sum(ref.ref not in self.on_drive for ref in self.refs)

    @property
    def stay(self) -> int:
        """How many apps are on the drive already, and stay."""
        return len(self.on_drive)

    @property
    def changes(self) -> bool:
        """Whether the drive would be another than it is, as far as is known."""
        return bool(self.refs or self.off)

    def tick(self, key: RowKey) -> Tick:
        if key[1] in self.on_drive:
            return Tick.ON_DRIVE
        if key in self.keys or key[1] in self.as_files:
            return Tick.CHOSEN
        return Tick.ON_SOME if key[1] in self.as_it_is else Tick.NONE


class ChoiceController(QObject):
    """Changes the session's choice. What a method returns is the choice before, for `restore`.

    Signals:
        changed(object): the `ChoiceStatus` is another.
        drive_read(): other refs are on the drive than was known.
        compared(str, object): as of `CostController`.

    Attributes:
        status: as in the signal.
        carried: every ref on the drive, what apps need among them; of apps those that are on all of
            several drives.
    """

    changed = Signal(object)
    drive_read = Signal()
    compared = Signal(str, object)

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._counting = False
        # Whether it is known what is on the drive.
        self._looked = False
        self._costs = CostController(session, bridge, self)
        self.carried: frozenset[str] = frozenset()
        self._there: tuple[AppOnDrive, ...] = ()
        computers = len(session.choice.computers)
        self.status = ChoiceStatus(session.choice.refs, computers=computers)
        self._costs.estimated.connect(self._estimated)
        self._costs.refused.connect(self._refused)
        self._costs.compared.connect(self.compared)
        session.choice_changed.connect(self._choice_changed)
        session.targets_changed.connect(self._target_changed)
        session.outcome_changed.connect(self._costs.drive_changed)
        self._target_changed()

    @property
    def ready(self) -> bool:
        """Whether there is a choice that a plan can be made for."""
        return self.status.changes and not self.status.cost.blocks

    # What the person does

    def toggle(self, row: Row, name: str) -> Choice:
        """Choose it, or take it away. ``name``: what people call it.

        What only some drives have is for all of them next, then for none, then as it is.
        """
        key = row_key(row)
        some = row.ref in self.status.on_some
        match self.status.tick(key):
            case Tick.ON_DRIVE:
                return self.take_off(row.ref, name)
            case Tick.CHOSEN if some:
                return self.take_off(row.ref, name)
            case Tick.CHOSEN:
                return self.remove((key, ("", row.ref)))
            case Tick.NONE if some and row.ref in self.status.off:
                return self.keep(row.ref)
            case Tick.NONE | Tick.ON_SOME:
                return self.add((ChosenRef(row.ref, row.remote.name, name),))

    def add(self, refs: Iterable[ChosenRef]) -> Choice:
        """Those of them that are neither chosen nor on the drive; what was to come off stays."""
        status, keys = self.status, self.status.keys
        wanted = list(dict.fromkeys(refs))
        back = {ref.ref for ref in wanted} & status.off
        there = status.ticked | (back - status.on_some.keys())
        new = (ref for ref in wanted if (ref.remote, ref.ref) not in keys and ref.ref not in there)
        return self._change((*self._session.choice.refs, *new), self._without(back))

    def take_off(self, ref: str, name: str) -> Choice:
        """An app that is on the drive comes off it; of several off each that has it."""
        refs = (each for each in self._session.choice.refs if each.ref != ref)
        going = (replace(app, name=name) for app in self._there if app.ref == ref)
        return self._change(tuple(refs), (*self._without({ref}), *going))

    def keep(self, ref: str) -> Choice:
        """What was to come off the drive stays."""
        return self._change(self._session.choice.refs, self._without({ref}))

    def _without(self, back: Set[str]) -> tuple[AppOnDrive, ...]:
        """What still comes off if these stay."""
        off = self.status.off - back
        return tuple(app for app in self._session.choice.without if app.ref in off)

    def remove(self, keys: Iterable[RowKey]) -> Choice:
        taken = set(keys)
        choice = self._session.choice
        refs = tuple(ref for ref in choice.refs if (ref.remote, ref.ref) not in taken)
        return self._change(refs, choice.without)

    def clear(self) -> Choice:
        """Nothing new; what is on the drive stays."""
        return self._change((), ())

    def restore(self, choice: Choice) -> None:
        """What was chosen before."""
        self._session.set_choice(choice)

    def set_options(self, options: Options) -> None:
        self._session.set_choice(replace(self._session.choice, options=options))

    def _change(self, refs: tuple[ChosenRef, ...], without: tuple[AppOnDrive, ...]) -> Choice:
        before = self._session.choice
        computers = before.computers if refs else ()
        after = replace(before, refs=refs, computers=computers, without=without)
        self._session.set_choice(after)
        return before

    # What it costs

    def enter(self) -> None:
        """Somebody looks: the drive may be another than it was."""
        self._costs.drive_changed()
        self.count()

    def open(self, *, offline: bool) -> None:
        """Other catalogues are open. ``offline``: ask nobody, use what was fetched."""
        self._counting = True
        self._costs.reset(offline=offline)
        self.count()

    def count(self) -> None:
        """As soon as there is something to count with."""
        if self._counting:
            self._costs.estimate()

    def compare(self, key: RowKey) -> None:
        """`compared` tells what this adds."""
        if self._counting:
            self._costs.compare(*key)

    def _choice_changed(self) -> None:
        choice = self._session.choice
        cost = self.status.cost
        if self._counting:
            # The numbers stay until there are others.
            cost = replace(cost, state=CostState.COUNTING, error=None)
        elif choice.is_empty:
            cost = CostStatus(CostState.NOTHING_CHOSEN)
        self._show(
            replace(
                self.status,
                refs=choice.refs,
                computers=len(choice.computers),
                cost=cost,
                off=self._off(self._there),
            )
        )
        self.count()

    def _off(self, apps: Iterable[AppOnDrive]) -> frozenset[str]:
        """Those of these that come off; as long as nobody has looked, all that was said to."""
        going = frozenset(app.ref for app in self._session.choice.coming_off)
        return going & {app.ref for app in apps} if self._looked else going

    def _target_changed(self) -> None:
        self._costs.reset(offline=self._costs.offline)
        state = CostState.COUNTING if self._session.choice.refs else CostState.NOTHING_CHOSEN
        self._looked = False
        self._there = ()
        self._take_carried(frozenset(), (), {})
        self._show(
            replace(
                self.status,
                drive=self._session.tightest_name,
                drives=len(self._session.targets),
                # The numbers were of the other drive, and of what is on that.
                cost=CostStatus(state),
            )
        )
        self.count()

    def _estimated(self, estimated: ChoiceCost) -> None:
        self._looked = True
        drives = estimated.apps, *estimated.elsewhere
        # One that comes from elsewhere on another drive is another.
        self._there = tuple({(app.collection, app.ref): app for app in chain(*drives)}.values())
        on_some = _on_some([{app.ref for app in apps} for apps in drives])
        apps = tuple(app for app in estimated.apps if app.ref not in on_some)
        self._take_carried(estimated.on_drive - on_some.keys(), apps, on_some)
        cost = cost_status(estimated.cost, chosen=estimated.chosen, imagined=estimated.imagined)
        nothing = cost.state in (CostState.ALL_THERE, CostState.NOTHING_CHOSEN)
        changed = {ref.ref for ref in self.status.refs} | self.status.off
        if nothing and changed & on_some.keys():
            # On the one that was asked about nothing changes; others get it, or lose it.
            cost = replace(cost, state=CostState.FITS, blocks=False)
        self._show(replace(self.status, cost=cost))

    def _take_carried(
        self, carried: frozenset[str], apps: tuple[AppOnDrive, ...], on_some: Mapping[str, int]
    ) -> None:
        some = tuple({app.ref: app for app in self._there if app.ref in on_some}.values())
        before = self.carried, self.status.apps, self.status.on_some
        another = (carried, apps, on_some) != before
        self.carried = carried
        off = self._off(self._there)
        self._show(replace(self.status, apps=apps, on_some=on_some, some=some, off=off))
        if another:
            self.drive_read.emit()

    def _refused(self, error: SatchelError) -> None:
        if not isinstance(error, InterruptedByUser):
            cost = replace(self.status.cost, state=CostState.REFUSED, error=error, blocks=True)
            self._show(replace(self.status, cost=cost))

    def _show(self, status: ChoiceStatus) -> None:
        if status != self.status:
            self.status = status
            self.changed.emit(status)


def _on_some(drives: Sequence[Set[str]]) -> dict[str, int]:
    """Ref → on how many of the drives it is; without what is on all of them.

    Why: decision D323.
    """
    counted = Counter(ref for refs in drives for ref in refs)
    return {ref: number for ref, number in counted.items() if number < len(drives)}
