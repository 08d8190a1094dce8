"""The clusters of FAT and exFAT, which a table strings together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from app.media.images.reading.entry import LARGEST_DIRECTORY, ImageBytes, damaged
from app.message import Message


class Clusters(Struct, frozen=True):
    """Those of a file system; whatever makes no sense raises ImageError.

    Attributes:
        heap: where the first of them is, which is number 2.
        size: bytes of one.
        count: how many there are.
        following: of a number the next; None behind the last.
    """

    image: ImageBytes
    heap: int
    size: int
    count: int
    following: Callable[[int], int | None]

    def place(self, cluster: int) -> int:
        if not 2 <= cluster < self.count + 2:
            raise damaged(Message("where a file is makes no sense"))
        return self.heap + (cluster - 2) * self.size

    def directory(self, first: int) -> bytes:
        """As far as they go: of a directory nobody says how large it is."""
        data: list[bytes] = []
        for cluster in self._chain(first):
            data.append(self.image.read(self.place(cluster), self.size))
            if len(data) * self.size > LARGEST_DIRECTORY:
                raise damaged(Message("a directory is too large"))
        return b"".join(data)

    def pieces(self, first: int, size: int) -> Iterator[bytes]:
        """So many bytes of a file."""
        if not size:
            return
        for cluster in self._chain(first):
            step = min(size, self.size)
            yield from self.image.pieces(self.place(cluster), step)
            size -= step
            if not size:
                return
        raise damaged(Message("a file ends before it should"))

    def _chain(self, first: int) -> Iterator[int]:
        """A ring of them is noticed."""
        cluster: int | None = first
        for _ in range(self.count):
            if cluster is None:
                return
            self.place(cluster)
            yield cluster
            cluster = self.following(cluster)
        if cluster is not None:
            raise damaged(Message("where a file is makes no sense"))
