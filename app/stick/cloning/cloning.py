"""Copies a stick to several drives at once, each at its own pace.

Each reads the original for itself; what one has read the others find in the memory that is free, so
that of a stick that fits there everything comes once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from app.drive.safety.guard import AsNamed
from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.message import Message
from app.ostree.workers import one_of_many
from app.progress import Cancel, Event
from app.stick.checking.check import CheckOptions
from app.stick.cloning.job import clone_to
from app.stick.cloning.original import Original, OriginalDamagedError
from app.stick.cloning.outcome import CloneOutcome
from app.stick.cloning.place import Place, look_at_place
from app.stick.cloning.walk import Alike
from app.stick.environment import Environment
from app.stick.writing.many import DriveEvent
from app.stick.writing.side_by_side import side_by_side

Looked = tuple[Path, Place | SatchelError]


def look_at_places(
    original: Original,
    targets: Sequence[Path],
    named: AsNamed,
    environment: Environment,
    cancel: Cancel,
) -> tuple[Looked, ...]:
    """What each may become, or why not; a drive that was named twice counts once. Writes nothing.

    ``named``: what was at ``targets`` before the original was read. Raises what ``cancel`` raises.
    """
    looked: list[Looked] = []
    for target in dict.fromkeys(targets):
        cancel.check()
        try:
            place = look_at_place(target, original, environment.quota)
            named.check(target, place.identity)
            looked.append((target, place))
        except InterruptedByUser:
            raise
        except SatchelError as error:
            looked.append((target, error))
    return tuple(looked)


def clone(
    original: Original,
    looked: Sequence[Looked],
    environment: Environment,
    known: Known,
    options: CheckOptions,
    report: Callable[[DriveEvent], None],
    cancel: Cancel,
    *,
    verify: bool = True,
    ended: Callable[[CloneOutcome], None] = lambda _outcome: None,
) -> tuple[CloneOutcome, ...]:
    """An outcome for each drive, in their order; one that fails does not hold up the others.

    ``options`` as for `read_original`. ``report`` and ``ended``, which is told of each outcome as
    soon as it is there, are called by one thread at a time, not always the same. What ``cancel``
    raises is each outcome's error; that the original is damaged, which no drive would be spared,
    that of all that are not done.
    """
    remotes = environment.judges(known)
    now = int(environment.clock())
    copies = sum(not isinstance(place, SatchelError) for _, place in looked)
    alike = Alike(original.objects)
    lock = threading.Lock()
    stop = _Stop(cancel)

    def copy(target: Path, place: Place | SatchelError) -> CloneOutcome:
        def tell(event: Event) -> None:
            with lock:
                report(DriveEvent(target, event))

        outcome = CloneOutcome(target, error=place if isinstance(place, SatchelError) else None)
        if isinstance(place, Place):
            try:
                with one_of_many() if copies > 1 else nullcontext():
                    outcome = clone_to(
                        place,
                        original,
                        remotes,
                        options,
                        now,
                        tell,
                        stop,
                        verify=verify,
                        alike=alike,
                    )
            except OriginalDamagedError as error:
                stop.why = error
                outcome = CloneOutcome(target, error=error)
            except InterruptedByUser as error:
                outcome = CloneOutcome(target, error=stop.why or error)
            except SatchelError as error:
                outcome = CloneOutcome(target, error=error)
        with lock:
            ended(outcome)
        return outcome

    return tuple(side_by_side([partial(copy, target, place) for target, place in looked]))


class _Stop:
    """A `Cancel` that also stops once somebody says ``why`` there is no use in going on."""

    def __init__(self, cancel: Cancel) -> None:
        self._cancel = cancel
        self.why: SatchelError | None = None

    def check(self) -> None:
        self._cancel.check()
        if self.why is not None:
            raise InterruptedByUser(Message("Stopped, since it would come to nothing."))

    @property
    def paused(self) -> bool:
        return self._cancel.paused
