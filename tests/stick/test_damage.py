"""What ``satchel verify`` says about damaged sticks: all of it, with the right codes.

Expected are all findings (code, subject), not only the one that a test is about.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from tests.gpg import SigningKey
from tests.stick import damage
from tests.stick.damage import (
    ALTERED,
    BAD_COPY,
    CHANGES,
    DIGEST,
    HELLO,
    KEY_FILE,
    LIST,
    LOCALE,
    METADATA,
    NOBODY,
    ORPHANS,
    OTHER,
    OUT_OF_SYNC,
    PAGE,
    RUNTIME,
    Codes,
    Stick,
    flip,
    flip_middle,
    verify,
)
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow

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
    expected: dict[str, Codes] = {
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
    pair = [ObjectName(stick.commit(ref), ObjectKind.COMMIT) for ref in (HELLO, OTHER)]
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
    stick.path(ObjectName("ab" * 32, ObjectKind.FILE)).parent.mkdir(exist_ok=True)
    stick.path(ObjectName("ab" * 32, ObjectKind.FILE)).write_bytes(b"left by a crash")
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
    assert verify(stick, stranger) == {("not-readable", ".ostree/repo/state")}


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
    assert verify(stick, friend) == {ALTERED}
    stick.sign(HELLO, attacker)
    assert verify(stick, friend) == {ALTERED, ("commit-bad-signature", HELLO)}
    # Who does not, sees at least what the attacker did not sign.
    found = verify(stick, stranger)
    assert ("commit-bad-signature", HELLO) not in found
    assert {("commit-bad-signature", OTHER), BAD_COPY} <= found


def test_people_are_handed_another_key(
    stick: Stick, stranger: Path, friend: Path, attacker: SigningKey
) -> None:
    """Only in the folder for people, from which install.sh takes it."""
    copied = stick.key_files[0].read_bytes()
    damage.other_key_file(stick, attacker.public)
    stick.key_files[0].write_bytes(copied)
    for home in (stranger, friend):
        assert verify(stick, home) == {KEY_FILE}


@pytest.mark.parametrize("change", ["delete", "garbage", "empty"])
def test_key_file_is_gone(stick: Stick, stranger: Path, friend: Path, change: str) -> None:
    for path in stick.key_files:
        getattr(damage, change)(path)
    nobody = ("unvouched", COLLECTION)
    found = {("kit-missing", COLLECTION)} if change == "delete" else {ALTERED}
    assert verify(stick, stranger) == {*found, ("unknown-key", COLLECTION), nobody}
    assert verify(stick, friend) == found


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
    # Here the key is known as one that does not expire; its owner has said otherwise since.
    assert verify(stick, friend) == {("key-expires-soon", COLLECTION)}
    past = with_expiry(upstream_key, "1y", "--faked-system-time=20200102T000000")
    damage.other_key_file(stick, past)
    assert verify(stick, stranger) == {("key-expired", COLLECTION)}
    # Who is handed it out has one that is of no use, though it was prolonged since.
    prolonged = stick.root.with_name("prolonged.gpg")
    prolonged.write_bytes(with_expiry(upstream_key, "0", "--faked-system-time=20400101T000000"))
    assert verify(stick, stranger, "--gpg-key", str(prolonged)) == {ALTERED}


def test_expired_key_that_signed_nothing_does_not_matter(
    stick: Stick, stranger: Path, upstream_key: SigningKey
) -> None:
    old = SigningKey("Former <former@example.org>", expired=True)
    try:
        damage.other_key_file(stick, old.public + upstream_key.public)
        stick.record_keys(old.fingerprint, upstream_key.fingerprint)
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
    dangling = {
        *(("ref-dangling", ref) for ref in into),
        ("foreign-content", str(stick.ref(LOCALE).relative_to(stick.root))),
        ("link-outside", str(stick.ref(METADATA).relative_to(stick.root))),
    }
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
        ("unvouched", "org.test.Other"),
    }


@pytest.mark.parametrize(
    "name",
    [b"..foo", b"two words", b"new\nline", b"\xff\xfe", b"\x1b[2Jclear", b"app/..x/y", b"-option"],
    ids=ascii,
)
def test_unsafe_ref(stick: Stick, stranger: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(stick.ref("")), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copy(stick.ref(HELLO), os.fsdecode(path))
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
    assert {(code, subject[:30]) for code, subject in found} == {
        ("ref-unsafe", f"refs/mirrors/{COLLECTION}/a/a/a/a"[:30]),
        ("foreign-content", f".ostree/repo/refs/mirrors/{COLLECTION}"[:30]),
    }


def test_refs_are_gone(stick: Stick, stranger: Path) -> None:
    names = stick.refs()
    shutil.rmtree(stick.repo / "refs")
    assert verify(stick, stranger) == {
        *(("summary-mismatch", name) for name in names),
        ORPHANS,
        # People are handed what is not there.
        KEY_FILE,
        LIST,
        PAGE,
    }


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
