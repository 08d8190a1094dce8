"""What an error means for the drive, and what can be done about it with one press of a button."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct
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
from app.flatpak.upstream.errors import BadSummaryError, UnsignedRemoteError
from app.fs.files import DriveFullError
from app.progress import Phase
from app.serve.errors import NobodyVouchesError
from app.stick.memory.accepted_snapshots import OlderSnapshotError
from app.stick.planning.estimate import FileTooLargeError
from app.stick.trust.commits import CommitNotTrustedError
from app.stick.writing.as_planned import ChangedSinceError


class RecoveryAction(Enum):
    """What a button can do."""

    AGAIN = auto()
    PLAN_AGAIN = auto()
    OTHER_DRIVE = auto()
    OTHER_APPS = auto()
    SHOW_KEYS = auto()
    ALLOW_OLDER = auto()
    SEE_CONTENTS = auto()
    COPY_REPORT = auto()


class Written(Enum):
    """How far a job had come."""

    NOTHING = auto()
    """Nothing has been written."""
    PARTS = auto()
    """Parts are there; what clients see is as it was before."""
    ALL = auto()
    """Everything is written, and not checked."""


_BEGUN = frozenset({Phase.DOWNLOAD, Phase.COPY, Phase.FLUSH})


def written_after(before: Written, phase: Phase) -> Written:
    """How far a job has come that begins ``phase``."""
    if phase is Phase.VERIFY and before is not Written.NOTHING:
        # Else it looks at what is there before it begins.
        return Written.ALL
    if phase in _BEGUN and before is Written.NOTHING:
        return Written.PARTS
    return before


class RecoveryActions(Struct, frozen=True):
    """The one that helps most often, and another."""

    first: RecoveryAction
    second: RecoveryAction | None = None


_ACTIONS: tuple[tuple[tuple[type[SatchelError], ...], RecoveryActions], ...] = (
    ((InterruptedByUser,), RecoveryActions(RecoveryAction.AGAIN, RecoveryAction.OTHER_APPS)),
    ((UnexpectedError,), RecoveryActions(RecoveryAction.AGAIN, RecoveryAction.COPY_REPORT)),
    (
        (DriveFullError, FileTooLargeError),
        RecoveryActions(RecoveryAction.OTHER_APPS, RecoveryAction.OTHER_DRIVE),
    ),
    (
        (ChangedSinceError, DriveGoneError),
        RecoveryActions(RecoveryAction.PLAN_AGAIN, RecoveryAction.OTHER_DRIVE),
    ),
    ((NobodyVouchesError,), RecoveryActions(RecoveryAction.PLAN_AGAIN, RecoveryAction.OTHER_APPS)),
    ((DriveError,), RecoveryActions(RecoveryAction.PLAN_AGAIN, RecoveryAction.OTHER_DRIVE)),
    ((OlderSnapshotError,), RecoveryActions(RecoveryAction.PLAN_AGAIN, RecoveryAction.ALLOW_OLDER)),
    (
        (UnsignedRemoteError, BadSummaryError, CommitNotTrustedError),
        RecoveryActions(RecoveryAction.PLAN_AGAIN, RecoveryAction.SHOW_KEYS),
    ),
    ((TrustError,), RecoveryActions(RecoveryAction.PLAN_AGAIN, RecoveryAction.OTHER_APPS)),
    ((UpstreamError,), RecoveryActions(RecoveryAction.AGAIN, RecoveryAction.OTHER_APPS)),
    (
        (StickDamagedError,),
        RecoveryActions(RecoveryAction.SEE_CONTENTS, RecoveryAction.OTHER_DRIVE),
    ),
    ((UsageError,), RecoveryActions(RecoveryAction.OTHER_APPS)),
    ((SatchelError,), RecoveryActions(RecoveryAction.PLAN_AGAIN)),
)
"""The first that fits."""


def actions_for(error: SatchelError) -> RecoveryActions:
    return next(actions for kinds, actions in _ACTIONS if isinstance(error, kinds))


def label(action: RecoveryAction) -> str:
    """What its button says."""
    texts = {
        RecoveryAction.AGAIN: QCoreApplication.translate("failures", "Try again"),
        RecoveryAction.PLAN_AGAIN: QCoreApplication.translate("failures", "Try again"),
        RecoveryAction.OTHER_DRIVE: QCoreApplication.translate("failures", "Choose another drive"),
        RecoveryAction.OTHER_APPS: QCoreApplication.translate("failures", "Back to apps"),
        RecoveryAction.SHOW_KEYS: QCoreApplication.translate("failures", "Show the keys…"),
        RecoveryAction.ALLOW_OLDER: QCoreApplication.translate("failures", "Use the older state"),
        RecoveryAction.SEE_CONTENTS: QCoreApplication.translate("failures", "See what is on it"),
        RecoveryAction.COPY_REPORT: QCoreApplication.translate("failures", "Copy the report"),
    }
    return texts[action]


def meaning(written: Written) -> str:
    """What a job that stopped means for the drive."""
    texts = {
        Written.NOTHING: QCoreApplication.translate(
            "failures", "Nothing was written. The drive is as before."
        ),
        Written.PARTS: QCoreApplication.translate(
            "failures",
            "What was on the drive before stays usable. The next time goes on from here.",
        ),
        Written.ALL: QCoreApplication.translate(
            "failures", "Everything has been written, but it is not checked yet."
        ),
    }
    return texts[written]
