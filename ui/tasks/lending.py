"""What reads from a drive for long, and lets go of it when somebody needs the drive alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.progress import CancelToken, Reporter

_LOOK_SECONDS = 0.05
_Work = Callable[[Reporter, CancelToken], Any]


class WantedBack(Struct, frozen=True):
    """``for_good``: the drive goes away; else it can be read again once the work has ended."""

    root: Path
    for_good: bool


class Lending(QObject):
    """Of one drive at a time. Everything here is for the main thread.

    Signals: wanted(object): a `WantedBack`; who has borrowed the drive calls `give_back` once
        nothing of it is open any more.

    Attributes: takers: how many computers take something from it just now.
    """

    wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root: Path | None = None
        self.takers = 0
        self._free = threading.Event()
        self._free.set()

    def lend(self, root: Path) -> None:
        """What is mounted or lies at ``root`` is read from now on."""
        self._root = root
        self._free = threading.Event()

    def give_back(self, *, claimed: bool = False) -> None:
        """Nothing reads from it any more. ``claimed``: it will again, so that who needs the drive
        tells that all the same."""
        self._free.set()
        if not claimed:
            self._root = None

    def takers_at(self, roots: Iterable[Path]) -> int:
        """How many lose something if a drive at ``roots`` goes away now."""
        return self.takers if self._root is not None and self._root in set(roots) else 0

    def freeing(self, work: _Work, roots: Iterable[Path], *, for_good: bool = False) -> _Work:
        """``work``, which begins once nobody reads from the drives at ``roots`` any more."""
        root = self._root
        if root is None or root not in set(roots):
            return work
        free = self._free
        self.wanted.emit(WantedBack(root, for_good))
        return partial(_when_free, free, work)


def _when_free(free: threading.Event, work: _Work, report: Reporter, cancel: CancelToken) -> object:
    while not free.wait(_LOOK_SECONDS):
        cancel.check()
    return work(report, cancel)
