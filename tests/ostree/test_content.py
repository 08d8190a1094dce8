"""File objects: what ostree writes is right, anything else is not, however it is cut up."""

from __future__ import annotations

import random
import stat
import tarfile
import tracemalloc
import zlib
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formats.gvariant import serialise
from app.ostree.content import (
    CHECKSUM_HEADER_TYPE,
    HEADER_TYPE,
    ContentCheck,
    check_content,
    unpack_content,
)
from app.ostree.objects import CorruptObject, ObjectKind, byteswap32, byteswap64
from tests.examples import examples
from tests.ostree.conftest import Made, make, ostree

REGULAR = stat.S_IFREG | 0o644
LINK = stat.S_IFLNK | 0o777


def deflate(content: bytes, level: int = 6) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def build(
    content: bytes = b"hello",
    *,
    mode: int = REGULAR,
    target: str = "",
    xattrs: tuple[tuple[bytes, bytes], ...] = (),
    size: int | None = None,
    padding: bytes = bytes(4),
    body: bytes | None = None,
    rdev: int = 0,
) -> tuple[str, bytes]:
    """(checksum, object): right by itself unless an argument makes it wrong."""
    common = (0, 0, byteswap32(mode), rdev, target, list(xattrs))
    short = serialise(CHECKSUM_HEADER_TYPE, common)
    said = len(content) if size is None else size
    header = serialise(HEADER_TYPE, (byteswap64(said), *common))
    checksum = sha256(len(short).to_bytes(4, "big") + bytes(4) + short + content).hexdigest()
    link = stat.S_ISLNK(mode)
    packed = body if body is not None else (b"" if link else deflate(content))
    return checksum, len(header).to_bytes(4, "big") + padding + header + packed


def check_in_pieces(checksum: str, data: bytes, cuts: list[int]) -> None:
    check = ContentCheck(checksum)
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        check.feed(memoryview(data)[start:end])
    check.finish()


def verdict(checksum: str, data: bytes, cuts: list[int]) -> bool:
    try:
        check_in_pieces(checksum, data, cuts)
    except CorruptObject:
        return False
    return True


# What ostree writes


def test_every_file_that_ostree_wrote_is_right(upstream: Made) -> None:
    files = upstream.objects(ObjectKind.FILE)
    assert len(files) > 40
    for name in files:
        check_content(name.checksum, upstream.file(name).read_bytes())


def test_content_mode_and_target_are_what_was_committed(upstream: Made) -> None:
    contents = {
        unpack_content(upstream.file(n).read_bytes()) for n in upstream.objects(ObjectKind.FILE)
    }
    assert (stat.S_IFREG | 0o755, "", b"#!/bin/sh\n") in contents
    assert (LINK, "../lib/größe", b"") in contents
    assert (REGULAR, "", b"") in contents
    assert (REGULAR, "", ("ü" * 3000).encode()) in contents


@pytest.mark.parametrize("mode", [0o4755, 0o2711, 0o1000, 0o000])
def test_unusual_modes_that_ostree_wrote(tmp_path: Path, mode: int) -> None:
    def fill(tree: Path) -> None:
        (tree / "file").write_bytes(b"x")
        (tree / "file").chmod(mode)

    made = make(tmp_path / "repo", fill)
    (name,) = made.objects(ObjectKind.FILE)
    data = made.file(name).read_bytes()
    check_content(name.checksum, data)
    assert unpack_content(data)[0] == stat.S_IFREG | mode


def test_extended_attributes_that_ostree_wrote(tmp_path: Path) -> None:
    # A tar archive carries attributes where the file system has none.
    pax = tmp_path / "tree.tar"
    with tarfile.open(pax, "w", format=tarfile.PAX_FORMAT) as archive:
        entry = tarfile.TarInfo("file")
        entry.pax_headers = {"SCHILY.xattr.user.b": "two", "SCHILY.xattr.user.a": "one"}
        archive.addfile(entry)
    repo = tmp_path / "repo"
    ostree("init", f"--repo={repo}", "--mode=archive")
    commit = ostree(
        "commit", f"--repo={repo}", "--branch=x", f"--tree=tar={pax}", "--tar-autocreate-parents"
    )
    made = Made(repo, commit)
    (name,) = made.objects(ObjectKind.FILE)
    data = made.file(name).read_bytes()
    assert b"user.a\0" in data
    check_content(name.checksum, data)


# Properties


@given(st.binary(max_size=5000), st.lists(st.integers(0, 10_000), max_size=12))
def test_any_content_in_any_pieces_is_right(content: bytes, cuts: list[int]) -> None:
    checksum, data = build(content)
    check_in_pieces(checksum, data, cuts)


@settings(max_examples=examples(400))
@given(st.randoms(use_true_random=False))
def test_the_verdict_does_not_depend_on_the_pieces(rng: random.Random) -> None:
    checksum, data = build(rng.randbytes(rng.randrange(300)) * rng.randrange(1, 20))
    damaged = bytearray(data)
    for _ in range(rng.randrange(3)):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    del damaged[len(damaged) - rng.choice((0, 0, 1, 5)) :]
    damaged += rng.choice((b"", b"", b"\0", b"more"))
    whole = verdict(checksum, bytes(damaged), [])
    cuts = [rng.randrange(len(data)) for _ in range(rng.randrange(9))]
    assert verdict(checksum, bytes(damaged), cuts) is whole
    assert verdict(checksum, bytes(damaged), list(range(len(damaged)))) is whole


@settings(max_examples=examples(300))
@given(st.binary(max_size=300))
def test_noise_is_refused_and_nothing_else_happens(noise: bytes) -> None:
    assert not verdict("0" * 64, noise, [3, 9])


def test_every_flipped_bit_is_found() -> None:
    """Except in deflate's unused last bits, which carry nothing."""
    checksum, data = build(b"some content that compresses, compresses, compresses")
    for bit in range((len(data) - 1) * 8):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << (bit % 8)
        assert not verdict(checksum, bytes(damaged), []), bit


def test_every_truncation_is_found() -> None:
    checksum, data = build(b"some content that compresses, compresses, compresses")
    for length in range(len(data)):
        assert not verdict(checksum, data[:length], [])


# What a checksum does not cover


@pytest.mark.parametrize("data", ["x", "\0" * 100])
def test_bytes_after_the_end(data: str) -> None:
    checksum, good = build()
    with pytest.raises(CorruptObject, match="after the end"):
        check_content(checksum, good + data.encode())


def test_bytes_after_the_end_in_a_piece_of_their_own() -> None:
    checksum, good = build()
    check = ContentCheck(checksum)
    check.feed(good)
    with pytest.raises(CorruptObject, match="after the end"):
        check.feed(b"x")


def test_padding() -> None:
    checksum, data = build(padding=b"\0\0\0\1")
    with pytest.raises(CorruptObject, match="padding"):
        check_content(checksum, data)


@pytest.mark.parametrize(("size", "word"), [(4, "longer"), (0, "longer"), (6, "shorter")])
def test_a_size_that_lies(size: int, word: str) -> None:
    checksum, data = build(b"hello", size=size)
    with pytest.raises(CorruptObject, match=word):
        check_content(checksum, data)


@pytest.mark.parametrize("size", [2**63, 2**64 - 1])
def test_a_size_beyond_all_measure(size: int) -> None:
    checksum, data = build(b"hello", size=size)
    with pytest.raises(CorruptObject, match="shorter"):
        check_content(checksum, data)


def test_a_link_with_content() -> None:
    checksum, data = build(b"", mode=LINK, target="x")
    check_content(checksum, data)
    with pytest.raises(CorruptObject):
        check_content(checksum, data + deflate(b""))
    checksum, data = build(b"", mode=LINK, target="x", size=3)
    with pytest.raises(CorruptObject, match="claims to have content"):
        check_content(checksum, data)


def test_a_link_without_a_target_and_a_target_without_a_link() -> None:
    for arguments in ({"mode": LINK}, {"mode": REGULAR, "target": "x"}):
        checksum, data = build(b"", **arguments)
        with pytest.raises(CorruptObject, match="target"):
            check_content(checksum, data)


@pytest.mark.parametrize(
    "mode",
    [stat.S_IFDIR | 0o755, stat.S_IFIFO | 0o644, stat.S_IFBLK, 0o644, 0, REGULAR | 1 << 20],
)
def test_modes_that_no_file_has(mode: int) -> None:
    checksum, data = build(mode=mode)
    with pytest.raises(CorruptObject, match="mode"):
        check_content(checksum, data)


@pytest.mark.parametrize(
    "xattrs",
    [
        ((b"user.b\0", b""), (b"user.a\0", b"")),
        ((b"user.a\0", b""), (b"user.a\0", b"")),
        ((b"\0", b""),),
        ((b"", b""),),
    ],
)
def test_attributes_out_of_order(xattrs: tuple[tuple[bytes, bytes], ...]) -> None:
    checksum, data = build(xattrs=xattrs)
    with pytest.raises(CorruptObject, match="attribute"):
        check_content(checksum, data)


@pytest.mark.parametrize("length", [0, 8, 2**20 + 1, 2**32 - 1])
def test_impossible_header_lengths(length: int) -> None:
    _, data = build()
    with pytest.raises(CorruptObject, match="header"):
        check_content("0" * 64, length.to_bytes(4, "big") + data[4:])


def test_a_header_that_is_not_normal() -> None:
    _, data = build()
    length = int.from_bytes(data[:4], "big")
    padded = (length + 1).to_bytes(4, "big") + data[4 : 8 + length] + b"\0" + data[8 + length :]
    with pytest.raises(CorruptObject, match="well-formed"):
        check_content("0" * 64, padded)


def test_the_right_bytes_under_another_name() -> None:
    _, data = build()
    with pytest.raises(CorruptObject, match="does not match"):
        check_content("0" * 64, data)


# Memory


def peak_while_checking(checksum: str, pieces: list[bytes]) -> int:
    tracemalloc.start()
    try:
        check = ContentCheck(checksum)
        for piece in pieces:
            check.feed(piece)
        check.finish()
    except CorruptObject:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


@pytest.mark.parametrize("claimed", [64 * 2**20, 5, 2**50])
def test_a_bomb_takes_little_memory(claimed: int) -> None:
    content = bytes(64 * 2**20)
    checksum, data = build(content, size=claimed)
    assert len(data) < 300_000
    del content
    assert peak_while_checking(checksum, [data]) < 16 * 2**20


@pytest.mark.thorough
def test_memory_does_not_grow_with_the_file() -> None:
    piece = random.Random(1).randbytes(1 << 16)
    checksum, data = build(piece * 800)
    pieces = [data[at : at + (1 << 18)] for at in range(0, len(data), 1 << 18)]
    assert peak_while_checking(checksum, pieces) < 16 * 2**20
    check_in_pieces(checksum, data, [])


def test_a_header_that_never_ends_is_given_up() -> None:
    check = ContentCheck("0" * 64)
    check.feed((2**20).to_bytes(4, "big") + bytes(4))
    for _ in range(15):
        check.feed(b"x" * 2**16)
    with pytest.raises(CorruptObject):
        check.feed(b"x" * 2**16)


def test_headers_of_hostile_length_are_not_remembered() -> None:
    def feed(index: int) -> None:
        xattrs = ((b"user.x\0", index.to_bytes(4, "big") * 50_000),)
        check_content(*build(xattrs=xattrs))

    feed(0)
    tracemalloc.start()
    try:
        for index in range(40):
            feed(index)
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
