"""ext4, filled by ``mke2fs -d`` as a drive is formatted, and the same bytes every time.

mke2fs copies owners and all times of the tree; those differ from run to run, and are set
afterwards by debugfs. Why: decision D269.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from app.drive.udisks.mkfs_options import mkfs_options
from app.fs.nodes import Node
from app.media.images.making.room import check_room, fitting, rounded
from app.media.images.making.tools import DEBUGFS, MKE2FS, ToolFailedError
from app.media.images.making.tree import Tree, TreeNode
from app.media.images.reading.entry import ImageBytes
from app.media.images.reading.ext4 import open_ext4
from app.media.images.request import ImageRequest
from app.progress import Cancel

TOOLS = (MKE2FS, DEBUGFS)

_BLOCK = 4096
_INODE = 256
_PER_GROUP = 32768
_PER_INODE = 8192
_OWN_INODES = 11
_LEAST = 16 << 20
_DIRECTORY_ROOM = _BLOCK - 12  # the rest is the checksum
_SHORT_LINK = 60
_MANY_BLOCKS = 65536
_TRIES = 6


def make_ext4(tree: Tree, request: ImageRequest, file: Path, cancel: Cancel) -> None:
    """Fill ``file``, which is there and empty. Raises DriveError, OSError."""
    if request.size is not None:
        if _needed_at(tree, request.size) > request.size:
            # Smaller ones need less: what one without a size would be says nothing.
            least = fitting(request.size, lambda size: _needed_at(tree, size))
            check_room(max(least, request.size + 1), request.size)
        _make(tree, request, file, request.size, cancel)
        return
    size = needed(tree)
    # The forecast knows not every detail of how mke2fs lays things out.
    for tries in range(_TRIES):
        try:
            _make(tree, request, file, size, cancel)
            break
        except ToolFailedError as error:
            if tries == _TRIES - 1 or not _is_full(error):
                raise
            size = rounded(size + size // 20)


def needed(tree: Tree) -> int:
    """Bytes of a file system that takes the tree, with a little room."""
    return fitting(_LEAST, lambda size: _needed_at(tree, size))


def own_bytes(size: int, nodes: int) -> int:
    """Bytes that a file system of ``size`` with so many files needs for itself."""
    return _overhead(size, nodes) * _BLOCK


def _needed_at(tree: Tree, size: int) -> int:
    """Bytes that a file system of this size has to have."""
    return (sum(map(_blocks, tree.nodes)) + _overhead(size, len(tree.nodes))) * _BLOCK


def _blocks(node: TreeNode) -> int:
    if node.same_as:
        return 0
    match node.node:
        case Node.DIRECTORY:
            return _directory_blocks(node.children)
        case Node.LINK:
            return 0 if node.size < _SHORT_LINK else 1
    blocks = -(-node.size // _BLOCK)
    # Up to four pieces are told in the inode itself.
    return blocks + (1 if blocks > _MANY_BLOCKS else 0)


def _directory_blocks(names: Iterable[str]) -> int:
    blocks, used = 1, 24  # "." and ".."
    for name in names:
        size = 8 + -(-len(name.encode(errors="surrogateescape")) // 4) * 4
        if used + size > _DIRECTORY_ROOM:
            blocks += 1
            used = 0
        used += size
    return blocks


def _overhead(size: int, nodes: int) -> int:
    """Blocks that are for no file; as ``ext2fs_initialize`` counts."""
    blocks = -(-size // _BLOCK)
    groups = -(-blocks // _PER_GROUP)
    inodes = _inodes(size, nodes)
    per_group = -(-inodes // groups)
    table = -(-per_group * _INODE // _BLOCK) + 1
    descriptors = -(-groups // 64)
    kept_for_growth = min(1024, -(-min(2**32, blocks * 1024) // _PER_GROUP // 64))
    copies = sum(1 for group in range(groups) if _has_copy(group))
    journal = _journal(size) * (1 << 20) // _BLOCK
    return groups * (2 + table) + copies * (1 + descriptors + kept_for_growth) + journal + 64


def _has_copy(group: int) -> bool:
    """Whether the superblock is there again: in groups 0, 1, and powers of 3, 5 and 7."""
    if group < 2:
        return True
    for base in (3, 5, 7):
        power = base
        while power < group:
            power *= base
        if power == group:
            return True
    return False


def _inodes(size: int, nodes: int) -> int:
    return max(size // _PER_INODE, nodes + nodes // 50 + _OWN_INODES + 16)


def _journal(size: int) -> int:
    """MiB: enough for one program that writes, and no more than a fiftieth of a small drive."""
    for limit, journal in ((512 << 20, 4), (2 << 30, 16), (8 << 30, 32)):
        if size < limit:
            return journal
    return 64


def _make(tree: Tree, request: ImageRequest, file: Path, size: int, cancel: Cancel) -> None:
    identity = tree.identity(request.label)
    options = mkfs_options("ext4", request.label, size)
    with open(file, "r+b") as image:
        image.truncate(0)
        image.truncate(size)
    variables = {"E2FSPROGS_FAKE_TIME": str(max(1, request.when)), "MKE2FS_CONFIG": "/dev/null"}
    seed = f"hash_seed={identity},root_owner=0:0,no_copy_xattrs"
    arguments = [
        "-q", "-F", "-t", "ext4", "-L", request.label, "-U", str(identity), "-E", seed,
        *options.arguments, "-I", str(_INODE), "-N", str(_inodes(size, len(tree.nodes))),
        "-J", f"size={_journal(size)}", "-d", str(tree.directory), str(file),
    ]  # fmt: skip
    try:
        MKE2FS.run(arguments, variables, cancel)
    except ToolFailedError as error:
        if request.size is not None and _is_full(error):
            check_room(rounded(size + size // 20), size)
        raise
    _settle(tree, file, variables, cancel)


def _is_full(error: ToolFailedError) -> bool:
    return "Could not allocate" in error.said or "No free space" in error.said


def _settle(tree: Tree, file: Path, variables: Mapping[str, str], cancel: Cancel) -> None:
    """Owners, permissions and times, which mke2fs has taken from whoever made the tree."""
    wanted = {node.path: node for node in tree.nodes}
    kinds = {Node.FILE: 0o100000, Node.DIRECTORY: 0o040000, Node.LINK: 0o120000}
    with tempfile.NamedTemporaryFile("w", suffix=".debugfs") as commands:
        with open(file, "rb") as image:
            bytes_of = ImageBytes(image.fileno(), 0, file.stat().st_size)
            for path, inode in open_ext4(bytes_of).nodes():
                node = wanted.get(path)
                if node is None:
                    continue
                mode = kinds[node.node] | node.mode
                fields = {"mode": f"0{mode:o}", "uid": "0", "gid": "0"}
                times = dict.fromkeys(("atime", "ctime", "mtime"), f"@{max(1, node.seconds)}")
                for field, value in {**fields, **times}.items():
                    commands.write(f"sif <{inode.number}> {field} {value}\n")
        commands.flush()
        DEBUGFS.run(["-w", "-f", commands.name, str(file)], variables, cancel)
