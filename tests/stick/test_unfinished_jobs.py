"""What a job was to do is known as long as it has not ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.replacing import replace
from app.stick.memory.unfinished_jobs import TakenOff, UnfinishedJob, UnfinishedJobs, WantedRef

MAPS = WantedRef("app/org.test.Maps/x86_64/stable", "up", "Maps")
NOTES = WantedRef("app/org.test.Notes/x86_64/stable", "up", "Notes")
JOB = UnfinishedJob((MAPS,), 1000, "x86_64", ("nvidia-550",), ("de",), related=False)


@pytest.fixture
def jobs(tmp_path: Path) -> UnfinishedJobs:
    return UnfinishedJobs(tmp_path / "state/unfinished.json")


def test_it_is_remembered_until_it_is_forgotten(jobs: UnfinishedJobs) -> None:
    assert jobs.all() == {}
    jobs.remember("A", JOB)
    off = replace(JOB, refs=(NOTES,), off=(TakenOff("org.test", MAPS.ref, "Maps"),))
    jobs.remember("B", off)
    update = replace(JOB, refs=(), update=True)
    jobs.remember("C", update)
    assert jobs.all() == {"A": JOB, "B": off, "C": update}

    jobs.forget("A")
    jobs.forget("A")
    assert set(jobs.all()) == {"B", "C"}


def test_the_oldest_are_forgotten(jobs: UnfinishedJobs) -> None:
    for number in range(60):
        jobs.remember(str(number), replace(JOB, started=number))
    assert set(jobs.all()) == {str(number) for number in range(10, 60)}


@pytest.mark.parametrize(
    "spoil",
    [lambda _: "", lambda text: text.replace('"refs"', '"fers"'), lambda _: "[" * 10_000],
)
def test_what_cannot_be_read_is_not_there(
    jobs: UnfinishedJobs, tmp_path: Path, spoil: Callable[[str], str]
) -> None:
    jobs.remember("A", JOB)
    path = tmp_path / "state/unfinished.json"
    path.write_text(spoil(path.read_text()))
    assert jobs.all() == {}
