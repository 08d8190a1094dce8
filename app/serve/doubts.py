"""What is in the objects of the sticks that are served: each is read once, and no computer waits.

Sticks are judged without reading what is in the objects, which every computer checks itself; one
that gets a damaged object gives up. So they are read here: what computers take when the first one
has taken it, as it need not come from the stick again; all others while nobody takes anything. What
a computer asks for again, perhaps as it could not use it, is read once more.
Why: decision D317.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from queue import Empty, Full, Queue, SimpleQueue

from msgspec import Struct

from app.closing import Closing
from app.errors import InterruptedByUser
from app.message import Message, message_of
from app.ostree.object_check import READ_STEP, check_stored
from app.ostree.object_files import PREFIXES
from app.ostree.objects import CorruptObject, ObjectKind, ObjectName
from app.progress import CancelToken
from app.serve.accesses import Access
from app.serve.sticks import ServedStick

_MOST_COMPUTERS = 300
_RECENT = 64
"""Objects of a computer: when one is wrong, it asked for no more after it than fit into flight."""
_MOST_CHECKED = 1000
"""Of one stick, until it is judged anew."""
_MOST_WAITING = 5000
_MOST_SPOILT = 200
"""Of one stick: it is not looked for more."""

_QUIET_SECONDS = 3.0
"""So long nobody has taken anything before objects are read that nobody has asked for."""

_PATIENCE = 0.5
_LONGEST_REST = 0.1
_OK = "200"
_ASKED_OFTEN = (ObjectKind.COMMIT, ObjectKind.COMMITMETA)


class Spoilt(Struct, frozen=True):
    """What is on a stick is not what it should be.

    Attributes:
        path: below ``objects/``.
        state: tells the file from a later one.
    """

    stick: ServedStick
    path: str
    reason: Message
    state: object


class LookedOver(Struct, frozen=True):
    """All objects of a stick were read, and so many are damaged."""

    stick: ServedStick
    damaged: int


class Doubts(Closing):
    """Reads in a thread of its own; for use from one other."""

    def __init__(self) -> None:
        self._recent: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._waiting: Queue[tuple[ServedStick, ObjectName] | None] = Queue(_MOST_WAITING)
        self._spoilt: SimpleQueue[Spoilt] = SimpleQueue()
        self._looked_over: SimpleQueue[LookedOver] = SimpleQueue()
        self._sticks: tuple[ServedStick, ...] = ()
        self._taken = time.monotonic()
        self._cancel = CancelToken()
        self._thread = threading.Thread(target=self._run, name="satchel-doubts", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._cancel.request()
        with contextlib.suppress(Full):
            self._waiting.put_nowait(None)
        self._thread.join()

    def count(self, access: Access, sticks: Sequence[ServedStick]) -> None:
        """A computer took an object, which may be on any of these."""
        prefix, _, rest = access.object.partition("/")
        name = ObjectName.from_path(prefix, rest)
        self._taken = time.monotonic()
        if access.status != _OK or name is None or name.kind in _ASKED_OFTEN:
            return
        for each in sticks:
            if name.path not in each.read:
                self._ask(each, name)
        recent = self._recent.setdefault(access.computer, OrderedDict())
        self._recent.move_to_end(access.computer)
        if access.object in recent:
            self._doubt(sticks, name)
        recent[access.object] = None
        if len(recent) > _RECENT:
            recent.popitem(last=False)
        if len(self._recent) > _MOST_COMPUTERS:
            self._recent.popitem(last=False)

    def spoilt(self) -> Iterator[Spoilt]:
        """What has turned out to be so since the last time."""
        while not self._spoilt.empty():
            yield self._spoilt.get()

    def _doubt(self, sticks: Sequence[ServedStick], name: ObjectName) -> None:
        for each in sticks:
            if name.path not in each.doubted and len(each.doubted) < _MOST_CHECKED:
                each.doubted.add(name.path)
                self._ask(each, name)

    def _ask(self, stick: ServedStick, name: ObjectName) -> None:
        """Let it be read soon; where too much is, when nobody takes anything."""
        with contextlib.suppress(Full):
            self._waiting.put_nowait((stick, name))
            stick.read.add(name.path)

    def look_over(self, sticks: Sequence[ServedStick]) -> None:
        """These are served from now on: read all of them, while nobody takes anything."""
        self._sticks = tuple(sticks)

    def looked_over(self) -> Iterator[LookedOver]:
        """Those with damage of which that is done, since the last time."""
        while not self._looked_over.empty():
            yield self._looked_over.get()

    # The thread

    def _run(self) -> None:
        buffer = bytearray(READ_STEP)
        with contextlib.suppress(InterruptedByUser):
            while True:
                try:
                    waiting = self._waiting.get(timeout=_PATIENCE)
                except Empty:
                    self._read_all(buffer)
                    continue
                if waiting is None:
                    return
                self._read(*waiting, buffer)

    def _read(self, stick: ServedStick, name: ObjectName, buffer: bytearray) -> None:
        # What cannot be read nobody got from here.
        with contextlib.suppress(OSError):
            state = stick.state_of(name.path)
            reason = self._wrong(stick, name, buffer)
            # The place of one that was pulled out says nothing about it.
            if reason is not None and stick.is_there:
                stick.found.add(name.path)
                self._spoilt.put(Spoilt(stick, name.path, reason, state))

    def _read_all(self, buffer: bytearray) -> None:
        """What nobody has taken yet, until somebody takes something."""
        for stick in self._sticks:
            if stick.looked_over:
                continue
            for name in self._unread(stick):
                self._cancel.check()
                if not self._is_quiet or not stick.is_there:
                    return
                stick.read.add(name.path)
                begun = time.monotonic()
                self._read(stick, name, buffer)
                # This computer and the stick have other things to do, too.
                time.sleep(min(time.monotonic() - begun, _LONGEST_REST))
                if len(stick.found) >= _MOST_SPOILT:
                    break
            if not self._is_quiet or not stick.is_there:
                return
            stick.looked_over = True
            if 0 < len(stick.found) < _MOST_SPOILT:
                self._looked_over.put(LookedOver(stick, len(stick.found)))

    @property
    def _is_quiet(self) -> bool:
        return self._waiting.empty() and time.monotonic() - self._taken >= _QUIET_SECONDS

    def _unread(self, stick: ServedStick) -> Iterator[ObjectName]:
        for prefix in (f"{number:02x}" for number in range(PREFIXES)):
            with contextlib.suppress(OSError):
                entries = sorted(
                    entry.name for entry in stick.location.repository.scan(f"objects/{prefix}")
                )
                for entry in entries:
                    name = ObjectName.from_path(prefix, entry)
                    if (
                        name is not None
                        and name.kind is not ObjectKind.COMMITMETA
                        and name.path not in stick.read
                    ):
                        yield name

    def _wrong(self, stick: ServedStick, name: ObjectName, buffer: bytearray) -> Message | None:
        descriptor = stick.location.repository.open_regular(f"objects/{name.path}")
        try:
            check_stored(name, descriptor, buffer, lambda _bytes: self._cancel.check())
        except CorruptObject as error:
            return message_of(error)
        finally:
            os.close(descriptor)
        return None
