"""How large files of an upstream are, without fetching them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence

from app.ostree.pull.fetch import HttpSource, LocalSource, Source
from app.ostree.pull.many_requests import sizes


def ask_sizes(source: Source, paths: Sequence[str]) -> dict[str, int]:
    """Bytes of those of these files of which that can be told. Raises InterruptedByUser."""
    if isinstance(source, HttpSource):
        return sizes(source, paths)
    told = {}
    if isinstance(source, LocalSource):
        for path in paths:
            with contextlib.suppress(OSError):
                told[path] = os.stat(source.root / path).st_size
    return told
