"""A drive that has just been written, behind the Done page."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from app.drive.drive import Drive, Volume
from app.drive.udisks.ejecting import Ejected, Removal
from app.errors import DriveError
from app.message import NOTHING, Message
from app.replacing import replace
from app.stick.checking.soundness import Soundness
from app.stick.findings import Code, Finding, finding
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import GB, outcome, plan, report
from ui.controllers.made_drive import EjectionState, MadeDriveController, NextStep
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.state.works.planned import PlannedWork
from ui.state.works.work import WorkKind

DAMAGE = finding(Code.OBJECT_CORRUPT, "x", Message("It is damaged."))
HINT = finding(Code.END_OF_LIFE, "x", Message("It gets no more updates."))
IN_USE = DriveError(Message("It is in use."))
VOLUME = Volume("/dev/sdx1", 17, "ext4", "APPS", "A-B", GB, (Path("/media/APPS"),))
DRIVE = Drive("/dev/sdx", 16, "", "Stick", "", "usb", GB, True, False, NOTHING, (VOLUME,))


@pytest.fixture
def made(chosen: Session, bridge: HeldBridge) -> MadeDriveController:
    """On a drive that can be ejected; nothing is made yet."""
    chosen.drives.drives = (DRIVE,)
    chosen.set_target(Target(Path("/media/APPS"), "APPS", DRIVE, VOLUME))
    controller = MadeDriveController(chosen, bridge, chosen)
    chosen.set_plan(plan(until=5))
    chosen.approve()
    return controller


def test_a_sound_drive_is_ejected_first(
    made: MadeDriveController, chosen: Session, bridge: HeldBridge
) -> None:
    assert made.status.made is None
    chosen.set_outcome(outcome(report()))
    made.enter()
    assert made.status.made is not None
    assert made.status.made.name == "APPS"
    assert made.status.made.verdict.soundness is Soundness.SOUND
    assert made.status.next_step is NextStep.EJECT

    made.go_on()
    assert made.status.next_step is NextStep.WAIT
    made.go_on()
    assert len(bridge.tasks) == 1
    bridge.finish(Ejected((), Removal.POWERED_OFF))
    assert made.status.ejection is EjectionState.EJECTED
    assert made.status.next_step is NextStep.MAKE_ANOTHER
    assert not made.status.reachable


@pytest.mark.parametrize("findings", [(), (DAMAGE,)])
def test_it_is_ejected_by_itself_where_somebody_wanted_that_and_it_is_sound(
    made: MadeDriveController, chosen: Session, bridge: HeldBridge, findings: tuple[Finding, ...]
) -> None:
    chosen.ejects_when_finished = True
    chosen.set_outcome(outcome(report(*findings)))
    assert len(bridge.tasks) == (0 if findings else 1)
    assert (made.status.ejection is EjectionState.UNDER_WAY) is not bool(findings)


@pytest.mark.parametrize("ejected", [True, False])
def test_of_the_next_drive_nothing_is_told_that_was_about_the_one_before(
    made: MadeDriveController, chosen: Session, bridge: HeldBridge, ejected: bool
) -> None:
    chosen.set_outcome(outcome(report()))
    made.enter()
    made.go_on()
    made.leave()
    chosen.set_plan(plan())
    chosen.approve()
    chosen.set_outcome(outcome(report()))
    made.enter()
    if ejected:
        bridge.finish(Ejected((), Removal.POWERED_OFF))
    else:
        bridge.fail(IN_USE)
    assert made.status.ejection is EjectionState.NOT_ASKED
    assert made.status.error is None
    assert made.status.next_step is NextStep.EJECT


def test_a_drive_that_was_pulled_out_is_known_when_it_is_back(
    made: MadeDriveController, chosen: Session, bridge: HeldBridge
) -> None:
    """Ejecting what was in its place before would say that it can be pulled out."""
    chosen.set_outcome(outcome(report()))
    chosen.drives.drives = ()
    chosen.drives.changed.emit()
    assert not made.status.can_eject
    assert made.status.next_step is NextStep.MAKE_ANOTHER

    volume = replace(VOLUME, device="/dev/sdy1", number=33)
    back = replace(DRIVE, device="/dev/sdy", number=32, sequence=7, volumes=(volume,))
    chosen.drives.drives = (back,)
    chosen.drives.changed.emit()
    assert made.status.can_eject
    made.eject()
    work = bridge.works[-1]
    assert isinstance(work, partial)
    assert work.args == (back,)


def test_a_drive_in_use_can_be_tried_again(
    made: MadeDriveController, chosen: Session, bridge: HeldBridge
) -> None:
    chosen.set_outcome(outcome(report()))
    made.eject()
    bridge.fail(IN_USE)
    assert made.status.ejection is EjectionState.REFUSED
    assert made.status.error is IN_USE
    assert made.status.next_step is NextStep.EJECT
    made.eject()
    assert made.status.error is None


@pytest.mark.parametrize(
    ("findings", "soundness", "step"),
    [
        ((HINT,), Soundness.HINTS, NextStep.EJECT),
        ((DAMAGE, HINT), Soundness.DAMAGED, NextStep.REPAIR),
    ],
)
def test_the_verdict_decides_what_helps(
    made: MadeDriveController,
    chosen: Session,
    findings: tuple[Finding, ...],
    soundness: Soundness,
    step: NextStep,
) -> None:
    chosen.set_outcome(outcome(report(*findings)))
    assert made.status.made is not None
    assert made.status.made.verdict.soundness is soundness
    assert made.status.next_step is step


def test_what_is_not_sound_is_repaired(made: MadeDriveController, chosen: Session) -> None:
    chosen.set_outcome(outcome(report(DAMAGE)))
    made.go_on()
    work = chosen.work
    assert work is not None
    assert work.kind is WorkKind.REPAIR
    assert work.root == Path("/media/APPS")
    assert chosen.plan is None


def test_what_was_not_chosen_here_is_looked_at_afterwards(
    chosen: Session, bridge: HeldBridge
) -> None:
    made = MadeDriveController(chosen, bridge, chosen)
    pages: list[PageName] = []
    made.go.connect(pages.append)
    chosen.begin(PlannedWork(plan(), kind=WorkKind.UPDATE))
    chosen.set_outcome(outcome(report()))
    assert made.status.next_step is NextStep.SEE_CONTENTS
    made.go_on()
    assert pages == [PageName.CONTENTS]


def test_without_a_check_the_plan_knows_until_when(
    made: MadeDriveController, chosen: Session
) -> None:
    chosen.set_outcome(outcome())
    assert made.status.made is not None
    assert made.status.made.until == 5


def test_pulled_out_it_stays_readable_while_somebody_reads_it(
    made: MadeDriveController, chosen: Session
) -> None:
    chosen.set_outcome(outcome(report()))
    made.enter()
    chosen.set_target(None)
    assert made.status.made is not None
    assert made.status.made.name == "APPS"
    assert not made.status.can_eject
    assert made.status.next_step is NextStep.MAKE_ANOTHER
    made.leave()
    assert made.status.made is None


def test_a_folder_is_not_ejected(chosen: Session, bridge: HeldBridge) -> None:
    made = MadeDriveController(chosen, bridge, chosen)
    pages: list[PageName] = []
    made.go.connect(pages.append)
    chosen.set_plan(plan())
    chosen.approve()
    chosen.set_outcome(outcome(report()))
    made.eject()
    assert not bridge.tasks
    assert made.status.next_step is NextStep.MAKE_ANOTHER
    made.go_on()
    assert chosen.target is None
    assert pages == [PageName.DRIVE]
