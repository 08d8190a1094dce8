"""Copying a drive to another."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.drive.safety.guard import AsNamed
from app.drive.space import measure
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.checking.check import CheckOptions
from app.stick.checking.keys import Trust
from app.stick.cloning.job import clone_to
from app.stick.cloning.original import read_original
from app.stick.cloning.place import look_at_place
from app.stick.planning.sizes import Estimate
from app.stick.store.location import find_stick, open_repository
from ui.state.works.work import WorkContext, WorkKind, WorkOutcome


@dataclass(frozen=True, slots=True, eq=False)
class CopyWork:
    """Of one repository.

    Attributes:
        original, repository: the drive that is copied, and which of the repositories on it.
        source: what people call that drive.
        root: the drive that it is copied to.
        apps: (ref, name) of what is copied.
    """

    original: Path
    repository: str
    source: str
    root: Path
    apps: tuple[tuple[str, str], ...]
    kind: WorkKind = WorkKind.COPY
    estimate: Estimate | None = None
    until: int | None = None

    @property
    def names(self) -> Mapping[str, str]:
        return dict(self.apps)

    def run(self, context: WorkContext, report: Reporter, cancel: CancelToken) -> WorkOutcome:
        started = time.monotonic()
        environment, options = (
            context.environment,
            CheckOptions(trust=Trust(fetched=context.environment.fetched_images.all())),
        )
        remotes = environment.judges(context.known)
        location = find_stick(self.original, self.repository)
        # To read the original takes its time.
        named = AsNamed((self.root,))
        with open_repository(location).locked(exclusive=False):
            original = read_original(
                location, remotes, options.trust, report, cancel, accept_unsigned=False
            )
            place = look_at_place(self.root, original, environment.quota)
            named.check(self.root, place.identity)
            now = int(environment.clock())
            outcome = clone_to(place, original, remotes, options, now, report, cancel)
        return WorkOutcome(
            check=outcome.check,
            objects=outcome.objects,
            bytes=outcome.bytes,
            seconds=time.monotonic() - started,
            free=measure(self.root, environment.quota).free,
        )

    def again(
        self, root: Path, context: WorkContext, report: Reporter, cancel: CancelToken
    ) -> CopyWork:
        del context, report, cancel
        return replace(self, root=root)
