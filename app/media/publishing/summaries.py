"""The lists of a repository as ``flatpak build-update-repo`` writes them. No I/O.

Format: flatpak's ``doc/flatpak-summaries.txt``, ``generate_summary`` and ``generate_summary_index``
in ``flatpak-repo-utils.c``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from app.flatpak.refs import Ref
from app.formats.gvariant import Variant, serialise
from app.media.publishing.publication import Words
from app.ostree.objects import byteswap64
from app.ostree.summary import CACHE_TYPE, SUMMARY_TYPE

HISTORY = 16
"""Older sub-summaries that clients can come from: flatpak's ``summary-history-length``."""

INDEX_TYPE = "(a{s(ayaaya{sv})}a{sv})"

_CACHE_VERSION = 2
_SUMMARY_VERSION = 1
_SPARSE_TYPE = "a{sa{sv}}"
_LISTED = ("app/", "runtime/", "appstream/", "appstream2/")


class RefFacts(Struct, frozen=True):
    """What lists say about a ref.

    Attributes:
        size: bytes of the commit object.
        timestamp: of the commit, seconds since 1970.
        installed, download: bytes.
        metadata: flatpak's key file of the ref; empty if it has none.
        subsets: those that the ref belongs to.
        sparse: what only some refs have, as values of the ref's dictionary.
    """

    commit: str
    size: int
    timestamp: int
    installed: int = 0
    download: int = 0
    metadata: str = ""
    subsets: tuple[str, ...] = ()
    sparse: Mapping[str, Variant] = field(default_factory=dict)


class About(Struct, frozen=True):
    """What a repository says about itself.

    Attributes:
        modified: when its lists were made, seconds since 1970.
        new_key: the maker's public key, in binary, for clients who have one of before.
    """

    collection: str
    modified: int
    words: Words
    new_key: bytes = b""

    def entries(self) -> dict[str, Variant]:
        # flatpak takes it into the remote's keyring, once it trusts the list.
        keys = {"xa.gpg-keys": Variant("ay", self.new_key)} if self.new_key else {}
        return {
            **keys,
            "ostree.summary.mode": Variant("s", "archive-z2"),
            "ostree.summary.tombstone-commits": Variant("b", False),
            "ostree.summary.indexed-deltas": Variant("b", True),
            "ostree.summary.last-modified": Variant("t", byteswap64(self.modified)),
            "ostree.summary.collection-id": Variant("s", self.collection),
            # Clients that have the remote without its collection learn it by this.
            "xa.deploy-collection-id": Variant("s", self.collection),
            "xa.cache-version": Variant("u", _CACHE_VERSION),
            **{f"xa.{key}": Variant("s", text) for key, text in self.words.by_key().items()},
        }


def arch_of_ref(ref: str) -> str | None:
    """The architecture in whose lists a ref is; None for all of them."""
    kind, _, rest = ref.partition("/")
    if kind in ("appstream", "appstream2"):
        return rest.rpartition("-")[2]
    parsed = Ref.parse_or_none(ref)
    return parsed.arch if parsed is not None else None


def catalogue_subset(ref: str) -> str:
    """The subset whose catalogue a ref holds; "" for everybody's."""
    kind, _, rest = ref.partition("/")
    return rest.rpartition("-")[0] if kind == "appstream2" else ""


def compat_summary(refs: Mapping[str, RefFacts], about: About) -> bytes:
    """The list for plain ostree clients and flatpak before 1.10: all refs that anybody sees."""
    chosen = _chosen(refs, "", None)
    cache = [
        (name, (byteswap64(facts.installed), byteswap64(facts.download), facts.metadata))
        for name, facts in chosen.items()
        if is_listed(name)
    ]
    sparse = [
        (name, sorted(facts.sparse.items()))
        for name, facts in chosen.items()
        if is_listed(name) and facts.sparse
    ]
    metadata = {
        **about.entries(),
        "xa.cache": Variant("v", Variant(CACHE_TYPE, cache)),
        "xa.sparse-cache": Variant(_SPARSE_TYPE, sparse),
    }
    return _summary(
        [
            (
                name,
                facts,
                {"ostree.commit.timestamp": Variant("t", byteswap64(facts.timestamp))},
            )
            for name, facts in chosen.items()
        ],
        metadata,
    )


def sub_summaries(refs: Mapping[str, RefFacts]) -> dict[str, bytes]:
    """Name → list: one of each architecture, and of each subset in it."""
    arches = sorted({arch for name in refs if (arch := arch_of_ref(name))})
    subsets = sorted({subset for facts in refs.values() for subset in facts.subsets})
    return {
        f"{subset}-{arch}" if subset else arch: _sub_summary(_chosen(refs, subset, arch))
        for subset in ("", *subsets)
        for arch in arches
    }


def _sub_summary(chosen: Mapping[str, RefFacts]) -> bytes:
    entries: list[tuple[str, RefFacts, Mapping[str, Variant]]] = []
    for name, facts in chosen.items():
        metadata = {"ot.ts": Variant("t", byteswap64(facts.timestamp))}
        if is_listed(name):
            sizes = byteswap64(facts.installed), byteswap64(facts.download)
            metadata["xa.data"] = Variant("(tts)", (*sizes, facts.metadata))
            metadata |= facts.sparse
        entries.append((name, facts, metadata))
    return _summary(entries, {"xa.summary-version": Variant("u", _SUMMARY_VERSION)})


def _chosen(refs: Mapping[str, RefFacts], subset: str, arch: str | None) -> dict[str, RefFacts]:
    """Those of a list, in order. ``arch`` None: of all architectures."""
    chosen = {}
    for name, facts in sorted(refs.items()):
        if arch is not None and arch_of_ref(name) not in (None, arch):
            continue
        if name.startswith(("appstream/", "appstream2/")):
            belongs = catalogue_subset(name) == subset
            # The old branch is none of a subset's.
            belongs = belongs and not (subset and name.startswith("appstream/"))
        else:
            belongs = not subset or not is_listed(name) or subset in facts.subsets
        if belongs:
            chosen[name] = facts
    return chosen


def is_listed(name: str) -> bool:
    """Whether lists say of a ref how large it is, and what flatpak has to know of it."""
    return name.startswith(_LISTED)


def _summary(
    entries: Sequence[tuple[str, RefFacts, Mapping[str, Variant]]], metadata: Mapping[str, Variant]
) -> bytes:
    refs = [
        (name, (facts.size, bytes.fromhex(facts.commit), sorted(about.items())))
        for name, facts, about in entries
    ]
    return serialise(SUMMARY_TYPE, (refs, sorted(metadata.items())))


def summary_index(
    digests: Mapping[str, str], history: Mapping[str, Iterable[str]], about: About
) -> bytes:
    """The index: of each sub-summary its digest, and those that clients can come from."""
    entries: list[tuple[str, tuple[bytes, list[bytes], list[object]]]] = [
        (
            name,
            (
                bytes.fromhex(digest),
                [bytes.fromhex(older) for older in history.get(name, ())],
                [],
            ),
        )
        for name, digest in sorted(digests.items())
    ]
    return serialise(INDEX_TYPE, (entries, sorted(about.entries().items())))
