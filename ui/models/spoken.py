"""How many of the apps of a plan come in the languages that are read where the drive goes."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QLocale, QObject

from app.stick.planning.by_app import PlannedApp
from app.stick.planning.plan import Plan
from ui.i18n.filling import filled
from ui.i18n.language_names import named
from ui.i18n.numbers import counted, sized


class Spoken(Struct, frozen=True):
    """A language that some of the apps do not come in.

    Attributes:
        text: “German ✓ in 8 of 10 apps”.
        link: “Show the 2”.
        lacking: the refs of those that do not.
    """

    text: str
    link: str
    lacking: frozenset[str]


def carried(plan: Plan) -> str:
    """Which languages alone the drive has afterwards, and how much of others stays away; empty for
    all."""
    if not plan.carried:
        return ""
    names = QLocale().createSeparatedList([named(code) for code in plan.carried])
    spared = plan.estimate.spared
    if not spared:
        return filled(QCoreApplication.translate("Spoken", "Languages on the drive: %1"), names)
    text = QCoreApplication.translate(
        "Spoken", "Languages on the drive: %1. Files of others, about %2, are left out."
    )
    return filled(text, names, sized(spared))


def spoken(apps: Sequence[PlannedApp]) -> tuple[Spoken, ...]:
    """Of each language that not all ``apps`` come in, in the order in which they are read."""
    codes = dict.fromkeys(code for app in apps for code in app.lacks)
    return tuple(_Words().spoken(code, apps) for code in codes)


class _Words(QObject):
    """lupdate finds plural forms in ``tr`` only."""

    def spoken(self, code: str, apps: Sequence[PlannedApp]) -> Spoken:
        lacking = frozenset(app.item.ref for app in apps if code in app.lacks)
        text = self.tr("%1 ✓ in %2 of %n app(s)", "", len(apps))
        return Spoken(
            text=filled(text, named(code), counted(len(apps) - len(lacking))),
            link=self.tr("Show the %n", "", len(lacking)),
            lacking=lacking,
        )
