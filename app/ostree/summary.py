"""Repository summaries: which refs there are and which commits they name.

Format ``(a(s(taya{sv}))a{sv})`` (ostree's ``OSTREE_SUMMARY_GVARIANT_FORMAT``): refs sorted by name,
each with the size and checksum of its commit, and metadata. Refs of other collections are in the
metadata's ``ostree.summary.collection-map`` ``a{sa(s(taya{sv}))}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from app.formats.gvariant import FormatError, Value, Variant, parse, serialise
from app.formats.gvariant.codec import codec_for
from app.formats.gvariant.framing import offset_width, table_width
from app.message import Message
from app.ostree.canonical import MAX_ENTRIES, MAX_KEYS, check_keys, check_normal, check_order
from app.ostree.objects import byteswap64, is_checksum
from app.ostree.ref_list import RefList, read_ref_list

SUMMARY_TYPE = "(a(s(taya{sv}))a{sv})"
COLLECTION_MAP_TYPE = "a{sa(s(taya{sv}))}"
CACHE_TYPE = "a{s(tts)}"
SPARSE_CACHE_TYPE = "a{sa{sv}}"
_METADATA = codec_for("a{sv}", False)
_METADATA_DEPTH = 4
"""Of the metadata of a ref."""
_CACHES = (("xa.cache", CACHE_TYPE), ("xa.sparse-cache", SPARSE_CACHE_TYPE))
COLLECTION_ID_KEY = "ostree.summary.collection-id"
COLLECTION_MAP_KEY = "ostree.summary.collection-map"
LAST_MODIFIED_KEY = "ostree.summary.last-modified"
TIMESTAMP_KEY = "ostree.commit.timestamp"
SHORT_TIMESTAMP_KEY = "ot.ts"
"""Of flatpak's sub-summaries, to save space."""


class SummaryRef(Struct, frozen=True):
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
        for key in (TIMESTAMP_KEY, SHORT_TIMESTAMP_KEY):
            value = self.metadata.get(key, "t")
            if isinstance(value, int):
                return byteswap64(value)
        return None


class Summary:
    """A summary in which all clients find the same. Looking up a ref reads O(log n) entries."""

    def __init__(self, data: bytes) -> None:
        """Raises FormatError if this is no summary, or one that can be read in several ways.

        Reads all of it.
        """
        self.data = data
        value = parse(SUMMARY_TYPE, data)
        self._listed = _ordinary_refs(value)
        if self._listed is None:
            check_normal(value, Message("the summary"))
        self._refs = value[0]
        self.metadata = value[1]
        if data and not len(self._refs) and not len(self.metadata):
            raise FormatError(Message("this is not a summary, or it is damaged"))
        check_keys(self.metadata, Message("the summary's metadata"))
        if self._listed is None:
            _check_refs(self._refs, Message("the summary"))
        self._others = self._collection_map()
        for key, form in _CACHES:
            cache = unwrapped(self.metadata.lookup(key))
            if cache is not None and cache.signature == form:
                check_cache(cache, Message("the summary's {list}", list=key))

    def _collection_map(self) -> Value | None:
        value = self.metadata.lookup(COLLECTION_MAP_KEY)
        if value is None:
            return None
        if value.signature != COLLECTION_MAP_TYPE:
            raise FormatError(Message("the summary's list of collections has another type"))
        check_order(value, Message("the summary's list of collections"), MAX_KEYS)
        for entry in value:
            name = entry[0].unpack()
            if name == self.collection:
                raise FormatError(Message("the summary lists its own collection among the others"))
            _check_refs(entry[1], Message("the summary's list of {name}", name=repr(name[:80])))
        return value

    def __len__(self) -> int:
        """How many refs it lists, of all collections."""
        others = self._others if self._others is not None else ()
        return len(self._refs) + sum(len(entry[1]) for entry in others)

    def __bool__(self) -> bool:
        return True

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
        if self._listed is None:
            yield from map(_read_ref, self._refs)
        else:
            for number in range(len(self._listed.names)):
                yield self._read_listed(self._listed, number)

    def lookup(self, name: str) -> SummaryRef | None:
        """A ref of the main list by binary search, as clients do it."""
        if self._listed is None:
            entry = self._refs.bisect(name)
            return _read_ref(entry) if entry is not None else None
        number = self._listed.find(name)
        return self._read_listed(self._listed, number) if number is not None else None

    def _read_listed(self, listed: RefList, number: int) -> SummaryRef:
        start, end = listed.metadata[number], listed.ends[number]
        metadata = Value(_METADATA, self.data, start, end, _METADATA_DEPTH)
        return SummaryRef(
            listed.names[number], listed.commit(number), listed.size(number), metadata
        )

    @cached_property
    def names(self) -> Sequence[str]:
        """Of all refs of the main list, in order."""
        if self._listed is not None:
            return self._listed.names
        return [entry[0].unpack() for entry in self._refs]

    def mentioning(self, word: bytes) -> list[str]:
        """Those refs of the main list in whose metadata these bytes stand somewhere."""
        if self._listed is not None:
            return list(self._listed.mentioning(word))
        return [entry[0].unpack() for entry in self._refs if word in entry[1][2].data]

    def collection_map(self) -> dict[str, list[SummaryRef]]:
        """Collection ID → refs, without the main list."""
        if self._others is None:
            return {}
        return {entry[0].unpack(): [_read_ref(ref) for ref in entry[1]] for entry in self._others}

    def lookup_in(self, collection: str, name: str) -> SummaryRef | None:
        """A ref of any collection, by binary search as clients do it."""
        if collection == self.collection:
            return self.lookup(name)
        refs = self._others.bisect(collection) if self._others is not None else None
        entry = refs[1].bisect(name) if refs is not None else None
        return _read_ref(entry) if entry is not None else None


def _ordinary_refs(summary: Value) -> RefList | None:
    """The main list, if all of the summary is in the ordinary form."""
    data, metadata = summary.data, summary[1]
    if not data or not metadata.is_normal():
        return None
    width = offset_width(len(data))
    table = len(data) - width
    end = int.from_bytes(data[table:], "little")
    behind = end + (-end & 7)
    if width != table_width(table, 1) or metadata.size != table - behind or any(data[end:behind]):
        return None
    return read_ref_list(data, end)


def _check_refs(refs: Value, what: Message) -> None:
    check_order(refs, what)
    for entry in refs:
        check_keys(entry[1][2], Message("{structure} about a ref", structure=what))


def check_cache(cache: Value, what: Message) -> None:
    """Raise FormatError if flatpak's data about a ref is there twice.

    flatpak searches it in order, but what older tools wrote is not always in order.
    """
    try:
        check_order(cache, what)
    except FormatError:
        check_keys(cache, what, MAX_ENTRIES)


def unwrapped(value: Value | None) -> Value | None:
    """What is in a variant inside the variant, as flatpak wraps its cache."""
    if value is not None and value.signature == "v":
        return value[0]
    return value


def _read_ref(entry: Value) -> SummaryRef:
    target = entry[1]
    checksum = target[1].unpack().hex()
    if not is_checksum(checksum):
        raise FormatError(Message("a ref in the summary names no valid commit"))
    return SummaryRef(entry[0].unpack(), checksum, target[0].unpack(), target[2])


class NewRef(Struct, frozen=True):
    """What a new summary says about a ref; ``timestamp`` in seconds, ``size`` of the commit."""

    commit: str
    size: int
    timestamp: int
    version: str | None = None


def build_summary(
    collections: Mapping[str, Mapping[str, NewRef]],
    *,
    main_collection: str,
    mode: str,
    last_modified: int,
) -> bytes:
    """The summary that ``ostree summary -u`` would write for these refs.

    ``main_collection`` is the repository's own collection ID, or "" where it has none; its refs go
    into the main list, those of all others into the collection map.
    """
    metadata: dict[str, Variant] = {
        "ostree.summary.mode": Variant("s", mode),
        LAST_MODIFIED_KEY: Variant("t", byteswap64(last_modified)),
        "ostree.summary.tombstone-commits": Variant("b", False),
        "ostree.summary.indexed-deltas": Variant("b", True),
    }
    if main_collection:
        metadata[COLLECTION_ID_KEY] = Variant("s", main_collection)
    others = [
        (collection, _ref_list(refs))
        for collection, refs in sorted(collections.items())
        if collection != main_collection and refs
    ]
    if others:
        metadata[COLLECTION_MAP_KEY] = Variant(COLLECTION_MAP_TYPE, others)
    main = _ref_list(collections.get(main_collection, {}))
    return serialise(SUMMARY_TYPE, (main, sorted(metadata.items())))


def _ref_list(refs: Mapping[str, NewRef]) -> list[Any]:
    entries = []
    for name, ref in sorted(refs.items()):
        metadata = {TIMESTAMP_KEY: Variant("t", byteswap64(ref.timestamp))}
        if ref.version is not None:
            metadata["ostree.commit.version"] = Variant("s", ref.version)
        entries.append((name, (ref.size, bytes.fromhex(ref.commit), metadata)))
    return entries
