"""What an image is made of, as it says itself."""

from __future__ import annotations

from collections.abc import Container

from app.flatpak.registries.image import Descriptor, ImageError, Labels, read_config, read_manifest
from app.message import Message
from app.replacing import replace
from app.stick.planning.plan import PlannedImage
from app.stick.planning.registries import OpenedRegistry


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
    if not manifest.is_known or config.layers != len(manifest.layers):
        raise ImageError(
            Message("{image} cannot be installed from a drive.", image=name),
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


def other_than_listed(name: str) -> ImageError:
    """The error about an image that is not what it is said to be."""
    return ImageError(
        Message(
            "{image} says something else about itself than the list of its registry.", image=name
        ),
        Message("Nothing was used. Tell the people who run the registry."),
    )
