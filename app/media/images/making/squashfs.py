"""squashfs: small, read only, and what live systems are made of.

Contents are stored as they are: objects are compressed already. Names and inodes are compressed by
zlib, which every kernel with squashfs reads.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.fs.nodes import Node
from app.media.images.making.tools import MKSQUASHFS
from app.media.images.making.tree import Tree
from app.media.images.request import ImageRequest
from app.progress import Cancel

TOOLS = (MKSQUASHFS,)


def make_squashfs(tree: Tree, request: ImageRequest, file: Path, cancel: Cancel) -> None:
    """Fill ``file``. Raises DriveError, OSError."""
    with tempfile.NamedTemporaryFile("w", suffix=".modes") as modes:
        modes.writelines(_other_modes(tree))
        modes.flush()
        arguments = [
            str(tree.directory), str(file), "-noappend", "-no-progress", "-quiet",
            "-comp", "gzip", "-noD", "-noF", "-no-xattrs", "-all-root",
            "-mkfs-time", str(request.when), "-pf", modes.name,
            "-root-mode", f"{tree.nodes[0].mode:o}",
        ]  # fmt: skip
        MKSQUASHFS.run(arguments, {}, cancel)


def _other_modes(tree: Tree) -> Iterator[str]:
    """A line for what has other permissions than it should have in the image."""
    for node in tree.nodes:
        if node.node is Node.LINK or not node.path:
            continue
        there = os.lstat(os.path.join(tree.directory, node.path)).st_mode
        if stat.S_IMODE(there) != node.mode:
            path = "".join(f"\\{letter}" if letter in '\\" ' else letter for letter in node.path)
            yield f"{path} m {node.mode:o} 0 0\n"
