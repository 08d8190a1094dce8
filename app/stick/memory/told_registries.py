"""Which container registries a person was told of: once is enough, a system comes with them."""

from __future__ import annotations

import contextlib
from pathlib import Path

from app.flatpak.remotes.known import Known, registry_notice
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.progress import Notice

FILE = "registries"


def remote_news(known: Known, path: Path) -> tuple[Notice, ...]:
    """What to tell of the remotes: each time what is wrong, once what the system came with.

    ``path``: the file of this computer that says what was told.
    """
    if not known.registries:
        return known.notices
    notice = registry_notice(known.registries)
    told = str(notice.message).encode()
    with contextlib.suppress(OSError):
        if read_bounded(path, len(told)) == told:
            return known.notices
    with contextlib.suppress(OSError):
        path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
        replace_file(path, told)
    return (*known.notices, notice)
