"""What ``satchel verify`` says about damaged lists: summary, ostree-metadata, copies.

Expected are all findings (code, subject), not only the one that a test is about.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.formats.gvariant import Variant, parse, serialise
from app.fs.root import Root
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.ostree.summary import SUMMARY_TYPE, NewRef, build_summary
from tests.gpg import SigningKey
from tests.stick import damage
from tests.stick.damage import (
    ARCH,
    BAD_COPY,
    CHANGES,
    DIGEST,
    HELLO,
    METADATA,
    NO_COPY,
    NOBODY,
    ORPHANS,
    OTHER,
    OUT_OF_SYNC,
    SUMMARY,
    Stick,
    copy_stick,
    flip,
    flip_middle,
    verify,
)
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

# ---- The stick's summary


def listed(stick: Stick) -> dict[str, NewRef]:
    """What a right summary says."""
    repository = Repository.open(Root(stick.repo))
    refs = {}
    for name, checksum in stick.refs().items():
        data = repository.read_object(ObjectName(checksum, ObjectKind.COMMIT))
        refs[name] = NewRef(checksum, len(data), Commit.parse(data).timestamp)
    return refs


def write_summary(
    stick: Stick,
    refs: dict[str, NewRef],
    *,
    main_collection: str = "",
    mode: str = "archive-z2",
) -> None:
    summary = build_summary(
        {COLLECTION: refs}, main_collection=main_collection, mode=mode, last_modified=1
    )
    stick.summary.write_bytes(summary)


@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"flipped", "link", "dangling"}))
def test_summary_cannot_be_read(stick: Stick, stranger: Path, change: str) -> None:
    CHANGES[change](stick.summary)
    node = {("foreign-content", ".ostree/repo/summary")} if change == "pipe" else set()
    assert verify(stick, stranger) == {SUMMARY} | node


def test_summary_is_huge(stick: Stick, stranger: Path) -> None:
    damage.huge(stick.summary)
    assert verify(stick, stranger) == {SUMMARY}


@pytest.mark.parametrize("change", [damage.delete, damage.into_dangling_link])
def test_summary_is_missing(stick: Stick, stranger: Path, change: Callable[[Path], None]) -> None:
    change(stick.summary)
    link = {("link-outside", ".ostree/repo/summary")} if change != damage.delete else set()
    assert verify(stick, stranger) == {("summary-missing", "summary")} | link


SUMMARY_EDITS: dict[str, Callable[[dict[str, NewRef]], object]] = {
    "another commit": lambda refs: refs.update({HELLO: refs[OTHER]}),
    "a commit that is nowhere": lambda refs: refs.update({HELLO: NewRef(NOBODY, 1, 1)}),
    "a ref less": lambda refs: refs.pop(HELLO),
    "another size": lambda refs: refs.update(
        {HELLO: NewRef(refs[HELLO].commit, refs[HELLO].size + 1, refs[HELLO].timestamp)}
    ),
    "another time": lambda refs: refs.update(
        {HELLO: NewRef(refs[HELLO].commit, refs[HELLO].size, refs[HELLO].timestamp + 1)}
    ),
    "a version": lambda refs: refs.update(
        {HELLO: NewRef(refs[HELLO].commit, refs[HELLO].size, refs[HELLO].timestamp, "9.9")}
    ),
}


@pytest.mark.parametrize("edit", SUMMARY_EDITS)
def test_summary_says_something_else(stick: Stick, stranger: Path, edit: str) -> None:
    refs = listed(stick)
    write_summary(stick, refs)
    assert verify(stick, stranger) == set()
    SUMMARY_EDITS[edit](refs)
    write_summary(stick, refs)
    assert verify(stick, stranger) == {("summary-mismatch", HELLO)}


def test_summary_lists_more(stick: Stick, stranger: Path) -> None:
    refs = listed(stick)
    write_summary(stick, {**refs, "app/org.test.More/x86_64/stable": refs[HELLO]})
    more = ("summary-mismatch", "app/org.test.More/x86_64/stable")
    assert verify(stick, stranger) == {more}
    write_summary(stick, {**refs, "..\n": refs[HELLO]})
    assert verify(stick, stranger) == {("summary-mismatch", "..\n"), ("ref-unsafe", "..\n")}


def test_summary_is_not_sorted(stick: Stick, stranger: Path) -> None:
    write_summary(stick, listed(stick))
    value = parse(SUMMARY_TYPE, stick.summary.read_bytes())
    listed_refs = value[1].lookup("ostree.summary.collection-map")
    assert listed_refs is not None
    ((collection, refs),) = [
        (entry[0].unpack(), [ref.unpack() for ref in entry[1]]) for entry in listed_refs
    ]
    map_type = "a{sa(s(taya{sv}))}"
    turned = Variant(map_type, [(collection, refs[::-1])])
    stick.summary.write_bytes(
        serialise(SUMMARY_TYPE, ([], [("ostree.summary.collection-map", turned)]))
    )
    findings = verify(stick, stranger)
    assert findings
    assert {code for code, _ in findings} == {"summary-mismatch"}


def test_summary_names_another_mode(stick: Stick, stranger: Path) -> None:
    """Which makes clients refuse the whole repository."""
    write_summary(stick, listed(stick), mode="bare")
    assert verify(stick, stranger) == {SUMMARY}


# ---- ostree-metadata


def test_metadata_is_missing(stick: Stick, stranger: Path) -> None:
    stick.remove_ref(METADATA)
    assert verify(stick, stranger) == {("metadata-missing", COLLECTION), ORPHANS}


@pytest.mark.parametrize(
    "wrong",
    [{"old": 1}, {"metadata": "[Application]\nname=else\n"}, {"commit": NOBODY}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_metadata_does_not_fit(
    stick: Stick, stranger: Path, upstream_key: SigningKey, wrong: dict[str, Any]
) -> None:
    stick.forge_metadata(upstream_key, **wrong)
    assert verify(stick, stranger) == {OUT_OF_SYNC}


def test_metadata_of_the_maker(
    stick: Stick, stranger: Path, upstream_key: SigningKey, attacker: SigningKey
) -> None:
    """Satchel's own need not be signed, but a signature has to be good."""
    stick.forge_metadata(upstream_key)
    assert verify(stick, stranger) == set()
    stick.signatures(METADATA).unlink()
    assert verify(stick, stranger) == set()
    stick.sign(METADATA, attacker)
    assert verify(stick, stranger) == {("metadata-bad-signature", COLLECTION)}


# ---- The copied upstream summary


def test_copy_is_missing(stick: Stick, stranger: Path, friend: Path) -> None:
    shutil.rmtree(stick.upstream)
    assert verify(stick, friend) == {NO_COPY}
    nobody = {("unknown-key", COLLECTION), ("unvouched", COLLECTION)}
    assert verify(stick, stranger) == {NO_COPY, *nobody}


def test_parts_of_the_copy_are_missing(stick: Stick, stranger: Path) -> None:
    stick.sub_summary.unlink()
    assert verify(stick, stranger) == {NO_COPY}
    (stick.upstream / "summary.idx").unlink()
    assert verify(stick, stranger) == {NO_COPY}
    (stick.upstream / "summary").unlink()
    assert verify(stick, stranger) == {NO_COPY}


@pytest.mark.parametrize("name", ["summary", "summary.idx"])
@pytest.mark.parametrize("change", ["flipped", "cut", "garbage", "pipe", "empty"])
def test_copy_is_tampered_with(stick: Stick, stranger: Path, name: str, change: str) -> None:
    CHANGES[change](stick.upstream / name)
    findings = verify(stick, stranger)
    expected = NO_COPY if change == "pipe" else BAD_COPY
    assert expected in findings
    node = ("foreign-content", str((stick.upstream / name).relative_to(stick.root)))
    assert findings <= {expected, DIGEST, node, ("upstream-wrong-collection", COLLECTION)}


def test_lists_are_sparse_files(stick: Stick, stranger: Path) -> None:
    """Of a size that a list may have, and of one that none has."""
    places = [stick.upstream / "summary", stick.upstream / "summary.idx", stick.summary]
    for size, copies in ((5 << 20, BAD_COPY), (120 << 20, NO_COPY)):
        for path in places:
            damage.empty(path)
            os.truncate(path, size)
        assert verify(stick, stranger, "--quick") == {copies, SUMMARY, DIGEST} - (
            set() if copies == BAD_COPY else {DIGEST}
        )


@pytest.mark.parametrize("name", ["summary", "summary.idx"])
@pytest.mark.parametrize("change", ["delete", "garbage", "other key", "other data"])
def test_copy_is_badly_signed(
    stick: Stick,
    stranger: Path,
    name: str,
    change: str,
    attacker: SigningKey,
    upstream_key: SigningKey,
) -> None:
    path = stick.upstream / f"{name}.sig"
    if change.startswith("other"):
        key, data = attacker, (stick.upstream / name).read_bytes()
        if change == "other data":
            key, data = upstream_key, b"something else"
        value = [("ostree.gpgsigs", Variant("aay", [key.sign(data)]))]
        path.write_bytes(serialise("a{sv}", value))
    else:
        getattr(damage, change)(path)
    root = {DIGEST} if name == "summary.idx" and change != "delete" else set()
    assert verify(stick, stranger) == {BAD_COPY} | root


def bomb(path: Path) -> None:
    with gzip.open(path, "wb") as file:
        for _ in range(200):
            file.write(bytes(1 << 20))


@pytest.mark.parametrize(
    "change",
    [flip_middle, damage.truncate, damage.empty, damage.lengthen, damage.garbage, bomb],
)
def test_sub_summary_is_another(
    stick: Stick, stranger: Path, change: Callable[[Path], None]
) -> None:
    change(stick.sub_summary)
    assert verify(stick, stranger) == {DIGEST}


def test_sub_summary_of_another_time(stick: Stick, stranger: Path) -> None:
    stick.sub_summary.write_bytes(gzip.compress((stick.upstream / "summary").read_bytes()))
    assert verify(stick, stranger) == {DIGEST}


def test_copy_of_another_collection(
    stick: Stick, warned: Path, stranger: Path, friend: Path
) -> None:
    shutil.rmtree(stick.upstream)
    shutil.copytree(Stick(warned).satchel / "upstream/org.test.Second", stick.upstream)
    for home in (stranger, friend):
        assert ("upstream-wrong-collection", COLLECTION) in verify(stick, home)


def test_copy_is_newer_or_older_than_the_refs(
    stick: Stick, newer: Path, stranger: Path, tmp_path: Path
) -> None:
    other = copy_stick(newer, tmp_path / "newer")
    for name in ("summary.idx", "summary.idx.sig"):
        (stick.repo / name).unlink()
    shutil.rmtree(stick.repo / "summaries")
    for path in (*stick.key_files, *other.key_files):
        path.write_bytes(other.key_files[0].read_bytes())
    beside = {"satchel/contents.tsv", "satchel/START-HERE.html"}
    stick.upstream.rename(tmp_path / "older")
    shutil.copytree(other.upstream, stick.upstream)
    appstream = f"appstream2/{ARCH}"
    findings = verify(stick, stranger)
    assert ("upstream-newer", HELLO) in findings
    assert {subject for _, subject in findings} - beside <= {HELLO, appstream}
    shutil.rmtree(other.upstream)
    shutil.copytree(tmp_path / "older", other.upstream)
    findings = verify(other, stranger)
    assert ("upstream-older", HELLO) in findings
    assert {subject for _, subject in findings} - beside <= {HELLO, appstream}


def test_single_summary_is_tampered_with(newer: Path, stranger: Path, tmp_path: Path) -> None:
    """The kind without an index, wherever it is hit."""
    summary = Stick(newer).upstream / "summary"
    size = summary.stat().st_size
    for number, offset in enumerate(range(5, size, size // 3)):
        stick = copy_stick(newer, tmp_path / str(number))
        flip(stick.upstream / "summary", offset, 0xFF)
        assert BAD_COPY in verify(stick, stranger)


@pytest.mark.parametrize("name", ["summary.idx", "summary.idx.sig", "summaries"])
@pytest.mark.parametrize("change", ["flipped", "gone"])
def test_index_beside_the_summary(stick: Stick, stranger: Path, name: str, change: str) -> None:
    path = stick.repo / name
    if name == "summaries":
        path = path / stick.sub_summary.name
    (damage.delete if change == "gone" else flip_middle)(path)
    assert verify(stick, stranger) == {DIGEST}
