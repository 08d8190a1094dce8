"""Work on a drive, whichever kind it is: what it is called, how it is run, what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from app.flatpak.remotes.known import Known
from app.message import Message
from app.ostree.prune import Pruned
from app.progress import CancelToken, Reporter
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.planning.plan import Removal
from app.stick.planning.sizes import Estimate
from app.stick.writing.outcome import Outcome, Replaced


class WorkKind(Enum):
    """What people call it: title, sentences and question of Make go by it."""

    WRITE = auto()
    """What was chosen, as Review showed it; the session's plan says it."""
    UPDATE = auto()
    TAKE_OFF = auto()
    CHANGE = auto()
    """Apps come off, and others are updated."""
    REPAIR = auto()
    COPY = auto()

    @property
    def is_of_the_choice(self) -> bool:
        """Whether it follows from what is chosen on Apps and was looked over on Review."""
        return self is WorkKind.WRITE


class WorkContext(Struct, frozen=True):
    """What all work runs in."""

    environment: Environment
    known: Known


class WorkOutcome(Struct, frozen=True):
    """What work did; what a kind does not know stays as it is here.

    Attributes:
        check: of the drive at the end; None if that was not wanted.
        usual: whether that check judged as one does that somebody asks for.
        objects, bytes: what came to the drive.
        unsigned: collections carried without signatures, because that was accepted.
        replaced: what was damaged.
        updated: what people call the apps that are newer now.
        removed, pruned: what was taken off, and what that freed; None if nothing was looked for.
        free: bytes that stay free; None where only the work's estimate tells.
        said: what else there is to say of it, in sentences.
        apps: (ref, name) of what is on the drive now; None where the work tells that.
    """

    check: CheckReport | None = None
    usual: bool = True
    objects: int = 0
    bytes: int = 0
    seconds: float = 0.0
    unsigned: tuple[str, ...] = ()
    replaced: Replaced = field(default_factory=Replaced)
    updated: tuple[str, ...] = ()
    removed: tuple[Removal, ...] = ()
    pruned: Pruned | None = None
    free: int | None = None
    said: tuple[Message, ...] = ()
    apps: tuple[tuple[str, str], ...] | None = None

    @classmethod
    def of_job(cls, outcome: Outcome, *, usual: bool = True) -> WorkOutcome:
        """Of a job that carried out a plan."""
        return cls(
            check=outcome.check,
            usual=usual,
            objects=outcome.objects,
            bytes=outcome.bytes,
            seconds=outcome.seconds,
            unsigned=outcome.unsigned,
            replaced=outcome.replaced,
            removed=outcome.removed,
            pruned=outcome.pruned,
        )


class Work(Protocol):
    """Something that a person said yes to. A value, compared by identity.

    It is run in a thread of its own, perhaps several times: after the internet was away, after the
    drive was pulled out, after it was stopped. It then goes on from where it was.
    """

    @property
    def kind(self) -> WorkKind: ...

    @property
    def source(self) -> str:
        """What people call what it is copied from; empty where it is not."""
        ...

    @property
    def names(self) -> Mapping[str, str]:
        """What people call the apps it is about, by ref."""
        ...

    @property
    def apps(self) -> tuple[tuple[str, str], ...]:
        """(ref, name) of what is on the drive afterwards, if all goes well."""
        ...

    @property
    def root(self) -> Path:
        """Where it writes."""
        ...

    @property
    def estimate(self) -> Estimate | None:
        """What it takes on the drive, where that was worked out before."""
        ...

    @property
    def until(self) -> int | None:
        """When the first key or signature on the drive ends, seconds since 1970; None for never,
        or where nobody knows before."""
        ...

    def run(self, context: WorkContext, report: Reporter, cancel: CancelToken) -> WorkOutcome:
        """Do it. Raises SatchelError; then the drive is as usable as it was before."""
        ...

    def again(
        self, root: Path, context: WorkContext, report: Reporter, cancel: CancelToken
    ) -> Work:
        """The same for the drive as it is now, at ``root``: it was pulled out, or room was made on
        it. Writes nothing; raises SatchelError where it cannot be done any more."""
        ...
