"""Which version of each ref flatpak has on this computer, and of which collection it is.

When a commit was made is told by the commit itself, which is in the installation's repository as in
any (``flatpak_dir_read_latest_commit``). Nothing here is verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from app.discreet import Discreet
from app.flatpak.refs import Ref
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.configured import Installation, configured_remotes, installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed import installed_refs
from app.flatpak.sideloading.situation import Version
from app.formats.gvariant import FormatError
from app.fs.files import read_bounded
from app.ostree.names import origin_remote
from app.ostree.objects import MAX_METADATA_SIZE, Commit, ObjectKind, ObjectName


class InstalledVersion(Discreet, Struct, frozen=True):
    """A ref of an installation.

    Attributes:
        version: its commit; the time is None where the commit cannot be read.
        origin: the name that its remote has in the installation.
        collection: the collection ID that this remote has there; None if it has none.
        installation: its name, as in `Installation`.
        address: where this remote is; empty if there is none any more.
    """

    UNCOMPARED = frozenset({"address"})

    ref: Ref
    version: Version
    origin: str
    collection: str | None
    installation: str = "user"
    address: str = ""

    def is_of(self, origin: str, addresses: Iterable[str]) -> bool:
        """Whether it comes from there; what has no collection ID is known by its ``addresses``."""
        if origin_remote(origin) is None:
            return self.collection == origin
        return any(same_place(self.address, address) for address in addresses if self.address)


def installed_versions(flatpak: FlatpakDirectories) -> tuple[InstalledVersion, ...]:
    """Of the user, the system, and the other installations, in this order. Reads files."""
    places, _ = installations(flatpak.user, flatpak.system, flatpak.configs)
    return versions_in(places, flatpak.keyrings)


def versions_in(places: Iterable[Installation], keyrings: Path) -> tuple[InstalledVersion, ...]:
    """Of these installations, in their order; ``keyrings`` as in `FlatpakDirectories`."""
    return tuple(each for place in places for each in _of(place, keyrings))


def _of(place: Installation, keyrings: Path) -> Iterator[InstalledVersion]:
    refs = [ref for ref in installed_refs(place.path) if ref.commit]
    if not refs:
        return
    remotes = configured_remotes([place], keyrings).remotes
    by_name = {remote.name: remote for remote in remotes}
    for ref in refs:
        version = Version(ref.commit, commit_made(place.path, ref.commit))
        remote = by_name.get(ref.origin)
        collection = remote.collection_id if remote is not None else None
        address = remote.address if remote is not None else ""
        yield InstalledVersion(ref.ref, version, ref.origin, collection, place.name, address)


def commit_made(installation: Path, commit: str) -> int | None:
    """When a commit that is in an installation was made, seconds since 1970; None if it cannot be
    read."""
    try:
        path = installation / "repo/objects" / ObjectName(commit, ObjectKind.COMMIT).path
        return Commit.parse(read_bounded(path, MAX_METADATA_SIZE)).timestamp
    except (OSError, FormatError):
        return None
