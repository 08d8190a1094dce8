"""Work done in other threads while this one waits for others.

Why: decision D332.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


@contextlib.contextmanager
def beside(*functions: Callable[[], object], needed: bool = False) -> Iterator[None]:
    """Call these in another thread, one after the other; the end of the block waits for it.

    They only prepare: what one raises, whoever needs it will see again. What is ``needed`` nobody
    does again: what one of these raises is raised at the end, unless the block has raised.
    A thread gains nothing where this one computes as well, only where it waits: for the network,
    processes or a drive.
    """
    raised: list[Exception] = []

    def call() -> None:
        for function in functions:
            try:
                function()
            except Exception as error:
                raised.append(error)

    thread = _started(call, "satchel-beside") if functions else None
    if thread is None:
        call()
        yield
    else:
        try:
            yield
        finally:
            thread.join()
    if needed and raised:
        raise raised[0]


def each_beside(function: Callable[[T], R], items: Iterable[T], at_once: int) -> Iterator[R]:
    """What ``function`` returns for each of ``items``, in their order, as soon as it is there; by
    up to ``at_once`` threads, or by this one where there are as many threads as there may be.

    Raises what it raises for the first that it does so for. When the iterator ends, so have the
    threads; what they have not begun by then nobody does.
    """
    given = list(items)
    waiting = deque(enumerate(given))
    results: dict[int, R] = {}
    errors: dict[int, BaseException] = {}
    told = threading.Condition()

    def work() -> None:
        while True:
            try:
                number, item = waiting.popleft()
            except IndexError:
                return
            try:
                result = function(item)
            except BaseException as error:  # for whoever asks for this one
                errors[number] = error
            else:
                results[number] = result
            with told:
                told.notify_all()

    threads: list[threading.Thread] = []
    try:
        for _ in range(min(at_once, len(given)) if len(given) > 1 else 0):
            if (thread := _started(work, "satchel-each")) is None:
                break
            threads.append(thread)
        if not threads:
            yield from map(function, given)
            return
        for number in range(len(given)):
            with told:
                while number not in results and number not in errors:
                    told.wait()
            if number in errors:
                raise errors.pop(number)
            yield results.pop(number)
    finally:
        waiting.clear()
        for thread in threads:
            thread.join()


def _started(work: Callable[[], None], name: str) -> threading.Thread | None:
    """None where there are as many as there may be."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread
