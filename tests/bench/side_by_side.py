"""Three drives in one run, and one after another."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from tests.bench.processes import MB, Sample, say
from tests.bench.sides import Bench
from tests.bench.targets import empty, slowed_folder
from tests.bench.upstream import Upstream

_DRIVES = 3
_RATE = 20 * MB
"""Bytes a second of a cheap stick."""


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


def slow_drives(bench: Bench, upstream: Upstream, work: Path) -> None:
    """Three drives that take no more than a cheap stick does, against one of them."""
    if not bench.satchel:
        return
    with contextlib.ExitStack() as stack:
        size = upstream.bytes() * 2 / 1e9 + 1
        folders = [stack.enter_context(slowed_folder(work, size, _RATE)) for _ in range(_DRIVES)]
        slow = [folder for folder in folders if folder is not None]
        if len(slow) < _DRIVES:
            say("  slow drives: nothing here slows a device down")
            return
        first, *others = (folder / "drive" for folder in slow)

        def one() -> Sample:
            return bench.satchel_make(bench.server.plain, upstream, first)

        def three() -> Sample:
            for target in others:
                empty(target)
                target.mkdir()
            also = [word for target in others for word in ("--also", str(target))]
            return bench.satchel_make(bench.server.plain, upstream, first, None, *also)

        bench.take_turns("slow drives", {"one drive": one, "satchel": three})
