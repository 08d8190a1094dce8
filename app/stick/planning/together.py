"""What several drives get together, where what more than one of them lacks is downloaded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from app.ostree.kept_once import Once
from app.ostree.pull.cache_keeping import usage
from app.ostree.pull.object_cache import CachePlace
from app.replacing import replace
from app.stick.environment import Environment, free_space
from app.stick.planning.plan import Plan
from app.stick.planning.sizes import Part

_MARGIN = 1_000_000_000
"""Bytes that stay free on this computer's disk."""


class Coming(Struct, frozen=True):
    """What several plans take from the network.

    Attributes:
        download: bytes, each thing once.
        alone: bytes, where each drive downloads for itself.
        exact: of everything that comes it is known what it is; else ``download`` is a guess.
        here: something of it need not be downloaded, since it is on this computer.
    """

    download: int
    alone: int
    exact: bool
    here: bool


def coming_to_all(plans: Iterable[Plan]) -> Coming:
    """For ``plans`` of one moment, each for another drive."""
    estimates = [plan.estimate for plan in plans]
    parts = [part for estimate in estimates for part in estimate.parts]
    # What some drives lack of these is not told by name: it is taken for part of what most lack.
    guessed = {_of(part) for part in parts if part.unnamed}
    most: dict[tuple[str, str], int] = {}
    named: list[Mapping[bytes, int]] = [estimate.loose for estimate in estimates]
    for part in parts:
        if _of(part) in guessed:
            most[_of(part)] = max(part.download, most.get(_of(part), 0))
        else:
            named.append(part.coming)
    return Coming(
        download=sum(_united(named).values()) + sum(most.values()),
        alone=sum(estimate.download for estimate in estimates),
        exact=not guessed and not any(estimate.unsized for estimate in estimates),
        here=any(estimate.local for estimate in estimates),
    )


def comes_once(coming: Coming, environment: Environment) -> bool:
    """Whether the cache has room to keep all of it until the last drive has it. Looks how full it
    and its disk are."""
    return coming.download <= cache_for_all(coming.download, environment).limit


def cache_for_all(needed: int, environment: Environment) -> CachePlace:
    """A cache that holds ``needed`` bytes more than now, if there is room for that on its disk.

    Who did not want so much to be kept gets it back at the end.
    """
    place = environment.object_cache
    if needed + _MARGIN > free_space(place.directory):
        return place
    return replace(place, limit=max(place.limit, usage(place.directory) + needed + _MARGIN))


class OneOfEach:
    """Of plans for several drives, which mostly lack the same, the sizes of that are kept once."""

    def __init__(self, once: Once) -> None:
        """``once``: for the names."""
        self._once = once
        self._known: dict[tuple[str, str], Mapping[bytes, int]] = {}

    def __call__(self, plan: Plan) -> Plan:
        """The same plan."""
        estimate = plan.estimate
        kept = (self._kept(_of(part), part.coming) for part in estimate.parts)
        parts = map(lambda part, coming: replace(part, coming=coming), estimate.parts, kept)
        loose = self._kept(("", ""), estimate.loose)
        return replace(plan, estimate=replace(estimate, parts=tuple(parts), loose=loose))

    def _kept(self, of: tuple[str, str], coming: Mapping[bytes, int]) -> Mapping[bytes, int]:
        if self._known.get(of) != coming:
            self._known[of] = {self._once(key): size for key, size in coming.items()}
        return self._known[of]


def _of(part: Part) -> tuple[str, str]:
    return part.collection, part.ref


def _united(named: Iterable[Mapping[bytes, int]]) -> dict[bytes, int]:
    """Of what one drive has begun with, the others lack all."""
    # Most drives lack the same, of which there is one value then.
    different = {id(each): each for each in named}
    united: dict[bytes, int] = {}
    for each in different.values():
        for key, size in each.items():
            if size > united.get(key, 0):
                united[key] = size
    return united
