"""The same work on several drives at once, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from itertools import takewhile
from typing import TypeVar

R = TypeVar("R")


def side_by_side(works: Sequence[Callable[[], R]]) -> list[R]:
    """What each returns, in their order, once all have. Raises what one of them raised, then."""
    results: dict[int, R] = {}
    broken: list[BaseException] = []

    def run(number: int, work: Callable[[], R]) -> None:
        try:
            results[number] = work()
        except BaseException as error:  # whatever it is, it must not be lost with its thread
            broken.append(error)

    threads = [
        threading.Thread(
            target=copy_context().run, args=(run, number, work), name="satchel-drive", daemon=True
        )
        for number, work in enumerate(works)
    ]
    begun = list(takewhile(_starts, threads))
    for thread in begun:
        thread.join()
    # Where there are as many threads as there may be, the rest follows here.
    for number in range(len(begun), len(works)):
        copy_context().run(run, number, works[number])
    if broken:
        raise broken[0]
    return [results[number] for number in range(len(works))]


def _starts(thread: threading.Thread) -> bool:
    try:
        thread.start()
    except RuntimeError:
        return False
    return True
