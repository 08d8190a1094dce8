"""Metadata objects: what ostree wrote is read, what it would never write is refused."""

from __future__ import annotations

import random
import stat
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formats.gvariant import FormatError, Variant, serialise
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import (
    COMMIT_TYPE,
    DIRMETA_TYPE,
    DIRTREE_TYPE,
    Commit,
    CorruptObject,
    DirTree,
    ObjectKind,
    ObjectName,
    byteswap32,
    byteswap64,
    check_dirmeta,
    check_metadata,
    commit_children,
    detached_signatures,
    serialise_dirmeta,
)
from tests.examples import examples
from tests.ostree.conftest import COLLECTION, REF, Made, ostree

SUM = bytes(range(32))


# What ostree wrote


def test_every_metadata_object_that_ostree_wrote(upstream: Made) -> None:
    names = upstream.objects(ObjectKind.DIRTREE, ObjectKind.DIRMETA, ObjectKind.COMMIT)
    assert len(names) > 5
    referred: set[ObjectName] = set()
    for name in names:
        referred.update(check_metadata(name, upstream.file(name).read_bytes()))
    assert referred == set(upstream.objects()) - {ObjectName(upstream.commit, ObjectKind.COMMIT)}


def test_a_commit(upstream: Made) -> None:
    commit = Commit.parse(upstream.commit_bytes)
    assert commit.collection_binding == COLLECTION
    assert commit.ref_bindings == (REF,)
    assert commit.app_metadata is None
    assert commit.parent is None
    assert commit.metadata.get("version", "s") == "1.0"
    shown = ostree("show", f"--repo={upstream.path}", upstream.commit)
    assert commit.subject == ""
    assert upstream.commit in shown
    tree, meta = commit_children(commit)
    assert ostree("ls", "-d", "-C", f"--repo={upstream.path}", REF).split()[-3:-1] == [
        tree.checksum, meta.checksum,
    ]  # fmt: skip


def test_sizes_that_ostree_wrote(tmp_path: Any, upstream: Made) -> None:
    tree = upstream.path.with_name("repo.tree")
    ostree("init", f"--repo={tmp_path}/r", "--mode=archive")
    commit = ostree("commit", f"--repo={tmp_path}/r", "--branch=x", f"--tree=dir={tree}",
                    "--generate-sizes", "--owner-uid=0", "--owner-gid=0")  # fmt: skip
    made = Made(tmp_path / "r", commit)
    sizes = {name: archived for name, archived, _ in Commit.parse(made.commit_bytes).sizes()}
    files = {name: made.file(name).stat().st_size for name in made.objects(ObjectKind.FILE)}
    assert {name: sizes[name] for name in files} == files


def test_a_directory(upstream: Made) -> None:
    commit = Commit.parse(upstream.commit_bytes)
    name = ObjectName(commit.tree, ObjectKind.DIRTREE)
    root = DirTree.parse(upstream.file(name).read_bytes())
    assert [entry[0] for entry in root.files] == ["empty"]
    assert [entry[0] for entry in root.directories] == ["bin", "lib"]


def test_our_dirmeta_is_ostrees(upstream: Made) -> None:
    data = serialise_dirmeta(stat.S_IFDIR | 0o755)
    name = ObjectName(sha256(data).hexdigest(), ObjectKind.DIRMETA)
    assert upstream.file(name).read_bytes() == data
    check_dirmeta(data)


# Names


@given(st.binary(min_size=32, max_size=32), st.sampled_from(ObjectKind))
def test_names_of_objects(raw: bytes, kind: ObjectKind) -> None:
    name = ObjectName(raw.hex(), kind)
    assert ObjectName.from_key(name.key) == name
    assert ObjectName.from_path(*name.path.split("/")) == name
    assert str(name) == f"{raw.hex()}.{kind.value}"


@pytest.mark.parametrize(
    "rest", ["", "x", ".filez", "0" * 62, "0" * 62 + ".file", "0" * 61 + ".filez",
             "A" * 62 + ".filez", "0" * 62 + ".filez.tmp", "0" * 62 + ".filez\n"]
)  # fmt: skip
def test_files_that_are_no_objects(rest: str) -> None:
    assert ObjectName.from_path("00", rest) is None


@pytest.mark.parametrize("name", ["a", "app/org.x.Y/x86_64/stable", "_", "0/1", "a..b", "a/b-c"])
def test_ref_names(name: str) -> None:
    assert is_ref_name(name)


@pytest.mark.parametrize(
    "name", ["", "/", "a/", "/a", "a//b", ".", "..", "a/..", "../a", ".a", "-a", "a b", "a\n",
             "ä", "a/.b", "a\0", "a" * 256]
)  # fmt: skip
def test_names_that_no_ref_has(name: str) -> None:
    assert not is_ref_name(name)


@pytest.mark.parametrize("name", ["", "one", "a..b", ".a.b", "a.b.", "a-b.c", "1a.b", "a.1b",
                                  "a/b.c", "a.b\n", "ä.b", "a." + "b" * 255])  # fmt: skip
def test_what_is_no_collection(name: str) -> None:
    assert not is_collection_id(name)
    assert is_collection_id("org.flathub.Stable")


# Directory trees


def tree(files: list[Any], directories: list[Any]) -> bytes:
    return serialise(DIRTREE_TYPE, (files, directories))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/", "../../etc"])
def test_names_that_lead_elsewhere(name: str) -> None:
    for data in (tree([(name, SUM)], []), tree([], [(name, SUM, SUM)])):
        with pytest.raises(CorruptObject, match="not allowed"):
            DirTree.parse(data)


@pytest.mark.parametrize(
    ("files", "directories"),
    [
        ([("b", SUM), ("a", SUM)], []),
        ([("a", SUM), ("a", SUM)], []),
        ([], [("b", SUM, SUM), ("a", SUM, SUM)]),
        ([], [("a", SUM, SUM), ("a", SUM, SUM)]),
        ([("a", SUM)], [("a", SUM, SUM)]),
        ([("ä", SUM), ("z", SUM)], []),
        ([("\U00010000", SUM), ("\uffff", SUM)], []),
    ],
)
def test_names_out_of_order(files: list[Any], directories: list[Any]) -> None:
    with pytest.raises(CorruptObject):
        DirTree.parse(tree(files, directories))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_checksums_of_a_wrong_length(length: int) -> None:
    wrong = bytes(length)
    for data in (
        tree([("a", wrong)], []),
        tree([], [("a", wrong, SUM)]),
        tree([], [("a", SUM, wrong)]),
    ):
        with pytest.raises(CorruptObject, match="long"):
            DirTree.parse(data)


# Directory metadata


def dirmeta(mode: int, xattrs: list[Any] | None = None) -> bytes:
    return serialise(DIRMETA_TYPE, (0, 0, byteswap32(mode), xattrs or []))


@pytest.mark.parametrize("mode", [0o40755, 0o42775, 0o41777, 0o40000])
def test_modes_of_directories(mode: int) -> None:
    check_dirmeta(dirmeta(mode))


@pytest.mark.parametrize("mode", [0, 0o755, stat.S_IFREG | 0o755, 0o40755 | 1 << 17, 2**32 - 1])
def test_modes_that_no_directory_has(mode: int) -> None:
    with pytest.raises(CorruptObject, match="mode"):
        check_dirmeta(dirmeta(mode))


@pytest.mark.parametrize("names", [[b"b\0", b"a\0"], [b"a\0", b"a\0"], [b""], [b"\0"]])
def test_attributes_of_directories(names: list[bytes]) -> None:
    with pytest.raises(CorruptObject, match="attribute"):
        check_dirmeta(dirmeta(0o40755, [(name, b"") for name in names]))


# Commits


def commit(metadata: Any = (), parent: bytes = b"", root: bytes = SUM, meta: bytes = SUM) -> bytes:
    return serialise(
        COMMIT_TYPE, (metadata, parent, [], "s", "b", byteswap64(1_700_000_000), root, meta)
    )


def test_fields_of_a_commit() -> None:
    data = commit([("ostree.ref-binding", Variant("s", "not a list"))], parent=SUM)
    parsed = Commit.parse(data)
    assert (parsed.timestamp, parsed.parent, parsed.ref_bindings) == (1_700_000_000, SUM.hex(), ())


@pytest.mark.parametrize(
    "arguments", [{"parent": b"x"}, {"root": b""}, {"root": bytes(33)}, {"meta": b"x" * 31}]
)
def test_commits_with_wrong_checksums(arguments: dict[str, bytes]) -> None:
    with pytest.raises(CorruptObject, match="long"):
        Commit.parse(commit(**arguments))


def test_a_commit_with_an_empty_key() -> None:
    with pytest.raises(CorruptObject, match="without a name"):
        Commit.parse(commit([("", Variant("s", "x"))]))


@pytest.mark.parametrize("entry", [b"", b"x" * 31, SUM, SUM + b"\xff" * 30, SUM + b"\x80"])
def test_sizes_that_are_damaged(entry: bytes) -> None:
    parsed = Commit.parse(commit([("ostree.sizes", Variant("aay", [entry]))]))
    list(parsed.sizes())


# Damage


def test_the_right_object_under_another_name(upstream: Made) -> None:
    for kind in (ObjectKind.COMMIT, ObjectKind.DIRTREE, ObjectKind.DIRMETA):
        data = upstream.file(upstream.objects(kind)[0]).read_bytes()
        with pytest.raises(CorruptObject, match="match"):
            check_metadata(ObjectName("0" * 64, kind), data)


@settings(max_examples=examples(500))
@given(
    st.randoms(use_true_random=False),
    st.sampled_from([ObjectKind.COMMIT, ObjectKind.DIRTREE, ObjectKind.DIRMETA]),
)
def test_damaged_bytes_under_their_own_checksum(rng: random.Random, kind: ObjectKind) -> None:
    """What a hostile upstream may send: never anything but a verdict."""
    good = {
        ObjectKind.COMMIT: commit([("a", Variant("s", "x")), ("b", Variant("aay", [b"x"]))]),
        ObjectKind.DIRTREE: tree([("a", SUM), ("b", SUM)], [("c", SUM, SUM)]),
        ObjectKind.DIRMETA: dirmeta(0o40755, [(b"user.a\0", b"x")]),
    }[kind]
    data = bytearray(good)
    for _ in range(rng.randrange(1, 4)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    if rng.random() < 0.3:
        data += rng.randbytes(rng.randrange(9))
    name = ObjectName(sha256(data).hexdigest(), kind)
    try:
        for child in check_metadata(name, bytes(data)):
            assert ObjectName.from_key(child.key) == child
    except CorruptObject:
        return


def test_detached_metadata() -> None:
    assert detached_signatures(None) == ()
    assert detached_signatures(b"") == ()
    data = serialise("a{sv}", [("ostree.gpgsigs", Variant("aay", [b"one", b"two"]))])
    assert detached_signatures(data) == (b"one", b"two")
    assert detached_signatures(serialise("a{sv}", [("ostree.gpgsigs", Variant("s", "x"))])) == ()
    with pytest.raises(FormatError):
        detached_signatures(data[:-1])
