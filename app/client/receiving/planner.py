"""Decides what is installed from sticks: reads and judges, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.client.receiving.bundles import bundle_item, bundle_refusal, bundles_of
from app.client.receiving.clock import check_clock, stick_date
from app.client.receiving.installation import Place, installed_elsewhere, twins
from app.client.receiving.offered import (
    Candidate,
    Key,
    offered,
    open_sticks,
    repository_path,
)
from app.client.receiving.plan import BundleItem, Item, ReceivePlan, SourceRemote, State
from app.client.receiving.refusal import Refusal, RefusalKind
from app.client.receiving.sources import names, newest_copy, source_remote
from app.client.receiving.trusting import trust_of
from app.errors import UsageError
from app.flatpak.bundles.bundle import Bundle
from app.flatpak.eol_rebase import ReplacementError
from app.flatpak.extra_data import payloads_of
from app.flatpak.refs import PartialRef, Ref
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed import InstalledRef
from app.flatpak.remotes.remote import Remote
from app.flatpak.required_flatpak import Version, lacking, version_text
from app.flatpak.sideloading.situation import Version as SideloadVersion
from app.flatpak.sideloading.situation import takes_over
from app.message import Message
from app.ostree.names import origin_remote
from app.ostree.objects import byteswap64
from app.ostree.repository import RepositoryInvalidError
from app.progress import Cancel, Notice
from app.severity import Severity
from app.stick.store.bundles import bundle_needs, bundle_runtime
from app.stick.store.contents import RefSet, needs, ref_sets, replaced_by, runtime_place
from app.stick.store.images import read_images
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import UpstreamCopy
from app.text import Policy, clean

_MOST_BYTES = 1 << 60
_NVIDIA = (".GL.nvidia-", ".GL32.nvidia-")


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for.

    Attributes:
        roots: mount points or directories with sticks.
        refs: what of it; nothing: what the sticks' makers chose.
        update: only what is installed.
        agreed: fingerprints of keys that count though only a stick knows them.
        allow_unsigned: also what nobody vouches for; ``accepted``: only these of it, as
            `ReceivePlan.unsigned` calls them.
    """

    roots: tuple[Path, ...]
    refs: tuple[PartialRef, ...] = ()
    update: bool = False
    agreed: frozenset[str] = frozenset()
    allow_unsigned: bool = False
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Computer:
    """This computer, as what is installed has to fit it.

    Attributes:
        known: the remotes whose keys it has.
        flatpak: version; None if it does not tell.
        drivers: graphics drivers, as ``flatpak --gl-drivers`` has them.
        now: its clock, seconds since 1970.
    """

    directories: FlatpakDirectories
    known: tuple[Remote, ...]
    arch: str
    flatpak: Version | None
    drivers: frozenset[str]
    now: float


def plan_receiving(
    request: Request, place: Place, computer: Computer, cancel: Cancel
) -> ReceivePlan:
    """Raises RepositoryInvalidError, DriveError, ClockError, and UsageError for a ref that no stick
    has."""
    sticks = open_sticks(request.roots)
    check_clock(sticks, computer.now)
    cancel.check()
    return _Planner(request, place, computer, sticks).plan()


class _Planner:
    """One plan. Everything is read when it is made."""

    def __init__(
        self, request: Request, place: Place, computer: Computer, sticks: Sequence[StickState]
    ) -> None:
        self._request = request
        self._place = place
        self._computer = computer
        self._sticks = sticks
        self._own = place.remotes(computer.directories.keyrings)
        self._installed = place.installed()
        self._elsewhere = installed_elsewhere(place, computer.directories)
        self._copies: dict[str, list[UpstreamCopy]] = {}
        for stick in sticks:
            for collection, copy in stick.copies.items():
                self._copies.setdefault(collection, []).append(copy)
        self._trusts = {
            collection: trust_of(
                collection,
                self._own,
                computer.known,
                copies,
                request.agreed,
                allow_unsigned=request.allow_unsigned,
                accepted=request.accepted,
            )
            for collection, copies in self._copies.items()
        }
        self._offered = offered(sticks, self._trusts)
        self._bundles = bundles_of(sticks, computer.arch)
        self._refs = self._offered.refs
        self._sets = ref_sets(self._refs)
        self._lists = {
            collection: newest_copy(collection, self._trusts[collection], copies)
            for collection, copies in self._copies.items()
        }
        self._remotes = self._find_remotes()
        self._replaced = self._renamed()

    def plan(self) -> ReceivePlan:
        items: dict[Key, Item] = {}
        asked = self._asked()
        for key in asked:
            items[key] = self._item(key, asked=True)
        # An installation has a ref of one source only, which does for all that need it.
        places = {key[1]: key for key in asked}
        for key in asked:
            needs_here = (places.setdefault(each[1], each) for each in items[key].needs)
            items[key] = replace(items[key], needs=tuple(dict.fromkeys(needs_here)))
            for needed in items[key].needs:
                if needed not in items:
                    items[needed] = self._item(needed, asked=False)
        self._pass_on(items)
        bundles = tuple(self._bundle_items(items))
        used = {collection for collection, _ in items}
        return ReceivePlan(
            self._place,
            items,
            {name: remote for name, remote in self._remotes.items() if name in used},
            tuple(map(repository_path, self._sticks)),
            tuple(key for name in sorted(used) for key in self._trusts[name].unknown),
            (
                *(
                    trust.source
                    for name in sorted(used)
                    if (trust := self._trusts[name]).unsigned and not trust.accepted
                ),
                *(
                    item.path
                    for item in bundles
                    if item.refusal is not None and item.refusal.kind is RefusalKind.UNSIGNED
                ),
            ),
            notices=tuple(_of_makers(items.values())),
            made=stick_date(self._sticks),
            kits=tuple(stick.location.kit for stick in self._sticks),
            bundles=bundles,
        )

    def _find_remotes(self) -> dict[str, SourceRemote]:
        taken = {remote.name: remote.collection_id or "" for remote in self._own}
        remotes = {}
        for collection, trust in sorted(self._trusts.items()):
            remote = source_remote(
                trust,
                self._own,
                self._computer.known,
                self._copies[collection],
                self._offered,
                self._computer.arch,
                taken,
            )
            if remote is not None:
                remotes[collection] = remote
                taken[remote.name] = collection
        return remotes

    # What is asked for

    def _asked(self) -> tuple[Key, ...]:
        """Raises UsageError, RepositoryInvalidError."""
        there = sorted((*self._offered.carried, *self._refused()))
        if not there and not self._bundles and any(map(_had_apps, self._sticks)):
            raise RepositoryInvalidError(
                Message("Nothing of what was written to the drive is to be found: it is damaged."),
                Message("satchel verify TARGET tells what is wrong."),
            )
        if not there and not self._bundles:
            if any(read_images(stick.location) for stick in self._sticks):
                raise UsageError(
                    Message("All apps on the drive come from container registries."),
                    Message("Its install.sh installs them: sh satchel/install.sh"),
                )
            raise UsageError(
                Message("There are no apps on the drive."),
                Message("satchel inspect TARGET shows what is on it."),
            )
        if self._request.refs:
            asked = [key for partial in self._request.refs for key in self._meant(partial, there)]
        elif self._request.update:
            asked = there
        else:
            asked = [key for key in there if self._is_chosen(key)]
        if self._request.update:
            asked = [key for key in asked if key[1] in self._installed]
        return self._each_once(map(self._final, asked))

    def _each_once(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Of what several sources have, the one that it is installed from, or that is vouched
        for."""
        by_ref: dict[str, list[Key]] = {}
        for key in keys:
            by_ref.setdefault(key[1], []).append(key)
        return tuple(min(same, key=self._reluctance) for same in by_ref.values())

    def _reluctance(self, key: Key) -> tuple[bool, bool, bool]:
        there = self._installed.get(key[1])
        return (
            there is not None and not self._is_from(there, key[0]),
            key in self._offered.refused,
            self._trusts[key[0]].unsigned,
        )

    def _refused(self) -> Iterator[Key]:
        return (key for key in self._offered.refused if Ref.parse_or_none(key[1]) is not None)

    def _meant(self, partial: PartialRef, there: Sequence[Key]) -> list[Key]:
        meant = [key for key in there if partial.matches(Ref.parse(key[1]), self._computer.arch)]
        files = (each.bundle.ref for each in self._bundles)
        if not meant and not any(partial.matches(ref, self._computer.arch) for ref in files):
            raise UsageError(
                Message("{ref} is not on the drive.", ref=partial),
                Message("satchel receive TARGET --list shows what is."),
            )
        chosen = [key for key in meant if self._is_chosen(key)]
        return chosen or meant

    def _is_chosen(self, key: Key) -> bool:
        ref = Ref.parse(key[1])
        if ref.arch != self._computer.arch:
            return False
        told = [
            entry.chosen
            for stick in self._sticks
            if key[1] in stick.refs.get(key[0], {})
            and stick.record is not None
            and (entry := stick.record.ref(*key)) is not None
        ]
        return any(told) if told else ref.kind == "app"

    def _final(self, key: Key) -> Key:
        """What is installed when it is asked for: itself, or what replaces it."""
        carried = self._offered.carried.get(key)
        if carried is None:
            return key
        try:
            chain = replaced_by(carried, self._offered.carried)
        except (ReplacementError, KeyError):
            return key
        return (key[0], str(chain[-1])) if chain else key

    def _renamed(self) -> dict[Key, tuple[str, ...]]:
        """By what replaces them: what is installed from the same source, and was renamed."""
        renamed: dict[Key, tuple[str, ...]] = {}
        for key in sorted(self._offered.carried):
            there = self._installed.get(key[1])
            final = self._final(key)
            if there is not None and final != key and self._is_from(there, key[0]):
                renamed[final] = (*renamed.get(final, ()), key[1])
        return renamed

    def _is_from(self, there: InstalledRef, collection: str) -> bool:
        remote = self._remotes.get(collection)
        return remote is not None and there.origin in twins(self._own, collection, remote.name)

    # Of what is there as files

    def _bundle_items(self, items: dict[Key, Item]) -> Iterator[BundleItem]:
        """Those that are asked for; ``items`` gets what they need."""
        everything, sets = self._everything(), self._sets
        known = (*self._own, *self._computer.known)
        for each in self._bundles:
            ref = each.bundle.ref
            there = self._installed.get(str(ref))
            words = self._request.refs
            if words and not any(word.matches(ref, self._computer.arch) for word in words):
                continue
            if self._request.update and there is None:
                continue
            needed = bundle_needs(each.bundle, self._offered.carried, everything, sets)
            needed = tuple(key for key in needed if self._fits(key[1]))
            comes = {key: items.get(key) or self._item(key, asked=False) for key in needed}
            refusal = bundle_refusal(
                each,
                known,
                self._computer.flatpak,
                has_runtime=self._has_runtime(each.bundle, comes),
                allow_unsigned=self._request.allow_unsigned
                or each.stored.path in self._request.accepted,
            )
            item = bundle_item(each, needed, there, self._place.made, self._own, refusal)
            if item.wanted:
                items.update(comes)
            yield item

    def _has_runtime(self, bundle: Bundle, items: Mapping[Key, Item]) -> bool:
        runtime = str(bundle.metadata.runtime)
        files = {str(each.bundle.ref) for each in self._bundles}
        if runtime in self._installed or runtime in self._elsewhere or runtime in files:
            return True
        place = bundle_runtime(bundle, self._everything())
        return place is not None and place in items and items[place].refusal is None

    # Each of it

    def _item(self, key: Key, *, asked: bool) -> Item:
        ref = Ref.parse(key[1])
        candidate = self._offered.best.get(key)
        there = self._installed.get(key[1])
        name = self._name(key)
        if candidate is None:
            if there is None and not asked and key[1] in self._elsewhere:
                return Item(key[0], ref, None, name, asked, State.THERE)
            why = self._offered.refused.get(key) or Refusal(
                RefusalKind.MISSING, Message("It is not on the drive.")
            )
            return Item(key[0], ref, None, name, asked, State.REFUSED, _commit(there), refusal=why)
        state = self._state(key, candidate, there, asked=asked)
        refusal = self._refusal(key) if state in _CHANGING else None
        copy = self._lists.get(key[0])
        return Item(
            key[0],
            ref,
            candidate,
            name,
            asked,
            State.REFUSED if refusal is not None else state,
            _commit(there),
            self._needs(key),
            copy is not None and names(copy, candidate, ref.arch),
            _size(candidate, "xa.download-size"),
            _size(candidate, "xa.installed-size"),
            refusal,
            self._replaced.get(key, ()),
        )

    def _state(
        self, key: Key, candidate: Candidate, there: InstalledRef | None, *, asked: bool
    ) -> State:
        if there is None:
            # flatpak uses what the system has, whoever installs.
            return State.THERE if not asked and key[1] in self._elsewhere else State.INSTALL
        if there.commit == candidate.checksum:
            return State.THERE
        if not self._is_from(there, key[0]):
            return State.ELSEWHERE
        here = SideloadVersion(there.commit, self._place.made(there.commit))
        newer = takes_over(SideloadVersion(candidate.checksum, candidate.commit.timestamp), here)
        return State.UPDATE if newer else State.THERE

    def _refusal(self, key: Key) -> Refusal | None:
        carried = self._offered.carried[key]
        if key[0] not in self._remotes:
            return Refusal(
                RefusalKind.OTHER,
                Message("Neither this computer nor the drive knows where its updates come from."),
            )
        if origin_remote(key[0]) is not None:
            refusal = self._unreachable(key)
            if refusal is not None:
                return refusal
        told = carried.metadata
        if told is not None and (told.kind, told.name) != (carried.ref.kind, carried.ref.id):
            return Refusal(
                RefusalKind.TRUST, Message("It says of itself that it is {name}.", name=told.name)
            )
        required = carried.metadata.required_flatpak if carried.metadata is not None else ()
        have = self._computer.flatpak
        wants = lacking(required, have) if required and have is not None else None
        if wants is not None and have is not None:
            return Refusal(
                RefusalKind.FLATPAK,
                Message(
                    "It needs flatpak {wants} or newer; this computer has {have}.",
                    wants=wants,
                    have=version_text(have),
                ),
            )
        runtime = carried.metadata.runtime if carried.metadata is not None else None
        if carried.ref.kind == "app" and runtime is not None:
            there = str(runtime) in self._installed or str(runtime) in self._elsewhere
            if not there and runtime_place(carried, self._everything()) is None:
                return Refusal(
                    RefusalKind.MISSING,
                    Message(
                        "It needs {runtime}, which is neither on the drive nor on this computer.",
                        runtime=runtime,
                    ),
                )
        return None

    def _unreachable(self, key: Key) -> Refusal | None:
        """Why flatpak would not find what has no collection: only in a view, which names it, and
        to which the remote can be led."""
        copy, remote = self._lists.get(key[0]), self._remotes[key[0]]
        candidate = self._offered.best[key]
        ref = self._offered.carried[key].ref
        if copy is None or remote.view is None or not names(copy, candidate, ref.arch):
            return Refusal(
                RefusalKind.DAMAGED,
                Message("The drive has no list of its source that can be trusted and names it."),
            )
        if not self._place.writable:
            return Refusal(
                RefusalKind.OTHER,
                Message("Its source has no collection ID: only root can install it for everyone."),
            )
        return None

    def _everything(self) -> dict[str, dict[str, str]]:
        """Also what cannot be trusted: that is another reason."""
        refs = {collection: dict(names) for collection, names in self._refs.items()}
        for collection, name in self._offered.refused:
            refs.setdefault(collection, {})[name] = ""
        return refs

    def _needs(self, key: Key) -> tuple[Key, ...]:
        everything = self._everything()
        sets: Mapping[str, RefSet] = self._sets
        if self._offered.refused:
            sets = ref_sets(everything)
        needed = needs(self._offered.carried[key], self._offered.carried, everything, sets)
        return tuple(each for each in needed if self._fits(each[1]))

    def _fits(self, name: str) -> bool:
        """A driver for another graphics card, or another version of it, is of no use."""
        id = name.split("/")[1]
        mark = next((mark for mark in _NVIDIA if mark in id), None)
        return mark is None or id.rpartition(".")[2] in self._computer.drivers

    def _name(self, key: Key) -> str:
        for stick in self._sticks:
            entry = stick.record.ref(*key) if stick.record is not None else None
            if entry is not None and entry.name:
                return clean(entry.name, Policy.NAME)
        return Ref.parse(key[1]).id

    def _pass_on(self, items: dict[Key, Item]) -> None:
        """What needs a runtime that is refused and not there is refused as well."""
        for key, item in list(items.items()):
            carried = self._offered.carried.get(key)
            if carried is None or not item.wanted or carried.ref.kind != "app":
                continue
            place = runtime_place(carried, self._everything())
            runtime = items.get(place) if place is not None else None
            if runtime is None or runtime.refusal is None or runtime.installed is not None:
                continue
            reason = Message(
                "Its runtime {runtime} cannot be installed: {reason}",
                runtime=runtime.ref,
                reason=runtime.refusal.reason,
            )
            refusal = Refusal(runtime.refusal.kind, reason)
            items[key] = _refused(item, refusal)


def _of_makers(items: Iterable[Item]) -> Iterator[Notice]:
    """What of all that is to be installed has a part with terms of its own."""
    for item in items:
        if item.wanted and item.candidate is not None and payloads_of(item.candidate.commit):
            yield Notice(
                Severity.INFO,
                Message(
                    "{name} comes with a part from its maker, which has terms of its own.",
                    name=item.name,
                ),
                Message("START-HERE.html on the drive names its licence."),
            )


_CHANGING = (State.INSTALL, State.UPDATE)


def _had_apps(stick: StickState) -> bool:
    """Whether something that flatpak installs was written to it once; systems are not."""
    refs = stick.record.refs if stick.record is not None else {}
    return any(Ref.parse_or_none(name) for names in refs.values() for name in names)


def _refused(item: Item, refusal: Refusal) -> Item:
    return replace(item, state=State.REFUSED, refusal=refusal)


def _commit(there: InstalledRef | None) -> str | None:
    return there.commit if there is not None else None


def _size(candidate: Candidate, key: str) -> int:
    """As its commit says; 0 for those of before 2018, which do not."""
    said = candidate.commit.metadata.get(key, "t")
    size = byteswap64(said) if isinstance(said, int) else 0
    return size if size <= _MOST_BYTES else 0
