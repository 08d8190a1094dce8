"""Signed by the right key, and wrong all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.formats.gvariant import Variant, serialise
from tests.satchel import satchel
from tests.stick.forge import DIRTREE_TYPE, EVIL, METADATA, Forge, big_endian, filez, text
from tests.stick.hostile.changes import ARCH, bomb, check_harmless, made
from tests.stick.made_drive import MadeDrive, check_refusal
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow


def test_honest_forgery(made_drive: MadeDrive) -> None:
    """What the other tests put wrong is right to begin with."""
    forge = Forge(made_drive.web, made_drive.upstream.key, made(made_drive.upstream))
    name, data = filez(b"evil\n")
    forge.object("filez", data, name)
    tree = forge.app_tree(METADATA, [("evil", bytes.fromhex(name))])
    forge.offer(forge.commit(tree))
    assert made_drive.make(EVIL).finished["ok"]


BAD_NAMES = ["..", ".", "", "a/b", "../../../../etc/cron.d/x", "/etc/passwd"]


@pytest.mark.parametrize(
    ("what", "name"),
    [*(("file", name) for name in BAD_NAMES), ("directory", ".."), ("directory", "a/b")],
)
def test_hostile_names_in_trees(calm: MadeDrive, forge: Forge, what: str, name: str) -> None:
    checksum, data = filez(b"evil\n")
    forge.object("filez", data, checksum)
    if what == "file":
        tree = forge.tree([(name, bytes.fromhex(checksum))])
    else:
        tree = forge.tree([], [(name, forge.tree(), forge.directory())])
    forge.offer(forge.commit(tree))
    calm.refused(4, EVIL)


def test_tree_of_another_kind(calm: MadeDrive, forge: Forge) -> None:
    for data in (
        b"\0" * 100,
        serialise(DIRTREE_TYPE, ([("a", b"short")], [])),
        serialise(DIRTREE_TYPE, ([("b", bytes(32)), ("a", bytes(32))], [])),
        serialise(DIRTREE_TYPE, ([("a", bytes(32)), ("a", bytes(32))], [])),
    ):
        forge.offer(forge.commit(forge.object("dirtree", data)))
        calm.refused(4, EVIL)


@pytest.mark.parametrize("claimed", [1, 0, 2**40, 2**63, 2**64 - 1])
def test_file_of_another_size(calm: MadeDrive, forge: Forge, claimed: int) -> None:
    checksum, data = filez(b"some content", claimed=claimed)
    forge.object("filez", data, checksum)
    forge.offer(forge.commit(forge.tree([("file", bytes.fromhex(checksum))])))
    calm.refused(4, EVIL)


def test_file_that_is_a_bomb(calm: MadeDrive, forge: Forge) -> None:
    size = 20_000_000
    checksum, data = filez(bytes(size), claimed=100)
    assert len(data) < size // 100
    forge.object("filez", data, checksum)
    forge.offer(forge.commit(forge.tree([("file", bytes.fromhex(checksum))])))
    calm.refused(4, EVIL)


def test_file_with_a_boundless_header(calm: MadeDrive, forge: Forge) -> None:
    checksum, data = filez(b"some content")
    for length in (0, 1, 2**31 - 1, 2**32 - 1):
        forge.object("filez", length.to_bytes(4, "big") + data[4:], checksum)
        forge.offer(forge.commit(forge.tree([("file", bytes.fromhex(checksum))])))
        calm.refused(4, EVIL)


WRONG_COMMITS: dict[str, tuple[int, Callable[[Forge], bytes]]] = {
    "for another ref": (5, lambda forge: forge.commit(ref="app/org.test.Good/x/stable")),
    "for another collection": (5, lambda forge: forge.commit(collection="org.test.Another")),
    "for no ref": (
        5, lambda forge: forge.commit(ostree__ref_binding=Variant("as", [])),
    ),
    "for refs that are none": (
        5, lambda forge: forge.commit(ostree__ref_binding=Variant("s", EVIL)),
    ),
    "metadata not a keyfile": (4, lambda forge: forge.commit(metadata="no [keyfile\n= at all")),
    "metadata of two lines": (4, lambda forge: forge.commit(metadata="[Application\nname")),
    "runtime with dots": (
        4,
        lambda forge: forge.commit(
            metadata="[Application]\nname=org.test.Evil\nruntime=../../../x/1\n"
        ),
    ),
    "runtime nowhere": (
        4,
        lambda forge: forge.commit(
            metadata=f"[Application]\nname=org.test.Evil\nruntime=org.test.No/{ARCH}/1\n"
        ),
    ),
    "tree not there": (4, lambda forge: forge.commit(bytes(32))),
    "checksum too short": (4, lambda forge: forge.commit(b"short")),
    "not a commit": (4, lambda forge: forge.object("commit", b"not a commit")),
    "not there": (4, lambda _: bytes(32)),
    "no checksum": (4, lambda _: b"\1\2\3"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_COMMITS)
def test_wrong_commit(calm: MadeDrive, forge: Forge, what: str) -> None:
    expected, make = WRONG_COMMITS[what]
    forge.offer(make(forge))
    calm.refused(expected, EVIL)


def test_summary_and_commit_contradict_each_other(calm: MadeDrive, forge: Forge) -> None:
    lie = Variant("(tts)", (0, 0, METADATA + "[Context]\nshared=network;\n"))
    forge.publish(forge.summary([(EVIL, forge.commit(), {"xa.data": lie})]))
    assert "contradict" in calm.refused(5, EVIL)


def test_one_commit_for_two_refs(calm: MadeDrive, forge: Forge) -> None:
    """Each of them has to be meant."""
    commit = forge.commit()
    twin = f"app/org.test.Twin/{ARCH}/stable"
    forge.publish(forge.summary([(EVIL, commit, {}), (twin, commit, {})]))
    for order in ((EVIL, twin), (twin, EVIL)):
        calm.refused(5, *order)


def test_summaries_that_are_none(calm: MadeDrive, forge: Forge) -> None:
    """What the signed index names, and yet cannot be read."""
    for data in (
        b"",
        b"hello",
        bytes(1000),
        b"\xff" * 1000,
        forge.summary([(EVIL, b"", {})]),
        forge.summary([(EVIL, bytes(31), {})]),
        forge.summary([("../../etc/passwd", bytes(32), {}), (EVIL, bytes(33), {})]),
        forge.summary([(EVIL, bytes(32), {})])[:-3],
    ):
        forge.publish_index(data)
        done = calm.make(EVIL, check=False)
        assert done.returncode in {2, 4}, done.said
        check_refusal(done, done.returncode)


def test_numbers_that_no_clock_shows(made_drive: MadeDrive) -> None:
    """They cannot be understood, so they say nothing; nothing fails over them."""
    forge = Forge(made_drive.web, made_drive.upstream.key, made(made_drive.upstream))
    for moment in (2**64 - 1, 2**62):
        about = {"ot.ts": Variant("t", big_endian(moment))}
        commit = forge.commit(timestamp=moment)
        forge.publish(forge.summary([(EVIL, commit, about)]))
        satchel("make", made_drive.drive, EVIL, "--remote", made_drive.remote, home=made_drive.home)
        satchel("inspect", made_drive.drive, home=made_drive.home)
        satchel("verify", made_drive.drive, home=made_drive.home)


@pytest.mark.parametrize("size", [2**40, 2**63])
def test_claims_of_enormous_size(calm: MadeDrive, forge: Forge, size: int) -> None:
    """Nobody has a drive for that, so it is not begun."""
    number = b""
    left = size
    while left >= 128:
        number += bytes([left % 128 + 128])
        left //= 128
    number += bytes([left])
    entry = bytes(32) + number + number + b"\1"
    forge.offer(forge.commit(ostree__sizes=Variant("aay", [entry])))
    done = calm.make(EVIL, check=False)
    assert done.returncode in {3, 4}, done.said
    check_refusal(done, done.returncode)


@pytest.mark.parametrize("entry", [bytes(32), bytes(32) + b"\xff" * 400])
def test_sizes_that_are_none(made_drive: MadeDrive, entry: bytes) -> None:
    forge = Forge(made_drive.web, made_drive.upstream.key, made(made_drive.upstream))
    forge.offer(forge.commit(ostree__sizes=Variant("aay", [entry])))
    done = made_drive.make(EVIL, check=False)
    assert done.returncode in {0, 4}, done.said


def test_texts_do_not_reach_the_terminal_as_they_are(made_drive: MadeDrive) -> None:
    """What upstream says could otherwise move the cursor, or worse."""
    forge = Forge(made_drive.web, made_drive.upstream.key, made(made_drive.upstream))
    evil = "gone\x1b]0;owned\x07\x1b[2J\x1b[31m\u202e\nsatchel: all is well\r"
    about = {"eol": text(evil), "eolr": text(evil)}
    commit = forge.commit(version=text(evil), ostree__collection_binding=text(COLLECTION))
    forge.publish(forge.summary([(EVIL, commit, about)]))
    for verb in ("plan", "make"):
        done = satchel(
            verb, made_drive.drive, EVIL, "--remote", made_drive.remote, home=made_drive.home
        )
        check_harmless(done.said)
    for verb in ("inspect", "verify"):
        check_harmless(satchel(verb, made_drive.drive, home=made_drive.home, check=False).said)


def test_commit_texts_do_not_reach_the_terminal_as_they_are(calm: MadeDrive, forge: Forge) -> None:
    evil = "org.test\x1b[2J\x07.Evil\nsatchel: all is well"
    forge.offer(forge.commit(collection=evil))
    check_harmless(calm.refused(5, EVIL))


def test_appstream_that_is_a_bomb(made_drive: MadeDrive) -> None:
    """The catalogue cannot be read; the apps are no worse for it."""
    forge = Forge(made_drive.web, made_drive.upstream.key, made(made_drive.upstream))
    ref = f"appstream2/{ARCH}"
    start = b"<?xml version='1.0'?><components version='0.8'>"
    checksum, data = filez(bomb(b"a", start + b"<component><id>"))
    forge.object("filez", data, checksum)
    tree = forge.tree([("appstream.xml.gz", bytes.fromhex(checksum))])
    appstream = forge.commit(tree, ref=ref)
    summary = forge.summary([(EVIL, forge.commit(), {}), (ref, appstream, {})])
    forge.publish(summary)
    assert made_drive.make(EVIL).finished["ok"]
    done = satchel(
        "search", "evil", "--remote", made_drive.remote, home=made_drive.home, check=False
    )
    assert done.returncode in {0, 1, 4}, done.said
