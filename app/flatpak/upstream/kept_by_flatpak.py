"""The lists of upstream's that flatpak itself keeps, in ``repo/tmp/cache/summaries`` or, for
somebody who may not write there, in ``~/.cache/flatpak/system-cache/summaries``.

``REMOTE.idx`` and ``REMOTE.idx.sig``, with ``REMOTE-ARCH-DIGEST.sub`` (inflated); of a remote
without an index ``REMOTE`` and ``REMOTE.sig``, as libostree keeps it
(``flatpak_dir_remote_load_cached_summary`` in flatpak's ``flatpak-dir.c``). They count only if the
remote's own keys have signed them: who can write there is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path

from app.flatpak.remotes.configured import configured_remotes, installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.client import MAX_SIGNATURE_SIZE
from app.flatpak.upstream.ref_table import RefTable, UpstreamRef
from app.flatpak.upstream.summary_index import SummaryIndex, summary_made
from app.formats.gvariant import FormatError
from app.fs.files import read_bounded
from app.ostree.objects import detached_signatures
from app.ostree.repository import MAX_INDEX_SIZE, MAX_SUMMARY_SIZE
from app.ostree.summary import Summary
from app.trust.keyring import BadKeyError, Keyring

_MOST_NAMES = 10_000
"""Names that are looked at in a directory."""


class KeptList:
    """One of a remote, in one installation. Its signature is good; parts are read when they are
    asked for.

    Attributes:
        remote: as the installation has it.
        collection: that the list is for; None if it does not tell.
        made: when upstream made it, seconds since 1970; None if it does not tell.
    """

    def __init__(self, directory: Path, remote: Remote, content: SummaryIndex | Summary) -> None:
        self.remote = remote
        self._directory = directory
        self._content = content
        self._tables: dict[str, RefTable | None] = {}
        self.collection = content.collection
        self.made = (
            content.last_modified if isinstance(content, SummaryIndex) else summary_made(content)
        )

    def lookup(self, name: str, arch: str) -> UpstreamRef | None:
        table = self.table(arch)
        with suppress(FormatError):
            return table.lookup(name) if table is not None else None
        return None

    def has(self, arch: str) -> bool:
        """Whether what it says of an architecture is here."""
        return self.table(arch) is not None

    def table(self, arch: str) -> RefTable | None:
        """The refs of an architecture; None if flatpak has never asked for them."""
        if arch not in self._tables:
            self._tables[arch] = self._read(arch)
        return self._tables[arch]

    def _read(self, arch: str) -> RefTable | None:
        with suppress(OSError, FormatError):
            if isinstance(self._content, Summary):
                return RefTable(self._content)
            name = self._content.subset_name(arch, self.remote.subset)
            digest = self._content.digests.get(name)
            path = self._sub_summary(digest) if digest is not None else None
            if path is not None:
                data = read_bounded(path, MAX_SUMMARY_SIZE)
                if sha256(data).hexdigest() == digest:
                    return RefTable(Summary(data))
        return None

    def _sub_summary(self, digest: str) -> Path | None:
        """How flatpak names subsets differs between versions; the digest is always the end."""
        beginning, end = f"{self.remote.name}-", f"-{digest}.sub"
        for path in islice(self._directory.iterdir(), _MOST_NAMES):
            if path.name.startswith(beginning) and path.name.endswith(end):
                return path
        return None


def kept_lists(flatpak: FlatpakDirectories) -> tuple[KeptList, ...]:
    """Of the user, the system, and the other installations. Reads files; what cannot be believed
    is left out."""
    places, _ = installations(flatpak.user, flatpak.system, flatpak.configs)
    return tuple(
        kept
        for place in places
        for remote in configured_remotes([place], flatpak.keyrings).remotes
        for directory in flatpak.lists(place.path)
        for kept in _of(directory, remote)
    )


def _of(directory: Path, remote: Remote) -> Iterator[KeptList]:
    index = _signed(directory / f"{remote.name}.idx", remote, MAX_INDEX_SIZE)
    with suppress(FormatError):
        if index is not None:
            yield KeptList(directory, remote, SummaryIndex(index))
            return
    summary = _signed(directory / remote.name, remote, MAX_SUMMARY_SIZE)
    with suppress(FormatError):
        if summary is not None:
            yield KeptList(directory, remote, Summary(summary))


def _signed(path: Path, remote: Remote, limit: int) -> bytes | None:
    """The bytes of a file that the remote's keys have signed."""
    if not remote.keys:
        return None
    with suppress(OSError, FormatError, BadKeyError):
        data = read_bounded(path, limit)
        signature = read_bounded(path.with_name(f"{path.name}.sig"), MAX_SIGNATURE_SIZE)
        signatures = detached_signatures(signature)
        with Keyring(remote.keys) as keyring:
            if signatures and keyring.verify(data, signatures).good:
                return data
    return None
