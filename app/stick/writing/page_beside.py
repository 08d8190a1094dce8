"""The kit's page of a job, made by a process beside: what makes pages takes longer to import than
the objects of a small update to be flushed. Why: decision D336.
"""

from __future__ import annotations

import contextlib
from multiprocessing.connection import Connection

from app.closing import Closing
from app.ostree.workers import Worker, spare_worker
from app.stick.kit.contents import KitContents
from app.stick.kit.page import page, prepare


class PageBeside(Closing):
    """That of one job."""

    def __init__(self) -> None:
        self._worker: Worker | None = None

    def begin(self) -> None:
        """Prepare for it: in a process if one is spare, which takes no time, else in this one."""
        self._worker = spare_worker()
        if self._worker is None:
            return
        try:
            self._worker.run(make_page)
        except Exception:  # of whatever kind, from the process
            self.close()

    def prepare(self) -> None:
        """Where no process does, do it in this one."""
        if self._worker is None:
            prepare()

    def page(self, contents: KitContents) -> bytes:
        """As `app.stick.kit.page.page`, which is called where the process has not made it."""
        worker = self._worker
        try:
            if worker is None:
                return page(contents)
            worker.send(contents)
            # What it did before may have left an answer.
            while not isinstance(made := worker.receive(), bytes):
                pass
            return made
        except Exception:  # of whatever kind, from the process
            return page(contents)
        finally:
            self.close()

    def close(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()


# What the process does


def get_ready(_connection: Connection) -> bool:
    """For `make_page`, where there is time for that before; which sees again what goes wrong."""
    with contextlib.suppress(Exception):
        prepare()
    return True


def make_page(connection: Connection) -> bool:
    """One, of the contents that it is sent."""
    prepare()
    connection.send(page(connection.recv()))
    return True
