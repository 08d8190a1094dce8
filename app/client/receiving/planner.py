"""Decides what is installed from sticks: reads and judges, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.client.receiving.agreement import to_agree_to
from app.client.receiving.asking import Asking
from app.client.receiving.bundles import OnStick, bundle_item, bundle_refusal, bundles_of
from app.client.receiving.clock import check_clock, stick_date
from app.client.receiving.images import ImagesOnSticks
from app.client.receiving.installation import Place, installed_elsewhere, twins
from app.client.receiving.moved import followed
from app.client.receiving.offered import Candidate, Key, offered, open_sticks, repository_path
from app.client.receiving.plan import BundleItem, ImageItem, Item, ReceivePlan, SourceRemote, State
from app.client.receiving.refusal import (
    Refusal,
    RefusalKind,
    no_runtime,
    of_runtime,
    old_flatpak,
    replaced_runtime,
)
from app.client.receiving.request import Computer, Request
from app.client.receiving.several import each_from_one
from app.client.receiving.sources import names, newest_copy, source_remote, switched_off
from app.client.receiving.trusting import agreed_remotes, trust_of
from app.flatpak.bundles.bundle import Bundle
from app.flatpak.extra_data import payloads_of, sizes_of
from app.flatpak.refs import Ref
from app.flatpak.remotes.installed import InstalledRef
from app.flatpak.remotes.remote import Remote
from app.flatpak.sideloading.situation import Version as SideloadVersion
from app.flatpak.sideloading.situation import takes_over
from app.message import Message
from app.ostree.names import origin_remote
from app.ostree.objects import byteswap64
from app.progress import Cancel, Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.kit.contents import with_id
from app.stick.store.bundles import bundle_needs, bundle_runtime
from app.stick.store.contents import RefSet, needs, ref_sets, runtime_place
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import UpstreamCopy
from app.stick.trust.bundles import judge_bundle
from app.text import Policy, clean

_MOST_BYTES = 1 << 60
_NVIDIA = (".GL.nvidia-", ".GL32.nvidia-")


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
        self._place, self._computer = place, computer
        self._sticks = sticks
        self._own = followed(place.remotes(computer.directories.keyrings), sticks)
        self._known = followed(computer.known, sticks)
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
                self._known,
                copies,
                request.agreed,
                allow_unsigned=request.allow_unsigned,
                accepted=request.accepted,
            )
            for collection, copies in self._copies.items()
        }
        self._offered = offered(sticks, self._trusts)
        self._bundles = bundles_of(sticks, computer.arch)
        self._images = ImagesOnSticks(sticks, computer.arch)
        beside = (*(each.bundle.ref for each in self._bundles), *self._images.refs)
        self._asking = Asking(request, computer.arch, sticks, self._offered, beside)
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
        asked = self._asking.keys(self._installed, self._reluctance)
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
        images = tuple(self._image_items(items))
        one = each_from_one(items, bundles, images, self._asking.sources, self._copies)
        used = {collection for collection, _ in one.items}
        refused = {key[0] for each in one.beside if each.refusal for key in each.needs}
        return ReceivePlan(
            self._place,
            one.items,
            {name: remote for name, remote in self._remotes.items() if name in used},
            tuple(map(repository_path, self._sticks)),
            tuple(key for name in sorted(used | refused) for key in self._trusts[name].unknown),
            to_agree_to(one.items, one.beside, self._offered.refused, self._trusts),
            notices=(*_of_makers(one.items.values()), *one.notices),
            made=stick_date(self._sticks),
            kits=tuple(stick.location.kit for stick in self._sticks),
            bundles=one.bundles,
            images=one.images,
        )

    def _find_remotes(self) -> dict[str, SourceRemote]:
        taken = {remote.name: remote.collection_id or "" for remote in self._own}
        remotes = {}
        for collection, trust in sorted(self._trusts.items()):
            remote = source_remote(
                trust,
                self._own,
                self._known,
                self._copies[collection],
                self._offered,
                self._computer.arch,
                taken,
                sideloads_unchecked=self._place.writable,
            )
            if remote is not None:
                remotes[collection] = remote
                taken[remote.name] = collection
        return remotes

    # What is asked for, and what is there of it

    def _reluctance(self, key: Key) -> tuple[bool, bool, bool]:
        there = self._installed.get(key[1])
        return (
            there is not None and not self._is_from(there, key[0]),
            key in self._offered.refused,
            self._trusts[key[0]].unvouched or self._offered.is_lost(key),
        )

    def _renamed(self) -> dict[Key, tuple[str, ...]]:
        """By what replaces them: what is installed from the same source, and was renamed."""
        renamed: dict[Key, tuple[str, ...]] = {}
        for key in sorted(self._offered.carried):
            there = self._installed.get(key[1])
            final = self._asking.final(key)
            if there is not None and final != key and self._is_from(there, key[0]):
                renamed[final] = (*renamed.get(final, ()), key[1])
        return renamed

    def _is_from(self, there: InstalledRef, collection: str) -> bool:
        remote = self._remotes.get(collection)
        return remote is not None and there.origin in twins(self._own, collection, remote.name)

    # Of what is there as files

    def _bundle_items(self, items: dict[Key, Item]) -> Iterator[BundleItem]:
        """Those that are asked for; ``items`` gets what they need."""
        everything, sets, words = self._everything(), self._sets, self._request.refs
        files = {item.file for item in items.values()}
        for each in self._bundles:
            ref = each.bundle.ref
            there = self._installed.get(str(ref))
            if str(ref) not in files:
                if words and not any(word.matches(ref, self._computer.arch) for word in words):
                    continue
                if self._request.update and there is None:
                    continue
            needs = bundle_needs(each.bundle, self._offered.carried, everything, sets)
            needed = tuple(key for key in needs if self._fits(key[1]))
            comes = {key: items.get(key) or self._item(key, asked=False) for key in needed}
            refusal = self._bundle_refusal(each, self._runtime_refusal(each.bundle, comes))
            item = bundle_item(each, needed, there, self._place.made, self._own, refusal)
            comes = {k: v for k, v in comes.items() if item.wanted or (item.refusal and v.refusal)}
            items.update(comes)
            yield replace(item, keys=judge_bundle(each.bundle, self._judges()).keys)

    def _runtime_refusal(self, bundle: Bundle, items: Mapping[Key, Item]) -> Refusal | None:
        runtime = bundle.metadata.runtime
        files = {str(each.bundle.ref) for each in self._bundles}
        if any(str(runtime) in refs for refs in (self._installed, self._elsewhere, files)):
            return None
        item = items.get(bundle_runtime(bundle, self._everything()) or ("", ""))
        if runtime is None or item is None:
            return no_runtime(runtime)
        return of_runtime(runtime, item.refusal) if item.refusal else None

    def _image_items(self, items: dict[Key, Item]) -> Iterator[ImageItem]:
        """As `_bundle_items`, of registries."""
        about = self._request, self._computer, self._installed, self._elsewhere, self._place.made
        for image in self._images.items(*about, self._runtime):
            for key in image.needs if image.wanted else ():
                items.setdefault(key, self._item(key, asked=False))
            yield image

    def _runtime(self, name: str) -> Item | None:
        places = ((each, name) for each, refs in sorted(self._everything().items()) if name in refs)
        return next((self._item(place, asked=False) for place in places), None)

    # Each of it

    def _item(self, key: Key, *, asked: bool) -> Item:
        ref = Ref.parse(key[1])
        candidate = self._offered.best.get(key)
        there = self._installed.get(key[1])
        name = self._name(key)
        if candidate is None:
            here = there is None and not asked and key[1] in self._elsewhere
            # Of what is here already nobody has to agree to anything.
            agreed = there is not None and there.commit in self._offered.unagreed.get(key, ())
            if here or agreed:
                return Item(key[0], ref, None, name, asked, State.THERE, _commit(there))
            why = self._offered.refused.get(key) or Refusal(
                RefusalKind.MISSING, Message("It is not on the drive.")
            )
            return Item(key[0], ref, None, name, asked, State.REFUSED, _commit(there), refusal=why)
        replaced = replaced_runtime(key, self._offered.carried)
        stays = replaced is not None and there is not None
        state = State.THERE if stays else self._state(key, candidate, there, asked=asked)
        refusal = (replaced or self._refusal(key)) if state in _CHANGING else None
        # Of what is not signed the view of a source that signs has nothing.
        copy = None if candidate.lost or replaced else self._lists.get(key[0])
        return Item(
            key[0],
            ref,
            candidate,
            name,
            asked,
            State.REFUSED if refusal is not None else state,
            _commit(there),
            () if state is State.ELSEWHERE else self._needs(key),
            copy is not None and names(copy, candidate, ref.arch),
            _size(candidate, "xa.download-size"),
            _size(candidate, "xa.installed-size") + sizes_of(candidate.commit)[1],
            refusal,
            self._replaced.get(key, ()),
            str(file.bundle.ref) if (file := self._runtime_file(key)) is not None else "",
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
        if (refusal := switched_off(self._remotes[key[0]], key[1])) is not None:
            return refusal
        if origin_remote(key[0]) is not None:
            refusal = self._unreachable(key)
            if refusal is not None:
                return refusal
        told = carried.metadata
        if told is not None and (told.kind, told.name) != (carried.ref.kind, carried.ref.id):
            return Refusal(
                RefusalKind.TRUST, Message("It says of itself that it is {name}.", name=told.name)
            )
        if told is not None and (old := old_flatpak(told, self._computer.flatpak)) is not None:
            return old
        runtime = told.runtime if told is not None else None
        if carried.ref.kind == "app" and runtime is not None:
            there = str(runtime) in self._installed or str(runtime) in self._elsewhere
            if not there and runtime_place(carried, self._everything()) is None:
                file = self._runtime_file(key)
                if file is None:
                    return no_runtime(runtime)
                if (refusal := self._bundle_refusal(file, None)) is not None:
                    return of_runtime(runtime, refusal)
        return None

    def _runtime_file(self, key: Key) -> OnStick | None:
        """The runtime of an app, where the drive has it as a file and from no source."""
        carried = self._offered.carried[key]
        if carried.ref.kind != "app" or carried.metadata is None:
            return None
        if runtime_place(carried, self._everything()) is not None:
            return None
        runtime = carried.metadata.runtime
        return next((each for each in self._bundles if each.bundle.ref == runtime), None)

    def _judges(self) -> tuple[Remote, ...]:
        """Whose keys count for files."""
        return (*self._own, *self._known, *agreed_remotes(self._trusts.values(), self._copies))

    def _bundle_refusal(self, file: OnStick, runtime: Refusal | None) -> Refusal | None:
        return bundle_refusal(
            file,
            self._judges(),
            self._computer.flatpak,
            runtime=runtime,
            allow_unsigned=self._request.allow_unsigned
            or file.stored.path in self._request.accepted,
        )

    def _unreachable(self, key: Key) -> Refusal | None:
        """Why flatpak would not find what has no collection: only in a view, which names it, and
        to which the remote can be led."""
        copy, remote = self._lists.get(key[0]), self._remotes[key[0]]
        candidate = self._offered.best[key]
        ref = self._offered.carried[key].ref
        if remote.part:
            return Refusal(
                RefusalKind.OTHER,
                Message(
                    "Its source “{remote}” is limited to a part of it on this computer ({part}), "
                    "of which the drive has no list.",
                    remote=remote.name,
                    part=remote.part,
                ),
            )
        if copy is None or remote.view is None or not names(copy, candidate, ref.arch):
            return Refusal(
                RefusalKind.DAMAGED,
                Message("The drive has no list of its source that can be trusted and names it."),
            )
        if not self._place.writable:
            return Refusal(
                RefusalKind.OTHER,
                Message(
                    "Its source has no collection ID: for everyone only root can install it "
                    "(sudo), for your own account you can."
                ),
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
            items[key] = _refused(item, of_runtime(runtime.ref, runtime.refusal))


def _of_makers(items: Iterable[Item]) -> Iterator[Notice]:
    """What of all that is to be installed has a part with terms of its own."""
    hint = Message("START-HERE.html on the drive names its licence.")
    for item in items:
        if item.wanted and item.candidate is not None and payloads_of(item.candidate.commit):
            text = Message(
                "{name} comes with a part from its maker, which has terms of its own.",
                name=with_id(item.name, item.ref.id),
            )
            yield Notice(Severity.INFO, text, hint)


_CHANGING = (State.INSTALL, State.UPDATE)


def _refused(item: Item, refusal: Refusal) -> Item:
    return replace(item, state=State.REFUSED, refusal=refusal)


def _commit(there: InstalledRef | None) -> str | None:
    return there.commit if there is not None else None


def _size(candidate: Candidate, key: str) -> int:
    """As its commit says; 0 for those of before 2018, which do not."""
    said = candidate.commit.metadata.get(key, "t")
    size = byteswap64(said) if isinstance(said, int) else 0
    return size if size <= _MOST_BYTES else 0
