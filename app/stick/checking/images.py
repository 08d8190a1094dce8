"""Are the images on a stick what their list names, and can a client install them?

A client believes ``index.json`` and finds content by its digest; of what it installs it hashes the
layers (``flatpak_pull_from_oci``). Who made the images nobody can tell from the drive: registries
sign nothing, what vouches is the server's certificate while they are fetched. So only a computer
that has fetched them itself knows.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from app.flatpak.refs import Ref
from app.flatpak.registries.image import Descriptor, hexadecimal
from app.fs.files import drop_cache, is_hollow
from app.fs.nodes import Node
from app.fs.root import Root
from app.fs.sums import file_sum
from app.message import Message
from app.progress import Cancel, Meter, Phase, Reporter, counting
from app.severity import Severity
from app.stick.checking.keys import Trust
from app.stick.findings import Code, Finding, finding
from app.stick.store.image_blobs import unneeded_blobs
from app.stick.store.images import (
    INDEX_FILE,
    LAYOUT,
    LAYOUT_FILE,
    NEEDED_FLATPAK,
    CarriedImage,
    ImagesOnDrive,
    ReadImage,
    blob_path,
    is_known_layout,
    layout_of,
    lists_only,
    needed_blobs,
    read_images_on,
    runtime_of,
)
from app.stick.store.location import KIT_FOLDER, Location
from app.stick.store.record import ImageRecord
from app.stick.store.stick_state import Refs

_MOST_NAMED = 5


class ImagesReport(Struct, frozen=True):
    """What became of the images.

    Attributes:
        images, blobs, bytes: how many, their content, and what that has.
        damaged: refs of those that cannot be installed.
        unsigned: refs of the apps among them: of images nobody signs any.
    """

    findings: tuple[Finding, ...] = ()
    images: int = 0
    blobs: int = 0
    bytes: int = 0
    damaged: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()


class ImageOptions(Struct, frozen=True):
    """How images are judged.

    Attributes:
        contents: read all of it; else only look for files of the right size.
        from_medium: read from the medium, not from the page cache.
        accept_unsigned: by the person who asks.
        trust: what they say about keys.
        without_runtimes: that they are missing was accepted.
    """

    contents: bool
    from_medium: bool
    accept_unsigned: bool
    trust: Trust
    without_runtimes: bool


def check_images(
    location: Location,
    records: Sequence[ImageRecord],
    refs: Refs,
    options: ImageOptions,
    report: Reporter,
    cancel: Cancel,
) -> ImagesReport:
    """``records``: what the stick's record says of images; ``refs``: what else is on the stick.

    Raises OSError for a drive that has gone, and what ``cancel`` raises.
    """
    there = read_images_on(location)
    if not (there.carried or there.blobs or records):
        return ImagesReport()
    check = _Check(location, there, options, cancel)
    findings = [*check.all(Meter(report, Phase.VERIFY))]
    findings += _check_runtimes(there, refs, options)
    findings += _check_record(there, records)
    findings += _check_trust(there.carried, options)
    findings += _check_layout(location, there)
    if there.carried:
        findings.append(_needs_flatpak(there.carried))
    errors = {
        each.subject
        for each in findings
        if each.severity is Severity.ERROR and each.code is not Code.UNVOUCHED
    }
    return ImagesReport(
        findings=tuple(findings),
        images=len(there.carried),
        blobs=len(there.blobs),
        bytes=sum(there.blobs.values()),
        damaged=tuple(sorted(_unusable(there, errors))),
        unsigned=tuple(image.ref for image in there.carried if image.ref.startswith("app/")),
    )


def _unusable(there: ImagesOnDrive, damaged: Collection[str]) -> Iterator[str]:
    """The apps among what is damaged, and those that need what is."""
    for image in there.carried:
        read = there.images.get(image.key)
        runtime = runtime_of(read) if read is not None else None
        if image.ref.startswith("app/") and (image.ref in damaged or runtime in damaged):
            yield image.ref


class _Check:
    """Reads content; what several images share is read once."""

    def __init__(
        self, location: Location, there: ImagesOnDrive, options: ImageOptions, cancel: Cancel
    ) -> None:
        self._layout = layout_of(location)
        self._there = there
        self._options = options
        self._cancel = cancel
        self._judged: dict[str, Code | None] = {}

    def all(self, meter: Meter) -> Iterator[Finding]:
        blobs = {
            blob.digest: blob for each in self._there.images.values() for blob in needed_blobs(each)
        }
        meter.objects_total = len(blobs)
        meter.bytes_total = sum(blob.size for blob in blobs.values())
        for image in self._there.damaged:
            yield self._unreadable(image)
        for each in self._there.images.values():
            yield from self._one(each, meter)
        meter.finish()

    def _unreadable(self, image: CarriedImage) -> Finding:
        missing = self._layout.node(blob_path(image.digest)) is None
        code = Code.OBJECT_MISSING if missing else Code.OBJECT_CORRUPT
        message = Message("{ref} is damaged: its description cannot be read.", ref=image.ref)
        if missing:
            message = Message("{ref} is listed, but it is not on the drive.", ref=image.ref)
        return finding(code, image.ref, message)

    def _one(self, image: ReadImage, meter: Meter) -> Iterator[Finding]:
        ref = image.image.ref
        labels = image.config.labels
        if str(labels.ref) != ref:
            message = Message(
                "What the drive lists as {ref} says that it is {said}.",
                ref=ref,
                said=str(labels.ref),
            )
            yield finding(Code.COMMIT_WRONG_REF, ref, message)
        manifest = image.manifest
        if not manifest.is_known or image.config.layers != len(manifest.layers):
            message = Message("{ref} cannot be installed from a drive.", ref=ref)
            yield finding(Code.NOT_INSTALLABLE, ref, message)
        metadata = labels.parsed_metadata
        if metadata is None:
            message = Message("{ref} does not say what it needs.", ref=ref)
            yield finding(Code.METADATA_MISMATCH, ref, message)
        elif metadata.extra_data:
            message = Message(
                "A part of {ref} has to be downloaded by each computer itself.", ref=ref
            )
            yield finding(Code.EXTRA_DATA_MISSING, ref, message)
        codes = [self._judge(blob, meter) for blob in needed_blobs(image)]
        for code, count in ((code, codes.count(code)) for code in dict.fromkeys(codes) if code):
            yield finding(code, ref, _WORDS[code](ref, count))

    def _judge(self, blob: Descriptor, meter: Meter) -> Code | None:
        """What is wrong with content; None if nothing is."""
        if blob.digest not in self._judged:
            self._cancel.check()
            self._judged[blob.digest] = self._read(blob, meter)
            meter.objects += 1
            if self._judged[blob.digest] is not None:
                meter.damaged += 1
            meter.tick()
        return self._judged[blob.digest]

    def _read(self, blob: Descriptor, meter: Meter) -> Code | None:
        path = blob_path(blob.digest)
        if self._layout.node(path) is not Node.FILE:
            return Code.OBJECT_MISSING
        try:
            descriptor = self._layout.open_regular(path)
        except OSError:
            return Code.OBJECT_CORRUPT
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if status.st_size != blob.size or is_hollow(status):
                return Code.OBJECT_CORRUPT
            if not self._options.contents:
                return None
            if self._options.from_medium:
                drop_cache(descriptor)
            try:
                digest = file_sum(file, blob.size, counting(meter, self._cancel))
            except OSError:
                return Code.OBJECT_CORRUPT
        return None if digest == hexadecimal(blob.digest) else Code.OBJECT_CORRUPT


def _missing(ref: str, count: int) -> Message:
    return Message("{ref} is not whole: of its files {count} are missing.", ref=ref, count=count)


def _corrupt(ref: str, count: int) -> Message:
    return Message(
        "{ref} is damaged: of its files {count} are not as published.", ref=ref, count=count
    )


_WORDS = {Code.OBJECT_MISSING: _missing, Code.OBJECT_CORRUPT: _corrupt}


def _check_runtimes(there: ImagesOnDrive, refs: Refs, options: ImageOptions) -> Iterator[Finding]:
    names = {image.ref for image in there.carried}.union(*refs.values())
    for each in there.images.values():
        runtime = runtime_of(each)
        if each.image.ref.startswith("app/") and runtime is not None and runtime not in names:
            message = Message(
                "{ref} needs the runtime {runtime}, which is not on the drive.",
                ref=each.image.ref,
                runtime=runtime,
            )
            yield finding(
                Code.RUNTIME_MISSING,
                each.image.ref,
                message,
                accepted=options.without_runtimes,
            )


def _check_record(there: ImagesOnDrive, records: Sequence[ImageRecord]) -> Iterator[Finding]:
    """What the record says that was written, and what the list names."""
    listed: Mapping[tuple[str, str], CarriedImage] = {image.key: image for image in there.carried}
    for record in records:
        image = listed.get((record.origin, record.ref))
        if image is None:
            message = Message(
                "{ref} was put on the drive, and is no longer on its list.", ref=record.ref
            )
            yield finding(Code.OBJECT_MISSING, record.ref, message)
        elif image.digest != record.digest:
            message = Message("{ref} is not the one that Satchel put on the drive.", ref=record.ref)
            yield finding(Code.FOREIGN_CONTENT, record.ref, message)


def _check_trust(images: Sequence[CarriedImage], options: ImageOptions) -> Iterator[Finding]:
    for image in images:
        if image.digest in options.trust.fetched:
            continue
        trust = options.trust
        accepted = options.accept_unsigned or trust.drive_keys or image.origin in trust.accepted
        registry = image.registry.label
        message = Message(
            "{ref} is not signed, as nothing from {registry} is, and this computer did not fetch "
            "it: only whoever made the drive can know whether it is what was published.",
            ref=image.ref,
            registry=registry,
        )
        yield finding(
            Code.UNVOUCHED,
            image.ref,
            message,
            hint=_ASK,
            accepted=accepted,
        )


_ASK = Message("Check it on the computer that made the drive, or ask whoever made it.")


def _check_layout(location: Location, there: ImagesOnDrive) -> Iterator[Finding]:
    layout = layout_of(location)
    if there.carried:
        yield from _check_files(layout, there)
    if there.blobs and not there.carried and layout.node(INDEX_FILE) is not None:
        yield finding(
            Code.OBJECT_CORRUPT, _INDEX_PATH, Message("The list of images cannot be read.")
        )
    unneeded = [size for _, size in unneeded_blobs(location)]
    if unneeded:
        yield finding(
            Code.ORPHAN_OBJECTS,
            f"{KIT_FOLDER}/{LAYOUT}",
            Message("Files of images that nothing needs: {count}.", count=len(unneeded)),
        )


def _check_files(layout: Root, there: ImagesOnDrive) -> Iterator[Finding]:
    """Clients read more into them than `read_images`: of each entry only the digest."""
    if layout.node(LAYOUT_FILE) is not Node.FILE:
        message = Message("Without the file {name} no computer finds the images.", name=LAYOUT_FILE)
        yield finding(Code.OBJECT_MISSING, f"{KIT_FOLDER}/{LAYOUT}/{LAYOUT_FILE}", message)
    elif not is_known_layout(layout):
        message = Message("With such a file {name} no computer takes the images.", name=LAYOUT_FILE)
        yield finding(Code.OBJECT_CORRUPT, f"{KIT_FOLDER}/{LAYOUT}/{LAYOUT_FILE}", message)
    if not lists_only(layout, len(there.carried)):
        message = Message(
            "The list of images is not as Satchel writes it: computers may take something else "
            "from it than the drive says."
        )
        yield finding(Code.OBJECT_CORRUPT, _INDEX_PATH, message)


_INDEX_PATH = f"{KIT_FOLDER}/{LAYOUT}/{INDEX_FILE}"


def _needs_flatpak(images: Sequence[CarriedImage]) -> Finding:
    apps = [Ref.parse(image.ref).id for image in images if image.ref.startswith("app/")]
    shown = tuple(sorted(set(apps))[:_MOST_NAMED]) or (images[0].ref,)
    return finding(
        Code.NEEDS_NEWER_FLATPAK,
        images[0].registry.label,
        Message(
            "What comes from container registries needs flatpak {version} or newer: {apps}.",
            version=NEEDED_FLATPAK,
            apps=shown,
        ),
    )
