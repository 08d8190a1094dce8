"""Single small objects of an upstream: fetched when something is looked up, and then kept.

For what is nice to know: what cannot be had is left out, and is worth no error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from app.errors import UpstreamError
from app.flatpak.upstream.client import RemoteClient, fetch_all, fetch_each
from app.formats.gvariant import FormatError
from app.ostree.content import check_content
from app.ostree.objects import MAX_METADATA_SIZE, DirTree, ObjectKind, ObjectName, check_metadata
from app.ostree.pull.fetch import HttpSource
from app.ostree.pull.many_requests import contents
from app.ostree.pull.sizes import ask_sizes


def find_trees(client: RemoteClient, checksums: Sequence[str]) -> dict[str, DirTree]:
    """Checksum → directory. Raises InterruptedByUser."""
    names = [ObjectName(checksum, ObjectKind.DIRTREE) for checksum in checksums]
    objects = find_objects(client, names, MAX_METADATA_SIZE)
    trees = {}
    for name, data in objects.items():
        with suppress(FormatError):
            trees[name.checksum] = DirTree.parse(data)
    return trees


def find_objects(
    client: RemoteClient, names: Sequence[ObjectName], limit: int
) -> dict[ObjectName, bytes]:
    """Objects as the archive repository has them, several at once, each checked by its name.

    None is larger than ``limit`` bytes, packed or unpacked. Raises InterruptedByUser.
    """
    objects = {}
    missing = []
    for name in dict.fromkeys(names):
        data = client.cache.read(_path(name))
        if data is None or not _intact(name, data, limit):
            missing.append(name)
        else:
            objects[name] = data
    with suppress(UpstreamError):
        fetched = fetch_all(client.source, [_path(name) for name in missing], limit)
        for name, data in zip(missing, fetched, strict=True):
            if data is not None and _intact(name, data, limit):
                client.cache.write(_path(name), data)
                objects[name] = data
    return objects


Further = Callable[[ObjectName, bytes], Iterable[ObjectName]]
"""What else is to be fetched, by an object that came."""


def nothing_further(_name: ObjectName, _data: bytes) -> Iterable[ObjectName]:
    """No object leads to another one."""
    return ()


def fetch_unchecked(
    client: RemoteClient, names: Sequence[ObjectName], further: Further = nothing_further
) -> dict[ObjectName, bytes]:
    """Metadata objects as upstream sends them, several at once: very many, that the caller keeps;
    with them ``further`` ones, as far as it sends these at the first try.

    Raises InterruptedByUser.
    """
    source = client.source
    asked = {_path(name): name for name in names}
    came: dict[str, bytes] = {}

    def follow(path: str, data: bytes) -> list[str]:
        more = {_path(name): name for name in further(asked[path], data)}
        asked.update(more)
        return list(more)

    if isinstance(source, HttpSource):
        came = contents(source, list(asked), MAX_METADATA_SIZE, follow)
    objects = {asked[path]: data for path, data in came.items()}
    rest = [name for name in names if name not in objects]
    answers = fetch_each(source, [_path(name) for name in rest], MAX_METADATA_SIZE)
    more = zip(rest, answers, strict=True)
    return objects | {name: data for name, data in more if isinstance(data, bytes)}


def find_sizes(client: RemoteClient, names: Sequence[ObjectName]) -> dict[ObjectName, int]:
    """Bytes of objects as the archive repository has them, of those that it tells of.

    Raises InterruptedByUser.
    """
    sizes = ask_sizes(client.source, [_path(name) for name in names])
    return {name: sizes[path] for name in names if (path := _path(name)) in sizes}


def _path(name: ObjectName) -> str:
    """Upstream's own: nothing else knows these objects."""
    return f"objects/{name.path}"


def _intact(name: ObjectName, data: bytes, limit: int) -> bool:
    try:
        if name.kind is ObjectKind.FILE:
            # The size stands first in the file's header. Never unpacks to more than it says.
            if int.from_bytes(data[8:16], "big") > limit:
                return False
            check_content(name.checksum, data)
        else:
            check_metadata(name, data)
    except FormatError:
        return False
    return True
