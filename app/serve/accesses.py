"""Who took what: read from nginx's log, counted, and told.

An app is taken by its commit first, then by what that names: so what a computer takes after a
commit counts as that app, until it asks for another's.
"""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct, field

from app.closing import Closing
from app.serve.values import Computer, Computers, Took, Wanted

_MOST_COMPUTERS = 1000
_MOST_REFS = 200
"""Of one computer."""
_MOST_LOG = 8_000_000
"""Bytes, after which the log begins anew."""
_MOST_EVENTS = 2000
_QUIET_SECONDS = 3.0
_BETWEEN_SECONDS = 1.0
_FIELDS = 6
_COMMIT = ".commit"
_PART = ".gz"
_INSIDE = (".dirtree", ".dirmeta", ".filez")
_NOT_THERE = "404"
_OK = ("200", "206", "304")


class Access(Struct, frozen=True):
    """A line of the log.

    Attributes:
        object: its path below ``objects/``; of a part of a list that is not here its address, and
            empty for other lists.
    """

    moment: float
    computer: str
    status: str
    size: int
    label: str
    object: str

    @classmethod
    def parse(cls, line: bytes) -> Access | None:
        """None for what is no such line."""
        fields = line.decode("ascii", "replace").split("\t")
        if len(fields) != _FIELDS:
            return None
        try:
            return cls(float(fields[0]), fields[1], fields[2], int(fields[3]), *fields[4:])
        except ValueError:
            return None

    @property
    def absent(self) -> str:
        """The digest of a part of a list that is not here; empty for everything else."""
        name = self.object.rpartition("/")[2]
        return name.removesuffix(_PART) if self.object.endswith(_PART) else ""

    @property
    def lacks_part(self) -> bool:
        """Whether it was a part of an app, such as a language, that is not here."""
        return self.status == _NOT_THERE and self.object.endswith(_INSIDE)

    @property
    def commit(self) -> str | None:
        """The commit that was asked for, if it was one."""
        if not self.object.endswith(_COMMIT):
            return None
        return self.object.removesuffix(_COMMIT).replace("/", "")


class LogReader(Closing):
    """Reads one generation's log as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._rest = b""

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def read(self) -> Iterator[Access]:
        """What has come since the last time."""
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            except OSError:
                return
        while data := os.read(self._file, 1 << 20):
            *lines, self._rest = (self._rest + data).split(b"\n")
            yield from filter(None, map(Access.parse, lines))
        if os.lseek(self._file, 0, os.SEEK_CUR) > _MOST_LOG:
            # nginx appends, so it goes on at the new end. A line that comes right now is lost.
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)


class _Taking(Struct):
    """What a computer is at."""

    origin: str
    ref: str
    first: float
    last: float
    bytes: int = 0


class _Account(Struct):
    """What is known of a computer."""

    first: float
    last: float
    bytes: int = 0
    refs: dict[str, None] = field(default_factory=dict)
    wanted: dict[str, None] = field(default_factory=dict)
    taking: _Taking | None = None


Find = Callable[[str, str], tuple[str, str] | None]
"""Label and commit → origin and ref."""


class Accounts:
    """All computers, the last of so many. For use from one thread."""

    def __init__(self, report: Callable[[Computers | Took | Wanted], None]) -> None:
        self._report = report
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._seen = 0
        self._bytes = 0
        self._changed = False
        self._told = 0.0
        # A whole class may end at the same moment.
        self._events: deque[Computers | Took | Wanted] = deque(maxlen=_MOST_EVENTS)

    @property
    def bytes(self) -> int:
        """Sent to all, in all."""
        return self._bytes

    @property
    def computers(self) -> int:
        """How many there were."""
        return self._seen

    def count(self, access: Access, find: Find) -> None:
        account = self._account(access.computer, access.moment)
        account.last = max(account.last, access.moment)
        account.bytes += access.size
        self._bytes += access.size
        self._changed = True
        commit = access.commit
        if commit is not None and access.status in _OK:
            self._begin(access, account, find(access.label, commit))
        taking = account.taking
        if taking is not None and access.lacks_part:
            self.want(access.computer, taking.origin, taking.ref, access.moment)
        if taking is not None and access.object:
            taking.bytes += access.size
            taking.last = max(taking.last, access.moment)

    def want(self, computer: str, origin: str, ref: str, moment: float) -> None:
        """It asked for what nobody has."""
        account = self._account(computer, moment)
        if ref not in account.wanted and len(account.wanted) < _MOST_REFS:
            account.wanted[ref] = None
            self._changed = True
            self._events.append(Wanted(computer, origin, ref))

    def tell(self, now: float, *, whole: bool = False) -> None:
        """Report the next of what has happened, one at a time, and, not too often, who is here.

        ``whole``: all of it, now.
        """
        for computer, account in self._accounts.items():
            taking = account.taking
            if taking is not None and (whole or now - taking.last > _QUIET_SECONDS):
                self._end(computer, account)
        if self._changed and (whole or now - self._told >= _BETWEEN_SECONDS):
            self._changed, self._told = False, now
            self._events.append(Computers(tuple(self._all()), self._bytes))
        while self._events:
            self._report(self._events.popleft())
            if not whole:
                break

    def _all(self) -> Iterator[Computer]:
        for address, account in self._accounts.items():
            yield Computer(
                address,
                account.first,
                account.last,
                account.bytes,
                tuple(account.refs),
                tuple(account.wanted),
            )

    def _account(self, computer: str, moment: float) -> _Account:
        account = self._accounts.get(computer)
        if account is None:
            account = self._accounts[computer] = _Account(moment, moment)
            self._seen += 1
            if len(self._accounts) > _MOST_COMPUTERS:
                self._accounts.popitem(last=False)
        self._accounts.move_to_end(computer)
        return account

    def _begin(self, access: Access, account: _Account, place: tuple[str, str] | None) -> None:
        taking = account.taking
        if place is None or (taking is not None and (taking.origin, taking.ref) == place):
            return
        self._end(access.computer, account)
        account.taking = _Taking(*place, access.moment, access.moment)
        if len(account.refs) < _MOST_REFS:
            account.refs[place[1]] = None

    def _end(self, computer: str, account: _Account) -> None:
        taking, account.taking = account.taking, None
        if taking is not None:
            seconds = max(0.0, taking.last - taking.first)
            took = Took(computer, taking.origin, taking.ref, taking.bytes, seconds)
            self._events.append(took)
