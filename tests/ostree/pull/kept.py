"""What a cache has kept, and what may have become of it meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from app.ostree.objects import ObjectName
from app.ostree.pull.object_cache import CachePlace, ObjectCache
from app.ostree.pull.packs import PACKS, is_pack, packed


def packs_of(cache: Path) -> list[Path]:
    directory = cache / PACKS
    return (
        [path for path in directory.iterdir() if is_pack(path.name)] if directory.exists() else []
    )


def kept_names(cache: Path) -> set[ObjectName]:
    """What is there, whether or not anybody finds it."""
    names = {
        ObjectName.from_path(path.parent.name, path.name)
        for path in (cache / "objects").glob("??/*")
    }
    names.update(
        ObjectName.from_key(key) for path in packs_of(cache) for key, _, _ in packed(str(path))
    )
    return {name for name in names if name is not None}


def taken(cache: Path, names: Iterable[ObjectName]) -> dict[ObjectName, bytes]:
    """Of these objects, those that are found, as whoever makes a drive finds them."""
    found = {}
    descriptor = os.open("/", os.O_RDONLY)
    try:
        with ObjectCache(CachePlace(cache, 0), descriptor) as opened:
            for name in names:
                data = opened.read(name)
                if data is None and (file := opened.open(name)) is not None:
                    with os.fdopen(file, "rb") as stream:
                        data = stream.read()
                if data is not None:
                    found[name] = data
    finally:
        os.close(descriptor)
    return found


def forget(cache: Path, name: ObjectName) -> None:
    """An object is not kept any more."""
    descriptor = os.open("/", os.O_RDONLY)
    try:
        with ObjectCache(CachePlace(cache, 0), descriptor) as opened:
            opened.drop(name)
    finally:
        os.close(descriptor)


def spoil(cache: Path, name: ObjectName, change: Callable[[bytes], bytes]) -> None:
    """Its bytes change on the disk, not their number."""
    loose = cache / "objects" / name.path
    if loose.exists():
        loose.write_bytes(change(loose.read_bytes()))
        return
    for path in packs_of(cache):
        for key, offset, length in packed(str(path)):
            if key == name.key:
                data = path.read_bytes()
                end = offset + length
                path.write_bytes(data[:offset] + change(data[offset:end]) + data[end:])


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])
