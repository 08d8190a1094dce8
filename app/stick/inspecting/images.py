"""What of container registries is on a stick, for looking at it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from app.flatpak.refs import Ref
from app.message import NOTHING, Message
from app.ostree.names import origin_remote
from app.stick.kit.images import component_of
from app.stick.store.images import (
    CarriedImage,
    ImagesOnDrive,
    is_whole,
    needed_blobs,
    read_images_on,
)
from app.stick.store.location import Location
from app.stick.store.record import ImageRecord, StickRecord


class ImageState(StrEnum):
    """Whether all of it is there, as far as sizes tell."""

    WHOLE = "whole"
    DAMAGED = "damaged"


class InspectedImage(Struct, frozen=True):
    """An app, runtime or extension that is there as an image. Nothing of it is signed.

    Attributes:
        remote, url, title: of the registry.
        digest: of its manifest.
        timestamp: when it was built, seconds since 1970; None if it does not tell.
        name, version: as it says itself; may be empty.
        reason: why it is there; empty if nobody wrote it down.
        size: bytes of its content, of which others may share some.
        installed_size: bytes, as it says itself.
    """

    remote: str
    url: str
    title: str
    ref: str
    digest: str
    timestamp: int | None
    name: str
    version: str
    summary: str
    chosen: bool
    reason: Message
    needed_by: tuple[str, ...]
    state: ImageState
    size: int
    installed_size: int

    @property
    def label(self) -> str:
        """What people call the registry."""
        return self.title or self.remote


def inspect_images(location: Location, record: StickRecord | None) -> tuple[InspectedImage, ...]:
    """By registry and ref. Raises OSError."""
    there = read_images_on(location)
    records = {(each.origin, each.ref): each for each in (record.images if record else ())}
    return tuple(
        _inspected(image, there, records.get(image.key))
        for image in sorted(there.carried, key=lambda image: image.key)
    )


def unlisted_images(
    record: StickRecord | None, images: Iterable[InspectedImage]
) -> tuple[str, ...]:
    """The refs of what the record says was put there, and is none of ``images``."""
    there = {(each.remote, each.ref) for each in images}
    told = record.images if record is not None else ()
    return tuple(
        sorted(each.ref for each in told if (origin_remote(each.origin), each.ref) not in there)
    )


def _inspected(
    image: CarriedImage, there: ImagesOnDrive, record: ImageRecord | None
) -> InspectedImage:
    read = there.images.get(image.key)
    component = component_of(read) if read is not None else None
    chosen = record.chosen if record is not None else image.ref.startswith("app/")
    name = component.name(()) if component is not None else ""
    return InspectedImage(
        remote=image.remote,
        url=image.url,
        title=image.title,
        ref=image.ref,
        digest=image.digest,
        timestamp=read.config.labels.timestamp if read is not None else None,
        name=name if name != Ref.parse(image.ref).id else "",
        version=component.version if component is not None else "",
        summary=component.summary(()) if component is not None else "",
        chosen=chosen,
        reason=record.reason if record is not None else NOTHING,
        needed_by=record.needed_by if record is not None else (),
        state=ImageState.WHOLE if is_whole(read, there) else ImageState.DAMAGED,
        size=sum(blob.size for blob in needed_blobs(read)) if read is not None else 0,
        installed_size=read.config.labels.installed_size if read is not None else 0,
    )
