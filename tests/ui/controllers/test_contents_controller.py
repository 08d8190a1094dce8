"""What is on the drive that is looked at: every state of the Contents page."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import InterruptedByUser, StickDamagedError
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.fs.root import Root
from app.message import Message
from app.progress import Advanced, Phase, PhaseStarted
from app.replacing import replace
from app.stick.checking.report import CheckReport
from app.stick.checking.soundness import NOT_CHECKED, UNREADABLE, Soundness, checking
from app.stick.findings import Code, Help, finding
from app.stick.inspecting.inspection import InspectedCollection, Inspection
from app.stick.inspecting.sizes import Sizes
from app.stick.mending.plan import RepairPlan, Unhealed
from app.stick.store.location import Location
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import drive_ref, report, space
from ui.controllers.contents import (
    ContentsAction,
    ContentsController,
    ContentsState,
    MainAction,
)
from ui.controllers.inspection import CheckState, InspectionResult
from ui.controllers.progress import Progress
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.state.works.work import WorkKind

DRIVE = Path("/media/APPS")
BROKEN = StickDamagedError(Message("It cannot be read."))
DAMAGE = finding(Code.OBJECT_CORRUPT, "x", Message("It is damaged."))
COLLECTION = InspectedCollection("org.test", "up", "", "", False, None, None, (), ())
APP = drive_ref("app/org.test.Hello/x86_64/stable", chosen=True)
SIZES = Sizes({}, (), 0, 0)


def inspection(
    *collections: InspectedCollection, made: int | None = 1, path: str = ".ostree/repo"
) -> Inspection:
    return Inspection(Location(Root(DRIVE), path), "Satchel", made, False, collections, space())


def seen(*collections: InspectedCollection) -> InspectionResult:
    return InspectionResult(inspection(*collections), (".ostree/repo",))


def find_damage(contents: ContentsController, bridge: HeldBridge) -> CheckReport:
    """A check has found some, on a drive with an app."""
    bridge.finish(seen(replace(COLLECTION, refs=(APP,))))
    bridge.finish(SIZES)
    contents.inspection.start_check()
    damaged = report(DAMAGE)
    bridge.finish(damaged)
    return damaged


def foresee(bridge: HeldBridge, plan: RepairPlan) -> None:
    """It is known what a repair would do."""
    [foreseeing] = [task for task in bridge.tasks if task.running and not task.stopping]
    bridge.tasks.remove(foreseeing)
    foreseeing.end(plan, None)


@pytest.fixture
def contents(session: Session, bridge: HeldBridge) -> ContentsController:
    """A folder is looked at, and nothing is known of it yet."""
    controller = ContentsController(session, bridge, session)
    session.set_target(Target(DRIVE, "APPS"))
    controller.enter()
    return controller


@pytest.fixture
def shown(contents: ContentsController, bridge: HeldBridge) -> ContentsController:
    """It is known what is on it, and what takes the space."""
    bridge.finish(seen(COLLECTION))
    bridge.finish(SIZES)
    return contents


def test_nothing_to_look_at(session: Session, bridge: HeldBridge) -> None:
    contents = ContentsController(session, bridge, session)
    wanted: list[bool] = []
    contents.folder_wanted.connect(lambda: wanted.append(True))
    contents.enter()
    assert contents.status.state is ContentsState.NO_PLACE
    contents.act()
    assert wanted


def test_it_is_inspected_measured_and_shown(
    contents: ContentsController, bridge: HeldBridge
) -> None:
    before = contents.status
    assert before.state is ContentsState.INSPECTING
    assert before.action is None
    bridge.finish(seen(COLLECTION))
    assert contents.status.state is ContentsState.SHOWN
    assert contents.inspection.sizes is None
    bridge.finish(SIZES)
    assert contents.inspection.sizes is SIZES


@pytest.mark.parametrize(
    ("result", "state", "action"),
    [
        (InspectionResult(None), ContentsState.NO_REPOSITORY, ContentsAction.ADD_APPS),
        (
            InspectionResult(inspection(made=None), (".ostree/repo",)),
            ContentsState.NO_APPS,
            ContentsAction.ADD_APPS,
        ),
        (
            InspectionResult(None, (".ostree/repo",), BROKEN),
            ContentsState.UNREADABLE,
            ContentsAction.INSPECT_AGAIN,
        ),
    ],
)
def test_what_there_is_not(
    contents: ContentsController,
    bridge: HeldBridge,
    result: InspectionResult,
    state: ContentsState,
    action: ContentsAction,
) -> None:
    bridge.finish(result)
    assert contents.status.state is state
    assert contents.status.action is action


@pytest.mark.parametrize("mendable", [True, False])
def test_what_cannot_be_read_is_repaired_where_that_helps(
    contents: ContentsController, bridge: HeldBridge, mendable: bool
) -> None:
    bridge.finish(InspectionResult(None, error=BROKEN, mendable=mendable))
    assert contents.status.state is ContentsState.UNREADABLE
    action = MainAction.REPAIR_UNSEEN if mendable else MainAction.LOOK_AGAIN
    assert contents.main_action is action


def test_what_cannot_be_read_is_read_again(
    contents: ContentsController, bridge: HeldBridge
) -> None:
    bridge.fail(BROKEN)
    assert contents.status.error is BROKEN
    contents.act()
    assert len(bridge.tasks) == 1


def test_a_check_runs_to_its_end(shown: ContentsController, bridge: HeldBridge) -> None:
    told: list[Progress] = []
    phases: list[Phase] = []
    inspector = shown.inspection
    inspector.check_progressed.connect(told.append)
    inspector.check_phase_began.connect(phases.append)
    inspector.start_check()
    inspector.start_check()
    running = inspector.check
    assert running.state is CheckState.RUNNING
    assert len(bridge.tasks) == 1
    bridge.report(PhaseStarted(Phase.VERIFY))
    bridge.report(Advanced(Phase.VERIFY, 5, 10, 500, 1000))
    assert phases == [Phase.VERIFY]
    assert told[0].share == 0.5

    bridge.finish(report(DAMAGE))
    assert inspector.check.state is CheckState.DONE
    assert inspector.check.ended
    agreement = shown.agreement
    assert agreement is not None
    assert agreement.damaged
    assert not agreement.complete


def test_what_a_check_came_to_is_known_as_long_as_nothing_is_written(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    """That of a job, too: right after it nobody asks to check what was just read back."""
    judged = replace(report(DAMAGE), stamp="as written", finished=1)
    session.checks.remember(judged)
    bridge.finish(InspectionResult(replace(inspection(COLLECTION), stamp="as written")))
    known = contents.inspection.check
    assert known.state is CheckState.DONE
    assert known.report == judged
    bridge.finish(RepairPlan(Path("/nowhere"), judged))

    contents.leave()
    contents.enter()
    bridge.finish(SIZES)
    changed = replace(inspection(COLLECTION, made=2), stamp="written again")
    bridge.finish(InspectionResult(changed))
    assert contents.inspection.check.state is CheckState.NONE


def test_a_check_is_remembered_for_other_pages(
    shown: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    shown.inspection.start_check()
    judged = replace(report(), stamp="as it is", finished=1)
    bridge.finish(judged)
    assert session.checks.of("as it is") == judged
    session.checks.remember(replace(judged, stamp="not all was read", unread=3))
    assert session.checks.of("not all was read") is None


def test_a_check_that_is_stopped_or_fails(shown: ContentsController, bridge: HeldBridge) -> None:
    inspector = shown.inspection
    inspector.start_check()
    inspector.stop_check()
    assert bridge.tasks[0].stopping
    bridge.fail(InterruptedByUser(Message("Stopped.")))
    stopped = inspector.check
    assert stopped.state is CheckState.STOPPED
    inspector.start_check()
    bridge.fail(BROKEN)
    assert inspector.check.state is CheckState.FAILED
    assert inspector.check.error is BROKEN


def test_leaving_ends_the_check(shown: ContentsController, bridge: HeldBridge) -> None:
    shown.inspection.start_check()
    shown.leave()
    assert bridge.tasks[0].stopping
    assert shown.inspection.check.state is CheckState.NONE


def test_what_was_written_since_is_checked_and_measured_anew(
    shown: ContentsController, bridge: HeldBridge
) -> None:
    shown.inspection.start_check()
    bridge.finish(report())
    shown.enter()
    bridge.finish(seen(COLLECTION))
    before = shown.inspection
    assert before.check.state is CheckState.DONE
    assert before.sizes is SIZES

    shown.enter()
    bridge.finish(seen(COLLECTION, replace(COLLECTION, id="org.test.More")))
    assert shown.inspection.check.state is CheckState.NONE
    assert shown.inspection.sizes is None
    assert len(bridge.tasks) == 1


def test_other_keys_judge_again_while_somebody_looks(
    shown: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    session.set_known(Known(()))
    assert len(bridge.tasks) == 1
    shown.leave()
    session.set_known(Known(()))
    assert len(bridge.tasks) == 1


@pytest.mark.parametrize(
    ("help", "page"),
    [(Help.MAKE_ANEW, PageName.DRIVE), (Help.ADD_REMOTE, PageName.SETTINGS)],
)
def test_what_helps_leads_there(shown: ContentsController, help: Help, page: PageName) -> None:
    pages: list[PageName] = []
    shown.go.connect(pages.append)
    shown.help(help)
    assert pages == [page]


def test_what_nobody_knows_the_remote_of_is_for_the_person_to_choose(
    shown: ContentsController, session: Session
) -> None:
    pages: list[PageName] = []
    shown.go.connect(pages.append)
    shown.help(Help.WRITE_AGAIN)
    assert pages == [PageName.APPS]
    assert session.plan is None


def test_only_the_first_repository_is_written_to(
    contents: ContentsController, bridge: HeldBridge
) -> None:
    both = (".ostree/repo", "media/repo")
    bridge.finish(InspectionResult(inspection(COLLECTION), both))
    assert contents.is_writable
    bridge.finish(SIZES)
    contents.choose_repository(1)
    assert contents.inspection.repository == "media/repo"
    bridge.finish(InspectionResult(inspection(COLLECTION, path="media/repo"), both))
    assert not contents.is_writable


def test_the_main_action_follows_what_is_known(
    contents: ContentsController, bridge: HeldBridge
) -> None:
    contents.is_at_check = True
    actions = [contents.main_action]
    bridge.finish(seen(COLLECTION))
    actions.append(contents.main_action)
    bridge.finish(SIZES)
    contents.inspection.start_check()
    actions.append(contents.main_action)
    bridge.finish(report())
    actions.append(contents.main_action)
    contents.look_again()
    bridge.fail(BROKEN)
    actions.append(contents.main_action)
    assert actions == [
        MainAction.NONE,
        MainAction.CHECK,
        MainAction.STOP_CHECK,
        MainAction.CHECK_AGAIN,
        MainAction.LOOK_AGAIN,
    ]


def test_the_verdict_is_the_checks(shown: ContentsController, bridge: HeldBridge) -> None:
    assert shown.verdict == NOT_CHECKED
    shown.inspection.start_check()
    bridge.report(PhaseStarted(Phase.VERIFY))
    bridge.report(Advanced(Phase.VERIFY, 5, 10, 840, 1000))
    assert shown.verdict == checking(0.84)
    bridge.finish(replace(report(DAMAGE), damaged_apps=(APP.ref,)))
    assert shown.verdict.soundness is Soundness.DAMAGED
    assert shown.verdict.apps == 1
    assert shown.damaged == {APP.ref}
    bridge.finish(RepairPlan(Path("/nowhere"), report(DAMAGE)))
    shown.look_again()
    bridge.fail(BROKEN)
    assert shown.verdict == UNREADABLE


def test_a_repair_is_foreseen_as_soon_as_damage_is_known_and_begins_at_once(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    damaged = find_damage(contents, bridge)
    assert contents.mending.outlook.looking
    contents.is_at_check = True
    assert contents.main_action is MainAction.REPAIR

    foresee(bridge, RepairPlan(Path("/nowhere"), damaged))
    assert not contents.mending.outlook.looking
    pages: list[PageName] = []
    contents.go.connect(pages.append)
    contents.repair()
    assert pages == [PageName.MAKE]
    work = session.work
    assert work is not None
    assert work.kind is WorkKind.REPAIR
    assert [ref for ref, _ in work.apps] == [APP.ref]


def test_what_no_repair_heals_is_not_repaired(
    contents: ContentsController, bridge: HeldBridge
) -> None:
    damaged = find_damage(contents, bridge)
    left = (Unhealed(DAMAGE, Message("Hello cannot be installed.")),)
    contents.is_at_check = True
    bridge.finish(RepairPlan(Path("/nowhere"), damaged, unhealed=left))
    assert not contents.can_repair
    assert contents.main_action is MainAction.CHECK_AGAIN


def test_more_apps_go_onto_what_is_looked_at(
    shown: ContentsController, session: Session, tmp_path: Path
) -> None:
    pages: list[PageName] = []
    shown.go.connect(pages.append)
    shown.viewed.open_folder(tmp_path)
    shown.add_apps()
    assert pages == [PageName.APPS]
    assert session.target is not None
    assert session.target.root == tmp_path


def test_start_here_is_offered_where_it_is(shown: ContentsController, tmp_path: Path) -> None:
    assert shown.start_here is None
    shown.viewed.open_folder(tmp_path)
    assert shown.start_here is None
    page = tmp_path / "satchel/START-HERE.html"
    page.parent.mkdir()
    page.touch()
    assert shown.start_here == page


def test_what_was_interrupted_goes_on_where_drives_are_chosen(
    shown: ContentsController, session: Session, tmp_path: Path
) -> None:
    pages: list[PageName] = []
    shown.go.connect(pages.append)
    shown.viewed.open_folder(tmp_path)
    shown.resume()
    assert pages == [PageName.DRIVE]
    assert session.target is not None
    assert session.target.root == tmp_path


def test_what_was_measured_before_it_became_unreadable_does_not_count(
    contents: ContentsController, bridge: HeldBridge
) -> None:
    bridge.finish(seen(COLLECTION))
    contents.look_again()
    measuring, looking = bridge.tasks
    looking.end(None, BROKEN)
    measuring.end(SIZES, None)
    assert contents.inspection.sizes is None
    assert not contents.inspection.sizes_error


def test_what_has_no_apps_yet_gets_some(contents: ContentsController, bridge: HeldBridge) -> None:
    bridge.finish(InspectionResult(None))
    pages: list[PageName] = []
    contents.go.connect(pages.append)
    contents.act()
    assert pages == [PageName.APPS]


def test_with_other_sources_a_repair_is_foreseen_anew(
    contents: ContentsController, session: Session, bridge: HeldBridge
) -> None:
    """What was nowhere to be had may be there now."""
    damaged = find_damage(contents, bridge)
    foresee(bridge, RepairPlan(Path("/nowhere"), damaged))
    assert not contents.mending.outlook.looking
    contents.leave()
    session.set_known(Known((Remote("other", "http://127.0.0.1:1/"),)))
    contents.enter()
    assert contents.mending.outlook.looking
