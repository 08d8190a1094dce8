"""Summaries: read as ostree wrote them, written as ostree would, and never trusted."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formats.gvariant import FormatError, serialise
from app.fs.root import Root
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.ostree.summary import NewRef, Summary, build_summary
from tests.examples import examples
from tests.ostree.conftest import COLLECTION, REF, Made, ostree, write_ref

OTHER = "org.example.Other"


@pytest.fixture(scope="module")
def summarised(upstream: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two collections, and the summary that ostree makes of them."""
    path = tmp_path_factory.mktemp("summarised") / "repo"
    shutil.copytree(upstream.path, path, symlinks=True)
    repository = Repository.open(Root(path))
    for name in ("app/b", "app/a", "app/a-b", "app/a0/b", "app/a_b", "runtime/z"):
        write_ref(repository, OTHER, name, upstream.commit)
    write_ref(repository, "org.example.Another", "x", upstream.commit)
    ostree("summary", "-u", f"--repo={path}")
    return Made(path, upstream.commit)


def shown(path: Path) -> str:
    return ostree("summary", "-v", f"--repo={path}")


def rebuilt(made: Made) -> bytes:
    """The same summary, built from what is in the repository."""
    repository = Repository.open(Root(made.path))
    old = Summary((made.path / "summary").read_bytes())

    def ref(checksum: str) -> NewRef:
        size = len(repository.read_object(ObjectName(checksum, ObjectKind.COMMIT)))
        commit = repository.read_commit(checksum)
        return NewRef(checksum, size, commit.timestamp, commit.metadata.get("version", "s"))

    refs = {
        collection: {name: ref(checksum) for name, checksum in names.items()}
        for collection, names in repository.collection_refs().items()
    }
    assert old.last_modified is not None
    return build_summary(
        refs,
        main_collection=repository.collection or "",
        mode="archive-z2",
        last_modified=old.last_modified,
    )


def test_what_ostree_wrote(summarised: Made) -> None:
    summary = Summary((summarised.path / "summary").read_bytes())
    assert summary.collection == COLLECTION
    ref, metadata = summary.refs()
    assert metadata.name == "ostree-metadata"
    assert (ref.name, ref.commit) == (REF, summarised.commit)
    assert ref.commit_size == len(summarised.commit_bytes)
    assert ref.timestamp == Repository.open(Root(summarised.path)).read_commit(ref.commit).timestamp
    others = summary.collection_map()
    assert list(others) == ["org.example.Another", OTHER]
    names = ["app/a", "app/a-b", "app/a0/b", "app/a_b", "app/b", "runtime/z"]
    assert [ref.name for ref in others[OTHER]] == names
    for name in names:
        value = summary.lookup_in(OTHER, name)
        assert value is not None
        assert value.commit == summarised.commit
    assert summary.lookup_in(COLLECTION, REF) is not None
    for collection, name in ((OTHER, "app"), (OTHER, "zz"), (COLLECTION, "app/a"), ("x.y", REF)):
        assert summary.lookup_in(collection, name) is None


def test_the_same_summary_as_ostree(summarised: Made, tmp_path: Path) -> None:
    before = shown(summarised.path)
    shutil.copytree(summarised.path, tmp_path / "repo", symlinks=True)
    Repository.open(Root(tmp_path / "repo")).write_summary(rebuilt(summarised))
    after = shown(tmp_path / "repo")

    def refs(text: str) -> list[str]:
        return [line for line in text.splitlines() if not line.startswith("Static Deltas")]

    assert sorted(refs(after)) == sorted(refs(before))


def test_refs_of_several_collections_as_a_client_lists_them(
    summarised: Made, tmp_path: Path
) -> None:
    shutil.copytree(summarised.path, tmp_path / "repo", symlinks=True)
    Repository.open(Root(tmp_path / "repo")).write_summary(rebuilt(summarised))
    client = tmp_path / "client"
    ostree("init", f"--repo={client}", "--mode=bare-user-only")
    ostree("remote", "add", f"--repo={client}", "--no-gpg-verify", f"--collection-id={OTHER}", "up",
           (tmp_path / "repo").as_uri())  # fmt: skip
    assert REF in ostree("remote", "refs", f"--repo={client}", "up")


@settings(max_examples=examples(50))
@given(st.sets(st.from_regex(r"[A-Za-z0-9_][-._A-Za-z0-9]{0,5}", fullmatch=True), max_size=30))
def test_every_ref_is_found_by_binary_search(names: set[str]) -> None:
    refs = {
        name: NewRef(f"{index:064x}", index, 1000 + index)
        for index, name in enumerate(sorted(names, key=lambda name: name[::-1]))
    }
    data = build_summary(
        {COLLECTION: refs, OTHER: refs},
        main_collection=COLLECTION,
        mode="archive-z2",
        last_modified=5,
    )
    summary = Summary(data)
    assert summary.last_modified == 5
    for collection in (COLLECTION, OTHER):
        for name, ref in refs.items():
            value = summary.lookup_in(collection, name)
            assert value is not None
            assert (value.commit, value.commit_size, value.timestamp) == (
                ref.commit, ref.size, ref.timestamp,
            )  # fmt: skip
        assert summary.lookup_in(collection, "no such ref") is None
    assert [ref.name for ref in summary.refs()] == sorted(names)


def test_without_a_collection_of_its_own() -> None:
    refs = {OTHER: {"x": NewRef("ab" * 32, 1, 2, "1.0")}}
    summary = Summary(build_summary(refs, main_collection="", mode="x", last_modified=1))
    assert summary.collection is None
    assert list(summary.refs()) == []
    assert [ref.name for ref in summary.collection_map()[OTHER]] == ["x"]


def read_everything(data: bytes) -> None:
    summary = Summary(data)
    _ = summary.collection, summary.last_modified
    for ref in summary.refs():
        _ = ref.timestamp, ref.name.encode()
    for refs in summary.collection_map().values():
        for ref in refs:
            _ = ref.timestamp
    summary.lookup(REF)
    summary.lookup("")
    summary.lookup_in(OTHER, "app/a")


@settings(max_examples=examples(300))
@given(st.binary(max_size=400))
def test_noise(data: bytes) -> None:
    try:
        read_everything(data)
    except FormatError:
        return


@settings(max_examples=examples(400))
@given(st.randoms(use_true_random=False))
def test_a_damaged_summary(rng: random.Random) -> None:
    refs = {name: NewRef("ab" * 32, 1, 2) for name in ("app/a", "app/b", REF)}
    data = bytearray(
        build_summary(
            {COLLECTION: refs, OTHER: refs},
            main_collection=COLLECTION,
            mode="archive-z2",
            last_modified=9,
        )
    )
    for _ in range(rng.randrange(1, 5)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    if rng.random() < 0.3:
        del data[rng.randrange(len(data)) :]
    try:
        read_everything(bytes(data))
    except FormatError:
        return


@pytest.mark.parametrize("checksum", [b"", b"x" * 31, b"x" * 33])
def test_a_ref_that_names_no_commit(checksum: bytes) -> None:
    data = serialise("(a(s(taya{sv}))a{sv})", ([("x", (1, checksum, {}))], {}))
    summary = Summary(data)
    with pytest.raises(FormatError):
        list(summary.refs())
    with pytest.raises(FormatError):
        summary.lookup("x")


def test_ostree_reads_ours(tmp_path: Path, upstream: Made) -> None:
    """Even with a single ref and no collection."""
    repository = Repository.create(Root(tmp_path).below("repo"))
    refs = {OTHER: {"x": NewRef(upstream.commit, 1, 2)}}
    repository.write_summary(
        build_summary(refs, main_collection="", mode="archive-z2", last_modified=1)
    )
    text = subprocess.run(
        ["ostree", "summary", "-v", f"--repo={repository.path}"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert upstream.commit in text
    assert OTHER in text
