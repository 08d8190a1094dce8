"""Names that a file system takes for one."""

from __future__ import annotations

import fcntl
import struct
from pathlib import Path
from typing import Any

import pytest

from app.drive import case_folding
from app.drive.case_folding import find_clash, folds
from app.drive.space import measure
from app.fs.root import Root
from tests.volumes import mounted


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a/b", "a/c", "b/b"], None),
        (["app/Foo/x/1", "app/foo/x/1"], ("Foo", "foo")),
        # One would be found below the other's name.
        (["app/Foo/x/1", "app/foo/x/2"], ("Foo", "foo")),
        (["app/Foo/x/1", "runtime/foo/x/1"], None),
        (["Org.X/a", "org.x/b"], ("Org.X", "org.x")),
        (["app/a/x/Stable", "app/a/x/stable"], ("Stable", "stable")),
        (["app/a/x/1.", "app/a/x/1"], ("1", "1.")),
        (["app/a/x/stra\u00dfe", "app/a/x/STRASSE"], ("STRASSE", "stra\u00dfe")),
        (["app/a/x/\u212a", "app/a/x/k"], ("k", "\u212a")),
        (["app/a/x/\u00e9", "app/a/x/E\u0301"], ("E\u0301", "\u00e9")),
        (["app/a/x/1", "app/a/x/1"], None),
    ],
)
def test_clashes(paths: list[str], names: tuple[str, str] | None) -> None:
    clash = find_clash(paths)
    assert (clash.names if clash is not None else None) == names


@pytest.mark.devices
@pytest.mark.parametrize("kind", ["ext4", "exfat"])
def test_real_file_systems(kind: str, tmp_path: Path) -> None:
    with mounted(kind, tmp_path / "mnt") as mount:
        drive, space = Root(mount), measure(mount)
        assert folds(drive, ".ostree/repo/refs/mirrors", space.file_system) == (kind == "exfat")
        # As far as a name that is there tells, the same.
        (mount / "Name").mkdir()
        assert folds(drive, "Name/not/there", "network") == (kind == "exfat")


def test_a_folding_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ext4 has them where the kernel can; it tells by a flag."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "folding").mkdir()
    marked = (tmp_path / "folding").stat().st_ino

    def ioctl(descriptor: int, request: int, _: Any) -> bytes:
        assert request == case_folding._GET_FLAGS
        inode = Path(f"/proc/self/fd/{descriptor}").stat().st_ino
        return struct.pack("l", 0x80000 | (0x40000000 if inode == marked else 0))

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    assert folds(Root(tmp_path), "folding/to/come", "ext4")
    assert not folds(Root(tmp_path), "plain/to/come", "ext4")
    assert not folds(Root(tmp_path), ".", "ext4")
