"""What is said of an app in a word or two, the same in rows, tiles and for screen readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QObject

from app.flatpak.catalogue.app_facts import Coverage, Hindrance, Internet
from app.flatpak.catalogue.remote_catalogue import Row
from app.languages import normal_language
from ui.controllers.apps import RowNotes
from ui.i18n.filling import filled
from ui.i18n.language_names import named
from ui.i18n.stick_words import needs_flatpak, unsigned
from ui.style.symbol import Symbol

_MOST = 3
_ENGLISH = "en"


class Badge(Struct, frozen=True):
    """``token``: the colour of sign and text."""

    text: str
    symbol: Symbol | None = None
    token: str = "soft"


def badges(row: Row, languages: Sequence[str], notes: RowNotes) -> list[Badge]:
    """At most three, what matters most first.

    ``languages``: those that are read where the drive goes.
    """
    if row.facts.bar is not None:
        return [Badge(hindered(row.facts.bar), token="warm-text")]
    said = list(_all(row, languages, notes))
    there = _there(row, notes)
    # What is being decided here is never the one too many.
    return said[:_MOST] if there is None else [*said[: _MOST - 1], there]


def hindered(hindrance: Hindrance) -> str:
    """Why an app cannot go on a drive, in a few words."""
    match hindrance:
        case Hindrance.EXTRA_DATA:
            return QCoreApplication.translate("Badges", "Its maker has terms")
        case Hindrance.TOKEN:
            return QCoreApplication.translate("Badges", "Needs a login, cannot go on a drive")


def shown_language(code: str) -> str:
    """“German” for ``de_AT``."""
    return named((normal_language(code) or _ENGLISH).partition("_")[0].partition("@")[0])


def foreign(languages: Sequence[str]) -> list[str]:
    """Those of them that are not English, which every app speaks."""
    return list(_foreign(tuple(languages)))


@lru_cache(maxsize=64)
def _foreign(languages: tuple[str, ...]) -> tuple[str, ...]:
    normal = (normal_language(code) or _ENGLISH for code in languages)
    return tuple(code for code in normal if code.partition("_")[0] != _ENGLISH)


def _there(row: Row, notes: RowNotes) -> Badge | None:
    """How it stands with it on the drive; None for what is not there and comes from no file."""
    if notes.as_file:
        return Badge(QCoreApplication.translate("Badges", "Chosen as a file"), Symbol.FILE)
    if notes.on_some and notes.comes_off:
        return Badge(_Counts().comes_off(notes.on_some), Symbol.DRIVE, "warm-text")
    if notes.on_some:
        return Badge(on_some(notes.on_some, notes.drives), Symbol.DRIVE)
    if not notes.on_drive:
        return None
    if notes.comes_off:
        text = (
            QCoreApplication.translate("Badges", "Comes off all drives")
            if notes.drives > 1
            else QCoreApplication.translate("Badges", "Comes off the drive")
        )
        return Badge(text, Symbol.DRIVE, "warm-text")
    text = on_drive(notes.drives)
    if notes.update and row.component.version:
        versioned = QCoreApplication.translate("Badges", "%1, update to %2")
        text = filled(versioned, text, row.component.version)
    elif notes.update:
        text = filled(QCoreApplication.translate("Badges", "%1, update"), text)
    return Badge(text, Symbol.DRIVE)


class _Counts(QObject):
    """lupdate finds plural forms in ``tr`` only."""

    def comes_off(self, number: int) -> str:
        return self.tr("Comes off %n drive(s)", "", number)


def on_some(number: int, drives: int) -> str:
    """Of an app that is not on all of the drives."""
    return filled(
        QCoreApplication.translate("Badges", "On %1 of %2 drives"), str(number), str(drives)
    )


def on_drive(drives: int) -> str:
    """Of an app that is on the only drive there is, or on all of them."""
    if drives > 1:
        return QCoreApplication.translate("Badges", "On all drives")
    return QCoreApplication.translate("Badges", "On the drive")


def _all(row: Row, languages: Sequence[str], notes: RowNotes) -> Iterator[Badge]:
    if row.facts.hindrance is Hindrance.EXTRA_DATA:
        yield Badge(hindered(row.facts.hindrance), Symbol.INFO, "warm-text")
    if row.remote.is_registry:
        yield Badge(needs_flatpak(), Symbol.INFO, "warm-text")
    if not row.remote.is_vouched_for:
        yield Badge(unsigned(), Symbol.SHIELD_WARNING, "warm-text")
    if row.facts.internet is Internet.OFFLINE:
        text = QCoreApplication.translate("Badges", "Works offline")
        yield Badge(text, Symbol.CHECK, "accent-text")
    elif row.facts.internet is Internet.NEEDED:
        yield Badge(QCoreApplication.translate("Badges", "Needs internet"), Symbol.GLOBE)
    yield from (
        spoken(row, code)
        for code in foreign(languages)[:1]
        if row.comes_in(code) is not Coverage.UNKNOWN
    )
    if notes.ended:
        text = QCoreApplication.translate("Badges", "No more updates")
        yield Badge(text, Symbol.CLOCK, "warm-text")
    if row.unverified:
        text = QCoreApplication.translate("Badges", "From an unverified developer")
        yield Badge(text, Symbol.INFO)
    if notes.remote:
        yield Badge(notes.remote)


def spoken(row: Row, code: str) -> Badge:
    """Whether it comes in a language, where that is known."""
    name = shown_language(code)
    if row.comes_in(code) is Coverage.YES:
        return Badge(name, Symbol.CHECK, "accent-text")
    return Badge(filled(QCoreApplication.translate("Badges", "Not in %1"), name), Symbol.CROSS)
