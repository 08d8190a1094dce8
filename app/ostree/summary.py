"""Repository summaries: which refs there are and which commits they name.

Format ``(a(s(taya{sv}))a{sv})`` (ostree's ``OSTREE_SUMMARY_GVARIANT_FORMAT``): refs sorted by name,
each with the size and checksum of its commit, and metadata. Refs of other collections are in the
metadata's ``ostree.summary.collection-map`` ``a{sa(s(taya{sv}))}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.ostree.gvariant import FormatError, Value, Variant, parse, serialise
from app.ostree.objects import byteswap64, is_checksum

SUMMARY_TYPE = "(a(s(taya{sv}))a{sv})"
REF_LIST_TYPE = "a(s(taya{sv}))"
COLLECTION_MAP_TYPE = "a{sa(s(taya{sv}))}"
COLLECTION_ID_KEY = "ostree.summary.collection-id"
COLLECTION_MAP_KEY = "ostree.summary.collection-map"
LAST_MODIFIED_KEY = "ostree.summary.last-modified"
# flatpak's sub-summaries shorten the key to save space.
_TIMESTAMP_KEYS = ("ostree.commit.timestamp", "ot.ts")


@dataclass(frozen=True, slots=True)
class SummaryRef:
    """One entry of a summary.

    Attributes:
        commit: checksum.
        commit_size: bytes of the commit object, as claimed.
        metadata: ``a{sv}``, lazily read.
    """

    name: str
    commit: str
    commit_size: int
    metadata: Value

    @property
    def timestamp(self) -> int | None:
        """The commit's time in seconds, if the summary tells."""
        for key in _TIMESTAMP_KEYS:
            value = self.metadata.get(key, "t")
            if isinstance(value, int):
                return byteswap64(value)
        return None


class Summary:
    """A parsed summary. Looking up one ref reads O(log n) entries."""

    def __init__(self, data: bytes) -> None:
        """Raises FormatError if this cannot be a summary."""
        self.data = data
        value = parse(SUMMARY_TYPE, data)
        self._refs = value[0]
        self.metadata = value[1]
        if data and not len(self._refs) and not len(self.metadata):
            raise FormatError("this is not a summary, or it is damaged")

    def is_normal(self) -> bool:
        """Is every byte where the format wants it? Reads the whole summary."""
        return parse(SUMMARY_TYPE, self.data).is_normal()

    @property
    def collection(self) -> str | None:
        """The collection of the main ref list."""
        value = self.metadata.get(COLLECTION_ID_KEY, "s")
        return value if isinstance(value, str) and value else None

    @property
    def last_modified(self) -> int | None:
        """When the summary was made, in seconds, if it tells."""
        value = self.metadata.get(LAST_MODIFIED_KEY, "t")
        return byteswap64(value) if isinstance(value, int) else None

    def refs(self) -> Iterator[SummaryRef]:
        """The main ref list."""
        for entry in self._refs:
            yield _read_ref(entry)

    def lookup(self, name: str) -> SummaryRef | None:
        """A ref of the main list by binary search, as clients do it."""
        entry = self._refs.bisect(name)
        return _read_ref(entry) if entry is not None else None

    def collection_map(self) -> dict[str, list[SummaryRef]]:
        """Collection ID → refs, without the main list."""
        value = self.metadata.lookup(COLLECTION_MAP_KEY)
        if value is None or value.signature != COLLECTION_MAP_TYPE:
            return {}
        return {entry[0].unpack(): [_read_ref(ref) for ref in entry[1]] for entry in value}

    def lookup_in(self, collection: str, name: str) -> SummaryRef | None:
        """A ref of any collection, by binary search as clients do it."""
        if collection == self.collection:
            return self.lookup(name)
        value = self.metadata.lookup(COLLECTION_MAP_KEY)
        if value is None or value.signature != COLLECTION_MAP_TYPE:
            return None
        refs = value.bisect(collection)
        entry = refs[1].bisect(name) if refs is not None else None
        return _read_ref(entry) if entry is not None else None


def _read_ref(entry: Value) -> SummaryRef:
    target = entry[1]
    checksum = target[1].unpack().hex()
    if not is_checksum(checksum):
        raise FormatError("a ref in the summary names no valid commit")
    return SummaryRef(entry[0].unpack(), checksum, target[0].unpack(), target[2])


@dataclass(frozen=True, slots=True)
class NewRef:
    """What a new summary says about a ref; ``timestamp`` in seconds, ``size`` of the commit."""

    commit: str
    size: int
    timestamp: int
    version: str | None = None


def build_summary(
    collections: Mapping[str, Mapping[str, NewRef]],
    *,
    main_collection: str | None,
    mode: str,
    last_modified: int,
) -> bytes:
    """The summary that ``ostree summary -u`` would write for these refs.

    ``main_collection`` is the repository's own collection ID; its refs go into the main list,
    those of all others into the collection map.
    """
    metadata: dict[str, Variant] = {
        "ostree.summary.mode": Variant("s", mode),
        LAST_MODIFIED_KEY: Variant("t", byteswap64(last_modified)),
        "ostree.summary.tombstone-commits": Variant("b", False),
        "ostree.summary.indexed-deltas": Variant("b", True),
    }
    if main_collection is not None:
        metadata[COLLECTION_ID_KEY] = Variant("s", main_collection)
    others = [
        (collection, _ref_list(refs))
        for collection, refs in sorted(collections.items())
        if collection != main_collection and refs
    ]
    if others:
        metadata[COLLECTION_MAP_KEY] = Variant(COLLECTION_MAP_TYPE, others)
    main = _ref_list(collections.get(main_collection, {})) if main_collection else []
    return serialise(SUMMARY_TYPE, (main, sorted(metadata.items())))


def _ref_list(refs: Mapping[str, NewRef]) -> list[Any]:
    entries = []
    for name, ref in sorted(refs.items()):
        metadata = {"ostree.commit.timestamp": Variant("t", byteswap64(ref.timestamp))}
        if ref.version is not None:
            metadata["ostree.commit.version"] = Variant("s", ref.version)
        entries.append((name, (ref.size, bytes.fromhex(ref.commit), metadata)))
    return entries
