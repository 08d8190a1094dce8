"""Trees that came before a pull are written by its processes, however many there are."""

from __future__ import annotations

import os
from collections.abc import Container, Sequence
from hashlib import sha256
from pathlib import Path

from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.delivery import Busy
from app.ostree.pull.fetch import LocalSource
from app.ostree.pull.transfer import Transfer
from app.ostree.tree_keys import KnownTrees
from app.progress import CancelToken
from tests.ostree.pull.target import Target

MANY = 12_000
"""More than fit into the sockets on the way there, or what is told of them on the way back."""


class Wanted:
    """What a repository needs, and what it got."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._left = list(keys)
        self.got: dict[bytes, tuple[int, Sequence[bytes]]] = {}

    @property
    def left(self) -> int:
        return len(self._left)

    def to_check(self) -> bytes | None:
        return None

    def checked(self, key: bytes, children: Sequence[bytes] | None) -> None:
        raise AssertionError(key, children)

    def to_fetch(self) -> bytes | None:
        return self._left.pop(0) if self._left else None

    def take(self, some: Container[bytes]) -> list[bytes]:
        taken, self._left = [key for key in self._left if key in some], []
        return taken

    def received(self, count: int) -> None:
        pass

    def arrived(self, key: bytes, size: int, children: Sequence[bytes], _stored: bytes) -> None:
        self.got[key] = size, children

    def busy(self, busy: Busy) -> None:
        raise AssertionError(busy)

    def from_cache(self, objects: int, size: int) -> None:
        raise AssertionError(objects, size)


def test_all_are_written_and_told_with_what_they_refer_to(tmp_path: Path) -> None:
    data = [b"%0200d" % number for number in range(MANY)]
    names = [ObjectName(sha256(each).hexdigest(), ObjectKind.DIRMETA) for each in data]
    came = KnownTrees()
    came.coming.update((name.key, each) for name, each in zip(names, data, strict=True))
    came.below[names[0].key] = (names[1].key,)
    wanted = Wanted([name.key for name in names])
    repository = Target(tmp_path / "repo").repository
    nowhere = LocalSource(tmp_path / "nowhere")
    with Transfer(nowhere, repository, None, came=came) as transfer:
        transfer.begin(wanted, CancelToken())
        transfer.run(wanted, CancelToken())
    assert wanted.got.keys() == came.coming.keys()
    assert wanted.got[names[0].key] == (200, (names[1].key,))
    assert sum(len(files) for _, _, files in os.walk(tmp_path / "repo/objects")) == MANY
