"""What ``satchel verify`` says about what is around the repository, and where it lies.

Expected are all findings (code, subject), not only the one that a test is about.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.formats.gvariant import serialise
from app.ostree.objects import COMMIT_TYPE, Commit, byteswap64
from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import command, environment
from tests.stick import damage
from tests.stick.damage import (
    ARCH,
    HELLO,
    LIST,
    LOCALE,
    NO_COPY,
    ORPHANS,
    OTHER,
    OUT_OF_SYNC,
    PAGE,
    RUNTIME,
    SUMMARY,
    Stick,
    copy_stick,
    flip,
    verify,
)
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

STRANGE = "foreign-content"

# ---- What apps need


def test_runtime_is_missing(stick: Stick, stranger: Path) -> None:
    stick.remove_ref(RUNTIME)
    assert verify(stick, stranger) == {
        ("runtime-missing", HELLO),
        ("runtime-missing", OTHER),
        ORPHANS,
        LIST,
        PAGE,
    }


def test_related_is_missing(stick: Stick, stranger: Path) -> None:
    stick.remove_ref(LOCALE)
    assert verify(stick, stranger) == {("related-missing", LOCALE), ORPHANS, LIST, PAGE}


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
    subject = str((folder / "payload.bin").relative_to(stick.root))
    damage.truncate(folder / "payload.bin")
    assert verify(stick, stranger) == {("extra-data-corrupt", subject)}
    damage.into_pipe(folder / "payload.bin")
    assert verify(stick, stranger) == {("extra-data-corrupt", subject), (STRANGE, subject)}


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
    path = ".ostree/repo/extensions/satchel/journal.json"
    assert verify(stick, stranger) == {("journal-left", str(stick.root)), ("not-readable", path)}


SHARES = 7
"""No divisor of the number of values, so that each share has other values of every field."""

AS_A_WHOLE = 7
"""So many of the records are; of the others one field is."""


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


@pytest.mark.parametrize(
    "share", [0, *(pytest.param(each, marks=pytest.mark.thorough) for each in range(1, SHARES))]
)
def test_record_is_damaged_or_hostile(stick: Stick, stranger: Path, share: int) -> None:
    """It only explains: whatever is in it, the stick is judged by what it is.

    Of every field the gate sees some values, and all that is wrong as a whole.
    """
    path = stick.satchel / "stick.json"
    subject = str(path.relative_to(stick.root))
    for number, (name, data) in enumerate(hostile_records(path.read_bytes())):
        if number % SHARES != share and (share or number >= AS_A_WHOLE):
            continue
        path.write_bytes(data)
        status, said = damage.run(stranger, "inspect", stick.root, "--json")
        assert status == 0, (name, said)
        # Both read it in the same way; this one takes longer.
        if number < 3 or number % 10 == 0:
            assert verify(stick, stranger, "--quick") <= {(STRANGE, subject)}, name
    for change in (damage.huge, damage.into_pipe):
        change(path)
        assert verify(stick, stranger) == {(STRANGE, subject)}


def test_record_speaks_to_the_terminal(stick: Stick, stranger: Path) -> None:
    path = stick.satchel / "stick.json"
    record = json.loads(path.read_bytes())
    nasty = "\x1b]0;owned\x07\ud800\u202e\r\n"
    left = {"collection": COLLECTION, "ref": "app/x/y/z", "code": nasty, "reason": nasty}
    path.write_text(json.dumps({**record, "left_out": [left], "tool": nasty, "made": 2**62}))
    # The page and the list say when it was made.
    assert verify(stick, stranger) == {("extra-data-missing", "app/x/y/z"), PAGE, LIST}
    for verb in (("verify", "--trust-drive-keys"), ("inspect",)):
        status, said = damage.run(stranger, *verb, stick.root)
        assert status == (verb[0] == "verify"), said
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
    ("change", "also"),
    [
        (_no_config, None),
        (_config_is_pipe, (STRANGE, ".ostree/repo/config")),
        (_no_objects, None),
        (_objects_is_file, ("not-readable", ".ostree/repo/objects")),
        (_nothing, None),
        (_link_in_a_circle, ("link-outside", ".ostree")),
    ],
)
def test_there_is_no_repository(
    stick: Stick, stranger: Path, change: Callable[[Path], None], also: tuple[str, str] | None
) -> None:
    change(stick.root)
    expected = {("repo-invalid", str(stick.root)), also}
    assert verify(stick, stranger) == expected - {None}


def test_lock_is_odd(stick: Stick, stranger: Path) -> None:
    lock = stick.repo / ".lock"
    for change in (damage.into_pipe, damage.delete, Path.mkdir):
        change(lock)
        findings = verify(stick, stranger)
        assert findings == ({(STRANGE, ".ostree/repo/.lock")} if lock.is_fifo() else set())


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
        findings={(finding["code"], finding["subject"]) for finding in report["findings"]},
        objects=report["objects"],
    )


def _verify_command(*prefix: str) -> str:
    words = [*prefix, *command("verify", "--json", "--trust-drive-keys")]
    return "exec " + " ".join(f"'{word!s}'" for word in words)


def test_read_only_mount(stick: Stick, stranger: Path) -> None:
    flip(stick.path(stick.object("filez")), -1)
    (stick.repo / ".lock").unlink()
    script = 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; ! touch "$1/x" 2>&-; '
    done = _in_namespace(script + _verify_command() + ' "$1"', stranger, stick.root)
    assert done.findings == {("object-corrupt", str(stick.object("filez")))}


def test_squashfs(good: Path, stranger: Path, tmp_path: Path) -> None:
    image, mount = tmp_path / "image", tmp_path / "mount"
    mount.mkdir()
    subprocess.run(["mksquashfs", good, image, "-quiet", "-no-progress"], check=True)
    script = 'mount -t squashfs -o loop "$1" "$2"; '
    done = _in_namespace(script + _verify_command() + ' "$2"', stranger, image, mount)
    assert done.findings == set()
    assert done.objects > 50


def test_without_permission(stick: Stick, stranger: Path) -> None:
    """As a person who may not read everything: root without the right to ignore permissions."""
    plain = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    script = _verify_command(*plain) + ' "$1"'
    unreadable = stick.object("filez")
    stick.path(unreadable).chmod(0)
    closed = (
        stick.signatures(HELLO),
        stick.summary,
        stick.satchel / "stick.json",
        stick.upstream / "summary.idx",
    )
    for path in closed:
        path.chmod(0)
    done = _in_namespace(script, stranger, stick.root)
    assert done.findings == {
        ("object-corrupt", str(unreadable)),
        ("commit-bad-signature", HELLO),
        SUMMARY,
        NO_COPY,
        ("not-readable", "objects"),
        *(("not-readable", str(path.relative_to(stick.root))) for path in closed),
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
    findings = verify(Stick(drive), stranger)
    assert findings == {
        ("metadata-missing", COLLECTION),
        NO_COPY,
        ("unknown-key", COLLECTION),
        ("unvouched", COLLECTION),
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
    findings = verify(stick, stranger)
    assert OUT_OF_SYNC in findings
    assert not {code for code, _ in findings} & {
        "commit-unsigned",
        "object-corrupt",
        "ref-dangling",
    }
    # Who goes by the kit does not get it.
    assert {LIST, PAGE} <= findings
    subjects = {subject for _, subject in findings - {LIST, PAGE}}
    assert subjects <= {COLLECTION, third, f"appstream2/{ARCH}", "objects"}


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
    findings = verify(stick, stranger)
    assert ("commit-wrong-collection", OTHER) in findings
