"""Work that needs nobody's answer, done while this thread waits for others.

Why: decision D332.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def beside(*functions: Callable[[], object]) -> Iterator[None]:
    """Call these in another thread, one after the other; the end of the block waits for it.

    They only prepare: what one raises, whoever needs it will see again. A thread gains nothing
    where this one computes as well, only where it waits: for the network, processes or a drive.
    """
    thread = threading.Thread(target=_call, args=functions, name="satchel-beside", daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _call(*functions: Callable[[], object]) -> None:
    for function in functions:
        with contextlib.suppress(Exception):
            function()
