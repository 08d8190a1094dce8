"""Three drives in one run, and one after another."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.processes import Sample
from tests.bench.sides import Bench
from tests.bench.targets import empty
from tests.bench.upstream import Upstream

_DRIVES = 3


def side_by_side(bench: Bench, upstream: Upstream) -> None:
    """On a computer that has kept nothing yet: what the first one fetches the others take."""
    if not bench.satchel:
        return
    first, *others = (bench.base / f"drive-{number}" for number in range(_DRIVES))

    def together() -> Sample:
        for target in others:
            empty(target)
            target.mkdir()
        also = [word for target in others for word in ("--also", str(target))]
        return bench.satchel_make(bench.server.plain, upstream, first, None, *also)

    def in_turn() -> Sample:
        env = bench.satchel_env()
        samples = [
            bench.satchel_make(bench.server.plain, upstream, target, env)
            for target in (first, *others)
        ]
        return Sample(
            sum(sample.seconds for sample in samples), max(sample.peak_mb for sample in samples)
        )

    sides: dict[str, Callable[[], Sample]] = {"one after another": in_turn, "satchel": together}
    bench.take_turns("three drives", sides)
    for target in (first, *others):
        empty(target)
