"""Thousands of apps that are chosen, and on the drive: each is looked at a few times, not for each
of the others."""

from __future__ import annotations

from collections.abc import Iterator

from app.stick.planning.plan import AppOnDrive
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.choice import ChoiceController, ChoiceStatus, Tick
from ui.state.choice import ChosenRef
from ui.state.session import Session

MANY = 300
CHOSEN = tuple(ChosenRef(f"app/org.test.A{n}/x86_64/stable", "up", str(n)) for n in range(MANY))


class Counted(tuple[AppOnDrive, ...]):
    """Attributes: rounds: how often somebody has gone through all of it."""

    rounds = 0

    def __iter__(self) -> Iterator[AppOnDrive]:
        Counted.rounds += 1
        return super().__iter__()


def on_drive() -> Counted:
    Counted.rounds = 0
    return Counted(
        AppOnDrive("org.test", f"app/org.test.B{n}/x86_64/stable", "c") for n in range(MANY)
    )


def test_how_many_are_new_and_how_each_row_is_ticked() -> None:
    status = ChoiceStatus(refs=CHOSEN, apps=on_drive())
    assert status.new == MANY
    ticks = {status.tick((each.remote, each.ref)) for each in CHOSEN}
    assert ticks == {Tick.CHOSEN}
    assert status.tick(("up", "app/org.test.B1/x86_64/stable")) is Tick.ON_DRIVE
    assert Counted.rounds < 5


def test_a_list_of_many_is_added(session: Session, bridge: HeldBridge) -> None:
    choice = ChoiceController(session, bridge, session)
    choice.status = ChoiceStatus(apps=on_drive())
    choice.add(CHOSEN)
    assert session.choice.refs == CHOSEN
    assert Counted.rounds < 5
