"""The OSTree object formats: bytes in, values out, no I/O.

Formats: ostree's ``ostree-core.h`` and ``docs/formats.md``. Structure is checked as
``ostree_validate_structureof_*`` does, and a little more strictly: every name in a directory tree
must be sorted and unique, because that is the only form ostree writes.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from app.formats.gvariant import FormatError, Value, parse, serialise
from app.message import Message, message_of
from app.ostree.canonical import check_keys
from app.ostree.dirtree import read_dirtree

MAX_METADATA_SIZE = 32 * 1024 * 1024
"""A commit that lists the sizes of 300,000 objects has 14 MB. libostree's own cap is 128 MiB now
and was 10 MiB until 2023.4; what is made of the bytes here takes many times their room."""

MAX_TREE_SIZE = 10 * 1024 * 1024
"""A directory of more than 100,000 entries, and what flatpak of Debian 12 reads."""

MAX_NAME = 255
"""Bytes of a file's name that file systems take."""

_SURE_NAME = MAX_NAME // 4
"""Characters of a name that is never longer."""

MAX_LINK = 4095
"""Bytes of a link's target that file systems take."""

MAX_DIRMETA_SIZE = 1024 * 1024
MAX_DETACHED_SIZE = 4 * 1024 * 1024

CHECKSUM_PATTERN = re.compile(r"[0-9a-f]{64}")
CHECKSUM_BYTES = 32

COMMIT_TYPE = "(a{sv}aya(say)sstayay)"
DIRTREE_TYPE = "(a(say)a(sayay))"
DIRMETA_TYPE = "(uuua(ayay))"
DETACHED_TYPE = "a{sv}"

_PERMISSION_BITS = stat.S_IFMT(0o177777) | 0o7777

_FILE_CHECKSUM = Message("a file's checksum")
_COMMIT = Message("the commit")
_COMMIT_METADATA = Message("the commit's metadata")
_COMMIT_PARENT = Message("the commit's parent")
_COMMIT_ROOT_TREE = Message("the commit's root tree")
_COMMIT_ROOT_METADATA = Message("the commit's root metadata")
_DIRECTORY_TREE = Message("the directory tree")
_DIRECTORY_CHECKSUM = Message("a directory's checksum")
_DIRECTORY_METADATA_CHECKSUM = Message("a directory's metadata checksum")
_DIRECTORY_METADATA = Message("the directory metadata")
_DIRECTORY = Message("a directory")
_DETACHED_METADATA = Message("the detached metadata")


class ObjectKind(StrEnum):
    """Object types, by the ending of their file names."""

    COMMIT = "commit"
    DIRTREE = "dirtree"
    DIRMETA = "dirmeta"
    COMMITMETA = "commitmeta"
    FILE = "filez"


class ObjectName(NamedTuple):
    """An object: 64 lower-case hexadecimal digits and its kind."""

    checksum: str
    kind: ObjectKind

    @property
    def path(self) -> str:
        """Where the object lies below ``objects/``."""
        return f"{self.checksum[:2]}/{self.checksum[2:]}.{self.kind.value}"

    @property
    def key(self) -> bytes:
        """The same in 33 bytes, for sets of very many objects."""
        return _KIND_BYTE[self.kind] + bytes.fromhex(self.checksum)

    @classmethod
    def from_key(cls, key: bytes) -> ObjectName:
        return cls(key[1:].hex(), _KIND_OF_BYTE[key[:1]])

    @classmethod
    def from_path(cls, prefix: str, rest: str) -> ObjectName | None:
        """The object a file ``objects/PREFIX/REST`` holds; None if the name is no object's."""
        digits, _, ending = rest.partition(".")
        kind = _KIND_OF_ENDING.get(ending)
        checksum = prefix + digits
        return cls(checksum, kind) if kind is not None and is_checksum(checksum) else None

    def __str__(self) -> str:
        return f"{self.checksum}.{self.kind.value}"


_KIND_OF_ENDING = {kind.value: kind for kind in ObjectKind}
_KIND_BYTE = {kind: bytes([index]) for index, kind in enumerate(ObjectKind)}
_KIND_OF_BYTE = {byte: kind for kind, byte in _KIND_BYTE.items()}
_ENDING_OF_BYTE = {byte[0]: f".{kind.value}" for byte, kind in _KIND_OF_BYTE.items()}
KEY_SIZE = 1 + 32


def key_path(key: bytes) -> str:
    """`ObjectName.path` of a key."""
    digits = key[1:].hex()
    return f"{digits[:2]}/{digits[2:]}{_ENDING_OF_BYTE[key[0]]}"


def kind_key(kind: ObjectKind) -> bytes:
    """The first byte of the keys of objects of a kind."""
    return _KIND_BYTE[kind]


KEY_SIZE = 33
"""Bytes of every `ObjectName.key`."""

FILE_KEY = _KIND_BYTE[ObjectKind.FILE][0]
"""The first byte of the keys of file objects."""


class CorruptObject(FormatError):
    """An object whose bytes are not what its name says, or whose structure is invalid."""


def byteswap64(value: int) -> int:
    """A 64-bit number stored big-endian inside a little-endian GVariant, or the reverse."""
    return int.from_bytes(value.to_bytes(8, "little"), "big")


def byteswap32(value: int) -> int:
    """As `byteswap64`, for 32 bits."""
    return int.from_bytes(value.to_bytes(4, "little"), "big")


def checksum_text(raw: bytes, what: Message) -> str:
    """The hexadecimal form of a checksum stored as 32 bytes."""
    if len(raw) != CHECKSUM_BYTES:
        raise CorruptObject(
            Message(
                "{structure} is {length} bytes long instead of {expected}",
                structure=what,
                length=len(raw),
                expected=CHECKSUM_BYTES,
            )
        )
    return raw.hex()


def is_checksum(text: str) -> bool:
    return CHECKSUM_PATTERN.fullmatch(text) is not None


def check_file_name(name: str) -> None:
    """As ``ot_util_filename_validate``: one path component that stays where it is."""
    if name in {"", ".", ".."} or "/" in name:
        raise CorruptObject(
            Message(
                "a directory tree has the file name {name}, which is not allowed", name=repr(name)
            )
        )
    if len(name) > _SURE_NAME and len(name.encode()) > MAX_NAME:
        raise CorruptObject(
            Message("a directory tree has a file name of over {limit} bytes", limit=MAX_NAME)
        )


def check_mode(mode: int, allowed: tuple[int, ...], what: Message) -> None:
    """The file type must be one of ``allowed`` and no unknown bits may be set."""
    if stat.S_IFMT(mode) not in allowed or mode & ~_PERMISSION_BITS:
        raise CorruptObject(
            Message("{structure} has the invalid mode {mode}", structure=what, mode=f"{mode:o}")
        )


def check_xattrs(xattrs: list[tuple[bytes, bytes]]) -> None:
    """Names must not be empty and must be sorted and unique."""
    previous = b""
    for name, _ in xattrs:
        if not name.rstrip(b"\0"):
            raise CorruptObject(Message("an extended attribute has an empty name"))
        if name <= previous:
            raise CorruptObject(Message("extended attributes are not sorted"))
        previous = name


def _normal(signature: str, data: bytes, what: Message, limit: int = MAX_METADATA_SIZE) -> Value:
    if len(data) > limit:
        raise CorruptObject(
            Message("{structure} is larger than {limit} bytes", structure=what, limit=limit)
        )
    value = parse(signature, data)
    if not value.is_normal():
        raise CorruptObject(
            Message(
                "{structure} is not a well-formed {signature}", structure=what, signature=signature
            )
        )
    return value


def _unambiguous(dictionary: Value, what: Message) -> None:
    try:
        check_keys(dictionary, what)
    except FormatError as error:
        raise CorruptObject(message_of(error)) from error


class Commit(Struct, frozen=True):
    """A commit object.

    Attributes:
        metadata: ``a{sv}``, lazily read: bindings, ``xa.*``, sizes.
        parent: checksum or None.
        timestamp: seconds since 1970, UTC.
        tree, tree_meta: checksums of the root dirtree and dirmeta.
    """

    metadata: Value
    parent: str | None
    subject: str
    body: str
    timestamp: int
    tree: str
    tree_meta: str

    @classmethod
    def parse(cls, data: bytes) -> Commit:
        value = _normal(COMMIT_TYPE, data, _COMMIT)
        metadata = value[0]
        _unambiguous(metadata, _COMMIT_METADATA)
        parent = value[1].unpack()
        return cls(
            metadata=metadata,
            parent=checksum_text(parent, _COMMIT_PARENT) if parent else None,
            subject=value[3].unpack(),
            body=value[4].unpack(),
            timestamp=byteswap64(value[5].unpack()),
            tree=checksum_text(value[6].unpack(), _COMMIT_ROOT_TREE),
            tree_meta=checksum_text(value[7].unpack(), _COMMIT_ROOT_METADATA),
        )

    @property
    def collection_binding(self) -> str | None:
        """The collection the commit says it belongs to (``ostree.collection-binding``)."""
        binding = self.metadata.get("ostree.collection-binding", "s")
        return binding if isinstance(binding, str) else None

    @property
    def ref_bindings(self) -> tuple[str, ...]:
        """The refs the commit says it may stand for (``ostree.ref-binding``)."""
        return tuple(self.metadata.get("ostree.ref-binding", "as", ()))

    @property
    def app_metadata(self) -> str | None:
        """Flatpak's metadata keyfile for this ref (``xa.metadata``), if the commit carries it."""
        text = self.metadata.get("xa.metadata", "s")
        return text if isinstance(text, str) else None

    def sizes(self) -> Iterator[tuple[ObjectName, int, int]]:
        """(object, bytes in an archive repository, bytes unpacked) from ``ostree.sizes``.

        Nothing if the commit carries none. Format: ``read_sizes_entry`` in ``ostree-core.c``:
        32 bytes checksum, two varints, since 2020.5 one byte object type. Claims, not facts.
        """
        sizes = self.metadata.lookup("ostree.sizes")
        if sizes is None or sizes.signature != "aay":
            return
        for value in sizes:
            entry = value.data
            checksum, rest = entry[:CHECKSUM_BYTES], entry[CHECKSUM_BYTES:]
            if len(checksum) != CHECKSUM_BYTES:
                return
            archived, rest = _read_varint(rest)
            unpacked, rest = _read_varint(rest)
            kind = _SIZES_KIND.get(rest[0]) if rest else ObjectKind.FILE
            if kind is not None:
                yield ObjectName(checksum.hex(), kind), archived, unpacked

    def total_sizes(self) -> tuple[int, int]:
        """Bytes of all that `sizes` names: unpacked, and in an archive repository."""
        archived = unpacked = 0
        for _, packed, size in self.sizes():
            archived, unpacked = archived + packed, unpacked + size
        return unpacked, archived


_SIZES_KIND = {
    1: ObjectKind.FILE,
    2: ObjectKind.DIRTREE,
    3: ObjectKind.DIRMETA,
    4: ObjectKind.COMMIT,
}


def _read_varint(data: bytes) -> tuple[int, bytes]:
    """A little-endian base-128 number and what follows it (``ostree-varint.c``)."""
    result = 0
    for index, byte in enumerate(data[:10]):
        result |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return result, data[index + 1 :]
    return 0, b""


class DirTree(Struct, frozen=True):
    """A directory: ``files`` as (name, checksum), ``directories`` as (name, tree, dirmeta)."""

    files: tuple[tuple[str, str], ...]
    directories: tuple[tuple[str, str, str], ...]

    @classmethod
    def parse(cls, data: bytes) -> DirTree:
        read = read_dirtree(data) if len(data) <= MAX_TREE_SIZE else None
        if read is None:
            read = _normal(DIRTREE_TYPE, data, _DIRECTORY_TREE, MAX_TREE_SIZE).unpack()
        files, directories = read
        names = [entry[0] for entry in files]
        other = [entry[0] for entry in directories]
        for group in (names, other):
            if any(left >= right for left, right in pairwise(group)):
                # Python compares code points, ostree bytes; in UTF-8 both orders are the same.
                raise CorruptObject(Message("the names in a directory tree are not sorted"))
        if not set(names).isdisjoint(other):
            raise CorruptObject(Message("a name stands for a file and a directory at once"))
        for name in (*names, *other):
            check_file_name(name)
        return cls(
            tuple((name, checksum_text(raw, _FILE_CHECKSUM)) for name, raw in files),
            tuple(
                (
                    name,
                    checksum_text(tree, _DIRECTORY_CHECKSUM),
                    checksum_text(meta, _DIRECTORY_METADATA_CHECKSUM),
                )
                for name, tree, meta in directories
            ),
        )

    def children(self) -> Iterator[ObjectName]:
        """Every object this directory refers to."""
        for _, checksum in self.files:
            yield ObjectName(checksum, ObjectKind.FILE)
        for _, tree, meta in self.directories:
            yield ObjectName(tree, ObjectKind.DIRTREE)
            yield ObjectName(meta, ObjectKind.DIRMETA)


def check_dirmeta(data: bytes) -> None:
    """Raise `CorruptObject` unless ``data`` is a valid dirmeta: a directory's owner and mode."""
    _, _, mode, xattrs = _normal(DIRMETA_TYPE, data, _DIRECTORY_METADATA, MAX_DIRMETA_SIZE).unpack()
    check_mode(byteswap32(mode), (stat.S_IFDIR,), _DIRECTORY)
    check_xattrs(xattrs)


def serialise_dirmeta(mode: int) -> bytes:
    """A dirmeta owned by root without extended attributes, as ``bare-user-only`` has it."""
    return serialise(DIRMETA_TYPE, (0, 0, byteswap32(mode), []))


def parse_detached(data: bytes) -> Value:
    """A commitmeta object or a ``.sig`` file: detached metadata ``a{sv}``."""
    value = _normal(DETACHED_TYPE, data, _DETACHED_METADATA, MAX_DETACHED_SIZE)
    _unambiguous(value, _DETACHED_METADATA)
    return value


def detached_signatures(data: bytes | None) -> tuple[bytes, ...]:
    """The GPG signatures in a commitmeta object or a ``.sig`` file; empty if there are none."""
    if not data:
        return ()
    return tuple(parse_detached(data).get("ostree.gpgsigs", "aay", ()))


def commit_children(commit: Commit) -> tuple[ObjectName, ObjectName]:
    return ObjectName(commit.tree, ObjectKind.DIRTREE), ObjectName(
        commit.tree_meta, ObjectKind.DIRMETA
    )


def child_keys(commit: Commit) -> tuple[bytes, ...]:
    """`commit_children` by their keys."""
    return tuple(child.key for child in commit_children(commit))


def check_metadata(name: ObjectName, data: bytes) -> tuple[ObjectName, ...]:
    """Check a commit, dirtree or dirmeta against its name; the objects it refers to.

    Raises `CorruptObject` if the bytes are not what the name says or not valid.
    """
    if len(data) > MAX_METADATA_SIZE:
        raise CorruptObject(
            Message(
                "the {object_kind} is larger than {limit} bytes",
                object_kind=name.kind,
                limit=MAX_METADATA_SIZE,
            )
        )
    if sha256(data).hexdigest() != name.checksum:
        raise CorruptObject(Message("its content does not match its name"))
    match name.kind:
        case ObjectKind.COMMIT:
            return commit_children(Commit.parse(data))
        case ObjectKind.DIRTREE:
            return tuple(DirTree.parse(data).children())
        case ObjectKind.DIRMETA:
            check_dirmeta(data)
            return ()
        case _:
            raise ValueError(f"{name.kind} is not named by its own checksum")
