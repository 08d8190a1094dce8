"""Repositories on disk: made and read as ostree does, whatever lies in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from app.errors import DriveError, InterruptedByUser
from app.formats.gvariant import Variant, serialise
from app.fs.root import Root
from app.message import verbatim
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.lock import RepositoryInUseError
from app.ostree.objects import COMMIT_TYPE, ObjectKind, ObjectName
from app.ostree.ref_files import RefEntry
from app.ostree.repository import Repository
from app.progress import CancelToken, heeding
from tests.ostree.conftest import COLLECTION, REF, Made, ostree, write_ref

CHECKSUM = "ab" * 32

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(Root(tmp_path).below("repo"))


# Open and create


def test_ostree_takes_ours_for_a_repository(repository: Repository) -> None:
    assert ostree("refs", f"--repo={repository.path}") == ""
    assert ostree("config", "get", "core.mode", f"--repo={repository.path}") == "archive-z2"
    ostree("fsck", f"--repo={repository.path}")


def test_creating_twice_changes_nothing(repository: Repository) -> None:
    with open(repository.path / "config", "a") as file:
        file.write("collection-id=org.example.X\n")
    assert Repository.create(repository.root).collection == "org.example.X"


@pytest.mark.parametrize("missing", ["config", "objects", "state", "refs", "tmp"])
def test_creation_that_was_interrupted(repository: Repository, missing: str) -> None:
    path = repository.path / missing
    path.unlink() if path.is_file() else shutil.rmtree(path)
    Repository.create(repository.root)
    ostree("fsck", f"--repo={repository.path}")


def test_ostrees_own(upstream: Made) -> None:
    repository = Repository.open(Root(upstream.path))
    assert repository.collection == COLLECTION
    assert repository.collection_refs() == {COLLECTION: {REF: upstream.commit}}
    assert repository.has(ObjectName(upstream.commit, ObjectKind.COMMIT))
    assert repository.object_paths() == {name.path for name in upstream.objects()}


@pytest.mark.parametrize(
    "config",
    [
        b"",
        b"\xff\xfe",
        b"[core",
        b"mode=archive-z2",
        b"[core]\nrepo_version=1\nmode=bare-user-only\n",
        b"[core]\nrepo_version=1\n",
        b"[core]\nrepo_version=2\nmode=archive-z2\n",
        b"[core]\nmode=archive-z2\n",
        b"x" * 2_000_000,
    ],
)
def test_configs_that_are_not_ours(repository: Repository, config: bytes) -> None:
    (repository.path / "config").write_bytes(config)
    with pytest.raises(RepositoryInvalidError) as caught:
        Repository.open(Root(repository.path))
    assert caught.value.hint


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "config").mkdir()
    for path in (tmp_path / "nothing", tmp_path / "file", tmp_path):
        with pytest.raises(RepositoryInvalidError):
            Repository.open(Root(path))


def test_a_repository_without_objects(repository: Repository) -> None:
    (repository.path / "objects").rmdir()
    with pytest.raises(RepositoryInvalidError, match="objects"):
        Repository.open(Root(repository.path))


# Refs


def test_refs_as_ostree_lists_them(repository: Repository, upstream: Made) -> None:
    write_ref(repository, COLLECTION, REF, upstream.commit)
    write_ref(repository, COLLECTION, "ostree-metadata", upstream.commit)
    listed = ostree("refs", "-c", f"--repo={repository.path}").splitlines()
    assert sorted(listed) == [f"({COLLECTION}, {name})" for name in (REF, "ostree-metadata")]
    assert repository.mirror_refs(COLLECTION) == {
        REF: upstream.commit,
        "ostree-metadata": upstream.commit,
    }
    (repository.path / f"refs/mirrors/{COLLECTION}/{REF}").unlink()
    assert list(repository.mirror_refs(COLLECTION)) == ["ostree-metadata"]


@pytest.mark.parametrize(
    ("collection", "name"),
    [
        (COLLECTION, "../x"), (COLLECTION, "a/../../x"), (COLLECTION, "/x"), (COLLECTION, ""),
        (COLLECTION, "a//b"), (COLLECTION, "a\nb"), (COLLECTION, "a" * 300), (COLLECTION, ".x"),
        ("..", "x"), ("", "x"), ("one", "x"), ("a.b/c", "x"), ("a.b\n", "x"),
    ],
)  # fmt: skip
def test_unsafe_names_are_never_written(repository: Repository, collection: str, name: str) -> None:
    with pytest.raises(ValueError, match="unsafe"):
        write_ref(repository, collection, name, CHECKSUM)
    assert list((repository.path / "refs/mirrors").iterdir()) == []


def test_whatever_lies_in_refs(repository: Repository) -> None:
    refs = repository.path / "refs"
    for path, content in {
        "heads/good": f"{CHECKSUM}\n",
        "heads/damaged": "not a checksum",
        "mirrors/org.example.X/app/a": CHECKSUM,
        "mirrors/org.example.X/.hidden name": CHECKSUM,
        "mirrors/org.example.X/empty": "",
        "mirrors/org.example.X/upper": CHECKSUM.upper(),
        "mirrors/org.example.X/indented": f" {CHECKSUM}\n",
        "mirrors/org.example.X/spaced": f"{CHECKSUM} \t\n\n",
        "mirrors/no collection/x": CHECKSUM,
        "mirrors/stray": CHECKSUM,
        "remotes/up/x": CHECKSUM,
        "mirrors/org.example.X/huge": CHECKSUM * 1000,
    }.items():
        (refs / path).parent.mkdir(parents=True, exist_ok=True)
        (refs / path).write_text(content)
    (refs / "mirrors/org.example.X/link").symlink_to("nowhere")
    (refs / "mirrors/org.example.X/loop").symlink_to(".")
    os.mkfifo(refs / "mirrors/org.example.X/pipe")
    (refs / "mirrors/org.example.X/binary").write_bytes(b"\xff" * 64)
    by_path = {entry.path: entry for entry in repository.refs()}
    assert len(by_path) == 16
    assert by_path["refs/mirrors/org.example.X/app/a"] == RefEntry(
        "org.example.X", "app/a", CHECKSUM, "refs/mirrors/org.example.X/app/a"
    )
    assert by_path["refs/heads/good"].collection is None
    assert by_path["refs/mirrors/stray"].collection is None
    assert by_path["refs/mirrors/org.example.X/spaced"].checksum == CHECKSUM
    for bad in ("link", "loop", "pipe", "binary", "huge", "empty", "upper", "indented"):
        assert by_path[f"refs/mirrors/org.example.X/{bad}"].checksum is None, bad
    assert repository.collection_refs() == {
        "org.example.X": {"app/a": CHECKSUM, "spaced": CHECKSUM}
    }


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("FSCK0000.000/FSCK0000.001/FSCK0000.002/config", "../../../config"),
        ("FSCK0000.000/FSCK0000.001/FSCK0000.002/SUMMARY", "../.././summary"),
    ],
)
def test_a_commit_names_no_other_file_than_its_ref(
    repository: Repository, path: str, said: str
) -> None:
    """Whoever has made the drive writes into a commit what its refs are called."""
    metadata = {"ostree.ref-binding": Variant("as", [said])}
    data = serialise(COMMIT_TYPE, (metadata, b"", [], "", "", 0, bytes(32), bytes(32)))
    checksum = sha256(data).hexdigest()
    repository.write_object(ObjectName(checksum, ObjectKind.COMMIT), data)
    repository.write_summary(b"")
    ref = repository.path / "refs/mirrors" / COLLECTION / path
    ref.parent.mkdir(parents=True)
    ref.write_text(checksum)
    [entry] = repository.refs()
    assert (entry.name, entry.path) == (path, f"refs/mirrors/{COLLECTION}/{path}")


def test_refs_of_a_remote(upstream: Made, tmp_path: Path) -> None:
    path = tmp_path / "repo"
    ostree("init", f"--repo={path}", "--mode=archive")
    ostree("remote", "add", f"--repo={path}", "--no-gpg-verify", f"--collection-id={COLLECTION}",
           "up", upstream.path.as_uri())  # fmt: skip
    ostree("pull", "--depth=0", f"--repo={path}", "up", REF)
    assert Repository.open(Root(path)).collection_refs() == {COLLECTION: {REF: upstream.commit}}


def test_no_refs_directory(repository: Repository) -> None:
    shutil.rmtree(repository.path / "refs")
    assert repository.refs() == []


# Partial commits


def test_partial_marks_as_ostree_has_them(upstream: Made, tmp_path: Path) -> None:
    path = tmp_path / "repo"
    ostree("init", f"--repo={path}", "--mode=archive")
    ostree("pull-local", "--commit-metadata-only", f"--repo={path}", upstream.path, upstream.commit)
    repository = Repository.open(Root(path))
    assert repository.partial_commits() == {upstream.commit}
    repository.unmark_partial(upstream.commit)
    repository.unmark_partial(upstream.commit)
    assert repository.partial_commits() == frozenset()
    repository.mark_partial(upstream.commit)
    assert (
        "partial"
        in subprocess.run(
            ["ostree", "fsck", f"--repo={path}"], capture_output=True, text=True, check=False
        ).stdout
    )
    (path / "state/garbage.commitpartial").touch()
    assert repository.partial_commits() == {upstream.commit}
    shutil.rmtree(path / "state")
    assert repository.partial_commits() == frozenset()
    repository.mark_partial(upstream.commit)


# Objects and the summary


def test_writing_is_atomic(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write_summary(b"old")
    (repository.path / "summary.sig").write_bytes(b"signature of old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for call in ("os.fsync", "os.rename"):
        with monkeypatch.context() as patch:
            patch.setattr(f"app.fs.files.{call}", fail)
            with pytest.raises(OSError, match="No space"):
                repository.write_summary(b"new")
        assert repository.read_summary() == b"old"
    assert not [name for name in os.listdir(repository.path) if name.endswith(".tmp")]
    repository.write_summary(b"new")
    assert repository.read_summary() == b"new"
    assert not (repository.path / "summary.sig").exists()


def test_objects(repository: Repository) -> None:
    name = ObjectName(CHECKSUM, ObjectKind.COMMITMETA)
    assert repository.read_detached(CHECKSUM) is None
    repository.write_object(name, b"data")
    assert repository.has(name)
    assert repository.read_detached(CHECKSUM) == b"data"
    assert repository.object_paths() == {name.path}
    (repository.path / "objects/stray").touch()
    assert repository.object_paths() == {name.path}


def test_reading_object_by_object_can_be_stopped(repository: Repository) -> None:
    repository.write_object(ObjectName(CHECKSUM, ObjectKind.DIRTREE), b"data")
    cancel = CancelToken()
    with heeding(cancel):
        assert repository.read_object(ObjectName(CHECKSUM, ObjectKind.DIRTREE)) == b"data"
        cancel.request()
        with pytest.raises(InterruptedByUser):
            repository.read_object(ObjectName(CHECKSUM, ObjectKind.DIRTREE))
        with pytest.raises(InterruptedByUser):
            repository.read_detached(CHECKSUM)


def test_a_pipe_in_place_of_a_file_does_not_hang(repository: Repository) -> None:
    os.mkfifo(repository.path / "summary")
    with pytest.raises(OSError, match="regular"):
        repository.read_summary()


# The lock


# What libostree's do_repo_lock does.
HOLDER = """
import fcntl, os, struct, sys
file = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR)
kind = fcntl.F_RDLCK if sys.argv[2] == "shared" else fcntl.F_WRLCK
fcntl.fcntl(file, fcntl.F_OFD_SETLKW, struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 0, 0))
print("held", flush=True)
input()
"""


@pytest.mark.parametrize("theirs", ["shared", "exclusive"])
@pytest.mark.parametrize("exclusive", [False, True])
def test_the_lock_of_another_program(repository: Repository, theirs: str, exclusive: bool) -> None:
    command = [sys.executable, "-c", HOLDER, str(repository.path / ".lock"), theirs]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        if theirs == "shared" and not exclusive:
            with repository.locked(exclusive=False):
                pass
        else:
            with (
                pytest.raises(RepositoryInUseError),
                repository.locked(exclusive=exclusive),
            ):
                raise AssertionError
        holder.communicate("\n")
    with repository.locked(exclusive=exclusive):
        pass


def test_ostree_waits_for_ours(upstream: Made, tmp_path: Path) -> None:
    path = tmp_path / "repo"
    shutil.copytree(upstream.path, path, symlinks=True)
    with open(path / "config", "a") as file:
        file.write("lock-timeout-secs=0\n")
    prune = ["ostree", "prune", f"--repo={path}", "--refs-only"]
    repository = Repository.open(Root(path))
    with repository.locked(exclusive=True):
        assert subprocess.run(prune, capture_output=True, check=False).returncode != 0
    with repository.locked(exclusive=False):
        assert subprocess.run(prune, capture_output=True, check=False).returncode != 0
    assert subprocess.run(prune, capture_output=True, check=False).returncode == 0


def test_the_lock_is_released_when_the_block_fails(repository: Repository) -> None:
    with pytest.raises(DriveError), repository.locked(exclusive=True):
        raise DriveError(verbatim("x"))
    with repository.locked(exclusive=True):
        pass


def test_a_read_only_repository(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    with repository.locked(exclusive=False):
        pass  # no lock file, and none is made
    assert not (repository.path / ".lock").exists()
    opened = os.open

    def read_only(path: Path, flags: int, *rest: int, **more: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(30, "Read-only file system")
        return opened(path, flags, *rest, **more)

    monkeypatch.setattr("app.fs.beneath.os.open", read_only)
    with pytest.raises(OSError, match="Read-only"), repository.locked(exclusive=True):
        raise AssertionError
