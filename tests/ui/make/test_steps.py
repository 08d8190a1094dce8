"""The steps of work, kind by kind."""

from __future__ import annotations

import pytest

from app.progress import Phase
from ui.controllers.failures import Written, written_after
from ui.controllers.job import JobState, JobStatus
from ui.pages.make.step_list import Step, step_at
from ui.state.works.work import WorkKind


def steps(kind: WorkKind, *phases: Phase) -> list[Step]:
    """What is shown in each."""
    written, shown = Written.NOTHING, []
    for phase in phases:
        written = written_after(written, phase)
        shown.append(step_at(JobStatus(JobState.RUNNING, phase, written=written, kind=kind)))
    return shown


@pytest.mark.parametrize("kind", [WorkKind.WRITE, WorkKind.UPDATE, WorkKind.TAKE_OFF])
def test_a_plan_is_fetched_saved_and_checked(kind: WorkKind) -> None:
    assert steps(kind, Phase.TRUST, Phase.DOWNLOAD, Phase.FLUSH, Phase.WRITE, Phase.VERIFY) == [
        Step.GET,
        Step.GET,
        Step.SAVE,
        Step.SAVE,
        Step.CHECK,
    ]


def test_a_repair_looks_first_and_never_goes_back() -> None:
    assert steps(
        WorkKind.REPAIR,
        Phase.VERIFY,
        Phase.COPY,
        Phase.TRUST,
        Phase.DOWNLOAD,
        Phase.FLUSH,
        Phase.VERIFY,
    ) == [Step.LOOK, Step.GET, Step.GET, Step.GET, Step.SAVE, Step.CHECK]


def test_a_copy_is_looked_over_copied_saved_and_checked() -> None:
    assert steps(WorkKind.COPY, Phase.VERIFY, Phase.COPY, Phase.FLUSH, Phase.VERIFY) == [
        Step.COPY,
        Step.COPY,
        Step.SAVE,
        Step.CHECK,
    ]
