"""What an error means for the drive, and what can be done about it with one press of a button."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from app.drive.safety.guard import DriveGoneError
from app.errors import (
    DriveError,
    InterruptedByUser,
    SatchelError,
    StickDamagedError,
    TrustError,
    UnexpectedError,
    UpstreamError,
    UsageError,
)
from app.flatpak.upstream.upstream import BadSummaryError, UnsignedRemoteError
from app.fs.files import DriveFullError
from app.stick.memory.accepted_snapshots import OlderSnapshotError
from app.stick.planning.estimate import FileTooLargeError
from app.stick.trust.commits import CommitNotTrustedError
from app.stick.writing.job import ChangedSinceError


class Way(Enum):
    """What a button can do."""

    AGAIN = auto()
    PLAN_AGAIN = auto()
    OTHER_DRIVE = auto()
    OTHER_APPS = auto()
    SHOW_KEYS = auto()
    ALLOW_OLDER = auto()
    SEE_CONTENTS = auto()
    COPY_REPORT = auto()


class Reached(Enum):
    """How far a job had come."""

    NOTHING = auto()
    """Nothing has been written."""
    PARTS = auto()
    """Parts are there; what clients see is as it was before."""
    ALL = auto()
    """Everything is written, and not checked."""


_BEGUN = frozenset({"download", "flush"})


def reached(before: Reached, phase: str) -> Reached:
    """How far a job has come that begins ``phase``."""
    if phase == "verify":
        return Reached.ALL
    if phase in _BEGUN and before is Reached.NOTHING:
        return Reached.PARTS
    return before


@dataclass(frozen=True, slots=True)
class Ways:
    """The one that helps most often, and another."""

    first: Way
    second: Way | None = None


_WAYS: tuple[tuple[tuple[type[SatchelError], ...], Ways], ...] = (
    ((InterruptedByUser,), Ways(Way.AGAIN, Way.OTHER_APPS)),
    ((UnexpectedError,), Ways(Way.AGAIN, Way.COPY_REPORT)),
    ((DriveFullError, FileTooLargeError), Ways(Way.OTHER_APPS, Way.OTHER_DRIVE)),
    ((ChangedSinceError, DriveGoneError), Ways(Way.PLAN_AGAIN, Way.OTHER_DRIVE)),
    ((DriveError,), Ways(Way.PLAN_AGAIN, Way.OTHER_DRIVE)),
    ((OlderSnapshotError,), Ways(Way.PLAN_AGAIN, Way.ALLOW_OLDER)),
    (
        (UnsignedRemoteError, BadSummaryError, CommitNotTrustedError),
        Ways(Way.PLAN_AGAIN, Way.SHOW_KEYS),
    ),
    ((TrustError,), Ways(Way.PLAN_AGAIN, Way.OTHER_APPS)),
    ((UpstreamError,), Ways(Way.AGAIN, Way.OTHER_APPS)),
    ((StickDamagedError,), Ways(Way.SEE_CONTENTS, Way.OTHER_DRIVE)),
    ((UsageError,), Ways(Way.OTHER_APPS)),
    ((SatchelError,), Ways(Way.PLAN_AGAIN)),
)
"""The first that fits."""


def ways(error: SatchelError) -> Ways:
    return next(found for kinds, found in _WAYS if isinstance(error, kinds))


def label(way: Way) -> str:
    """What its button says."""
    texts = {
        Way.AGAIN: QCoreApplication.translate("failures", "Try again"),
        Way.PLAN_AGAIN: QCoreApplication.translate("failures", "Try again"),
        Way.OTHER_DRIVE: QCoreApplication.translate("failures", "Choose another drive"),
        Way.OTHER_APPS: QCoreApplication.translate("failures", "Back to apps"),
        Way.SHOW_KEYS: QCoreApplication.translate("failures", "Show the keys…"),
        Way.ALLOW_OLDER: QCoreApplication.translate("failures", "Use the older state"),
        Way.SEE_CONTENTS: QCoreApplication.translate("failures", "See what is on it"),
        Way.COPY_REPORT: QCoreApplication.translate("failures", "Copy the report"),
    }
    return texts[way]


def meaning(how_far: Reached) -> str:
    """What a job that stopped means for the drive."""
    texts = {
        Reached.NOTHING: QCoreApplication.translate(
            "failures", "Nothing was written. The drive is as before."
        ),
        Reached.PARTS: QCoreApplication.translate(
            "failures",
            "What was on the drive before stays usable. The next time goes on from here.",
        ),
        Reached.ALL: QCoreApplication.translate(
            "failures", "Everything has been written, but it is not checked yet."
        ),
    }
    return texts[how_far]
