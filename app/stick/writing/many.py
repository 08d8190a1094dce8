"""Several drives at once: each at its own pace, and what they get is downloaded once.

A job a drive, in a thread with one process of its own. A drive that is slow, full or pulled out is
its own job's matter; the others go on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from app.errors import SatchelError
from app.flatpak.remotes.known import Known
from app.ostree.workers import one_of_many
from app.progress import Cancel, Event, Reporter
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.plan import LEFT_OUT, Plan
from app.stick.planning.together import cache_for_all, coming_to_all
from app.stick.writing.job import run_job
from app.stick.writing.outcome import Outcome
from app.stick.writing.side_by_side import side_by_side
from app.stick.writing.sources import Together

_LEAST_CONNECTIONS = 4
_LEAST_STREAMS = 12
"""Of each drive, however many there are."""

_SERIOUS = (70, 130, 6, 5, 4, 3, 2, 1, LEFT_OUT, 0)
"""Exit statuses, the worst first."""


class DriveEvent(Struct, frozen=True):
    """What the job of one drive tells.

    Attributes:
        target: its mount point or directory.
    """

    target: Path
    event: Event


class DriveResult(Struct, frozen=True):
    """What became of one drive.

    Attributes:
        outcome: what its job did; None if it came to no end.
        error: why not; None if it did.
    """

    target: Path
    outcome: Outcome | None
    error: SatchelError | None = None

    @property
    def status(self) -> int:
        """As the exit status of a job for it alone."""
        if self.error is not None:
            return self.error.exit_code
        assert self.outcome is not None
        return self.outcome.status

    @property
    def done(self) -> bool:
        """All that was possible was written."""
        return self.status in {0, LEFT_OUT}


class Shared(Struct, frozen=True):
    """What the jobs of several drives have in common.

    Attributes:
        environment: with each one's part of what may be asked of a server at once.
    """

    environment: Environment
    together: Together


def worst(results: Iterable[DriveResult]) -> int:
    """One exit status for all."""
    return worst_status(result.status for result in results)


def worst_status(statuses: Iterable[int]) -> int:
    """One for all; 0 if there are none."""
    all_of_them = set(statuses)
    return next((each for each in _SERIOUS if each in all_of_them), max(all_of_them, default=0))


def run_many(
    plans: Sequence[Plan],
    environment: Environment,
    known: Known,
    report: Callable[[DriveEvent], None],
    cancel: Cancel,
    *,
    verify: bool = True,
    ended: Callable[[DriveResult], None] = lambda _: None,
) -> tuple[DriveResult, ...]:
    """Do what the plans say, each of another drive; a result for each, in their order.

    ``report`` and ``ended``, which is told of each result as soon as it is there, are called by
    one thread at a time, not always the same. What ``cancel`` raises is each result's error.
    """
    shared = share(plans, environment)
    lock = threading.Lock()

    def make(plan: Plan) -> DriveResult:
        target = plan.location.root

        def tell(event: Event) -> None:
            with lock:
                report(DriveEvent(target, event))

        result = make_one(plan, shared, known, tell, cancel, verify=verify)
        with lock:
            ended(result)
        return result

    return tuple(side_by_side([partial(make, plan) for plan in plans]))


def share(plans: Sequence[Plan], environment: Environment) -> Shared:
    """For ``plans`` that are carried out at the same time, and others that follow them.

    Reads how full the cache and its disk are.
    """
    needed = coming_to_all(plans).download
    return Shared(
        _part_of(environment, max(1, len(plans))), Together(cache_for_all(needed, environment))
    )


def make_one(
    plan: Plan,
    shared: Shared,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    *,
    verify: bool = True,
    names: Mapping[str, str] | None = None,
) -> DriveResult:
    """One of the jobs; for a thread of its own. What it raises as a SatchelError is in the result.

    ``names``: what people call the chosen refs.
    """
    target = plan.location.root
    try:
        with one_of_many():
            outcome = run_job(
                plan,
                shared.environment,
                known,
                report,
                cancel,
                verify=verify,
                names=names or {},
                together=shared.together,
            )
    except SatchelError as error:
        return DriveResult(target, None, error)
    return DriveResult(target, outcome)


def _part_of(environment: Environment, drives: int) -> Environment:
    """Of what may be asked of a server at once, each drive has its share."""
    network = environment.default_network
    connections = max(_LEAST_CONNECTIONS, environment.settings.connections // drives)
    streams = max(_LEAST_STREAMS, network.streams // drives)
    return replace(
        environment,
        default_network=replace(network, streams=streams),
        settings=replace(environment.settings, connections=connections),
    )
