"""What is newer than on the drive that is looked at, what comes off, and when either begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.fs.root import Root
from app.message import Message
from app.ostree.pull.answers import OfflineError
from app.replacing import replace
from app.stick.inspecting.inspection import InspectedCollection, Inspection
from app.stick.inspecting.sizes import Sizes
from app.stick.planning.changes import Changes
from app.stick.planning.news import UPDATE, News
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest
from app.stick.store.location import Location
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import drive_ref, plan, space
from ui.controllers.contents import ContentsController, MainAction
from ui.controllers.inspection import InspectionResult
from ui.controllers.upkeep import Prepared, UpkeepController, UpkeepState
from ui.state.page_name import PageName
from ui.state.session import Session, Target
from ui.state.works.planned import PlannedWork
from ui.state.works.work import WorkKind

DRIVE = Path("/media/APPS")
HELLO = drive_ref("app/org.test.Hello/x86_64/stable", chosen=True)
OTHER = drive_ref("app/org.test.Other/x86_64/stable", chosen=True)
COLLECTION = InspectedCollection("org.test", "up", "", "", False, None, None, (HELLO, OTHER), ())
NEWS = News(newer={HELLO.ref: "2.0"}, download=1000)
OFFLINE = OfflineError(Message("There is no connection."))


def seen(*collections: InspectedCollection, stamp: str = "a") -> InspectionResult:
    location = Location(Root(DRIVE), ".ostree/repo")
    found_there = Inspection(location, "Satchel", 1, False, collections, space(), stamp)
    return InspectionResult(found_there, (".ostree/repo",))


def prepared(news: News | None, changes: Changes = UPDATE, at: float = 0) -> Prepared:
    request = PlanRequest(DRIVE, (), None, None, Options("x86_64"), changes=changes)
    return Prepared(plan(), request, news, at)


@pytest.fixture
def contents(session: Session, bridge: HeldBridge) -> ContentsController:
    """A drive that is looked at, on a computer that knows where its apps come from; measured."""
    session.set_known(Known((Remote("up", "http://127.0.0.1:1/", collection_id="org.test"),)))
    controller = ContentsController(session, bridge, session)
    session.set_target(Target(DRIVE, "APPS"))
    controller.enter()
    bridge.finish(seen(COLLECTION))
    measuring = bridge.tasks.pop(1)
    measuring.end(Sizes({}, (), 0, 0), None)
    return controller


@pytest.fixture
def upkeep(contents: ContentsController) -> UpkeepController:
    return contents.upkeep


def pages(upkeep: UpkeepController) -> list[PageName]:
    went: list[PageName] = []
    upkeep.go.connect(went.append)
    return went


def begun(session: Session) -> PlannedWork:
    assert isinstance(session.work, PlannedWork)
    return session.work


def test_what_is_known_is_compared_while_nobody_waits(
    contents: ContentsController, upkeep: UpkeepController, bridge: HeldBridge
) -> None:
    assert upkeep.status.state is UpkeepState.COMPARING
    actions = [contents.main_action]
    bridge.finish(NEWS)
    assert upkeep.status.news == NEWS
    assert not upkeep.status.asked
    actions.append(contents.main_action)
    contents.is_at_check = True
    actions.append(contents.main_action)
    assert actions == [MainAction.ASK, MainAction.UPDATE, MainAction.CHECK]


def test_where_nothing_is_known_the_sources_can_be_asked(
    contents: ContentsController, upkeep: UpkeepController, bridge: HeldBridge
) -> None:
    bridge.finish(None)
    actions = [contents.main_action]
    upkeep.ask()
    actions.append(contents.main_action)
    bridge.finish(prepared(News()))
    assert upkeep.status.asked
    actions.append(contents.main_action)
    upkeep.ask()
    bridge.fail(OFFLINE)
    assert upkeep.status.error is OFFLINE
    actions.append(contents.main_action)
    ask, stop = MainAction.ASK, MainAction.STOP_WAITING
    assert actions == [ask, stop, ask, ask]


def test_an_update_begins_once_it_is_planned(
    upkeep: UpkeepController, session: Session, bridge: HeldBridge
) -> None:
    bridge.finish(NEWS)
    went = pages(upkeep)
    upkeep.update()
    assert upkeep.status.state is UpkeepState.PREPARING
    assert session.work is None
    bridge.finish(prepared(replace(NEWS, exact=True)))
    assert went == [PageName.MAKE]
    assert begun(session).kind is WorkKind.UPDATE
    assert begun(session).request is not None
    assert begun(session).names.keys() == {HELLO.ref, OTHER.ref}
    assert session.target is not None
    assert session.target.root == DRIVE


@pytest.mark.parametrize(
    "told",
    [
        replace(NEWS, gone=frozenset({OTHER.ref})),
        replace(NEWS, renamed={OTHER.ref: "app/org.test.New/x86_64/stable"}),
        replace(NEWS, ended=frozenset({OTHER.ref})),
        replace(NEWS, held=frozenset({OTHER.ref})),
        replace(NEWS, leaving=(OTHER.ref,)),
        replace(NEWS, unasked=frozenset({OTHER.ref})),
    ],
)
def test_what_nobody_could_have_read_is_said_before_it_begins(
    upkeep: UpkeepController, session: Session, bridge: HeldBridge, told: News
) -> None:
    bridge.finish(NEWS)
    went = pages(upkeep)
    upkeep.update()
    made = prepared(told, at=session.environment.clock())
    bridge.finish(made)
    assert not went
    assert upkeep.status.news == told
    # Now it has been read, and asked for again; nobody is asked a second time.
    upkeep.update()
    assert went == [PageName.MAKE]
    assert begun(session).plan is made.plan


@pytest.mark.parametrize("told", [replace(NEWS, lacking=5), replace(NEWS, too_large=(HELLO.ref,))])
def test_what_does_not_fit_does_not_begin(
    contents: ContentsController,
    upkeep: UpkeepController,
    session: Session,
    bridge: HeldBridge,
    told: News,
) -> None:
    bridge.finish(NEWS)
    upkeep.update()
    bridge.finish(prepared(told))
    assert session.work is None
    assert contents.main_action is MainAction.UPDATE
    assert not contents.can_update


def test_an_old_plan_is_made_anew(
    upkeep: UpkeepController, session: Session, bridge: HeldBridge
) -> None:
    bridge.finish(None)
    upkeep.ask()
    bridge.finish(prepared(NEWS, at=session.environment.clock() - 3600))
    upkeep.update()
    states = [upkeep.status.state]
    upkeep.stop()
    states.append(upkeep.status.state)
    assert states == [UpkeepState.PREPARING, UpkeepState.RESTING]
    assert session.work is None


def test_nothing_comes_off_by_being_marked(
    contents: ContentsController, upkeep: UpkeepController, session: Session, bridge: HeldBridge
) -> None:
    bridge.finish(NEWS)
    went = pages(upkeep)
    upkeep.mark(HELLO.ref)
    upkeep.mark(OTHER.ref)
    upkeep.mark(HELLO.ref)
    assert upkeep.status.marked == (HELLO.ref, OTHER.ref)
    actions = [contents.main_action]
    upkeep.unmark(HELLO.ref)
    assert session.work is None
    assert not bridge.tasks
    upkeep.apply()
    bridge.finish(prepared(None, Changes(without=(OTHER.ref,))))
    assert went == [PageName.MAKE]
    assert begun(session).kind is WorkKind.TAKE_OFF
    upkeep.unmark(OTHER.ref)
    actions.append(contents.main_action)
    assert actions == [MainAction.APPLY, MainAction.UPDATE]


def test_a_drive_that_was_written_is_compared_anew(
    contents: ContentsController, upkeep: UpkeepController, bridge: HeldBridge
) -> None:
    bridge.finish(NEWS)
    upkeep.mark(HELLO.ref)
    upkeep.mark(OTHER.ref)
    contents.leave()
    contents.enter()
    bridge.finish(seen(COLLECTION))
    assert upkeep.status.news == NEWS
    assert not bridge.tasks

    contents.enter()
    bridge.finish(seen(replace(COLLECTION, refs=(OTHER,)), stamp="b"))
    assert upkeep.status.news is None
    assert upkeep.status.marked == (OTHER.ref,)
    assert upkeep.status.state is UpkeepState.COMPARING


def test_another_drive_has_nothing_to_do_with_it(
    contents: ContentsController, upkeep: UpkeepController, bridge: HeldBridge, tmp_path: Path
) -> None:
    bridge.finish(NEWS)
    upkeep.mark(HELLO.ref)
    contents.viewed.open_folder(tmp_path)
    assert upkeep.status.news is None
    assert not upkeep.status.marked
