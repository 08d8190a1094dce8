"""Files of repositories where flatpak installs, packed again as an archive has them.

They lie there unpacked, in one of these modes (``ostree-repo.c``), and each is checked by its name
in the same pass:

- ``bare``: owner, mode and extended attributes are the file's own;
- ``bare-user``: they stand in its attribute ``user.ostreemeta`` as ``(uuua(ayay))``, big-endian;
  a symbolic link is a file with its target in it;
- ``bare-user-only``: the mode is the file's, owner (root) and attributes (none) are not kept. So
  what upstream has otherwise cannot be made again from there; its name tells.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from struct import pack
from typing import NamedTuple

from isal import igzip_lib, isal_zlib

from app.formats.gvariant import parse, serialise
from app.fs.files import is_hollow, open_with_status
from app.message import Message
from app.ostree.content import CHECKSUM_HEADER_TYPE, HEADER_TYPE
from app.ostree.objects import DIRMETA_TYPE, MAX_LINK, CorruptObject, ObjectName, byteswap32
from app.ostree.pull.delivery import SPILL, Arrived
from app.ostree.pull.object_writer import ObjectStore

BARE = "bare"
BARE_USER = "bare-user"
BARE_USER_ONLY = "bare-user-only"
UNPACKED_MODES = (BARE, BARE_USER, BARE_USER_ONLY)

_LEVEL = 1
"""Packs fifteen times as fast as zlib usually does, to a seventh more."""

_BLOCK = 4096
"""Bytes that nearly every file system gives a file at least. What needs no more is not packed: that
would take longer than all else that is done to it."""

_STEP = 512 * 1024
"""Bytes packed at once: of more igzip makes a hundredth more."""

_LARGEST = 1 << 38
"""Bytes of a file that is packed."""
_MOST_IN_MEMORY = 1 << 30

_AS_IT_IS = 5
"""Bytes that deflate adds to what it does not pack."""

_RAW_DEFLATE = -15
_SIZE_BYTES = 8
_LINK = stat.S_IFLNK | 0o777
_OSTREE_META = "user.ostreemeta"
_USUAL_MODES = (0o644, 0o755)
"""Of upstreams' files; a copy of an installation may have lost them."""


class _Facts(NamedTuple):
    """What is said of a file beside its content; in native byte order."""

    uid: int
    gid: int
    mode: int
    target: str = ""
    xattrs: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def headers(self) -> _Headers:
        return _headers(self) if not self.target else _made_headers(self)


class _Headers(NamedTuple):
    """What a file's checksum begins with, and what an archive has before and after the size."""

    hashed: bytes
    before: bytes
    after: bytes

    def stored(self, size: int) -> bytes:
        """What an archive has before the content."""
        return self.before + size.to_bytes(_SIZE_BYTES, "big") + self.after


def _made_headers(facts: _Facts) -> _Headers:
    said = (*map(byteswap32, facts[:3]), 0, facts.target, list(facts.xattrs))
    hashed = serialise(CHECKSUM_HEADER_TYPE, said)
    stored = serialise(HEADER_TYPE, (0, *said))
    return _Headers(_framed(hashed) + hashed, _framed(stored), stored[_SIZE_BYTES:])


# Files share a handful of owners and modes; links do not share their targets.
_headers = lru_cache(maxsize=256)(_made_headers)


def _framed(header: bytes) -> bytes:
    """What stands before a header."""
    return len(header).to_bytes(4, "big") + bytes(4)


def pack_again(
    mode: str, path: str, name: ObjectName, store: ObjectStore, tell: Callable[[int], None]
) -> Arrived | None:
    """Put a file into the store; None if it is not there, or not what its name says.

    ``mode``: one of `UNPACKED_MODES`; ``tell`` is told of all its bytes. Raises OSError for what
    cannot be written, and `ObjectTooLargeError`.
    """
    try:
        facts, descriptor, size = _open(mode, path)
    except (OSError, ValueError):
        return None
    try:
        if size < SPILL:
            return _pack_small(facts, size, descriptor, name, store, tell)
        for each in facts:
            if (arrived := _stream(each, size, descriptor, name, store, tell)) is not None:
                return arrived
        return None
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _pack_small(
    facts: Iterable[_Facts],
    size: int,
    descriptor: int,
    name: ObjectName,
    store: ObjectStore,
    tell: Callable[[int], None],
) -> Arrived | None:
    try:
        content = _exactly(descriptor, size)
    except OSError:
        return None
    for each in facts:
        headers = each.headers
        if _sum(headers, content) == name.checksum:
            data = _packed(each, headers, content)
            store.require_room(name, len(data))
            store.put(name, data, keep=False)
            tell(len(data))
            stored = sha256(data).digest() if store.wants_sum(name) else b""
            return Arrived(name, len(data), (), stored)
    return None


def _sum(headers: _Headers, content: bytes) -> str:
    state = sha256(headers.hashed)
    state.update(content)
    return state.hexdigest()


def _packed(facts: _Facts, headers: _Headers, content: bytes) -> bytes:
    if stat.S_ISLNK(facts.mode):
        return headers.stored(0)
    stored = headers.stored(len(content))
    if len(stored) + _AS_IT_IS + len(content) <= _BLOCK:
        return stored + _as_it_is(content)
    return stored + igzip_lib.compress(content, _LEVEL, igzip_lib.COMP_DEFLATE)


def _as_it_is(content: bytes) -> bytes:
    """As deflate has what is not packed (RFC 1951, 3.2.4): the last block, its length, and that
    with all bits turned."""
    size = len(content)
    return b"\1" + pack("<HH", size, size ^ 0xFFFF) + content


def _stream(
    facts: _Facts,
    size: int,
    descriptor: int,
    name: ObjectName,
    store: ObjectStore,
    tell: Callable[[int], None],
) -> Arrived | None:
    """Pack a large file piece by piece."""
    headers = facts.headers
    state = sha256(headers.hashed)
    packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _RAW_DEFLATE)
    stored = sha256()
    written = 0
    part = store.open_part(name)

    def write(data: bytes) -> None:
        nonlocal written
        store.require_room(name, written + len(data))
        store.write(part, data)
        stored.update(data)
        written += len(data)
        tell(len(data))

    try:
        os.ftruncate(part, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        write(headers.stored(size))
        left = size + 1
        while left > 0 and (data := _read(descriptor)):
            left -= len(data)
            state.update(data)
            write(packer.compress(data))
        write(packer.flush())
        right = state.hexdigest() == name.checksum
    except BaseException:
        os.close(part)
        store.drop_part(name)
        raise
    os.close(part)
    if not right:
        tell(-written)
        store.drop_part(name)
        return None
    store.publish_part(name)
    return Arrived(name, written, (), stored.digest() if store.wants_sum(name) else b"")


def _read(descriptor: int) -> bytes:
    """The next piece; nothing where no more can be read: then the sum is not right."""
    try:
        return os.read(descriptor, _STEP)
    except OSError:
        return b""


def _exactly(descriptor: int, size: int) -> bytes:
    """So many bytes of a file, or fewer, where it has become shorter; of a link, which is not
    open, there are none. Raises OSError."""
    if not size:
        return b""
    data = os.read(descriptor, size)
    while len(data) < size and (more := os.read(descriptor, size - len(data))):
        data += more
    return data


def packed_again(mode: str, path: str, name: ObjectName) -> bytes | None:
    """A whole file as an archive has it; None as of `pack_again`.

    In memory: only for what has to be measured.
    """
    try:
        facts, descriptor, size = _open(mode, path)
    except (OSError, ValueError):
        return None
    try:
        content = _exactly(descriptor, min(size, _MOST_IN_MEMORY))
        for each in facts:
            if _sum(each.headers, content) == name.checksum:
                return _packed(each, each.headers, content)
        return None
    except OSError:
        return None
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _open(mode: str, path: str) -> tuple[Sequence[_Facts], int, int]:
    """What may be said of a file, the likeliest first, the file, open, and its size; of a link -1
    and 0.

    Raises OSError, ValueError.
    """
    try:
        descriptor, status = open_with_status(path, follow=False)
    except OSError as error:
        if error.errno != errno.ELOOP or mode == BARE_USER:
            raise
        return _link_facts(mode, path, os.lstat(path)), -1, 0
    try:
        if status.st_size > _LARGEST or is_hollow(status):
            raise CorruptObject(Message("it is larger than it can be"))
        if mode != BARE_USER:
            return _file_facts(mode, descriptor, status), descriptor, status.st_size
        facts = _noted_facts(descriptor)
        if stat.S_ISLNK(facts.mode):
            target = os.read(descriptor, MAX_LINK + 1).partition(b"\0")[0].decode()
            os.close(descriptor)
            return [facts._replace(target=target)], -1, 0
    except BaseException:
        with contextlib.suppress(OSError):
            os.close(descriptor)
        raise
    return [facts], descriptor, status.st_size


def _link_facts(mode: str, path: str, status: os.stat_result) -> list[_Facts]:
    target = os.fsencode(os.readlink(path)).decode()
    plain = _Facts(0, 0, _LINK, target)
    if mode == BARE_USER_ONLY:
        return [plain]
    own = _Facts(status.st_uid, status.st_gid, _LINK, target)
    return [own._replace(xattrs=_xattrs(path)), own]


def _file_facts(mode: str, descriptor: int, status: os.stat_result) -> Sequence[_Facts]:
    bits = stat.S_IMODE(status.st_mode)
    if mode == BARE_USER_ONLY:
        return _canonical_facts(bits)
    own = _Facts(status.st_uid, status.st_gid, stat.S_IFREG | bits)
    with_xattrs = own._replace(xattrs=_xattrs(descriptor))
    return [with_xattrs, own] if with_xattrs != own else [own]


@lru_cache(maxsize=256)
def _canonical_facts(mode: int) -> tuple[_Facts, ...]:
    own = _Facts(0, 0, stat.S_IFREG | mode)
    usual = (own._replace(mode=stat.S_IFREG | mode) for mode in _USUAL_MODES)
    return (own, *(each for each in usual if each != own))


def _noted_facts(descriptor: int) -> _Facts:
    value = parse(DIRMETA_TYPE, os.getxattr(descriptor, _OSTREE_META))
    if not value.is_normal():
        raise CorruptObject(Message("what it says of its owner is not well-formed"))
    uid, gid, mode, xattrs = value.unpack()
    return _Facts(byteswap32(uid), byteswap32(gid), byteswap32(mode), "", tuple(map(tuple, xattrs)))


def _xattrs(path: str | int) -> tuple[tuple[bytes, bytes], ...]:
    """All of a file's or a link's, as ostree sorts them; names end with a zero byte."""
    follow = isinstance(path, int)
    with contextlib.suppress(OSError):
        names = os.listxattr(path, follow_symlinks=follow)
        return tuple(
            sorted(
                (os.fsencode(name) + b"\0", os.getxattr(path, name, follow_symlinks=follow))
                for name in names
            )
        )
    return ()
