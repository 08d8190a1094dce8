"""What lies in the kit's folder on a stick. Nothing of it is trusted; judged elsewhere."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import PurePosixPath

from msgspec import Struct, field

from app.fs.nodes import DirectoryEntry, LeadsOutsideError, Node, NotRegularError
from app.fs.root import Root
from app.message import Message, verbatim
from app.ostree.objects import is_checksum
from app.stick.kit.checksums import CHECKSUMS
from app.stick.kit.contents import CONTENTS, INSTALLER, KEY_FILE, NEEDS, PAGE
from app.stick.store.bundles import FOLDER as BUNDLES
from app.stick.store.images import BLOBS, INDEX_FILE, LAYOUT, LAYOUT_FILE, SCRATCH
from app.stick.store.location import KIT_FOLDER, Location
from app.stick.store.needs import FOLDER, SUFFIX, is_needs
from app.stick.store.payloads import EXTRA_DATA

_MAX_FILE = 8 << 20
"""Bytes. The list of 3,000 apps has some 3 MB."""

_MAX_SOURCES = 1_000
_MAX_OF_SOURCES = 64 << 20
"""Bytes of all of them that are read: one has some 5 KB."""

_FIXED = frozenset({INSTALLER, CONTENTS, PAGE, NEEDS})
_MAX_STRANGERS = 10_000
_HEAD = 1024
# What `Root.replace` leaves of one of ours when its process is killed.
_TEMPORARY = re.compile(
    r"\.(?:install\.sh|needs\.sh|contents\.tsv|START-HERE\.html|.*\.flatpakrepo|[0-9a-f]{64})"
    r"\.\w+\.tmp"
)
# The same of what a computer needs, and of ``needs.sh`` itself.
_TEMPORARY_NEEDS = re.compile(r"\..*\.json\.\w+\.tmp|\.needs-\d+\.tmp")
_TEMPORARY_IMAGES = re.compile(r"\.(?:index\.json|oci-layout|[0-9a-f]{64})\.\w+\.tmp")
_BLOBS = PurePosixPath(BLOBS)
_IMAGE_DIRECTORIES = (_BLOBS, _BLOBS.parent, PurePosixPath(SCRATCH))
_MAGICS = (b"#!", b"\x7fELF", b"MZ")
# fmt: off
_RUN_OR_OPENED = frozenset({
    ".appimage", ".bash", ".bat", ".bin", ".cmd", ".com", ".csh", ".deb", ".desktop", ".exe",
    ".flatpak", ".flatpakref", ".flatpakrepo", ".htm", ".html", ".jar", ".js", ".ksh", ".lnk",
    ".mht", ".mhtml", ".msi", ".pl", ".ps1", ".py", ".pyz", ".rb", ".rpm", ".run", ".scr", ".sh",
    ".shtml", ".snap", ".svg", ".url", ".vbs", ".webloc", ".xht", ".xhtml", ".xml", ".zsh",
})
# fmt: on


class Stranger(Struct, frozen=True):
    """Something that Satchel did not put there.

    Attributes:
        path: relative to the kit's folder.
        dangerous: made to be run or opened, or it looks as if.
    """

    path: str
    dangerous: bool


class FoundKit(Struct, frozen=True):
    """What was found.

    Attributes:
        files: name → content, of those that a kit has.
        unreadable: name → why, of the others that it has.
        strangers: what no kit has; no more than there is any use in telling.
        elsewhere: the folder is a link or lies on another file system.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    unreadable: Mapping[str, Message] = field(default_factory=dict)
    strangers: tuple[Stranger, ...] = ()
    elsewhere: bool = False

    @property
    def present(self) -> bool:
        """Whether there is anything of a kit."""
        return bool(self.files or self.unreadable)


def read_kit(location: Location) -> FoundKit:
    """Never raises for what a drive holds; OSError for a drive that has gone."""
    root = location.drive
    ours: list[DirectoryEntry] = []
    sources: list[DirectoryEntry] = []
    others: list[DirectoryEntry] = []
    try:
        for entry in root.entries(KIT_FOLDER):
            if entry.name in _FIXED:
                ours.append(entry)
            elif entry.name.endswith(KEY_FILE) and len(sources) < _MAX_SOURCES:
                sources.append(entry)
            elif len(others) < _MAX_STRANGERS:
                others.append(entry)
    except LeadsOutsideError:
        return FoundKit(elsewhere=True)
    except (FileNotFoundError, NotADirectoryError):
        return FoundKit()
    files: dict[str, bytes] = {}
    unreadable: dict[str, Message] = {}
    room = _MAX_OF_SOURCES
    for entry in (*ours, *sources):
        try:
            is_source = entry.name.endswith(KEY_FILE)
            data = root.read(entry.path, min(_MAX_FILE, room) if is_source else _MAX_FILE)
            room -= len(data) if is_source else 0
            files[entry.name] = data
        except LeadsOutsideError:
            unreadable[entry.name] = Message("it is a link")
        except NotRegularError:
            unreadable[entry.name] = Message("it is no file")
        except OSError as error:
            unreadable[entry.name] = verbatim(os.strerror(error.errno or 0))
    return FoundKit(files, unreadable, tuple(_strangers(root, others, _modes_count(root))))


def _strangers(root: Root, entries: list[DirectoryEntry], modes_count: bool) -> Iterator[Stranger]:
    for entry in entries:
        if entry.name == FOLDER and entry.node is Node.DIRECTORY:
            yield from _strange_needs(root, entry, modes_count)
            continue
        if entry.name == LAYOUT and entry.node is Node.DIRECTORY:
            yield from _strange_images(root, entry, modes_count)
            continue
        # What else lies among these is told where they are judged.
        payloads = entry.name in (EXTRA_DATA, BUNDLES) and entry.node is Node.DIRECTORY
        if payloads or _TEMPORARY.fullmatch(entry.name):
            continue
        checksums = entry.name == CHECKSUMS and entry.node is Node.DIRECTORY
        if not checksums:
            yield _stranger(root, entry, modes_count)
        if entry.node is Node.DIRECTORY:
            for inner in islice(root.walk(entry.path), _MAX_STRANGERS):
                stranger = _stranger(root, inner, modes_count)
                # Those of commits are known by their names, and judged by what they say.
                if stranger.dangerous or not (checksums and _is_checksums(inner)):
                    yield stranger


def _is_checksums(entry: DirectoryEntry) -> bool:
    named = is_checksum(entry.name) or _TEMPORARY.fullmatch(entry.name) is not None
    return entry.node is Node.FILE and named


def _strange_needs(root: Root, folder: DirectoryEntry, modes_count: bool) -> Iterator[Stranger]:
    """What is no file that a computer has written, in the place for those."""
    for entry in islice(root.walk(folder.path), _MAX_STRANGERS):
        if entry.node is Node.FILE and _TEMPORARY_NEEDS.fullmatch(entry.name):
            continue
        stranger = _stranger(root, entry, modes_count)
        named = entry.node is Node.FILE and entry.name.endswith(SUFFIX)
        if stranger.dangerous or not (named and is_needs(_head(root, entry.path))):
            yield stranger


def _strange_images(root: Root, layout: DirectoryEntry, modes_count: bool) -> Iterator[Stranger]:
    """What does not belong into a layout of images; content is known by its name, and judged by
    what it is."""
    for entry in islice(root.walk(layout.path), _MAX_STRANGERS):
        path = PurePosixPath(entry.path).relative_to(layout.path)
        files = path.parent in (_BLOBS, PurePosixPath(SCRATCH)) and is_checksum(entry.name)
        known = files or str(path) in (INDEX_FILE, LAYOUT_FILE) or path in _IMAGE_DIRECTORIES
        if not known and not _TEMPORARY_IMAGES.fullmatch(entry.name):
            yield _stranger(root, entry, modes_count)


def _head(root: Root, path: str) -> bytes:
    with contextlib.suppress(OSError):
        descriptor = root.open_regular(path)
        try:
            return os.pread(descriptor, _HEAD, 0)
        finally:
            os.close(descriptor)
    return b""


def _stranger(root: Root, entry: DirectoryEntry, modes_count: bool) -> Stranger:
    path = PurePosixPath(entry.path).relative_to(KIT_FOLDER)
    dangerous = path.suffix.lower() in _RUN_OR_OPENED
    if entry.node is Node.FILE and not dangerous:
        dangerous = _looks_run(root, entry.path, modes_count)
    return Stranger(str(path), dangerous)


def _looks_run(root: Root, path: str, modes_count: bool) -> bool:
    """By its mode or its first bytes."""
    with contextlib.suppress(OSError):
        descriptor = root.open_regular(path)
        try:
            if modes_count and os.fstat(descriptor).st_mode & 0o111:
                return True
            return os.pread(descriptor, 4, 0).startswith(_MAGICS)
        finally:
            os.close(descriptor)
    return False


def _modes_count(root: Root) -> bool:
    """Not where a file that is no program counts as one, as on FAT."""
    with contextlib.suppress(OSError):
        return not stat.S_IMODE(root.status(f"{KIT_FOLDER}/{CONTENTS}").st_mode) & 0o111
    return False
