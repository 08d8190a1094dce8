"""What ``satchel verify`` says about damaged sticks: all of it, with the right codes.

Expected are all findings (code, subject), not only the one that a test is about.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.ostree.gvariant import Variant, parse, serialise
from app.ostree.objects import COMMIT_TYPE, Commit, Kind, ObjectName, byteswap64
from app.ostree.repository import Repository
from app.ostree.summary import SUMMARY_TYPE, NewRef, build_summary
from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import command, environment
from tests.stick import damage
from tests.stick.damage import (
    ARCH,
    HELLO,
    LOCALE,
    METADATA,
    OTHER,
    RUNTIME,
    Found,
    Stick,
    copy_stick,
    flip,
    flip_middle,
    verify,
)
from tests.upstream import COLLECTION, Upstream

ORPHANS = ("orphan-objects", "objects")
SUMMARY = ("summary-mismatch", "summary")
DIGEST = ("upstream-digest-mismatch", COLLECTION)
BAD_COPY = ("upstream-bad-signature", COLLECTION)
NO_COPY = ("upstream-missing", COLLECTION)
OUT_OF_SYNC = ("metadata-out-of-sync", COLLECTION)
NOBODY = "0" * 64


# ---- Sound ones


def test_nothing_is_found_on_a_sound_stick(
    good: Path, newer: Path, stranger: Path, friend: Path
) -> None:
    for drive in (good, newer):
        for home in (stranger, friend):
            assert verify(Stick(drive), home) == set()
            assert verify(Stick(drive), home, "--quick") == set()


def test_a_signature_more_by_somebody_unknown_does_no_harm(
    stick: Stick, stranger: Path, attacker: SigningKey
) -> None:
    data = stick.commit_path(HELLO).read_bytes()
    stick.set_signatures(HELLO, [attacker.sign(data), *stick.get_signatures(HELLO)])
    assert verify(stick, stranger) == set()


def test_what_lies_beside_does_not_matter(stick: Stick, stranger: Path) -> None:
    (stick.repo / "objects/README").write_text("hello")
    (stick.repo / "objects/ab").mkdir(exist_ok=True)
    (stick.repo / "objects/ab/notes.txt").write_text("hello")
    (stick.repo / "state/something.else").write_text("")
    (stick.root / "Photos").mkdir()
    (stick.satchel / "upstream/not a collection").mkdir()
    assert verify(stick, stranger) == set()


# ---- Objects

CHANGES = {
    "flipped": damage.flip_middle,
    "cut": damage.truncate,
    "empty": damage.empty,
    "longer": damage.lengthen,
    "garbage": damage.garbage,
    "directory": damage.into_directory,
    "pipe": damage.into_pipe,
    "link": damage.into_link,
    "dangling": damage.into_dangling_link,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kinds", ["commit", "dirtree", "dirmeta filez"])
def test_object_is_not_what_it_should_be(
    stick: Stick, stranger: Path, kinds: str, change: str
) -> None:
    names = [stick.object(kind) for kind in kinds.split()]
    for name in names:
        CHANGES[change](stick.path(name))
    found = verify(stick, stranger)
    corrupt = {("object-corrupt", str(name)) for name in names}
    others = {
        # A commit that can be read still is judged by its signature.
        "commit": {ORPHANS, ("commit-bad-signature", HELLO), OUT_OF_SYNC},
        "dirtree": {ORPHANS},
    }.get(kinds, set())
    assert corrupt <= found <= corrupt | others
    assert (ORPHANS in found) == bool(others)


@pytest.mark.parametrize("kind", ["commit", "dirtree", "dirmeta", "filez"])
def test_object_is_missing(stick: Stick, stranger: Path, kind: str) -> None:
    name = stick.object(kind)
    stick.path(name).unlink()
    expected: dict[str, Found] = {
        "commit": {("commit-missing", name.checksum), ("ref-dangling", HELLO), ORPHANS},
        "dirtree": {("object-missing", str(name)), ORPHANS},
    }
    default = {("object-missing", str(name))}
    assert verify(stick, stranger) == expected.get(kind, default)
    assert verify(stick, stranger, "--quick") == expected.get(kind, default)


@pytest.mark.parametrize(
    "offset", [3, 4, 7, 15, 19, 27, -1, -2], ids=lambda offset: f"byte {offset}"
)
def test_bit_of_a_file(stick: Stick, stranger: Path, offset: int) -> None:
    """Length of the header, padding, claimed size, owner, mode, deflated content."""
    name = stick.object("filez")
    flip(stick.path(name), offset)
    assert verify(stick, stranger) == {("object-corrupt", str(name))}


def test_quick_does_not_read_files_and_sees_the_rest(stick: Stick, stranger: Path) -> None:
    tree = stick.tree(HELLO)
    icon = next(one for path, one in tree.items() if path.endswith("64x64/org.test.Hello.png"))
    flip_middle(stick.path(tree["/files/share/big"]))
    damage.empty(stick.path(icon))
    meta = stick.object("dirmeta")
    flip_middle(stick.path(meta))
    quick = {("object-corrupt", str(icon)), ("object-corrupt", str(meta))}
    assert verify(stick, stranger, "--quick") == quick
    assert verify(stick, stranger) == quick | {("object-corrupt", str(tree["/files/share/big"]))}


def test_objects_exchanged(stick: Stick, stranger: Path) -> None:
    tree = stick.tree(HELLO)
    pair = [tree["/files/share/big"], tree["/files/bin/start"]]
    damage.exchange(*map(stick.path, pair))
    assert verify(stick, stranger) == {("object-corrupt", str(name)) for name in pair}


def test_commits_exchanged(stick: Stick, stranger: Path) -> None:
    pair = [ObjectName(stick.commit(ref), Kind.COMMIT) for ref in (HELLO, OTHER)]
    damage.exchange(*map(stick.path, pair))
    found = verify(stick, stranger)
    assert {("object-corrupt", str(name)) for name in pair} <= found
    assert {("commit-bad-signature", HELLO), ("commit-bad-signature", OTHER)} <= found
    assert {("commit-wrong-ref", HELLO), ("commit-wrong-ref", OTHER)} <= found


def test_directory_of_objects_is_gone(stick: Stick, stranger: Path) -> None:
    name = stick.object("filez")
    shutil.rmtree(stick.path(name).parent)
    assert ("object-missing", str(name)) in verify(stick, stranger)
    stick.path(name).parent.write_text("a file where a directory was")
    assert ("object-missing", str(name)) in verify(stick, stranger)


def test_below_a_damaged_tree_damage_is_still_seen(stick: Stick, stranger: Path) -> None:
    root = stick.tree(HELLO)[""]
    file = stick.object("filez")
    flip_middle(stick.path(file))
    flip_middle(stick.path(root))
    assert verify(stick, stranger) == {
        ("object-corrupt", str(root)),
        ("object-corrupt", str(file)),
        ORPHANS,
    }


def test_object_that_nothing_needs(stick: Stick, stranger: Path) -> None:
    stick.path(ObjectName("ab" * 32, Kind.FILE)).parent.mkdir(exist_ok=True)
    stick.path(ObjectName("ab" * 32, Kind.FILE)).write_bytes(b"left by a crash")
    assert verify(stick, stranger) == {ORPHANS}


def test_commit_is_marked_as_incomplete(stick: Stick, stranger: Path) -> None:
    stick.partial(HELLO).touch()
    assert verify(stick, stranger) == {("commit-partial", HELLO)}
    # What it lacks is said by the mark, as for a locale of which not all languages came along.
    stick.path(stick.object("filez")).unlink()
    assert verify(stick, stranger) == {("commit-partial", HELLO)}
    stick.commit_path(HELLO).unlink()
    assert {("commit-partial", HELLO), ("ref-dangling", HELLO)} <= verify(stick, stranger)


def test_state_is_no_directory(stick: Stick, stranger: Path) -> None:
    shutil.rmtree(stick.repo / "state")
    (stick.repo / "state").write_text("")
    assert verify(stick, stranger) == set()


# ---- Signatures


@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"longer"}))
def test_signatures_cannot_be_read(stick: Stick, stranger: Path, change: str) -> None:
    CHANGES[change](stick.signatures(HELLO))
    code = "commit-unsigned" if change == "empty" else "commit-bad-signature"
    assert verify(stick, stranger) == {(code, HELLO)}


def test_signatures_are_gone(stick: Stick, stranger: Path) -> None:
    stick.signatures(HELLO).unlink()
    stick.set_signatures(OTHER, [])
    stick.signatures(METADATA).unlink()
    assert verify(stick, stranger) == {
        ("commit-unsigned", HELLO),
        ("commit-unsigned", OTHER),
        ("metadata-bad-signature", COLLECTION),
    }


def test_signature_of_another_key(
    stick: Stick, stranger: Path, friend: Path, attacker: SigningKey
) -> None:
    stick.sign(HELLO, attacker)
    stick.sign(METADATA, attacker)
    for home in (stranger, friend):
        assert verify(stick, home) == {
            ("commit-bad-signature", HELLO),
            ("metadata-bad-signature", COLLECTION),
        }


def test_signatures_exchanged(stick: Stick, stranger: Path) -> None:
    damage.exchange(stick.signatures(HELLO), stick.signatures(OTHER))
    flip_middle(stick.signatures(METADATA))
    assert verify(stick, stranger) == {
        ("commit-bad-signature", HELLO),
        ("commit-bad-signature", OTHER),
        ("metadata-bad-signature", COLLECTION),
    }


def test_the_drive_hands_out_another_key(
    stick: Stick, stranger: Path, friend: Path, attacker: SigningKey
) -> None:
    """Who knows the collection judges by the key known, and warns of the other."""
    damage.other_key_file(stick, attacker.public)
    assert verify(stick, friend) == {BAD_COPY}
    stick.sign(HELLO, attacker)
    assert verify(stick, friend) == {BAD_COPY, ("commit-bad-signature", HELLO)}
    # Who does not, sees at least what the attacker did not sign.
    found = verify(stick, stranger)
    assert ("commit-bad-signature", HELLO) not in found
    assert {("commit-bad-signature", OTHER), BAD_COPY} <= found


def test_the_drive_hands_out_a_key_more(
    stick: Stick, friend: Path, upstream_key: SigningKey, attacker: SigningKey
) -> None:
    damage.other_key_file(stick, upstream_key.public + attacker.public)
    assert verify(stick, friend) == {BAD_COPY}


def test_people_are_handed_another_key(
    stick: Stick, stranger: Path, friend: Path, attacker: SigningKey
) -> None:
    """Only in the folder for people, from which install.sh takes it."""
    copied = stick.key_files[0].read_bytes()
    damage.other_key_file(stick, attacker.public)
    stick.key_files[0].write_bytes(copied)
    for home in (stranger, friend):
        assert verify(stick, home) == {DIGEST}


@pytest.mark.parametrize("change", ["delete", "garbage", "empty"])
def test_key_file_is_gone(stick: Stick, stranger: Path, friend: Path, change: str) -> None:
    for path in stick.key_files:
        getattr(damage, change)(path)
    assert verify(stick, stranger) == {("unknown-key", COLLECTION)}
    assert verify(stick, friend) == {("unknown-key", COLLECTION)}


def test_damaged_key_does_not_hide_a_bad_signature(
    stick: Stick, friend: Path, attacker: SigningKey
) -> None:
    damage.other_key_file(stick, b"\x99\x01" + b"no key at all" * 50)
    stick.sign(METADATA, attacker)
    assert ("metadata-bad-signature", COLLECTION) in verify(stick, friend)


def with_expiry(key: SigningKey, when: str, *options: str) -> bytes:
    """The public key as it is once it has got that expiry; the key itself stays as it is."""
    with tempfile.TemporaryDirectory(prefix="sgpg-", dir="/tmp") as home:
        gpg = ["gpg", "--homedir", home, "--batch", "--quiet", "--no-permission-warning"]
        try:
            for command in (
                ["--import"],
                [*options, "--quick-set-expire", key.fingerprint, when],
            ):
                subprocess.run([*gpg, *command], input=key.secret, capture_output=True, check=True)
            return subprocess.run([*gpg, "--export"], capture_output=True, check=True).stdout
        finally:
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)


def test_key_expires(stick: Stick, stranger: Path, friend: Path, upstream_key: SigningKey) -> None:
    damage.other_key_file(stick, with_expiry(upstream_key, "30d"))
    assert verify(stick, stranger) == {("key-expires-soon", COLLECTION)}
    # Here the key is known as one that does not expire.
    assert verify(stick, friend) == set()
    past = with_expiry(upstream_key, "1y", "--faked-system-time=20200102T000000")
    damage.other_key_file(stick, past)
    assert verify(stick, stranger) == {("key-expired", COLLECTION)}


def test_expired_key_that_signed_nothing_does_not_matter(
    stick: Stick, stranger: Path, upstream_key: SigningKey
) -> None:
    old = SigningKey("Former <former@example.org>", expired=True)
    try:
        damage.other_key_file(stick, old.public + upstream_key.public)
    finally:
        old.close()
    assert verify(stick, stranger) == set()


# ---- Refs


def test_ref_names_no_commit(stick: Stick, stranger: Path) -> None:
    """Each as it can be found; all at once."""
    into = {
        HELLO: damage.garbage,
        OTHER: damage.empty,
        LOCALE: damage.into_pipe,
        METADATA: damage.into_dangling_link,
    }
    for ref, change in into.items():
        change(stick.ref(ref))
    dangling = {("ref-dangling", ref) for ref in into}
    unlisted = {("summary-mismatch", ref) for ref in into}
    missing = ("metadata-missing", COLLECTION)
    assert verify(stick, stranger) == dangling | unlisted | {missing, ORPHANS}


def test_ref_names_a_missing_commit(stick: Stick, stranger: Path) -> None:
    stick.ref(HELLO).write_text(NOBODY)
    assert verify(stick, stranger) == {
        ("ref-dangling", HELLO),
        ("commit-missing", NOBODY),
        ("summary-mismatch", HELLO),
        ORPHANS,
    }


def test_ref_names_the_commit_of_another(stick: Stick, stranger: Path) -> None:
    stick.ref(HELLO).write_text(stick.commit(OTHER))
    found = verify(stick, stranger)
    expected = {("commit-wrong-ref", HELLO), ("summary-mismatch", HELLO), OUT_OF_SYNC, ORPHANS}
    assert expected <= found
    assert {code for code, _ in found - expected} <= {"upstream-older", "upstream-newer"}


def test_commit_of_another_collection(stick: Stick, stranger: Path) -> None:
    ref = stick.ref(HELLO, "org.test.Other")
    ref.parent.mkdir(parents=True)
    ref.write_text(stick.commit(HELLO))
    assert verify(stick, stranger) == {
        ("commit-wrong-collection", HELLO),
        ("summary-mismatch", HELLO),
        ("metadata-missing", "org.test.Other"),
        ("upstream-missing", "org.test.Other"),
        ("unknown-key", "org.test.Other"),
    }


@pytest.mark.parametrize(
    "name",
    [b"..foo", b"two words", b"new\nline", b"\xff\xfe", b"\x1b[2Jclear", b"app/..x/y", b"-option"],
    ids=ascii,
)
def test_unsafe_ref(stick: Stick, stranger: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(stick.ref("")), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copy(stick.ref(HELLO), path)
    subject = f"refs/mirrors/{COLLECTION}/{os.fsdecode(name)}"
    assert verify(stick, stranger) == {("ref-unsafe", subject)}
    status, said = damage.run(stranger, "verify", stick.root)
    assert status == 1
    assert "ref-unsafe" in said
    assert "\x1b" not in said
    assert damage.run(stranger, "inspect", stick.root)[0] == 0


@pytest.mark.parametrize("collection", ["nodots", "org..bad", ".hidden.x", "org.1.x", "a b.c"])
def test_unsafe_collection(stick: Stick, stranger: Path, collection: str) -> None:
    ref = stick.ref(HELLO, collection)
    ref.parent.mkdir(parents=True)
    ref.write_text(stick.commit(HELLO))
    (stick.repo / "refs/mirrors/stray").write_text(stick.commit(HELLO))
    assert verify(stick, stranger) == {
        ("ref-unsafe", f"refs/mirrors/{collection}/{HELLO}"),
        ("ref-unsafe", "refs/mirrors/stray"),
    }


def test_refs_deeper_than_anybody_reads(stick: Stick, stranger: Path) -> None:
    name = "/".join("a" * 1500)
    path = stick.ref("")
    for part in name.split("/")[:-1]:
        path /= part
        path.mkdir()
    (path / "a").write_text(stick.commit(HELLO))
    found = verify(stick, stranger)
    # Too deep for Python's own way of removing it.
    subprocess.run(["rm", "-rf", stick.ref("a")], check=True)
    assert found == {("summary-mismatch", name), ("commit-wrong-ref", name)}


def test_refs_are_gone(stick: Stick, stranger: Path) -> None:
    names = stick.refs()
    shutil.rmtree(stick.repo / "refs")
    assert verify(stick, stranger) == {("summary-mismatch", name) for name in names} | {ORPHANS}


def test_own_refs_are_checked_as_well(stick: Stick, stranger: Path) -> None:
    """Those that are of no collection, as in a repository that somebody also builds in."""
    (stick.repo / "refs/heads/mine").write_text(stick.commit(HELLO))
    stick.update_summary()
    assert verify(stick, stranger) == set()
    (stick.repo / "refs/heads/mine").write_text(NOBODY)
    assert verify(stick, stranger) == {
        ("ref-dangling", "mine"),
        ("commit-missing", NOBODY),
        ("summary-mismatch", "mine"),
    }


# ---- The stick's summary


def listed(stick: Stick) -> dict[str, NewRef]:
    """What a right summary says."""
    repository = Repository.open(stick.repo)
    found = {}
    for name, checksum in stick.refs().items():
        data = repository.read_object(ObjectName(checksum, Kind.COMMIT))
        found[name] = NewRef(checksum, len(data), Commit.parse(data).timestamp)
    return found


def write_summary(stick: Stick, refs: dict[str, NewRef], **options: str) -> None:
    fields = {"main_collection": None, "mode": "archive-z2", "last_modified": 1, **options}
    stick.summary.write_bytes(build_summary({COLLECTION: refs}, **fields))


@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"flipped", "link", "dangling"}))
def test_summary_cannot_be_read(stick: Stick, stranger: Path, change: str) -> None:
    CHANGES[change](stick.summary)
    assert verify(stick, stranger) == {SUMMARY}


def test_summary_is_huge(stick: Stick, stranger: Path) -> None:
    damage.huge(stick.summary)
    assert verify(stick, stranger) == {SUMMARY}


@pytest.mark.parametrize("change", [damage.delete, damage.into_dangling_link])
def test_summary_is_missing(stick: Stick, stranger: Path, change: Callable[[Path], None]) -> None:
    change(stick.summary)
    assert verify(stick, stranger) == {("summary-missing", "summary")}


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
    found = verify(stick, stranger)
    assert found
    assert {code for code, _ in found} == {"summary-mismatch"}


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
    stick: Stick, stranger: Path, upstream_key: SigningKey, wrong: dict[str, object]
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
    assert verify(stick, stranger) == {NO_COPY, ("unknown-key", COLLECTION)}


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
    found = verify(stick, stranger)
    expected = NO_COPY if change == "pipe" else BAD_COPY
    assert expected in found
    assert found <= {expected, DIGEST, ("upstream-wrong-collection", COLLECTION)}


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
    for path in ("summary.idx", "summary.idx.sig"):
        (stick.repo / path).unlink()
    shutil.rmtree(stick.repo / "summaries")
    for path in (*stick.key_files, *other.key_files):
        path.write_bytes(other.key_files[0].read_bytes())
    stick.upstream.rename(tmp_path / "older")
    shutil.copytree(other.upstream, stick.upstream)
    appstream = f"appstream2/{ARCH}"
    found = verify(stick, stranger)
    assert ("upstream-newer", HELLO) in found
    assert {subject for _, subject in found} <= {HELLO, appstream}
    shutil.rmtree(other.upstream)
    shutil.copytree(tmp_path / "older", other.upstream)
    found = verify(other, stranger)
    assert ("upstream-older", HELLO) in found
    assert {subject for _, subject in found} <= {HELLO, appstream}


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


# ---- What apps need


def test_runtime_is_missing(stick: Stick, stranger: Path) -> None:
    stick.remove_ref(RUNTIME)
    assert verify(stick, stranger) == {
        ("runtime-missing", HELLO),
        ("runtime-missing", OTHER),
        ORPHANS,
    }


def test_related_is_missing(stick: Stick, stranger: Path) -> None:
    stick.remove_ref(LOCALE)
    assert verify(stick, stranger) == {("related-missing", LOCALE), ORPHANS}


def test_what_was_known_when_the_stick_was_made(warned: Path, stranger: Path) -> None:
    assert verify(Stick(warned), stranger) == {
        ("end-of-life", f"app/org.test.Old/{ARCH}/stable"),
        ("extra-data-missing", f"runtime/org.test.Codec/{ARCH}/1"),
    }


def test_extra_data(stick: Stick, stranger: Path) -> None:
    payload = b"from somewhere else"
    folder = stick.root / "satchel/extra-data" / hashlib.sha256(payload).hexdigest()
    folder.mkdir(parents=True)
    (folder / "payload.bin").write_bytes(payload)
    assert verify(stick, stranger) == set()
    for change in (damage.truncate, damage.into_pipe):
        change(folder / "payload.bin")
        subject = str((folder / "payload.bin").relative_to(stick.root))
        assert verify(stick, stranger) == {("extra-data-corrupt", subject)}


# ---- Satchel's own files


JOURNALS = {
    "fetching": b'{"version": 1, "stage": "fetching", "started": 1}',
    "publishing": b'{"version": 1, "stage": "publishing", "started": 1}',
    "checking": b'{"version": 1, "stage": "checking", "started": 1}',
    "empty": b"",
    "garbage": b"\xff\x00garbage",
    "deep": b"[" * 100_000,
    "infinite": b'{"stage": "checking", "started": Infinity}',
    "list": b"[]",
    "large": b" " * (2 << 20),
}


@pytest.mark.parametrize("content", JOURNALS)
def test_journal_is_left(stick: Stick, stranger: Path, content: str) -> None:
    (stick.satchel / "journal.json").write_bytes(JOURNALS[content])
    assert verify(stick, stranger) == {("journal-left", str(stick.root))}
    assert damage.run(stranger, "inspect", stick.root)[0] == 0


def test_journal_is_no_file(stick: Stick, stranger: Path) -> None:
    (stick.satchel / "journal.json").mkdir()
    assert verify(stick, stranger) == {("journal-left", str(stick.root))}


def hostile_records(good: bytes) -> Iterator[tuple[str, bytes]]:
    record = json.loads(good)
    yield "empty", b""
    yield "garbage", b"\x00\xff" * 100
    yield "deep list", b"[" * 100_000
    yield "deep object", b'{"a":' * 100_000
    yield "number", b"7"
    yield "another version", json.dumps({**record, "version": 2}).encode()
    yield "digits", json.dumps({**record, "made": 1}).replace("1", "9" * 5000, 1).encode()
    for key in record:
        for value in (None, 7, [], {}, "text", [7], {"a": 7}, {"a": {"b": 7}}, float("inf"), True):
            yield f"{key}={value}", json.dumps({**record, key: value}).encode()


def test_record_is_damaged_or_hostile(stick: Stick, stranger: Path) -> None:
    """It only explains: whatever is in it, the stick is judged by what it is."""
    path = stick.satchel / "stick.json"
    for number, (name, data) in enumerate(hostile_records(path.read_bytes())):
        path.write_bytes(data)
        status, said = damage.run(stranger, "inspect", stick.root, "--json")
        assert status == 0, (name, said)
        # Both read it in the same way; this one takes longer.
        if number < 3 or number % 10 == 0:
            assert verify(stick, stranger, "--quick") == set(), name
    for change in (damage.huge, damage.into_pipe):
        change(path)
        assert verify(stick, stranger) == set()


def test_record_speaks_to_the_terminal(stick: Stick, stranger: Path) -> None:
    path = stick.satchel / "stick.json"
    record = json.loads(path.read_bytes())
    nasty = "\x1b]0;owned\x07\ud800\u202e\r\n"
    left = {"collection": nasty, "ref": nasty, "code": nasty, "reason": nasty}
    path.write_text(json.dumps({**record, "left_out": [left], "tool": nasty, "made": 10**30}))
    assert verify(stick, stranger) == {("extra-data-missing", nasty)}
    for verb in ("verify", "inspect"):
        status, said = damage.run(stranger, verb, stick.root)
        assert status == 0, said
        assert not set("\x1b\x07\r\u202e") & set(said)


# ---- No repository

CONFIGS = {
    "empty": b"",
    "binary": b"\x00\xff" * 40,
    "no core": b"[other]\nmode=archive-z2\n",
    "bare": b"[core]\nrepo_version=1\nmode=bare-user\n",
    "no mode": b"[core]\nrepo_version=1\n",
    "version": b"[core]\nrepo_version=2\nmode=archive-z2\n",
    "no boolean": b"[core]\nrepo_version=1\nmode=archive-z2\nlocking=maybe\n",
    "a line": b"[core]\nrepo_version=1\nmode=archive-z2\nhello\n",
    "a bracket": b"[core]\nrepo_version=1\nmode=archive-z2\na[b=1\n",
    "large": b"#" * (2 << 20),
}


@pytest.mark.parametrize("content", CONFIGS)
def test_config_is_damaged(stick: Stick, stranger: Path, content: str) -> None:
    (stick.repo / "config").write_bytes(CONFIGS[content])
    assert verify(stick, stranger) == {("repo-invalid", str(stick.root))}


def _no_config(root: Path) -> None:
    (root / ".ostree/repo/config").unlink()


def _config_is_pipe(root: Path) -> None:
    damage.into_pipe(root / ".ostree/repo/config")


def _no_objects(root: Path) -> None:
    shutil.rmtree(root / ".ostree/repo/objects")


def _objects_is_file(root: Path) -> None:
    _no_objects(root)
    (root / ".ostree/repo/objects").write_text("")


def _nothing(root: Path) -> None:
    for path in (root / ".ostree", root / "satchel"):
        shutil.rmtree(path)


def _link_in_a_circle(root: Path) -> None:
    _nothing(root)
    (root / ".ostree").symlink_to(".ostree")


@pytest.mark.parametrize(
    "change",
    [_no_config, _config_is_pipe, _no_objects, _objects_is_file, _nothing, _link_in_a_circle],
)
def test_there_is_no_repository(
    stick: Stick, stranger: Path, change: Callable[[Path], None]
) -> None:
    change(stick.root)
    assert verify(stick, stranger) == {("repo-invalid", str(stick.root))}


def test_lock_is_odd(stick: Stick, stranger: Path) -> None:
    lock = stick.repo / ".lock"
    for change in (damage.into_pipe, damage.delete, Path.mkdir):
        change(lock)
        assert verify(stick, stranger) == set()


# ---- Everything at once


def test_many_damages_are_all_found(stick: Stick, stranger: Path, attacker: SigningKey) -> None:
    tree = stick.tree(OTHER)
    broken, gone = tree["/files/bin/start"], tree["/metadata"]
    flip(stick.path(broken), -1)
    stick.path(gone).unlink()
    stick.sign(HELLO, attacker)
    stick.signatures(LOCALE).unlink()
    stick.partial(RUNTIME).touch()
    stick.signatures(METADATA).unlink()
    stick.ref("..foo").write_text(NOBODY)
    stick.summary.unlink()
    flip_middle(stick.sub_summary)
    flip_middle(stick.upstream / "summary.sig")
    (stick.satchel / "journal.json").write_text("{}")
    folder = stick.root / "satchel/extra-data" / NOBODY
    folder.mkdir(parents=True)
    (folder / "x").write_text("x")
    assert verify(stick, stranger) == {
        ("object-corrupt", str(broken)),
        ("object-missing", str(gone)),
        ("commit-bad-signature", HELLO),
        ("commit-unsigned", LOCALE),
        ("commit-partial", RUNTIME),
        ("metadata-bad-signature", COLLECTION),
        ("ref-unsafe", f"refs/mirrors/{COLLECTION}/..foo"),
        ("commit-missing", NOBODY),
        ("summary-missing", "summary"),
        DIGEST,
        BAD_COPY,
        ("journal-left", str(stick.root)),
        ("extra-data-corrupt", f"satchel/extra-data/{NOBODY}/x"),
    }


# ---- Where the stick is


def _in_namespace(script: str, home: Path, *arguments: str | Path) -> SimpleNamespace:
    """Run a shell script with mounts of its own, which go with it."""
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-euc", script, "sh", *map(str, arguments)],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    damage.check_report(report, done.returncode)
    return SimpleNamespace(
        findings={(one["code"], one["subject"]) for one in report["findings"]},
        objects=report["objects"],
    )


def _verify_command(*prefix: str) -> str:
    words = [*prefix, *command("verify", "--json")]
    return "exec " + " ".join(f"'{word!s}'" for word in words)


def test_read_only_mount(stick: Stick, stranger: Path) -> None:
    flip(stick.path(stick.object("filez")), -1)
    (stick.repo / ".lock").unlink()
    script = 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; ! touch "$1/x" 2>&-; '
    found = _in_namespace(script + _verify_command() + ' "$1"', stranger, stick.root)
    assert found.findings == {("object-corrupt", str(stick.object("filez")))}


def test_squashfs(good: Path, stranger: Path, tmp_path: Path) -> None:
    image, mount = tmp_path / "image", tmp_path / "mount"
    mount.mkdir()
    subprocess.run(["mksquashfs", good, image, "-quiet", "-no-progress"], check=True)
    script = 'mount -t squashfs -o loop "$1" "$2"; '
    found = _in_namespace(script + _verify_command() + ' "$2"', stranger, image, mount)
    assert found.findings == set()
    assert found.objects > 50


def test_without_permission(stick: Stick, stranger: Path) -> None:
    """As a person who may not read everything: root without the right to ignore permissions."""
    plain = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    script = _verify_command(*plain) + ' "$1"'
    unreadable = stick.object("filez")
    stick.path(unreadable).chmod(0)
    stick.signatures(HELLO).chmod(0)
    stick.summary.chmod(0)
    (stick.satchel / "stick.json").chmod(0)
    (stick.upstream / "summary.idx").chmod(0)
    found = _in_namespace(script, stranger, stick.root)
    assert found.findings == {
        ("object-corrupt", str(unreadable)),
        ("commit-bad-signature", HELLO),
        SUMMARY,
        NO_COPY,
    }


@pytest.mark.parametrize("place", [".ostree", ".ostree/repo/refs/mirrors", ".ostree/repo/config"])
def test_without_permission_to_look_at_all(stick: Stick, stranger: Path, place: str) -> None:
    path = stick.root / place
    path.chmod(0)
    words = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    done = subprocess.run(
        [*words, *command("verify", stick.root)],
        env=environment(stranger),
        capture_output=True,
        text=True,
        check=False,
    )
    path.chmod(0o755)
    assert done.returncode == 3, done.stderr
    assert "ermission" in done.stderr


# ---- Made by others


def test_made_by_flatpak(
    upstream: Upstream, stranger: Path, client: Client, tmp_path: Path
) -> None:
    """``flatpak create-usb`` leaves out what Satchel adds; that is all there is to say."""
    client.remote_add("up", upstream.path.as_uri(), upstream.key.public, COLLECTION)
    client.languages("de")
    client.install("up", "org.test.Hello")
    drive = tmp_path / "drive"
    drive.mkdir()
    client.run("create-usb", "--user", drive, "org.test.Hello")
    found = verify(Stick(drive), stranger)
    assert found == {
        ("metadata-missing", COLLECTION),
        NO_COPY,
        ("unknown-key", COLLECTION),
        # It carries the languages of the computer that it was made on; of Hello that is all.
        ("language-missing", f"runtime/org.test.Platform.Locale/{ARCH}/1"),
    }


def test_flatpak_added_to_it(
    newer: Path, upstream: Upstream, stranger: Path, client: Client, tmp_path: Path
) -> None:
    stick = copy_stick(newer, tmp_path / "stick")
    upstream = upstream.copy(tmp_path / "upstream")
    third = upstream.add_app("org.test.Third")
    upstream.update()
    client.remote_add("up", upstream.path.as_uri(), upstream.key.public, COLLECTION)
    client.install("up", "org.test.Third")
    client.run("create-usb", "--user", stick.root, "org.test.Third")
    found = verify(stick, stranger)
    assert OUT_OF_SYNC in found
    assert not {code for code, _ in found} & {"commit-unsigned", "object-corrupt", "ref-dangling"}
    assert {subject for _, subject in found} <= {COLLECTION, third, f"appstream2/{ARCH}", "objects"}


def test_commit_that_says_nothing(stick: Stick, stranger: Path, upstream_key: SigningKey) -> None:
    """Signed well, but bound to nothing."""
    old = Commit.parse(stick.commit_path(OTHER).read_bytes())
    data = serialise(
        COMMIT_TYPE,
        (
            [],
            b"",
            [],
            "",
            "",
            byteswap64(old.timestamp),
            bytes.fromhex(old.tree),
            bytes.fromhex(old.tree_meta),
        ),
    )
    stick.forge_commit(OTHER, data, upstream_key)
    found = verify(stick, stranger)
    assert ("commit-wrong-collection", OTHER) in found
