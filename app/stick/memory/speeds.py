"""How fast drives and networks were, so that the next job can be told how long it takes.

Measured by each job, told by `Speeds`; in a file of the state directory, drives by
`app.drive.recognition`, networks by the remote's address.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field, to_builtins

from app.formats import schema
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.progress import Advanced, Event, Phase, PhaseStarted, Reporter
from app.replacing import replace
from app.stick.memory.one_change import one_at_a_time

FILE = "speeds.json"
_MAX_SIZE = 1024 * 1024
_MOST = 200
"""Drives, and networks, that are remembered; the longest unused are forgotten first."""

_LONGEST = 4096
_ENOUGH_BYTES = 4_000_000
_ENOUGH_SECONDS = 1.0
"""Less says nothing: it never leaves the computer's memory, or is over before it has begun."""

_PATIENCE = 10.0
"""Seconds of standing still that belong to the work; more is a pause, or a network that is away."""

_SLOWER = 0.3
"""Share that a slower measurement counts. A job goes as fast as the slower of drive and network, so
what it measures of the other is too little; the fastest that was seen is closer to the truth."""


class DriveSpeed(Struct, frozen=True):
    """Bytes a second; 0 for what was never measured. ``used``: seconds since 1970."""

    write: int = 0
    read: int = 0
    used: int = 0


class NetworkSpeed(Struct, frozen=True):
    """Bytes a second. ``used``: seconds since 1970."""

    fetch: int = 0
    used: int = 0


S = TypeVar("S", DriveSpeed, NetworkSpeed)


class Speeds(Struct, frozen=True):
    """All that is remembered."""

    drives: Mapping[str, DriveSpeed] = field(default_factory=dict)
    networks: Mapping[str, NetworkSpeed] = field(default_factory=dict)

    def drive(self, key: str) -> DriveSpeed:
        return self.drives.get(key, DriveSpeed())

    def network(self, addresses: Iterable[str]) -> int:
        """Bytes a second of the slowest of these; 0 if one was never measured."""
        speeds = [self.networks.get(address, NetworkSpeed()).fetch for address in addresses]
        return min(speeds, default=0)


_HARDLY_ANY = 20
"""The part of what comes that may come from the cache, for the rest to tell of the network."""


class _Work(Struct):
    """What one phase did, and in which time."""

    bytes: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> int:
        """Bytes a second; 0 if it was too little to tell."""
        if self.bytes < _ENOUGH_BYTES or self.seconds < _ENOUGH_SECONDS:
            return 0
        return round(self.bytes / self.seconds)


class SpeedMeter:
    """A reporter that hands events on and takes the time of what they tell."""

    def __init__(self, report: Reporter, clock: Callable[[], float]) -> None:
        """``clock``: seconds of any clock that only goes forward."""
        self._report = report
        self._clock = clock
        self._phase: Phase | None = None
        self._work = {phase: _Work() for phase in Phase}
        self._before = 0
        self._since = 0.0
        self._kept = 0

    def __call__(self, event: Event) -> None:
        now = self._clock()
        match event:
            case PhaseStarted(phase):
                self._end(now)
                self._phase, self._before, self._since = phase, 0, now
            case Advanced() if event.phase is self._phase:
                self._advance(event, now)
        self._report(event)

    def _advance(self, event: Advanced, now: float) -> None:
        # What was there before took no time.
        come = event.bytes - event.there
        if come > self._before:
            work = self._work[event.phase]
            work.bytes += come - self._before
            work.seconds += min(now - self._since, _PATIENCE)
            self._before, self._since = come, now
        self._kept = max(self._kept, event.kept)

    def _end(self, now: float) -> None:
        if self._phase is Phase.FLUSH:
            # All of it counts: drives take their time, and nobody is told how far they are.
            self._work[Phase.FLUSH].seconds += now - self._since

    @property
    def fetch(self) -> int:
        """Bytes a second that came; 0 if it was too little to tell."""
        download = self._work[Phase.DOWNLOAD]
        # Of a mixture nobody can tell how long the network took.
        return download.rate if self._kept * _HARDLY_ANY <= download.bytes else 0

    @property
    def write(self) -> int:
        """Bytes a second that were on the drive in the end."""
        download, flush = self._work[Phase.DOWNLOAD], self._work[Phase.FLUSH]
        return _Work(download.bytes, download.seconds + flush.seconds).rate

    @property
    def read(self) -> int:
        """Bytes a second that were read back."""
        return self._work[Phase.VERIFY].rate


class MeasuredSpeeds:
    """`Speeds` in a file; what cannot be read or written is not remembered, and stops nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Speeds:
        try:
            return _SPEEDS(schema.parse_json(read_bounded(self._path, _MAX_SIZE)))
        except (OSError, schema.SchemaError):
            return Speeds()

    @one_at_a_time
    def remember(self, drive: str, addresses: Iterable[str], meter: SpeedMeter, now: int) -> None:
        """What a job has measured. Without the key of a ``drive`` only the network's."""
        speeds = self.read()
        drives, networks = dict(speeds.drives), dict(speeds.networks)
        if drive and (meter.write or meter.read):
            before = drives.get(drive, DriveSpeed())
            drives[drive] = DriveSpeed(
                _mixed(before.write, meter.write), _mixed(before.read, meter.read), now
            )
        if meter.fetch:
            for address in addresses:
                fetch = _mixed(networks.get(address, NetworkSpeed()).fetch, meter.fetch)
                networks[address] = NetworkSpeed(fetch, now)
        changed = replace(speeds, drives=_newest(drives), networks=_newest(networks))
        if changed != speeds:
            with contextlib.suppress(OSError):
                self._path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
                data = {"version": 1, **to_builtins(changed)}
                # Nobody misses one that a power cut took.
                text = json.dumps(data, indent=1)
                replace_file(self._path, text.encode(), durable=False)


def _mixed(before: int, now: int) -> int:
    if not before or now >= before:
        return now or before
    return before - round((before - now) * _SLOWER) if now else before


def _newest(speeds: Mapping[str, S]) -> dict[str, S]:
    return dict(sorted(speeds.items(), key=lambda entry: entry[1].used)[-_MOST:])


_TEXT = schema.text(_LONGEST)
_NUMBER = schema.integer(0, (1 << 63) - 1)
_SPEEDS = schema.structure(
    Speeds,
    drives=schema.mapping_of(
        _TEXT, schema.structure(DriveSpeed, write=_NUMBER, read=_NUMBER, used=_NUMBER), lenient=True
    ),
    networks=schema.mapping_of(
        _TEXT, schema.structure(NetworkSpeed, fetch=_NUMBER, used=_NUMBER), lenient=True
    ),
)
