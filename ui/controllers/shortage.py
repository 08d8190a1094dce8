"""What a drive that is full lacks, and how much of that others have taken meanwhile."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from msgspec import Struct

from app.drive.space import Quota, measure
from app.progress import CancelToken, Reporter
from app.stick.planning.sizes import Estimate
from ui.controllers.progress import Progress
from ui.tasks.bridge import Work

_LEAST = 1_000_000
_LEAST_SHARE = 50
"""Of what is written: an estimate is no more exact than that."""


class Shortage(Struct, frozen=True):
    """Bytes, each 0 where nothing worth a word is known.

    Attributes:
        others: what somebody else has written since the job was planned.
        lacking: what is still to come and finds no room.
    """

    others: int
    lacking: int


def shortage_of(estimate: Estimate, progress: Progress | None, free: int) -> Shortage:
    """For a job that came as far as ``progress`` until ``free`` bytes were left."""
    share = progress.share or 0.0 if progress is not None else 0.0
    written = max(0, round(estimate.takes * share) - estimate.held)
    others = estimate.space.free + estimate.first - written - free
    worth_it = others >= max(_LEAST, estimate.write // _LEAST_SHARE)
    return Shortage(others if worth_it else 0, max(0, estimate.write - written - free))


def free_at(root: Path, quota: Quota | None) -> Work:
    """Work that tells how many bytes are free there."""
    return partial(_free, root, quota)


def _free(root: Path, quota: Quota | None, _report: Reporter, _cancel: CancelToken) -> int:
    return measure(root, quota).free
