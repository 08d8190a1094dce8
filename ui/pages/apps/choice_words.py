"""What is said about the choice: in the strip below the apps, in the sidebar, to screen readers."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject

from app.flatpak.refs import is_system
from app.stick.planning.plan import Action
from ui.controllers.choice import ChoiceStatus
from ui.controllers.cost_status import CostState
from ui.i18n.filling import filled
from ui.i18n.numbers import drive_sized, sized
from ui.i18n.stick_words import plain_name
from ui.i18n.wording import worded
from ui.models.counts import counted_refs
from ui.state.works.planned import PlannedWork, is_listed
from ui.state.works.work import Work


class LineTone(Enum):
    """How a line is meant."""

    PLAIN = auto()
    SOFT = auto()
    WARM = auto()
    BAD = auto()


class StripLine(Struct, frozen=True):
    """What the choice means for the drive."""

    text: str
    tone: LineTone = LineTone.PLAIN


class Part(Enum):
    """What part of the drive as it will be an app is."""

    STAYS = auto()
    STAYS_ON_SOME = auto()
    """Of several drives some have it."""
    NEW = auto()
    COMES_OFF = auto()


class Ticked(Struct, frozen=True):
    """An app that is chosen or on the drive; ``drives``: how many there are, ``on``: how many of
    them have it where that are not all."""

    ref: str
    name: str
    part: Part
    remote: str = ""
    drives: int = 1
    on: int = 0


def ticked(status: ChoiceStatus) -> tuple[Ticked, ...]:
    """What will be on the drive: what is new, then what stays."""
    on_drive = status.on_drive
    new = (
        Ticked(each.ref, each.name, Part.NEW, each.remote)
        for each in status.refs
        if each.ref not in on_drive
    )
    names = {each.ref: each.name for each in status.refs}
    stay = (
        Ticked(
            app.ref,
            names.get(app.ref) or app.name or plain_name(app.ref),
            Part.STAYS,
            drives=status.drives,
        )
        for app in status.apps
        if app.ref in on_drive
    )
    return (*new, *stay)


def partly(status: ChoiceStatus) -> tuple[Ticked, ...]:
    """What some of several drives have, and keep."""
    return tuple(
        Ticked(
            app.ref,
            app.name or plain_name(app.ref),
            Part.STAYS_ON_SOME,
            drives=status.drives,
            on=status.on_some[app.ref],
        )
        for app in status.some
        if app.ref in status.as_it_is
    )


def leaving(status: ChoiceStatus) -> tuple[Ticked, ...]:
    """What comes off the drive."""
    return tuple(
        Ticked(
            app.ref,
            app.name or plain_name(app.ref),
            Part.COMES_OFF,
            drives=status.drives,
            on=status.on_some.get(app.ref, 0),
        )
        for app in (*status.apps, *status.some)
        if app.ref in status.off
    )


class _Counts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def apps(self, number: int) -> str:
        return self.tr("%n app(s)", "", number)

    def apps_of(self, number: int) -> str:
        return self.tr("%n app(s), %1", "", number)

    def apps_new(self, number: int) -> str:
        return self.tr("%n app(s), %1 new", "", number)

    def all_drives(self, number: int) -> str:
        return self.tr("all %n drives", "", number)

    def stay(self, number: int) -> str:
        return self.tr("%n stay", "", number)

    def new(self, number: int) -> str:
        return self.tr("%n new", "", number)

    def comes_off(self, number: int) -> str:
        return self.tr("%n come(s) off", "", number)


def place(status: ChoiceStatus, on: int = 0) -> str:
    """What the drive is called on which something stays as it is or comes off; of several, all, or
    the ``on`` that have it."""
    if on:
        return filled(
            QCoreApplication.translate("Choice", "%1 of %2 drives"), str(on), str(status.drives)
        )
    return status.drive if status.drives < 2 else _Counts().all_drives(status.drives)


def summed(status: ChoiceStatus, *, short: bool = False) -> str:
    """“10 apps, 2.1 GB”; empty for none. ``short``: without the size."""
    counts = _Counts()
    number = status.stay + status.new
    if not number:
        return counts.apps(0) if status.off else ""
    refs = status.on_drive.union(each.ref for each in status.refs)
    if any(map(is_system, refs)):
        said = counted_refs(refs)
        return said if short or not status.cost.write else f"{said}, {sized(status.cost.write)}"
    if short or not status.new:
        return counts.apps(number)
    return _apps(number, status.cost.write, some_stay=bool(status.stay))


def summed_work(work: Work) -> str:
    """The same of what is done to a drive, whoever has chosen it; empty where nobody knows what is
    on it."""
    refs = [ref for ref, _ in work.apps]
    size = work.estimate.takes if work.estimate is not None else 0
    if any(map(is_system, refs)):
        said = counted_refs(refs)
        return f"{said}, {sized(size)}" if size else said
    return _apps(len(refs), size, some_stay=_leaves_some(work)) if refs else ""


def _leaves_some(work: Work) -> bool:
    """Whether apps are on the drive that stay as they are."""
    if not isinstance(work, PlannedWork):
        return False
    listed = (item for item in work.plan.items if is_listed(item.ref))
    return bool(work.plan.staying) or any(item.action is Action.KEEP for item in listed)


def _apps(number: int, size: int, *, some_stay: bool) -> str:
    """``size``: what comes to the drive; 0 where that is not known."""
    counts = _Counts()
    if not size:
        return counts.apps(number)
    text = counts.apps_new(number) if some_stay else counts.apps_of(number)
    return filled(text, sized(size))


def strip_line(status: ChoiceStatus, *, short: bool = False) -> StripLine:
    """The one place that words what a choice means for the drive. ``short``: without its name."""
    cost = status.cost
    match cost.state:
        case CostState.COUNTING:
            return StripLine(QCoreApplication.translate("ChoiceStrip", "Counting…"), LineTone.SOFT)
        case CostState.NOTHING_CHOSEN if not status.stay:
            return StripLine(
                QCoreApplication.translate("ChoiceStrip", "Nothing chosen yet"), LineTone.SOFT
            )
        case CostState.NEEDS_DRIVE:
            text = QCoreApplication.translate("ChoiceStrip", "Needs a drive of %1 or more")
            return StripLine(filled(text, drive_sized(cost.drive)))
        case CostState.ALL_THERE | CostState.NOTHING_CHOSEN:
            text = QCoreApplication.translate("ChoiceStrip", "All of it is on %1 already")
            return StripLine(filled(text, place(status)))
        case CostState.TOO_LARGE:
            text = (
                QCoreApplication.translate("ChoiceStrip", "%1 too much")
                if short
                else QCoreApplication.translate("ChoiceStrip", "%1 too much for %2")
            )
            return StripLine(filled(text, sized(cost.lacking), status.drive), LineTone.BAD)
        case CostState.MAY_NOT_FIT:
            text = QCoreApplication.translate("ChoiceStrip", "Perhaps %1 too much for %2")
            return StripLine(filled(text, sized(cost.lacking), status.drive), LineTone.WARM)
        case CostState.REFUSED:
            message = worded(cost.error.message) if cost.error is not None else ""
            return StripLine(message, LineTone.BAD)
        case CostState.FITS:
            return StripLine(_fitting(status, short=short))


def _fitting(status: ChoiceStatus, *, short: bool) -> str:
    free = sized(max(status.cost.left, 0))
    if status.stay or status.off:
        counts = _Counts()
        numbers = [counts.stay(status.stay)]
        if status.new:
            numbers.append(counts.new(status.new))
        if status.off:
            numbers.append(counts.comes_off(len(status.off)))
        if short and len(numbers) > 2:
            return ", ".join(numbers)
        text = QCoreApplication.translate("ChoiceStrip", "%1, %2 stay free")
        return filled(text, ", ".join(numbers), free)
    if short:
        return filled(QCoreApplication.translate("ChoiceStrip", "Fits, %1 stay free"), free)
    return filled(
        QCoreApplication.translate("ChoiceStrip", "Fits on %1, %2 stay free"), status.drive, free
    )
