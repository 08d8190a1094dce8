"""What Review says where several drives get the same apps: summed, and of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject

from app.errors import Cause
from app.replacing import replace
from app.stick.planning.together import coming_to_all
from ui.i18n.drive_names import hardware_and_port
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.wording import worded
from ui.models.planned_drive import PlannedDrive
from ui.models.removal_words import RemovalWords, come_off, heading_of
from ui.models.review_values import Kind, NumberWords, PlanRemark, ReviewWords
from ui.style.meter import MeterParts

DRIVE = "drive: "
"""`PlanRemark.ref` of what leaving a drive out would mend begins so; its directory follows."""


class DriveLine(Struct, frozen=True):
    """One of the drives.

    Attributes:
        said, beside: what is written to it, and what follows from that.
        leaves: what comes off it, a sentence; empty where nothing comes off any of them.
        wrong: it cannot be written to.
    """

    name: str
    about: str
    parts: MeterParts
    said: str
    beside: str
    plug: bool
    wrong: bool = False
    leaves: str = ""


class SeveralWords(QObject):
    """``drives`` with what people call each, in their order; ``leaving``: what people call the refs
    that are to come off; ``once``: what several of them lack is downloaded once."""

    def __init__(
        self,
        drives: Sequence[tuple[PlannedDrive, str]],
        leaving: Mapping[str, str],
        *,
        once: bool = True,
    ) -> None:
        super().__init__()
        self._once = once
        self._drives = tuple(drives)
        self._off = {
            planned.target.root: RemovalWords(planned.plan, leaving)
            for planned, _ in self._drives
            if planned.plan is not None
        }

    @property
    def name(self) -> str:
        """Of all of them together."""
        return self.tr("%n drive(s)", "", len(self._drives))

    @property
    def download(self) -> int:
        """Bytes that come for all of them."""
        plans = (planned.plan for planned, _ in self._drives)
        coming = coming_to_all(plan for plan in plans if plan is not None)
        return coming.download if self._once else coming.alone

    def summed(self, words: ReviewWords) -> ReviewWords:
        """``words`` are about the one that has most to do, but for what is downloaded."""
        download, takes, time = words.numbers
        numbers = (
            replace(download, remark=self._how_often()),
            self._takes(takes),
            replace(time, remark=""),
        )
        remarks = (each for each in words.remarks if each.kind is not Kind.AGAIN)
        # What comes off another drive than that one is told as well.
        lines = {line.ref: line for off in self._off.values() for line in off.lines}
        coming = sorted(lines.values(), key=lambda line: line.name.casefold())
        sentence = self.tr("Look it over once. Nothing that is on the drives now gets lost.")
        if coming:
            sentence = come_off([line.name for line in coming])
        return replace(
            words,
            sentence=sentence,
            off_heading=heading_of(len(coming)),
            off_lines=tuple(coming),
            off_beside=self.tr("Of each drive what it has of them") if coming else "",
            numbers=numbers,
            remarks=(*self._too_small(), *remarks),
        )

    def _how_often(self) -> str:
        if self._once:
            return self.tr("once for all of them")
        return self.tr("for each anew: no room to keep it")

    def lines(self) -> tuple[DriveLine, ...]:
        return tuple(self._line(planned, name) for planned, name in self._drives)

    def _takes(self, takes: NumberWords) -> NumberWords:
        least = min(
            planned.plan.estimate.left for planned, _ in self._drives if planned.plan is not None
        )
        text = self.tr("at least %1 stay free")
        remark = filled(text, sized(least)) if least >= 0 else self.tr("too much for some")
        return replace(takes, label=self.tr("Takes on each drive"), remark=remark, wrong=least < 0)

    def _too_small(self) -> Iterable[PlanRemark]:
        for planned, name in self._drives:
            if planned.fits:
                continue
            full = planned.plan is not None or (
                planned.error is not None and planned.error.cause is Cause.FULL
            )
            text = self.tr("%1 is too small.") if full else self.tr("%1 cannot be used.")
            yield PlanRemark(
                Kind.DRIVE,
                f"{DRIVE}{planned.target.root}",
                "",
                filled(text, name),
                self._why(planned),
                self.tr("Leave it out"),
                bad=True,
            )

    def _why(self, planned: PlannedDrive) -> str:
        if planned.error is not None:
            return worded(planned.error.message)
        assert planned.plan is not None
        estimate = planned.plan.estimate
        if estimate.too_large:
            return self.tr("There are files too large for this kind of drive.")
        if estimate.too_many:
            return self.tr("There are too many files for this drive.")
        text = self.tr("It has %1 free, and %2 are needed.")
        return filled(text, sized(estimate.space.free), sized(estimate.write))

    def _line(self, planned: PlannedDrive, name: str) -> DriveLine:
        target, plan = planned.target, planned.plan
        about = hardware_and_port(target.drive) if target.drive else str(target.root)
        plug = target.drive is not None
        if plan is None:
            why = self._why(planned)
            return DriveLine(name, about, MeterParts(), why, "", plug, wrong=True)
        estimate = plan.estimate
        space = estimate.space
        used = max(0, space.total - space.free - estimate.freed.bytes)
        parts = MeterParts.of(space.total, used=used, new=estimate.write)
        said = filled(self.tr("%1 to write"), sized(estimate.write))
        if not estimate.write:
            said = self.tr("Nothing to write")
        chosen = bool(plan.bundles) or any(item.chosen for item in plan.items)
        if plan.nothing_to_do and chosen:
            said = self.tr("All of it is on it already")
        beside = filled(self.tr("%1 stay free"), sized(max(0, estimate.left)))
        if not planned.fits:
            beside = self.tr("too small")
            if estimate.left < 0:
                beside = filled(self.tr("%1 too much"), sized(-estimate.left))
        leaves = self._leaves(target.root)
        return DriveLine(
            name, about, parts, said, beside, plug, wrong=not planned.fits, leaves=leaves
        )

    def _leaves(self, root: Path) -> str:
        """Where something comes off one of them, each says what."""
        if not any(off.apps for off in self._off.values()):
            return ""
        return self._off[root].sentence or self.tr("Nothing comes off.")
