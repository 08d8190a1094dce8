"""What Review says about a plan: numbers, apps with remarks, and what is in the way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from PySide6.QtCore import QObject

from app.flatpak.refs import LOCALE, Ref, is_system
from app.stick.findings import Code
from app.stick.planning.by_app import Ending, LargeFile, PlannedApp, PlannedApps, Sharing, by_app
from app.stick.planning.duration import Expected, duration_message
from app.stick.planning.plan import Action, Item, Plan
from app.stick.planning.versions import Versions
from app.stick.store.record import LeftOut
from ui.i18n.filling import filled
from ui.i18n.language_names import named
from ui.i18n.numbers import sized
from ui.i18n.stick_words import plain_name, plain_part, readable, translations_of, unsigned
from ui.i18n.wording import sentence_case, worded
from ui.models.counts import counted_refs
from ui.models.file_words import file_lines, file_remarks, registry_remarks
from ui.models.language_words import language_remarks
from ui.models.removal_words import RemovalWords
from ui.models.review_values import (
    ERASE,
    NO_SIZE,
    Kind,
    NumberWords,
    PlanLine,
    PlanRemark,
    ReviewWords,
)
from ui.models.spoken import carried, spoken
from ui.models.terms_words import terms_remarks

_MINUTE = 60
_LONG = 90
"""Minutes; beyond, people say hours."""
_LEAST_SHARE = 0.01
"""Of what an app takes: less is not worth a word."""


def review_words(
    plan: Plan,
    names: Mapping[str, str],
    drive: str,
    expected: Expected | None,
    versions: Versions,
    leaving: Mapping[str, str] | None = None,
    accepted: Collection[str] = (),
    download: int | None = None,
) -> ReviewWords:
    """``names``: what people call the chosen refs, which are the choice; ``drive``: what they call
    the drive; ``leaving``: what they call the refs that are to come off it; ``accepted``: refs
    whose makers' terms they have accepted; ``download``: bytes, if others are to come as well."""
    words = PlanWords(plan, names, drive, versions, leaving or {}, accepted)
    return words.all(expected, plan.estimate.download if download is None else download)


def summed(kind: str, count: int) -> str:
    """The sentence for so many remarks of a kind."""
    return _Sums().of(kind, count)


class _Sums(QObject):
    """lupdate finds plural forms in ``tr`` only."""

    def of(self, kind: str, count: int) -> str:
        match kind:
            case Kind.BLOCKED:
                return self.tr("%n app(s) cannot go on a drive.", "", count)
            case Kind.LARGE:
                return self.tr("%n app(s) are too large for this kind of drive.", "", count)
            case Kind.MAYBE_LARGE:
                return self.tr("%n app(s) may be too large for this kind of drive.", "", count)
            case Kind.ENDED:
                return self.tr("%n app(s) get no more updates.", "", count)
            case Kind.BASE:
                return self.tr("%n app(s) run on parts that get no more updates.", "", count)
            case Kind.RENAMED:
                return self.tr("%n app(s) have a new name.", "", count)
            case Kind.UNVOUCHED:
                return self.tr("Nobody vouches for %n app(s).", "", count)
            case Kind.LIST:
                return self.tr("The lists of %n source(s) are not signed.", "", count)
            case Kind.NEWER:
                return self.tr("The apps of %n source(s) are for newer computers.", "", count)
            case Kind.DRIVE:
                return self.tr("%n drive(s) cannot be used.", "", count)
            case _:
                return self.tr("Nobody vouches for %n source(s).", "", count)

    def apps(self, count: int) -> str:
        return self.tr("%n app(s)", "", count)

    def apps_onto(self, count: int) -> str:
        return self.tr("%n app(s) onto %1", "", count)

    def apps_off(self, count: int) -> str:
        return self.tr("Taking %n app(s) off %1", "", count)

    def parts(self, count: int) -> str:
        return self.tr("%n part(s)", "", count)

    def parts_of_all(self, count: int) -> str:
        return self.tr("%n part(s), most shared by all apps", "", count)

    def parts_of_several(self, count: int) -> str:
        return self.tr("%n part(s), most shared by several apps", "", count)


class PlanWords(QObject):
    """The words for one plan."""

    def __init__(
        self,
        plan: Plan,
        names: Mapping[str, str],
        drive: str,
        versions: Versions,
        leaving: Mapping[str, str],
        accepted: Collection[str],
    ) -> None:
        super().__init__()
        self._plan = plan
        self._names = {ref: name if name != ref else plain_name(ref) for ref, name in names.items()}
        self._drive = drive
        self._versions = versions
        self._accepted = accepted
        self._unsigned = {each.id for each in plan.unsigned} | {
            image.item.collection for image in plan.images
        }
        self._sums = _Sums()
        self._apps: PlannedApps = by_app(plan)
        self._off = RemovalWords(plan, leaving)
        self._sizes = {(part.collection, part.ref): part.takes for part in plan.estimate.parts}

    def all(self, expected: Expected | None, download: int) -> ReviewWords:
        estimate = self._plan.estimate
        total = max(1, estimate.space.total)
        lines = self._lines()
        freed = min(estimate.freed.bytes, total - estimate.space.free)
        return ReviewWords(
            title=self._title(),
            sentence=self._sentence(),
            numbers=self._numbers(expected, download),
            used=(total - estimate.space.free - freed) / total,
            new=estimate.write / total,
            has_room=estimate.has_room,
            room=self._room(),
            duration=sentence_case(worded(duration_message(expected))) if self._goes else "",
            remarks=tuple(self._remarks()),
            heading=counted_refs(line.ref for line in lines) or self._sums.apps(0)
            if lines or not self._off.apps
            else "",
            lines=lines,
            spoken=spoken(self._shown),
            carried=carried(self._plan),
            needs_beside=self._needs_beside(),
            needs_size=sized(self._apps.needs_take) if self._apps.needs_take else NO_SIZE,
            needs=tuple(self._need(item) for item in self._apps.needs),
            off_heading=self._off.heading,
            off_lines=self._off.lines,
            off_beside=self._off.beside,
        )

    def _title(self) -> str:
        if self._off.alone:
            return filled(self._sums.apps_off(len(self._off.apps)), self._drive)
        if any(map(is_system, self._names)):
            return filled(self.tr("%1 onto %2"), counted_refs(self._counted()), self._drive)
        return filled(self._sums.apps_onto(self._count()), self._drive)

    def _counted(self) -> tuple[str, ...]:
        return tuple(ref for ref in self._names if ref.startswith("app/") or is_system(ref))

    def _count(self) -> int:
        """Of apps; who chooses parts alone has chosen something too."""
        apps = sum(ref.startswith("app/") for ref in self._names)
        return apps or len(self._names)

    def _sentence(self) -> str:
        if self._plan.nothing_to_do:
            return self.tr("Everything you chose is on it already.")
        if self._off.apps:
            return self._off.sentence
        return self.tr("Look it over once. Nothing that is on the drive now gets lost.")

    @property
    def _goes(self) -> bool:
        """Whether there is something that can be written."""
        return self._plan.estimate.fits and not self._plan.nothing_to_do

    # Numbers

    def _numbers(self, expected: Expected | None, download: int) -> tuple[NumberWords, ...]:
        rate = ""
        if expected is not None and expected.rate and self._goes:
            rate = filled(self.tr("at %1 a second"), sized(expected.rate))
        return (
            NumberWords(self.tr("To download"), self._download(download), self._here()),
            self._on_drive(),
            NumberWords(self.tr("Takes about"), self._time(expected), rate),
        )

    def _on_drive(self) -> NumberWords:
        """What it takes; where things only come off, what that frees."""
        estimate, freed = self._plan.estimate, self._off.freed
        if self._off.alone:
            return NumberWords(self.tr("Becomes free"), freed or NO_SIZE, self._room())
        return NumberWords(
            self.tr("Takes on the drive"),
            sized(estimate.takes),
            self._room(),
            wrong=not estimate.has_room or self._lacking > 0,
        )

    @property
    def _lacking(self) -> int:
        """Bytes that may be too much."""
        return self._plan.estimate.write - self._plan.estimate.room

    def _download(self, download: int) -> str:
        """Of what gets newer nobody knows how much is as it was before."""
        if self._off.alone and not download:
            return NO_SIZE
        guessed = {claim.ref for claim in self._plan.estimate.claims}
        updates = (item.ref for item in self._plan.items if item.action is Action.UPDATE)
        size = sized(download)
        return size if guessed.isdisjoint(updates) else filled(self.tr("up to %1"), size)

    def _here(self) -> str:
        estimate = self._plan.estimate
        # A directory or two, which every app has, is nothing that anybody would miss.
        worth_it = estimate.here >= _LEAST_SHARE * (estimate.here + estimate.download)
        here = estimate.here if worth_it else 0
        return filled(self.tr("%1 is here already"), sized(here)) if here else ""

    def _room(self) -> str:
        estimate = self._plan.estimate
        if estimate.too_many:
            return self.tr("too many files for this drive")
        if not estimate.has_room:
            return filled(self.tr("%1 too much"), sized(self._lacking))
        if self._lacking > 0:
            return filled(self.tr("may be %1 too much"), sized(self._lacking))
        return filled(self.tr("%1 stay free"), sized(estimate.left))

    def _time(self, expected: Expected | None) -> str:
        if not self._goes:
            return NO_SIZE
        if expected is None:
            return self.tr("a few minutes")
        least, most = expected.least / _MINUTE, expected.most / _MINUTE
        if most <= 1:
            return self.tr("under 1 min")
        unit = self.tr("%1 min")
        if least > _LONG:
            least, most, unit = least / _MINUTE, most / _MINUTE, self.tr("%1 h")
        low, high = max(1, round(least)), max(1, round(most))
        return filled(unit, str(low) if low == high else f"{low}\N{EN DASH}{high}")

    # Apps

    @property
    def _shown(self) -> list[PlannedApp]:
        """All but what has just been left out."""
        return [app for app in self._apps.apps if not app.item.named or app.item.ref in self._names]

    def _lines(self) -> tuple[PlanLine, ...]:
        apps = self._shown
        apps.sort(key=lambda app: -app.takes)
        lines = [*file_lines(self._plan, self._names), *map(self._line, apps)]
        if self._plan.estimate.has_room:
            lines.sort(key=lambda line: line.name.casefold())
        return tuple(lines)

    def _line(self, app: PlannedApp) -> PlanLine:
        kept = app.item.action is Action.KEEP
        return PlanLine(
            ref=app.item.ref,
            name=self._name(app.item),
            remarks=tuple(self._short_remarks(app)),
            size=NO_SIZE if kept else sized(app.takes),
            may_be_left_out=not self._plan.estimate.has_room and not kept and app.item.named,
        )

    def _short_remarks(self, app: PlannedApp) -> Iterator[tuple[str, bool]]:
        if app.item.collection in self._unsigned:
            yield unsigned(), True
        match app.item.action:
            case Action.KEEP:
                yield self.tr("On the drive already"), False
            case Action.UPDATE if app.item.ref in self._versions:
                old, new = self._versions[app.item.ref]
                yield filled(self.tr("Update from %1 to %2"), old, new), False
            case Action.UPDATE:
                yield self.tr("Update"), False
            case _:
                pass
        for language in app.lacks:
            yield filled(self.tr("Not in %1"), named(language)), False
        if app.ending in (Ending.ITSELF, Ending.BASE):
            yield self.tr("No more updates"), True
        if app.ending is Ending.RENAMED:
            yield filled(self.tr("Now called %1"), self._called(app.renamed_to)), False

    def _needs_beside(self) -> str:
        count = len(self._apps.needs)
        match self._apps.sharing:
            case Sharing.ALL:
                return self._sums.parts_of_all(count)
            case Sharing.SEVERAL:
                return self._sums.parts_of_several(count)
            case Sharing.ALONE:
                return self._sums.parts(count)

    def _need(self, item: Item) -> PlanLine:
        size = self._sizes.get((item.collection, item.ref), 0)
        return PlanLine(item.ref, self._part_name(item), (), sized(size) if size else NO_SIZE)

    def _part_name(self, item: Item) -> str:
        """Of what most people never hear the name of."""
        ref = Ref.parse_or_none(item.ref)
        if ref is None:
            return plain_name(item.ref)
        if ref.id.endswith(LOCALE):
            return translations_of(item.name or readable(ref.id.removesuffix(LOCALE)))
        return item.name or plain_part(ref)

    def _name(self, item: Item) -> str:
        return self._names.get(item.ref) or item.name or plain_name(item.ref)

    def _called(self, ref: str) -> str:
        named_ = {item.ref: self._name(item) for item in self._plan.items}
        return named_.get(ref) or plain_name(ref)

    # What is to be said

    def _remarks(self) -> Iterator[PlanRemark]:
        for entry in self._apps.blocked:
            if entry.ref in self._names:
                yield self._blocked(entry)
        called = {
            item.ref: self._name(item) if item.named else self._part_name(item)
            for item in self._plan.items
        }
        yield from file_remarks(self._plan, self._names)
        yield from terms_remarks(self._plan, called, self._accepted)
        yield from self._large()
        yield from self._set_up_again()
        for app in self._apps.apps:
            if app.ending is not None and (not app.item.named or app.item.ref in self._names):
                yield self._ended(app)
        yield from language_remarks(self._plan, self._names)
        yield from registry_remarks(self._plan)
        for collection in self._plan.unsigned:
            strong = filled(self.tr("Nobody vouches for %1."), collection.remote.label)
            text = self.tr(
                "Someone on the way could have changed its apps. On each computer somebody has to "
                "agree to that once more."
            )
            if collection.remote.collection_id and not collection.remote.keys:
                without = self.tr(
                    "They are installed by the line that START-HERE shows, and by nothing else "
                    "from this drive."
                )
                text = f"{text} {without}"
            yield PlanRemark(Kind.UNSIGNED, "", collection.remote.label, strong, text)
        for collection in self._plan.collections:
            if collection.vouched and collection.snapshot.listed and not collection.is_list_signed:
                strong = filled(self.tr("The list of %1 is not signed."), collection.remote.label)
                text = self.tr(
                    "Someone on the way could hide apps, or offer older ones. The apps themselves "
                    "are checked."
                )
                yield PlanRemark(Kind.LIST, "", collection.remote.label, strong, text)

    def _blocked(self, entry: LeftOut) -> PlanRemark:
        name = self._names[entry.ref]
        if entry.code == Code.EXTRA_DATA_MISSING:
            text = self.tr("The part of it that comes from its maker cannot be carried.")
        elif entry.code == Code.RUNTIME_MISSING:
            text = self.tr("Something that it needs to run cannot be had.")
        else:
            text = self.tr("What it is made of cannot be had in a form that a drive can carry.")
        strong = filled(self.tr("%1 cannot go on a drive."), name)
        return PlanRemark(
            Kind.BLOCKED, entry.ref, name, strong, text, self.tr("Leave it out"), bad=True
        )

    def _large(self) -> Iterator[PlanRemark]:
        limit = self._plan.estimate.space.max_file or 0
        text = filled(self.tr("No file on it can be larger than %1."), sized(limit))
        for app in self._apps.apps:
            name, ref = self._name(app.item), app.item.ref
            leave = self.tr("Leave it out") if app.item.named else ""
            match app.large_file:
                case LargeFile.SURE:
                    strong = filled(self.tr("%1 is too large for this kind of drive."), name)
                    yield PlanRemark(Kind.LARGE, ref, name, strong, text, leave, bad=True)
                case LargeFile.MAYBE:
                    strong = filled(self.tr("%1 may be too large for this kind of drive."), name)
                    yield PlanRemark(Kind.MAYBE_LARGE, ref, name, strong, text, leave)
                case LargeFile.NONE:
                    pass

    def _set_up_again(self) -> Iterator[PlanRemark]:
        """What the drive's kind is to blame for."""
        estimate = self._plan.estimate
        erase = self.tr("Erase and set up again…")
        if any(app.large_file is not LargeFile.NONE for app in self._apps.apps):
            strong = filled(self.tr("Set up again, %1 takes files of any size."), self._drive)
            text = self.tr("What is on it now gets lost by that.")
            yield PlanRemark(Kind.AGAIN, ERASE, "", strong, text, erase)
        elif not estimate.has_room and estimate.on_ext4 <= estimate.space.free:
            strong = filled(self.tr("Set up again, %1 has room for all of it."), self._drive)
            text = self.tr("As it is now, it wastes room on small files. What is on it gets lost.")
            yield PlanRemark(Kind.AGAIN, ERASE, "", strong, text, erase)

    def _ended(self, app: PlannedApp) -> PlanRemark:
        name, ref = self._name(app.item), app.item.ref
        leave = self.tr("Leave it out") if app.item.named else ""
        works = self.tr("It works as it is. Nobody mends mistakes in it any more.")
        match app.ending:
            case Ending.RENAMED:
                strong = filled(self.tr("%1 is now called %2."), name, self._called(app.renamed_to))
                text = self.tr("Computers install it under its new name.")
                return PlanRemark(Kind.RENAMED, ref, name, strong, text)
            case Ending.BASE:
                strong = filled(self.tr("%1 runs on parts that get no more updates."), name)
                return PlanRemark(Kind.BASE, ref, name, strong, works, leave)
            case _:
                strong = filled(self.tr("%1 gets no more updates."), name)
                return PlanRemark(Kind.ENDED, ref, name, strong, works, leave)
