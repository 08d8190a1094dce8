"""What one remote offers to choose: what its catalogue describes, and what its summary alone names.

What a remote offers without describing it in its catalogue (most extensions, some apps, all where
there is no catalogue) goes by its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field

from app.errors import SatchelError
from app.flatpak.catalogue.app_facts import AppFacts, Coverage, app_facts, coverage
from app.flatpak.catalogue.browse import AppFilter, Browser, Order, Sort
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.database import Catalogue
from app.flatpak.catalogue.offered import IconSource, Offered
from app.flatpak.refs import Ref
from app.flatpak.related import ALWAYS_ACTIVE_GL
from app.flatpak.remotes.remote import Remote

if TYPE_CHECKING:
    from app.flatpak.catalogue.app_info import AppInfo

_DRIVERS = ".GL."
_PARTS = (".Locale", ".Debug", ".Sources")


class Row(Struct, frozen=True):
    """Something that can be chosen.

    Attributes:
        remote: where it comes from.
        ended: it gets no more updates.
        facts: what its source's list of refs tells.
        unverified: nobody has checked that it comes from its developers, though others are.
    """

    remote: Remote
    component: Component
    ended: bool
    facts: AppFacts = field(default_factory=AppFacts)
    unverified: bool = False

    @property
    def ref(self) -> str:
        return self.component.ref

    @property
    def verified(self) -> bool:
        """Whether somebody has checked that it comes from its developers, and vouches for that."""
        return self.component.verified and self.remote.is_vouched_for

    def comes_in(self, language: str) -> Coverage:
        return coverage(self.component.languages, language)


class RemoteCatalogue:
    """What one remote offers. Open one with `open_catalogues`.

    Attributes:
        stale: why it could not be fetched now and is as it was the last time; else None.
        undescribed: why its catalogue cannot be used though it publishes one; else None.
        made: when upstream made it, seconds since 1970, or None.
    """

    def __init__(
        self,
        upstream: Offered,
        icons: IconSource,
        catalogue: Catalogue | None,
        arch: str,
        languages: Sequence[str],
        now: float,
        stale: SatchelError | None,
        undescribed: SatchelError | None,
    ) -> None:
        self.remote = upstream.remote
        self.made = upstream.made
        self.stale = stale
        self.undescribed = undescribed
        self._upstream = upstream
        self._arch = arch
        self._languages = tuple(languages)
        self._today = datetime.fromtimestamp(now, UTC).date()
        self._icons = icons
        self._table = table = upstream.table(arch)
        self._facts: dict[str, AppFacts] = {}
        refs = [ref for ref in table.refs() if ref.arch == arch]
        self._ended = table.ended(map(str, refs))
        self._browser: Browser | None = None
        self._labels: Mapping[int, str] = {}
        described: Set[str] = frozenset()
        if catalogue is not None:
            self._browser = Browser(
                catalogue, languages, self._today, self._ended, table.hides, self.facts
            )
            self._labels = self._browser.labels
            described = self._browser.refs
        self._bare = [ref for ref in refs if str(ref) not in described]
        # Most of what no catalogue describes are parts, which a search for apps need not look at.
        self._bare_of: dict[Sort, list[tuple[int, Ref]]] = {sort: [] for sort in Sort}
        for number, ref in enumerate(self._bare):
            self._bare_of[Sort.APPS if ref.kind == "app" else Sort.OTHERS].append((number, ref))

    def close(self) -> None:
        if self._browser is not None:
            self._browser.catalogue.close()

    def select(self, wanted: AppFilter, order: Order) -> tuple[list[int], list[int]]:
        """The numbers of what the catalogue describes, and of what it does not; for `rows`."""
        if wanted.verified and not self.remote.is_vouched_for:
            return [], []
        described = self._browser.select(wanted, order) if self._browser is not None else []
        # Nobody knows these about them.
        if wanted.category or wanted.free or wanted.verified or wanted.language:
            return described, []
        words = wanted.text.lower().split()
        bare = self._bare_of[wanted.sort]
        return described, [-1 - n for n, ref in bare if self._fits(ref, wanted, words)]

    def is_meant(self, number: int, text: str) -> bool:
        """Whether what no catalogue describes is what a person searches for by its very name."""
        id, sought = self._bare[-1 - number].id.lower(), text.strip().lower()
        return id == sought or id.rpartition(".")[2].startswith(sought)

    def label(self, number: int) -> str:
        """What a row is sorted by."""
        return self._bare[-1 - number].id.lower() if number < 0 else self._labels.get(number, "")

    def ref(self, number: int) -> str:
        """Of a row."""
        if number < 0 or self._browser is None:
            return str(self._bare[-1 - number])
        return self._browser.ref(number)

    def sort_key(self, number: int, order: Order) -> tuple[float, str]:
        """By which a list of several remotes is sorted."""
        label = self.label(number)
        if self._browser is None or order in {Order.BEST, Order.NAME}:
            return 0.0, label
        return self._browser.sort_key(number, order), label

    def facts(self, ref: str, categories: Collection[str] = ()) -> AppFacts:
        """Of a full ref of these categories."""
        facts = self._facts.get(ref)
        if facts is None:
            entry = self._table.lookup(ref)
            facts = AppFacts()
            if entry is not None:
                facts = app_facts(entry, categories)
            self._facts[ref] = facts
        return facts

    def categories(self, wanted: AppFilter) -> dict[str, int]:
        return self._browser.categories(wanted) if self._browser is not None else {}

    def warm_up(self) -> None:
        if self._browser is not None:
            self._browser.warm_up()

    def suggestion(self, wanted: AppFilter) -> str:
        return self._browser.suggestion(wanted) if self._browser is not None else ""

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Those rows, in that order."""
        described = [number for number in numbers if number >= 0]
        components: dict[int, Component] = {}
        if described and self._browser is not None:
            components = dict(zip(described, self._browser.rows(described), strict=True))
        return [
            self._row(components[number] if number >= 0 else _bare(self._bare[-1 - number]))
            for number in numbers
        ]

    def find(self, ref: str) -> Row | None:
        """The row of a full ref; None if this remote has none."""
        component = None
        if self._browser is not None:
            component = self._browser.catalogue.get(ref)
        if component is None:
            bare = next((known for known in self._bare if str(known) == ref), None)
            component = _bare(bare) if bare is not None else None
        return self._row(component) if component is not None else None

    def drivers(self) -> Iterator[str]:
        """Names of graphics drivers that do not come along by themselves."""
        for ref in self._bare:
            base, separator, driver = ref.id.partition(_DRIVERS)
            if separator and "." not in driver and driver not in ALWAYS_ACTIVE_GL and base:
                yield driver

    def icons(self, components: Sequence[Component], size: int) -> dict[str, bytes]:
        """Ref → PNG. For one thread at a time."""
        return self._icons.get(components, size)

    def about(self, ref: str) -> AppInfo:
        """All that is known about a full ref. Raises UpstreamError."""
        from app.flatpak.catalogue.app_info import about

        catalogue = self._browser.catalogue if self._browser is not None else None
        return about(self._upstream, catalogue, Ref.parse(ref), self._languages)

    def _row(self, component: Component) -> Row:
        end = component.end_of_life
        ended = component.ref in self._ended or (end is not None and end <= self._today)
        unverified = (
            self._browser is not None
            and self._browser.verifies
            and component.ref.startswith("app/")
            and not component.verified
            and self.remote.is_vouched_for
        )
        facts = self.facts(component.ref, component.categories)
        return Row(self.remote, component, ended, facts, unverified)

    def _fits(self, ref: Ref, wanted: AppFilter, words: Sequence[str]) -> bool:
        name = str(ref)
        # Kind, architecture and branch are everybody's: only a ref is searched for by them.
        searched = name.lower() if "/" in wanted.text else ref.id.lower()
        return (
            not (wanted.supported and name in self._ended)
            and (wanted.refs is None or name in wanted.refs)
            and all(word in searched for word in words)
            and not (wanted.folded and _belongs(ref))
            and (not wanted.asks_for_facts or wanted.suits(self.facts(name)))
        )


def _belongs(ref: Ref) -> bool:
    """Whether it goes with something else and is never chosen alone: translations and the like."""
    return ref.kind == "runtime" and ref.id.endswith(_PARTS)


def _bare(ref: Ref) -> Component:
    return Component(id=ref.id, ref=str(ref))
