"""``satchel media --image``: a tree as one file; what images are is tested beside."""

from __future__ import annotations

import os
import tarfile

import pytest

from app.media.trees.place import open_place
from tests.media.mediums import HELLO, Maker
from tests.satchel import satchel


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (("stick.img",), "ext4"),
        pytest.param(("stick.img", "--fs", "squashfs"), "squashfs", marks=pytest.mark.thorough),
        pytest.param(("stick.img", "--fs", "exfat"), "exfat", marks=pytest.mark.thorough),
        pytest.param(("iso.iso", "--layout", "iso-root"), "iso", marks=pytest.mark.thorough),
        pytest.param(("stick.tar",), "tar", marks=pytest.mark.thorough),
    ],
)
def test_every_word_is_a_ref(maker: Maker, words: tuple[str, ...], form: str) -> None:
    name, *more = words
    directory = maker.directory / "images"
    directory.mkdir()

    finished = maker.media("org.test.Hello", "--image", directory / name, *more).finished

    assert finished["ok"]
    assert finished["out"] is None
    assert (finished["image"]["form"], finished["image"]["path"]) == (form, str(directory / name))
    assert os.listdir(directory) == [name]


@pytest.mark.thorough
def test_installed(maker: Maker) -> None:
    """The root of a system in a tar, whose files belong to root."""
    file = maker.directory / "root.tar"

    assert maker.media("org.test.Hello", "--layout=installed", "--image", file).finished["ok"]

    with tarfile.open(file) as tar:
        members = {member.name.removeprefix("./"): member for member in tar}
    assert f"var/lib/flatpak/{HELLO}/active" in members
    assert {(member.uid, member.gid) for member in members.values()} == {(0, 0)}


def test_what_cannot_be_is_told_at_once(maker: Maker) -> None:
    file = maker.directory / "x.img"
    for words in (
        ("org.test.Hello", "--image", "x.zip"),
        ("org.test.Hello", "--image", file, "--fs", "ntfs"),
        ("org.test.Hello", "--image", file, "--fs", "exfat", "--layout", "iso-root"),
        ("out", "org.test.Hello", "--size", "1G"),
        ("--locked", "nothing.lock"),
        ("org.test.Hello", "--image", maker.directory / "nowhere/x.img"),
    ):
        maker.media(*words, check=2)
    assert not list(maker.directory.glob("*x.*"))


def test_one_at_a_time(maker: Maker) -> None:
    file = maker.directory / "x.img"
    with open_place(file.with_name("x.img.satchel-media")) as place:
        (place.tree / "there").touch()
        maker.media("org.test.Hello", "--image", file, check=3)
        assert (place.tree / "there").exists()


def test_a_failure_leaves_the_image_of_before(maker: Maker) -> None:
    file = maker.directory / "stick.tar"
    file.write_text("before")

    maker.media("org.test.Nothing", "--image", file, check=2)

    assert file.read_text() == "before"
    assert not list(maker.directory.glob("*satchel-media*"))
    assert satchel("media", home=maker.home, check=2)


def test_too_small_is_told_before_anything_is_fetched(maker: Maker) -> None:
    file = maker.directory / "x.img"
    ended = maker.media("org.test.Hello", "--image", file, "--size", "3MB", check=3)
    assert "too small" in ended.finished["error"]["message"]
    assert not any(event.get("phase") == "download" for event in ended.events)
    assert not list(maker.directory.glob("*x.img*"))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "words",
    [
        ("x.img",),
        ("x.img", "--fs", "exfat", "--size", "100MB"),
        ("x.img", "--fs", "squashfs"),
        ("x.tar", "--layout", "iso-root"),
        ("x.iso", "--layout", "iso-root"),
        ("x.img", "--layout", "installed"),
        ("x.tar", "--layout", "installed"),
    ],
)
def test_a_lock_file_gives_the_same_bytes(maker: Maker, words: tuple[str, ...]) -> None:
    """On two computers, whose users are as strict as can be and as loose as usual."""
    name, *more = words
    lock = maker.directory / "satchel.lock"
    images = []
    with maker.online():
        remote = ("--remote", maker.remote)
        satchel("lock", "org.test.Hello", *remote, "-o", lock, home=maker.home)
        for number, umask in enumerate((0o022, 0o077)):
            home = maker.directory / f"computer-{number}"
            home.mkdir()
            before = os.umask(umask)
            try:
                command = ["media", "--image", str(home / name), *more, "--locked", str(lock)]
                satchel(*command, *remote, "--json", home=home)
            finally:
                os.umask(before)
            images.append((home / name).read_bytes())
    assert images[0] == images[1]
