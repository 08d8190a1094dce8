"""ISO 9660 with Rock Ridge, by xorriso: whole names, links, and no directory moved elsewhere.

Joliet is there as well, for systems that know no Rock Ridge: up to 103 letters of a name, of which
objects have 73 at most.
"""

from __future__ import annotations

import time
from pathlib import Path

from app.media.images.making.tools import XORRISO
from app.media.images.making.tree import Tree
from app.media.images.request import ImageRequest
from app.progress import Cancel

TOOLS = (XORRISO,)


def make_iso(tree: Tree, request: ImageRequest, file: Path, cancel: Cancel) -> None:
    """Fill ``file``. Raises DriveError, OSError."""
    moment = time.strftime("%Y%m%d%H%M%S00", time.gmtime(request.when))
    arguments = [
        "-no_rc", "-as", "mkisofs", "-quiet", "-V", request.label.upper(),
        # Owned by root, readable for everybody.
        "-r", "-iso-level", "3", "-J", "-joliet-long",
        f"--modification-date={moment}", "--set_all_file_dates", "set_to_mtime",
        "-o", str(file), str(tree.directory),
    ]  # fmt: skip
    XORRISO.run(arguments, {"SOURCE_DATE_EPOCH": str(request.when)}, cancel)
