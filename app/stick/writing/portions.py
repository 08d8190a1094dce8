"""What a job brings, by the app that wants it: bytes as people follow them, and which app it is at.

What several apps need counts for the first of them, as in the estimate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from app.flatpak.refs import is_system
from app.progress import AppPlace, AppProgress, AppsAdvanced, Meter, Phase, Reporter
from app.replacing import replace
from app.stick.planning.plan import Action, CollectionPlan, Item, Plan
from app.stick.planning.sizes import Part

_Key = tuple[str, str]
_APP = "app/"
_RUNTIME = "runtime/"


class Portion(Struct, frozen=True):
    """An app with all that comes along for it; or what comes for no app.

    Attributes:
        ref: of the app, or of what was asked for in place of one, as a runtime or an operating
            system; empty for lists and the like.
        total: bytes that it has on the drive in the end, as stored.
        there: those that are there from the start.
        commits: (collection, commit) of all that belongs to it.
    """

    ref: str
    total: int
    there: int
    commits: frozenset[_Key]


def portions(plan: Plan) -> tuple[Portion, ...]:
    """Those of a plan, in the order in which they come; the lists last."""
    new = [item for item in plan.items if item.action is not Action.KEEP]
    parts = {(part.collection, part.ref): part for part in plan.estimate.parts}
    groups: dict[str, list[Item]] = {item.ref: [] for item in new if _is_app(item)}
    owners = _owners(plan.items, (*groups, *(item.ref for item in plan.items if _is_app(item))))
    for item in new:
        alone = item.ref if item.ref.startswith(_RUNTIME) or is_system(item.ref) else ""
        groups.setdefault(owners.get(item.ref, alone), []).append(item)
    lists = groups.pop("", [])
    metadata = {
        (collection.id, collection.metadata_commit)
        for collection in plan.collections
        if collection.metadata_commit is not None
    }
    rest = _portion("", lists, parts)
    return (
        *(_portion(ref, group, parts) for ref, group in groups.items()),
        replace(rest, commits=rest.commits | metadata),
    )


def _is_app(item: Item) -> bool:
    return item.ref.startswith(_APP)


def _owners(items: Iterable[Item], apps: Iterable[str]) -> dict[str, str]:
    """Ref → the first of ``apps`` that it is for."""
    brought: dict[str, list[str]] = {}
    for item in items:
        for user in item.needed_by:
            brought.setdefault(user, []).append(item.ref)
    owners: dict[str, str] = {}
    for app in apps:
        todo = [app]
        while todo:
            ref = todo.pop()
            if ref in owners or (ref.startswith(_APP) and ref != app):
                continue
            owners[ref] = app
            todo += brought.get(ref, [])
    return owners


def _portion(ref: str, items: Iterable[Item], parts: Mapping[_Key, Part]) -> Portion:
    group = list(items)
    known = [part for item in group if (part := parts.get((item.collection, item.ref)))]
    there = sum(part.there for part in known)
    return Portion(
        ref=ref,
        total=there + sum(part.fetch for part in known),
        there=there,
        commits=frozenset((item.collection, item.commit) for item in group),
    )


class _State(Struct):
    """How far a portion is: bytes that came; the collections that something is still to come of."""

    came: int
    open: set[str]


class PortionMeter(Meter):
    """Counts the download by apps as well."""

    def __init__(self, report: Reporter, plan: Plan) -> None:
        estimate = plan.estimate
        self._portions = portions(plan)
        self._apps = sum(bool(portion.ref) for portion in self._portions)
        self._states = [
            _State(0, {collection for collection, _ in portion.commits})
            for portion in self._portions
        ]
        self._collection = ""
        self._images: dict[str, int] = {}
        self._numbers: Mapping[str, int] = {}
        self._stored = 0
        super().__init__(
            report,
            Phase.DOWNLOAD,
            there=estimate.there,
            total=estimate.total,
            exact=estimate.exact,
            unsized=bool(estimate.unsized),
        )

    def enter(self, collection: CollectionPlan) -> Mapping[str, int]:
        """What comes now; commit → the number of its portion."""
        self._collection = collection.id
        numbers = {
            commit: number
            for number, portion in enumerate(self._portions)
            for place, commit in portion.commits
            if place == collection.id
        }
        self._numbers = numbers
        waiting = {numbers[commit] for commit in collection.commits if commit in numbers}
        for number, state in enumerate(self._states):
            if number not in waiting:
                state.open.discard(collection.id)
        return numbers

    def enter_origin(self, origin: str, commits: Collection[str]) -> None:
        """Images of a registry come now; ``commits``: their digests."""
        self._collection = origin
        self._images = {
            commit: number
            for number, portion in enumerate(self._portions)
            for place, commit in portion.commits
            if place == origin
        }
        waiting = {self._images[commit] for commit in commits if commit in self._images}
        for number, state in enumerate(self._states):
            if number not in waiting:
                state.open.discard(origin)

    def image_is_there(self, commit: str) -> None:
        """All of an image has come."""
        number = self._images.pop(commit, None)
        if number is not None:
            self._states[number].came += max(0, self.bytes - self._stored)
            self._stored = self.bytes
            if number not in self._images.values():
                self._states[number].open.discard(self._collection)

    def commits_came(self, sizes: Mapping[str, int]) -> None:
        """Commits of what was entered last are there: bytes by checksum."""
        for checksum, size in sizes.items():
            self.objects += 1
            self.objects_total += 1
            self.bytes += size
            # That which describes a collection is no portion's.
            number = self._numbers.get(checksum)
            if number is None:
                self._stored += size
            else:
                self.stored(number, size)
        self.tick()

    def stored(self, portion: int, size: int) -> None:
        self._states[portion].came += size
        self._stored += size

    def ended(self, portion: int) -> None:
        self._states[portion].open.discard(self._collection)

    def beside(self, item: Item, size: int) -> None:
        """Bytes have come that belong to an item and are no object."""
        self.bytes += size
        self.stored(self._owner(item), size)
        self.tick()

    def _owner(self, item: Item) -> int:
        key = item.collection, item.commit
        numbers = (n for n, portion in enumerate(self._portions) if key in portion.commits)
        return next(numbers, len(self._portions) - 1)

    def complete(self) -> None:
        for state in self._states:
            state.open.clear()
        super().complete()

    def finish(self) -> None:
        """Report where the phase stands, whatever the time."""
        now = next(
            (number for number, state in enumerate(self._states) if self._collection in state.open),
            None,
        )
        place = now if now is not None and self._portions[now].ref else None
        self.app = (
            AppPlace(self._portions[place].ref, place + 1, self._apps)
            if place is not None
            else None
        )
        flying = max(0, self.bytes - self._stored)
        self._report(
            AppsAdvanced(
                tuple(
                    self._progress(number, flying if number == now else 0)
                    for number, portion in enumerate(self._portions)
                    if portion.ref
                )
            )
        )
        super().finish()

    def _progress(self, number: int, flying: int) -> AppProgress:
        portion, state = self._portions[number], self._states[number]
        saved = not state.open
        done = min(portion.there + state.came + flying, portion.total)
        return AppProgress(portion.ref, portion.total if saved else done, portion.total, saved)
