"""A repository to pull into, and what is looked at there."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from app.fs.nodes import Aside
from app.fs.root import Root
from app.ostree.object_check import check_object
from app.ostree.objects import ObjectName
from app.ostree.pull.delivery import PullResult
from app.ostree.pull.fetch import HttpSource, KeptSource, LocalSource, Network, open_source
from app.ostree.pull.near_objects import NearPlace
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.pulling import pull
from app.ostree.repository import Repository
from app.ostree.stored_sums import SumsTaken
from app.ostree.tree_keys import KnownTrees
from app.progress import CancelToken, Event, Meter, Phase
from app.replacing import replace as change
from tests.ostree.conftest import Made

QUICK = Network(first_pause=0.001)
IMPATIENT = change(QUICK, stall_timeout=1)
"""Where it is waited for that a server is given up: a busy machine may look like one that hangs."""


class Target:
    """An empty repository, and pulls into it."""

    def __init__(self, path: Path) -> None:
        self.repository = Repository.create(
            Root(path.parent, aside=Aside("aside")).below(path.name)
        )
        self.events: list[Event] = []
        self.cancel = CancelToken()

    def pull(
        self,
        made: Made,
        url: str,
        *,
        network: Network = QUICK,
        distrust: bool = False,
        report: Callable[[Event], None] | None = None,
        cache: CachePlace | None = None,
        sums: SumsTaken | None = None,
        known: KnownTrees | None = None,
    ) -> PullResult:
        meter = Meter(report or self.events.append, Phase.DOWNLOAD)
        source = open_source(url, network, self.cancel)
        return self.pull_from(
            source, made, meter, distrust=distrust, cache=cache, sums=sums, known=known
        )

    def pull_from(
        self,
        source: HttpSource | LocalSource | KeptSource,
        made: Made,
        meter: Meter | None = None,
        *,
        distrust: bool = False,
        cache: CachePlace | None = None,
        sums: SumsTaken | None = None,
        near: Sequence[NearPlace] = (),
        known: KnownTrees | None = None,
    ) -> PullResult:
        return pull(
            self.repository,
            source,
            [(made.commit, made.commit_bytes)],
            meter or Meter(self.events.append, Phase.DOWNLOAD),
            self.cancel,
            distrust=distrust,
            cache=cache,
            sums=sums,
            near=near,
            known=known,
        )

    def wrong(self) -> list[str]:
        """Objects whose content is not what their name says."""
        bad = []
        for path in (self.repository.path / "objects").glob("??/*"):
            name = ObjectName.from_path(path.parent.name, path.name)
            assert name is not None, path
            try:
                check_object(name, path.read_bytes())
            except ValueError:
                bad.append(str(name))
        return bad

    def same_as(self, made: Made) -> bool:
        ours = {path.relative_to(self.repository.path) for path in self._objects()}
        theirs = {Path("objects") / name.path for name in made.objects()}
        same = all(
            (self.repository.path / p).read_bytes() == (made.path / p).read_bytes()
            for p in ours & theirs
        )
        return ours == theirs and same

    def _objects(self) -> list[Path]:
        return list((self.repository.path / "objects").glob("??/*"))

    def leftovers(self) -> list[str]:
        return os.listdir(self.repository.path / "tmp")


def url_path(name: ObjectName) -> str:
    return f"/objects/{name.path}"


def a_file(tree: Path) -> None:
    (tree / "a").write_bytes(bytes(10))
