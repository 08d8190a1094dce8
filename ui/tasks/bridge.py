"""Work off the main thread: the one place of the window that has threads.

A job of `app` is called with a reporter and a cancel token. It keeps one thread from beginning to
end: the processes of `app.ostree.workers` die with the thread that started them. What it reports,
returns or raises arrives on the main thread as signals of a `Task`.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from msgspec import Struct
from PySide6.QtCore import QObject, Signal, SignalInstance
from shiboken6 import isValid

from app.errors import SatchelError, told
from app.progress import CancelToken, Event, Reporter, heeding
from ui.tasks.activity_log import ActivityLog
from ui.tasks.inbox import Inbox
from ui.tasks.lending import Lending

Work = Callable[[Reporter, CancelToken], Any]
Slot = Callable[[Any], object] | SignalInstance


_TURN = 0.0005
"""Seconds a thread keeps Python's lock while others wait for it, as the main thread does between
two calls of Qt; Python's own five milliseconds are a quarter of what a letter may take."""


class Closable(Protocol):
    """Something that has to be closed."""

    def close(self) -> None: ...


class Task(QObject):
    """One piece of work under way. Everything here is for the main thread.

    Signals:
        progress(object): what the work reported, an `app.progress.Event`.
        done(object): what it returned.
        failed(object): the `SatchelError` it raised; `InterruptedByUser` after `cancel`.
        finished(): after ``done`` or ``failed``, or alone after `drop`.
    Of ``done`` and ``failed`` exactly one comes, once.
    """

    progress = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    finished = Signal()

    def __init__(self, guarded: bool) -> None:
        super().__init__()
        self._cancel = CancelToken()
        self._dropped = False
        self._running = True
        self.guarded = guarded

    def tell(
        self,
        done: Slot | None,
        failed: Slot | None,
        progress: Slot | None,
    ) -> None:
        """Call these, each for the signal of its name, as long as their QObjects are there."""
        for signal, slot in ((self.done, done), (self.failed, failed), (self.progress, progress)):
            if slot is not None:
                signal.connect(_while_there(slot))

    @property
    def running(self) -> bool:
        """Until ``done`` or ``failed`` is about to come."""
        return self._running

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop and has not yet."""
        return self._running and self._cancel.requested

    @property
    def token(self) -> CancelToken:
        return self._cancel

    def cancel(self) -> None:
        """Ask it to stop at the next safe boundary; ``failed`` tells when it has."""
        self._cancel.request()

    @property
    def paused(self) -> bool:
        return self._cancel.paused

    def pause(self) -> None:
        """Ask it to begin nothing new until `resume`."""
        self._cancel.pause()

    def resume(self) -> None:
        self._cancel.resume()

    def drop(self) -> None:
        """Cancel, and hear nothing of it any more: somebody has chosen something else."""
        self._dropped = True
        self._cancel.request()

    def hear(self, event: Event) -> None:
        """For the bridge."""
        if not self._dropped:
            self.progress.emit(event)

    def end(self, result: Any, error: SatchelError | None) -> None:
        """For the bridge."""
        self._running = False
        if not self._dropped:
            if error is None:
                self.done.emit(result)
            else:
                self.failed.emit(error)
        self.finished.emit()


def _while_there(slot: Slot) -> Slot:
    """Qt disconnects methods and signals by itself, what is called with more arguments never."""
    if not isinstance(slot, partial):
        return slot
    owner = getattr(slot.func, "__self__", None)
    if not isinstance(owner, QObject):
        return slot
    return lambda told: slot(told) if isValid(owner) else None


class _Turn(QObject):
    """Of work that waits: who hears of it is connected already, and may go meanwhile."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, prepare: Callable[[], Work]) -> None:
        super().__init__()
        self.prepare = prepare


class _Reported(Struct, frozen=True):
    number: int
    event: Event


class _Ended(Struct, frozen=True):
    number: int
    result: Any
    error: SatchelError | None


class Bridge(QObject):
    """Starts work and keeps it until it has ended.

    Signals:
        changed(): work has begun or ended.
        idle(): nothing is running any more.

    Attributes:
        ending: asked to stop with everything, for what outlives the work that opened it.
        log: what it has heard.
        lending: gets drives back from work that reads them for long.
    """

    changed = Signal()
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(_TURN)
        self._inbox = Inbox(self)
        self._inbox.arrived.connect(self._receive)
        self._running: dict[int, tuple[Task, threading.Thread]] = {}
        self._turns: deque[_Turn] = deque()
        """The first is under way."""
        self._kept: list[Closable] = []
        self.ending = CancelToken()
        self.log = ActivityLog()
        self.lending = Lending(self)
        self._started = 0
        self._closed = False

    @property
    def busy(self) -> bool:
        return bool(self._running)

    @property
    def guarded(self) -> bool:
        """Whether something is running that a person should be asked about before it is stopped."""
        return any(task.guarded for task, _ in self._running.values())

    def run(
        self,
        work: Work,
        *,
        done: Slot | None = None,
        failed: Slot | None = None,
        progress: Slot | None = None,
        guarded: bool = False,
    ) -> Task:
        """Start ``work(report, cancel)`` in a thread of its own.

        The slots are methods or signals of QObjects, or `partial` of methods, so that they go with
        their page; more may be connected
        to the task before control returns to the event loop. ``work`` runs elsewhere: what it
        needs it gets by value, no widget. ``guarded``: closing the window asks first.

        While everything is being stopped, ``work`` is asked to stop from its beginning: only what
        cannot wait for anybody comes to its end. After `close` nothing begins, and nobody is told.
        """
        task = Task(guarded)
        if self._closed:
            # A window that goes takes the focus from its fields, and they say what is in them.
            task.drop()
            task.end(None, None)
            return task
        if self.ending.requested:
            task.cancel()
        self._started += 1
        number = self._started
        task.tell(done, failed, progress)
        thread = threading.Thread(
            target=_run, args=(work, number, task.token, self._inbox.post), name=f"job-{number}"
        )
        self._running[number] = task, thread
        thread.start()
        self.changed.emit()
        return task

    def in_turn(
        self,
        prepare: Callable[[], Work],
        done: Callable[[Any], object],
        failed: Callable[[SatchelError], object],
    ) -> None:
        """Run what ``prepare`` returns when all such work before it has ended and been told: for
        changes of the settings and sources of this person, of which none may undo another.

        It is run whatever becomes of who wanted it.
        """
        turn = _Turn(prepare)
        turn.done.connect(done)
        turn.failed.connect(failed)
        self._turns.append(turn)
        if len(self._turns) == 1:
            self._take_turn()

    def _take_turn(self) -> None:
        turn = self._turns[0]
        task = self.run(turn.prepare(), done=turn.done, failed=turn.failed)
        task.finished.connect(self._end_turn)

    def _end_turn(self) -> None:
        self._turns.popleft()
        if self._turns:
            self._take_turn()

    def keep(self, thing: Closable) -> None:
        """Close ``thing`` with the bridge, when no work can need it any more."""
        self._kept.append(thing)

    def cancel_all(self) -> None:
        """Ask everything to stop at its next safe boundary: the window is about to go."""
        self.ending.request()
        for task, _ in tuple(self._running.values()):
            task.cancel()

    def close(self) -> None:
        """Stop everything and wait for it: when the window has gone, or where nothing is left to
        freeze. What comes then is delivered before this returns."""
        if self._closed:
            return
        self.cancel_all()
        while self._running:
            _, thread = next(iter(self._running.values()))
            thread.join()
            self._inbox.deliver()
        self._closed = True
        self._inbox.close()
        for thing in self._kept:
            thing.close()

    def _receive(self, message: _Reported | _Ended) -> None:
        match message:
            case _Reported(number, event):
                self.log.hear(event)
                self._running[number][0].hear(event)
            case _Ended(number, result, error):
                task, thread = self._running.pop(number)
                if error is not None:
                    self.log.fail(error)
                # It has nothing left to do but to end.
                thread.join()
                task.end(result, error)
                self.changed.emit()
                if not self._running:
                    self.idle.emit()


def _run(work: Work, number: int, cancel: CancelToken, post: Callable[[object], None]) -> None:
    """The life of a thread."""
    result, error = None, None
    try:
        with heeding(cancel):
            result = work(lambda event: post(_Reported(number, event)), cancel)
    except SatchelError as caught:
        error = caught
        # The frames hold what the work was about; nobody needs it any more.
        error.__traceback__ = None
    except BaseException as caught:
        error = told(caught)
    post(_Ended(number, result, error))
