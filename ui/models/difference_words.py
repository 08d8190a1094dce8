"""What differs between two drives, or a drive and its sources, as people read it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from PySide6.QtCore import QObject

from app.stick.comparing.difference import Difference, Held, Kind, RefDifference
from ui.i18n.filling import filled
from ui.i18n.language_names import named
from ui.i18n.numbers import dated
from ui.i18n.stick_words import plain_name

_ORDER = (
    Kind.DAMAGED,
    Kind.NEWER,
    Kind.OLDER,
    Kind.OTHER,
    Kind.SIGNATURE,
    Kind.LANGUAGES,
    Kind.EXTRA_DATA,
    Kind.REMOVED,
    Kind.ADDED,
    Kind.UNKNOWN,
)


class DifferenceRow(Struct, frozen=True):
    """An app that differs."""

    ref: str
    name: str
    text: str


class DifferenceGroup(Struct, frozen=True):
    """Apps that differ in the same way."""

    heading: str
    rows: tuple[DifferenceRow, ...]


class DifferenceSummary(Struct, frozen=True):
    """All of it.

    Attributes:
        headline: in a sentence.
        beside: what else is not the same; may be empty.
    """

    headline: str
    groups: tuple[DifferenceGroup, ...] = ()
    beside: str = ""

    @property
    def same(self) -> bool:
        return not self.groups and not self.beside


def summary_of(difference: Difference) -> DifferenceSummary:
    """An empty second label means the sources."""
    return _Words(difference).summary()


class _Words(QObject):
    """A QObject for its ``tr``: lupdate finds plural forms nowhere else."""

    def __init__(self, difference: Difference) -> None:
        super().__init__()
        self._first, self._second = difference.first, difference.second
        differing = [each for each in difference.refs if each.kind is not Kind.SAME]
        self._apps = [each for each in differing if each.ref.startswith("app/")]
        self._parts = [each for each in differing if each.ref.startswith("runtime/")]
        self._total = sum(each.ref.startswith("app/") for each in difference.refs)

    def summary(self) -> DifferenceSummary:
        groups = tuple(self._groups())
        beside = ""
        if self._parts:
            beside = self.tr("%n part(s) that apps need differ(s).", "", len(self._parts))
        return DifferenceSummary(self._headline(), groups, beside)

    def _headline(self) -> str:
        if self._apps:
            text = self.tr("%n of %1 app(s) differ(s)", "", len(self._apps))
            return filled(text, str(self._total))
        if self._parts:
            return self.tr("The apps are the same")
        return self.tr("Both hold the same") if self._second else self.tr("All of it is the newest")

    def _groups(self) -> Iterable[DifferenceGroup]:
        for kind in _ORDER:
            those = [each for each in self._apps if each.kind is kind]
            rows = sorted(map(self._row, those), key=lambda row: row.name.casefold())
            if rows:
                yield DifferenceGroup(self._heading(kind), tuple(rows))

    def _heading(self, kind: Kind) -> str:
        if not self._second:
            return {
                Kind.DAMAGED: self.tr("Damaged"),
                Kind.NEWER: self.tr("Newer on the internet"),
                Kind.OLDER: self.tr("Older on the internet"),
                Kind.OTHER: self.tr("Different, of the same age"),
                Kind.LANGUAGES: self.tr("In other languages"),
                Kind.EXTRA_DATA: self.tr("Without a part of its maker's"),
                Kind.SIGNATURE: self.tr("Without its signature"),
                Kind.REMOVED: self.tr("No longer on the internet"),
                Kind.ADDED: self.tr("Only on the internet"),
                Kind.UNKNOWN: self.tr("From a source that nobody knows here"),
            }[kind]
        text = {
            Kind.DAMAGED: self.tr("Damaged"),
            Kind.NEWER: self.tr("Newer on %1"),
            Kind.OLDER: self.tr("Older on %1"),
            Kind.OTHER: self.tr("Different, of the same age"),
            Kind.LANGUAGES: self.tr("In other languages"),
            Kind.EXTRA_DATA: self.tr("On one of them without a part of its maker's"),
            Kind.SIGNATURE: self.tr("On one of them without its signature"),
            Kind.REMOVED: self.tr("Only on %2"),
            Kind.ADDED: self.tr("Only on %1"),
            Kind.UNKNOWN: self.tr("From a source that nobody knows here"),
        }[kind]
        return filled(text, self._second, self._first)

    def _row(self, each: RefDifference) -> DifferenceRow:
        first, second = each.first, each.second
        if each.kind is Kind.DAMAGED:
            text = self._damage(first, second)
        elif each.kind is Kind.LANGUAGES and first is not None and second is not None:
            text = " → ".join(map(self._languages, (first, second)))
        elif each.kind is Kind.EXTRA_DATA and first is not None:
            label = self._second if first.extra_data else self._first
            text = filled(self.tr("It cannot be installed from %1 without internet"), label)
        elif each.kind is Kind.SIGNATURE and first is not None:
            label = self._second if first.signed else self._first
            text = filled(self.tr("Nobody vouches for it on %1"), label)
        elif first is not None and second is not None:
            text = " → ".join(self._versions(first, second))
        else:
            held = first or second
            text = self._version(held) if held is not None else ""
        return DifferenceRow(each.ref, each.name or plain_name(each.ref), text)

    def _languages(self, held: Held) -> str:
        if held.languages is None:
            return self.tr("all languages")
        return ", ".join(map(named, held.languages)) or self.tr("no translations")

    def _damage(self, first: Held | None, second: Held | None) -> str:
        text = self.tr("Not all of it is whole on %1")
        if first is not None and second is not None and not (first.whole or second.whole):
            return self.tr("Not all of it is whole on either")
        damaged = self._first if first is not None and not first.whole else self._second
        return filled(text, damaged)

    def _versions(self, first: Held, second: Held) -> tuple[str, str]:
        """By what tells them apart: version, else day."""
        if first.version and second.version and first.version != second.version:
            return first.version, second.version
        return self._day(first), self._day(second)

    def _version(self, held: Held) -> str:
        return held.version or self._day(held)

    def _day(self, held: Held) -> str:
        if held.timestamp is None:
            return held.version or self.tr("unknown")
        day = filled(self.tr("of %1"), dated(held.timestamp))
        return f"{held.version} {day}" if held.version else day
