"""A bridge whose work is done by the test: it says when something ends, and with what."""

from __future__ import annotations

from typing import Any

from app.errors import SatchelError
from app.progress import Event
from ui.tasks.bridge import Bridge, Slot, Task, Work


class HeldBridge(Bridge):
    """Nothing runs. The oldest task that is under way is what `report`, `finish` and `fail` mean.

    Attributes:
        tasks: those under way, the oldest first; also those that were dropped.
        works: all that was to be done.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tasks: list[Task] = []
        self.works: list[Work] = []

    def run(
        self,
        work: Work,
        *,
        done: Slot | None = None,
        failed: Slot | None = None,
        progress: Slot | None = None,
        guarded: bool = False,
    ) -> Task:
        self.works.append(work)
        task = Task(guarded)
        task.tell(done, failed, progress)
        self.tasks.append(task)
        return task

    def report(self, event: Event) -> None:
        self.tasks[0].hear(event)

    def finish(self, result: Any = None) -> None:
        self.tasks.pop(0).end(result, None)

    def fail(self, error: SatchelError) -> None:
        self.tasks.pop(0).end(None, error)
