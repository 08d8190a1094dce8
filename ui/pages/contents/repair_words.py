"""What a repair would do to a drive, in the sentence that stands above what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject

from app.errors import Cause
from app.severity import Severity
from app.stick.mending.plan import RepairPlan
from app.stick.planning.duration import duration_message
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.stick_words import plain_name
from ui.i18n.wording import worded

_MOST = 3
"""Names in a sentence."""


def repair_sentence(plan: RepairPlan | None, names: Mapping[str, str], *, looking: bool) -> str:
    """``names``: what people call what is on the drive, by ref; ``looking``: it is being found out
    what there is to say."""
    words = _Words()
    if plan is None:
        return words.looking() if looking else words.unknown()
    return " ".join(filter(None, words.about(plan, names)))


class _Words(QObject):
    """A QObject for its ``tr``: lupdate finds plural forms nowhere else."""

    def looking(self) -> str:
        return self.tr("Looking for where to get again what is damaged…")

    def unknown(self) -> str:
        return self.tr("Repairing gets again what is damaged.")

    def about(self, plan: RepairPlan, names: Mapping[str, str]) -> Iterable[str]:
        errors = [each for each in plan.check.findings if each.severity is Severity.ERROR]
        # Some of it comes to light only once names are there again that were lost.
        left = {each.finding for each in plan.unhealed}
        if not left.issuperset(errors):
            yield self._cost(plan)
        if left:
            yield self._what_is_left(plan)
        if plan.updates:
            text = self.tr(
                "Of %1 only a newer version is to be had, so that comes.", "", len(plan.updates)
            )
            yield filled(text, self._listed(plan.updates, names))
        if plan.newer:
            text = self.tr("%1 gets a newer version with it.", "", len(plan.newer))
            yield filled(text, self._listed(plan.newer, names))
        if plan.lost:
            text = self.tr("%1 is not to be had any more, and comes off.", "", len(plan.lost))
            yield filled(text, self._listed(plan.lost, names))
        if plan.moved:
            yield self.tr(
                "%n file(s) that do not belong there are moved aside, not deleted.",
                "",
                len(plan.moved),
            )

    def _cost(self, plan: RepairPlan) -> str:
        duration = worded(duration_message(plan.expected))
        if plan.fetch:
            size = sized(plan.fetch)
            if not plan.exact:
                size = filled(self.tr("about %1"), size)
            return filled(self.tr("Repairing fetches %1 again and takes %2."), size, duration)
        if plan.healed:
            text = self.tr("What it takes is here: repairing needs no internet and takes %1.")
            return filled(text, duration)
        return filled(self.tr("Repairing puts it in order and takes %1."), duration)

    def _what_is_left(self, plan: RepairPlan) -> str:
        if plan.unasked is not None and plan.unasked.cause is Cause.NETWORK:
            return self.tr("There is no internet now, and not all can be repaired without.")
        return self.tr("Not all of it can be repaired.")

    def _listed(self, refs: Iterable[str], names: Mapping[str, str]) -> str:
        told = list(dict.fromkeys(names.get(ref) or plain_name(ref) for ref in refs))
        listed = ", ".join(told[:_MOST])
        more = len(told) - _MOST
        return filled(self.tr("%1 and %n more", "", more), listed) if more > 0 else listed
