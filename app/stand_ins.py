"""Directories that stand for something else for a while: what people named, and should read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct


class Meant(Struct, frozen=True):
    """What a directory stands for: an image that is unpacked there.

    Attributes:
        path: the file that a person named.
        file_system: what it is, as the kernel would call it.
        size: its bytes.
    """

    path: Path
    file_system: str
    size: int


_meant: dict[Path, Meant] = {}


@contextmanager
def standing_in(directory: Path, meant: Meant) -> Iterator[None]:
    """Within the block ``directory`` is called as what is meant."""
    _meant[directory] = meant
    try:
        yield
    finally:
        del _meant[directory]


def meant_by(directory: Path) -> Meant | None:
    """What a directory stands for; None for itself."""
    return _meant.get(directory)


def name_of(path: Path) -> Path:
    """What people call it: what it stands for, also of what is in such a directory."""
    for directory, meant in _meant.items():
        if path.is_relative_to(directory):
            return meant.path / path.relative_to(directory)
    return path
