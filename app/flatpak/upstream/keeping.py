"""What is kept of a remote beside objects, so that drives can be made of it without a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.cache import RemoteCache
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.fetch import HttpSource, KeptSource, LocalSource, Network
from app.progress import Cancel, Reporter

_COMMITS = (ObjectKind.COMMIT, ObjectKind.COMMITMETA)


def open_objects(
    remote: Remote,
    directory: Path,
    network: Network,
    cancel: Cancel,
    report: Reporter,
    *,
    offline: bool,
) -> HttpSource | LocalSource | KeptSource:
    """Where what a remote's lists name comes from; ``offline`` from the cache below ``directory``
    alone, unless it is a directory of this computer itself."""
    if offline and not remote.is_local:
        return _kept_source(directory, remote)
    return remote.open_source(network, cancel, report)


def _kept_source(directory: Path, remote: Remote) -> KeptSource:
    cache = RemoteCache(directory, remote.url, used=True)

    def read(path: str) -> bytes | None:
        top, _, rest = path.partition("/")
        name = ObjectName.from_path(*rest.split("/", 1)) if rest.count("/") == 1 else None
        if top == "objects" and name is not None and name.kind in _COMMITS:
            return cache.read(f"commits/{name}")
        return cache.read(path)

    return KeptSource(remote.address, read)


def keep(
    directory: Path,
    remote: Remote,
    lists: Mapping[str, bytes],
    signatures: Mapping[str, bytes | None],
) -> None:
    """Keep the ``lists`` that a drive gets, and the detached metadata of commits, all verified."""
    if remote.is_local:
        return
    cache = RemoteCache(directory, remote.url)
    cache.keep_used(lists)
    for checksum, data in signatures.items():
        if data is not None:
            cache.write(f"commits/{ObjectName(checksum, ObjectKind.COMMITMETA)}", data)
