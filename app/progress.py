"""How long-running work reports and how it is told to stop.

The command's JSON lines and the window's signals are these same values.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from app.errors import InterruptedByUser
from app.message import NOTHING, Message
from app.remedy import Remedy
from app.severity import Severity

MIN_INTERVAL = 0.1
"""Seconds between two `Advanced` events of one phase: at most ten a second."""


class Phase(StrEnum):
    """What work is busy with."""

    CATALOGUE = "catalogue"
    SUMMARY = "summary"
    TRUST = "trust"
    DOWNLOAD = "download"
    FLUSH = "flush"
    WRITE = "write"
    PRUNE = "prune"
    VERIFY = "verify"
    SIZES = "sizes"
    COPY = "copy"
    INSTALL = "install"
    REHEARSE = "rehearse"
    IMAGE = "image"
    UNPACK = "unpack"


class PhaseStarted(Struct, frozen=True):
    """A phase begins."""

    phase: Phase


class AppPlace(Struct, frozen=True):
    """Which app work is at: the how manieth of how many."""

    ref: str
    number: int
    total: int


class Advanced(Struct, frozen=True):
    """How far a phase is. A total of 0 means not known yet; totals may still grow.

    Attributes:
        objects, objects_total: repository objects.
        bytes, bytes_total: bytes as stored (compressed): of what will be on the drive, or of what
            is read.
        there: bytes of ``bytes`` that were there before.
        damaged: objects that are damaged or missing.
        app: what is being fetched.
        kept: bytes of ``bytes`` that this computer had kept, so that nobody was asked for them.
    """

    phase: Phase
    objects: int
    objects_total: int
    bytes: int
    bytes_total: int
    there: int = 0
    damaged: int = 0
    app: AppPlace | None = None
    kept: int = 0


class AppProgress(Struct, frozen=True):
    """Bytes of an app and of all that comes along for it; ``saved`` once nothing is missing."""

    ref: str
    bytes: int
    bytes_total: int
    saved: bool


class Notice(Struct, frozen=True):
    """Something worth reading that does not stop the work. ``severity``: never an error."""

    severity: Severity
    message: Message
    hint: Message = NOTHING


class AppsAdvanced(Struct, frozen=True):
    """How far each app is, for a picture of it; comes right before `Advanced`."""

    apps: tuple[AppProgress, ...]


class AppTried(Struct, frozen=True):
    """An app was tried: whether it installs, and what it said instead."""

    ref: str
    installed: bool
    reason: Message


Event = PhaseStarted | Advanced | AppsAdvanced | AppTried | Notice
Reporter = Callable[[Event], None]


def silent(event: Event) -> None:
    """A reporter for callers who do not care."""


def phases_once(report: Reporter) -> Reporter:
    """Tells each phase when it begins for the first time; for what is done for several alike."""
    begun: set[Phase] = set()

    def tell(event: Event) -> None:
        if isinstance(event, PhaseStarted):
            if event.phase in begun:
                return
            begun.add(event.phase)
        report(event)

    return tell


class Cancel(Protocol):
    """Asked at safe boundaries."""

    def check(self) -> None:
        """Raise `InterruptedByUser` if a stop was requested."""

    @property
    def paused(self) -> bool:
        """Whether to begin nothing new for now. Who heeds it goes on asking `check`."""


class CancelToken:
    """A request to stop or to pause that any thread or a signal handler may set."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._paused = False

    def request(self) -> None:
        self._event.set()

    def pause(self) -> None:
        """What is under way is finished; nothing new begins until `resume`."""
        self._paused = True

    def resume(self) -> None:
        self._paused = False

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def requested(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        if self._event.is_set():
            raise InterruptedByUser(Message("Stopped as you asked."), Remedy.GO_ON)


_heeded: ContextVar[Cancel | None] = ContextVar("heeded", default=None)


@contextmanager
def heeding(cancel: Cancel | None) -> Iterator[None]:
    """Within the block, in this thread, `heed` asks ``cancel``; with None it asks nobody.

    For what computes long and is too deep down to be handed a `Cancel`: how long reading a list
    takes is up to whoever wrote it.
    """
    token = _heeded.set(cancel)
    try:
        yield
    finally:
        _heeded.reset(token)


def heed() -> None:
    """Raise `InterruptedByUser` if the work around this was asked to stop."""
    cancel = _heeded.get()
    if cancel is not None:
        cancel.check()


class Meter:
    """Counts one phase and reports at most ten times a second. For use from one thread.

    Its numbers are those of `Advanced`, but for ``bytes``: those that have come.

    Attributes:
        wants_sizes: `meet` is to be told of everything that is there.
    """

    def __init__(
        self,
        report: Reporter,
        phase: Phase,
        *,
        there: int = 0,
        total: int = 0,
        exact: bool = True,
        unsized: bool = False,
    ) -> None:
        """``there``: bytes that are done from the start; ``total``: all of them, as estimated.

        ``exact``: more than ``there`` is not there. ``unsized``: ``total`` is without something of
        which nobody knows how large it is, so that the objects so far tell of those to come.
        """
        self._report = report
        self._phase = phase
        self._last = time.monotonic()
        self._expected = there
        self._met = 0
        self.wants_sizes = not exact
        self._unsized = unsized
        self.objects = 0
        self.objects_total = 0
        self.bytes = 0
        self.bytes_total = total
        self.damaged = 0
        self.kept = 0
        self.app: AppPlace | None = None
        report(PhaseStarted(phase))

    def tick(self) -> None:
        """Report if the last report is old enough."""
        now = time.monotonic()
        if now - self._last >= MIN_INTERVAL:
            self._last = now
            self.finish()

    def came(self, size: int) -> None:
        """So many bytes more have come."""
        self.bytes += size
        self.tick()

    def meet(self, size: int) -> None:
        """Something of so many bytes is there already; as much as that was expected."""
        self._met += size

    def stored(self, portion: int, size: int) -> None:
        """Of the bytes that have come, so many are an object of a portion of the work."""

    def ended(self, portion: int) -> None:
        """Nothing more is to come of a portion of the work."""

    def complete(self) -> None:
        """The phase is at its end: an estimate gives way to what it was."""
        self.bytes_total = self._there + self.bytes
        self.finish()

    @property
    def _there(self) -> int:
        """Bytes that were there before: all that were expected, and what is met beyond them."""
        there = max(self._expected, self._met)
        return min(there, max(0, self.bytes_total - self.bytes)) if self.bytes_total else there

    def tell(self, notice: Notice) -> None:
        """Report what a person should know beside the numbers."""
        self._report(notice)

    def finish(self) -> None:
        """Report where the phase stands, whatever the time."""
        there = self._there
        done = there + self.bytes
        # An estimate may be exceeded.
        total = max(self.bytes_total, done) if self.bytes_total else 0
        if self._unsized and self.objects:
            total = max(total, done * self.objects_total // self.objects)
        self._report(
            Advanced(
                self._phase,
                self.objects,
                self.objects_total,
                done,
                total,
                there,
                self.damaged,
                self.app,
                self.kept,
            )
        )


def counting(meter: Meter, cancel: Cancel) -> Callable[[int], None]:
    """What is told of bytes as they come: the work goes on, and they count."""

    def tell(size: int) -> None:
        cancel.check()
        meter.came(size)

    return tell
