"""Everything that can be chosen: the catalogues of all remotes side by side.

What a remote offers without describing it in its catalogue (most extensions, some apps, all where
there is no catalogue) stands behind the rest, by its name; where it is what a search is for, among
the best.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, zip_longest

from app.errors import SatchelError, UpstreamError
from app.flatpak.catalogue.app_info import About, about
from app.flatpak.catalogue.appstream import Component
from app.flatpak.catalogue.browse import Browser, Order, Sort, Wanted
from app.flatpak.catalogue.database import Catalogue
from app.flatpak.catalogue.icons import Icons
from app.flatpak.catalogue.source import (
    CatalogueError,
    NoCatalogueError,
    UntrustedCatalogueError,
    load_catalogue,
)
from app.flatpak.refs import Ref
from app.flatpak.related import ALWAYS_ACTIVE_GL
from app.flatpak.remotes.known import Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.flatpak.upstream.upstream import Upstream
from app.progress import Advanced, Reporter

PHASE = "catalogue"
_DRIVERS = ".GL."
_PARALLEL = 4


@dataclass(frozen=True, slots=True)
class Row:
    """Something that can be chosen.

    Attributes:
        remote: where it comes from.
        ended: it gets no more updates.
    """

    remote: Remote
    component: Component
    ended: bool

    @property
    def ref(self) -> str:
        return self.component.ref


class Shelf:
    """One remote's part of the shop.

    Attributes:
        stale: why it could not be fetched now and is as it was the last time; else None.
        carried: whether its apps can be put on a drive.
        undescribed: why its catalogue cannot be used though it publishes one; else None.
        made: when upstream made it, seconds since 1970, or None.
    """

    def __init__(
        self,
        upstream: Upstream,
        catalogue: Catalogue | None,
        arch: str,
        languages: Sequence[str],
        now: float,
        stale: SatchelError | None,
        undescribed: SatchelError | None,
    ) -> None:
        self.remote = upstream.remote
        self.made = upstream.snapshot.made
        self.carried = bool(upstream.snapshot.collection)
        self.stale = stale
        self.undescribed = undescribed
        self._upstream = upstream
        self._arch = arch
        self._languages = tuple(languages)
        self._today = datetime.fromtimestamp(now, UTC).date()
        self._icons = Icons(upstream, arch)
        table = upstream.table(arch)
        refs = [ref for ref in table.refs() if ref.arch == arch]
        self._ended = table.ended(map(str, refs))
        self._browser: Browser | None = None
        self._labels: dict[int, str] = {}
        described: set[str] = set()
        if catalogue is not None:
            self._browser = Browser(catalogue, languages, self._today, self._ended, table.hides)
            self._labels = catalogue.labels(languages)
            described = {one.ref for one in catalogue.outlines()}
        self._bare = [ref for ref in refs if str(ref) not in described]

    def close(self) -> None:
        if self._browser is not None:
            self._browser.catalogue.close()

    def select(self, wanted: Wanted, order: Order) -> tuple[list[int], list[int]]:
        """The numbers of what the catalogue describes, and of what it does not; for `rows`."""
        described = self._browser.select(wanted, order) if self._browser is not None else []
        return described, [-1 - n for n, ref in enumerate(self._bare) if self._fits(ref, wanted)]

    def is_meant(self, number: int, text: str) -> bool:
        """Whether what no catalogue describes is what a person searches for by its very name."""
        id, sought = self._bare[-1 - number].id.lower(), text.strip().lower()
        return id == sought or id.rpartition(".")[2].startswith(sought)

    def label(self, number: int) -> str:
        """What a row is sorted by."""
        return self._bare[-1 - number].id.lower() if number < 0 else self._labels.get(number, "")

    def categories(self, wanted: Wanted) -> dict[str, int]:
        return self._browser.categories(wanted) if self._browser is not None else {}

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Those rows, in that order."""
        described = [number for number in numbers if number >= 0]
        found: dict[int, Component] = {}
        if described and self._browser is not None:
            found = dict(zip(described, self._browser.rows(described), strict=True))
        return [
            self._row(found[number] if number >= 0 else _bare(self._bare[-1 - number]))
            for number in numbers
        ]

    def find(self, ref: str) -> Row | None:
        """The row of a full ref; None if this remote has none."""
        component = None
        if self._browser is not None:
            component = self._browser.catalogue.get(ref)
        if component is None:
            bare = next((one for one in self._bare if str(one) == ref), None)
            component = _bare(bare) if bare is not None else None
        return self._row(component) if component is not None else None

    def drivers(self) -> Iterator[str]:
        """Names of graphics drivers that do not come along by themselves."""
        for ref in self._bare:
            base, found, driver = ref.id.partition(_DRIVERS)
            if found and "." not in driver and driver not in ALWAYS_ACTIVE_GL and base:
                yield driver

    def icons(self, components: Sequence[Component], size: int) -> dict[str, bytes]:
        """Ref → PNG. For one thread at a time."""
        return self._icons.get(components, size)

    def about(self, ref: str) -> About:
        """All that is known about a full ref. Raises UpstreamError."""
        catalogue = self._browser.catalogue if self._browser is not None else None
        return about(self._upstream, catalogue, Ref.parse(ref), self._languages)

    def _row(self, component: Component) -> Row:
        end = component.end_of_life
        ended = component.ref in self._ended or (end is not None and end <= self._today)
        return Row(self.remote, component, ended)

    def _fits(self, ref: Ref, wanted: Wanted) -> bool:
        name = str(ref)
        # Kind, architecture and branch are everybody's: only a ref is searched for by them.
        searched = name.lower() if "/" in wanted.text else ref.id.lower()
        return (
            (ref.kind == "app") == (wanted.sort is Sort.APPS)
            # Nobody knows these about it.
            and not (wanted.category or wanted.free or wanted.verified)
            and not (wanted.supported and name in self._ended)
            and (wanted.refs is None or name in wanted.refs)
            and all(word in searched for word in wanted.text.lower().split())
        )


def _natural(name: str) -> list[tuple[int, str]]:
    """Numbers by their size."""
    return [(int(part or 0), text) for text, part in re.findall(r"(\D*)(\d{0,18})", name)]


def _bare(ref: Ref) -> Component:
    return Component(id=ref.id, ref=str(ref))


class Selection:
    """What was found, to be read a part at a time. May be used from any thread."""

    def __init__(self, shelves: Sequence[Shelf], places: Sequence[tuple[int, int]]) -> None:
        """``places``: (which shelf, number there)."""
        self._shelves = shelves
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def rows(self, start: int, stop: int) -> list[Row]:
        places = self._places[start:stop]
        found: dict[tuple[int, int], Row] = {}
        for which in {which for which, _ in places}:
            numbers = [number for shelf, number in places if shelf == which]
            rows = self._shelves[which].rows(numbers)
            found |= {(which, number): row for number, row in zip(numbers, rows, strict=True)}
        return [found[place] for place in places]


class Shop:
    """The open catalogues.

    Attributes:
        shelves: in the order of the remotes.
        failures: remotes that could not be opened, and why.
    """

    def __init__(
        self, shelves: Sequence[Shelf], failures: Sequence[tuple[Remote, SatchelError]]
    ) -> None:
        self.shelves = tuple(shelves)
        self.failures = tuple(failures)

    def close(self) -> None:
        for shelf in self.shelves:
            shelf.close()

    def select(
        self,
        wanted: Wanted,
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
        for which, shelf in enumerate(self.shelves):
            if remote is None or shelf.remote.name == remote:
                some, others = shelf.select(wanted, order)
                others = others if undescribed else []
                described.append([(which, number) for number in some])
                if best_first:
                    meant = {one for one in others if shelf.is_meant(one, wanted.text)}
                    described.append([(which, one) for one in others if one in meant])
                    others = [one for one in others if one not in meant]
                bare.append([(which, number) for number in others])
        if best_first:
            merged = chain.from_iterable(zip_longest(*described))
            first = [place for place in merged if place is not None]
        else:
            first = list(heapq.merge(*described, key=self._label))
        return Selection(self.shelves, [*first, *heapq.merge(*bare, key=self._label)])

    def categories(self, wanted: Wanted, remote: str | None = None) -> dict[str, int]:
        """How many there are of each category, whichever is chosen; by name."""
        found: dict[str, int] = {}
        for shelf in self.shelves:
            if remote is None or shelf.remote.name == remote:
                for name, count in shelf.categories(wanted).items():
                    found[name] = found.get(name, 0) + count
        return dict(sorted(found.items()))

    def drivers(self) -> tuple[str, ...]:
        """Graphics drivers for particular hardware, as `Options.gpus` has them; newest first."""
        found = {name for shelf in self.shelves for name in shelf.drivers()}
        return tuple(sorted(found, key=_natural, reverse=True))

    def shelf(self, remote: str) -> Shelf:
        return next(one for one in self.shelves if one.remote.name == remote)

    def find(self, remote: str, ref: str) -> Row | None:
        """The row of a full ref of the remote of that name; None where there is none."""
        for shelf in self.shelves:
            if shelf.remote.answers_to(remote):
                return shelf.find(ref)
        return None

    def icons(self, rows: Sequence[Row], size: int) -> dict[tuple[str, str], bytes]:
        """(remote's name, ref) → PNG. For one thread at a time."""
        return {
            (shelf.remote.name, ref): data
            for shelf in self.shelves
            for ref, data in shelf.icons(
                [row.component for row in rows if row.remote is shelf.remote], size
            ).items()
        }

    def _label(self, place: tuple[int, int]) -> str:
        return self.shelves[place[0]].label(place[1])


def open_shop(
    remotes: Sequence[Remote],
    opener: UpstreamOpener,
    arch: str,
    languages: Sequence[str],
    now: float,
    report: Reporter,
) -> Shop:
    """Open all listed remotes side by side; the caller closes it.

    One that does not answer is as it was the last time, if it ever was. ``languages`` are the
    person's, best first, ``now`` seconds since 1970. ``opener.cancel`` is asked as long as the
    shop is used. Raises InterruptedByUser; what else goes wrong is among the failures.
    """
    listed = [remote for remote in remotes if remote.listed]
    opening = _Opening(opener, arch, tuple(languages), now)
    shelves: list[Shelf] = []
    failures: list[tuple[Remote, SatchelError]] = []
    report(Advanced(PHASE, 0, len(listed), 0, 0))
    try:
        for done, (remote, shelf) in enumerate(opening.open_all(listed), 1):
            opener.cancel.check()
            if isinstance(shelf, SatchelError):
                failures.append((remote, shelf))
            else:
                shelves.append(shelf)
            report(Advanced(PHASE, done, len(listed), 0, 0))
    except BaseException:
        Shop(shelves, ()).close()
        raise
    return Shop(shelves, failures)


@dataclass(frozen=True, slots=True)
class _Opening:
    opener: UpstreamOpener
    arch: str
    languages: tuple[str, ...]
    now: float

    def open_all(self, remotes: Sequence[Remote]) -> Iterator[tuple[Remote, Shelf | SatchelError]]:
        if not remotes:
            return
        with ThreadPoolExecutor(min(_PARALLEL, len(remotes))) as pool:
            yield from zip(remotes, pool.map(self._attempt, remotes), strict=True)

    def _attempt(self, remote: Remote) -> Shelf | SatchelError:
        try:
            return self._open(remote)
        except UpstreamError as error:
            with suppress(SatchelError):
                return self._open(remote, stale=error)
            with suppress(SatchelError):
                return self._open(remote, undescribed=error)
            return error
        except SatchelError as error:
            return error

    def _open(
        self,
        remote: Remote,
        *,
        stale: SatchelError | None = None,
        undescribed: SatchelError | None = None,
    ) -> Shelf:
        """One remote; as it was the last time if it is ``stale``; without its catalogue if that is
        known already to be of no use.
        """
        upstream = self.opener.open(remote, offline=stale is not None)
        try:
            catalogue = None
            if undescribed is None:
                try:
                    catalogue = load_catalogue(upstream, self.arch, self.opener.cache)
                except NoCatalogueError:
                    pass
                except (CatalogueError, UntrustedCatalogueError) as error:
                    # What there is to choose stands in the summary, which is signed by itself.
                    undescribed = error
            return Shelf(
                upstream, catalogue, self.arch, self.languages, self.now, stale, undescribed
            )
        finally:
            # Signatures are not asked about again; what is named by its checksum may still be.
            upstream.close()
