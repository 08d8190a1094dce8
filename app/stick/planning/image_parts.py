"""What an image is made of, as it says itself."""

from __future__ import annotations

from collections.abc import Container

from msgspec import Struct

from app.flatpak.catalogue.appstream import component_in
from app.flatpak.refs import Ref
from app.flatpak.registries.image import (
    Descriptor,
    ImageConfig,
    ImageError,
    Labels,
    Manifest,
    read_config,
    read_manifest,
)
from app.message import Message
from app.replacing import replace
from app.stick.planning.plan import PlannedImage
from app.stick.planning.registries import OpenedRegistry

_DELTA = "tar-diff"


def looked_at(
    opened: OpenedRegistry, image: PlannedImage, there: Container[str]
) -> tuple[PlannedImage, Labels]:
    """An image with what it is made of, and what it says about itself. ``there``: digests of
    content that is on the drive.

    Raises `ImageError` for one that cannot be carried, UpstreamError.
    """
    name = image.item.ref
    data = opened.manifest(image.repository, image.carried.digest)
    manifest = read_manifest(data, name)
    described = opened.small(image.repository, manifest.config)
    config = read_config(described, name)
    if problem := _uninstallable(manifest, config):
        raise ImageError(
            Message(
                "{image} cannot be installed from a drive: {problem}.", image=name, problem=problem
            ),
            Message("Leave it out, and tell the people who run the registry."),
        )
    if str(config.labels.ref) != name:
        raise other_than_listed(name)
    opened.require(blob for blob in manifest.blobs if blob.digest not in there)
    own = Descriptor(image.carried.digest, len(data))
    looked = replace(
        image,
        carried=replace(image.carried, size=len(data), media_type=manifest.media_type),
        blobs=(*manifest.blobs, own),
        small={own.digest: data, manifest.config.digest: described},
        base=opened.client.base,
    )
    return looked, config.labels


def _uninstallable(manifest: Manifest, config: ImageConfig) -> Message | None:
    """Why no flatpak takes an image from a drive; None if it does."""
    if not manifest.is_known:
        return Message("its manifest does not say that it is one of an image")
    if config.layers != len(manifest.layers):
        return Message("its description tells of other layers than it has")
    if any(_DELTA in layer.media_type for layer in manifest.layers):
        return Message("it has only what another image lacks")
    if config.labels.ref is None:
        return Message("its description does not tell which app it is")
    return None


def other_than_listed(name: str) -> ImageError:
    """The error about an image that is not what it is said to be."""
    return ImageError(
        Message(
            "{image} says something else about itself than the list of its registry.", image=name
        ),
        Message("Nothing was used. Tell the people who run the registry."),
    )


class RefsThere(Struct, frozen=True):
    """Refs that are there, as `related` wants to look at them."""

    names: set[str]

    def __contains__(self, ref: str) -> bool:
        return ref in self.names

    def with_prefix(self, kind_id_prefix: str, arch: str, branch: str) -> list[Ref]:
        refs = (Ref.parse(name) for name in self.names if name.startswith(kind_id_prefix))
        return [ref for ref in refs if (ref.arch, ref.branch) == (arch, branch)]


def called(labels: Labels, ref: str) -> str:
    """What people call an app, by what its registry says; empty if that is not told."""
    component = component_in(labels.appstream or "", ref)
    return component.name(()) if component is not None else ""


def what_stays(registry: str, arch: str | None, error: Message) -> Message:
    """Of a registry that cannot be asked. ``arch``: it stays of this one only."""
    if arch is None:
        return Message(
            "What is from {collection} stays as it is: {error}", collection=registry, error=error
        )
    return Message(
        "What is from {collection} for {arch} stays as it is: {error}",
        collection=registry,
        arch=arch,
        error=error,
    )
