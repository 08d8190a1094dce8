"""As whom the web server's workers read, where root starts it.

Whoever reads for strangers should have no rights but to read: nobody, where that can read the
stick; else whoever the stick belongs to. Never root.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import subprocess
from collections.abc import Iterator, Sequence

from msgspec import Struct

from app.serve.sticks import ServedStick

_NOBODY = "nobody"
_SECONDS = 30


class Worker(Struct, frozen=True):
    """A user, by name and number, and its group."""

    name: str
    uid: int
    group: str
    gid: int

    def __str__(self) -> str:
        """As nginx's ``user`` has it."""
        return f"{self.name} {self.group}"


def worker_for(sticks: Sequence[ServedStick]) -> tuple[Worker | None, tuple[ServedStick, ...]]:
    """Who can read most of them, and those that it cannot read; None where nobody at all is found,
    or where it is not root who asks: then everybody reads as they are."""
    if os.geteuid() != 0:
        return None, ()
    best: tuple[Worker | None, tuple[ServedStick, ...]] = (None, tuple(sticks))
    for worker in _candidates(sticks):
        unreadable = unreadable_for(worker, sticks)
        if best[0] is None or len(unreadable) < len(best[1]):
            best = (worker, unreadable)
        if not unreadable:
            break
    return best


def unreadable_for(worker: Worker | None, sticks: Sequence[ServedStick]) -> tuple[ServedStick, ...]:
    """Those that it cannot read; None: it is us."""
    if worker is None:
        return ()
    return tuple(stick for stick in sticks if not _can_read(worker, stick))


def _candidates(sticks: Sequence[ServedStick]) -> Iterator[Worker]:
    numbers = []
    with contextlib.suppress(KeyError):
        numbers.append(pwd.getpwnam(_NOBODY).pw_uid)
    numbers += [os.fstat(stick.repository).st_uid for stick in sticks]
    for number in dict.fromkeys(numbers):
        try:
            user = pwd.getpwuid(number)
            group = grp.getgrgid(user.pw_gid)
        except KeyError:
            continue
        if user.pw_uid != 0 and group.gr_gid != 0:
            yield Worker(user.pw_name, user.pw_uid, group.gr_name, group.gr_gid)


def _can_read(worker: Worker, stick: ServedStick) -> bool:
    """Asked of the system itself: modes, lists of rights and mount options all count."""
    file = f"/proc/self/fd/{stick.repository}/{stick.example}"
    done = subprocess.run(
        ["head", "-c1", file],
        pass_fds=(stick.repository,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=worker.uid,
        group=worker.gid,
        extra_groups=[],
        timeout=_SECONDS,
        check=False,
    )
    return done.returncode == 0
