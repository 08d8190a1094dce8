"""Files that are given to the window, in every order."""

from __future__ import annotations

from app.errors import unexpected
from app.flatpak.remotes.known import Known
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.given_files import MOST, GivenFiles, GivenResult, GivenState
from ui.state.session import Session


def test_what_was_given_meanwhile_is_read_whatever_became_of_what_was_before(
    session: Session, bridge: HeldBridge
) -> None:
    session.set_known(Known(()))
    given = GivenFiles(session, bridge, session)
    ends: list[GivenResult] = []
    given.ended.connect(ends.append)
    given.open(["/first.flatpak"])
    given.open(["/second.flatpak"])
    bridge.fail(unexpected(RuntimeError("Nobody thought of it.")))
    states = [given.state]
    bridge.finish(())
    states.append(given.state)
    assert states == [GivenState.READING, GivenState.IDLE]
    assert len(ends) == 2


def test_what_is_too_much_at_once_is_told(session: Session, bridge: HeldBridge) -> None:
    session.set_known(Known(()))
    given = GivenFiles(session, bridge, session)
    ends: list[GivenResult] = []
    given.ended.connect(ends.append)
    given.open([f"/{number}.flatpak" for number in range(MOST + 3)])
    bridge.finish(())
    (end,) = ends
    assert [refusal.name for refusal in end.refused] == [f"/{MOST + n}.flatpak" for n in range(3)]
    assert str(end.refused[0].error.message) == "Satchel takes 200 files at a time."
    # Of what is given next all is taken.
    given.open(["/again.flatpak"])
    bridge.finish(())
    assert not ends[-1].refused
