"""Processes that do one duty, and how they are got rid of."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection

import pytest

from app.ostree.workers import Crew


def tell_and_stay(connection: Connection) -> None:
    """Deaf to whatever happens to its parent's end."""
    connection.send(os.getpid())
    while True:
        signal.pause()


def test_who_only_reads_is_not_waited_for() -> None:
    with Crew(tell_and_stay, patience=0) as crew:
        numbers = [member.receive() for member in crew.members]
    assert numbers
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)
