"""Who looks at every event of the application, and when not to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication


class Watcher(QObject):
    """A child of the application that filters the events of all windows."""


@contextmanager
def unwatched() -> Iterator[None]:
    """Within the block, which makes widgets that are not shown yet, no `Watcher` is asked.

    Of a window's 15,000 events while it is built none concerns them, and each would call Python.
    """
    application = QApplication.instance()
    assert application is not None
    watchers = [each for each in application.children() if isinstance(each, Watcher)]
    for watcher in watchers:
        application.removeEventFilter(watcher)
    try:
        yield
    finally:
        for watcher in watchers:
            application.installEventFilter(watcher)
