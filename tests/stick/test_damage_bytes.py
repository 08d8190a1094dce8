"""Flip any byte that matters: `satchel verify` says so.

What it does not notice is nothing that anybody could notice, and each case is held against an
independent judge here: bits of a deflate stream or of gzip's header that change nothing that comes
out, parts of an OpenPGP signature that are not signed and leave it good, and what a summary or a
config says beyond what clients look at.
"""

from __future__ import annotations

import gzip
import random
import subprocess
import zlib
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName, detached_signatures
from app.ostree.summary import Summary
from app.trust.keyring import Keyring
from tests.gpg import SigningKey
from tests.stick.damage import METADATA, Stick, copy_stick, flip, verify
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

SEED = 20250101


def objects(stick: Stick) -> list[tuple[ObjectName, Path]]:
    unnoticed = []
    for path in sorted((stick.repo / "objects").glob("*/*")):
        name = ObjectName.from_path(path.parent.name, path.name)
        if name is not None and name.kind is not ObjectKind.COMMITMETA:
            unnoticed.append((name, path))
    return unnoticed


def unpacked(filez: bytes) -> bytes | None:
    """Everything in a file object that means something."""
    start = 8 + int.from_bytes(filez[:4], "big")
    stream = zlib.decompressobj(-15)
    try:
        content = stream.decompress(filez[start:])
    except zlib.error:
        return None
    return filez[:start] + content if stream.eof and not stream.unused_data else None


@pytest.mark.parametrize("round_", range(4))
def test_a_byte_of_every_object(good: Path, stranger: Path, tmp_path: Path, round_: int) -> None:
    """All of them at once: every single one is reported."""
    stick = copy_stick(good, tmp_path / "stick")
    chance = random.Random(SEED + round_)
    expected = set()
    for name, path in objects(stick):
        before = path.read_bytes()
        # The first and the last bytes are where formats keep what is easily forgotten.
        offsets = [chance.randrange(len(before)), -1, chance.randrange(8), -chance.randrange(1, 4)]
        flip(path, offsets[round_] % len(before), 1 << chance.randrange(8))
        content = unpacked(before) if name.kind is ObjectKind.FILE else None
        if content is None or content != unpacked(path.read_bytes()):
            expected.add(("object-corrupt", str(name)))
    findings = verify(stick, stranger)
    assert {finding for finding in findings if finding[0] == "object-corrupt"} == expected
    assert len(expected) > 60


def test_a_byte_of_every_signature(
    good: Path, stranger: Path, tmp_path: Path, upstream_key: SigningKey
) -> None:
    chance = random.Random(SEED)
    for round_ in range(6):
        stick = copy_stick(good, tmp_path / str(round_))
        expected = set()
        with Keyring([upstream_key.public]) as keyring:
            for ref in stick.refs():
                path = stick.signatures(ref)
                before = detached_signatures(path.read_bytes())
                flip(path, chance.randrange(path.stat().st_size), 1 << chance.randrange(8))
                if not _still_good(keyring, stick.commit_path(ref).read_bytes(), path, before):
                    expected.add(ref)
        findings = verify(stick, stranger)
        codes = {"commit-bad-signature", "commit-unsigned"}
        assert {subject for code, subject in findings if code in codes} == expected - {METADATA}
        assert (("metadata-bad-signature", COLLECTION) in findings) == (METADATA in expected)


def _still_good(keyring: Keyring, data: bytes, path: Path, before: tuple[bytes, ...]) -> bool:
    try:
        after = detached_signatures(path.read_bytes())
    except ValueError:
        return False
    return len(after) == len(before) and keyring.verify(data, after).good


def _listed(data: bytes) -> object:
    """What clients look at in a summary."""
    summary = Summary(data)
    entries = {
        collection: [(ref.name, ref.commit, ref.commit_size, ref.timestamp) for ref in refs]
        for collection, refs in summary.collection_map().items()
    }
    mode = summary.metadata.get("ostree.summary.mode", "s")
    return entries, mode or "archive-z2", summary.collection, list(summary.refs())


def _ostree_reads(stick: Stick) -> str:
    command = ["ostree", "refs", f"--repo={stick.repo}", "--collections"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def _harmless(stick: Stick, path: Path, before: bytes, key: SigningKey) -> bool:
    after = path.read_bytes()
    if path.suffix == ".gz":
        try:
            return gzip.decompress(before) == gzip.decompress(after)
        except (OSError, EOFError, zlib.error):
            return False
    if path.suffix == ".sig":
        with Keyring([key.public]) as keyring:
            data = path.with_suffix("").read_bytes()
            return _still_good(keyring, data, path, detached_signatures(before))
    if path == stick.summary:
        return _listed(before) == _listed(after)
    if path.name == "config":
        return bool(_ostree_reads(stick))
    return path.is_relative_to(stick.repo / "refs") and before.strip() == after.strip()


@pytest.mark.parametrize("seed", [SEED, pytest.param(SEED + 1, marks=pytest.mark.thorough)])
def test_a_byte_of_any_other_file(
    good: Path, stranger: Path, tmp_path: Path, upstream_key: SigningKey, seed: int
) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    listing = [
        stick.repo / "config",
        stick.summary,
        stick.summary,
        stick.ref(METADATA),
        *stick.key_files,
        *(path for path in stick.upstream.rglob("*") if path.is_file()),
        *(stick.repo / name for name in ("summary.idx", "summary.idx.sig")),
        *(stick.repo / "summaries").iterdir(),
    ]
    chance = random.Random(seed)
    for path in sorted(listing):
        before = path.read_bytes()
        offset, mask = chance.randrange(len(before)), 1 << chance.randrange(8)
        flip(path, offset, mask)
        if not verify(stick, stranger, "--quick"):
            where = f"{path.relative_to(stick.root)}: {offset} ^ {mask}"
            assert _harmless(stick, path, before, upstream_key), where
        path.write_bytes(before)
    assert verify(stick, stranger) == set()
