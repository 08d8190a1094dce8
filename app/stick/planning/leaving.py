"""What leaves a drive: what is taken off, with what nothing that stays needs. Values only.

What a ref needs is what its commit on the drive says, or, where a plan moves it, what upstream says
now. Of one whose commit cannot be read, the record tells who needed it.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping

from app.errors import UsageError
from app.flatpak.refs import Ref, arch_of, is_system
from app.flatpak.related import RelatedPolicy, related
from app.message import Message
from app.ostree.names import METADATA_REF
from app.progress import Notice
from app.severity import Severity
from app.stick.planning.changes import Changes, OnDrive
from app.stick.planning.plan import Removal
from app.stick.planning.target_state import TargetState
from app.stick.planning.wanted import Key, Wanted, is_unexplained, was_chosen
from app.stick.store.contents import carried_among, is_replaced, needs, ref_sets, runtime_place
from app.stick.store.stick_state import Refs

NAMED = Message("You take it off.")
UNUSED = Message("Nothing else there needs it.")
_LOST = Message("It is damaged, and its source does not have it any more.")
_UNLISTED = Message(
    "Its source does not list it any more, or it cannot be had, and of this source computers take "
    "only what it lists now."
)
_MISPLACED = Message("It lies where only what is of another source may lie.")
_LAST = Message("Nothing else of its source stays there.")


class NeededError(UsageError):
    """Something that stays cannot be installed without what is to be taken off."""


def needed_error(ref: str, users: Iterable[str]) -> NeededError:
    """``users``: what cannot be installed without it."""
    return NeededError(
        Message(
            "{ref} is needed by what stays there: {names}.",
            ref=ref,
            names=tuple(sorted(users)),
        ),
        Message("Take these off as well, or leave it there."),
    )


class Leaving:
    """What of a drive goes, as far as ``changes`` say.

    Attributes:
        may_go: what goes unless something that stays needs it.
    """

    def __init__(self, drive: TargetState, changes: Changes, left: Collection[Key] = ()) -> None:
        """``left``: what was there for something else that goes.

        Raises `NoSuchRefError`, `AmbiguousRefError`.
        """
        self._drive = drive
        self._record = drive.record
        self._keys = [
            (collection, name) for collection, names in drive.refs.items() for name in names
        ]
        self._carried = carried_among(drive.refs, drive.commits.get)
        self._sets = ref_sets(drive.refs)
        there = self._with_leaving()
        on_drive = OnDrive(there, drive.record)
        self.named = {on_drive.meant(text) for text in changes.without}
        self.named.update(key for key in changes.off if key[1] in there.get(key[0], {}))
        self.may_go: set[Key] = set()
        self._lost = dict.fromkeys(drive.misplaced, _MISPLACED)
        if changes.unused or changes.update:
            self.may_go = {key for key in self._keys if self._is_unchosen(key, changes)}
        elif self.named or left:
            beside = self._closed(self.named.union(left), {}) - self.named
            self.may_go = {key for key in beside if self._is_unchosen(key, changes)}
        self.may_go |= self.named

    def _with_leaving(self) -> dict[str, dict[str, str]]:
        """What is there, and what an interrupted job was taking off; what lies in the place of
        another collection only where it is not in its own."""
        refs = {collection: dict(names) for collection, names in self._drive.refs.items()}
        for collection, name in self._drive.misplaced:
            if any(name in names for other, names in refs.items() if other != collection):
                del refs[collection][name]
        for collection, name in self._drive.leaving:
            refs.setdefault(collection, {}).setdefault(name, "")
        return refs

    def _is_unchosen(self, key: Key, changes: Changes) -> bool:
        """Whether it came along only. Nobody says so of what is in no record, or was there before;
        then apps count as chosen, and whatever an update cannot tell."""
        if Ref.parse_or_none(key[1]) is None:
            return False
        entry = self._record.ref(*key) if self._record is not None else None
        if entry is not None and not is_unexplained(entry):
            return not entry.chosen
        return not changes.update and not key[1].startswith("app/")

    def give_up(self, key: Key, wanted: Container[Key]) -> None:
        """Nothing of this is there, and upstream does not have it any more."""
        if not _lies_below(key, wanted):
            self._lost[key] = _LOST

    def give_up_unlisted(self, key: Key) -> None:
        """It cannot be installed once the list of its source is the new one."""
        self._lost.setdefault(key, _UNLISTED)

    def missed(
        self, wanted: Mapping[Key, Wanted], required: Iterable[tuple[Key, str]] = ()
    ) -> set[Key]:
        """Of what was given up since its source does not list it: what somebody has chosen, and
        what cannot be gone without by what stays; ``required`` as for `settle`."""
        gone = {
            key
            for key, why in self._lost.items()
            if why is _UNLISTED and key not in wanted and key not in self.named
        }
        needed = {need for need, _ in required}
        for key in wanted.keys() | (set(self._keys) - self.may_go - self._lost.keys()):
            places = set(self._runtimes(key, wanted.get(key)))
            if places <= gone:
                needed |= places
        return {key for key in gone if key in needed or self._is_chosen(key)}

    def _runtimes(self, key: Key, wanted: Wanted | None) -> Iterator[Key]:
        """Where on the drive the runtime of an app is."""
        if wanted is None:
            yield from self._requires(key, None)
        elif wanted.metadata is not None and wanted.metadata.runtime is not None:
            name, refs = str(wanted.metadata.runtime), self._drive.refs
            coming = any(need[1] == name for need in wanted.requires)
            if wanted.replaced_by is None and not coming:
                yield from ((place, name) for place in refs if name in refs[place])

    def _is_chosen(self, key: Key) -> bool:
        entry = self._record.ref(*key) if self._record is not None else None
        return Ref.parse_or_none(key[1]) is not None and was_chosen(key[1], entry)

    def looked_for(self, runs_on: Mapping[Key, str]) -> Iterator[Key]:
        """The runtimes there that apps need which stay, come or move. ``runs_on``: for the last
        two, which they look for."""
        names = set(runs_on.values())
        yield from (key for key in self._keys if key[1] in names)
        for key in self._keys:
            # Runtimes name themselves, and flatpak looks for none for them.
            if key[1].startswith("app/") and key not in self.may_go and key not in runs_on:
                yield from self._requires(key, None)

    def with_needs(self, keys: Iterable[Key]) -> set[Key]:
        """``keys``, and all on the drive that they need as it is there."""
        return self._closed(keys, {})

    def needed(self, wanted: Mapping[Key, Wanted]) -> dict[Key, tuple[str, ...]]:
        """What came along and is not ``wanted``, though something cannot be installed without it:
        by whom. That stays as it is, or is wanted of another source."""
        users: dict[Key, tuple[str, ...]] = {}
        staying = set(self._keys) - self.may_go - self._lost.keys()
        apps = {key for key in wanted if key[1].startswith("app/")}
        for key in sorted(apps | (staying - wanted.keys())):
            for need in self._runtimes(key, wanted.get(key)):
                if need in self.may_go and need not in wanted:
                    users[need] = *users.get(need, ()), key[1]
        return users

    def settle(
        self,
        wanted: Mapping[Key, Wanted],
        held: Collection[Key] = (),
        required: Iterable[tuple[Key, str]] = (),
    ) -> tuple[Removal, ...]:
        """What goes, where a plan carries ``wanted``. Raises `NeededError`.

        ``held``: what stays for something that is no ref; ``required``: what that cannot be
        installed without, and what it is.
        """
        staying = {key for key in self._keys if key not in self.may_go}
        staying.update(key for key in held if key not in self.named)
        stays = self._closed(staying | (wanted.keys() & set(self._keys)), wanted)
        self._require_nothing(wanted, staying | stays, required)
        going = {key for key in self.may_go if key not in wanted and key not in stays}
        going |= self.named - wanted.keys()
        going |= self._lost.keys() - wanted.keys()
        lists = set(self._lists(going, wanted))
        return tuple(self._removal(key) for key in sorted(going | lists))

    def _closed(self, keys: Iterable[Key], wanted: Mapping[Key, Wanted]) -> set[Key]:
        """``keys``, and all on the drive that they need."""
        todo = list(keys)
        closed: set[Key] = set()
        while todo:
            key = todo.pop()
            if key not in closed:
                closed.add(key)
                todo += self._needs(key, wanted.get(key))
        return closed

    def _needs(self, key: Key, wanted: Wanted | None) -> Iterator[Key]:
        refs = self._drive.refs
        if wanted is not None and wanted.metadata is not None and wanted.entry.ref is not None:
            runtime = wanted.metadata.runtime
            if runtime is not None and wanted.replaced_by is None:
                yield from ((place, str(runtime)) for place in refs if str(runtime) in refs[place])
            there = self._sets[key[0]]
            ref, metadata = wanted.entry.ref, wanted.metadata
            for extension in related(ref, metadata, there, RelatedPolicy()):
                yield key[0], str(extension.ref)
        elif (carried := self._carried.get(key)) is not None:
            yield from needs(carried, self._carried, refs, self._sets)
        elif self._record is not None:
            for name, entry in self._record.refs.get(key[0], {}).items():
                if key[1] in entry.needed_by and name in refs.get(key[0], {}):
                    yield key[0], name

    def _require_nothing(
        self,
        wanted: Mapping[Key, Wanted],
        staying: Iterable[Key],
        required: Iterable[tuple[Key, str]],
    ) -> None:
        """Raise `NeededError` if what stays cannot be installed without what was named."""
        users: dict[Key, list[str]] = {}
        for need, user in required:
            users.setdefault(need, []).append(user)
        for key in staying:
            if key not in self.named:
                for need in self._requires(key, wanted.get(key)):
                    users.setdefault(need, []).append(key[1])
        for key in sorted(self.named):
            # What is wanted as well is wanted by somebody.
            if names := users.get(key, []):
                raise needed_error(key[1], names)

    def _requires(self, key: Key, wanted: Wanted | None) -> Iterator[Key]:
        if wanted is not None:
            yield from wanted.requires
            return
        carried = self._carried.get(key)
        if carried is None:
            return
        if is_replaced(carried, self._carried):
            yield carried.collection, carried.replaced_by or ""
            return
        place = runtime_place(carried, self._drive.refs)
        if place is not None:
            yield place

    def _lists(self, going: set[Key], wanted: Mapping[Key, Wanted]) -> Iterator[Key]:
        """Lists and ostree-metadata of what is not there any more."""
        rest = (set(self._keys) | wanted.keys()) - going
        apps = [key for key in rest if Ref.parse_or_none(key[1]) is not None]
        collections = {key[0] for key in apps}
        collections.update(key[0] for key in rest if is_system(key[1]))
        arches = {(key[0], arch_of(key[1])) for key in apps}
        left = {key[0] for key in going}
        for key in self._keys:
            collection, name = key
            if collection not in left or is_system(name) or Ref.parse_or_none(name) is not None:
                continue
            if collection not in collections or (
                name != METADATA_REF and (collection, arch_of(name)) not in arches
            ):
                yield key

    def _removal(self, key: Key) -> Removal:
        entry = self._record.ref(*key) if self._record is not None else None
        is_list = Ref.parse_or_none(key[1]) is None and not is_system(key[1])
        reason = _LAST if is_list else UNUSED
        if key in self.named or key in self._lost:
            reason = NAMED if key in self.named else self._lost[key]
        return Removal(
            collection=key[0],
            ref=key[1],
            commit=self._drive.refs.get(key[0], {}).get(key[1], ""),
            reason=reason,
            named=key in self.named,
            name=entry.name if entry is not None else "",
        )


def _lies_below(key: Key, wanted: Container[Key]) -> bool:
    """Whether it lies in a directory that is where a wanted ref belongs: it goes with that."""
    collection, name = key
    return any((collection, name[:end]) in wanted for end, sign in enumerate(name) if sign == "/")


def is_given_up(removal: Removal) -> bool:
    """Whether nobody asked for it to go, and somebody may need it."""
    return removal.reason in (_LOST, _UNLISTED, _MISPLACED)


def given_up(removed: Iterable[Removal]) -> Iterator[Notice]:
    """What is to be said of that."""
    for removal in removed:
        if is_given_up(removal):
            yield Notice(
                Severity.WARNING,
                Message("{ref} is taken off the drive. {why}", ref=removal.ref, why=removal.reason),
            )


def without_keys(refs: Refs, keys: Container[Key]) -> dict[str, dict[str, str]]:
    """``refs`` less these; a collection of which none is left is not there."""
    rest = {
        collection: {
            name: commit for name, commit in names.items() if (collection, name) not in keys
        }
        for collection, names in refs.items()
    }
    return {collection: names for collection, names in rest.items() if names}
