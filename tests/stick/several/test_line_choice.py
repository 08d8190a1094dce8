"""A choice that changes while a line runs."""

from __future__ import annotations

import threading
from itertools import count
from pathlib import Path

from app.flatpak.remotes.known import Known
from app.progress import CancelToken
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest
from app.stick.writing.admission import Admission
from app.stick.writing.line import Line
from app.stick.writing.line_values import Choice, Ended, LineEvent, Rechosen
from tests.environments import environment_in
from tests.waiting import GUARD


def _choice(app: str) -> Choice:
    return Choice(PlanRequest(Path(), (app,), None, None, Options("x86_64")), Known(()))


def test_who_read_it_before_the_change_tells_of_none(tmp_path: Path) -> None:
    """For one drive that takes so long that others have the new choice by then."""
    old, new = _choice("org.test.Old"), _choice("org.test.New")
    places = [tmp_path / name for name in ("first", "second", "third")]
    for place in places:
        place.mkdir()
    numbers, told = count(), threading.Event()
    changes: list[tuple[str, ...]] = []
    ended: list[LineEvent] = []

    def choose() -> Choice:
        if next(numbers):
            return new
        assert told.wait(GUARD)
        return old

    def tell(event: LineEvent) -> None:
        if isinstance(event, Rechosen):
            changes.append(event.wanted)
            told.set()
        if isinstance(event, Ended):
            ended.append(event)
            if len(ended) == len(places):
                line.finish()

    line = Line(
        choose, environment_in(tmp_path), Admission(), tell, first=old, named=places, ask=False
    )
    line.run(CancelToken())
    assert changes == [new.wanted]
