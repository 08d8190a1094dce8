"""Nothing on a drive leads off the drive: not to read, not to write, and it is told.

And what stands where one of the stick's own files has to be does not stop a job for good.
"""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from app.formats.gvariant import serialise
from app.ostree.objects import DIRTREE_TYPE, Commit, DirTree, ObjectKind, ObjectName
from tests.stick import damage
from tests.stick.damage import HELLO, Stick, verify
from tests.upstream import COLLECTION, Upstream
from tests.volumes import mounted_tmpfs

pytestmark = pytest.mark.slow

REPO = ".ostree/repo"
PLACES = (
    ".ostree",
    REPO,
    "satchel",
    f"{REPO}/objects",
    f"{REPO}/objects/00",
    f"{REPO}/tmp",
    f"{REPO}/state",
    f"{REPO}/refs",
    f"{REPO}/refs/mirrors",
    f"{REPO}/refs/mirrors/{COLLECTION}",
    f"{REPO}/refs/mirrors/{COLLECTION}/app/org.test.Hello",
    f"{REPO}/extensions",
    f"{REPO}/extensions/satchel",
    f"{REPO}/extensions/satchel/upstream",
    f"{REPO}/extensions/satchel/upstream/{COLLECTION}",
    f"{REPO}/summaries",
)
"""Directories of a stick that have been links to somewhere else."""

FILES = (
    f"{REPO}/summary",
    f"{REPO}/.lock",
    f"{REPO}/refs/mirrors/{COLLECTION}/{HELLO}",
    f"{REPO}/extensions/satchel/stick.json",
    f"{REPO}/extensions/satchel/journal.json",
    f"{REPO}/extensions/satchel/upstream/{COLLECTION}/summary",
    f"{REPO}/extensions/satchel/upstream/{COLLECTION}.new",
    "satchel/install.sh",
    "satchel/contents.tsv",
)


def make(stick: Stick, upstream: Upstream, home: Path, app: str = "org.test.Hello") -> list[str]:
    """An app once more; what the job noticed, once it has succeeded and found the stick sound."""
    remote = stick.root.parent / "again.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    status, said = damage.run(home, "make", stick.root, app, "--remote", remote, "--json")
    assert status == 0, said
    events = [json.loads(line) for line in said.splitlines()]
    assert events[-1]["verified"], said
    return [event["message"] for event in events if event["event"] == "notice"]


def state(directory: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything below a directory, and itself: mode, time, content."""
    return {
        str(path): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in (directory, *sorted(directory.rglob("*")))
    }


def lead_away(stick: Stick, place: str) -> Path:
    """Make a directory of the stick a link to one beside the drive, with the same in it."""
    elsewhere = stick.root.parent / "home"
    path = stick.root / place
    if path.exists():
        path.rename(elsewhere)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        elsewhere.mkdir()
    # What a job would remove.
    (elsewhere / ".diary.tmp").write_text("dear diary")
    (elsewhere / "satchel-letters").mkdir()
    (elsewhere / "satchel-letters/first").write_text("dear friend")
    path.symlink_to(elsewhere)
    return elsewhere


@pytest.mark.parametrize("place", PLACES)
def test_a_link_in_place_of_a_directory(
    stick: Stick, upstream: Upstream, stranger: Path, place: str
) -> None:
    home = lead_away(stick, place)
    before = state(home)
    assert ("link-outside", place) in verify(stick, stranger)
    for verb in ("inspect", "plan"):
        arguments = ("org.test.Hello",) if verb == "plan" else ("--sizes",)
        remote = stick.root.parent / "plan.flatpakrepo"
        remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        named = ("--remote", remote) if verb == "plan" else ()
        status, said = damage.run(stranger, verb, stick.root, *arguments, *named)
        assert status in (0, 6), said
    notices = make(stick, upstream, stranger)
    assert state(home) == before
    assert any(place in notice and "satchel-moved-aside/" in notice for notice in notices), notices
    assert not (stick.root / place).is_symlink()
    (aside,) = (stick.root / "satchel-moved-aside").iterdir()
    assert aside.is_symlink()
    assert not [code for code, _ in verify(stick, stranger) if code == "link-outside"]


def test_an_app_whose_refs_are_led_away_stays_when_another_comes(
    stick: Stick, upstream: Upstream, stranger: Path
) -> None:
    """The drive's list still tells what was there: it is no ref by itself that is lost."""
    place = ".ostree/repo/refs/mirrors/org.test.Upstream/app/org.test.Hello"
    lead_away(stick, place)
    notices = make(stick, upstream, stranger, "org.test.Other")
    assert not [notice for notice in notices if "taken off" in notice]
    assert list((stick.root / place).rglob("stable"))
    (aside,) = (stick.root / "satchel-moved-aside").iterdir()
    assert aside.is_symlink()


def into_filled_directory(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()
    (path / "file").write_text("something of somebody's")


@pytest.mark.parametrize("place", FILES)
@pytest.mark.parametrize("change", [into_filled_directory, damage.into_dangling_link])
def test_something_else_in_place_of_a_file(
    stick: Stick, upstream: Upstream, stranger: Path, place: str, change: Callable[[Path], None]
) -> None:
    path = stick.root / place
    if not path.exists():
        path.touch()
    change(path)
    verify(stick, stranger)
    make(stick, upstream, stranger)
    assert not path.is_symlink()
    assert not path.is_dir()
    # The copy of the upstream summary is Satchel's as a whole.
    if change is into_filled_directory and "upstream" not in place:
        (aside,) = (stick.root / "satchel-moved-aside").iterdir()
        assert (aside / "file").read_text() == "something of somebody's"


@pytest.mark.parametrize("change", [into_filled_directory, damage.into_pipe, damage.delete])
def test_something_else_in_place_of_an_object(
    stick: Stick, upstream: Upstream, stranger: Path, change: Callable[[Path], None]
) -> None:
    files = sorted((stick.repo / "objects").glob("*/*.filez"))
    places = [files[0], stick.commit_path(HELLO), stick.signatures(HELLO)]
    places.append(next(iter(sorted((stick.repo / "objects").glob("*/*.dirtree")))))
    for path in places:
        change(path)
    make(stick, upstream, stranger)
    assert all(path.is_file() for path in places)


@pytest.mark.parametrize("name", ["tmp", "state", "objects/00", "extensions", "refs/mirrors"])
def test_a_file_in_place_of_a_directory(
    stick: Stick, upstream: Upstream, stranger: Path, name: str
) -> None:
    path = stick.repo / name
    if path.exists():
        path.rename(stick.root / "away")
    path.write_text("a file")
    findings = verify(stick, stranger)
    assert findings
    make(stick, upstream, stranger)
    assert path.is_dir()


def test_what_does_not_belong_on_a_drive_is_told(stick: Stick, stranger: Path) -> None:
    os.mkfifo(stick.repo / "tmp/pipe")
    os.mknod(stick.root / "satchel/device", stat.S_IFBLK | 0o600, os.makedev(7, 200))
    with socket.socket(socket.AF_UNIX) as server:
        descriptor = os.open(stick.repo, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{descriptor}/socket")
        os.close(descriptor)
    (stick.satchel / "link").symlink_to("/etc/passwd")
    (stick.repo / "inner").symlink_to("objects")
    findings = verify(stick, stranger)
    assert {
        ("foreign-content", f"{REPO}/tmp/pipe"),
        ("foreign-content", f"{REPO}/socket"),
        ("link-outside", f"{REPO}/extensions/satchel/link"),
        ("link-outside", f"{REPO}/inner"),
    } <= findings
    assert "satchel/device" in {subject for _, subject in findings}


def test_findings_about_nodes_are_bounded(stick: Stick, stranger: Path) -> None:
    for number in range(3000):
        (stick.repo / f"tmp/{number}").symlink_to("/")
    findings = verify(stick, stranger)
    assert 50 < len(findings) < 200
    assert ("foreign-content", REPO) in findings


def test_another_file_system_on_the_drive_is_told(
    stick: Stick, upstream: Upstream, stranger: Path
) -> None:
    place = stick.satchel / "upstream"
    place.rename(stick.root / "away")
    place.mkdir()
    with mounted_tmpfs(place):
        (place / COLLECTION).mkdir()
        assert ("link-outside", f"{REPO}/extensions/satchel/upstream") in verify(stick, stranger)
        remote = stick.root.parent / "again.flatpakrepo"
        remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        status, said = damage.run(
            stranger, "make", stick.root, "org.test.Hello", "--remote", remote
        )
        assert status == 3, said
        assert list((place / COLLECTION).iterdir()) == []


def test_our_own_link_inside_the_stick_is_followed(
    good: Path, upstream: Upstream, tmp_path: Path, stranger: Path
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    remote = tmp_path / "again.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    for _ in range(2):
        status, said = damage.run(
            stranger,
            *("make", drive, "org.test.Hello", "--remote", remote),
            *("--destination-repo", "apps/repo"),
        )
        assert status == 0, said
    assert len(list((drive / ".ostree/repos.d").iterdir())) == 1
    findings = verify(Stick(drive), stranger)
    assert not [finding for finding in findings if finding[0] == "link-outside"]
    (drive / ".ostree/repos.d/90-away").symlink_to(good / REPO)
    assert ("link-outside", ".ostree/repos.d/90-away") in verify(Stick(drive), stranger)


def test_more_places_than_anybody_has(stick: Stick, stranger: Path) -> None:
    """A client looks at all of them; so many are not judged, and that is said."""
    places = stick.root / ".ostree/repos.d"
    places.mkdir()
    for number in range(600):
        (places / f"{number:03}").symlink_to("../repo")
    assert verify(stick, stranger) == {("repo-invalid", ".ostree/repos.d")}


def put(stick: Stick, tree: bytes) -> str:
    """The checksum of a directory tree that is on the stick now."""
    name = ObjectName(sha256(tree).hexdigest(), ObjectKind.DIRTREE)
    stick.path(name).parent.mkdir(exist_ok=True)
    stick.path(name).write_bytes(tree)
    return name.checksum


def test_shared_directories_are_looked_at_once(stick: Stick, stranger: Path) -> None:
    """Sixty trees, each twice in the next: as paths they would be more than there are atoms."""
    commit = Commit.parse(stick.commit_path(HELLO).read_bytes())
    tree = DirTree.parse(stick.path(ObjectName(commit.tree, ObjectKind.DIRTREE)).read_bytes())
    meta = bytes.fromhex(tree.directories[0][2])
    child = put(stick, serialise(DIRTREE_TYPE, ([], [])))
    for _ in range(60):
        twice = [(name, bytes.fromhex(child), meta) for name in ("a", "b")]
        child = put(stick, serialise(DIRTREE_TYPE, ([], twice)))
    files = [(name, bytes.fromhex(file)) for name, file in tree.files]
    inner = [
        (name, bytes.fromhex(contents), bytes.fromhex(rights))
        for name, contents, rights in tree.directories
    ]
    root = (files, [*inner, ("zz", bytes.fromhex(child), meta)])
    forged = put(stick, serialise(DIRTREE_TYPE, root))
    data = stick.commit_path(HELLO).read_bytes()
    stick.forge_commit(HELLO, data.replace(bytes.fromhex(commit.tree), bytes.fromhex(forged)))
    assert ("commit-unsigned", HELLO) in verify(stick, stranger)
    status, said = damage.run(stranger, "inspect", stick.root, "--sizes", "--json")
    assert status == 0, said
