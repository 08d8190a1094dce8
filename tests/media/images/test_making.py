"""An image is what the tools of its file system find sound, and the same bytes every time."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from app.errors import InterruptedByUser, SatchelError, UsageError
from app.fs.files import DriveFullError
from app.media.images.libraries import LibraryMissingError
from app.media.images.making.exfat import NotForExfatError
from app.media.images.making.make import check_possible, make_image
from app.media.images.making.room import ImageTooSmallError
from app.media.images.making.tools import ToolMissingError
from app.media.images.reading.opened import is_image, opened_image
from app.media.images.request import Form, ImageRequest, image_request, parse_size
from app.message import Message
from app.progress import CancelToken, Event, silent
from tests.media.images.image_trees import FILES, LONG, WHEN, contents, fill, settle
from tests.satchel import ROOT
from tests.waiting import until

FORMS = {
    Form.EXT4: ("stick.img", "ext4"),
    Form.EXFAT: ("stick.img", "exfat"),
    Form.SQUASHFS: ("stick.img", "squashfs"),
    Form.TAR: ("stick.tar", None),
    Form.ISO: ("stick.iso", None),
}


def wanted(form: Form, directory: Path, size: str | None = None) -> ImageRequest:
    name, file_system = FORMS[form]
    directory.mkdir(exist_ok=True)
    return image_request(directory / name, size, file_system, when=WHEN)


def made(form: Form, tree: Path, directory: Path, size: str | None = None) -> Path:
    return make_image(tree, wanted(form, directory, size), silent, CancelToken()).path


def tree_for(form: Form, directory: Path, order: int = 1) -> Path:
    directory.mkdir(parents=True)
    return fill(directory, links=form is not Form.EXFAT, order=order)


def run(*command: str | Path) -> str:
    done = subprocess.run(
        [*map(str, command)],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> Form:
    return Form(request.param)


def test_the_same_tree_gives_the_same_bytes(form: Form, tmp_path: Path) -> None:
    first = made(form, tree_for(form, tmp_path / "tree"), tmp_path / "first")
    before = os.umask(0o077)
    try:
        again = tree_for(form, tmp_path / "elsewhere/tree", order=-1)
        if os.geteuid() == 0:
            for path in again.rglob("*"):
                os.chown(path, 65534, 65534, follow_symlinks=False)
        second = made(form, again, tmp_path / "second")
    finally:
        os.umask(before)
    assert first.read_bytes() == second.read_bytes()
    assert second.stat().st_mode & 0o777 == 0o644


def test_ext4_is_sound_and_root_s(tmp_path: Path) -> None:
    image = made(Form.EXT4, tree_for(Form.EXT4, tmp_path / "tree"), tmp_path / "out")
    assert "Satchel:" in run("/usr/sbin/e2fsck", "-fn", image)
    about = run("/usr/sbin/dumpe2fs", "-h", image)
    assert "Reserved block count:     0" in about
    assert "metadata_csum" in about
    for path, mode in {LONG: "0644", "install.sh": "0755", "objects": "0755"}.items():
        status = run("/usr/sbin/debugfs", "-R", f"stat /{path}", image)
        assert f"Mode:  {mode}" in status
        assert "User:     0   Group:     0" in status
    out = tmp_path / "dumped"
    out.mkdir()
    run("/usr/sbin/debugfs", "-R", f"rdump / {out}", image)
    assert contents(out) == contents(tmp_path / "tree")


def test_what_everybody_may_write_to(tmp_path: Path) -> None:
    request = image_request(tmp_path / "stick.img", shared=True, when=WHEN)
    make_image(tree_for(Form.EXT4, tmp_path / "tree"), request, silent, CancelToken())
    status = run("/usr/sbin/debugfs", "-R", "stat /.ostree/repo", request.path)
    assert "Mode:  0777" in status


def test_exfat_is_sound(tmp_path: Path) -> None:
    image = made(Form.EXFAT, tree_for(Form.EXFAT, tmp_path / "tree"), tmp_path / "out")
    assert f"files {len(FILES) + 1}" in run("/usr/sbin/fsck.exfat", "-n", image)
    assert "Satchel" in run("/usr/sbin/exfatlabel", image)


@pytest.mark.thorough
def test_exfat_of_many_files_and_of_another_size(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for number in range(700):
        directory = tree / f"{number % 7}"
        directory.mkdir(parents=True, exist_ok=True)
        (directory / f"{number:04}{'n' * (number % 200)}").write_bytes(b"x" * (number * 37))
    settle(tree)
    for size in (None, "64MiB", "8G"):
        image = made(Form.EXFAT, tree, tmp_path / "out", size)
        assert "directories 8, files 700" in run("/usr/sbin/fsck.exfat", "-n", image)
        if size is not None:
            assert image.stat().st_size == parse_size(size) // 4096 * 4096


def test_squashfs_has_everything(tmp_path: Path) -> None:
    image = made(Form.SQUASHFS, tree_for(Form.SQUASHFS, tmp_path / "tree"), tmp_path / "out")
    assert "gzip" in run("unsquashfs", "-s", image)
    run("unsquashfs", "-q", "-n", "-d", tmp_path / "unpacked", image)
    assert contents(tmp_path / "unpacked") == contents(tmp_path / "tree")
    assert "root/root" in run("unsquashfs", "-ll", image)


@pytest.mark.thorough
def test_iso_has_whole_names(tmp_path: Path) -> None:
    image = made(Form.ISO, tree_for(Form.ISO, tmp_path / "tree"), tmp_path / "out")
    run(
        "xorriso", "-no_rc", "-osirrox", "on", "-indev", image,
        "-extract", "/", tmp_path / "unpacked", "-rollback_end",
    )  # fmt: skip
    run("chmod", "-R", "u+w", tmp_path / "unpacked")
    assert contents(tmp_path / "unpacked") == contents(tmp_path / "tree")


def test_tar_has_everything(tmp_path: Path) -> None:
    image = made(Form.TAR, tree_for(Form.TAR, tmp_path / "tree"), tmp_path / "out")
    (tmp_path / "unpacked").mkdir()
    run("tar", "-xf", image, "-C", tmp_path / "unpacked")
    assert contents(tmp_path / "unpacked") == contents(tmp_path / "tree")
    assert "root/root" in run("tar", "-tvf", image)


@pytest.mark.parametrize("end", ["gz", "xz", "zst"])
def test_a_compressed_archive(end: str, tmp_path: Path) -> None:
    """It says how by its name, is what others unpack, and the same bytes every time."""
    tree = tree_for(Form.TAR, tmp_path / "tree")
    images = []
    for number in range(2):
        request = image_request(tmp_path / f"{number}.Tar.{end}", when=WHEN)
        images.append(make_image(tree, request, silent, CancelToken()).path)
    assert images[0].read_bytes() == images[1].read_bytes()
    assert images[0].stat().st_size < 200_000

    (tmp_path / "unpacked").mkdir()
    run("tar", "-xf", images[0], "-C", tmp_path / "unpacked")
    assert contents(tmp_path / "unpacked") == contents(tree)


@pytest.mark.parametrize("form", [Form.EXT4, Form.EXFAT])
def test_too_small_is_told_before(form: Form, tmp_path: Path) -> None:
    tree = tree_for(form, tmp_path / "tree")
    (tree / "much").write_bytes(b"x" * (40 << 20))
    with pytest.raises(ImageTooSmallError) as caught:
        made(form, tree, tmp_path / "out", "30MB")
    assert caught.value.exit_code == 3
    assert os.listdir(tmp_path / "out") == []


@pytest.mark.thorough
@pytest.mark.parametrize("form", [Form.EXT4, Form.EXFAT])
def test_what_is_said_to_be_needed_is_enough(form: Form, tmp_path: Path) -> None:
    """And not what an image for other purposes would be."""
    tree = tree_for(form, tmp_path / "tree")

    with pytest.raises(ImageTooSmallError) as caught:
        made(form, tree, tmp_path, "1MB")

    said = str(dict(caught.value.message.arguments)["needed"]).replace(" ", "")
    assert parse_size(said) < 10_000_000
    assert made(form, tree, tmp_path, said).stat().st_size <= parse_size(said)


@pytest.mark.thorough
@pytest.mark.parametrize("form", [Form.EXT4, Form.EXFAT])
def test_what_just_fits_is_not_refused(form: Form, tmp_path: Path) -> None:
    tree = tree_for(form, tmp_path / "tree")
    (tree / "much").write_bytes(b"x" * (40 << 20))
    fitting = made(form, tree, tmp_path / "out").stat().st_size
    assert fitting < 60 << 20
    made(form, tree, tmp_path / "out", f"{fitting // 1024}KiB")


def test_names_give_no_orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """mksquashfs reads of permissions in lines, and one of them may be a command to run."""
    monkeypatch.chdir(tmp_path)
    tree = tree_for(Form.SQUASHFS, tmp_path / "tree")
    first = next(path.name for path in tree.iterdir() if path.is_file())
    name = f"{first}\tm\t600\t0\t0\nevil\tf\t755\t0\t0\ttouch\tdone"
    (tree / name).write_bytes(b"")
    (tree / name).chmod(0o600)

    with pytest.raises(UsageError, match="no image has"):
        made(Form.SQUASHFS, tree, tmp_path / "out")
    assert not (tmp_path / "done").exists()


def test_directories_in_each_other(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "/".join("d" * 70)).mkdir(parents=True)
    with pytest.raises(UsageError, match="no image has"):
        made(Form.TAR, tree, tmp_path / "out")


def test_links_are_not_for_exfat(tmp_path: Path) -> None:
    tree = tree_for(Form.EXT4, tmp_path / "tree")
    with pytest.raises(NotForExfatError, match="sideload-repos"):
        made(Form.EXFAT, tree, tmp_path / "out")
    (tree / "sideload-repos").unlink()
    (tree / "Empty").write_bytes(b"")
    with pytest.raises(NotForExfatError, match="one name"):
        made(Form.EXFAT, tree, tmp_path / "out")


class _Stopped:
    """Asks to stop at the given moment."""

    paused = False

    def __init__(self, moment: int) -> None:
        self.left = moment

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise InterruptedByUser(Message("Stopped."))


def test_interrupted_leaves_what_was_there(form: Form, tmp_path: Path) -> None:
    tree = tree_for(form, tmp_path / "tree")
    request = wanted(form, tmp_path / "out")
    request.path.write_bytes(b"before")
    with pytest.raises(InterruptedByUser):
        make_image(tree, request, silent, _Stopped(0))
    assert os.listdir(tmp_path / "out") == [request.path.name]
    assert request.path.read_bytes() == b"before"


def test_what_a_killed_one_left_is_removed(tmp_path: Path) -> None:
    tree = tree_for(Form.TAR, tmp_path / "tree")
    (tmp_path / "out").mkdir()
    left = tmp_path / "out/.stick.tar.0123abcd.tmp"
    other = tmp_path / "out/.else.tar.0123abcd.tmp"
    for path in (left, other):
        path.write_bytes(b"half")
    made(Form.TAR, tree, tmp_path / "out")
    assert sorted(os.listdir(tmp_path / "out")) == [other.name, "stick.tar"]


def test_tells_how_far_it_is(tmp_path: Path) -> None:
    tree = tree_for(Form.TAR, tmp_path / "tree")
    events: list[Event] = []
    make_image(tree, wanted(Form.TAR, tmp_path / "out"), events.append, CancelToken())
    assert len(events) >= 2


@pytest.mark.parametrize("form", [Form.EXT4, Form.SQUASHFS, Form.ISO])
def test_a_missing_tool_is_named(
    form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("app.media.images.making.tools._ALSO", str(tmp_path))
    with pytest.raises(ToolMissingError) as caught:
        check_possible(wanted(form, tmp_path / "out"))
    assert "package" in str(caught.value.hint)
    assert os.listdir(tmp_path / "out") == []


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tree_for(Form.SQUASHFS, tmp_path / "tree")
    run("mksquashfs", tree, tmp_path / "live", "-quiet", "-no-progress", "-comp", "lzo")

    def nothing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr("ctypes.CDLL", nothing)
    with pytest.raises(LibraryMissingError, match="libzstd") as caught:
        check_possible(image_request(tmp_path / "stick.tar.zst"))
    assert "package" in str(caught.value.hint)
    image = opened_image(tmp_path / "live", [tmp_path], silent, CancelToken())
    with pytest.raises(LibraryMissingError, match="liblzo2") as caught, image:
        pass
    assert caught.value.exit_code == 3


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tree_for(Form.TAR, tmp_path / "tree")
    status = os.statvfs(tmp_path)
    values = list(status[:10])
    values[4] = 0
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(values))
    with pytest.raises(DriveFullError):
        made(Form.TAR, tree, tmp_path / "out")
    assert os.listdir(tmp_path / "out") == []


def test_not_over_what_is_no_file(tmp_path: Path) -> None:
    tree = tree_for(Form.TAR, tmp_path / "tree")
    (tmp_path / "stick.tar").mkdir()
    with pytest.raises(UsageError, match="not a file"):
        make_image(tree, image_request(tmp_path / "stick.tar"), silent, CancelToken())
    with pytest.raises(UsageError, match="no directory"):
        check_possible(image_request(tmp_path / "away/stick.tar"))


def test_sizes() -> None:
    assert parse_size("8G") == parse_size("8 GB") == 8_000_000_000
    assert parse_size("7.5GB") == 7_500_000_000
    assert parse_size("1GiB") == parse_size("1 gib") == 1 << 30
    assert parse_size("1000") == 1000
    assert image_request(Path("stick.img"), "1").size == 4096
    for wrong in ("", "0", "-1G", "8X", "1e9", "8GG", "99999T", "iB", "1.5.5G", "8 G iB"):
        with pytest.raises(UsageError):
            parse_size(wrong)


def test_what_makes_no_sense(tmp_path: Path) -> None:
    for name, size, file_system in (
        ("stick", None, None),
        ("stick.vhd", None, None),
        ("stick.img", None, "ntfs"),
        ("stick.img", "1G", "squashfs"),
        ("stick.tar", "1G", None),
        ("stick.iso", None, "ext4"),
    ):
        with pytest.raises(SatchelError) as caught:
            image_request(tmp_path / name, size, file_system)
        assert caught.value.exit_code == 2


@pytest.mark.devices
@pytest.mark.thorough
@pytest.mark.parametrize("form", [Form.EXT4, Form.EXFAT, Form.ISO])
def test_the_disk_is_full_in_the_middle(form: Form, tmp_path: Path) -> None:
    """What takes a little more than its contents finds no room for that."""
    tree = tree_for(form, tmp_path / "tree")
    for number in range(2500):
        (tree / f"{number}").write_bytes(b"x")
    (tree / "much").write_bytes(os.urandom(36_000_000))
    request = wanted(form, tmp_path / "small")
    run("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", tmp_path / "small")
    try:
        request.path.write_bytes(b"before")
        with pytest.raises(DriveFullError):
            make_image(tree, request, silent, CancelToken())
        assert os.listdir(tmp_path / "small") == [request.path.name]
        assert request.path.read_bytes() == b"before"
    finally:
        run("umount", tmp_path / "small")


def _written(directory: Path) -> int:
    """Bytes of what is being made there; -1 for nothing."""
    most = -1
    for path in directory.glob(".*.tmp"):
        with suppress(FileNotFoundError):
            most = max(most, path.stat().st_blocks * 512)
    return most


@pytest.mark.kills
@pytest.mark.thorough
@pytest.mark.parametrize("form", FORMS)
def test_killed(form: Form, tmp_path: Path) -> None:
    """The old image stays, and the next one that is made removes what was left."""
    tree = tree_for(form, tmp_path / "tree")
    (tree / "much").write_bytes(os.urandom(60_000_000))
    request = wanted(form, tmp_path / "out")
    request.path.write_bytes(b"before")
    name, file_system = FORMS[form]
    code = (
        "import sys; from pathlib import Path\n"
        "from app.media.images.making.make import make_image\n"
        "from app.media.images.request import image_request\n"
        "from app.progress import CancelToken, silent\n"
        f"make_image(Path(sys.argv[1]), image_request(Path(sys.argv[2]), None, {file_system!r}),"
        " silent, CancelToken())"
    )
    for written in (0, 1_000_000, 30_000_000):
        process = subprocess.Popen([sys.executable, "-c", code, tree, request.path], cwd=ROOT)

        def far_enough(process: subprocess.Popen[bytes] = process, least: int = written) -> bool:
            return process.poll() is not None or _written(request.path.parent) >= least

        until(far_enough)
        process.kill()
        process.wait()
        assert request.path.read_bytes()[:6] == b"before" or is_image(request.path)
    make_image(tree, request, silent, CancelToken())
    assert os.listdir(request.path.parent) == [name]
