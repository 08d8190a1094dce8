"""Commits as the maker's repository has them: bound to its collection. Bytes in, bytes out.

As ``flatpak build-commit-from`` makes them (``flatpak-builtins-build-commit-from.c``), but that all
else of the commit stays as its maker wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from msgspec import Struct

from app.formats.gvariant import Value, Variant, serialise
from app.ostree.objects import (
    COMMIT_TYPE,
    DETACHED_TYPE,
    Commit,
    byteswap64,
    parse_detached,
)

FROM_COMMIT = "xa.from_commit"
SUBSETS = "xa.subsets"
GPG_SIGNATURES = "ostree.gpgsigs"
ED25519_SIGNATURES = "ostree.sign.ed25519"

_REPLACED = frozenset(
    {
        "ostree.collection-binding",
        "ostree.collection-refs-binding",
        "ostree.ref-binding",
        "xa.ref",
        FROM_COMMIT,
    }
)


class Binding(Struct, frozen=True):
    """What a commit is published as.

    Attributes:
        subsets: in place of those that the commit says it belongs to; None leaves them.
    """

    collection: str
    ref: str
    subsets: tuple[str, ...] | None = None

    def holds(self, commit: Commit) -> bool:
        """Whether the commit says so itself, so that it can be published as it is."""
        return (
            commit.collection_binding == self.collection
            and self.ref in commit.ref_bindings
            and self.subsets in (None, subsets_of(commit))
        )


def subsets_of(commit: Commit) -> tuple[str, ...]:
    """Those that a commit says it belongs to."""
    return tuple(commit.metadata.get(SUBSETS, "as", ()))


def source_of(commit: Commit) -> str | None:
    """The commit that it was made of."""
    source = commit.metadata.get(FROM_COMMIT, "s")
    return source if isinstance(source, str) else None


def rebound(data: bytes, checksum: str, binding: Binding, parent: str | None) -> bytes:
    """A commit of the same tree, time and words, bound anew."""
    source = Commit.parse(data)
    metadata: list[object] = [
        ("ostree.collection-binding", Variant("s", binding.collection)),
        (
            "ostree.collection-refs-binding",
            Variant("a(ss)", [(binding.collection, binding.ref)]),
        ),
        ("ostree.ref-binding", Variant("as", [binding.ref])),
        ("xa.ref", Variant("s", binding.ref)),
        (FROM_COMMIT, Variant("s", checksum)),
    ]
    left_out = _REPLACED if binding.subsets is None else _REPLACED | {SUBSETS}
    metadata += [entry for entry in source.metadata if entry[0].unpack() not in left_out]
    if binding.subsets:
        metadata.append((SUBSETS, Variant("as", list(binding.subsets))))
    return commit_bytes(metadata, source, parent)


def commit_bytes(metadata: Sequence[object], facts: Commit, parent: str | None) -> bytes:
    """A commit with this metadata and parent, all else as ``facts`` has it."""
    return serialise(
        COMMIT_TYPE,
        (
            metadata,
            bytes.fromhex(parent) if parent else b"",
            [],
            facts.subject,
            facts.body,
            byteswap64(facts.timestamp),
            bytes.fromhex(facts.tree),
            bytes.fromhex(facts.tree_meta),
        ),
    )


def checksum_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def detached(signatures: Mapping[str, Sequence[bytes]], before: bytes | None = None) -> bytes:
    """Detached metadata with these signatures, by key, behind those that ``before`` has.

    What else ``before`` says stays. Raises CorruptObject.
    """
    entries: dict[str, object] = {}
    if before:
        for entry in parse_detached(before):
            entries[entry[0].unpack()] = entry[1]
    for key, added in signatures.items():
        there = entries.get(key)
        old: Sequence[bytes] = ()
        if isinstance(there, Value) and there[0].signature == "aay":
            old = there[0].unpack()
        entries[key] = Variant("aay", [*old, *(each for each in added if each not in old)])
    return serialise(DETACHED_TYPE, sorted(entries.items(), key=lambda entry: entry[0]))
