"""Which images a plan has: what was chosen, what that needs, what stays and what leaves.

flatpak treats a registry as a remote whose commits are the digests of images; so does a plan. All
of a registry that is touched moves to what it lists now, so that apps and their runtimes fit.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence

from msgspec import Struct, field

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.refs import PartialRef, Ref
from app.flatpak.registries.image import (
    Descriptor,
    ListedImage,
    RegistryList,
    hexadecimal,
)
from app.flatpak.related import RelatedPolicy, related
from app.flatpak.remotes.remote import Registry
from app.message import NOTHING, Message
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.findings import Code
from app.stick.planning.changes import Changes
from app.stick.planning.image_needs import needed_by_unlisted, needed_images, runtime_named
from app.stick.planning.image_parts import called, looked_at, other_than_listed, what_stays
from app.stick.planning.image_refusal import (
    NOT_DELIVERED,
    not_listed_again,
    refusal_of,
    refuse_twins,
    without_images,
)
from app.stick.planning.leaving import NAMED, UNUSED, needed_error
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Item, PlannedImage, Removal
from app.stick.planning.refusal import NeedsExtraDataError, no_runtime, without_runtime
from app.stick.planning.registries import OpenedRegistry, Registries, one_listed, registry_origin
from app.stick.planning.registry_places import RegistryPlaces, registry_at
from app.stick.planning.wanted import CHOSEN, THERE_ALREADY, Key
from app.stick.store.images import CarriedImage, ImagesOnDrive, runtime_of
from app.stick.store.record import ImageRecord, LeftOut, StickRecord


class _Wanted(Struct):
    listed: ListedImage
    reason: Message
    chosen: bool = False
    named: bool = False
    needed_by: list[str] = field(default_factory=list)
    requires: list[str] = field(default_factory=list)
    reasons: list[tuple[str, Message]] = field(default_factory=list)


class ImageClosure:
    """One plan's images."""

    def __init__(
        self,
        registries: Registries,
        drive: ImagesOnDrive,
        record: StickRecord | None,
        options: Options,
        changes: Changes,
        *,
        beside: Container[str],
        exact: bool,
    ) -> None:
        self._opener = registries
        self._drive = drive
        self._records = {
            (each.origin, each.ref): each for each in (record.images if record is not None else ())
        }
        self._options = options
        self._changes = changes
        self._exact = exact
        self._beside = beside
        self._registries: dict[str, Registry] = {}
        self._lists: dict[str, RegistryList] = {}
        self._opened: dict[str, OpenedRegistry] = {}
        self._arches: dict[str, set[str]] = {}
        self._wanted: dict[tuple[str, str], _Wanted] = {}
        self._staying: dict[tuple[str, str], CarriedImage] = {
            image.key: image for image in drive.carried
        }
        self._places = RegistryPlaces(registries, drive.carried, self._records.values())
        self._policy = RelatedPolicy(options.gpus)
        self.removed: tuple[Removal, ...] = ()
        self.left_out: list[LeftOut] = []
        self.notices: list[Notice] = []
        self.unasked: set[str] = set()

    # What is wanted

    def choose(self, texts: Sequence[str]) -> None:
        """What was typed, with the name of its registry before it. Raises SatchelError."""
        for text in texts:
            name, _, word = text.partition(":")
            known = self._opener.known(name)
            assert known is not None
            registry = self._places.as_called(known)
            arch = PartialRef.parse(word).arch or self._options.arch
            self._open(registry, arch)
            listed = one_listed(registry, self._lists[registry_origin(registry)], word, arch)
            key = registry_origin(registry), listed.ref
            self._want(key, CHOSEN).named = True
            self._wanted[key].chosen = True
        for origin in list(self._lists):
            self._open_for_what_is_there(origin)
            self._move(origin)

    def update(self) -> None:
        """All registries that something on the drive is of."""
        for origin in dict.fromkeys(image.origin for image in self._drive.carried):
            if origin not in self._lists:
                self._open_for_what_is_there(origin)
            if origin in self._lists:
                self._move(origin)

    def bring_lost(self) -> None:
        """What somebody chose, and the list on the drive has lost. Each registry is asked once."""
        lost: dict[tuple[str, str, str], list[str]] = {}
        for origin, ref in sorted(self._records.keys() - self._staying.keys()):
            if not self._came_along((origin, ref)) and (origin, ref) not in self._wanted:
                place = origin, self._records[origin, ref].url, Ref.parse(ref).arch
                lost.setdefault(place, []).append(ref)
        for (origin, _, arch), refs in lost.items():
            try:
                self._open_for_lost(self._records[origin, refs[0]], arch)
            except InterruptedByUser:
                raise
            except SatchelError as error:
                self.unasked.add(origin)
                self.notices += (not_listed_again(ref, error) for ref in refs)
                continue
            for ref in refs:
                self._bring_back(origin, ref, arch)

    def _bring_back(self, origin: str, ref: str, arch: str) -> None:
        before = set(self._wanted)
        try:
            listed = one_listed(self._registries[origin], self._lists[origin], ref, arch)
            runtime = runtime_named(listed.labels)
            if runtime and runtime not in self._lists[origin] and not self._is_there(runtime):
                raise no_runtime(ref, runtime, NOTHING).error
            self._want((origin, ref), self._records[origin, ref].reason).chosen = True
        except InterruptedByUser:
            raise
        except SatchelError as error:
            self.notices.append(not_listed_again(ref, error))
            self._forget(self._wanted.keys() - before)

    def _forget(self, keys: Collection[Key]) -> None:
        """They are not wanted any more, nor is anything for them."""
        self._wanted = {key: each for key, each in self._wanted.items() if key not in keys}
        for (origin, _), each in self._wanted.items():
            each.needed_by = [ref for ref in each.needed_by if (origin, ref) not in keys]
            each.reasons = [(ref, why) for ref, why in each.reasons if (origin, ref) not in keys]

    def _open_for_lost(self, record: ImageRecord, arch: str) -> None:
        registry = self._places.of_lost(record, self._registries.get(record.origin))
        if arch not in self._arches.get(record.origin, ()):
            self._open(registry, arch)

    def _open_for_what_is_there(self, origin: str) -> None:
        """A registry has a list for each architecture: all those that something there is for."""
        first = {
            Ref.parse(image.ref).arch: image
            for image in reversed(self._drive.carried)
            if image.origin == origin
        }
        for arch, image in first.items():
            if arch in self._arches.get(origin, ()):
                continue
            try:
                opened = self._registries.get(origin)
                registry = opened or registry_at(image.url, image.remote, self._opener)
                self._open(registry, arch)
            except InterruptedByUser:
                raise
            except SatchelError as error:
                only = None if len(first) == 1 else arch
                text = what_stays(image.registry.label, only, error.message)
                self.notices.append(Notice(Severity.WARNING, text, error.hint))
                self.unasked.add(origin)

    def _open(self, registry: Registry, arch: str) -> None:
        opened = self._opener.opened(registry, arch, self._options)
        origin = registry_origin(registry)
        before = self._lists.get(origin)
        images = {**(before.images if before else {}), **opened.listed.images}
        self._lists[origin] = replace(opened.listed, images=images)
        self._registries[origin] = registry
        self._opened[origin] = opened
        self._arches.setdefault(origin, set()).add(arch)

    def _is_listed_for(self, key: tuple[str, str]) -> bool:
        """Whether the list was read that it would be in."""
        return Ref.parse(key[1]).arch in self._arches.get(key[0], ())

    def _move(self, origin: str) -> None:
        """What the drive has of a registry moves to what it lists."""
        going = {key for key in self._staying if key[0] == origin} - self._wanted.keys()
        unused = self._changes.update or self._changes.unused
        for key in sorted(going):
            record = self._records.get(key)
            if not self._is_listed_for(key):
                continue
            if key[1] not in self._lists[origin]:
                self.notices.append(
                    Notice(
                        Severity.WARNING,
                        Message(
                            "{ref} is no longer in {remote}; it stays as it is.",
                            ref=key[1],
                            remote=self._registries[origin].label,
                        ),
                    )
                )
            elif not (self._options.keep_versions or (unused and self._came_along(key))):
                reason = record.reason if record is not None else THERE_ALREADY
                self._want(key, reason).chosen = self._was_chosen(key)

    def _came_along(self, key: tuple[str, str]) -> bool:
        record = self._records.get(key)
        return record is not None and not record.chosen

    def _was_chosen(self, key: tuple[str, str]) -> bool:
        """Where nobody has written it down, apps were."""
        record = self._records.get(key)
        return record.chosen if record is not None else key[1].startswith("app/")

    def _want(self, key: tuple[str, str], reason: Message, asker: _Wanted | None = None) -> _Wanted:
        """Raises SatchelError for what cannot be carried."""
        wanted = self._wanted.get(key)
        if wanted is None:
            wanted = self._wanted[key] = _Wanted(self._lists[key[0]].images[key[1]], reason)
            self._follow(key, wanted)
        if asker is not None and asker.listed.ref not in wanted.needed_by:
            wanted.needed_by.append(asker.listed.ref)
            wanted.reasons.append((asker.listed.ref, reason))
        return wanted

    def _follow(self, key: tuple[str, str], wanted: _Wanted) -> None:
        origin, name = key
        ref, listed = Ref.parse(name), self._lists[origin]
        metadata = wanted.listed.labels.parsed_metadata
        if metadata is None:
            return
        if metadata.extra_data:
            raise NeedsExtraDataError(
                Message(
                    "{ref} cannot be carried: {part} of it may only be downloaded by each computer "
                    "itself, from its maker's server.",
                    ref=name,
                    part=Message("a part"),
                ),
                Message("Leave it out, or install it where there is internet."),
            )
        if ref.kind == "app" and metadata.runtime is not None:
            self._want_runtime(key, wanted, str(metadata.runtime))
        if self._options.related and metadata.extension_of is None:
            for extension in related(ref, metadata, listed, self._policy):
                if extension.wanted:
                    self._want((origin, str(extension.ref)), extension.reason, wanted)
        self._tell_end_of_life(wanted)

    def _want_runtime(self, key: tuple[str, str], wanted: _Wanted, runtime: str) -> None:
        origin, name = key
        ref = Ref.parse(name)
        there = self._is_there(runtime)
        if not self._options.runtimes and not there:
            why = Message("You left runtimes out; {ref} needs it.", ref=ref.id)
            self.left_out.append(LeftOut(origin, runtime, Code.RUNTIME_MISSING, why))
            self.notices.append(without_runtime(runtime, (name,)))
        elif runtime in self._lists[origin]:
            self._want((origin, runtime), Message("The runtime of {ref}.", ref=ref.id), wanted)
            wanted.requires.append(runtime)
        # Else another source may have it, of which `RuntimesOfImages` asks.

    def _is_there(self, runtime: str) -> bool:
        return runtime in self._beside or any(each[1] == runtime for each in self._staying)

    def _tell_end_of_life(self, wanted: _Wanted) -> None:
        labels = wanted.listed.labels
        if labels.end_of_life or labels.replaced_by:
            text = Message(
                "{ref} is at its end of life: {reason}.",
                ref=wanted.listed.ref,
                reason=labels.end_of_life or labels.replaced_by or "",
            )
            hint = Message("It gets no more updates.")
            self.notices.append(Notice(Severity.WARNING, text, hint))

    # What leaves

    def leave(self, named: set[tuple[str, str]]) -> None:
        """Take off what was named, and what nothing needs then. Raises `NeededError`."""
        readable = self._drive.images
        staying = set(self._staying) - named
        if named:
            for key in sorted(staying - self._wanted.keys()):
                runtime = runtime_of(readable[key]) if key in readable else None
                if runtime is not None and any(each[1] == runtime for each in named):
                    raise needed_error(runtime, (key[1],))
        unused: set[tuple[str, str]] = set()
        if named or self._changes.unused or self._changes.update:
            unused = self._unused(staying)
        reasons = {**dict.fromkeys(unused, UNUSED), **dict.fromkeys(named, NAMED)}
        going = {key: why for key, why in reasons.items() if key not in self._wanted}
        self.removed = tuple(
            Removal(
                collection=key[0],
                ref=key[1],
                commit=self._staying[key].commit,
                reason=why,
                named=key in named,
                name=self._name(key),
                image=True,
            )
            for key, why in sorted(going.items(), key=lambda pair: pair[0])
        )

    def _unused(self, staying: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """What came along once, and nothing that stays needs."""
        roots = [key for key in staying if not self._came_along(key) or key in self._wanted]
        coming = ((key, each.listed.labels) for key, each in self._wanted.items())
        lost = self._records.keys() - self._staying.keys()
        roots += staying.intersection(needed_by_unlisted(coming, lost, self._records.values()))
        needed = needed_images(roots, self._drive.images, staying, self._policy)
        return staying - needed - self._wanted.keys()

    def _name(self, key: tuple[str, str]) -> str:
        record = self._records.get(key)
        return record.name if record is not None else ""

    # What comes of it

    def planned(self) -> tuple[PlannedImage, ...]:
        """Of each registry that is touched, what will be on the drive. Raises SatchelError."""
        going = {(each.collection, each.ref) for each in self.removed}
        images = self._delivered()
        rest = [
            self._kept(image)
            for key, image in sorted(self._staying.items())
            if key[0] in self._lists and key not in self._wanted and key not in going
        ]
        refuse_twins(images, (key for key in self._staying if key not in going))
        return (*images, *rest)

    def _delivered(self) -> tuple[PlannedImage, ...]:
        """All that is wanted, without what its registry does not hand out."""
        images, refused = [], {}
        for key, wanted in sorted(self._wanted.items()):
            image = self._image(key, wanted)
            try:
                images.append(self._looked_at(image))
            except NOT_DELIVERED as error:
                images.append(image)
                refused[key] = refusal_of(image, error)
        reduced = without_images(images, refused, self._staying)
        self.left_out += reduced.left_out
        self.notices += reduced.notices
        return reduced.images

    def _image(self, key: tuple[str, str], wanted: _Wanted) -> PlannedImage:
        listed, registry = wanted.listed, self._registries[key[0]]
        old = self._staying.get(key)
        intact = key in self._drive.images and all(
            self._drive.blobs.get(blob.digest) == blob.size
            for blob in self._drive.images[key].manifest.blobs
        )
        if old is not None and intact and self._options.keep_versions:
            kept = self._kept(old)
            item = replace(
                kept.item,
                chosen=wanted.chosen,
                named=wanted.named,
                needed_by=tuple(wanted.needed_by),
            )
            return replace(kept, item=item)
        same = old is not None and old.digest == listed.digest
        action = Action.KEEP if same and intact else Action.UPDATE if old else Action.ADD
        labels = listed.labels
        item = Item(
            collection=key[0],
            ref=key[1],
            commit=hexadecimal(listed.digest),
            old_commit=old.commit if old is not None else None,
            action=action,
            chosen=wanted.chosen,
            reason=wanted.reason,
            needed_by=tuple(wanted.needed_by),
            requires=tuple((key[0], ref) for ref in wanted.requires),
            named=wanted.named,
            essential=wanted.named,
            timestamp=labels.timestamp,
            installed_size=labels.installed_size,
            download_size=labels.download_size,
            metadata=labels.metadata or "",
            eol=labels.end_of_life,
            eol_rebase=labels.replaced_by,
            reasons=tuple(wanted.reasons),
            name=called(labels, key[1]) or self._name(key),
        )
        carried = CarriedImage(
            listed.ref, listed.digest, 0, registry.name, registry.client_url, registry.title
        )
        if action is Action.KEEP and old is not None:
            return PlannedImage(item, registry, replace(carried, size=old.size), listed.repository)
        if not self._exact:
            claimed = Descriptor("", labels.download_size)
            return PlannedImage(item, registry, carried, listed.repository, (claimed,))
        return PlannedImage(item, registry, carried, listed.repository)

    def _looked_at(self, image: PlannedImage) -> PlannedImage:
        """With what it is made of, where it is to come."""
        if not self._exact or image.item.action is Action.KEEP:
            return image
        opened = self._opened[image.item.collection]
        looked, labels = looked_at(opened, image, self._drive.blobs)
        if labels.metadata != image.item.metadata:
            raise other_than_listed(image.item.ref)
        return looked

    def _kept(self, image: CarriedImage) -> PlannedImage:
        """What stays as it is."""
        record = self._records.get(image.key)
        listed = self._lists[image.origin].images.get(image.ref)
        item = Item(
            collection=image.origin,
            ref=image.ref,
            commit=image.commit,
            old_commit=image.commit,
            action=Action.KEEP,
            chosen=self._was_chosen(image.key),
            reason=record.reason if record is not None else THERE_ALREADY,
            needed_by=record.needed_by if record is not None else (),
            name=record.name if record is not None else "",
            gone=self._changes.update and listed is None and self._is_listed_for(image.key),
            held=listed is not None and listed.digest != image.digest,
        )
        return PlannedImage(item, self._registries[image.origin], image, "")
