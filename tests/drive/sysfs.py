"""A tree as Linux shows block devices in /sys, with what this computer does not have."""

from __future__ import annotations

from pathlib import Path


class Tree:
    """Directories and attributes as Documentation/ABI/stable/sysfs-block in Linux names them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._count = 0
        (root / "class/block").mkdir(parents=True)

    def disk(self, place: str, *, removable: str = "0", size: int = 2048, **more: str) -> Path:
        """A disk at ``place`` below /sys/devices; ``more`` attributes, "__" in names for "/"."""
        path = self.root / "devices" / place
        self._block(path, size)
        (path / "removable").write_text(f"{removable}\n")
        for name, value in more.items():
            attribute = path / name.replace("__", "/")
            attribute.parent.mkdir(parents=True, exist_ok=True)
            attribute.write_text(f"{value}\n")
        return path

    def part(self, disk: Path, name: str, start: int = 2048) -> Path:
        path = disk / name
        self._block(path, 1024)
        (path / "partition").write_text("1\n")
        (path / "start").write_text(f"{start}\n")
        return path

    def on(self, name: str, *below: Path) -> Path:
        """A device-mapper or RAID device that stands on others."""
        path = self.disk(f"virtual/block/{name}")
        for each in below:
            (path / "slaves" / each.name).symlink_to(each)
            (each / "holders" / name).symlink_to(path)
        return path

    def _block(self, path: Path, size: int) -> None:
        self._count += 1
        for directory in ("slaves", "holders"):
            (path / directory).mkdir(parents=True)
        (path / "dev").write_text(f"8:{self._count}\n")
        (path / "size").write_text(f"{size}\n")
        (path / "ro").write_text("0\n")
        (self.root / "class/block" / path.name).symlink_to(path)
