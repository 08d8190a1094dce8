"""The kit's page is the same whoever makes it, and whatever becomes of the process that was to."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from app.ostree.workers import Worker, spare_worker
from app.stick.kit.contents import KitContents
from app.stick.kit.page import page
from app.stick.writing import page_beside
from app.stick.writing.page_beside import PageBeside
from tests.stick.kit_contents import contents

OURS = contents()


def leave_an_answer(connection: Connection) -> bool:
    connection.send(("something", "of before"))
    return True


def fail(_connection: Connection) -> bool:
    raise OverflowError


@pytest.fixture
def spare() -> Iterator[Worker]:
    """One that has nothing to do."""
    worker = Worker(leave_an_answer)
    worker.offer()
    yield worker
    assert not worker.take_back(), "nobody took it"


def unwanted(_contents: KitContents) -> bytes:
    raise AssertionError("made here")


@pytest.mark.usefixtures("spare")
def test_a_spare_process_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_beside, "page", unwanted)
    with PageBeside() as beside:
        beside.begin()
        beside.prepare()
        made = beside.page(OURS)
    assert made == page(OURS)


def test_there_is_no_process() -> None:
    assert spare_worker() is None
    with PageBeside() as beside:
        beside.begin()
        beside.prepare()
        assert beside.page(OURS) == page(OURS)


def test_nobody_wants_a_process(spare: Worker) -> None:
    with PageBeside() as beside:
        assert beside.page(OURS) == page(OURS)
    assert spare_worker() is spare
    spare.dismiss()
    spare.join(30)


def test_the_process_is_killed(spare: Worker) -> None:
    with PageBeside() as beside:
        beside.begin()
        os.kill(spare.taken[0].pid, signal.SIGKILL)
        assert beside.page(OURS) == page(OURS)


@pytest.mark.usefixtures("spare")
def test_the_process_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_beside, "make_page", fail)
    with PageBeside() as beside:
        beside.begin()
        assert beside.page(OURS) == page(OURS)


def test_nothing_is_made_after_all(spare: Worker) -> None:
    with PageBeside() as beside:
        beside.begin()
    with pytest.raises(ChildProcessError):
        os.waitpid(spare.taken[0].pid, 0)
