"""A stick whose repository may be anywhere, and other commits for what is in it.

All is written by hand, so that it can be what no tool would write.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.formats.gvariant import Variant, parse, serialise
from app.ostree.objects import (
    COMMIT_TYPE,
    DIRTREE_TYPE,
    Commit,
    ObjectKind,
    ObjectName,
    byteswap64,
    commit_children,
)
from app.ostree.summary import NewRef, build_summary
from tests.gpg import SigningKey
from tests.stick.damage import Stick
from tests.stick.forge import big_endian, filez
from tests.upstream import COLLECTION

LATER = 2_114_380_800
"""2037: newer than all that upstream has made."""


class Placed(Stick):
    """A stick whose repository may be elsewhere on it.

    Attributes:
        published: commits with the content of the right one that upstream once signed as well.
    """

    def __init__(self, root: Path, place: str, key: SigningKey, attacker: SigningKey) -> None:
        super().__init__(root)
        self.place = place
        self.key = key
        self.attacker = attacker
        self.published: set[str] = set()

    @property
    def repo(self) -> Path:
        return self.root / self.place

    # ---- Other commits

    def put(self, kind: ObjectKind, data: bytes, checksum: str = "") -> bytes:
        name = ObjectName(checksum or sha256(data).hexdigest(), kind)
        self.path(name).parent.mkdir(exist_ok=True)
        self.path(name).write_bytes(data)
        return bytes.fromhex(name.checksum)

    def put_file(self, content: bytes) -> bytes:
        checksum, data = filez(content)
        return self.put(ObjectKind.FILE, data, checksum)

    def put_link(self, target: str) -> bytes:
        mode = big_endian(0o120777, 4)
        plain = serialise("(uuuusa(ayay))", (0, 0, mode, 0, target, []))
        checksum = sha256(len(plain).to_bytes(4, "big") + bytes(4) + plain).hexdigest()
        header = serialise("(tuuuusa(ayay))", (0, 0, 0, mode, 0, target, []))
        data = len(header).to_bytes(4, "big") + bytes(4) + header
        return self.put(ObjectKind.FILE, data, checksum)

    def rewrite(
        self,
        ref: str,
        *keys: SigningKey,
        tree: bytes | None = None,
        meta: bytes | None = None,
        time: int = LATER,
        **metadata: Variant | None,
    ) -> str:
        """A newer commit of a ref, signed by ``keys``; returns its checksum.

        ``metadata``: keys with ``__`` for a dot and ``_`` for a dash; None takes one away.
        """
        members: list[Any] = list(parse(COMMIT_TYPE, self.commit_path(ref).read_bytes()))
        told = {entry[0].unpack(): entry[1].unpack() for entry in members[0]}
        for word, value in metadata.items():
            name = word.replace("__", ".").replace("_", "-")
            told.pop(name, None)
            if value is not None:
                told[name] = value
        members[5] = byteswap64(time)
        members[6] = members[6] if tree is None else tree
        members[7] = members[7] if meta is None else meta
        raw = self.put(ObjectKind.COMMIT, serialise(COMMIT_TYPE, [told, *members[1:]]))
        self.name(ref, raw.hex(), *keys)
        return raw.hex()

    def name(self, ref: str, commit: str, *keys: SigningKey) -> None:
        """Let a ref name a commit that is there."""
        self.ref(ref).write_text(commit)
        if keys:
            self.sign(ref, *keys)
        self.list()

    def root_tree(self, ref: str) -> tuple[dict[str, bytes], dict[str, tuple[bytes, bytes]]]:
        """Files and directories at the top of what a ref names."""
        commit = Commit.parse(self.commit_path(ref).read_bytes())
        root, _ = commit_children(commit)
        files, directories = parse(DIRTREE_TYPE, self.path(root).read_bytes()).unpack()
        return dict(files), {name: (tree, meta) for name, tree, meta in directories}

    def put_tree(
        self, files: Mapping[str, bytes], directories: Mapping[str, tuple[bytes, bytes]]
    ) -> bytes:
        entries = [(name, *both) for name, both in sorted(directories.items())]
        return self.put(
            ObjectKind.DIRTREE, serialise(DIRTREE_TYPE, (sorted(files.items()), entries))
        )

    def with_metadata(self, ref: str, text: str) -> bytes:
        """The tree of a ref with another file ``metadata``."""
        files, directories = self.root_tree(ref)
        return self.put_tree({**files, "metadata": self.put_file(text.encode())}, directories)

    def metadata(self, ref: str) -> str:
        return Commit.parse(self.commit_path(ref).read_bytes()).app_metadata or ""

    def list(self, collections: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """A summary of these refs, or of those that are there."""
        listed = {}
        for collection, refs in (collections or {COLLECTION: self.refs()}).items():
            listed[collection] = {name: self._listed(commit) for name, commit in refs.items()}
        data = build_summary(listed, main_collection="", mode="archive-z2", last_modified=1)
        self.summary.write_bytes(data)

    def _listed(self, commit: str) -> NewRef:
        data = self.path(ObjectName(commit, ObjectKind.COMMIT)).read_bytes()
        return NewRef(commit, len(data), Commit.parse(data).timestamp)

    def config(self, text: str) -> None:
        with open(self.repo / "config", "a") as file:
            file.write(text)
