"""What is closed when a ``with`` block is left."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class Closing:
    """Makes a class with ``close()`` a context manager."""

    __slots__ = ()

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
