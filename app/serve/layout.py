"""Writes a generation's directory: configuration, lists and pages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from app.serve.configuration import LISTS, LOG, PAGES
from app.serve.workers import Worker


class Layout(Struct, frozen=True):
    """What is in it.

    Attributes:
        pages: directory → name → bytes.
        lists: directory → path → bytes.
    """

    configuration: str
    pages: Mapping[str, Mapping[str, bytes]]
    lists: Mapping[str, Mapping[str, bytes]]


def lay_out(directory: Path, layout: Layout, worker: Worker | None) -> None:
    """Fill it; ``worker``: who reads it, where that is not us. Raises OSError."""
    (directory / "nginx.conf").write_text(layout.configuration)
    logs = (directory / LOG).parent
    logs.mkdir(mode=0o700)
    for top, contents in ((PAGES, layout.pages), (LISTS, layout.lists)):
        for name, files in contents.items():
            for path, data in files.items():
                file = directory / top / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
    if worker is not None:
        os.chown(logs, worker.uid, worker.gid)
        for top in (PAGES, LISTS):
            for above, _, names in os.walk(directory / top):
                _open_up(above, names)


def _open_up(above: str, names: list[str]) -> None:
    """Whatever the umask is."""
    os.chmod(above, 0o755)
    for name in names:
        os.chmod(os.path.join(above, name), 0o644)
