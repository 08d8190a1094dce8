"""A drive in the line below its name: when it was checked, what is on it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.stick.checking.report import CheckReport
from app.stick.inspecting.inspection import Inspection, RefKind
from app.stick.inspecting.sizes import Sizes
from ui.i18n.filling import filled
from ui.i18n.numbers import checked_told, day_told, sized_of


def summed_up(
    inspection: Inspection | None,
    sizes: Sizes | None,
    check: CheckReport | None,
    now: float,
    *,
    short: bool = False,
) -> tuple[str, str]:
    """“Checked today at 12:16”, “10 apps, 2.1 of 8 GB, written on 28 November, 3 newer than on this
    computer”.

    ``short``: only how many apps, and the room.
    """
    when = checked_told(check.finished, now) if check is not None and check.finished else ""
    return when, _Words().about(inspection, sizes, short=short) if inspection is not None else ""


class _Words(QObject):
    """A QObject for its ``tr``: lupdate finds plural forms nowhere else."""

    def about(self, inspection: Inspection, sizes: Sizes | None, *, short: bool) -> str:
        apps = sum(ref.kind is RefKind.APP for _, ref in inspection.refs)
        others = [each.ref for each in inspection.bundles]
        others += [each.ref for each in inspection.images]
        apps += sum(ref.startswith("app/") for ref in others)
        space = inspection.space
        used = sizes.total if sizes is not None else space.total - space.free
        parts = [self.tr("%n app(s)", "", apps), sized_of(used, space.total, drive=True)]
        if short:
            return ", ".join(parts)
        if inspection.made is not None:
            parts.append(filled(self.tr("written on %1"), day_told(inspection.made)))
        elif inspection.collections:
            parts.append(self.tr("not written by Satchel"))
        newer = inspection.newer_apps_here
        if newer:
            parts.append(self.tr("%n newer than on this computer", "", newer))
        return ", ".join(parts)
