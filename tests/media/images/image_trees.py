"""Trees to make images of."""

from __future__ import annotations

import os
from pathlib import Path

WHEN = 1_700_000_001
LONG = "objects/ab/" + "c" * 62 + ".filez"
DEEP = ".ostree/repo/refs/mirrors/org.example.Stable/app/org.example.App/x86_64/stable"

FILES: dict[str, bytes] = {
    LONG: b"object" * 1000,
    DEEP: b"0" * 64 + b"\n",
    "START HERE.html": "Grüß Gott".encode(),
    "empty": b"",
    "large": bytes(range(256)) * 9000,
    "schön.txt": b"name",
}


def fill(tree: Path, *, links: bool = True, order: int = 1) -> Path:
    """The same whatever umask and ``order`` its names are made in."""
    for path, data in list(FILES.items())[::order]:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    script = tree / "install.sh"
    script.write_bytes(b"#!/bin/sh\n")
    script.chmod(0o755)
    if links:
        (tree / "sideload-repos").symlink_to(".ostree/repo")
    if links:
        # Another name of the same file.
        os.link(tree / "large", tree / "objects/large")
    settle(tree)
    return tree


def settle(tree: Path) -> None:
    for place in sorted([tree, *tree.rglob("*")], reverse=True):
        os.utime(place, (WHEN, WHEN), follow_symlinks=False)


def contents(tree: Path) -> dict[str, bytes | str | None]:
    """Of files their bytes, of links where they point to, of directories nothing."""
    there: dict[str, bytes | str | None] = {}
    for place in sorted(tree.rglob("*")):
        path = str(place.relative_to(tree))
        if path.split("/", maxsplit=1)[0] == "lost+found":
            continue
        if place.is_symlink():
            there[path] = os.readlink(place)
        else:
            there[path] = None if place.is_dir() else place.read_bytes()
    return there
