"""Everything that can be chosen: the catalogues of all remotes side by side.

What a remote offers without describing it in its catalogue (most extensions, some apps, all where
there is no catalogue) stands behind the rest, by its name; where it is what a search is for, among
the best.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence
from itertools import chain, repeat, zip_longest

from app.errors import SatchelError
from app.flatpak.catalogue.browse import AppFilter, Order
from app.flatpak.catalogue.remote_catalogue import RemoteCatalogue, Row
from app.flatpak.remotes.remote import Remote


def _natural(name: str) -> list[tuple[int, str]]:
    """Numbers by their size."""
    return [(int(part or 0), text) for text, part in re.findall(r"(\D*)(\d{0,18})", name)]


class Selection:
    """What was found, to be read a part at a time. May be used from any thread."""

    def __init__(
        self, catalogues: Sequence[RemoteCatalogue], places: Sequence[tuple[int, int]]
    ) -> None:
        """``places``: (which catalogue, number there)."""
        self._catalogues = catalogues
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def rows(self, start: int, stop: int) -> list[Row]:
        places = self._places[start:stop]
        rows: dict[tuple[int, int], Row] = {}
        for which in {which for which, _ in places}:
            numbers = [number for catalogue, number in places if catalogue == which]
            read = self._catalogues[which].rows(numbers)
            rows |= {(which, number): row for number, row in zip(numbers, read, strict=True)}
        return [rows[place] for place in places]

    def find(self, remote: str, ref: str, most: int) -> int | None:
        """Which of the first ``most`` is that ref of the remote of that name; reads no row."""
        for number, (which, place) in enumerate(self._places[:most]):
            catalogue = self._catalogues[which]
            if catalogue.remote.name == remote and catalogue.ref(place) == ref:
                return number
        return None


class Catalogues:
    """The open catalogues of several remotes.

    Attributes:
        opened: in the order of the remotes.
        failures: remotes that could not be opened, and why.
    """

    def __init__(
        self, opened: Sequence[RemoteCatalogue], failures: Sequence[tuple[Remote, SatchelError]]
    ) -> None:
        self.opened = tuple(opened)
        self.failures = tuple(failures)

    def close(self) -> None:
        for catalogue in self.opened:
            catalogue.close()

    def select(
        self,
        wanted: AppFilter,
        order: Order = Order.BEST,
        remote: str | None = None,
        *,
        undescribed: bool = True,
    ) -> Selection:
        """What is wanted, from all remotes or from the one of that name.

        ``undescribed``: also what no catalogue describes. Of several remotes each gives its best in
        turn; in other orders they are one list.
        """
        described: list[list[tuple[int, int]]] = []
        bare: list[list[tuple[int, int]]] = []
        best_first = bool(wanted.text.strip()) and order is Order.BEST
        for which, catalogue in enumerate(self.opened):
            if remote is None or catalogue.remote.name == remote:
                numbers, others = catalogue.select(wanted, order)
                others = others if undescribed else []
                described.append(list(zip(repeat(which), numbers)))
                if best_first:
                    meant = {number for number in others if catalogue.is_meant(number, wanted.text)}
                    described.append([(which, number) for number in others if number in meant])
                    others = [number for number in others if number not in meant]
                bare.append([(which, number) for number in others])
        described = list(filter(None, described))
        if len(described) < 2:
            first = list(chain.from_iterable(described))
        elif best_first:
            merged = chain.from_iterable(zip_longest(*described))
            first = [place for place in merged if place is not None]
        else:

            def sort_key(place: tuple[int, int]) -> tuple[float, str]:
                return self.opened[place[0]].sort_key(place[1], order)

            first = list(heapq.merge(*described, key=sort_key))
        return Selection(self.opened, [*first, *heapq.merge(*bare, key=self._label)])

    def categories(self, wanted: AppFilter, remote: str | None = None) -> dict[str, int]:
        """How many there are of each category, whichever is chosen; by name."""
        counts: dict[str, int] = {}
        for catalogue in self.opened:
            if remote is None or catalogue.remote.name == remote:
                for name, count in catalogue.categories(wanted).items():
                    counts[name] = counts.get(name, 0) + count
        return dict(sorted(counts.items()))

    def warm_up(self) -> None:
        """So that the first search and `suggestion` take no longer than later ones."""
        for catalogue in self.opened:
            catalogue.warm_up()

    def suggestion(self, wanted: AppFilter, remote: str | None = None) -> str:
        """What may have been meant by a text that nothing is found by, and finds something; else
        empty.
        """
        texts = (
            catalogue.suggestion(wanted)
            for catalogue in self.opened
            if remote is None or catalogue.remote.name == remote
        )
        return next(filter(None, texts), "")

    def drivers(self) -> tuple[str, ...]:
        """Graphics drivers for particular hardware, as `Options.gpus` has them; newest first."""
        drivers = {name for catalogue in self.opened for name in catalogue.drivers()}
        return tuple(sorted(drivers, key=_natural, reverse=True))

    def of(self, remote: str) -> RemoteCatalogue:
        """That of the remote of that name, which has to be among those opened."""
        return next(catalogue for catalogue in self.opened if catalogue.remote.name == remote)

    def find(self, remote: str, ref: str) -> Row | None:
        """The row of a full ref of the remote of that name; None where there is none."""
        for catalogue in self.opened:
            if catalogue.remote.answers_to(remote):
                return catalogue.find(ref)
        return None

    def icons(self, rows: Sequence[Row], size: int) -> dict[tuple[str, str], bytes]:
        """(remote's name, ref) → PNG. For one thread at a time."""
        return {
            (catalogue.remote.name, ref): data
            for catalogue in self.opened
            for ref, data in catalogue.icons(
                [row.component for row in rows if row.remote is catalogue.remote], size
            ).items()
        }

    def _label(self, place: tuple[int, int]) -> str:
        return self.opened[place[0]].label(place[1])
