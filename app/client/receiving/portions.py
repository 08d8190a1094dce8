"""What is installed together: apps with what they need, as much at a time as there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from app.client.receiving.offered import Key
from app.client.receiving.plan import Item, ReceivePlan

AT_ONCE = 1_000_000_000
"""Bytes that are copied before they are installed; one app may have more."""


class Portion(Struct, frozen=True):
    """Something that was asked for, and what of its needs is not there yet.

    Attributes:
        asked: what it is for.
        items: all that is to be copied and installed; ``asked`` too, unless it is there.
    """

    asked: Item
    items: tuple[Item, ...]

    @property
    def size(self) -> int:
        return sum(item.size for item in self.items)

    @property
    def installed_size(self) -> int:
        return sum(item.installed_size for item in self.items)

    @property
    def named(self) -> bool:
        """Whether upstream's lists, as carried, name every commit of it."""
        return all(item.named for item in self.items)


def portions(plan: ReceivePlan) -> tuple[Portion, ...]:
    """In the order of the plan; what several need comes with the first."""
    parts = []
    taken: set[Key] = set()
    for asked in plan.asked:
        if asked.refusal is not None:
            continue
        for key in asked.needs:
            # Sideloaded by itself, so that what needs it can come through a view all the same.
            item = plan.items[key]
            if item.wanted and item.is_lost and key not in taken:
                taken.add(key)
                parts.append(Portion(item, (item,)))
        keys = (*asked.needs, asked.key)
        items = [plan.items[key] for key in keys if plan.items[key].wanted and key not in taken]
        taken.update(item.key for item in items)
        if items:
            parts.append(Portion(asked, tuple(items)))
    for beside in plan.beside:
        # Each by itself: there is nothing that flatpak would find them by.
        for key in beside.needs if beside.wanted else ():
            item = plan.items[key]
            if item.wanted and key not in taken:
                taken.add(key)
                parts.append(Portion(item, (item,)))
    return tuple(parts)


def batches(parts: Sequence[Portion], at_once: int = AT_ONCE) -> Iterator[tuple[Portion, ...]]:
    """Neighbours that are installed together."""
    batch: list[Portion] = []
    for part in parts:
        if batch and sum(each.size for each in batch) + part.size > at_once:
            yield tuple(batch)
            batch = []
        batch.append(part)
    if batch:
        yield tuple(batch)
