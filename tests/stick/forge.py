"""What only the holder of an upstream's key can do to its users: signed things that are wrong."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from app.formats.gvariant import Variant, serialise
from tests.build_contents import PLATFORM
from tests.gpg import SigningKey
from tests.servers import Exchange, HostileServer, Rule, status
from tests.upstream import COLLECTION, host_arch

EVIL = f"app/org.test.Evil/{host_arch()}/stable"
METADATA = f"[Application]\nname=org.test.Evil\nruntime={PLATFORM}/{host_arch()}/1\n"
COMMIT_TYPE = "(a{sv}aya(say)sstayay)"
DIRTREE_TYPE = "(a(say)a(sayay))"
DIRMETA_TYPE = "(uuua(ayay))"
SUMMARY_TYPE = "(a(s(taya{sv}))a{sv})"
INDEX_TYPE = "(a{s(ayaaya{sv})}a{sv})"

Dictionary = Mapping[str, Variant]


def body(data: bytes) -> Rule:
    """Always this, whatever the file is."""

    def rule(exchange: Exchange) -> None:
        exchange.send("200 OK", data)

    return rule


def big_endian(value: int, size: int = 8) -> int:
    """A number that a format wants the other way round."""
    return int.from_bytes((value % 256**size).to_bytes(size, "big"), "little")


def text(value: str) -> Variant:
    return Variant("s", value)


def filez(content: bytes, *, claimed: int | None = None) -> tuple[str, bytes]:
    """The checksum and the archived form of a file; ``claimed`` is the size that its header says
    it has."""
    plain = serialise("(uuuusa(ayay))", (0, 0, big_endian(0o100644, 4), 0, "", []))
    checksum = sha256(len(plain).to_bytes(4, "big") + bytes(4) + plain + content).hexdigest()
    size = len(content) if claimed is None else claimed
    header = serialise(
        "(tuuuusa(ayay))", (big_endian(size), 0, 0, big_endian(0o100644, 4), 0, "", [])
    )
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(content) + packer.flush()
    return checksum, len(header).to_bytes(4, "big") + bytes(4) + header + packed


def _named(values: Dictionary) -> Dictionary:
    """Keys as Python has them: ``__`` for a dot, ``_`` for a dash."""
    return {name.replace("__", ".").replace("_", "-"): value for name, value in values.items()}


class Forge:
    """Puts what it makes on a server, in front of what is really there.

    Attributes:
        made: when the summaries claim to be made.
    """

    def __init__(self, web: HostileServer, key: SigningKey, made: int) -> None:
        self._web = web
        self._key = key
        self.made = made

    def put(self, path: str, data: bytes) -> None:
        self._web.always[f"/{path}"] = body(data)

    def gone(self, path: str) -> None:
        self._web.always[f"/{path}"] = status("404 Not Found")

    def signature(self, data: bytes) -> bytes:
        signed = Variant("aay", [self._key.sign(data)])
        return serialise("a{sv}", {"ostree.gpgsigs": signed})

    def object(self, kind: str, data: bytes, checksum: str = "") -> bytes:
        """Returns its checksum."""
        checksum = checksum or sha256(data).hexdigest()
        self.put(f"objects/{checksum[:2]}/{checksum[2:]}.{kind}", data)
        return bytes.fromhex(checksum)

    def tree(
        self,
        files: Iterable[tuple[str, bytes]] = (),
        directories: Iterable[tuple[str, bytes, bytes]] = (),
    ) -> bytes:
        return self.object("dirtree", serialise(DIRTREE_TYPE, (list(files), list(directories))))

    def app_tree(self, metadata: str, files: Iterable[tuple[str, bytes]] = ()) -> bytes:
        """One that flatpak installs: the metadata, and a directory ``files``."""
        checksum, data = filez(metadata.encode())
        file = self.object("filez", data, checksum)
        return self.tree([("metadata", file)], [("files", self.tree(files), self.directory())])

    def directory(self) -> bytes:
        """A dirmeta."""
        mode = big_endian(0o040755, 4)
        return self.object("dirmeta", serialise(DIRMETA_TYPE, (0, 0, mode, [])))

    def commit(
        self,
        tree: bytes | None = None,
        *,
        ref: str = EVIL,
        collection: str = COLLECTION,
        timestamp: int = 1_735_732_800,
        metadata: str = METADATA,
        **more: Variant,
    ) -> bytes:
        """A signed one; ``more`` is for its metadata, named as `_named` has it."""
        known: dict[str, Any] = {
            "ostree.collection-binding": text(collection),
            "ostree.ref-binding": Variant("as", [ref]),
            "xa.metadata": text(metadata),
            **_named(more),
        }
        tree = self.app_tree(metadata) if tree is None else tree
        data = serialise(
            COMMIT_TYPE,
            (known, b"", [], "", "", big_endian(timestamp), tree, self.directory()),
        )
        checksum = self.object("commit", data)
        self.object("commitmeta", self.signature(data), checksum.hex())
        return checksum

    def summary(
        self,
        refs: Iterable[tuple[str, bytes, Dictionary]],
        collection: str | None = COLLECTION,
        **more: Variant,
    ) -> bytes:
        """The bytes of one."""
        known = {
            "ostree.summary.last-modified": Variant("t", big_endian(self.made)),
            **_named(more),
        }
        if collection is not None:
            known["ostree.summary.collection-id"] = text(collection)
        listed = [(name, (100, commit, dict(about))) for name, commit, about in refs]
        return serialise(SUMMARY_TYPE, (sorted(listed), known))

    def publish(self, summary: bytes) -> None:
        """As upstreams without an index do."""
        self.put("summary", summary)
        self.put("summary.sig", self.signature(summary))
        self.gone("summary.idx")

    def publish_index(
        self, summary: bytes, collection: str | None = COLLECTION, arch: str = ""
    ) -> None:
        """As newer ones do; the summary is for one architecture."""
        digest = sha256(summary)
        known = {"ostree.summary.last-modified": Variant("t", big_endian(self.made))}
        if collection is not None:
            known["ostree.summary.collection-id"] = text(collection)
        entries: dict[str, tuple[bytes, list[bytes], Dictionary]] = {
            arch or host_arch(): (digest.digest(), [], {})
        }
        index = serialise(INDEX_TYPE, (entries, known))
        self.put("summary.idx", index)
        self.put("summary.idx.sig", self.signature(index))
        self.put(f"summaries/{sha256(index).hexdigest()}.idx.sig", self.signature(index))
        self.put(f"summaries/{digest.hexdigest()}.gz", gzip.compress(summary))
        self.gone("summary")

    def offer(self, commit: bytes, ref: str = EVIL) -> None:
        """A summary that names one commit."""
        self.publish(self.summary([(ref, commit, {})]))
