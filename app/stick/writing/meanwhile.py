"""Those who install from a stick while a job changes it: what they have chosen stays until they
have it. Why: decision D334."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from functools import cached_property

from app.fs.root import Root
from app.message import Message
from app.ostree.lock import RepositoryInUseError
from app.ostree.readers import FormerLists, Reader
from app.progress import Notice, Reporter
from app.remedy import Remedy
from app.severity import Severity
from app.stick.store.named import NobodyKnowsError

_PATIENCE = 60
_BETWEEN = 0.25
"""Seconds."""


class Meanwhile:
    """Knows who they are, within `at`."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._found: Reader | None = None

    @contextlib.contextmanager
    def at(self, root: Root) -> Iterator[None]:
        """While the caller holds the lock of the repository at ``root``."""
        with FormerLists(root) as self._former:
            yield

    def require_nobody(self) -> None:
        """Before what cannot be done without freeing. Raises RepositoryInUseError."""
        reader = self._former.reader()
        if reader is not None:
            raise in_use(reader)

    def replacing(self) -> None:
        """Clients see another list from now on."""
        self._former.keep()

    def wait(self) -> None:
        """For those who have begun since `require_nobody`, for a while: freeing cannot be left."""
        until = time.monotonic() + _PATIENCE
        told = False
        while (reader := self._former.reader()) is not None and time.monotonic() < until:
            if not told:
                self._tell(Message("Waiting a minute at most: {reader}.", reader=reader.message))
                told = True
            time.sleep(_BETWEEN)

    def look(self) -> None:
        """For `keeps`, as soon as the last list is in its place."""
        self._found = self._former.reader()

    @cached_property
    def keeps(self) -> bool:
        """Whether what is needed no more stays for now, which is told."""
        if self._found is None:
            return False
        message = Message("Nothing is freed yet: {reader}.", reader=self._found.message)
        self._tell(message, Remedy.FREE_LATER.advice())
        return True

    def left(self, why: NobodyKnowsError) -> None:
        """It stays because nobody can tell whether somebody else needs it."""
        self.keeps = True
        self._tell(why.message, why.hint)

    def _tell(self, message: Message, *hint: Message) -> None:
        self._report(Notice(Severity.WARNING, message, *hint))


def in_use(reader: Reader) -> RepositoryInUseError:
    """What to say where freeing is all that was asked for."""
    return RepositoryInUseError(
        Message("Nothing was freed: {reader}, and may need what would go.", reader=reader.message),
        Message("Wait until it is done, then try again."),
    )
