"""Writes images of container registries into the layout on a stick.

Content comes first, each checked by its digest and named by it; the list that names it follows when
all of it is on the medium. So at every moment clients can install all that the list names. What has
come of large content stays for the next run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from app.flatpak.registries.client import RegistryClient, damaged
from app.flatpak.registries.image import Descriptor, hexadecimal
from app.flatpak.registries.listing import not_kept
from app.fs.nodes import Node
from app.fs.root import Root
from app.fs.sums import copy_and_sum
from app.progress import Meter
from app.replacing import replace
from app.stick.findings import Code
from app.stick.planning.image_refusal import (
    NOT_DELIVERED,
    ImageNotDeliveredError,
    ReducedImages,
    key_of,
    refusal_of,
    without_images,
)
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
from app.stick.store.record import StickRecord, write_record
from app.stick.writing.outcome import Replaced
from app.stick.writing.payloads import Means
from app.stick.writing.portions import PortionMeter

if TYPE_CHECKING:
    from app.stick.checking.report import CheckReport

_DAMAGED = frozenset({Code.OBJECT_MISSING, Code.OBJECT_CORRUPT})
_STEP = 1 << 20


class Fetched(Struct):
    """What came: how many files, and bytes; ``kept``: those that this computer had kept;
    ``beside``: of those, what other drives had."""

    files: int = 0
    bytes: int = 0
    kept: int = 0
    beside: int = 0


class ImageWork(Struct, frozen=True):
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
        means: Means,
        meter: PortionMeter,
        came: Fetched,
        *,
        distrust: bool,
    ) -> None:
        """As `fetch_images`."""
        fetch_images(location, self.images, means, meter, meter, came, distrust=distrust)

    def without(self, location: Location, error: ImageNotDeliveredError) -> ReducedImages:
        """What is left without one. Raises the error of what was asked for now."""
        refused = {key_of(error.image): refusal_of(error.image, error.error)}
        there = {image.key: image for image in read_images(location)}
        return without_images(self.images, refused, there)

    def damaged(self, check: CheckReport) -> list[PlannedImage]:
        """What came and is damaged, by the drive under it."""
        refs = {each.subject for each in check.findings if each.code in _DAMAGED}
        return [
            image
            for image in self.images
            if image.item.action is not Action.KEEP and image.item.ref in refs
        ]

    @staticmethod
    def mend(
        location: Location, images: Sequence[PlannedImage], means: Means, meter: Meter
    ) -> Replaced:
        """What `damaged` tells comes again. Raises as `fetch`."""
        came = Fetched()
        fetch_images(location, images, means, meter, None, came, distrust=True)
        refs = tuple(image.item.ref for image in images) if came.files else ()
        return Replaced(came.files, came.bytes, refs)

    @staticmethod
    def origins(location: Location) -> tuple[str, ...]:
        """Of all images that the list names."""
        return tuple(image.origin for image in read_images(location))

    def publish(self, location: Location, record: StickRecord | None) -> None:
        """The list names what the plan says. Raises OSError. ``record``: as it is on the drive."""
        if self.removed and record is not None:
            # Wherever this ends: what is taken off is nothing that the list has lost.
            with contextlib.suppress(OSError):  # There may be no room for it yet.
                write_record(location, self._without_removed(record))
        if self.images or self.removed:
            list_images(location, carried_after(location, self.images, self.removed))

    def _without_removed(self, record: StickRecord) -> StickRecord:
        """Those that came along are not looked for, and go with what needed them."""
        gone = {(each.collection, each.ref) for each in self.removed}
        left = (
            each for each in record.images if not each.chosen or (each.origin, each.ref) not in gone
        )
        return replace(record, images=tuple(left))

    def recorded(self, record: StickRecord, before: StickRecord | None) -> StickRecord:
        """``record``, which is new, with what is said of images."""
        old = before.images if before is not None else ()
        return replace(record, images=image_records(self.images, self.removed, old))


def fetch_images(
    location: Location,
    images: Sequence[PlannedImage],
    means: Means,
    meter: Meter,
    portions: PortionMeter | None,
    fetched: Fetched,
    *,
    distrust: bool,
) -> None:
    """Bring all content of ``images`` that is not there. ``distrust``: what is there was perhaps
    being written when a job was interrupted, so it is looked at. ``portions``: told of apps.
    ``fetched`` grows, also if it does not come to its end.

    Raises UpstreamError, `ImageNotDeliveredError`, OSError, and what ``means.cancel`` raises.
    """
    layout = layout_of(location)
    coming = [image for image in images if image.item.action is not Action.KEEP]
    if not coming:
        return
    for path in (BLOBS, SCRATCH):
        layout.make_directory(path)
    clients: dict[str, RegistryClient] = {}
    try:
        for image in coming:
            origin = image.item.collection
            if origin not in clients:
                clients[origin] = RegistryClient(
                    image.registry, means.network, means.cancel, image.base
                )
                commits = {each.item.commit for each in coming if each.item.collection == origin}
                if portions is not None:
                    portions.enter_origin(origin, commits)
            for blob in image.blobs:
                if not _is_there(layout, blob, distrust=distrust):
                    coming_blob = _Coming(layout, clients[origin], image, blob, means, meter)
                    try:
                        came = coming_blob.bring()
                    except NOT_DELIVERED as error:
                        raise ImageNotDeliveredError(image, error) from error
                    fetched.kept += blob.size if came is not _From.REGISTRY else 0
                    fetched.beside += blob.size if came is _From.BESIDE else 0
                    fetched.files += 1
                    fetched.bytes += blob.size
            if portions is not None:
                portions.image_is_there(image.item.commit)
    finally:
        for client in clients.values():
            client.close()


def _is_there(layout: Root, blob: Descriptor, *, distrust: bool) -> bool:
    path = blob_path(blob.digest)
    if layout.node(path) is not Node.FILE:
        return False
    if layout.status(path).st_size == blob.size and (not distrust or is_right(layout, blob.digest)):
        return True
    layout.remove(path)
    return False


class _From(Enum):
    """Who had a file."""

    CACHE = "cache"
    BESIDE = "beside"
    REGISTRY = "registry"


class _Coming(Struct, frozen=True):
    """One file on its way."""

    layout: Root
    client: RegistryClient
    image: PlannedImage
    blob: Descriptor
    means: Means
    meter: Meter

    def bring(self) -> _From:
        checksum = hexadecimal(self.blob.digest)
        final, part = blob_path(self.blob.digest), f"{SCRATCH}/{checksum}"
        if (known := self.image.small.get(self.blob.digest)) is not None:
            with self.means.turns.of(checksum):
                # That came when it was planned, or was kept.
                kept = self.means.cache.size(checksum) == len(known)
                self.meter.bytes += len(known)
                self.layout.replace(final, known, durable=False)
                self._keep(final)
            return _From.CACHE if kept else _From.REGISTRY
        with self.means.turns.of(checksum):
            came = self._come_from(part)
            if came is not _From.CACHE:
                self._keep(part)
        self.means.cancel.check()
        self.layout.rename(part, final)
        return came

    def _come_from(self, part: str) -> _From:
        if self._taken(part):
            return _From.CACHE
        if any(self._copied(each, part) for each in self.means.kits.layouts):
            return _From.BESIDE
        self._fetch(part)
        return _From.REGISTRY

    def _keep(self, path: str) -> None:
        """For the next drive."""
        descriptor = self.layout.open_regular(path)
        try:
            checksum = hexadecimal(self.blob.digest)
            self.means.cache.keep(checksum, self.blob.size, descriptor)
        finally:
            os.close(descriptor)

    def _taken(self, path: str) -> bool:
        """Whether it was kept, so that it is there now."""
        cache, checksum = self.means.cache, hexadecimal(self.blob.digest)
        if cache.size(checksum) != self.blob.size:
            return False
        self.layout.remove(path)
        descriptor = self.layout.open_for_writing(path, os.O_RDWR | os.O_CREAT)
        try:
            return cache.take(checksum, self.blob.size, descriptor, self._told)
        finally:
            os.close(descriptor)

    def _copied(self, layout: Root, path: str) -> bool:
        """Whether another drive had it, so that it is there now."""
        name = blob_path(self.blob.digest)
        # What cannot be read there comes from elsewhere.
        with contextlib.suppress(OSError):
            if layout.node(name) is not Node.FILE or layout.status(name).st_size != self.blob.size:
                return False
            with os.fdopen(layout.open_regular(name), "rb") as source:
                return self._copy(source, path)
        return False

    def _copy(self, source: BinaryIO, path: str) -> bool:
        self.layout.remove(path)
        flags = os.O_RDWR | os.O_CREAT
        with os.fdopen(self.layout.open_for_writing(path, flags), "r+b") as file:
            digest = copy_and_sum(source, file, self.blob.size, self._told)
        if digest == hexadecimal(self.blob.digest):
            return True
        self.layout.remove(path)
        return False

    def _told(self, count: int) -> None:
        self.means.cancel.check()
        self.meter.came(count)

    def _fetch(self, path: str) -> None:
        if self.means.offline:
            raise not_kept(self.image.registry)
        resumed = self._is_resumable(path)
        if not self._come(path):
            # Perhaps what was there of it was not what had come.
            self.layout.remove(path)
            if not resumed or not self._come(path):
                self.layout.remove(path)
                raise damaged(f"{self.image.registry.address}/{self.image.repository}")

    def _is_resumable(self, path: str) -> bool:
        """Whether something has come of it before."""
        if self.layout.node(path) is not Node.FILE:
            return False
        if self.layout.status(path).st_size > self.blob.size:
            self.layout.remove(path)
            return False
        return self.layout.status(path).st_size > 0

    def _come(self, path: str) -> bool:
        """Whether what has come in the end is right."""
        digest = hashlib.sha256()
        descriptor = self.layout.open_for_writing(path, os.O_RDWR | os.O_CREAT)
        with os.fdopen(descriptor, "r+b") as file:
            at = 0
            while data := file.read(_STEP):
                digest.update(data)
                at += len(data)
            self.meter.bytes += at

            def take(data: bytes) -> None:
                digest.update(data)
                file.write(data)
                self.meter.came(len(data))

            self.client.fetch(self.image.repository, self.blob, at, take)
        return f"sha256:{digest.hexdigest()}" == self.blob.digest


def carried_after(
    location: Location, images: Sequence[PlannedImage], removed: Sequence[Removal]
) -> tuple[CarriedImage, ...]:
    """What the list names afterwards."""
    there = {image.key: image for image in read_images(location)}
    there |= {image.carried.key: image.carried for image in images}
    for each in removed:
        there.pop((each.collection, each.ref), None)
    return tuple(there.values())
