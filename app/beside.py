"""Work that needs nobody's answer, done while this thread waits for others.

Why: decision D332.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator


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

    thread = threading.Thread(target=call, name="satchel-beside", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        # There are as many as there may be.
        call()
        yield
    else:
        try:
            yield
        finally:
            thread.join()
    if needed and raised:
        raise raised[0]
