"""One drive after the other with the same apps, as for a whole classroom."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from app.replacing import replace
from app.stick.demo import APP
from app.stick.environment import Environment
from tests.devices import Devices
from tests.ui.drive.plugged import Plugged
from tests.ui.test_clicks import Hand
from tests.ui.widget_tree import steps
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow


def test_the_next_drive_needs_no_choice_and_the_ejected_one_is_left_alone(
    open_window: Callable[..., MainWindow], demo: Environment, devices: Devices, qtbot: QtBot
) -> None:
    assert devices.environment
    first, second = (devices.disk("ext4", label=name, megabytes=96) for name in ("ONE", "TWO"))
    window = open_window(replace(demo, demo_drive=None, loops_are_removable=True))
    window.resize(1280, 800)
    plugged, hand, session = Plugged(window, qtbot), Hand(window, qtbot), window.session
    first.appear()
    plugged.until(lambda: session.target is not None)
    ref = f"app/{APP}/{session.environment.arch}/stable"
    session.set_choice(
        Choice((ChosenRef(ref, session.remotes[0].name, "Atlas"),), session.default_options)
    )
    hand.click("Review")
    hand.click("Write to ONE")
    plugged.until(lambda: session.outcome is not None)

    hand.click("Eject")
    plugged.until(lambda: window.page.primary_text == "Next drive, same apps")
    plugged.until(lambda: not session.drives.looking and not window.bridge.busy)
    # That it is ejected now undoes no step.
    assert [step.endswith(", done") for step in steps(window)[:3]] == [True] * 3
    hand.click("Next drive, same apps")
    assert window.page.name is PageName.DRIVE
    plugged.until(lambda: not window.bridge.busy)
    place = plugged.place(first)
    assert place is not None
    assert place.root is None
    assert session.notice == ""
    first.detach()

    second.appear()
    plugged.until(lambda: session.target is not None)
    assert session.target is not None
    assert session.target.name == "TWO"
    hand.click("Review")
    hand.click("Write to TWO")
    plugged.until(lambda: session.outcome is not None)
    outcome = session.outcome
    assert outcome is not None
    assert outcome.check is not None
    assert outcome.check.ok
    assert len(hand.clicks) == 6
