"""States of the page Review; see `tests.ui.window_states`."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.flatpak.extra_data import Payload
from app.message import Message, verbatim
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.demo import APP
from app.stick.findings import Code
from app.stick.planning.for_computer import ForComputer, Get
from app.stick.planning.refusal import RuntimeMissingError
from app.stick.planning.sizes import TooLarge
from app.stick.planning.terms import Terms
from app.stick.store.record import LeftOut
from tests.ui.apps_states import choose_one, on_the_drive
from tests.ui.window_state import WindowState
from tests.waiting import GUARD_MS
from ui.controllers.planning import PlanController, PlanState, PlanStatus
from ui.pages.review.plan_view import PlanView
from ui.pages.review.trouble_view import TroubleView
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

_LONG = GUARD_MS


def reviewing(window: MainWindow, qtbot: QtBot) -> None:
    """A plan with something to know, for a computer that said what it needs."""
    choose_one(window)
    choice = window.session.choice
    gets = tuple(Get("org.test", each.ref, True, False, "org.test") for each in choice.refs)
    computer = ForComputer("org.test.lab-1", 1_796_000_000, gets)
    window.session.set_choice(replace(choice, computers=(computer,)))
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: window.session.plan is not None, timeout=_LONG)
    plan = window.session.plan
    assert plan is not None
    notices = (
        Notice(Severity.WARNING, Message("Name a drive or a directory."), verbatim("Name one.")),
    )
    window.session.set_plan(replace(plan, notices=notices))


def refused(window: MainWindow, qtbot: QtBot) -> None:
    """The plan cannot work."""
    choose_one(window)
    session = window.session
    gone = tuple(replace(chosen, ref=f"{chosen.ref}x") for chosen in session.choice.refs)
    session.set_choice(replace(session.choice, refs=gone))
    window.open(PageName.REVIEW)
    trouble = window.page.findChild(TroubleView)
    assert trouble is not None
    qtbot.waitUntil(trouble.isVisible, timeout=_LONG)


def needing_elsewhere(window: MainWindow, qtbot: QtBot) -> None:
    """Something that an app needs is not to be had."""
    reviewing(window, qtbot)
    controller = window.page.findChild(PlanController)
    assert controller is not None
    error = RuntimeMissingError(Message("Name a drive or a directory."))
    culprits = window.session.choice.refs
    controller.status = PlanStatus(PlanState.FAILED, error=error, culprits=culprits)
    controller.status_changed.emit(controller.status)


def in_the_way(window: MainWindow, qtbot: QtBot) -> None:
    """A plan with all that can be said about it, and the details unfolded."""
    reviewing(window, qtbot)
    plan = window.session.plan
    assert plan is not None
    estimate = plan.estimate
    space = replace(estimate.space, free=estimate.least // 2, max_file=1000, file_system="vfat")
    [ref] = (chosen.ref for chosen in window.session.choice.refs)
    collections = tuple(
        replace(
            each,
            items=tuple(replace(item, eol="x") if item.chosen else item for item in each.items),
        )
        for each in plan.collections
    )
    window.session.set_plan(
        replace(
            plan,
            collections=collections,
            estimate=replace(estimate, space=space, on_ext4=0, too_large=(TooLarge(ref, 5000),)),
            left_out=(LeftOut("x", ref, Code.EXTRA_DATA_MISSING, Message("No."), chosen=True),),
            lacking={"de": (APP,)},
        )
    )
    view = window.page.findChild(PlanView)
    assert view is not None
    view.builders.set_open(True)


def terms(window: MainWindow, qtbot: QtBot) -> None:
    """Of the maker of an app, and of the maker of a part that it can go without."""
    reviewing(window, qtbot)
    plan = window.session.plan
    assert plan is not None
    [ref] = (chosen.ref for chosen in window.session.choice.refs)
    part = next(item for item in plan.items if item.ref.startswith("runtime/"))
    payload = Payload("part.bin", 80_000_000, 0, "0" * 64, "https://org.test/part.bin")
    terms = (
        Terms(part.collection, ref, (payload,), "MIT", "https://org.test/terms", free=True),
        Terms(part.collection, part.ref, (payload,)),
    )
    window.session.set_plan(replace(plan, terms=terms))


def reviewing_what_comes_off(window: MainWindow, qtbot: QtBot) -> None:
    on_the_drive(window)
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: window.session.plan is not None, timeout=_LONG)


REVIEW_STATES: dict[str, WindowState] = {
    "review": reviewing,
    "review: coming off": reviewing_what_comes_off,
    "review: in the way": in_the_way,
    "review: refused": refused,
    "review: something is missing": needing_elsewhere,
    "review: terms": terms,
}
