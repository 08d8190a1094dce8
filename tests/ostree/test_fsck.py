"""The store check finds every damage, all of it, and says whom it concerns."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from app.errors import DriveError, InterruptedByUser
from app.fs.root import Root
from app.ostree.fsck import StoreReport, check_store
from app.ostree.kept_once import KeptOnce
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.stored_sums import SumsTaken, file_lines, read_sums
from app.progress import Advanced, CancelToken, Event, Meter, Phase, silent
from tests.ostree.conftest import Made, ostree

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture
def store(upstream: Made, tmp_path: Path) -> Made:
    """A copy to damage."""
    shutil.copytree(upstream.path, tmp_path / "repo", symlinks=True)
    return Made(tmp_path / "repo", upstream.commit)


def check(
    made: Made,
    *commits: str,
    contents: bool = True,
    from_medium: bool = False,
    taken: SumsTaken | None = None,
) -> StoreReport:
    return check_store(
        Root(made.path / "objects"),
        commits or (made.commit,),
        Meter(silent, Phase.VERIFY),
        CancelToken(),
        contents=contents,
        from_medium=from_medium,
        taken=taken,
    )


@pytest.mark.parametrize("from_medium", [False, True])
@pytest.mark.parametrize("contents", [False, True])
def test_a_sound_store(upstream: Made, contents: bool, from_medium: bool) -> None:
    report = check(upstream, contents=contents, from_medium=from_medium)
    names = upstream.objects()
    size = sum(upstream.file(name).stat().st_size for name in names)
    files = sum(name.kind is ObjectKind.FILE for name in names)
    assert report == StoreReport((), len(names), size, 0, 0, unread=0 if contents else files)


def test_progress(upstream: Made) -> None:
    events: list[Event] = []
    check_store(
        Root(upstream.path / "objects"),
        [upstream.commit],
        Meter(events.append, Phase.VERIFY),
        CancelToken(),
        contents=True,
        from_medium=False,
    )
    count = len(upstream.objects())
    size = sum(upstream.file(name).stat().st_size for name in upstream.objects())
    assert events[-1] == Advanced(Phase.VERIFY, count, count, size, size)
    steps = [event for event in events if isinstance(event, Advanced)]
    assert steps[0] == Advanced(Phase.VERIFY, 0, 0, 0, size)
    assert [event.bytes for event in steps] == sorted(event.bytes for event in steps)


def test_damage_is_told_as_soon_as_it_is_found(store: Made) -> None:
    missing, damaged = store.small(ObjectKind.FILE), store.big
    store.file(missing).unlink()
    os.truncate(store.file(damaged), 1)
    events: list[Event] = []
    check_store(
        Root(store.path / "objects"),
        [store.commit],
        Meter(events.append, Phase.VERIFY),
        CancelToken(),
        contents=True,
        from_medium=False,
    )
    told = [event.damaged for event in events if isinstance(event, Advanced)]
    assert (told[0], told[-2], told[-1]) == (0, 1, 2)


def instead(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def exchange(path: Path) -> None:
        path.unlink()
        make(path)

    return exchange


DAMAGE: dict[str, tuple[Callable[[Path], object], bool]] = {
    # what is done, and whether it shows without reading contents
    "missing": (Path.unlink, True),
    "empty": (lambda path: os.truncate(path, 0), True),
    "cut": (lambda path: os.truncate(path, path.stat().st_size - 1), False),
    "longer": (lambda path: path.write_bytes(path.read_bytes() + b"x"), False),
    "first bit": (lambda path: flip(path, 0), False),
    "middle bit": (lambda path: flip(path, path.stat().st_size // 2), False),
    "directory": (instead(Path.mkdir), True),
    "pipe": (instead(os.mkfifo), True),
    "dangling link": (instead(lambda path: path.symlink_to("nowhere")), True),
}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


@pytest.mark.parametrize("contents", [False, True])
@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.parametrize(
    "kind", [ObjectKind.FILE, ObjectKind.DIRTREE, ObjectKind.DIRMETA, ObjectKind.COMMIT]
)
def test_damage(store: Made, kind: ObjectKind, how: str, contents: bool) -> None:
    name = ObjectName(store.commit, kind) if kind is ObjectKind.COMMIT else store.small(kind)
    damage, shows = DAMAGE[how]
    damage(store.file(name))
    damaged = check(store, contents=contents).damage
    if not contents and kind is ObjectKind.FILE and not shows:
        assert damaged == ()
        return
    (only,) = damaged
    assert only.name == name
    assert (only.reason is None) == (how == "missing")
    assert only.commits == (store.commit,)


def test_everything_at_once(store: Made) -> None:
    files = store.objects(ObjectKind.FILE)[:6]
    for name, how in zip(files, DAMAGE, strict=False):
        DAMAGE[how][0](store.file(name))
    assert [damage.name for damage in check(store).damage] == files


def test_swapped_objects(store: Made) -> None:
    this, other = store.objects(ObjectKind.FILE)[:2]
    first, second = store.file(this).read_bytes(), store.file(other).read_bytes()
    store.file(this).write_bytes(second)
    store.file(other).write_bytes(first)
    assert {damage.name for damage in check(store).damage} == {this, other}


def test_two_commits(store: Made) -> None:
    tree = store.path.with_name("second")
    tree.mkdir()
    (tree / "only here").write_text("second")
    (tree / "empty").touch()
    before = set(store.objects())
    second = ostree(
        "commit", f"--repo={store.path}", "--branch=second", f"--tree=dir={tree}",
        "--owner-uid=0", "--owner-gid=0",
    )  # fmt: skip
    report = check(store)
    new = set(store.objects()) - before
    assert report.damage == ()
    assert report.orphans == len(new)
    assert report.orphan_bytes == sum(store.file(name).stat().st_size for name in new)
    assert check(store, store.commit, second).orphans == 0
    (file,) = (name for name in new if name.kind is ObjectKind.FILE)
    store.file(file).unlink()
    (damage,) = check(store, store.commit, second).damage
    assert damage.commits == (second,)
    # Damage that concerns nobody is no damage.
    tree_name = next(name for name in new if name.kind is ObjectKind.DIRTREE)
    store.file(tree_name).write_bytes(b"damaged")
    assert check(store).damage == ()


def test_a_commit_that_is_not_there(store: Made) -> None:
    (damage,) = (d for d in check(store, store.commit, "ab" * 32).damage)
    assert (damage.name, damage.reason) == (ObjectName("ab" * 32, ObjectKind.COMMIT), None)


def test_what_is_no_object_is_passed_over(store: Made) -> None:
    objects = store.path / "objects"
    (objects / "README").touch()
    (objects / "zz").mkdir()
    (objects / "zz/file").touch()
    (objects / "xx").touch()
    first = store.objects()[0]
    store.file(first).with_suffix(".tmp").touch()
    store.file(first).with_suffix(".commitmeta").write_bytes(b"whatever")
    report = check(store)
    assert report.damage == ()
    assert report.orphans == 0


def test_no_store(tmp_path: Path) -> None:
    with pytest.raises(DriveError):
        check(Made(tmp_path / "nothing", "0" * 64))


def test_an_empty_store(tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    (damage,) = check(Made(tmp_path, "0" * 64)).damage
    assert damage.reason is None


def test_stopping(upstream: Made) -> None:
    cancel = CancelToken()
    cancel.request()
    with pytest.raises(InterruptedByUser):
        check_store(
            Root(upstream.path / "objects"), [upstream.commit], Meter(silent, Phase.VERIFY), cancel,
            contents=True, from_medium=False,
        )  # fmt: skip
    assert not [t for t in threading.enumerate() if t.name.startswith("satchel-")]


def test_a_directory_that_cannot_be_listed(store: Made) -> None:
    """It says nothing against the others."""
    name = store.small()
    directory = store.file(name).parent
    lost = [name for name in store.objects() if name.checksum[:2] == directory.name]
    shutil.rmtree(directory)
    directory.symlink_to(directory.name)
    damage = check(store).damage
    assert name in {damaged.name for damaged in damage}
    assert {damaged.name for damaged in damage} <= set(lost)
    assert all(damaged.reason and "directory" in str(damaged.reason) for damaged in damage)


def test_sums_of_stored_files(upstream: Made) -> None:
    """Of everything that a commit needs, for programs that only know SHA-256."""
    objects = {
        name.path: sha256(upstream.file(name).read_bytes()).hexdigest()
        for name in upstream.objects()
    }
    sums = check(upstream).sums
    assert sums is not None
    listed = [line.split("  ") for line in sums.of(upstream.commit) or ()]
    assert {path: stored for stored, path in listed} == objects
    assert [path for _, path in listed] == sorted(objects)
    assert read_sums(Root(upstream.path / "objects"), upstream.commit) == sums.of(upstream.commit)
    assert check(upstream, contents=False).sums is None


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (lambda lines: lines, None),
        (lambda lines: lines[1:], None),
        (lambda lines: [*lines, lines[0]], None),
        (lambda lines: [lines[0][1:], *lines], None),
        (lambda lines: [lines[0].replace("/", "//"), *lines], 0),
        (lambda lines: [lines[0].upper(), *lines], None),
        (lambda lines: [f"x{lines[0][1:]}", *lines], 0),
        (lambda lines: [*lines, "\N{SNOWMAN}"], 0),
    ],
)
def test_lines_of_before_count_as_far_as_they_are_some(
    upstream: Made, change: Callable[[list[str]], list[str]], count: int | None
) -> None:
    objects = Root(upstream.path / "objects")
    listed = read_sums(objects, upstream.commit)
    assert listed is not None
    files = [line for line in listed if line.endswith(f".{ObjectKind.FILE.value}")]
    before = file_lines("".join(f"{line}\n" for line in change(files)).encode())
    assert count is None or len(before) == count
    assert set(before.values()) <= set(files)
    assert read_sums(objects, upstream.commit, before=before) == listed


def test_what_was_checked_when_it_was_written_is_held_against_that(store: Made) -> None:
    files = store.objects(ObjectKind.FILE)
    taken, wrong = SumsTaken(), SumsTaken()
    for name in files:
        taken.add(name.key, (), sha256(store.file(name).read_bytes()).digest())
        wrong.add(name.key, (), bytes(32))
    plain = check(store)
    for known in (taken, wrong):
        report = check(store, taken=known)
        assert report == plain
        assert report.sums is not None
        assert plain.sums is not None
        assert report.sums.of(store.commit) == plain.sums.of(store.commit)
    changes: list[Callable[[bytes], bytes]] = [
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data[:-1],
        lambda data: data[:10],
        lambda data: data + b"x",
        lambda data: data[:4] + b"x" + data[5:],
        lambda _: b"",
    ]
    for name, change in zip(files, changes, strict=False):
        store.file(name).write_bytes(change(store.file(name).read_bytes()))
    damage = check(store).damage
    assert len(damage) == len(changes)
    assert check(store, taken=taken).damage == damage


def test_checks_of_several_drives_keep_what_is_the_same_once(store: Made) -> None:
    values: set[int] = set()
    asked: list[bytes] = []
    kept = KeptOnce()

    def once(value: bytes) -> bytes:
        asked.append(value)
        values.add(id(kept(value)))
        return kept(value)

    first = check(store, taken=SumsTaken(once=once))
    count = len(values)
    assert {name.key for name in store.objects()} <= set(asked)
    second = check(store, taken=SumsTaken(once=once))
    assert first == second == check(store)
    assert len(values) == count


def test_no_sums_of_what_is_damaged(store: Made) -> None:
    file = next(name for name in store.objects() if name.kind is ObjectKind.FILE)
    store.file(file).write_bytes(b"x")
    sums = check(store).sums
    assert sums is not None
    assert sums.of(store.commit) is None
    store.file(file).unlink()
    assert read_sums(Root(store.path / "objects"), store.commit) is None
