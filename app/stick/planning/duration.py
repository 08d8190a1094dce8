"""How long a job will take, by how fast its drive and its networks were before."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.drive.recognition import directory_key
from app.errors import DriveError
from app.message import Message
from app.stick.environment import Environment
from app.stick.memory.speeds import Speeds
from app.stick.planning.plan import Plan

_SPREAD = 0.25
"""Share by which a job may well be faster or slower than the ones before."""

_STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90)
"""Minutes that people say; beyond, they say hours."""

_HOUR = 60


class Expected(Struct, frozen=True):
    """A duration that nobody knows exactly.

    Attributes:
        least, most: seconds.
        rate: bytes a second that the slower of network and drive does.
    """

    least: float
    most: float
    rate: float


def expected_duration(
    fetch: int, write: int, check: int, speeds: Speeds, drive: str, addresses: Sequence[str]
) -> Expected | None:
    """How long a job takes; None where drive or network were never measured.

    Args:
        fetch, write: bytes from the network, and onto the drive.
        check: bytes that are read back at the end.
        drive: the drive's key (`app.drive.recognition`).
        addresses: of the remotes that something is fetched from.
    """
    measured, network = speeds.drive(drive), speeds.network(addresses)
    if (write and not measured.write) or (check and not measured.read) or (fetch and not network):
        return None
    # Both at once: while the one is busy, the other waits.
    writing = write / measured.write if write else 0.0
    fetching = fetch / network if fetch else 0.0
    seconds = max(writing, fetching) + (check / measured.read if check else 0.0)
    rates = [rate for rate, used in ((measured.write, write), (network, fetch)) if used]
    rate = float(min(rates, default=measured.read))
    return Expected(seconds * (1 - _SPREAD), seconds * (1 + _SPREAD), rate)


def plan_duration(plan: Plan, environment: Environment) -> Expected | None:
    """`expected_duration` of a plan; reads files."""
    try:
        drive = directory_key(plan.location.root)
    except DriveError:
        drive = ""
    return expected_duration(
        plan.estimate.download,
        plan.estimate.write,
        plan.estimate.takes,
        environment.speeds.read(),
        drive,
        [collection.remote.address for collection in plan.collections],
    )


def duration_message(expected: Expected | None) -> Message:
    """In words that complete “It takes …”."""
    if expected is None:
        return Message("a few minutes")
    if expected.most <= _HOUR:
        return Message("less than a minute")
    least, most = _said(expected.least), _said(expected.most)
    if least > _STEPS[-1]:
        return _hours(round(least / _HOUR), round(most / _HOUR))
    if most > _STEPS[-1]:
        return Message("one to two hours")
    if most == 1:
        return Message("about 1 minute")
    if least == most:
        return Message("about {minutes} minutes", minutes=most)
    return Message("{least} to {most} minutes", least=least, most=most)


def _hours(least: int, most: int) -> Message:
    if least == most:
        return Message("about {hours} hours", hours=most)
    return Message("{least} to {most} hours", least=least, most=most)


def _said(seconds: float) -> int:
    """Minutes, as people say them."""
    minutes = seconds / _HOUR
    if minutes > _STEPS[-1]:
        return round(minutes)
    return min(_STEPS, key=lambda step: abs(step - minutes))
