"""Looking through a catalogue: filtered, sorted, counted; rows are read when they are shown.

Filters and orders work on outlines in memory: of 5,000 apps in a few milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import chain
from math import inf

from msgspec import Struct

from app.flatpak.catalogue.app_facts import AppFacts, Coverage, Internet, coverage
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.database import AppOutline, Catalogue
from app.replacing import replace


class Order(StrEnum):
    """How a selection is sorted. A search is best first unless something else is wanted."""

    BEST = "best"
    NAME = "name"
    SIZE = "size"
    """The smallest first."""
    NEWEST = "newest"


class Sort(StrEnum):
    """What kinds of refs there are to look at."""

    APPS = "apps"
    OTHERS = "others"


class AppFilter(Struct, frozen=True):
    """What to show.

    Attributes:
        text: as for `Catalogue.search`; empty for everything.
        category: as AppStream names it, such as Education; empty for all.
        free: only under a free licence.
        verified: only what upstream has checked to come from its developers.
        supported: nothing at its end of life.
        refs: only these, such as those on the stick; None for all.
        sort: apps, or runtimes and extensions.
        offline: only what works without internet and can go on a drive.
        language: only what comes in it, such as de_AT; empty for all.
        largest: only what is no larger to download, in bytes; 0 for all.
        folded: without translations and the like, which come with what they belong to.
    """

    text: str = ""
    category: str = ""
    free: bool = False
    verified: bool = False
    supported: bool = False
    refs: Set[str] | None = None
    sort: Sort = Sort.APPS
    offline: bool = False
    language: str = ""
    largest: int = 0
    folded: bool = False

    @property
    def narrows(self) -> bool:
        """Whether anything but text and sort is asked of what a catalogue describes."""
        return self != AppFilter(text=self.text, sort=self.sort, folded=self.folded)

    @property
    def asks_for_facts(self) -> bool:
        """Whether something is asked that only the source's list of refs tells."""
        return self.offline or self.largest > 0

    def suits(self, facts: AppFacts) -> bool:
        """Whether it is what is asked for, as far as the facts are concerned."""
        fits = not self.largest or 0 < facts.download_size <= self.largest
        offline = facts.internet is Internet.OFFLINE and facts.hindrance is None
        return fits and (offline or not self.offline)


class Browser:
    """A catalogue as a person looks through it. May be used from several threads.

    Attributes:
        refs: all that the catalogue describes.
        labels: number → name to sort by.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        languages: Sequence[str],
        today: date,
        ended: Set[str] = frozenset(),
        hides: Callable[[str], bool] = lambda _: False,
        facts: Callable[[str, Collection[str]], AppFacts] = lambda *_: AppFacts(),
    ) -> None:
        """``ended``: refs at their end of life, as the summary knows them.

        ``hides``: whether a ref is not to be seen though the catalogue describes it. ``facts``: of
        a ref of these categories.
        """
        self.catalogue = catalogue
        self._languages = tuple(languages)
        self._today = today.isoformat()
        self._ended = ended
        self._facts = facts
        # What is shown and what is counted is mostly the same question.
        self._last: tuple[tuple[AppFilter, Order], list[int]] | None = None
        # A ref may have several components: the first is what it is about.
        first: dict[str, AppOutline] = {}
        # Number of any component → that of what its ref is about.
        self._about: dict[int, int] = {}
        for outline in catalogue.outlines():
            self._about[outline.number] = first.setdefault(outline.ref, outline).number
        self.refs: Set[str] = first.keys()
        self._outlines = {
            outline.number: outline for outline in first.values() if not hides(outline.ref)
        }
        self.labels: Mapping[int, str] = catalogue.labels(languages)
        by_name = sorted(self._outlines, key=lambda number: (self.labels.get(number, ""), number))
        # In the order of their names; as dictionaries, in which numbers are found at once.
        self._by_name: dict[Sort, dict[int, None]] = {sort: {} for sort in Sort}
        for number in by_name:
            is_app = self._outlines[number].ref.startswith("app/")
            self._by_name[Sort.APPS if is_app else Sort.OTHERS][number] = None

    def select(self, wanted: AppFilter, order: Order = Order.BEST) -> list[int]:
        """The numbers of what is wanted, for `rows`."""
        last = self._last
        if last is not None and last[0] == (wanted, order):
            return last[1]
        numbers = self._select(wanted, order)
        self._last = (wanted, order), numbers
        return numbers

    def _select(self, wanted: AppFilter, order: Order) -> list[int]:
        by_name = self._by_name[wanted.sort]
        if not wanted.text.strip():
            numbers = list(by_name)
        else:
            matching = self.catalogue.matching(wanted.text, self._languages)
            # A part of an app that is found by its own name is chosen with the app.
            meant = dict.fromkeys(map(self._about.__getitem__, matching))
            first, second = (meant, by_name) if order is Order.BEST else (by_name, meant)
            numbers = list(filter(second.__contains__, first))
        if wanted.narrows:
            outlines = self._outlines
            numbers = [number for number in numbers if self._fits(outlines[number], wanted)]
        if order in {Order.NEWEST, Order.SIZE}:
            numbers.sort(key=lambda number: self.sort_key(number, order))
        return numbers

    def sort_key(self, number: int, order: Order) -> float:
        """What comes first has the smaller one; what is not known comes last."""
        outline = self._outlines[number]
        if order is Order.NEWEST:
            return -date.fromisoformat(outline.released).toordinal() if outline.released else 0.0
        return self._facts(outline.ref, outline.categories).download_size or inf

    def ref(self, number: int) -> str:
        """Of one in a selection."""
        return self._outlines[number].ref

    @cached_property
    def verifies(self) -> bool:
        """Whether anybody is verified here, so that those who are not are worth a word."""
        return any(outline.verified for outline in self._outlines.values())

    def rows(self, numbers: Sequence[int]) -> list[Component]:
        """A part of a selection."""
        return self.catalogue.rows(numbers)

    def categories(self, wanted: AppFilter) -> dict[str, int]:
        """How many there are of each category, whichever is chosen; by name."""
        numbers = self.select(replace(wanted, category=""))
        outlines = map(self._outlines.__getitem__, numbers)
        counts = Counter(chain.from_iterable(outline.categories for outline in outlines))
        return dict(sorted(counts.items()))

    def warm_up(self) -> None:
        """So that the first search and `suggestion` take no longer than later ones."""
        self.catalogue.warm_up(self._languages)

    def suggestion(self, wanted: AppFilter) -> str:
        """Another text that finds something, where this one finds nothing; else empty."""
        text = self.catalogue.suggestion(wanted.text, self._languages)
        return text if text and self.select(replace(wanted, text=text)) else ""

    def _fits(self, outline: AppOutline, wanted: AppFilter) -> bool:
        return (
            (not wanted.category or wanted.category in outline.categories)
            and (not wanted.free or outline.free)
            and (not wanted.verified or outline.verified)
            and (not wanted.supported or not self._has_ended(outline))
            and (wanted.refs is None or outline.ref in wanted.refs)
            and (not wanted.language or self._comes_in(outline, wanted.language))
            and (
                not wanted.asks_for_facts
                or wanted.suits(self._facts(outline.ref, outline.categories))
            )
        )

    def _comes_in(self, outline: AppOutline, language: str) -> bool:
        return coverage(outline.languages, language) is Coverage.YES

    def _has_ended(self, outline: AppOutline) -> bool:
        return outline.ref in self._ended or bool(outline.ends and outline.ends <= self._today)
