"""SHA-256 of files that are too large to be held.

How large a file is, somebody says before; it may have grown since, and on a stranger's drive it may
never end. No more is read than that, and of a file with more the sum is empty: it is nobody's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import BinaryIO

_STEP = 1 << 20


def nobody(_size: int) -> None:
    """Is told of bytes and does nothing."""


def file_sum(file: BinaryIO, size: int, tell: Callable[[int], None] = nobody) -> str:
    """Of what an open file has from here on, ``size`` bytes, in hexadecimal.

    ``tell`` is told of bytes as they are read. Raises OSError, and what ``tell`` raises.
    """
    digest = sha256()
    for data in _pieces(file, size):
        tell(len(data))
        digest.update(data)
    return "" if file.read(1) else digest.hexdigest()


def copy_and_sum(
    source: BinaryIO, target: BinaryIO, size: int, tell: Callable[[int], None] = nobody
) -> str:
    """The same of what is copied meanwhile."""
    digest = sha256()
    for data in _pieces(source, size):
        tell(len(data))
        digest.update(data)
        target.write(data)
    return "" if source.read(1) else digest.hexdigest()


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (data := file.read(min(size, _STEP))):
        size -= len(data)
        yield data
