"""What the kit tells about images of container registries, from the stick itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from app.flatpak.catalogue.appstream import component_in
from app.flatpak.catalogue.component import Component
from app.flatpak.refs import Ref
from app.flatpak.related import RelatedPolicy, related
from app.stick.kit.contents import (
    KitRef,
    KitRegistry,
    KitWarning,
    WarningKind,
    name_of,
    registry_source,
    with_address,
)
from app.stick.store.contents import RefSet
from app.stick.store.images import NEEDED_FLATPAK, ImagesOnDrive, ReadImage
from app.stick.store.record import StickRecord

_MOST_BYTES = 1 << 60


def kit_registries(there: ImagesOnDrive) -> tuple[KitRegistry, ...]:
    """Those that a computer can be told of."""
    registries = {
        image.remote: KitRegistry(
            registry_source(image.remote), image.remote, image.url, image.title
        )
        for image in there.carried
        if image.remote and image.url
    }
    return tuple(registry for _, registry in sorted(registries.items()))


def kit_images(
    there: ImagesOnDrive,
    registries: Sequence[KitRegistry],
    record: StickRecord,
    listed: Collection[tuple[str, str]] | None,
) -> tuple[KitRef, ...]:
    """What is of ``registries``. ``listed``: source and ref of what was chosen, where no record
    tells."""
    known = {registry.source for registry in registries}
    chosen = {(each.origin, each.ref): each.chosen for each in record.images}
    names = RefSet({image.ref: image.commit for image in there.carried})
    refs = []
    for key, image in sorted(there.images.items()):
        source = registry_source(image.image.remote)
        ref = Ref.parse(image.image.ref)
        if source not in known:
            continue
        told = (source, str(ref)) in listed if listed is not None else ref.kind == "app"
        component = component_of(image)
        refs.append(
            KitRef(
                collection=source,
                ref=str(ref),
                chosen=chosen.get(key, told),
                name=component.name(()) if component is not None else "",
                summary=component.summary(()) if component is not None else "",
                version=(component.version or "") if component is not None else "",
                size=min(image.config.labels.installed_size, _MOST_BYTES),
                needs=tuple((source, need) for need in _needs(ref, image, names)),
                lacks=_lacking(ref, image, names),
            )
        )
    return tuple(refs)


def component_of(image: ReadImage) -> Component | None:
    """What an image says about the app in it."""
    return component_in(image.config.labels.appstream or "", image.image.ref)


def _lacking(ref: Ref, image: ReadImage, names: RefSet) -> str:
    """Its runtime, which comes from the same registry only."""
    metadata = image.config.labels.parsed_metadata
    if ref.kind != "app" or metadata is None or metadata.runtime is None:
        return ""
    return "" if str(metadata.runtime) in names else str(metadata.runtime)


def _needs(ref: Ref, image: ReadImage, names: RefSet) -> Iterator[str]:
    metadata = image.config.labels.parsed_metadata
    if metadata is None:
        return
    if ref.kind == "app" and metadata.runtime is not None and str(metadata.runtime) in names:
        yield str(metadata.runtime)
    for extension in related(ref, metadata, names, RelatedPolicy()):
        yield str(extension.ref)


def registry_warnings(
    registries: Sequence[KitRegistry], images: Sequence[KitRef]
) -> Iterator[KitWarning]:
    """What a person should know before they install from each."""
    for registry in registries:
        apps = [ref for ref in images if ref.collection == registry.source and ref.chosen]
        yield KitWarning(
            WarningKind.REGISTRY,
            with_address(registry.title or registry.remote, registry.url),
            (NEEDED_FLATPAK, *sorted(map(name_of, apps), key=str.casefold)),
        )
