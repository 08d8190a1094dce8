"""An image as a directory for a while: unpacked where nobody else can reach it, then removed.

Mounting would need root, and would hand the kernel a file system that a stranger made.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from app.fs.files import DriveFullError, drive_errors, open_regular
from app.fs.held_directory import make_held_directory
from app.media.images.reading.entry import MOST_ENTRIES, ImageBytes, ImageError, damaged
from app.media.images.reading.recognising import Contents, form_of, has_partitions, recognised
from app.media.images.reading.unpacking import Unpacker
from app.media.images.request import Form
from app.message import Message, Size
from app.progress import Cancel, Meter, Notice, Phase, Reporter
from app.remedy import Remedy
from app.severity import Severity
from app.stand_ins import Meant, standing_in

_PREFIX = "satchel-image-"
_YOUNG = 60.0
_LEAST_FREE, _MOST_FREE = 32 << 20, 1 << 30
_FREE_PARTS = 20
"""A twentieth of a disk stays free for others, within these bounds."""

_PER_FILE = 4096
# What reading something that makes no sense may end in, beside the errors of its readers.
_SENSELESS = (struct.error, IndexError, ValueError, OverflowError, RecursionError, MemoryError)


class OpenedImage(Struct, frozen=True):
    """An image that can be read. ``directory``: what is in it; private, and read only."""

    directory: Path
    form: Form


def is_image(path: Path) -> bool:
    """Whether a file is an image by its content; False for what cannot be read."""
    with contextlib.suppress(OSError, ImageError), _reading(path) as image:
        return form_of(image) is not None or has_partitions(image)
    return False


@contextlib.contextmanager
def opened_image(
    path: Path, places: Sequence[Path], report: Reporter, cancel: Cancel
) -> Iterator[OpenedImage]:
    """Unpacked below the first of ``places`` that has room for it; removed after the block.

    Raises ImageError, DriveFullError, DriveError, and what ``cancel`` raises.
    """
    with contextlib.ExitStack() as stack:
        with drive_errors(Message("reading the image")):
            image = stack.enter_context(_reading(path))
            with _about(path):
                form, contents = _opened(image)
                size = _size(form, contents, image)
            place, room = _place(places, size)
            directory = stack.enter_context(_private(place, path.name))
            meter = Meter(report, Phase.UNPACK, total=size)
            with _about(path):
                left_out = _unpacked(contents, directory, room, meter, cancel)
            meter.complete()
        if left_out:
            report(_about_left_out(left_out))
        with standing_in(directory, Meant(path, form, image.size)):
            yield OpenedImage(directory, form)


@contextlib.contextmanager
def _about(path: Path) -> Iterator[None]:
    """What is wrong with an image is told with its name."""
    try:
        yield
    except ImageError as error:
        told = Message("{path}: {message}", path=path, message=error.message)
        raise ImageError(told, error.hint) from error


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[ImageBytes]:
    descriptor = open_regular(path)
    try:
        yield ImageBytes(descriptor, 0, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def _opened(image: ImageBytes) -> tuple[Form, Contents]:
    with _sensible():
        opened = recognised(image)
    if opened is None:
        raise ImageError(
            Message("It is no image that Satchel reads."),
            Message("It reads ext4, exFAT, FAT, squashfs, ISO 9660 and tar."),
        )
    return opened


@contextlib.contextmanager
def _sensible() -> Iterator[None]:
    try:
        yield
    except _SENSELESS as error:
        raise damaged(Message("the file system makes no sense")) from error


def _size(form: Form, contents: Contents, image: ImageBytes) -> int:
    """Bytes that what is in it takes; of an archive, which is read once only, as many as it has
    itself.

    Looked at once more when it is unpacked: who kept it all might need more memory than there is.
    """
    if form is Form.TAR:
        return image.size
    size = 0
    with _sensible():
        for number, entry in enumerate(contents.entries()):
            if number >= MOST_ENTRIES:
                raise damaged(Message("it has more files than any drive"))
            size += -(-entry.size // _PER_FILE) * _PER_FILE + _PER_FILE
    return size


def _place(places: Sequence[Path], size: int) -> tuple[Path, int]:
    """The first place that has room, and how much. Raises DriveFullError."""
    most = 0
    for place in places:
        with contextlib.suppress(OSError):
            if not os.access(place, os.W_OK | os.X_OK):
                continue
            status = os.statvfs(place)
            kept = min(
                max(status.f_blocks * status.f_frsize // _FREE_PARTS, _LEAST_FREE), _MOST_FREE
            )
            room = status.f_bavail * status.f_frsize - kept
            if room >= size:
                return place, room
            most = max(most, room)
    raise DriveFullError(
        Message(
            "There is no room to unpack the image: {needed} are needed, {free} are free.",
            needed=Size(size),
            free=Size(most),
        ),
        Remedy.FREE_SPACE,
    )


@contextlib.contextmanager
def _private(place: Path, name: str) -> Iterator[Path]:
    """A directory called ``name`` below ``place``. What earlier ones left that were killed is
    removed; those at work are known by their locks."""
    above, held = make_held_directory(place, _PREFIX)
    try:
        directory = above / "in" / name
        directory.mkdir(parents=True)
        # Of what says nothing of its top directory.
        directory.chmod(0o755)
        yield directory
    finally:
        shutil.rmtree(above, ignore_errors=True)
        os.close(held)


def _unpacked(
    contents: Contents,
    directory: Path,
    room: int,
    meter: Meter,
    cancel: Cancel,
) -> tuple[str, ...]:
    with _sensible():
        return Unpacker(directory, room, meter, cancel).unpack(contents.entries())


def _about_left_out(paths: tuple[str, ...]) -> Notice:
    return Notice(
        Severity.WARNING,
        Message(
            "Left out are devices and the like, which no drive for apps has: {paths}.",
            paths=paths[:5],
        ),
    )
