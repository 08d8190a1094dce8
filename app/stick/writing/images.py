"""Writes images of container registries into the layout on a stick.

Content comes first, each checked by its digest and named by it; the list that names it follows when
all of it is on the medium. So at every moment clients can install all that the list names. What has
come of large content stays for the next run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.flatpak.registries.client import RegistryClient, damaged
from app.flatpak.registries.image import Descriptor, hexadecimal
from app.flatpak.remotes.remote import Registry
from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.pull.fetch import Network
from app.progress import Cancel
from app.stick.planning.images import image_records
from app.stick.planning.plan import Action, Plan, PlannedImage, Removal
from app.stick.store.image_blobs import is_right
from app.stick.store.images import (
    BLOBS,
    SCRATCH,
    CarriedImage,
    blob_path,
    layout_of,
    list_images,
    read_images,
)
from app.stick.store.location import Location
from app.stick.store.record import StickRecord
from app.stick.writing.portions import PortionMeter

_STEP = 1 << 20

Connect = Callable[[Registry, str], RegistryClient]
"""Of a registry, and where its images are."""


@dataclass(slots=True)
class Fetched:
    """What came: how many files, and bytes."""

    files: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class ImageWork:
    """What a job does with images.

    Attributes:
        images: those that will be there, of the registries that are touched.
        removed: what leaves.
        basis: what was there when the plan was made.
    """

    images: tuple[PlannedImage, ...]
    removed: tuple[Removal, ...]
    basis: frozenset[tuple[str, str, str]]

    @classmethod
    def of(cls, plan: Plan) -> ImageWork:
        removed = tuple(each for each in plan.removed if each.image)
        return cls(plan.images, removed, plan.images_basis)

    def fetch(
        self,
        location: Location,
        network: Network,
        meter: PortionMeter,
        cancel: Cancel,
        *,
        distrust: bool,
    ) -> Fetched:
        """As `fetch_images`."""

        def connect(registry: Registry, base: str) -> RegistryClient:
            return RegistryClient(registry, network, cancel, base)

        return fetch_images(location, self.images, connect, meter, cancel, distrust=distrust)

    @staticmethod
    def origins(location: Location) -> tuple[str, ...]:
        """Of all images that the list names."""
        return tuple(image.origin for image in read_images(location))

    def publish(self, location: Location) -> None:
        """The list names what the plan says. Raises OSError."""
        if self.images or self.removed:
            list_images(location, carried_after(location, self.images, self.removed))

    def recorded(self, record: StickRecord, before: StickRecord | None) -> StickRecord:
        """``record``, which is new, with what is said of images."""
        old = before.images if before is not None else ()
        return replace(record, images=image_records(self.images, self.removed, old))


def fetch_images(
    location: Location,
    images: Sequence[PlannedImage],
    connect: Connect,
    meter: PortionMeter,
    cancel: Cancel,
    *,
    distrust: bool,
) -> Fetched:
    """Bring all content of ``images`` that is not there. ``distrust``: what is there was perhaps
    being written when a job was interrupted, so it is looked at.

    Raises UpstreamError, OSError, and what ``cancel`` raises.
    """
    layout = layout_of(location)
    fetched = Fetched()
    coming = [image for image in images if image.item.action is not Action.KEEP]
    if not coming:
        return fetched
    for path in (BLOBS, SCRATCH):
        layout.make_directory(path)
    clients: dict[str, RegistryClient] = {}
    try:
        for image in coming:
            origin = image.item.collection
            if origin not in clients:
                clients[origin] = connect(image.registry, image.base)
                meter.enter_origin(
                    origin, {each.item.commit for each in coming if each.item.collection == origin}
                )
            for blob in image.blobs:
                if not _is_there(layout, blob, distrust=distrust):
                    _fetch(layout, clients[origin], image, blob, meter, cancel)
                    fetched.files += 1
                    fetched.bytes += blob.size
            meter.image_is_there(image.item.commit)
    finally:
        for client in clients.values():
            client.close()
    return fetched


def _is_there(layout: Root, blob: Descriptor, *, distrust: bool) -> bool:
    path = blob_path(blob.digest)
    if layout.node(path) is not Node.FILE:
        return False
    if layout.status(path).st_size == blob.size and (not distrust or is_right(layout, blob.digest)):
        return True
    layout.remove(path)
    return False


def _fetch(
    layout: Root,
    client: RegistryClient,
    image: PlannedImage,
    blob: Descriptor,
    meter: PortionMeter,
    cancel: Cancel,
) -> None:
    path = f"{SCRATCH}/{hexadecimal(blob.digest)}"
    if (known := image.small.get(blob.digest)) is not None:
        meter.bytes += len(known)
        layout.replace(blob_path(blob.digest), known, durable=False)
        return
    resumed = _resumable(layout, path, blob)
    if not _come(layout, client, image, blob, path, meter):
        # Perhaps what was there of it was not what had come.
        layout.remove(path)
        if not resumed or not _come(layout, client, image, blob, path, meter):
            layout.remove(path)
            raise damaged(f"{image.registry.address}/{image.repository}")
    cancel.check()
    layout.rename(path, blob_path(blob.digest))


def _resumable(layout: Root, path: str, blob: Descriptor) -> bool:
    """Whether something has come of it before."""
    if layout.node(path) is not Node.FILE:
        return False
    if layout.status(path).st_size > blob.size:
        layout.remove(path)
        return False
    return layout.status(path).st_size > 0


def _come(
    layout: Root,
    client: RegistryClient,
    image: PlannedImage,
    blob: Descriptor,
    path: str,
    meter: PortionMeter,
) -> bool:
    """Whether what has come in the end is right."""
    digest = hashlib.sha256()
    descriptor = layout.open_for_writing(path, os.O_RDWR | os.O_CREAT)
    with os.fdopen(descriptor, "r+b") as file:
        at = 0
        while data := file.read(_STEP):
            digest.update(data)
            at += len(data)
        meter.bytes += at

        def take(data: bytes) -> None:
            digest.update(data)
            file.write(data)
            meter.bytes += len(data)
            meter.tick()

        client.fetch(image.repository, blob, at, take)
    return f"sha256:{digest.hexdigest()}" == blob.digest


def carried_after(
    location: Location, images: Sequence[PlannedImage], removed: Sequence[Removal]
) -> tuple[CarriedImage, ...]:
    """What the list names afterwards."""
    there = {image.key: image for image in read_images(location)}
    there |= {image.carried.key: image.carried for image in images}
    for each in removed:
        there.pop((each.collection, each.ref), None)
    return tuple(there.values())
