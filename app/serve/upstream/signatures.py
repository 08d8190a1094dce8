"""The signatures of commits: not named by their content, so judged before anybody gets them."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from app.closing import Closing
from app.errors import InterruptedByUser, UpstreamError
from app.flatpak.upstream.client import MAX_SIGNATURE_SIZE
from app.formats.gvariant import FormatError
from app.fs.files import DIRECTORY_MODE, replace_file
from app.ostree.objects import ObjectName, detached_signatures, parse_detached
from app.ostree.pull.answers import DeniedError, NotFoundError
from app.ostree.pull.fetch import HttpSource, LocalSource
from app.serve.supplying import Outcome, Supplied
from app.serve.upstream.deadline import Deadline
from app.trust.keyring import Keyring

LONGEST = 60.0
"""Seconds that a small file may take, however it trickles."""

_AGAIN = 10.0
"""Seconds until it is asked for again where it was missing or wrong."""

_MOST_REMEMBERED = 10_000


class Signatures(Closing):
    """Those of one remote's commits: each is asked for once. Any thread may call `fetch`."""

    def __init__(
        self,
        open_source: Callable[[Deadline], HttpSource | LocalSource],
        place: Path,
        keyring: Keyring | None,
        commit: Callable[[str], bytes | None],
        closing: threading.Event,
    ) -> None:
        """``place``: the directory of objects; ``keyring``: of the remote's keys, closed with this;
        None for a remote that signs nothing; ``commit``: what is signed, by its checksum."""
        self._keyring = keyring
        self._judging = threading.Lock()
        self._closed = False
        self._open_source = open_source
        self._place = place
        self._commit = commit
        self._closing = closing
        self._lock = threading.Lock()
        self._waiting: dict[str, Future[Supplied]] = {}
        self._answers: dict[str, tuple[float, Supplied]] = {}

    def close(self) -> None:
        with self._judging:
            self._closed = True
            if self._keyring is not None:
                self._keyring.close()

    def fetch(self, name: ObjectName) -> Supplied:
        """Raises UpstreamError for an upstream that cannot be reached."""
        with self._lock:
            known = self._answers.get(name.checksum)
            if known is not None and time.monotonic() < known[0]:
                return known[1]
            future = self._waiting.get(name.checksum)
            mine = future is None
            if future is None:
                future = self._waiting[name.checksum] = Future()
        if mine:
            try:
                future.set_result(self._bring(name))
            except BaseException as error:
                future.set_exception(error)
            finally:
                with self._lock:
                    del self._waiting[name.checksum]
        supplied = future.result()
        if supplied.outcome in {Outcome.NOTHING, Outcome.REFUSED}:
            with self._lock:
                if len(self._answers) > _MOST_REMEMBERED:
                    self._answers.clear()
                self._answers[name.checksum] = (time.monotonic() + _AGAIN, supplied)
        return supplied

    def move(self, place: Path) -> None:
        """Keep them there from now on."""
        self._place = place

    def ask_again(self) -> None:
        """Upstream may have what it lacked."""
        with self._lock:
            self._answers.clear()

    def _bring(self, name: ObjectName) -> Supplied:
        path = self._place / name.path
        if path.exists():
            return Supplied(Outcome.KEPT)
        source = self._open_source(Deadline(LONGEST, self._closing))
        try:
            data = source.get(f"objects/{name.path}", MAX_SIGNATURE_SIZE).data
        except (NotFoundError, DeniedError):
            return Supplied(Outcome.NOTHING)
        except InterruptedByUser as error:
            raise UpstreamError(error.message) from error
        assert data is not None
        outcome = self._judge(name, data)
        if outcome is not Outcome.KEPT:
            return Supplied(outcome)
        with contextlib.suppress(OSError):
            os.makedirs(path.parent, DIRECTORY_MODE, exist_ok=True)
            replace_file(path, data, durable=False)
            return Supplied(Outcome.KEPT)
        return Supplied(Outcome.PASSING, data)

    def _judge(self, name: ObjectName, data: bytes) -> Outcome:
        """`Outcome.KEPT` for what is right; `FAILED` where that cannot be told for now."""
        try:
            parse_detached(data)
            signatures = detached_signatures(data)
        except FormatError:
            return Outcome.REFUSED
        if self._keyring is None:
            return Outcome.KEPT
        if not signatures:
            return Outcome.REFUSED
        commit = self._commit(name.checksum)
        with self._judging:
            if self._closed or not commit:
                return Outcome.FAILED
            good = self._keyring.verify(commit, signatures).good
        return Outcome.KEPT if good else Outcome.REFUSED
