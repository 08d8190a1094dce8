"""A repair as work of the window: when it waits for the internet, and what it says it did."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from app.flatpak.remotes.known import Known
from app.message import Message
from app.ostree.pull.answers import OfflineError
from app.progress import CancelToken, silent
from app.replacing import replace
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.findings import Code, finding
from app.stick.mending.healing import Healed
from app.stick.mending.repairing import RepairOutcome
from app.stick.mending.request import RepairRequest
from app.stick.writing.outcome import Outcome, Replaced
from tests.ui.controllers.values import report
from ui.state.works import repair
from ui.state.works.repair import RepairWork
from ui.state.works.work import WorkContext, WorkOutcome

APP = "app/org.test.Hello/x86_64/stable"
DAMAGE = finding(Code.OBJECT_CORRUPT, "x", Message("It is damaged."))
OFFLINE = OfflineError(Message("There is no internet connection."))
BEFORE = replace(report(DAMAGE), damaged_apps=(APP,))


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(repair, "measure", lambda *_: SimpleNamespace(free=5))
    return tmp_path


def run(drive: Path, done: RepairOutcome, monkeypatch: pytest.MonkeyPatch) -> WorkOutcome:
    monkeypatch.setattr(repair, "repair_stick", lambda *_: done)
    environment = cast(Environment, SimpleNamespace(quota=None))
    work = RepairWork(RepairRequest(drive), ((APP, "Hello"),))
    return work.run(WorkContext(environment, Known(())), silent, CancelToken())


def test_it_waits_for_the_internet_only_if_that_could_heal_something(
    drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    healed = RepairOutcome(BEFORE, report(), unasked=OFFLINE)
    assert run(drive, healed, monkeypatch).check == report()
    # It was damaged, so there was something to repair.
    assert run(drive, RepairOutcome(report(DAMAGE), report()), monkeypatch).said
    assert not run(drive, RepairOutcome(report(), report()), monkeypatch).said
    left = RepairOutcome(BEFORE, report(DAMAGE), unasked=OFFLINE)
    with pytest.raises(OfflineError):
        run(drive, left, monkeypatch)


def test_what_it_did_is_told_in_one_sentence_whatever_it_came_from(
    drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after: CheckReport = report()
    job = Outcome(1, 1, 1000, 1.0, (), (), after, Replaced(1, 500))
    moved = (("satchel/x", "satchel-moved-aside/x"),)
    done = RepairOutcome(BEFORE, after, Healed(1, 2500), moved, (job,))
    outcome = run(drive, done, monkeypatch)
    assert str(outcome.replaced.words) == "1 app repaired: 3 files fetched again (4.0 kB)."
    [said] = outcome.said
    assert "satchel-moved-aside/x" in str(said)
    assert outcome.free == 5
