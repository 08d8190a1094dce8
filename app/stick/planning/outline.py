"""A plan as people read it: what was chosen, and below it what comes along for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from app.message import Message
from app.stick.planning.plan import Action, Item


class Branch(Struct, frozen=True):
    """An item and what it needs.

    Attributes:
        reason: why it comes along, there where it stands.
        needs: empty for an item that stands elsewhere with them.
        again: it stands elsewhere already, because more than one thing needs it; counted there.
    """

    item: Item
    reason: Message
    needs: tuple[Branch, ...] = ()
    again: bool = False


class Outline(Struct, frozen=True):
    """Every item of a plan once, and ``again`` wherever else it is needed.

    Attributes:
        chosen: what was chosen and will be written.
        beside: what is written as well, for no single one of these.
        kept: what is on the drive, stays as it is, and is needed by nothing above.
    """

    chosen: tuple[Branch, ...]
    beside: tuple[Branch, ...]
    kept: tuple[Branch, ...]


def outline(items: Iterable[Item]) -> Outline:
    """The outline of a plan's items; each part sorted by name."""
    ordered = sorted(items, key=lambda item: (item.ref, item.collection))
    needs: dict[str, list[Item]] = {}
    for item in ordered:
        for needed_by in item.needed_by:
            needs.setdefault(needed_by, []).append(item)
    placed: set[tuple[str, str]] = set()

    def branch(item: Item, above: str = "") -> Branch:
        key = item.collection, item.ref
        reason = item.reason_for(above)
        if key in placed:
            return Branch(item, reason, again=True)
        placed.add(key)
        needed = (each for each in needs.get(item.ref, ()) if not each.chosen)
        return Branch(item, reason, tuple(branch(each, item.ref) for each in needed))

    def rest(*, written: bool) -> tuple[Branch, ...]:
        """What has no place yet: first what heads a branch, then what only others of it need."""
        left = [item for item in ordered if (item.action is not Action.KEEP) == written]
        heads = [item for item in left if not item.needed_by or item.chosen]
        return tuple(
            branch(item) for item in (*heads, *left) if (item.collection, item.ref) not in placed
        )

    chosen = tuple(
        branch(item) for item in ordered if item.chosen and item.action is not Action.KEEP
    )
    return Outline(chosen, rest(written=True), rest(written=False))


def flat(branches: Sequence[Branch], depth: int = 0) -> Iterable[tuple[int, Branch]]:
    """Every branch with how deep it stands, from the top."""
    for branch in branches:
        yield depth, branch
        yield from flat(branch.needs, depth + 1)
