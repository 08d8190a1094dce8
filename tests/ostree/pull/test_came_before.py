"""Trees that came before a pull are written by its processes, however many there are."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.fetch import LocalSource
from app.ostree.pull.transfer import Transfer
from app.ostree.tree_keys import KnownTrees
from app.progress import CancelToken
from tests.ostree.pull.target import Target
from tests.ostree.pull.wanted import Wanted

MANY = 12_000
"""More than fit into the sockets on the way there, or what is told of them on the way back."""


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
