"""Copies a stick to several drives, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.known import Known
from app.progress import Cancel, Reporter
from app.stick.checking.check import CheckOptions
from app.stick.cloning.job import clone_to
from app.stick.cloning.original import Original, OriginalDamagedError
from app.stick.cloning.outcome import CloneOutcome
from app.stick.cloning.place import Place, look_at_place
from app.stick.environment import Environment

Looked = tuple[Path, Place | SatchelError]


def look_at_places(
    original: Original, targets: Sequence[Path], environment: Environment, cancel: Cancel
) -> tuple[Looked, ...]:
    """What each may become, or why not; a drive that was named twice counts once. Writes nothing.

    Raises what ``cancel`` raises.
    """
    looked: list[Looked] = []
    for target in dict.fromkeys(targets):
        cancel.check()
        try:
            looked.append((target, look_at_place(target, original, environment.quota)))
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
    report: Reporter,
    cancel: Cancel,
    *,
    verify: bool = True,
    begin: Callable[[Path], None] = lambda _target: None,
) -> Iterator[CloneOutcome]:
    """An outcome for each drive as it is done; one that fails does not hold up the others.

    ``options`` as for `read_original`; ``begin`` is told which drive is next. Raises
    `OriginalDamagedError`, which no other drive would be spared, and what ``cancel`` raises.
    """
    remotes = environment.judges(known)
    for target, place in looked:
        if isinstance(place, SatchelError):
            yield CloneOutcome(target, error=place)
            continue
        begin(target)
        now = int(environment.clock())
        try:
            yield clone_to(place, original, remotes, options, now, report, cancel, verify=verify)
        except (InterruptedByUser, OriginalDamagedError):
            raise
        except SatchelError as error:
            yield CloneOutcome(target, error=error)
