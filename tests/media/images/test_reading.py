"""An image is read as what mounts it would read it, whoever made it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from random import Random

import pytest

from app.errors import InterruptedByUser, SatchelError
from app.media.images.reading.entry import ImageError
from app.media.images.reading.opened import is_image, opened_image
from app.media.images.request import Form
from app.progress import CancelToken, silent
from tests.media.images.image_trees import contents, fill
from tests.media.images.test_making import FORMS, made, run, tree_for


def read(image: Path, directory: Path) -> dict[str, bytes | str | None]:
    """What is in it; nothing stays of what it was unpacked to."""
    directory.mkdir(exist_ok=True)
    with opened_image(image, [directory], silent, CancelToken()) as opened:
        there = contents(opened.directory)
    assert os.listdir(directory) == []
    return there


@pytest.mark.parametrize("form", FORMS)
def test_what_was_put_in_comes_out(form: Form, tmp_path: Path) -> None:
    tree = tree_for(form, tmp_path / "tree")
    image = made(form, tree, tmp_path / "out")
    assert is_image(image)
    assert read(image, tmp_path / "room") == contents(tree)


@pytest.mark.thorough
@pytest.mark.parametrize("form", FORMS)
def test_permissions_stay(form: Form, tmp_path: Path) -> None:
    tree = tree_for(form, tmp_path / "tree")
    image = made(form, tree, tmp_path / "out")
    (tmp_path / "room").mkdir()
    with opened_image(image, [tmp_path / "room"], silent, CancelToken()) as opened:
        assert (opened.directory / "empty").stat().st_mode & 0o055 in (0o044, 0o055)
        assert (opened.directory / "objects").stat().st_mode & 0o777 in (0o755, 0o555 | 0o700)
        assert os.access(opened.directory / "install.sh", os.X_OK)


@pytest.mark.thorough
def test_what_other_programs_make(tmp_path: Path) -> None:
    tree = tree_for(Form.EXT4, tmp_path / "tree")
    images = [tmp_path / name for name in ("a", "b", "c", "d", "e", "f", "g")]
    ext2, ext3, xz, tar, gnu, packed, iso = images
    run("/usr/sbin/mke2fs", "-q", "-t", "ext2", "-b", "1024", "-d", tree, ext2, "20M")
    run("/usr/sbin/mke2fs", "-q", "-t", "ext3", "-d", tree, ext3, "20M")
    run("mksquashfs", tree, xz, "-quiet", "-no-progress", "-comp", "xz", "-b", "64K")
    run("tar", "-C", tree, "-cf", tar, ".")
    run("tar", "-C", tree, "--format=gnu", "-cf", gnu, *sorted(os.listdir(tree)))
    run("tar", "-C", tree, "-cJf", packed, ".")
    run(
        "xorriso", "-no_rc", "-compliance", "deep_paths_off", "-rr_reloc_dir", "rr_moved",
        "-outdev", iso, "-map", tree, "/",
    )  # fmt: skip
    for image in images:
        there = read(image, tmp_path / "room")
        there.pop("rr_moved", None)
        assert there == contents(tree), image


@pytest.mark.parametrize(
    "kind",
    ["zstd", *(pytest.param(kind, marks=pytest.mark.thorough) for kind in ("lzo", "lz4", "lzma"))],
)
def test_squashfs_compressed_otherwise(kind: str, tmp_path: Path) -> None:
    """As other people's live systems are: contents, fragments and inodes."""
    tree = tree_for(Form.EXT4, tmp_path / "tree")
    for number in range(300):
        (tree / f"{number}").write_bytes(f"{number} ".encode() * number)
    image = tmp_path / "live.squashfs"
    run("mksquashfs", tree, image, "-quiet", "-no-progress", "-comp", kind, "-b", "64K")
    assert read(image, tmp_path / "room") == contents(tree)
    damaged = bytearray(image.read_bytes())
    for place in range(300, len(damaged), 997):
        damaged[place] ^= 0x55
    image.write_bytes(damaged)
    with pytest.raises(ImageError):
        read(image, tmp_path / "room")


@pytest.mark.parametrize(
    "program",
    [
        ("zstd", "-q", "-c"),
        *(
            pytest.param(program, marks=pytest.mark.thorough)
            for program in (("zstd", "-q", "-c", "-19", "-T2"), ("xz", "-c"), ("gzip", "-c"))
        ),
    ],
)
def test_archives_that_others_compressed(program: tuple[str, ...], tmp_path: Path) -> None:
    tree = tree_for(Form.TAR, tmp_path / "tree")
    (tree / "much").write_bytes(Random(1).randbytes(3_000_000) + bytes(9_000_000))
    plain = made(Form.TAR, tree, tmp_path / "out")
    whole = subprocess.run([*program, plain], check=True, capture_output=True).stdout
    image = tmp_path / "packed"
    image.write_bytes(whole)
    assert is_image(image)
    assert read(image, tmp_path / "room") == contents(tree)
    # In two parts, with padding behind, as tapes and signers leave it.
    first, second = (
        subprocess.run([*program], input=part, check=True, capture_output=True).stdout
        for part in (plain.read_bytes()[:700_000], plain.read_bytes()[700_000:])
    )
    image.write_bytes(first + second + bytes(1000))
    assert read(image, tmp_path / "room") == contents(tree)
    for hurt in (whole[: len(whole) // 2], whole[:9000] + b"hurt" + whole[9004:]):
        image.write_bytes(hurt)
        with pytest.raises(ImageError) as caught:
            read(image, tmp_path / "room")
        assert caught.value.exit_code == 6


@pytest.mark.devices
@pytest.mark.thorough
def test_exfat_in_pieces(tmp_path: Path) -> None:
    """What a computer has written, whose files lie anywhere."""
    image = tmp_path / "stick.img"
    with image.open("wb") as file:
        file.truncate(32 << 20)
    run("/usr/sbin/mkfs.exfat", "-c", "4K", image)
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    device = run("losetup", "--find", "--show", image).strip()
    try:
        run("mount.exfat-fuse", device, mounted)
        try:
            for number in range(60):
                (mounted / f"{number}").write_bytes(bytes([number]) * 9000)
            for number in range(0, 60, 2):
                (mounted / f"{number}").unlink()
            (mounted / "in pieces").write_bytes(b"0123456789" * 50_000)
            (mounted / "directory/inner").mkdir(parents=True)
            (mounted / "directory/inner/größer").write_bytes(b"x" * 5000)
            wanted = contents(mounted)
        finally:
            run("umount", mounted)
    finally:
        run("losetup", "-d", device)
    assert read(image, tmp_path / "room") == wanted


@pytest.mark.parametrize("kind", ["16", "32"])
def test_fat(kind: str, tmp_path: Path) -> None:
    """What many drives are sold with, filled by mtools."""
    tree = tmp_path / "tree"
    tree.mkdir()
    fill(tree, links=False)
    for number in range(40):
        (tree / f"objects/ab/{number:064x}.filez").write_bytes(b"x" * number * 1000)
    (tree / "SHORT.TXT").write_bytes(b"short")
    (tree / "lower.txt").write_bytes(b"lower")
    image = tmp_path / "fat.img"
    with image.open("wb") as file:
        file.truncate((40 if kind == "32" else 16) << 20)
    run("/usr/sbin/mkfs.vfat", "-F", kind, "-s", "1", image)
    run("mcopy", "-s", "-i", image, *sorted(tree.iterdir()), "::/")
    run("mdel", "-i", image, "::/lower.txt")
    (tree / "lower.txt").unlink()
    assert read(image, tmp_path / "room") == contents(tree)


@pytest.mark.parametrize("label", [pytest.param("dos", marks=pytest.mark.thorough), "gpt"])
def test_a_whole_drive(label: str, tmp_path: Path) -> None:
    tree = tree_for(Form.EXT4, tmp_path / "tree")
    part = made(Form.EXT4, tree, tmp_path / "out")
    size = part.stat().st_size
    drive = tmp_path / "drive.img"
    with drive.open("wb") as file:
        file.truncate(size + (8 << 20))
        file.seek(4 << 20)
        file.write(part.read_bytes())
    table = f"label: {label}\nstart=2048, size=2048\nstart=8192, size={size // 512}\n"
    subprocess.run(
        ["/usr/sbin/sfdisk", "-q", drive], input=table, text=True, check=True, capture_output=True
    )
    assert is_image(drive)
    assert read(drive, tmp_path / "room") == contents(tree)


@pytest.mark.thorough
@pytest.mark.parametrize("form", FORMS)
def test_truncated(form: Form, tmp_path: Path) -> None:
    image = made(form, tree_for(form, tmp_path / "tree"), tmp_path / "out")
    whole = image.read_bytes()
    # What follows the last byte that counts may be padding.
    for size in (len(whole) // 2, 70_000, 4096):
        image.write_bytes(whole[:size])
        if is_image(image):
            with pytest.raises(ImageError) as caught:
                read(image, tmp_path / "room")
            assert caught.value.exit_code == 6
            assert str(image) in str(caught.value.message)
        assert not list((tmp_path / "room").glob("*"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("times", [3, pytest.param(150, marks=pytest.mark.thorough)])
def test_damaged_anywhere(form: Form, times: int, tmp_path: Path) -> None:
    """It is read, or refused; nothing else happens, and not for ever."""
    tree = tmp_path / "tree"
    (tree / "directory/inner").mkdir(parents=True)
    for number in range(20):
        (tree / f"directory/{number}").write_bytes(b"x" * number * 100)
    image = made(form, tree, tmp_path / "out")
    whole = image.read_bytes()
    used = [place for place in range(0, len(whole), 16) if any(whole[place : place + 16])]
    random = Random(form.value)
    refused = 0
    for _ in range(times):
        damaged = bytearray(whole)
        for _ in range(random.choice((1, 4, 40))):
            place = min(random.choice(used) + random.randrange(16), len(whole) - 1)
            damaged[place] = random.choice((0, 0xFF, random.randrange(256)))
        image.write_bytes(damaged)
        status = 0
        try:
            read(image, tmp_path / "room")
        except SatchelError as error:
            refused += 1
            status = error.exit_code
        assert status in (0, 3, 6)
        assert os.listdir(tmp_path / "room") == []
    assert refused or times < 100


def test_what_is_no_image(tmp_path: Path) -> None:
    for name, data in {"empty": b"", "text": b"hello" * 1000, "zeros": bytes(100_000)}.items():
        (tmp_path / name).write_bytes(data)
        assert not is_image(tmp_path / name)
    os.mkfifo(tmp_path / "pipe")
    assert not is_image(tmp_path / "pipe")
    assert not is_image(tmp_path / "nothing")


def test_interrupted_leaves_nothing(tmp_path: Path) -> None:
    image = made(Form.EXT4, tree_for(Form.EXT4, tmp_path / "tree"), tmp_path / "out")
    (tmp_path / "room").mkdir()
    token = CancelToken()
    token.request()
    with pytest.raises(InterruptedByUser), opened_image(image, [tmp_path / "room"], silent, token):
        pass
    assert os.listdir(tmp_path / "room") == []


def test_what_a_killed_one_left_is_removed(tmp_path: Path) -> None:
    image = made(Form.TAR, tree_for(Form.TAR, tmp_path / "tree"), tmp_path / "out")
    left = tmp_path / "room/satchel-image-abcdefgh"
    left.mkdir(parents=True)
    (left / "held").touch()
    os.utime(left, (1, 1))
    (tmp_path / "room/satchel-image-without").mkdir()
    with opened_image(image, [tmp_path / "room"], silent, CancelToken()):
        # One that is at work stays.
        with opened_image(image, [tmp_path / "room"], silent, CancelToken()) as second:
            assert len(os.listdir(tmp_path / "room")) == 3
        assert not second.directory.exists()
        assert not left.exists()
