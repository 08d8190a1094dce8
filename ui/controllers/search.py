"""What somebody looks for among the apps; one value that field, chips and menus show and change."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct, field
from PySide6.QtCore import QObject, Signal

from app.flatpak.catalogue.browse import Order, Sort
from app.replacing import replace

SMALL = 500_000_000
"""Bytes to download of what is called small."""


class Filter(Enum):
    """What may be left out: all that is not so."""

    OFFLINE = auto()
    """It works without internet, and can go on a drive."""
    LANGUAGE = auto()
    """It comes in the language of the classroom."""
    SMALL = auto()
    VERIFIED = auto()
    FREE = auto()
    """Known to be free."""
    SUPPORTED = auto()
    """It gets updates."""
    ON_DRIVE = auto()
    INSTALLED = auto()
    """On this computer."""


class Search(Struct, frozen=True):
    """Attributes:
    category: empty for all.
    remote: the name of the only one to look at; empty for all.
    sort: apps, or technical parts.
    """

    text: str = ""
    category: str = ""
    remote: str = ""
    filters: frozenset[Filter] = field(default_factory=frozenset)
    sort: Sort = Sort.APPS
    order: Order = Order.BEST

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text.strip() or self.category or self.remote or self.filters)

    @property
    def is_category_only(self) -> bool:
        """Whether nothing is left out but other categories."""
        return replace(self, category="", order=Order.BEST) == Search()

    @property
    def asked(self) -> bool:
        """Whether somebody has asked for a list at all."""
        return self.narrowed or self.sort is not Sort.APPS or self.order is not Order.BEST


class SearchCriteria(QObject):
    """Signals: changed(object): the `Search` is another."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.search = Search()

    def set_text(self, text: str) -> None:
        self._change(replace(self.search, text=text))

    def set_category(self, category: str) -> None:
        self._change(replace(self.search, category=category))

    def set_remote(self, remote: str) -> None:
        self._change(replace(self.search, remote=remote))

    def set_filter(self, which: Filter, on: bool) -> None:
        filters = self.search.filters | {which} if on else self.search.filters - {which}
        self._change(replace(self.search, filters=filters))

    def set_order(self, order: Order) -> None:
        self._change(replace(self.search, order=order))

    def set_technical(self, technical: bool) -> None:
        """Runtimes and extensions in place of apps."""
        self._change(replace(self.search, sort=Sort.OTHERS if technical else Sort.APPS))

    def clear(self) -> None:
        """Nothing is looked for any more; the order stays as it was wanted."""
        self._change(Search(order=self.search.order))

    def reset(self) -> None:
        """As at first."""
        self._change(Search())

    def _change(self, search: Search) -> None:
        if search != self.search:
            self.search = search
            self.changed.emit(search)
