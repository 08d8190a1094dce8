"""Below a root only what is really there is reached: no link, pipe, device or other file system."""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.fs import beneath
from app.fs.nodes import Aside, LeadsOutsideError, Node, NotRegularError
from app.fs.root import Root
from tests.volumes import mounted_tmpfs


@pytest.fixture(params=["openat2", "steps"])
def drive(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With the system call, and as on kernels that lack it."""
    if request.param == "steps":
        monkeypatch.setattr(beneath.openat2, "usable", False)
    else:
        assert beneath.openat2.usable
    path = tmp_path / "drive"
    path.mkdir()
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where nothing may be read or changed."""
    path = tmp_path / "home"
    (path / "inner").mkdir(parents=True)
    (path / "diary").write_text("dear diary")
    (path / "inner/letter").write_text("dear friend")
    return path


@pytest.fixture
def unchanged(home: Path) -> Iterator[None]:
    """Fails if anything in `home` was touched."""

    def state() -> list[tuple[str, int, int]]:
        return [(str(path), path.lstat().st_mode, path.lstat().st_mtime_ns) for path in
                (home, *sorted(home.rglob("*")))]  # fmt: skip

    before = state()
    yield
    assert state() == before


ACTIONS: dict[str, Callable[[Root, str], object]] = {
    "read": lambda root, path: root.read(f"{path}/diary", 100),
    "open": lambda root, path: root.open_regular(f"{path}/diary"),
    "list": lambda root, path: root.names(path),
    "list inner": lambda root, path: root.names(f"{path}/inner"),
    "status": lambda root, path: root.status(f"{path}/diary"),
    "replace": lambda root, path: root.replace(f"{path}/diary", b"forged"),
    "scratch": lambda root, path: root.replace("mine", b"forged", scratch=path),
    "make": lambda root, path: root.make_directory(f"{path}/new"),
    "touch": lambda root, path: root.touch(f"{path}/new"),
    "rename": lambda root, path: root.rename(f"{path}/diary", "taken"),
    "rename to": lambda root, path: root.rename("own", f"{path}/diary"),
    "remove": lambda root, path: root.remove(f"{path}/diary"),
    "remove directory": lambda root, path: root.remove_directory(f"{path}/inner"),
    "remove tree": lambda root, path: root.remove_tree(f"{path}/inner"),
    "temporaries": lambda root, path: root.drop_temporaries(path),
    "allow": lambda root, path: root.allow(f"{path}/diary", 0o777),
    "allow itself": lambda root, path: root.allow(path, 0o777),
    "link": lambda root, path: root.make_link(f"{path}/new", "x"),
    "write": lambda root, path: root.open_for_writing(f"{path}/diary", os.O_RDWR | os.O_TRUNC),
    "sync": lambda root, path: root.sync_directory(path),
    "walk": lambda root, path: [entry.name for entry in root.walk(path)],
}


def outcome_of(action: Callable[[Root, str], object], root: Root) -> tuple[OSError | None, object]:
    try:
        return None, action(root, "link")
    except OSError as error:
        return error, None


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("target", ["relative", "absolute"])
@pytest.mark.usefixtures("unchanged")
def test_a_link_to_a_directory_leads_nowhere(
    drive: Path, home: Path, action: str, target: str
) -> None:
    (drive / "own").write_text("own")
    (drive / "link").symlink_to(home if target == "absolute" else "../home")
    (home / ".diary.0.tmp").touch()
    os.utime(home, ns=(0, 0))
    error, outcome = outcome_of(ACTIONS[action], Root(drive))
    if error is None:
        assert outcome in (None, [])
    else:
        assert isinstance(error, LeadsOutsideError), error
        assert str(drive / "link") in str(error)
    assert (home / ".diary.0.tmp").exists()
    (home / ".diary.0.tmp").unlink()
    os.utime(home, ns=(0, 0))


@pytest.fixture(autouse=True)
def _old(home: Path) -> None:
    os.utime(home, ns=(0, 0))


@pytest.mark.usefixtures("unchanged")
def test_a_link_to_a_file_is_not_followed_either(drive: Path, home: Path) -> None:
    (drive / "link").symlink_to(home / "diary")
    root = Root(drive)
    with pytest.raises(LeadsOutsideError):
        root.read("link", 100)
    with pytest.raises(OSError, match="symbolic links"):
        root.open_for_writing("link", os.O_RDWR)
    with pytest.raises(OSError, match="symbolic links"):
        root.touch("link")
    with pytest.raises(LeadsOutsideError):
        root.allow("link", 0o777)
    assert root.node("link") is Node.LINK
    assert stat.S_ISLNK(root.status("link").st_mode)
    root.replace("link", b"own")
    assert root.read("link", 3) == b"own"


@pytest.mark.parametrize("path", ["..", "../home/diary", "a/../../home/diary", "/etc/passwd"])
def test_no_path_leads_above(drive: Path, path: str) -> None:
    (drive / "a").mkdir()
    with pytest.raises(OSError, match=r".*") as caught:
        Root(drive).read(path, 10_000)
    assert caught.value.errno in {errno.EXDEV, errno.ELOOP}


def test_what_is_no_file_is_not_opened(drive: Path) -> None:
    os.mkfifo(drive / "pipe")
    os.mknod(drive / "device", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    (drive / "directory").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(drive / "socket"))
        for name in ("pipe", "device", "directory", "socket"):
            with pytest.raises(NotRegularError):
                Root(drive).read(name, 10)
            with pytest.raises(OSError, match=r".*"):
                Root(drive).open_for_writing(name, os.O_RDWR)
    nodes = {entry.name: entry.node for entry in Root(drive).entries()}
    assert nodes.pop("directory") is Node.DIRECTORY
    assert set(nodes.values()) == {Node.OTHER}


def test_another_file_system_is_not_entered(drive: Path) -> None:
    (drive / "inner").mkdir()
    with mounted_tmpfs(drive / "inner"):
        (drive / "inner/file").write_text("elsewhere")
        with pytest.raises(LeadsOutsideError):
            Root(drive).read("inner/file", 10)
        with pytest.raises(LeadsOutsideError):
            Root(drive).replace("inner/file", b"")
        assert [entry.name for entry in Root(drive).walk()] == ["inner"]
        with pytest.raises(LeadsOutsideError):
            Root(drive).make_directory("inner/more")


def test_content_is_bounded(drive: Path) -> None:
    (drive / "file").write_bytes(b"12345")
    assert Root(drive).read("file", 5) == b"12345"
    with pytest.raises(OSError, match="too large") as caught:
        Root(drive).read("file", 4)
    assert caught.value.errno == errno.EFBIG
    os.truncate(drive / "file", 1 << 40)
    with pytest.raises(OSError, match="too large"):
        Root(drive).read("file", 100)


def test_writing_makes_what_was_asked_for(drive: Path) -> None:
    root = Root(drive).below("a/b")
    root.make_directory("c/d")
    root.replace("c/file", b"one")
    root.replace("c/file", b"two", scratch="c/d", mode=0o600)
    assert (drive / "a/b/c/file").read_bytes() == b"two"
    assert stat.S_IMODE((drive / "a/b/c/file").stat().st_mode) == 0o600
    root.allow("c/file", 0o640)
    assert stat.S_IMODE(root.status("c/file").st_mode) == 0o640
    root.rename("c/file", "c/d/other")
    assert sorted(entry.path for entry in root.walk()) == ["c", "c/d", "c/d/other"]
    root.remove("c/nothing")
    root.remove_tree("c")
    assert root.names() == []


def test_a_failed_replacement_leaves_nothing_behind(drive: Path) -> None:
    (drive / "target").mkdir()
    with pytest.raises(IsADirectoryError):
        Root(drive).replace("target", b"data")
    assert os.listdir(drive) == ["target"]


@pytest.mark.usefixtures("unchanged")
def test_links_that_stay_inside_can_be_resolved(drive: Path, home: Path) -> None:
    (drive / "links").mkdir()
    (drive / "place/repo").mkdir(parents=True)
    (drive / "links/good").symlink_to("../place/repo")
    (drive / "links/chain").symlink_to("good")
    (drive / "links/up").symlink_to("../../home")
    (drive / "links/round").symlink_to("../../drive/place")
    (drive / "links/absolute").symlink_to(home)
    (drive / "links/self").symlink_to("self")
    (drive / "links/nothing").symlink_to("not-there")
    root = Root(drive)
    assert root.resolve("links/good") == "place/repo"
    assert root.resolve("links/chain") == "place/repo"
    assert root.resolve("place/repo") == "place/repo"
    assert root.resolve("links/good/..") == "place"
    for name in ("up", "round", "absolute", "self"):
        with pytest.raises(LeadsOutsideError):
            root.resolve(f"links/{name}")
    with pytest.raises(FileNotFoundError):
        root.resolve("links/nothing")


@pytest.mark.usefixtures("unchanged")
def test_what_is_in_the_way_is_moved_aside_and_told(drive: Path, home: Path) -> None:
    (drive / "a").symlink_to(home)
    (drive / "b").write_text("a file")
    (drive / "c/file/inner").mkdir(parents=True)
    aside = Aside("aside")
    root = Root(drive, aside=aside)
    root.make_directory("a/b")
    root.make_directory("b")
    root.replace("c/file", b"now")
    assert (drive / "a/b").is_dir()
    assert not (drive / "a").is_symlink()
    assert (drive / "c/file").read_bytes() == b"now"
    assert aside.moved == [("a", "aside/1-a"), ("b", "aside/1-b"), ("c/file", "aside/1-file")]
    assert (drive / "aside/1-a").is_symlink()
    assert (drive / "aside/1-b").read_text() == "a file"
    assert (drive / "aside/1-file/inner").is_dir()


def test_a_root_is_called_what_people_call_it(drive: Path) -> None:
    descriptor = os.open(drive, os.O_RDONLY | os.O_DIRECTORY)
    try:
        root = Root(Path(f"/proc/{os.getpid()}/fd/{descriptor}"), known_as=Path("/media/me/STICK"))
        with pytest.raises(FileNotFoundError) as caught:
            root.below("x").read("y", 10)
        assert caught.value.filename == "/media/me/STICK/x/y"
        root.replace("file", b"data")
    finally:
        os.close(descriptor)
    assert (drive / "file").read_bytes() == b"data"
