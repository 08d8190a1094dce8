"""What is to be served, and what of it nginx is told: places, lists, files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from app.serve.announcing.repository import Announced
from app.serve.configuration import Place, is_safe
from app.serve.snapshot import ServedOrigin, Snapshot
from app.serve.sticks import HandedFile, ServedStick
from app.serve.supplying import Supplier
from app.serve.workers import Worker

_FIRST = 0
"""The number of the collection that is at the top of the address as well."""

Lists = Mapping[str, Mapping[str, bytes]]
"""Address → path → bytes."""


class Served(Struct, frozen=True):
    """What is to be served.

    Attributes:
        announced: collections by their numbers.
        waiting: origins of sticks that were pulled out.
        names: of all origins that ever had one.
        worker: who reads, where that is not us.
        supplier: what comes from elsewhere; None: nothing does.
    """

    snapshot: Snapshot
    announced: Sequence[Announced]
    waiting: frozenset[str]
    names: Mapping[str, str]
    worker: Worker | None
    supplier: Supplier | None = None


_READING_SECONDS = 600.0
"""So long after lists were exchanged somebody may be at those of before."""


class LaterParts:
    """The parts of lists that are served no more, and that somebody may still ask for.

    Lists may change several times in a minute: an upstream comes and goes, sticks are plugged in.
    """

    def __init__(self) -> None:
        self._now: Lists = {}
        self._left: dict[tuple[str, str], tuple[float, bytes]] = {}

    def serve(self, parts: Lists) -> None:
        """``parts``: origin's name → those that are served from now on."""
        end = time.monotonic() + _READING_SECONDS
        self._left |= {
            (name, path): (end, data)
            for name, files in self._now.items()
            for path, data in files.items()
        }
        self._now = parts

    def of_before(self) -> Lists:
        """Those to be served beside the next lists."""
        now = time.monotonic()
        self._left = {key: part for key, part in self._left.items() if part[0] > now}
        lists: dict[str, dict[str, bytes]] = {}
        for (name, path), (_, data) in self._left.items():
            lists.setdefault(name, {})[path] = data
        for name, files in self._now.items():
            lists[name] = {**lists.get(name, {}), **files}
        return lists


def by_descriptor(number: int) -> str:
    """The path of a directory that the web server has inherited."""
    return f"/proc/self/fd/{number}"


def whether_changed(snapshot: Snapshot) -> Callable[[str], bool]:
    """Whether any stick of an origin is not as it was when it was judged."""
    sticks = {each.remote.origin: each.sticks for each in snapshot.origins}
    return lambda origin: any(not stick.is_as_it_was for stick in sticks.get(origin, ()))


def handed_files(snapshot: Snapshot) -> dict[HandedFile, ServedStick]:
    """With the stick that each is on; of several at one address the first."""
    files: dict[str, tuple[HandedFile, ServedStick]] = {}
    for stick in snapshot.sticks:
        for file in stick.files:
            if is_safe(file.address):
                files.setdefault(file.address, (file, stick))
    return dict(files.values())


def lists_of(served: Served, before: Lists) -> Lists:
    """``before``: the parts of lists that somebody may have got just before they were exchanged."""
    lists = {
        each.remote.name: {**before.get(each.remote.name, {}), **each.view.files}
        for each in served.snapshot.origins
    }
    return lists | {str(each.index): dict(each.files()) for each in served.announced}


def places_of(served: Served, kept: Mapping[str, str], before: Lists) -> Iterator[Place]:
    by_origin = {each.remote.origin: each for each in served.snapshot.origins}
    for origin in by_origin.values():
        name = origin.remote.name
        files = tuple({**before.get(name, {}), **origin.view.files})
        yield Place(name, name, files, _objects(origin, kept), name, instead=_instead(origin, kept))
    for each in served.announced:
        announced = by_origin[each.collection]
        number = str(each.index)
        files = ("config", "summary")
        for path in (number, "") if each.index == _FIRST else (number,):
            label = announced.remote.name
            objects, instead = _objects(announced, kept), _instead(announced, kept)
            yield Place(path, number, files, objects, label, refs=True, instead=instead)


def _instead(origin: ServedOrigin, kept: Mapping[str, str]) -> dict[str, list[str]]:
    """Object that is damaged on some stick → where else it is."""
    return {path: _objects(origin, kept, path) for stick in origin.sticks for path in stick.spoilt}


def _objects(origin: ServedOrigin, kept: Mapping[str, str], path: str = "") -> list[str]:
    """Where its objects are; or ``path``, which is damaged on some sticks."""
    right = (stick for stick in origin.sticks if path not in stick.spoilt)
    places = [by_descriptor(stick.repository) for stick in right]
    own = kept.get(origin.remote.origin)
    return [*places, own] if own is not None else places
