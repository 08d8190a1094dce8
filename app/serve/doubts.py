"""Objects that computers ask for again: perhaps they could not use them.

Sticks are judged without reading what is in the objects, which every computer checks itself. One
that gets a damaged object gives up, and asks for it again the next time; that is noticed here, and
the object is read.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from queue import Full, Queue, SimpleQueue

from app.closing import Closing
from app.errors import InterruptedByUser
from app.message import Message, message_of
from app.ostree.object_check import READ_STEP, check_stored
from app.ostree.objects import CorruptObject, ObjectKind, ObjectName
from app.progress import CancelToken
from app.serve.accesses import Access
from app.serve.sticks import ServedStick

_MOST_COMPUTERS = 300
_RECENT = 64
"""Objects of a computer: when one is wrong, it asked for no more after it than fit into flight."""
_MOST_CHECKED = 1000
"""Of one stick, until it is judged anew."""
_MOST_WAITING = 32
_OK = "200"
_ASKED_OFTEN = (ObjectKind.COMMIT, ObjectKind.COMMITMETA)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What is on a stick is not what it should be.

    Attributes:
        path: below ``objects/``.
        state: tells the file from a later one.
    """

    stick: ServedStick
    path: str
    reason: Message
    state: object


class Doubts(Closing):
    """Reads in a thread of its own; for use from one other."""

    def __init__(self) -> None:
        self._recent: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._waiting: Queue[tuple[Sequence[ServedStick], ObjectName] | None] = Queue(_MOST_WAITING)
        self._spoilt: SimpleQueue[Spoilt] = SimpleQueue()
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
        if access.status != _OK or name is None or name.kind in _ASKED_OFTEN:
            return
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
        new = [
            each
            for each in sticks
            if name.path not in each.doubted and len(each.doubted) < _MOST_CHECKED
        ]
        if new:
            with contextlib.suppress(Full):
                self._waiting.put_nowait((new, name))
                for each in new:
                    each.doubted.add(name.path)

    def _run(self) -> None:
        buffer = bytearray(READ_STEP)
        with contextlib.suppress(InterruptedByUser):
            while (waiting := self._waiting.get()) is not None:
                sticks, name = waiting
                for stick in sticks:
                    # What cannot be read nobody got from here.
                    with contextlib.suppress(OSError):
                        state = stick.state_of(name.path)
                        reason = self._wrong(stick, name, buffer)
                        if reason is not None:
                            self._spoilt.put(Spoilt(stick, name.path, reason, state))

    def _wrong(self, stick: ServedStick, name: ObjectName, buffer: bytearray) -> Message | None:
        descriptor = stick.location.repository.open_regular(f"objects/{name.path}")
        try:
            check_stored(name, descriptor, buffer, lambda _bytes: self._cancel.check())
        except CorruptObject as error:
            return message_of(error)
        finally:
            os.close(descriptor)
        return None
