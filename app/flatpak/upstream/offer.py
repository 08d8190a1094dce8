"""What a remote offers, as plans see it: `Upstream` is one, and tests have theirs of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from app.errors import UpstreamError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.objects import Further, nothing_further
from app.flatpak.upstream.published_configuration import PublishedConfiguration
from app.flatpak.upstream.ref_table import RefTable, UpstreamRef
from app.flatpak.upstream.upstream import Snapshot
from app.ostree.objects import DirTree, ObjectName
from app.trust.keyring import Keyring


class Offer(Protocol):
    """One snapshot of a remote, and what is asked for beside it. Members as in `Upstream`."""

    @property
    def remote(self) -> Remote: ...

    @property
    def snapshot(self) -> Snapshot: ...

    @property
    def configuration(self) -> PublishedConfiguration: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def default_branch(self) -> str | None: ...

    def close(self) -> None: ...

    # Refs

    def arches(self) -> tuple[str, ...]: ...

    def table(self, arch: str) -> RefTable: ...

    def lookup(self, name: str, arch: str) -> UpstreamRef | None: ...

    def apps(self, appstream: UpstreamRef) -> int: ...

    def signed_files(self, arches: Iterable[str]) -> dict[str, bytes]: ...

    # Objects

    def commits(self, checksums: Iterable[str]) -> dict[str, bytes]: ...

    def ask_for_commits(
        self, checksums: Iterable[str]
    ) -> tuple[dict[str, bytes], dict[str, UpstreamError]]: ...

    def metadata_text(self, ref: UpstreamRef) -> str: ...

    def signatures(
        self, checksums: Iterable[str]
    ) -> tuple[Mapping[str, bytes | None], Mapping[str, bytes | None]]: ...

    def fetch_unchecked(
        self, names: Sequence[ObjectName], further: Further = nothing_further
    ) -> Mapping[ObjectName, bytes]: ...

    def find_sizes(self, names: Sequence[ObjectName]) -> Mapping[ObjectName, int]: ...

    def find_trees(self, checksums: Sequence[str]) -> Mapping[str, DirTree]: ...


OfferT_co = TypeVar("OfferT_co", bound=Offer, covariant=True)
