"""What is chosen and what it costs, in every state."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.errors import InterruptedByUser, SatchelError, UpstreamError
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.remote import Remote
from app.message import Message
from app.replacing import replace
from app.stick.planning.cost import Cost
from app.stick.planning.freeing import Freed
from app.stick.planning.plan import Action, AppOnDrive, Item, Removal
from app.stick.planning.sizes import Estimate
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import GB, space
from tests.ui.file_states import offered_file
from ui.controllers.choice import ChoiceController, ChoiceStatus, Tick
from ui.controllers.cost import ChoiceCost
from ui.controllers.cost_status import CostState, CostStatus, cost_status
from ui.models.app_rows import row_key
from ui.pages.apps.choice_words import LineTone, leaving, partly, strip_line, summed
from ui.state.choice import ChosenRef
from ui.state.session import Session, Target

UP = Remote("up", "")
ROW = Row(UP, Component(id="org.test.Hello", ref="app/org.test.Hello/x86_64/stable"), False)
MAPS = Row(UP, Component(id="org.test.Maps", ref="app/org.test.Maps/x86_64/stable"), True)
BROKEN = UpstreamError(Message("It broke off."))
STOPPED = InterruptedByUser(Message("Stopped."))


def cost(*items: Item, write: int = GB, least: int = GB, free: int = 6 * GB) -> Cost:
    estimate = Estimate(10, GB // 2, write, least, write, False, space(free), ())
    return Cost(items, estimate, (), ())


def item(action: Action, *, chosen: bool = True) -> Item:
    return Item("org.test", ROW.ref, "", None, action, chosen, Message("Because."))


def there(ref: str, name: str = "") -> AppOnDrive:
    return AppOnDrive("org.test", ref, "c", name)


def removal(ref: str) -> Removal:
    return Removal("org.test", ref, "c", Message("You take it off."), named=True)


ADDED = item(Action.ADD)


def answered(
    choice_cost: Cost,
    *on_drive: str,
    chosen: bool = True,
    imagined: bool = False,
    elsewhere: tuple[tuple[AppOnDrive, ...], ...] = (),
) -> object:
    """What `CostController` gets back from its work."""
    apps = tuple(there(ref) for ref in on_drive if ref.startswith("app/"))
    told = ChoiceCost(choice_cost, chosen, frozenset(on_drive), apps, imagined)
    return SimpleNamespace(session=None, result=told, error=None, elsewhere=elsewhere)


def refused(error: SatchelError) -> object:
    return SimpleNamespace(session=None, result=None, error=error, elsewhere=())


@pytest.fixture
def choosing(chosen: Session, bridge: HeldBridge) -> ChoiceController:
    """Nothing is chosen, and there is something to count with."""
    chosen.set_choice(replace(chosen.choice, refs=()))
    controller = ChoiceController(chosen, bridge, chosen)
    controller.open(offline=False)
    bridge.finish(answered(cost(), chosen=False))
    return controller


class TestChoice:
    def test_chosen_and_taken_away(self, choosing: ChoiceController, chosen: Session) -> None:
        choosing.toggle(ROW, "Hello")
        choosing.toggle(MAPS, "Maps")
        assert [ref.name for ref in chosen.choice.refs] == ["Hello", "Maps"]
        before = choosing.toggle(ROW, "Hello")
        assert choosing.status.keys == {("up", MAPS.ref)}
        choosing.restore(before)
        assert [ref.name for ref in choosing.status.refs] == ["Hello", "Maps"]

    def test_all_of_it_is_taken_away_and_comes_back(self, choosing: ChoiceController) -> None:
        choosing.toggle(ROW, "Hello")
        choosing.toggle(MAPS, "Maps")
        before = choosing.clear()
        assert not choosing.status.refs
        choosing.restore(before)
        assert len(choosing.status.refs) == 2

    def test_what_comes_as_a_file_is_chosen_in_its_source_too(
        self, choosing: ChoiceController, chosen: Session
    ) -> None:
        offered = offered_file(vouched=False)
        row = Row(UP, Component(id="org.test.Globe", ref=offered.ref), False)
        file = ChosenRef(offered.ref, "", "Globe", offered.file)
        chosen.set_choice(replace(chosen.choice, refs=(file,)))
        assert choosing.status.tick(row_key(row)) is Tick.CHOSEN
        choosing.add((ChosenRef(offered.ref, "up", "Globe"),))
        assert choosing.status.refs == (file,)

        choosing.toggle(row, "Globe")
        assert not choosing.status.refs
        assert choosing.status.tick(row_key(row)) is Tick.NONE
        choosing.toggle(row, "Globe")
        assert choosing.status.refs == (ChosenRef(offered.ref, "up", "Globe"),)

    def test_what_is_there_is_not_added_again(
        self, choosing: ChoiceController, bridge: HeldBridge
    ) -> None:
        choosing.enter()
        bridge.finish(answered(cost(), ROW.ref, chosen=False))
        hello = ChosenRef(ROW.ref, "up", "Hello")
        maps = ChosenRef(MAPS.ref, "up", "Maps")
        choosing.add((hello, maps, maps))
        assert choosing.status.refs == (maps,)

    def test_what_is_on_the_drive_is_ticked_and_can_be_taken_off(
        self, choosing: ChoiceController, bridge: HeldBridge, chosen: Session
    ) -> None:
        read: list[bool] = []
        choosing.drive_read.connect(lambda: read.append(True))
        choosing.enter()
        bridge.finish(answered(cost(), ROW.ref, "runtime/org.x.P/x86_64/1", chosen=False))
        assert read == [True]
        assert choosing.status.on_drive == {ROW.ref}
        assert choosing.status.tick(row_key(ROW)) is Tick.ON_DRIVE
        assert not choosing.ready
        before = choosing.toggle(ROW, "Hello")
        assert choosing.status.tick(row_key(ROW)) is Tick.NONE
        assert choosing.status.stay == 0
        assert choosing.status.off == {ROW.ref}
        assert chosen.choice.without == (there(ROW.ref, "Hello"),)
        bridge.finish(answered(replace(cost(), removed=(removal(ROW.ref),)), ROW.ref))
        assert choosing.ready
        choosing.restore(before)
        assert choosing.status.tick(row_key(ROW)) is Tick.ON_DRIVE
        assert not choosing.ready

    def test_a_wish_for_one_drive_is_none_for_another(
        self, choosing: ChoiceController, bridge: HeldBridge, chosen: Session
    ) -> None:
        """Neither what was ticked since it was there, nor what was to come off."""
        choosing.enter()
        bridge.finish(answered(cost(), ROW.ref, MAPS.ref, chosen=False))
        choosing.toggle(ROW, "Hello")
        chosen.set_target(Target(Path("/elsewhere"), "Another"))
        assert choosing.status.tick(row_key(ROW)) is Tick.NONE
        assert choosing.status.tick(row_key(MAPS)) is Tick.NONE
        assert chosen.choice.is_empty
        bridge.finish(answered(cost(), chosen=False))
        bridge.finish(answered(cost(), ROW.ref, chosen=False))
        assert choosing.status.tick(row_key(ROW)) is Tick.ON_DRIVE
        assert not choosing.status.off

    def test_of_several_drives_only_what_is_on_all_is_ticked(
        self, choosing: ChoiceController, chosen: Session, bridge: HeldBridge
    ) -> None:
        """What only some of them have can be chosen for the others."""
        chosen.set_targets(tuple(Target(Path(name), name) for name in ("/a", "/b", "/c")))
        beside = (there(ROW.ref), there(MAPS.ref)), (there(ROW.ref),)
        bridge.finish(answered(cost(), ROW.ref, MAPS.ref, chosen=False, elsewhere=beside))
        status = choosing.status
        assert status.tick(row_key(ROW)) is Tick.ON_DRIVE
        assert status.tick(row_key(MAPS)) is Tick.ON_SOME
        assert status.on_some == {MAPS.ref: 2}
        assert choosing.carried == {ROW.ref}
        assert strip_line(status).text == "All of it is on all 3 drives already"

        choosing.toggle(MAPS, "Maps")
        kept = cost(replace(item(Action.KEEP), ref=MAPS.ref), write=0)
        bridge.finish(answered(kept, ROW.ref, MAPS.ref, elsewhere=beside))
        assert choosing.status.cost.state is CostState.FITS
        assert choosing.ready

    def test_what_only_some_drives_have_comes_off_those(
        self, choosing: ChoiceController, chosen: Session, bridge: HeldBridge
    ) -> None:
        """After it was for all; once more, and it stays as it is. Wherever a drive has it from."""
        chosen.set_targets(tuple(Target(Path(name), name) for name in ("/a", "/b", "/c")))
        copy = replace(there(MAPS.ref), collection="org.test.Else")
        beside = (there(ROW.ref), there(MAPS.ref)), (there(ROW.ref), copy)
        told = partial(answered, cost(), ROW.ref, elsewhere=beside)
        bridge.finish(told(chosen=False))
        assert [each.name for each in partly(choosing.status)] == ["org.test.Maps"]
        choosing.toggle(MAPS, "Maps")
        assert [each.ref for each in chosen.choice.refs] == [MAPS.ref]
        assert not partly(choosing.status)
        bridge.finish(told())
        choosing.toggle(MAPS, "Maps")
        assert choosing.status.tick(row_key(MAPS)) is Tick.NONE
        assert not chosen.choice.refs
        assert {app.collection for app in chosen.choice.coming_off} == {"org.test", "org.test.Else"}
        (leaves,) = leaving(choosing.status)
        assert (leaves.on, leaves.drives) == (2, 3)
        # The one that is asked about has not got it.
        bridge.finish(told(chosen=False))
        assert choosing.ready
        assert strip_line(choosing.status).text.startswith("1 stay, 1 come(s) off")
        choosing.toggle(MAPS, "Maps")
        assert chosen.choice.is_empty
        assert choosing.status.tick(row_key(MAPS)) is Tick.ON_SOME
        choosing.take_off(MAPS.ref, "Maps")
        choosing.add((ChosenRef(MAPS.ref, "up", "Maps"),))
        assert [each.ref for each in chosen.choice.refs] == [MAPS.ref]
        assert not chosen.choice.coming_off

    def test_what_was_said_to_come_off_counts_before_anybody_has_looked(
        self, chosen: Session, bridge: HeldBridge
    ) -> None:
        """As when somebody comes from another page; what is not there in the end does not count."""
        choosing = ChoiceController(chosen, bridge, chosen)
        chosen.set_choice(replace(chosen.choice, refs=(), without=(there(ROW.ref, "Hello"),)))
        assert choosing.ready
        choosing.open(offline=False)
        bridge.finish(answered(cost(), chosen=False))
        assert not choosing.ready

    def test_what_comes_off_stays_when_it_is_chosen_again(
        self, choosing: ChoiceController, bridge: HeldBridge, chosen: Session
    ) -> None:
        choosing.enter()
        bridge.finish(answered(cost(), ROW.ref, chosen=False))
        choosing.toggle(ROW, "Hello")
        choosing.toggle(ROW, "Hello")
        assert chosen.choice.is_empty
        choosing.toggle(ROW, "Hello")
        choosing.add((ChosenRef(ROW.ref, "up", "Hello"), ChosenRef(MAPS.ref, "up", "Maps")))
        assert [ref.name for ref in chosen.choice.refs] == ["Maps"]
        assert not chosen.choice.coming_off

    def test_what_was_chosen_and_has_been_written_can_be_taken_off(
        self, choosing: ChoiceController, bridge: HeldBridge, chosen: Session
    ) -> None:
        """It is no wish any more, else it would be written again."""
        choosing.toggle(ROW, "Hello")
        bridge.finish(answered(cost(ADDED), ROW.ref))
        choosing.toggle(ROW, "Hello")
        assert not chosen.choice.refs
        assert choosing.status.off == {ROW.ref}

    def test_clearing_leaves_what_is_on_the_drive(
        self, choosing: ChoiceController, bridge: HeldBridge, chosen: Session
    ) -> None:
        choosing.enter()
        bridge.finish(answered(cost(), ROW.ref, chosen=False))
        choosing.toggle(MAPS, "Maps")
        choosing.toggle(ROW, "Hello")
        choosing.clear()
        assert chosen.choice.is_empty
        assert choosing.status.tick(row_key(ROW)) is Tick.ON_DRIVE


class TestCost:
    def test_ready_unless_it_is_too_large(
        self, choosing: ChoiceController, bridge: HeldBridge
    ) -> None:
        assert not choosing.ready
        choosing.toggle(ROW, "Hello")
        bridge.finish(answered(cost(ADDED)))
        fits = choosing.status.cost.state
        assert fits is CostState.FITS
        assert choosing.ready
        choosing.toggle(MAPS, "Maps")
        bridge.finish(answered(cost(ADDED, least=7 * GB, write=7 * GB)))
        assert choosing.status.cost.state is CostState.TOO_LARGE
        assert not choosing.ready

    def test_while_it_is_counted_the_numbers_stay(
        self, choosing: ChoiceController, bridge: HeldBridge
    ) -> None:
        choosing.toggle(ROW, "Hello")
        bridge.finish(answered(cost(ADDED)))
        choosing.toggle(MAPS, "Maps")
        assert choosing.status.cost.state is CostState.COUNTING
        assert choosing.status.cost.write == GB

    def test_what_is_refused_says_why(self, choosing: ChoiceController, bridge: HeldBridge) -> None:
        choosing.toggle(ROW, "Hello")
        bridge.finish(refused(STOPPED))
        assert choosing.ready
        choosing.toggle(MAPS, "Maps")
        bridge.finish(refused(BROKEN))
        assert choosing.status.cost.state is CostState.REFUSED
        assert choosing.status.cost.error is BROKEN
        assert not choosing.ready

    def test_only_the_last_choice_is_told(
        self, choosing: ChoiceController, bridge: HeldBridge
    ) -> None:
        choosing.toggle(ROW, "Hello")
        choosing.toggle(MAPS, "Maps")
        assert len(bridge.tasks) == 1
        bridge.finish(refused(BROKEN))
        assert choosing.status.cost.state is not CostState.REFUSED
        assert len(bridge.tasks) == 1

    def test_of_another_drive_nothing_is_told(
        self, choosing: ChoiceController, bridge: HeldBridge, chosen: Session
    ) -> None:
        choosing.toggle(ROW, "Hello")
        chosen.set_target(Target(Path("/elsewhere"), "Another"))
        bridge.finish(answered(cost(ADDED), ROW.ref))
        still = choosing.status
        assert still.cost.state is CostState.COUNTING
        assert not still.on_drive
        bridge.finish(answered(cost(ADDED)))
        assert choosing.status.cost.state is CostState.FITS

    def test_without_a_drive_it_says_how_large_one_has_to_be(
        self, chosen: Session, bridge: HeldBridge
    ) -> None:
        chosen.set_target(None)
        choosing = ChoiceController(chosen, bridge, chosen)
        choosing.open(offline=True)
        bridge.finish(answered(cost(ADDED, write=3 * GB), imagined=True))
        assert choosing.status.cost.state is CostState.NEEDS_DRIVE
        assert choosing.status.cost.drive == 4 * GB
        assert choosing.status.cost.space is None
        assert choosing.ready

    @pytest.mark.parametrize(
        ("choice_cost", "chosen", "state", "blocks"),
        [
            (cost(), False, CostState.NOTHING_CHOSEN, False),
            (cost(item(Action.KEEP)), True, CostState.ALL_THERE, True),
            (cost(ADDED), True, CostState.FITS, False),
            (cost(ADDED, write=7 * GB), True, CostState.MAY_NOT_FIT, False),
            (cost(ADDED, write=7 * GB, least=7 * GB), True, CostState.TOO_LARGE, True),
        ],
    )
    def test_what_it_comes_to(
        self, choice_cost: Cost, chosen: bool, state: CostState, blocks: bool
    ) -> None:
        status = cost_status(choice_cost, chosen=chosen)
        assert status.state is state
        assert status.blocks is blocks

    def test_what_comes_off_makes_room_only_at_the_end(self) -> None:
        freed = Freed(10, 3 * GB)
        leaving = (removal(ROW.ref), removal("runtime/org.x.P/x86_64/1"))

        def going(*items: Item, write: int, least: int = 0) -> CostStatus:
            made = cost(*items, write=write, least=least)
            estimate = replace(made.estimate, freed=freed)
            return cost_status(replace(made, estimate=estimate, removed=leaving), chosen=True)

        alone = going(write=0)
        assert (alone.state, alone.off, alone.left) == (CostState.FITS, 1, 9 * GB)
        assert not alone.blocks
        large = going(ADDED, write=7 * GB, least=7 * GB)
        assert (large.state, large.lacking) == (CostState.TOO_LARGE, GB)
        assert going(ADDED, write=7 * GB).state is CostState.MAY_NOT_FIT

    def test_what_comes_along_is_counted(self) -> None:
        needed = item(Action.ADD, chosen=False)
        there = item(Action.KEEP, chosen=False)
        assert cost_status(cost(ADDED, needed, there), chosen=True).parts == 1


HELLO = ChosenRef(ROW.ref, "up", "Hello")
FITS = cost_status(cost(ADDED), chosen=True)


@pytest.mark.parametrize(
    ("status", "sum_", "line", "tone"),
    [
        (ChoiceStatus(cost=cost_status(cost(), chosen=False)), "", "Nothing chosen yet", "SOFT"),
        (
            ChoiceStatus((HELLO,), cost=cost_status(cost(ADDED), chosen=True, imagined=True)),
            "1 app, 1.0 GB",
            "Needs a drive of 2 GB or more",
            "PLAIN",
        ),
        (
            ChoiceStatus((HELLO,), drive="CLASSROOM", cost=FITS),
            "1 app, 1.0 GB",
            "Fits on CLASSROOM, 5.0 GB stay free",
            "PLAIN",
        ),
        (
            ChoiceStatus((HELLO,), (there(MAPS.ref),), "CLASSROOM", FITS),
            "2 apps, 1.0 GB new",
            "1 stay, 1 new, 5.0 GB stay free",
            "PLAIN",
        ),
        (
            ChoiceStatus(
                (HELLO,), (there(MAPS.ref),), "CLASSROOM", FITS, off=frozenset({MAPS.ref})
            ),
            "1 app, 1.0 GB",
            "0 stay, 1 new, 1 come(s) off, 5.0 GB stay free",
            "PLAIN",
        ),
        (
            ChoiceStatus((), (there(MAPS.ref),), "CLASSROOM", cost_status(cost(), chosen=False)),
            "1 app",
            "All of it is on CLASSROOM already",
            "PLAIN",
        ),
        (
            ChoiceStatus(
                (HELLO,),
                drive="CLASSROOM",
                cost=cost_status(cost(ADDED, write=7 * GB, least=7 * GB), chosen=True),
            ),
            "1 app, 7.0 GB",
            "1.0 GB too much for CLASSROOM",
            "BAD",
        ),
        (
            ChoiceStatus(
                (HELLO,),
                (there(HELLO.ref),),
                "CLASSROOM",
                cost_status(cost(item(Action.KEEP)), chosen=True),
            ),
            "1 app",
            "All of it is on CLASSROOM already",
            "PLAIN",
        ),
    ],
)
def test_what_is_said_of_it(status: ChoiceStatus, sum_: str, line: str, tone: str) -> None:
    """Plurals are filled by the catalogues, of which there is none here."""
    said = summed(status).replace("\N{NO-BREAK SPACE}", " ").replace("app(s)", "app")
    assert said == sum_.replace("apps", "app")
    told = strip_line(status)
    assert told.text.replace("\N{NO-BREAK SPACE}", " ") == line
    assert told.tone is LineTone[tone]
