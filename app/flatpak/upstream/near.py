"""What is near of upstreams: lists and versions that drives and installations have.

All of it is only a hint where to look: lists count if the remote's keys have signed them, commits
as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from msgspec import Struct, field

from app.flatpak.extra_data import sizes_of
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE, SUMMARY, SUMMARY_SIGNATURE
from app.flatpak.upstream.ref_table import UpstreamRef
from app.flatpak.upstream.summary_index import SummaryIndex
from app.formats.gvariant import FormatError
from app.fs.files import read_bounded
from app.ostree.objects import Commit, byteswap64, detached_signatures
from app.ostree.pull.fetch import KeptSource
from app.ostree.pull.near_objects import NearObjects, NearPlace
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.replacing import replace
from app.trust.keyring import Keyring

_MOST_NAMES = 10_000
_FAST = 1


def _no_lists(_remote: Remote) -> Sequence[KeptSource]:
    return ()


class NearUpstream(Struct, frozen=True):
    """What some places have of upstreams.

    Attributes:
        places: their repositories.
        commits: ref → the commits that stand there under it, of whatever remote.
        lists: signed lists of a remote, as that would publish them.
    """

    places: tuple[NearPlace, ...] = ()
    commits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Callable[[Remote], Sequence[KeptSource]] = _no_lists


NOTHING_NEAR = NearUpstream()


def kept_by_client(directory: Path, name: str, url: str) -> KeptSource:
    """The lists of a remote as flatpak keeps them in ``directory``; ``name`` as it is called there.

    See `app.flatpak.upstream.kept_by_flatpak`. Sub-summaries lie there inflated.
    """
    files = {
        INDEX: f"{name}.idx",
        INDEX_SIGNATURE: f"{name}.idx.sig",
        SUMMARY: name,
        SUMMARY_SIGNATURE: f"{name}.sig",
    }

    def part(digests: Collection[str]) -> Path | None:
        """One that is there of the sub-summaries with these digests."""
        for entry in islice(directory.iterdir(), _MOST_NAMES):
            end = entry.name.rpartition("-")[2]
            if entry.name.startswith(f"{name}-") and end.removesuffix(".sub") in digests:
                return entry
        return None

    def read(path: str) -> bytes | None:
        with suppress(OSError, FormatError):
            if path in files:
                data = read_bounded(directory / files[path], MAX_SUMMARY_SIZE)
                # Without any of its parts an index is none: another list may have all.
                if path == INDEX and not part(frozenset(SummaryIndex(data).digests.values())):
                    return None
                return data
            digest = path.removeprefix("summaries/").removesuffix(".gz")
            if path == f"summaries/{digest}.gz" and (entry := part((digest,))) is not None:
                import gzip

                return gzip.compress(read_bounded(entry, MAX_SUMMARY_SIZE), _FAST, mtime=0)
        return None

    return KeptSource(url, read)


def versions(
    name: str, near: NearUpstream, collection: str, keyring: Keyring, *, unsigned: bool
) -> Iterator[tuple[str, Commit]]:
    """The commits that are near of a ref and are the collection's, checksum first; the newest
    first.

    ``keyring``: has to have signed them, unless ``unsigned``.
    """
    objects = NearObjects(near.places)
    found: list[tuple[str, Commit]] = []
    for checksum in near.commits.get(name, ()):
        data = objects.commit(checksum)
        with suppress(FormatError):
            if data is None:
                continue
            commit = Commit.parse(data)
            bound = commit.collection_binding == collection and name in commit.ref_bindings
            if bound and (unsigned or _is_signed(objects, checksum, data, keyring)):
                found.append((checksum, commit))
    yield from sorted(found, key=lambda each: each[1].timestamp, reverse=True)


def _is_signed(objects: NearObjects, checksum: str, data: bytes, keyring: Keyring) -> bool:
    for detached in objects.signatures(checksum):
        with suppress(FormatError):
            signatures = detached_signatures(detached)
            if signatures and keyring.verify(data, signatures).good:
                return True
    return False


def as_version(entry: UpstreamRef, checksum: str, commit: Commit) -> UpstreamRef:
    """What the list would say of another version of the ref."""

    download, installed = sizes_of(commit)

    def size(key: str, further: int) -> int:
        said = commit.metadata.get(key, "t", 0)
        return byteswap64(said) + further if isinstance(said, int) and said else 0

    return replace(
        entry,
        commit=checksum,
        timestamp=commit.timestamp,
        installed_size=size("xa.installed-size", installed) or entry.installed_size,
        download_size=size("xa.download-size", download) or entry.download_size,
        metadata=None,
        instead_of=entry.commit,
    )
