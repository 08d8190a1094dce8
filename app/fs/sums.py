"""SHA-256 of files that are too large to be held."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import BinaryIO

_STEP = 1 << 20


def nobody(_size: int) -> None:
    """Is told of bytes and does nothing."""


def file_sum(file: BinaryIO, tell: Callable[[int], None] = nobody) -> str:
    """Of what an open file has from here on, in hexadecimal.

    ``tell`` is told of bytes as they are read. Raises OSError, and what ``tell`` raises.
    """
    digest = sha256()
    while data := file.read(_STEP):
        tell(len(data))
        digest.update(data)
    return digest.hexdigest()


def copy_and_sum(source: BinaryIO, target: BinaryIO, tell: Callable[[int], None] = nobody) -> str:
    """The same of what is copied meanwhile."""
    digest = sha256()
    while data := source.read(_STEP):
        tell(len(data))
        digest.update(data)
        target.write(data)
    return digest.hexdigest()
