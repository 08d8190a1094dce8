"""What sticks offer to a computer, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from app.errors import UsageError
from app.flatpak.bundles.bundle import Bundle
from app.flatpak.refs import PartialRef, Ref
from app.flatpak.required_flatpak import readable
from app.message import Message
from app.replacing import replace
from app.stick.kit.contents import (
    KitCollection,
    KitContents,
    KitRef,
    Several,
    plain_field,
    refused_refs,
    registry_source,
    several_sources,
    unvouched_refs,
)
from app.stick.kit.gathering import kit_contents, stick_components
from app.stick.store.bundles import read_bundles
from app.stick.store.contents import (
    CarriedRef,
    carried_refs,
    is_replaced,
    needs,
    ref_sets,
    runtime_place,
)
from app.stick.store.images import NEEDED_FLATPAK, ReadImage, read_images_on
from app.stick.store.stick_state import StickState


class OfferedApp(Struct, frozen=True):
    """An app on a stick.

    Attributes:
        final: the ref that flatpak installs in its place, mostly itself.
        needs: its runtime, if that is there, and all that should come along.
        lacks: the full ref of its runtime if that is not there; else empty.
        command: of its program; empty if it names none.
        requires: versions of flatpak, the newest first.
        imported: flatpak makes its commit when it is installed, so none is known before.
        base: the source of its runtime, its own or another, `bundle_source` where only a file has
            that; empty if it is not there.
        unsigned: the full ref of what flatpak refuses as its signature is missing, itself or its
            runtime; or empty.
    """

    collection: str
    ref: str
    final: str
    name: str
    needs: tuple[str, ...]
    lacks: str
    command: str
    requires: tuple[str, ...]
    imported: bool = False
    base: str = ""
    unsigned: str = ""

    @property
    def sources(self) -> frozenset[str]:
        """Whose word its installation takes."""
        return frozenset({self.collection, self.base} - {""})


class Offer(Struct, frozen=True):
    """Of one stick.

    Attributes:
        collections: whose remotes it says how to add.
        apps: in the order of their names; of those that are there as files, the collection is
            `bundle_source`.
        commits: of all refs that it has, by (collection, ref).
        size: bytes that all of it takes when installed.
        unvouched: what stands for sources that nobody vouches for: of files, of registries.
        lost: what is not signed though its source signs, and what needs such, by (source, ref).
        several: the apps that it has from several sources, of which install.sh takes one.
    """

    collections: tuple[KitCollection, ...]
    apps: tuple[OfferedApp, ...]
    commits: Mapping[tuple[str, str], str]
    size: int
    unvouched: frozenset[str] = frozenset()
    lost: frozenset[tuple[str, str]] = frozenset()
    several: tuple[Several, ...] = ()


def offer_of(stick: StickState, arch: str, wanted: Sequence[PartialRef]) -> Offer:
    """What a stick has for computers with ``arch``; ``wanted`` of it, all if that is empty."""
    components = stick_components(stick)
    contents = kit_contents(stick, components)
    carried = carried_refs(stick)
    sets = ref_sets(stick.refs)
    files = {each.about.ref: each.about.collection for each in contents.bundles}
    apps = []
    for (_, name), each in sorted(carried.items()):
        asked = not wanted or any(word.matches(each.ref, arch) for word in wanted)
        if each.ref.kind == "app" and each.ref.arch == arch and asked:
            about = components.get(name)
            called = plain_field(about.name(())) if about is not None else ""
            needed = tuple(ref for _, ref in needs(each, carried, stick.refs, sets))
            app = _offered(each, carried, stick, called, needed)
            if app.lacks in files:
                file, runtime = files[app.lacks], app.lacks
                app = replace(app, lacks="", needs=(runtime, *app.needs), base=file)
            apps.append(app)
    commits = {
        (collection, ref): commit
        for collection, names in stick.refs.items()
        for ref, commit in names.items()
    }
    stored = {each.record.file: each.bundle for each in read_bundles(stick.location, stick.record)}
    for bundle in contents.bundles:
        told, inside = bundle.about, stored.get(bundle.file)
        ref = Ref.parse(told.ref)
        asked = not wanted or any(word.matches(ref, arch) for word in wanted)
        if inside is not None and ref.kind == "app" and ref.arch == arch and asked:
            apps.append(_offered_bundle(told, inside))
            commits[told.collection, told.ref] = told.commit
    for image in read_images_on(stick.location).images.values():
        ref = Ref.parse(image.image.ref)
        asked = not wanted or any(word.matches(ref, arch) for word in wanted)
        if ref.kind == "app" and ref.arch == arch and asked:
            apps.append(_offered_image(image, contents))
            commits[apps[-1].collection, apps[-1].ref] = image.image.commit
    bundles = [each.about for each in contents.bundles]
    refused = refused_refs(contents)
    return Offer(
        contents.collections,
        tuple(
            replace(app, unsigned=refused[place][1])
            if (place := (app.collection, app.ref)) in refused
            else app
            for app in apps
        ),
        commits,
        sum(each.size for each in (*contents.refs, *bundles, *contents.images)),
        frozenset(
            (
                *(each.about.collection for each in contents.bundles if each.unvouched),
                *(each.source for each in contents.registries),
            )
        ),
        unvouched_refs(contents),
        several_sources(contents),
    )


def _offered_image(image: ReadImage, contents: KitContents) -> OfferedApp:
    ref = image.image.ref
    source = registry_source(image.image.remote)
    told = next((each for each in contents.images if each.ref == ref), None)
    metadata = image.config.labels.parsed_metadata
    runtime = str(metadata.runtime) if metadata is not None and metadata.runtime else ""
    there = runtime in {each.ref for each in (*contents.images, *contents.refs)}
    return OfferedApp(
        collection=source,
        ref=ref,
        final=ref,
        name=plain_field(told.name if told is not None else "") or Ref.parse(ref).id,
        needs=tuple(need for _, need in told.needs) if told is not None else (),
        lacks="" if there else runtime,
        command=(metadata.command or "") if metadata is not None else "",
        requires=(f"{NEEDED_FLATPAK}.0",),
        imported=True,
        base=_source_of(runtime, told),
    )


def _offered_bundle(about: KitRef, bundle: Bundle) -> OfferedApp:
    runtime = bundle.metadata.runtime
    there = runtime is None or str(runtime) in {ref for _, ref in about.needs}
    return OfferedApp(
        collection=about.collection,
        ref=about.ref,
        final=about.ref,
        name=plain_field(about.name) or bundle.ref.id,
        needs=tuple(ref for _, ref in about.needs),
        lacks="" if there else str(runtime),
        command=bundle.metadata.command or "",
        requires=about.requires,
        base=_source_of(str(runtime), about),
    )


def _source_of(runtime: str, about: KitRef | None) -> str:
    """Where that comes from of what a ref needs; empty if it needs it not, or has it not."""
    needed = about.needs if about is not None else ()
    return next((source for source, ref in needed if ref == runtime), "")


def _offered(
    each: CarriedRef,
    carried: Mapping[tuple[str, str], CarriedRef],
    stick: StickState,
    name: str,
    needed: tuple[str, ...],
) -> OfferedApp:
    final = each
    if is_replaced(each, carried):
        final = carried.get((each.collection, needed[0]), each)
        needed = tuple(ref for _, ref in needs(final, carried, stick.refs, ref_sets(stick.refs)))
    metadata = final.metadata
    lacks = ""
    place = runtime_place(final, stick.refs)
    if place is None and metadata is not None and metadata.runtime is not None:
        lacks = str(metadata.runtime)
    return OfferedApp(
        collection=each.collection,
        ref=str(each.ref),
        final=str(final.ref),
        name=name or each.ref.id,
        needs=needed,
        lacks=lacks,
        command=(metadata.command or "") if metadata is not None else "",
        requires=readable(metadata.required_flatpak) if metadata is not None else (),
        base=place[0] if place is not None else "",
    )


def check_wanted(wanted: Iterable[PartialRef], offers: Sequence[Offer], arch: str) -> None:
    """Raises UsageError for what is on none of them."""
    offered = [Ref.parse(app.ref) for offer in offers for app in offer.apps]
    for word in wanted:
        if not any(word.matches(ref, arch) for ref in offered):
            raise UsageError(
                Message("{ref} is no app on the drive for such a computer.", ref=str(word)),
                Message("satchel inspect shows what is on it."),
            )


def installed_once(offers: Sequence[Offer]) -> Iterator[OfferedApp]:
    """Of what a stick has from several sources the one that install.sh takes."""
    taken = {each.ref: each.taken for offer in reversed(offers) for each in offer.several}
    for app in each_once(offers):
        if taken.get(app.ref, app.collection) == app.collection:
            yield app


def each_once(offers: Sequence[Offer]) -> Iterator[OfferedApp]:
    """The apps of all sticks; of what several have, as the first has it."""
    seen = set()
    for offer in offers:
        for app in offer.apps:
            if (app.collection, app.ref) not in seen:
                seen.add((app.collection, app.ref))
                yield app
