"""What a check comes to, in a few words: the same wherever it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import Struct

from app.flatpak.extra_data import payloads_of
from app.message import Message
from app.ostree.fsck import StoreReport
from app.severity import Severity
from app.stick.checking.bundles import damaged_bundles
from app.stick.findings import Code, Finding
from app.stick.store.contents import CarriedRef, needs, ref_sets, runtime_place
from app.stick.store.location import KIT_FOLDER
from app.stick.store.payloads import EXTRA_DATA
from app.stick.store.stick_state import StickState

if TYPE_CHECKING:
    from app.stick.checking.report import CheckReport


class Soundness(Enum):
    """Of what is on a drive."""

    SOUND = auto()
    """Nothing to say against it."""
    HINTS = auto()
    """Sound, with something to know."""
    UNVOUCHED = auto()
    """Nothing is damaged, but nobody vouches for it: unsigned, or by a key not known here."""
    DAMAGED = auto()
    NOT_CHECKED = auto()
    CHECKING = auto()
    UNREADABLE = auto()
    """Nobody can look."""


class Verdict(Struct, frozen=True):
    """In one word and the number that belongs to it.

    Attributes:
        hints: findings that are no faults.
        errors: findings that are.
        apps: how many apps cannot be installed because of those; 0 if it is not about apps.
        percent: of a check, how far it is.
    """

    soundness: Soundness
    hints: int = 0
    errors: int = 0
    apps: int = 0
    percent: int = 0

    @property
    def good(self) -> bool:
        """Hints are not faults."""
        return self.soundness in {Soundness.SOUND, Soundness.HINTS}

    @property
    def severity(self) -> Severity | None:
        """How much it matters; None if it is good, or not known."""
        return {
            Soundness.UNVOUCHED: Severity.WARNING,
            Soundness.DAMAGED: Severity.ERROR,
            Soundness.UNREADABLE: Severity.ERROR,
        }.get(self.soundness)

    @property
    def words(self) -> Message:
        match self.soundness:
            case Soundness.SOUND:
                return Message("Sound")
            case Soundness.HINTS if self.hints == 1:
                return Message("Sound, 1 hint")
            case Soundness.HINTS:
                return Message("Sound, {hints} hints", hints=self.hints)
            case Soundness.UNVOUCHED:
                return Message("Nobody vouches for it")
            case Soundness.DAMAGED if self.apps == 1:
                return Message("1 app damaged")
            case Soundness.DAMAGED if self.apps:
                return Message("{apps} apps damaged", apps=self.apps)
            case Soundness.DAMAGED:
                return Message("Damaged")
            case Soundness.CHECKING:
                return Message("Checking, {percent} %", percent=self.percent)
            case Soundness.UNREADABLE:
                return Message("Cannot be read")
        return Message("Not checked yet")


NOT_CHECKED = Verdict(Soundness.NOT_CHECKED)
UNREADABLE = Verdict(Soundness.UNREADABLE)


def checking(share: float | None) -> Verdict:
    """While a check is under way; ``share`` is how much of it is done."""
    return Verdict(Soundness.CHECKING, percent=int(100 * (share or 0)))


def verdict_on(report: CheckReport | None) -> Verdict:
    """What a check came to; None if there was none."""
    if report is None:
        return NOT_CHECKED
    errors = _count(report.findings, Severity.ERROR)
    hints = _count(report.findings, Severity.WARNING)
    if report.not_vouched:
        soundness = Soundness.UNVOUCHED
    elif errors:
        soundness = Soundness.DAMAGED
    else:
        soundness = Soundness.HINTS if hints else Soundness.SOUND
    return Verdict(soundness, hints, errors, len(report.damaged_apps))


def _count(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def unvouched_apps(
    stick: StickState,
    carried: Mapping[tuple[str, str], CarriedRef],
    unsigned: Collection[str],
    findings: Sequence[Finding],
) -> Iterator[str]:
    """Apps of ``unsigned`` collections, or whose runtime is of one, and what was chosen of those
    itself. ``unsigned``: or by a key that nobody has. So it is with what has lost its signature."""
    record = stick.record
    lost = {each.subject for each in findings if each.code is Code.COMMIT_UNSIGNED}

    def is_unvouched(place: tuple[str, str]) -> bool:
        return place[0] in unsigned or place[1] in lost

    for (collection, name), each in carried.items():
        if name.startswith("app/"):
            place = runtime_place(each, stick.refs)
            if is_unvouched((collection, name)) or (place is not None and is_unvouched(place)):
                yield name
        elif is_unvouched((collection, name)) and record is not None:
            told = record.refs.get(collection, {}).get(name)
            if told is not None and told.chosen:
                yield name


def all_apps(stick: StickState, carried: Mapping[tuple[str, str], CarriedRef]) -> Iterator[str]:
    """Those of its sources, and those that it has as files."""
    yield from (name for _, name in carried if name.startswith("app/"))
    if stick.record is not None:
        yield from (each.ref for each in stick.record.bundles if each.ref.startswith("app/"))


def damaged_apps(
    stick: StickState,
    carried: Mapping[tuple[str, str], CarriedRef],
    store: StoreReport,
    findings: Sequence[Finding],
) -> tuple[str, ...]:
    """The apps that errors are about: their own, or those of what they need."""
    damaged = set(_damaged(stick, carried, store, findings))
    sets = ref_sets(stick.refs)
    apps = {ref for _, ref in damaged if ref.startswith("app/")}
    for (_, ref), subject in carried.items():
        needed = needs(subject, carried, stick.refs, sets) if ref.startswith("app/") else ()
        if not damaged.isdisjoint(needed):
            apps.add(ref)
    apps.update(damaged_bundles(stick, findings, {ref for _, ref in damaged}))
    return tuple(sorted(apps))


def _damaged(
    stick: StickState,
    carried: Mapping[tuple[str, str], CarriedRef],
    store: StoreReport,
    findings: Sequence[Finding],
) -> Iterator[tuple[str, str]]:
    """Collection and ref of everything that is not as it should be."""
    errors = (result for result in findings if result.severity is Severity.ERROR)
    subjects = {result.subject for result in errors if result.code is not Code.UNVOUCHED}
    objects = {str(damage.name): damage for damage in (*store.damage, *store.refused)}
    # Of what is an error, not of what an incomplete commit lacks.
    commits = {
        commit
        for name, damage in objects.items()
        if name in subjects or damage.name.checksum in subjects
        for commit in damage.commits
    }
    for collection, names in stick.refs.items():
        for name, commit in names.items():
            if name in subjects or commit in commits:
                yield collection, name
    for key, each in carried.items():
        paths = (
            f"{KIT_FOLDER}/{EXTRA_DATA}/{payload.path}" for payload in payloads_of(each.commit)
        )
        if not subjects.isdisjoint(paths):
            yield key
