"""What does not come from a repository: apps as files, and images of container registries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from app.client.receiving.outcome import Received, Result
from app.client.receiving.plan import BundleItem, ImageItem, ReceivePlan, State
from app.client.receiving.refusal import Refusal
from app.flatpak.remotes.installed import InstalledRef


class Tried(Struct, frozen=True):
    """What came of some of it.

    Attributes:
        failed: why, by ref, of what is not installed then.
        bytes: that were copied and checked.
    """

    failed: Mapping[str, Refusal] = field(default_factory=dict)
    bytes: int = 0


def received_beside(
    plan: ReceivePlan, failed: Mapping[str, Refusal], installed: Mapping[str, InstalledRef]
) -> Iterator[Received]:
    """What became of each. ``failed``: why, by ref; ``installed``: what is there now, by ref."""
    for item in plan.beside:
        there = installed.get(str(item.ref))
        if isinstance(item, BundleItem):
            yield _received(item, item.commit, there.commit if there else None, failed)
        else:
            yield _received(item, item.digest, there.image if there else None, failed)


def _received(
    item: BundleItem | ImageItem, checked: str, there: str | None, failed: Mapping[str, Refusal]
) -> Received:
    result = Result.STALE if item.installed is not None else Result.MISSING
    if item.state is State.ELSEWHERE:
        result = Result.ELSEWHERE
    elif item.state is State.THERE:
        result = Result.THERE
    elif item.wanted and there == checked:
        result = Result.UPDATED if item.installed is not None else Result.INSTALLED
    refusal = item.refusal or failed.get(str(item.ref))
    return Received(
        item.source,
        str(item.ref),
        item.name,
        True,
        result,
        there,
        checked,
        refusal if not result.good else None,
    )
