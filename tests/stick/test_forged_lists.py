"""Signed lists that two readers read differently, by whoever holds upstream's key.

On a stick they are told, with the code that fits; from an upstream nothing of the kind is taken.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.flatpak.upstream.summary_index import INDEX_TYPE
from app.formats.gvariant import Variant, parse, serialise
from app.ostree.objects import COMMIT_TYPE, DETACHED_TYPE
from app.ostree.summary import SUMMARY_TYPE
from tests.gpg import SigningKey
from tests.servers import HostileServer
from tests.stick.damage import (
    BAD_COPY,
    DIGEST,
    HELLO,
    METADATA,
    OTHER,
    OUT_OF_SYNC,
    Stick,
    verify,
)
from tests.stick.forge import EVIL, Forge
from tests.stick.made_drive import MadeDrive
from tests.upstream import COLLECTION, Upstream, host_arch

pytestmark = pytest.mark.slow

Pairs = list[tuple[str, Any]]


def pairs(value: Any) -> Pairs:
    return [(pair[0].unpack(), pair[1].unpack()) for pair in value]


# ---- The copies


class Copies:
    """The copied lists of a stick, to be changed and signed again by upstream's key."""

    def __init__(self, stick: Stick, key: SigningKey) -> None:
        self.stick = stick
        self._key = key

    def _write(self, path: str, data: bytes) -> None:
        signed = [("ostree.gpgsigs", Variant("aay", [self._key.sign(data)]))]
        places = [self.stick.upstream] + ([self.stick.repo] if path != "summary" else [])
        for place in places:
            (place / path).write_bytes(data)
            (place / f"{path}.sig").write_bytes(serialise(DETACHED_TYPE, signed))

    def index(self, change: Callable[[Pairs, Pairs], object]) -> None:
        value = parse(INDEX_TYPE, (self.stick.upstream / "summary.idx").read_bytes())
        entries, metadata = pairs(value[0]), pairs(value[1])
        change(entries, metadata)
        self._write("summary.idx", serialise(INDEX_TYPE, (entries, metadata)))

    def summary(self, change: Callable[[Pairs, Pairs], object]) -> None:
        self._write("summary", _changed((self.stick.upstream / "summary").read_bytes(), change))

    def sub_summary(self, change: Callable[[Pairs, Pairs], object]) -> None:
        plain = _changed(gzip.decompress(self.stick.sub_summary.read_bytes()), change)
        digest = sha256(plain)
        for place in (self.stick.upstream, self.stick.repo):
            shutil.rmtree(place / "summaries")
            (place / "summaries").mkdir()
            (place / f"summaries/{digest.hexdigest()}.gz").write_bytes(gzip.compress(plain))

        def name(entries: Pairs, _: Pairs) -> None:
            ((arch, (_digest, history, about)),) = entries
            entries[:] = [(arch, (digest.digest(), history, about))]

        self.index(name)


def _changed(summary: bytes, change: Callable[[Pairs, Pairs], object]) -> bytes:
    value = parse(SUMMARY_TYPE, summary)
    refs, metadata = pairs(value[0]), pairs(value[1])
    change(refs, metadata)
    return serialise(SUMMARY_TYPE, (refs, metadata))


def not_at_all(_entries: Pairs, _metadata: Pairs) -> None:
    pass


def entry_twice(entries: Pairs, _metadata: Pairs) -> None:
    entries.append(entries[-1])


def turned(entries: Pairs, _metadata: Pairs) -> None:
    if len(entries) == 1:
        entries.append(("aarch0", entries[0][1]))
    else:
        entries.reverse()


def collection_twice(_entries: Pairs, metadata: Pairs) -> None:
    metadata += [("ostree.summary.collection-id", Variant("s", "org.test.Evil"))] * 2


def key_without_name(_entries: Pairs, metadata: Pairs) -> None:
    metadata.insert(0, ("", Variant("s", "x")))


CHANGES = (entry_twice, turned, collection_twice, key_without_name)


@pytest.mark.parametrize("which", ["index", "summary", "sub_summary"])
def test_copies(
    stick: Stick, stranger: Path, friend: Path, upstream_key: SigningKey, which: str
) -> None:
    copies = Copies(stick, upstream_key)
    kept = {path: path.read_bytes() for path in stick.upstream.rglob("*") if path.is_file()}
    getattr(copies, which)(not_at_all)
    assert verify(stick, stranger, "--quick") == set()
    for change in CHANGES:
        shutil.rmtree(stick.upstream / "summaries")
        (stick.upstream / "summaries").mkdir()
        for path, data in kept.items():
            path.write_bytes(data)
        getattr(copies, which)(change)
        assert verify(stick, stranger, "--quick") == {DIGEST}, change.__name__
    assert verify(stick, friend, "--quick") == {DIGEST}


def test_copy_that_is_odd_and_not_signed(
    stick: Stick, stranger: Path, attacker: SigningKey
) -> None:
    Copies(stick, attacker).summary(entry_twice)
    assert verify(stick, stranger, "--quick") == {BAD_COPY}


def test_copy_is_signed_twice(stick: Stick, stranger: Path, upstream_key: SigningKey) -> None:
    for name in ("summary", "summary.idx"):
        data = (stick.upstream / name).read_bytes()
        signed = ("ostree.gpgsigs", Variant("aay", [upstream_key.sign(data)]))
        for place in (stick.upstream, stick.repo):
            if name != "summary" or place is stick.upstream:
                (place / f"{name}.sig").write_bytes(serialise(DETACHED_TYPE, [signed] * 2))
    assert verify(stick, stranger, "--quick") == {BAD_COPY}


# ---- Commits and what is said about them


def ostree_takes(stick: Stick, key: SigningKey, client: Path) -> bool:
    """Whether the real ostree pulls Hello, checking its signature."""
    stick.ostree("init", "--mode=archive", f"--repo={client}")
    file = client / "key"
    file.write_bytes(key.public)
    add = ("add", f"--gpg-import={file}", f"--collection-id={COLLECTION}", "up")
    stick.ostree("remote", f"--repo={client}", *add, stick.repo.as_uri())
    try:
        commit = stick.commit(HELLO)
        stick.ostree("pull", f"--repo={client}", "--commit-metadata-only", "up", commit)
    except subprocess.CalledProcessError as error:
        if "signature" in error.stderr.lower():
            return False
        raise
    return True


def test_signatures_twice(
    stick: Stick,
    stranger: Path,
    upstream_key: SigningKey,
    attacker: SigningKey,
    tmp_path: Path,
) -> None:
    """libostree takes the first, and adds to the last."""
    data = stick.commit_path(HELLO).read_bytes()
    good, bad = (
        ("ostree.gpgsigs", Variant("aay", [key.sign(data)])) for key in (upstream_key, attacker)
    )
    for number, signatures in enumerate(([good, bad], [bad, good], [good, good])):
        stick.signatures(HELLO).write_bytes(serialise(DETACHED_TYPE, signatures))
        taken = ostree_takes(stick, upstream_key, tmp_path / f"client{number}")
        assert taken is (signatures[0] == good)
        assert verify(stick, stranger, "--quick") == {("commit-bad-signature", HELLO)}
    stick.signatures(HELLO).write_bytes(serialise(DETACHED_TYPE, [good]))
    assert verify(stick, stranger, "--quick") == set()


@pytest.mark.parametrize("key", ["xa.metadata", "ostree.ref-binding", "version"])
def test_commit_says_it_twice(
    stick: Stick, stranger: Path, upstream_key: SigningKey, key: str
) -> None:
    members = list(parse(COMMIT_TYPE, stick.commit_path(OTHER).read_bytes()))
    metadata = pairs(members[0])
    known = dict(metadata).get(key, Variant("s", "1"))
    data = serialise(COMMIT_TYPE, [[*metadata, (key, known), (key, known)], *members[1:]])
    checksum = stick.forge_commit(OTHER, data, upstream_key)
    findings = verify(stick, stranger, "--quick")
    assert ("object-corrupt", f"{checksum}.commit") in findings


@pytest.mark.parametrize("key", ["xa.cache", "satchel.commits"])
@pytest.mark.parametrize("wrong", ["twice", "type"])
def test_metadata_says_it_twice(
    stick: Stick, stranger: Path, upstream_key: SigningKey, key: str, wrong: str
) -> None:
    stick.forge_metadata(upstream_key)
    assert verify(stick, stranger, "--quick") == set()
    members = list(parse(COMMIT_TYPE, stick.commit_path(METADATA).read_bytes()))
    metadata = dict(pairs(members[0]))
    value = metadata[key].value if key == "xa.cache" else metadata[key]
    entries = list(value.value.items())
    changed = Variant(value.signature, [entries[0], *entries])
    if wrong == "type":
        changed = Variant("as", [name for name, _ in entries])
    metadata[key] = Variant("v", changed) if key == "xa.cache" else changed
    data = serialise(COMMIT_TYPE, [metadata, *members[1:]])
    stick.forge_commit(METADATA, data, upstream_key)
    assert verify(stick, stranger, "--quick") == {OUT_OF_SYNC}


# ---- What an upstream publishes


@pytest.fixture
def made_drive(
    default_upstream: Upstream, hostile: Callable[[Path], HostileServer], tmp_path: Path
) -> MadeDrive:
    (tmp_path / "drive").mkdir()
    return MadeDrive(tmp_path, default_upstream, hostile(default_upstream.path))


def test_make_takes_no_such_list(made_drive: MadeDrive) -> None:
    forge = Forge(made_drive.web, made_drive.upstream.key, 1_800_000_000)
    commit = forge.commit()
    nothing: dict[str, Variant] = {}
    entry = (EVIL, (100, commit, nothing))
    first = ("ostree.summary.collection-id", Variant("s", COLLECTION))
    bad = {
        "a ref twice": ([entry, entry], [first]),
        "not in order": ([entry, ("app/a", entry[1])], [first]),
        "collection twice": ([entry], [first, (first[0], Variant("s", "org.test.Evil"))]),
        "a time twice": ([(EVIL, (100, commit, [("ot.ts", Variant("t", 1))] * 2))], [first]),
    }
    for name, parts in bad.items():
        data = serialise(SUMMARY_TYPE, parts)
        forge.publish(data)
        assert "cannot be read" in made_drive.refused(4, EVIL), name
        forge.publish_index(data)
        assert made_drive.refused(4, EVIL), name
    good = serialise(SUMMARY_TYPE, ([entry], [first]))
    about: tuple[bytes, list[bytes], dict[str, Variant]] = (sha256(good).digest(), [], {})
    for entries in ([(host_arch(), about)] * 2, [("zz", about), (host_arch(), about)]):
        index = serialise(INDEX_TYPE, (entries, [first]))
        forge.publish_index(good)
        forge.put("summary.idx", index)
        forge.put("summary.idx.sig", forge.signature(index))
        forge.put(f"summaries/{sha256(index).hexdigest()}.idx.sig", forge.signature(index))
        assert "cannot be read" in made_drive.refused(4, EVIL)
