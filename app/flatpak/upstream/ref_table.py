"""The refs of a summary, with what flatpak's caches in it say about them. No I/O.

Formats: flatpak's ``doc/flatpak-summaries.txt``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from app.flatpak.eol_rebase import REPLACED_KEY
from app.flatpak.refs import Ref
from app.flatpak.remotes.filters import RefFilter
from app.formats.gvariant import MAX_UNPACKED, Value
from app.ostree.names import is_ref_name
from app.ostree.objects import Commit, byteswap64
from app.ostree.summary import CACHE_TYPE, SPARSE_CACHE_TYPE, Summary, SummaryRef, unwrapped
from app.replacing import replace
from app.text import Policy, clean


class UpstreamRef(Struct, frozen=True):
    """What an upstream says about one ref; sizes in bytes, as claimed.

    Attributes:
        timestamp: of the commit, in seconds; None if upstream does not tell.
        metadata: flatpak's metadata keyfile; None if upstream's summary has none for it.
        eol, eol_rebase: why the ref is at its end of life, and the ref that replaces it.
        extra_data_size: bytes that a client downloads from elsewhere; None: nothing said.
        token_type: which kind of token a client has to show; 0: none.
        instead_of: the commit that upstream's list names, where that cannot be had and this is
            another; else empty.
    """

    name: str
    commit: str
    commit_size: int
    timestamp: int | None
    installed_size: int
    download_size: int
    metadata: str | None
    eol: str | None
    eol_rebase: str | None
    extra_data_size: int | None
    token_type: int = 0
    instead_of: str = ""

    @property
    def ref(self) -> Ref | None:
        """The ref if it is an app or a runtime."""
        return Ref.parse_or_none(self.name)


_MAX_REF = 1000
"""Characters of a reason."""

_END_OF_LIFE = b"eol"
"""The beginning of both keys."""


def _reason(text: str | None) -> str | None:
    """What is said to people, as far as they would read it."""
    return clean(text, Policy.REASON) if text is not None else None


def _ref(text: str | None) -> str | None:
    """What names a ref, as it is; what is longer names none."""
    return text[:_MAX_REF] if text is not None else None


def with_end(entry: UpstreamRef, commit: Commit) -> UpstreamRef:
    """With what its commit says of its end of life, where no list does."""
    said = commit.metadata.get
    return replace(
        entry, eol=_reason(said("ostree.endoflife", "s")), eol_rebase=_ref(said(REPLACED_KEY, "s"))
    )


def _get(entries: Mapping[str, Value], key: str, signature: str, default: Any = None) -> Any:
    """As `Value.get`."""
    value = entries.get(key)
    if value is None or value.signature != signature or value.size > MAX_UNPACKED:
        return default
    return value.unpack()


class RefTable:
    """The refs of one summary with flatpak's data about them: a `related.RefIndex`."""

    def __init__(
        self,
        summary: Summary,
        token_type: int = 0,
        hidden: RefFilter | None = None,
        instead: Callable[[UpstreamRef], UpstreamRef] | None = None,
    ) -> None:
        """``token_type``: of the refs about which nothing else is said.

        ``hidden``: what a computer hides is not there. ``instead``: what a lookup gives for what
        the summary says.
        """
        self._hidden = hidden
        self._instead = instead
        self.summary = summary
        self._token_type = token_type
        cache = unwrapped(summary.metadata.lookup("xa.cache"))
        self._cache = cache if cache is not None and cache.signature == CACHE_TYPE else None
        sparse = summary.metadata.lookup("xa.sparse-cache")
        self._sparse = (
            sparse if sparse is not None and sparse.signature == SPARSE_CACHE_TYPE else None
        )
        # What was looked up: plans ask for the same refs again and again.
        self._known: dict[str, UpstreamRef | None] = {}

    def lookup(self, name: str) -> UpstreamRef | None:
        """One ref, by binary search."""
        if name not in self._known:
            entry = None if self.hides(name) else self.summary.lookup(name)
            self._known[name] = self._describe(entry) if entry is not None else None
        return self._known[name]

    def hides(self, name: str) -> bool:
        """Whether this computer hides a ref, whether or not upstream has it."""
        return self._hidden is not None and self._hidden.hides(name)

    def hides_id(self, id: str) -> bool:
        """Whether upstream has something of that name that this computer hides."""
        return self._hidden is not None and any(
            ref.id == id
            for entry in self.summary.refs()
            if self.hides(entry.name) and (ref := Ref.parse_or_none(entry.name)) is not None
        )

    def _told(self, entry: SummaryRef) -> tuple[Value | None, Mapping[str, Value]]:
        """Its sizes and metadata, and what is only told of few refs."""
        about = entry.metadata.entries()
        data = about.get("xa.data")
        if data is not None and data.signature == "(tts)":
            return data, about
        cached = self._cache.bisect(entry.name) if self._cache is not None else None
        known = self._sparse.bisect(entry.name) if self._sparse is not None else None
        return (
            cached[1] if cached is not None else None,
            known[1].entries() if known is not None else about,
        )

    def _describe(self, entry: SummaryRef) -> UpstreamRef:
        sizes, sparse = self._told(entry)
        installed, download, metadata = sizes.unpack() if sizes is not None else (0, 0, None)
        extra = _get(sparse, "eds", "(ut)")
        described = UpstreamRef(
            name=entry.name,
            commit=entry.commit,
            commit_size=entry.commit_size,
            timestamp=entry.timestamp,
            installed_size=byteswap64(installed),
            download_size=byteswap64(download),
            metadata=metadata,
            eol=_reason(_get(sparse, "eol", "s")),
            eol_rebase=_ref(_get(sparse, "eolr", "s")),
            extra_data_size=extra[1] if extra is not None else None,
            token_type=_get(sparse, "tokt", "i", self._token_type),
        )
        return self._instead(described) if self._instead is not None else described

    def ended(self, names: Iterable[str]) -> frozenset[str]:
        """Those of these refs that are at their end of life."""
        # Few are, and of most refs a glance at their bytes tells that they are not.
        may_be = set(self.summary.mentioning(_END_OF_LIFE))
        if self._sparse is not None:
            may_be.update(entry[0].unpack() for entry in self._sparse)
        return frozenset(filter(self._has_ended, may_be.intersection(names)))

    def _has_ended(self, name: str) -> bool:
        entry = None if self.hides(name) else self.summary.lookup(name)
        if entry is None:
            return False
        _, sparse = self._told(entry)
        return bool(_reason(_get(sparse, "eol", "s")) or _get(sparse, "eolr", "s"))

    def names(self) -> Iterator[str]:
        """Every ref whose name is safe."""
        for name in self.summary.names:
            if is_ref_name(name) and not self.hides(name):
                yield name

    # related.RefIndex

    def __contains__(self, ref: str) -> bool:
        return self.lookup(ref) is not None

    def with_prefix(self, kind_id_prefix: str, arch: str, branch: str) -> list[Ref]:
        """Refs beginning with ``kind_id_prefix``, of this architecture and branch."""
        refs = []
        for number in range(bisect_left(self._names, kind_id_prefix), len(self._names)):
            if not self._names[number].startswith(kind_id_prefix):
                break
            ref = self._refs[number]
            if ref.arch == arch and ref.branch == branch:
                refs.append(ref)
        return refs

    def refs(self) -> tuple[Ref, ...]:
        """Every app and runtime."""
        return self._refs

    def with_id(self, id: str) -> Sequence[Ref]:
        """The apps and runtimes of that name."""
        return self._by_id.get(id, ())

    @cached_property
    def _refs(self) -> tuple[Ref, ...]:
        """By their names, as a summary has them."""
        return tuple(filter(None, map(Ref.parse_or_none, self.names())))

    @cached_property
    def _names(self) -> list[str]:
        return [str(ref) for ref in self._refs]

    @cached_property
    def _by_id(self) -> dict[str, list[Ref]]:
        refs_by_id: dict[str, list[Ref]] = {}
        for ref in self._refs:
            refs_by_id.setdefault(ref.id, []).append(ref)
        return refs_by_id
