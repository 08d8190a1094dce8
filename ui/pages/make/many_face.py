"""What the page says around several drives in each state: title, foot, what its buttons do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.replacing import replace
from ui.controllers.many_view import READY, ManyStatus
from ui.i18n.filling import filled
from ui.i18n.time_left import next_try
from ui.pages.make import many_words
from ui.pages.make.face import Action, Face
from ui.pages.make.many_words import ManyCounts
from ui.style.symbol import Symbol


def many_face(status: ManyStatus, apps: int) -> Face:
    """``apps``: how many each of them gets."""
    drives = len(status.rows)
    counts = ManyCounts()
    if status.source:
        title, foot = many_words.copied(status), counts.on_each(apps)
    else:
        title = many_words.title(apps, drives)
        foot = counts.on_each_once(apps) if drives > 1 else counts.on_each(apps)
    face = Face(title, many_words.sentence(status), value=_value(status), foot=foot)
    if status.under_way:
        return _under_way(replace(face, stoppable=True), status)
    if status.keeps_going:
        return replace(
            face,
            foot=QCoreApplication.translate("Many", "Plug in the next drive."),
            primary=QCoreApplication.translate("Many", "Finish"),
            action=Action.FINISH,
        )
    return _ended(face, status)


def _value(status: ManyStatus) -> str:
    ready, drives = status.count(READY), len(status.rows)
    text = QCoreApplication.translate("Many", "%1 of %2 ready")
    return filled(text, str(ready), str(drives))


def _under_way(face: Face, status: ManyStatus) -> Face:
    if status.offline:
        return replace(
            face,
            foot=next_try(status.wait),
            primary=QCoreApplication.translate("Many", "Try now"),
            action=Action.TRY_NOW,
        )
    on = QCoreApplication.translate("Many", "Go on")
    return replace(
        face,
        primary=on if status.paused else QCoreApplication.translate("Many", "Pause all"),
        action=Action.PAUSE,
        enabled=status.can_stop,
        quiet=True,
        icon=Symbol.PLAY if status.paused else Symbol.PAUSE,
    )


def _ended(face: Face, status: ManyStatus) -> Face:
    others = QCoreApplication.translate("Many", "Next drives, same apps")
    next_ = Action.NEXT_DRIVE
    if status.source:
        others, next_ = QCoreApplication.translate("Many", "What's on a drive"), Action.SEE_CONTENTS
    if status.can_try_again:
        face = replace(
            face,
            second=QCoreApplication.translate("Many", "Try again"),
            second_action=Action.TRY_AGAIN,
        )
    elif status.can_eject:
        face = replace(face, second=others, second_action=next_)
    if status.can_eject:
        return replace(
            face,
            foot=QCoreApplication.translate("Many", "Safe to pull out after ejecting."),
            primary=QCoreApplication.translate("Many", "Eject all"),
            action=Action.EJECT_ALL,
        )
    return replace(face, primary=others, action=next_)
