"""What the page says around its content in each state: title, foot, and what its buttons do."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from app.errors import Cause, InterruptedByUser, SatchelError
from app.fs.files import DriveFullError
from app.replacing import replace
from ui.controllers import failures
from ui.controllers.failures import RecoveryAction
from ui.controllers.job import JobState, JobStatus
from ui.controllers.made_drive import EjectionState, MadeStatus, NextStep
from ui.i18n.filling import filled
from ui.i18n.time_left import time_left_short
from ui.i18n.wording import worded
from ui.pages.make.work_words import WorkWords
from ui.state.works.work import WorkKind
from ui.style.symbol import Symbol

_OF_THE_CHOICE = frozenset(
    {RecoveryAction.OTHER_APPS, RecoveryAction.OTHER_DRIVE, RecoveryAction.ALLOW_OLDER}
)
"""What changes what is chosen."""


class Action(Enum):
    """What a button does."""

    NONE = auto()
    PAUSE = auto()
    TRY_NOW = auto()
    LOOK_AGAIN = auto()
    RECOVER = auto()
    RECOVER_OTHERWISE = auto()
    NEXT_STEP = auto()
    NEXT_DRIVE = auto()
    EJECT_ALL = auto()
    TRY_AGAIN = auto()
    FINISH = auto()
    SEE_CONTENTS = auto()


class Face(Struct, frozen=True):
    """All of it in one state.

    Attributes:
        value: in the sidebar.
        primary, action, enabled, quiet, icon: of the primary button.
        second, second_action: of the button beside it; empty for none.
        recovery, other_recovery: what `Action.RECOVER` and the other one take.
        stoppable: whether Stop is there.
        told: to somebody who looks elsewhere.
    """

    title: str
    sentence: str = ""
    value: str = ""
    foot: str = ""
    primary: str = ""
    action: Action = Action.NONE
    enabled: bool = True
    quiet: bool = False
    icon: Symbol | None = None
    second: str = ""
    second_action: Action = Action.NONE
    recovery: RecoveryAction = RecoveryAction.AGAIN
    other_recovery: RecoveryAction = RecoveryAction.AGAIN
    stoppable: bool = False
    told: str = ""


def face_of(status: JobStatus, made: MadeStatus, words: WorkWords, drive: str, at: str) -> Face:
    """``drive``: its name; ``at``: when the job finished."""
    if made.made is not None:
        return _finished(made, words, at)
    if status.state is JobState.IDLE:
        return Face(QCoreApplication.translate("Make", "Nothing is being written"))
    writing = Face(
        words.title,
        words.sentence,
        value=_value(status),
        foot=words.keep,
        stoppable=True,
    )
    match status.state:
        case JobState.OFFLINE:
            text = QCoreApplication.translate("Make", "Try now")
            return replace(writing, primary=text, action=Action.TRY_NOW)
        case JobState.UNPLUGGED:
            lost = QCoreApplication.translate("Make", "Nothing is lost: what is written stays.")
            other = QCoreApplication.translate("Make", "In step 1 you can choose another drive.")
            return replace(writing, sentence=lost, foot=other, stoppable=False)
        case JobState.FAILED:
            return _failed(replace(writing, stoppable=False), status, drive)
    on = QCoreApplication.translate("Make", "Go on")
    return replace(
        writing,
        primary=on if status.paused else QCoreApplication.translate("Make", "Pause"),
        action=Action.PAUSE,
        enabled=status.can_pause,
        quiet=True,
        icon=Symbol.PLAY if status.paused else Symbol.PAUSE,
    )


def _value(status: JobStatus) -> str:
    percent = status.percent
    if percent is None:
        return ""
    match status.state:
        case JobState.OFFLINE | JobState.UNPLUGGED:
            text = QCoreApplication.translate("Make", "Waiting at %1 %")
        case JobState.FAILED:
            text = QCoreApplication.translate("Make", "Stopped at %1 %")
        case JobState.PAUSED:
            text = QCoreApplication.translate("Make", "Paused at %1 %")
        case _:
            left = status.progress.left if status.progress is not None else None
            if left is not None:
                text = QCoreApplication.translate("Make", "%1 %, %2")
                return filled(text, str(percent), time_left_short(left))
            text = QCoreApplication.translate("Make", "%1 %")
    return filled(text, str(percent))


def _failed(face: Face, status: JobStatus, drive: str) -> Face:
    error = status.error
    if error is None:
        return face
    title = filled(QCoreApplication.translate("Make", "%1 is not finished"), drive)
    face = replace(face, title=title, sentence=failures.meaning(status.written), foot="")
    other = _other_way(status.kind, RecoveryAction.OTHER_APPS)
    stopped = isinstance(error, InterruptedByUser) or error.cause is Cause.NETWORK
    if stopped:
        # Whoever stops it while it waits for the internet has stopped it as well.
        return replace(
            face,
            primary=QCoreApplication.translate("Make", "Go on"),
            action=Action.TRY_NOW,
            second=failures.label(other),
            second_action=Action.RECOVER_OTHERWISE,
            other_recovery=other,
        )
    if isinstance(error, DriveFullError):
        leave_out = QCoreApplication.translate("Make", "Leave apps out")
        return replace(
            face,
            primary=QCoreApplication.translate("Make", "Look again"),
            action=Action.LOOK_AGAIN,
            second=leave_out if status.kind.is_of_the_choice else failures.label(other),
            second_action=Action.RECOVER_OTHERWISE,
            other_recovery=other,
            told=worded(error.message),
        )
    return _recovering(face, error, status.kind)


def _recovering(face: Face, error: SatchelError, kind: WorkKind) -> Face:
    actions = failures.actions_for(error)
    first = _other_way(kind, actions.first)
    face = replace(
        face,
        primary=failures.label(first),
        action=Action.RECOVER,
        recovery=first,
        told=worded(error.message),
    )
    second = _other_way(kind, actions.second) if actions.second is not None else None
    if second in {None, first}:
        return face
    assert second is not None
    return replace(
        face,
        second=failures.label(second),
        second_action=Action.RECOVER_OTHERWISE,
        other_recovery=second,
    )


def _other_way(kind: WorkKind, action: RecoveryAction) -> RecoveryAction:
    """What does not come from the choice does not lead back to it."""
    if not kind.is_of_the_choice and action in _OF_THE_CHOICE:
        return RecoveryAction.SEE_CONTENTS
    return action


def _finished(status: MadeStatus, words: WorkWords, at: str) -> Face:
    made = status.made
    assert made is not None
    next_drive = QCoreApplication.translate("Make", "Next drive, same apps")
    contents = failures.label(RecoveryAction.SEE_CONTENTS)
    sentence = QCoreApplication.translate("Make", "Carry it to the first computer.")
    foot = ""
    title = words.ended
    if status.unsound:
        title = filled(QCoreApplication.translate("Make", "%1 is not ready"), made.name)
        sentence = QCoreApplication.translate("Make", "Do not hand it out before it is repaired.")
    elif status.ejection is EjectionState.EJECTED:
        title = filled(QCoreApplication.translate("Make", "%1 can be pulled out"), made.name)
    elif status.can_eject:
        sentence = QCoreApplication.translate(
            "Make", "Eject it, then carry it to the first computer."
        )
        foot = QCoreApplication.translate("Make", "Safe to pull out after ejecting.")
    primary = {
        NextStep.WAIT: QCoreApplication.translate("Make", "Ejecting…"),
        NextStep.REPAIR: QCoreApplication.translate("Make", "Repair"),
        NextStep.EJECT: QCoreApplication.translate("Make", "Eject"),
        NextStep.MAKE_ANOTHER: next_drive,
        NextStep.SEE_CONTENTS: contents,
    }[status.next_step]
    second, second_action = "", Action.NONE
    if made.kind.is_of_the_choice:
        if status.next_step in {NextStep.EJECT, NextStep.WAIT}:
            second, second_action = next_drive, Action.NEXT_DRIVE
    elif status.next_step is not NextStep.SEE_CONTENTS and status.reachable:
        second, second_action = contents, Action.SEE_CONTENTS
    finished = QCoreApplication.translate("Make", "Finished at %1")
    return Face(
        title,
        sentence,
        value=filled(finished, at) if at else "",
        foot=foot,
        primary=primary,
        action=Action.NEXT_STEP,
        enabled=status.next_step is not NextStep.WAIT,
        second=second,
        second_action=second_action,
    )
