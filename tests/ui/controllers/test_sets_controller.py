"""Ready-made sets: what there is of each, and how much of it is chosen."""

from __future__ import annotations

from typing import cast

import pytest

from app.errors import UpstreamError
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.remote import Remote
from app.message import Message
from app.replacing import replace
from app.stick.choices.app_sets import named_set
from app.stick.choices.profile import Profile
from app.stick.choices.set_check import CheckedSet
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.choice import ChoiceController
from ui.controllers.sets import FoundSets, SetsController, SetsState, SetState
from ui.models.app_rows import row_key
from ui.state.session import Session

UP = Remote("up", "")
BROKEN = UpstreamError(Message("It broke off."))
CATALOGUES = cast(Catalogues, None)


def row(name: str) -> Row:
    return Row(
        UP, Component(id=f"org.test.{name}", ref=f"app/org.test.{name}/x86_64/stable"), False
    )


HELLO, MAPS = row("Hello"), row("Maps")


def found(*rows: Row, name: str = "Ours") -> tuple[CheckedSet, tuple[Row, ...]]:
    refs = tuple(each.component.id for each in rows) or ("org.test.Gone",)
    return CheckedSet(named_set(name, Profile(refs)), (), (), 1000), rows


def answer(*sets: tuple[CheckedSet, tuple[Row, ...]]) -> FoundSets:
    return FoundSets(sets, (), ())


def name_of(each: Row) -> str:
    return each.component.id.rpartition(".")[2]


@pytest.fixture
def choosing(chosen: Session, bridge: HeldBridge) -> ChoiceController:
    chosen.set_choice(replace(chosen.choice, refs=()))
    return ChoiceController(chosen, bridge, chosen)


@pytest.fixture
def sets(chosen: Session, bridge: HeldBridge, choosing: ChoiceController) -> SetsController:
    controller = SetsController(chosen, bridge, choosing, chosen)
    assert controller.status.state is SetsState.CLOSED
    controller.check(CATALOGUES)
    return controller


def test_held_against_what_there_is(sets: SetsController, bridge: HeldBridge) -> None:
    before = sets.status
    assert before.state is SetsState.CHECKING
    bridge.finish(answer(found(HELLO, MAPS), found(name="Nothing")))
    assert sets.status.state is SetsState.READY
    # One of which nothing can be had is not there.
    (only,) = sets.status.sets
    assert (only.name, only.size, only.left) == ("Ours", 1000, 2)


def test_what_went_wrong(sets: SetsController, bridge: HeldBridge) -> None:
    bridge.fail(BROKEN)
    assert sets.status.state is SetsState.FAILED
    assert sets.status.error is BROKEN


def test_only_the_last_check_counts(sets: SetsController, bridge: HeldBridge) -> None:
    sets.check(CATALOGUES)
    assert bridge.tasks[0].stopping
    bridge.finish(answer(found(HELLO)))
    assert sets.status.state is SetsState.CHECKING
    bridge.finish(answer(found(MAPS)))
    assert [each.rows for each in sets.status.sets] == [(MAPS,)]


def test_how_much_of_it_is_chosen(
    sets: SetsController, bridge: HeldBridge, choosing: ChoiceController, chosen: Session
) -> None:
    bridge.finish(answer(found(HELLO, MAPS)))
    id = sets.status.sets[0].id

    def state() -> SetState:
        return sets.status.sets[0].state

    assert state() is SetState.ABSENT
    choosing.toggle(HELLO, "Hello")
    assert state() is SetState.PARTLY
    before = sets.add(id, name_of)
    assert [ref.name for ref in chosen.choice.refs] == ["Hello", "Maps"]
    assert state() is SetState.ADDED
    choosing.restore(before)
    assert state() is SetState.PARTLY
    choosing.remove([row_key(HELLO)])
    assert state() is SetState.ABSENT


def test_one_that_is_gone_adds_nothing(
    sets: SetsController, bridge: HeldBridge, chosen: Session
) -> None:
    bridge.finish(answer(found(HELLO)))
    sets.add("elsewhere", name_of)
    assert not chosen.choice.refs
