"""Making an image: whole beside its name, then under it; or nothing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import stat
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from app.errors import UsageError
from app.fs.files import DriveFullError, drive_errors, sync_directory, temporary_name
from app.media.images.libraries import require_library
from app.media.images.making.ext4 import own_bytes
from app.media.images.making.room import check_room
from app.media.images.making.tools import Tool
from app.media.images.making.tree import Tree, read_tree
from app.media.images.request import Form, ImageRequest
from app.message import Message, Size
from app.progress import Cancel, Meter, Phase, Reporter
from app.remedy import Remedy
from app.replacing import replace

_MODE = 0o644
_WRITING = Message("writing the image")


class MadeImage(Struct, frozen=True):
    """An image that is whole. ``size``: bytes of the file."""

    path: Path
    size: int
    form: Form
    label: str


class _Maker(Protocol):
    def __call__(self, tree: Tree, request: ImageRequest, file: Path, cancel: Cancel) -> None: ...


def check_possible(request: ImageRequest, *, links: bool = False) -> None:
    """Whether such an image can be made here at all, before the long work.

    ``links``: there will be some in it. Raises UsageError for a name that no image can have, and
    for a file system without links; ToolMissingError,
    LibraryMissingError, DriveError.
    """
    if links and request.form is Form.EXFAT:
        raise UsageError(
            Message("exFAT has no links, which this layout needs."),
            Message("Choose --fs ext4 or squashfs."),
        )
    with drive_errors(_WRITING):
        directory = request.path.absolute().parent
        if not directory.is_dir():
            raise UsageError(
                Message("There is no directory {path}.", path=directory),
                Message("Make it first, or name another place."),
            )
        try:
            there: int | None = os.lstat(request.path).st_mode
        except FileNotFoundError:
            there = None
        if there is not None and not stat.S_ISREG(there):
            raise UsageError(
                Message("{path} is not a file that an image could replace.", path=request.path),
                Message("Name another one; an image is written to a drive by what writes images."),
            )
        _made_anew(request.path)[1]()
    require_library(request.compression)
    for tool in _maker(request.form)[1]:
        tool.find()


def check_expected(request: ImageRequest, size: int, files: int) -> None:
    """Whether what is known to come fits, before it is fetched: at least so many bytes in so many
    files. Raises ImageTooSmallError.
    """
    if request.size is None:
        return
    if request.form is Form.EXT4:
        size += own_bytes(request.size, files)
    check_room(size, request.size, exact=False)


def make_image(
    directory: Path, request: ImageRequest, report: Reporter, cancel: Cancel
) -> MadeImage:
    """An image of everything in ``directory``, which nobody changes meanwhile.

    Whatever goes wrong, a file that was there stays, and nothing else is left. Raises
    ImageTooSmallError, ToolMissingError, DriveError, UsageError, and what ``cancel`` raises.
    """
    check_possible(request)
    tree = read_tree(directory.absolute(), shared=request.shared)
    if not request.when:
        # Also without a date the same tree gives the same image.
        request = replace(request, when=max(node.seconds for node in tree.nodes))
    make, _ = _maker(request.form)
    meter = Meter(report, Phase.IMAGE, total=tree.bytes)
    with drive_errors(_WRITING), _beside(request.path) as file:
        if not request.compression:
            _check_disk(file, tree.bytes)
        make(tree, request, file, _Watching(file, tree.bytes, meter, cancel))
        cancel.check()
        meter.complete()
        with open(file, "rb") as image:
            os.fchmod(image.fileno(), _MODE)
            os.fsync(image.fileno())
            size = os.fstat(image.fileno()).st_size
        os.replace(file, request.path)
        parent = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            sync_directory(parent)
        finally:
            os.close(parent)
    return MadeImage(request.path, size, request.form, request.label)


def _maker(form: Form) -> tuple[_Maker, tuple[Tool, ...]]:
    # Each is imported where it is wanted.
    module = import_module(f"app.media.images.making.{form.value}")
    return getattr(module, f"make_{form.value}"), module.TOOLS


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file that is gone after the block, unless it was given another name.

    What an earlier one left that was killed is removed; one that is at work is known by its lock.
    """
    _drop_abandoned(path)
    file, drop = _made_anew(path)
    held = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(held)
        drop()


class _Dropping:
    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> None:
        with contextlib.suppress(OSError):
            os.unlink(self._file)


def _made_anew(path: Path) -> tuple[Path, _Dropping]:
    """An empty file beside ``path``, and what removes it. Raises OSError."""
    file = path.absolute().parent / temporary_name(path.name)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    return file, _Dropping(file)


def _drop_abandoned(path: Path) -> None:
    pattern = re.compile(rf"\.{re.escape(path.name[:200])}\.[0-9a-f]{{8}}\.tmp")
    for name in os.listdir(path.absolute().parent):
        if not pattern.fullmatch(name):
            continue
        file = path.absolute().parent / name
        with contextlib.suppress(OSError), open(file, "rb") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(file)


def _check_disk(file: Path, size: int) -> None:
    status = os.statvfs(file)
    free = status.f_bavail * status.f_frsize
    if free < size:
        raise DriveFullError(
            Message(
                "There is no room for the image: {needed} are needed, {free} are free.",
                needed=Size(size),
                free=Size(free),
            ),
            Remedy.FREE_SPACE,
        )


class _Watching:
    """Asks ``cancel``, and tells how far the file has grown."""

    def __init__(self, file: Path, total: int, meter: Meter, cancel: Cancel) -> None:
        self._file, self._total, self._meter, self._cancel = file, total, meter, cancel

    def check(self) -> None:
        self._cancel.check()
        with contextlib.suppress(OSError):
            self._meter.bytes = min(self._total, os.stat(self._file).st_blocks * 512)
        self._meter.tick()

    @property
    def paused(self) -> bool:
        return self._cancel.paused
