"""What a file is that somebody opens with Satchel, drops on its window or names."""

from __future__ import annotations

import contextlib
from enum import Enum, auto
from pathlib import PurePosixPath

from app.flatpak.remotes.addresses import file_name
from app.formats import schema
from app.stick.choices.profile import SET_SUFFIX, SUFFIX
from app.stick.store.needs import is_needs

HEAD = 64 * 1024
"""As much of a file as `kind_of` looks at."""


class FileKind(Enum):
    """What a file hands on."""

    APP = auto()
    """One app and its source: `.flatpakref`."""
    SOURCE = auto()
    """`.flatpakrepo`."""
    BUNDLE = auto()
    """An app as a file: `.flatpak`."""
    SET = auto()
    """A set of apps, a list of sets or a saved choice."""
    NEEDS = auto()
    """What an offline computer needs."""
    LIST = auto()
    """A text that may name apps, whoever wrote it."""
    IMAGE = auto()
    """A drive, or what is to be on one, in one file."""
    UNKNOWN = auto()


_GROUPS = (("[Flatpak Ref]", FileKind.APP), ("[Flatpak Repo]", FileKind.SOURCE))
_SUFFIXES = {
    ".flatpakref": FileKind.APP,
    ".flatpakrepo": FileKind.SOURCE,
    ".flatpak": FileKind.BUNDLE,
    SET_SUFFIX: FileKind.SET,
    SUFFIX: FileKind.SET,
}
_IMAGE_SUFFIXES = frozenset({".img", ".iso", ".raw", ".vhd", ".qcow2", ".squashfs", ".erofs"})
_IMAGE_MARKS = {
    0: (b"hsqs", b"QFI\xfb"),
    3: (b"EXFAT   ", b"NTFS    "),
    1024: (b"\xe2\xe1\xf5\xe0",),
    1080: (b"\x53\xef",),
    32769: (b"CD001",),
}
"""Where the kernel and others look for what a file system or an image is: bytes by offset."""
_BUNDLE = (b"flatpak", b"xdg-app")
# Of the type that GVariant would tell, shared-mime-info looks here.
_BUNDLE_HEAD = 256


def kind_of(name: str, head: bytes | None = None) -> FileKind:
    """By what it says, else by its name. ``name``: a path or an address; ``head``: the first
    `HEAD` bytes, None where they are not at hand.
    """
    suffix = PurePosixPath(file_name(name)).suffix.lower()
    named = _SUFFIXES.get(suffix, FileKind.UNKNOWN)
    if head is None:
        return named
    if b"\0" in head:
        if named is FileKind.BUNDLE or any(mark in head[:_BUNDLE_HEAD] for mark in _BUNDLE):
            return FileKind.BUNDLE
        if suffix in _IMAGE_SUFFIXES or _is_image(head):
            return FileKind.IMAGE
        # UTF-16, as some write lists, has zeros too.
        return FileKind.LIST if head[:2] in (b"\xff\xfe", b"\xfe\xff") else FileKind.UNKNOWN
    text = head.decode(errors="replace")
    for line in text.splitlines():
        for group, kind in _GROUPS:
            if line.strip() == group:
                return kind
    if is_needs(head):
        return FileKind.NEEDS
    if _is_set(head):
        return FileKind.SET
    # One that ends here, and one that is damaged, has to be told by who reads it.
    return FileKind.LIST if suffix == SUFFIX or named is FileKind.UNKNOWN else named


def _is_image(head: bytes) -> bool:
    return any(head.startswith(marks, place) for place, marks in _IMAGE_MARKS.items())


def _is_set(head: bytes) -> bool:
    with contextlib.suppress(schema.SchemaError):
        entries = schema.parse_toml(head)
        return isinstance(entries.get("refs") or entries.get("sets"), list)
    return False
