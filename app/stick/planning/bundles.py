"""Bundles in a plan: which will be on the drive, and what comes along for them.

A bundle is no ref of a source: nothing of it is fetched, and nobody is asked for a newer one. What
it needs comes as for any app. Why: D213 in ``app/DECISIONS.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from app.drive.space import Space
from app.errors import TrustError, UpstreamError, UsageError
from app.flatpak.bundles.bundle import Bundle
from app.flatpak.bundles.given import GivenBundle, origin_of
from app.flatpak.metadata import Metadata
from app.flatpak.refs import PartialRef, RefError
from app.flatpak.related import RelatedPolicy, related
from app.flatpak.upstream.offer import Offer
from app.message import Message
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.planning import refusal
from app.stick.planning.bundle_notices import comes_as_file, not_asked, not_looked_for, older
from app.stick.planning.changes import Changes
from app.stick.planning.closure import Closure
from app.stick.planning.leaving import needed_error
from app.stick.planning.notices import runs_on_renamed
from app.stick.planning.plan import Action, PlannedBundle
from app.stick.planning.selection import Remotes
from app.stick.planning.sizes import Estimate, TooLarge
from app.stick.planning.target_state import TargetState
from app.stick.planning.wanted import Key
from app.stick.store.bundles import (
    StoredBundle,
    bundle_name,
    bundle_needs,
    bundle_record,
    bundle_runtime,
    files_of_others,
    is_right,
)
from app.stick.store.contents import carried_among, ref_sets
from app.stick.store.record import BundleRecord
from app.stick.trust.bundles import judge_bundle, require_usable


class SeveralOfOneError(UsageError):
    """The same app is to come from a source and as a file."""


class BundlesOfPlan:
    """The bundles that will be on a drive, and those that leave it.

    Attributes:
        removed: those that go, as the record has them.
        notices: what a person should know.
    """

    def __init__(
        self,
        drive: TargetState,
        remotes: Remotes[Offer],
        changes: Changes,
        given: Sequence[GivenBundle],
    ) -> None:
        """Raises UsageError, TrustError for what cannot be carried."""
        self._drive = drive
        self._remotes = remotes
        self._changes = changes
        self._given = _one_each(given)
        self.notices: list[Notice] = [notice for each in self._given for notice in each.notices]
        going = {each.record.ref for each in drive.bundles if _is_named(each, changes)}
        new = {str(each.bundle.ref): each for each in self._given}
        there = {each.record.ref: each for each in drive.bundles}
        self._staying = [there[ref] for ref in there if ref not in going and ref not in new]
        self.removed = [there[ref].record for ref in there if ref in going and ref not in new]
        # In lower case: there are drives that take two such names for one.
        self._taken = {each.record.file.lower() for each in drive.bundles}
        self._taken.update(map(str.lower, self._files_of_others()))
        self._new = tuple(map(self._planned, self._given))
        # One app for several kinds of computers is several files, and told once.
        unvouched = (comes_as_file(each) for each in self._new if each.record.unvouched)
        self.notices += dict.fromkeys(unvouched)
        if changes.update:
            self.notices += not_asked(self._staying)
        self._around: dict[Key, list[str]] = {}
        self._required: dict[Key, Bundle] = {}

    def _planned(self, given: GivenBundle) -> PlannedBundle:
        bundle = given.bundle
        trust = judge_bundle(bundle, self._remotes.known)
        require_usable(bundle, trust, given.given)
        there = [each for each in self._drive.bundles if each.record.ref == str(bundle.ref)]
        record = bundle_record(bundle, given.sha256, source=trust.source)
        for each in there:
            kept = each.record
            if kept.sha256 != given.sha256:
                continue
            record = replace(record, file=kept.file)
            if is_right(self._drive.location, kept):
                return PlannedBundle(record, Action.KEEP, trust.describe())
            # It was damaged, and comes again.
            return PlannedBundle(
                record, Action.UPDATE, trust.describe(), given.path, bundle.version
            )
        number = 0
        while (file := bundle_name(bundle, number)).lower() in self._taken:
            number += 1
        self._taken.add(file.lower())
        if any(e.bundle is not None and e.bundle.timestamp > bundle.timestamp for e in there):
            self.notices.append(older(given))
        action = Action.UPDATE if there else Action.ADD
        return PlannedBundle(
            replace(record, file=file),
            action,
            trust.describe(),
            given.path,
            bundle.version,
            tuple(each.record.file for each in there),
        )

    def without_theirs(self, changes: Changes) -> Changes:
        """``changes`` to the refs of sources alone."""
        records = [each.record for each in self._drive.bundles]
        rest = (
            text
            for text in changes.without
            if not any(means_bundle(text, record) for record in records)
        )
        return replace(changes, without=tuple(rest))

    def left_on_drive(self) -> set[Key]:
        """What of the drive those needed that leave it."""
        staying = {each.record.file for each in self._staying}
        gone = (each for each in self._drive.bundles if each.record.file not in staying)
        return self._needs(each.bundle for each in gone if each.bundle is not None)

    @property
    def planned(self) -> tuple[PlannedBundle, ...]:
        """All that will be on the drive, by ref."""
        kept = (PlannedBundle(each.record, Action.KEEP) for each in self._staying)
        return tuple(sorted((*self._new, *kept), key=lambda each: each.record.ref))

    def needs_on_drive(self) -> set[Key]:
        """What of the drive is needed by the bundles that will be there."""
        return self._needs(self._bundles())

    def _needs(self, bundles: Iterable[Bundle]) -> set[Key]:
        refs, some = self._drive.refs, tuple(bundles)
        if not some:
            return set()
        carried, sets = carried_among(refs, self._drive.commits.get), ref_sets(refs)
        return {key for bundle in some for key in bundle_needs(bundle, carried, refs, sets)}

    def runtimes_on_drive(self) -> Iterator[tuple[Key, str]]:
        """The runtimes on the drive that they cannot be installed without, and who needs them."""
        for bundle in self._bundles():
            place = bundle_runtime(bundle, self._drive.refs)
            if place is not None:
                yield place, str(bundle.ref)

    @property
    def runtimes(self) -> frozenset[str]:
        """The full refs of runtimes that will be there as files."""
        refs = (bundle.ref for bundle in self._bundles())
        return frozenset(str(ref) for ref in refs if ref.kind == "runtime")

    @property
    def metadata(self) -> Iterator[Metadata]:
        """What those say about themselves that will be there."""
        return (bundle.metadata for bundle in self._bundles())

    def _bundles(self) -> Iterator[Bundle]:
        yield from (each.bundle for each in self._given)
        yield from (each.bundle for each in self._staying if each.bundle is not None)

    # What comes along

    def want(self, closure: Closure, policy: RelatedPolicy, *, runtimes: bool, along: bool) -> None:
        """Ask for what bundles need and the drive lacks; in an update, for all they need.

        ``runtimes``, ``along``: as in `Options`. Raises the error of a `Refusal`.
        """
        bundles = self._bundles() if self._changes.update else (e.bundle for e in self._given)
        for bundle in bundles:
            if runtimes:
                self._want_runtime(closure, bundle)
            else:
                self._tell_of_runtime(bundle)
            if along:
                try:
                    self._want_extensions(closure, bundle, policy)
                except (UpstreamError, TrustError) as error:
                    # It goes without.
                    self.notices.append(not_looked_for(bundle, error))

    def _offers(self, bundle: Bundle) -> list[Offer]:
        """Who may have what a bundle needs, the source of its updates first."""
        origin = origin_of(bundle, self._remotes.known)
        offers = self._remotes.everywhere()
        return sorted(offers, key=lambda offer: origin is None or offer.remote is not origin)

    def _want_runtime(self, closure: Closure, bundle: Bundle) -> None:
        runtime = bundle.metadata.runtime
        if bundle.ref.kind != "app" or runtime is None:
            return
        there = bundle_runtime(bundle, self._drive.refs)
        if there is not None and not self._changes.update:
            return
        if there is None and runtime in {each.ref for each in self._bundles()}:
            return
        for offer in self._offers(bundle):
            entry = offer.lookup(str(runtime), runtime.arch)
            if entry is not None and (there is None or offer.snapshot.collection == there[0]):
                if there is not None and closure.keeps_name(offer, entry):
                    return
                reason = Message("The runtime of {ref}.", ref=bundle.ref.id)
                self._note(closure.want(offer, entry, reason), bundle, required=True)
                return
        if there is None and any(each.bundle is bundle for each in self._given):
            missed = self._remotes.not_searched
            raise refusal.no_runtime(str(bundle.ref), str(runtime), missed).error
        # It was carried without, for computers that have it.
        self._tell_of_runtime(bundle)

    def _tell_of_runtime(self, bundle: Bundle) -> None:
        runtime = bundle.metadata.runtime
        if bundle.ref.kind != "app" or runtime is None or bundle_runtime(bundle, self._drive.refs):
            return
        if runtime not in {each.ref for each in self._bundles()}:
            self.notices.append(refusal.without_runtime(str(runtime), (str(bundle.ref),)))

    def _want_extensions(self, closure: Closure, bundle: Bundle, policy: RelatedPolicy) -> None:
        there = {name for names in self._drive.refs.values() for name in names}
        seen: set[str] = set() if self._changes.update else there
        for offer in self._offers(bundle):
            table = offer.table(bundle.ref.arch)
            for extension in related(bundle.ref, bundle.metadata, table, policy):
                name = str(extension.ref)
                entry = offer.lookup(name, extension.ref.arch)
                if extension.wanted and entry is not None and name not in seen:
                    seen.add(name)
                    self._note(closure.want(offer, entry, extension.reason), bundle)

    def _note(self, key: Key, bundle: Bundle, *, required: bool = False) -> None:
        self._around.setdefault(key, []).append(str(bundle.ref))
        if required:
            self._required[key] = bundle

    def needed_by(self, key: Key) -> tuple[str, ...]:
        """The bundles that asked for this."""
        return tuple(dict.fromkeys(self._around.get(key, ())))

    @property
    def required(self) -> frozenset[Key]:
        """What was asked for that they cannot be installed without."""
        return frozenset(self._required)

    def settle(self, closure: Closure, staying: Mapping[str, Mapping[str, str]]) -> None:
        """After all was followed: of an app from a source there is no bundle beside.

        ``staying``: the refs that stay on the drive. Raises `SeveralOfOneError`, and UsageError
        where a runtime cannot be carried.
        """
        for key, bundle in self._required.items():
            if key not in closure.wanted and key[1] not in staying.get(key[0], {}):
                left_out = closure.left_out.get(key)
                why = left_out.reason if left_out is not None else Message("It cannot be carried.")
                message = Message(
                    "{ref} needs {runtime}. {why}", ref=bundle.ref, runtime=key[1], why=why
                )
                raise UsageError(message, Message("Leave it out."))
        self._keep_needed(closure, staying)
        self.notices += self._renamed(closure)
        named = {key[1] for key, wanted in closure.wanted.items() if wanted.named or wanted.wished}
        there = {name for names in staying.values() for name in names}
        wanted = {key[1] for key in closure.wanted}
        for new in self._new:
            if new.record.ref in named | wanted | there:
                raise SeveralOfOneError(
                    Message(
                        "{ref} is there from a source already, or is to come from one, and a drive "
                        "has one of it only.",
                        ref=new.record.ref,
                    ),
                    Message("A source brings updates: leave the file away, or take off the other."),
                )
        for old in list(self._staying):
            if old.record.ref in wanted:
                self._staying.remove(old)
                self.removed.append(old.record)
                self.notices.append(
                    Notice(
                        Severity.INFO,
                        Message(
                            "{ref} comes from its source now; the file {file} is taken off.",
                            ref=old.record.ref,
                            file=old.record.file,
                        ),
                    )
                )

    def _renamed(self, closure: Closure) -> Iterator[Notice]:
        """Of apps whose runtime flatpak replaces."""
        by_name = {key[1]: wanted for key, wanted in closure.wanted.items()}
        for bundle in self._bundles():
            runtime = by_name.get(str(bundle.metadata.runtime))
            if bundle.ref.kind == "app" and runtime is not None and runtime.replaced_by:
                yield runs_on_renamed(str(bundle.ref), runtime)

    def _keep_needed(self, closure: Closure, staying: Mapping[str, Mapping[str, str]]) -> None:
        """Raises `NeededError` for a runtime that goes though an app runs on it."""
        gone = {each.ref for each in self.removed if each.parsed.kind == "runtime"}
        gone -= {name for names in staying.values() for name in names}
        gone -= {key[1] for key in closure.wanted}
        if not gone:
            return
        carried = carried_among(staying, self._drive.commits.get).values()
        told = [(each.ref.id, each.metadata) for each in carried if each.ref.kind == "app"]
        told += [(bundle.ref.id, bundle.metadata) for bundle in self._bundles()]
        for name in sorted(gone):
            users = {id for id, data in told if data is not None and str(data.runtime) == name}
            if users:
                raise needed_error(name, users)

    def _files_of_others(self) -> frozenset[str]:
        with suppress(OSError):
            return files_of_others(self._drive.location)
        return frozenset()

    # Room

    def estimate(self, estimate: Estimate, space: Space) -> Estimate:
        """With what the new ones take, and those that go free."""
        others = self._files_of_others() if self.removed else frozenset()
        there = {
            each.record.ref
            for each in self._drive.bundles
            if not each.missing and each.record.file not in others
        }
        sizes = [space.allocated(each.size) for each in self.removed if each.ref in there]
        freed = estimate.freed
        more = replace(freed, objects=freed.objects + len(sizes), bytes=freed.bytes + sum(sizes))
        return with_bundles(replace(estimate, freed=more), self._new, space)


def with_bundles(estimate: Estimate, planned: Sequence[PlannedBundle], space: Space) -> Estimate:
    """``estimate`` with what the new ones take. They are on this computer already."""
    new = [each.record for each in planned if each.action is not Action.KEEP]
    if not new:
        return estimate
    size = sum(record.size for record in new)
    write = sum(space.allocated(record.size) for record in new)
    too_large = tuple(
        TooLarge(record.ref, record.size)
        for record in new
        if space.max_file is not None and record.size > space.max_file
    )
    return estimate.plus(len(new), size, write, write, too_large, local=size)


def _one_each(given: Iterable[GivenBundle]) -> tuple[GivenBundle, ...]:
    """Raises `SeveralOfOneError` for two that are not the same file."""
    by_ref: dict[str, GivenBundle] = {}
    for each in given:
        other = by_ref.setdefault(str(each.bundle.ref), each)
        if other.sha256 != each.sha256:
            raise SeveralOfOneError(
                Message(
                    "{first} and {second} are both {ref}, and a drive has one of it only.",
                    first=other.given,
                    second=each.given,
                    ref=each.bundle.ref,
                ),
                Message("Leave one of them away."),
            )
    return tuple(by_ref.values())


def _is_named(stored: StoredBundle, changes: Changes) -> bool:
    """Whether it is to be taken off."""
    record = stored.record
    if ("", record.ref) in changes.off:
        return True
    return any(means_bundle(text, record) for text in changes.without)


def means_bundle(text: str, record: BundleRecord) -> bool:
    """Whether ``text`` names a bundle: by its ref, its ID, its file or what people call it."""
    if text in (record.ref, record.file) or text.casefold() == record.name.casefold():
        return bool(text)
    try:
        partial = PartialRef.parse(text)
    except RefError:
        return False
    ref = record.parsed
    return partial.remote is None and partial.matches(ref, ref.arch)
