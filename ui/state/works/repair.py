"""Repairing a drive: what its check found is healed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.drive.space import measure
from app.errors import Cause, SatchelError, StickDamagedError
from app.message import Message
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.severity import Severity
from app.stick.inspecting.inspect import inspect_stick
from app.stick.mending.repairing import RepairOutcome, repair_stick
from app.stick.mending.request import RepairRequest
from app.stick.mending.sources import sources_at
from app.stick.planning.sizes import Estimate
from app.stick.store.location import find_stick
from app.stick.store.stick_state import load_stick
from app.stick.writing.moving_aside import moved_text
from app.stick.writing.outcome import Replaced
from ui.state.works.planned import listed_on
from ui.state.works.work import WorkContext, WorkKind, WorkOutcome


@dataclass(frozen=True, slots=True, eq=False)
class RepairWork:
    """``apps``: (ref, name) of what is on the drive; none where that cannot be read before."""

    request: RepairRequest
    apps: tuple[tuple[str, str], ...]
    kind: WorkKind = WorkKind.REPAIR
    source: str = ""
    estimate: Estimate | None = None
    until: int | None = None

    @property
    def names(self) -> Mapping[str, str]:
        return dict(self.apps)

    @property
    def root(self) -> Path:
        return self.request.root

    def run(self, context: WorkContext, report: Reporter, cancel: CancelToken) -> WorkOutcome:
        """Raises the error of upstream where the internet is away and something is left that it
        could heal: the rest is done once it is back."""
        started = time.monotonic()
        request = replace(self.request, sources=readable(self.request.sources))
        done = repair_stick(request, context.environment, context.known, report, cancel)
        unasked = done.unasked
        if unasked is not None and unasked.cause is Cause.NETWORK and not done.after.ok:
            raise unasked
        replaced = _replaced(done)
        return WorkOutcome(
            check=done.after,
            bytes=replaced.bytes,
            seconds=time.monotonic() - started,
            replaced=replaced,
            free=measure(self.root, context.environment.quota).free,
            said=_said(done, replaced),
            apps=None if self.apps else self._found(context, cancel),
        )

    def _found(self, context: WorkContext, cancel: CancelToken) -> tuple[tuple[str, str], ...]:
        """What can be read now."""
        environment = context.environment
        try:
            stick = load_stick(find_stick(self.root))
        except StickDamagedError:
            # The check says so.
            return ()
        judges = environment.judges(context.known)
        return listed_on(inspect_stick(stick, judges, environment.languages, cancel))

    def again(
        self, root: Path, context: WorkContext, report: Reporter, cancel: CancelToken
    ) -> RepairWork:
        del context, report, cancel
        return replace(self, request=replace(self.request, root=root))


def readable(roots: Iterable[Path]) -> tuple[Path, ...]:
    """Those of the other drives that can be read: none of them may keep a repair from its end."""
    usable = []
    for root in roots:
        try:
            list(sources_at(root))
        except (OSError, SatchelError):
            continue
        usable.append(root)
    return tuple(usable)


def _replaced(done: RepairOutcome) -> Replaced:
    """What came from wherever it was."""
    healed = set(done.before.damaged_apps) - set(done.after.damaged_apps)
    objects, size = done.healed.objects, done.healed.bytes
    for job in done.jobs:
        objects += job.objects + job.replaced.objects
        size += job.bytes + job.replaced.bytes
    return Replaced(objects, size, tuple(sorted(healed)), len(healed))


def _said(done: RepairOutcome, replaced: Replaced) -> tuple[Message, ...]:
    said = [
        Message("{name} has its name again; it was called {path}.", name=name, path=path)
        for path, name in done.put_back
    ]
    said += [moved_text(*moved) for moved in done.moved]
    errors = any(each.severity is Severity.ERROR for each in done.after.findings)
    if done.unasked is not None and errors:
        said += [done.unasked.message, done.unasked.hint]
    if not (said or replaced or done.before.ok):
        said.append(Message("What was damaged was written anew."))
    return tuple(said)
