"""The states of the window that every page has to bear being looked at in.

A state is a function that brings a window of the demo there. Add one for every state worth looking
at: `test_accessible` and `test_translated` go through all of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.flatpak.catalogue.browse import Order
from app.flatpak.extra_data import Payload
from app.flatpak.remotes.known import Known
from app.message import Message, verbatim
from app.progress import Notice
from app.replacing import replace
from app.severity import Severity
from app.stick.demo import APP
from app.stick.findings import Code, finding
from app.stick.planning.for_computer import ForComputer, Get
from app.stick.planning.options import Options
from app.stick.planning.plan import AppOnDrive
from app.stick.planning.refusal import RuntimeMissingError
from app.stick.planning.sizes import TooLarge
from app.stick.planning.terms import Terms
from app.stick.store.record import LeftOut
from tests.demo import APPS
from tests.stick.damage import flip_middle
from tests.ui.demo_stick import demo_stick
from tests.ui.drive_states import DRIVE_STATES
from tests.ui.file_states import looking_at_a_file
from tests.ui.job_states import JOB_STATES, show_job
from tests.ui.many_states import MANY_STATES
from tests.ui.sharing_states import shared
from tests.ui.upkeep_states import upkeep_states
from tests.ui.works_states import works_states
from tests.waiting import GUARD_MS
from ui.controllers.inspection import InspectionController
from ui.controllers.job import JobStatus
from ui.controllers.planning import PlanController, PlanState, PlanStatus
from ui.controllers.search import SearchCriteria
from ui.controllers.settings import SettingsController
from ui.models.drive_apps import AppKind
from ui.pages.apps.app_browser import AppBrowser
from ui.pages.apps.app_details import AppDetails
from ui.pages.apps.app_list import Role
from ui.pages.apps.app_view import AppView
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.set_details import SetDetails
from ui.pages.apps.start_view import StartView
from ui.pages.contents.apps_model import AppsModel, Upkeep
from ui.pages.contents.contents_view import Part
from ui.pages.review.plan_view import PlanView
from ui.pages.review.trouble_view import TroubleView
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.buttons import Link
from ui.widgets.fold import Fold
from ui.widgets.message_card import MessageCard
from ui.widgets.search_field import SearchField
from ui.widgets.segments import Segments
from ui.window.main_window import MainWindow

_GB = 10**9
_LONG = GUARD_MS

WindowState = Callable[[MainWindow, QtBot], None]


def page(name: PageName) -> WindowState:
    """A page as it is when nothing has been chosen yet."""

    def show(window: MainWindow, _qtbot: QtBot) -> None:
        window.open(name)
        assert window.page.name == name

    return show


def all_apps(window: MainWindow) -> AppView:
    """The list on the Apps page, with all there are."""
    browser = window.page.findChild(AppBrowser)
    criteria = window.page.findChild(SearchCriteria)
    assert browser is not None
    assert criteria is not None
    criteria.set_order(Order.NAME)
    return browser.view


def beginning(window: MainWindow, qtbot: QtBot) -> None:
    """Sets, one of them added, and apps for a classroom."""
    window.open(PageName.APPS)
    view = window.page.findChild(StartView)
    assert view is not None
    qtbot.waitUntil(lambda: bool(view.cards), timeout=_LONG)
    view.cards[0].button.click()
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=_LONG)


def looking_at_a_set(window: MainWindow, qtbot: QtBot) -> None:
    """Over the start view."""
    beginning(window, qtbot)
    view = window.page.findChild(StartView)
    assert view is not None
    view.set_opened.emit(view.cards[1].id)
    details = window.page.findChild(SetDetails)
    assert details is not None
    qtbot.waitUntil(details.isVisible, timeout=_LONG)


def no_internet(window: MainWindow, qtbot: QtBot) -> None:
    """And no list of apps from before."""
    session = window.session
    session.set_known(Known((replace(session.remotes[0], url="http://127.0.0.1:9/"),)))
    window.open(PageName.APPS)
    card = window.page.findChild(MessageCard)
    assert card is not None
    qtbot.waitUntil(card.isVisible, timeout=_LONG)


def choosing(window: MainWindow, qtbot: QtBot) -> None:
    """An app is looked at and another chosen."""
    window.open(PageName.APPS)
    view = all_apps(window)
    details = window.page.findChild(AppDetails)
    strip = window.findChild(ChoiceStrip)
    assert details is not None
    assert strip is not None
    qtbot.waitUntil(lambda: view.model().rowCount() == len(APPS), timeout=_LONG)
    view.looked_at.emit(view.model().index(0, 0).data(Role.ROW))
    qtbot.waitUntil(lambda: details.row is not None, timeout=_LONG)
    before = strip.sentence
    view.model().setData(view.model().index(1, 0), None, Qt.ItemDataRole.CheckStateRole)
    qtbot.waitUntil(lambda: strip.sentence != before and not window.bridge.busy, timeout=_LONG)


def searching(window: MainWindow, qtbot: QtBot) -> None:
    """Nothing is found, but something else may have been meant."""
    window.open(PageName.APPS)
    view = all_apps(window)
    field = window.page.findChild(SearchField)
    assert field is not None
    qtbot.waitUntil(lambda: view.model().rowCount() == len(APPS), timeout=_LONG)
    field.setText("plnaets")
    qtbot.waitUntil(lambda: not view.isVisible(), timeout=_LONG)


def tiles(window: MainWindow, qtbot: QtBot) -> None:
    """Apps beside each other."""
    choosing(window, qtbot)
    all_apps(window).set_tiles(True)


def technical(window: MainWindow, qtbot: QtBot) -> None:
    """What apps need, for builders."""
    window.open(PageName.APPS)
    view = all_apps(window)
    criteria = window.page.findChild(SearchCriteria)
    assert criteria is not None
    qtbot.waitUntil(lambda: view.model().rowCount() == len(APPS), timeout=_LONG)
    criteria.set_technical(True)
    qtbot.waitUntil(lambda: view.model().rowCount() != len(APPS), timeout=_LONG)


def choose_one(window: MainWindow) -> None:
    """The demo's app for the demo's drive, by names that are the same in every language."""
    session = window.session
    drive = session.environment.demo_drive
    assert drive is not None
    arch = session.environment.arch
    ref = ChosenRef(f"app/{APP}/{arch}/stable", session.remotes[0].name, APP)
    session.set_target(Target(drive, "org.test.Drive"))
    session.set_choice(Choice((ref,), Options(arch)))


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


def made(window: MainWindow, qtbot: QtBot) -> None:
    """The job has ended, and its check found something."""
    reviewing(window, qtbot)
    window.page.primary()
    qtbot.waitUntil(lambda: window.session.outcome is not None, timeout=_LONG)
    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    missing = finding(
        Code.OBJECT_MISSING, "x", Message("The object {subject} is missing.", subject="x")
    )
    window.session.set_outcome(replace(outcome, check=replace(outcome.check, findings=(missing,))))


def making(status: JobStatus) -> WindowState:
    """A job that has come so far."""

    def show(window: MainWindow, qtbot: QtBot) -> None:
        choose_one(window)
        show_job(window, qtbot, status)

    return show


def ready(window: MainWindow, qtbot: QtBot) -> None:
    """The job has ended well, with something to know."""
    made(window, qtbot)
    outcome = window.session.outcome
    assert outcome is not None
    assert outcome.check is not None
    old = finding(Code.END_OF_LIFE, "x", Message("No."))
    window.session.set_outcome(replace(outcome, check=replace(outcome.check, findings=(old,))))
    window.page.findChildren(Link)[-1].click()


def contents(part: Part, *, damaged: bool = False) -> WindowState:
    """A drive with apps, looked at, and ``damaged``, once it is checked."""

    def show(window: MainWindow, qtbot: QtBot) -> None:
        drive = window.session.environment.demo_drive
        assert drive is not None
        shutil.copytree(demo_stick(), drive, dirs_exist_ok=True, symlinks=True)
        window.open(PageName.CONTENTS)
        inspector = window.page.findChild(InspectionController)
        segments = window.page.findChild(Segments)
        assert inspector is not None
        assert segments is not None
        segments.chosen.emit(part)
        qtbot.waitUntil(lambda: inspector.sizes is not None, timeout=_LONG)
        if damaged:
            largest = max(
                drive.glob(".ostree/repo/objects/*/*.filez"), key=lambda path: path.stat().st_size
            )
            flip_middle(largest)
            window.page.primary()
            qtbot.waitUntil(lambda: inspector.check.report is not None, timeout=_LONG)
        _with_neutral_names(inspector)

    return show


def _with_neutral_names(inspector: InspectionController) -> None:
    """Names that are the same in every language."""
    assert inspector.result is not None
    inspection = inspector.result.inspection
    assert inspection is not None
    collections = tuple(
        replace(
            collection,
            refs=tuple(
                replace(
                    ref,
                    name="org.test.App",
                    summary="",
                    signer="org.test.Maker",
                    languages=(),
                )
                for ref in collection.refs
            ),
        )
        for collection in inspection.collections
    )
    inspection = replace(inspection, collections=collections)
    inspector.result = replace(inspector.result, inspection=inspection)
    inspector.inspected.emit()
    QApplication.processEvents()


def unsigned_on_the_drive(window: MainWindow, qtbot: QtBot) -> None:
    """And as a file."""
    contents(Part.APPS)(window, qtbot)
    model = window.page.findChild(AppsModel)
    assert model is not None
    apps = [replace(line.app, unsigned=True, kind=AppKind.FILE) for line in model.lines]
    model.show_apps(apps, Upkeep(changeable=True))


def setting(window: MainWindow, qtbot: QtBot) -> None:
    """Something to know, everything unfolded, and a driver to be carried."""
    notice = Notice(
        Severity.WARNING, Message("Name a drive or a directory."), verbatim("Name one.")
    )
    known = window.session.known
    window.session.set_known(replace(known, notices=(notice,)))
    window.open(PageName.SETTINGS)
    controller = window.page.findChild(SettingsController)
    assert controller is not None
    controller.change("graphics", "nvidia")
    controller.change("gpus", ("nvidia-550-120",))
    for fold in window.page.findChildren(Fold):
        fold.set_open(True)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=_LONG)


def on_the_drive(window: MainWindow) -> None:
    """The demo's app is on its drive."""
    drive = window.session.environment.demo_drive
    assert drive is not None
    shutil.copytree(demo_stick(), drive, dirs_exist_ok=True, symlinks=True)
    choose_one(window)
    session = window.session
    arch = session.environment.arch
    collection = session.remotes[0].collection_id
    assert collection is not None
    (ref,) = session.choice.refs
    session.set_choice(
        Choice((), Options(arch), without=(AppOnDrive(collection, ref.ref, "", APP),))
    )


def taking_off(window: MainWindow, qtbot: QtBot) -> None:
    """What is on the drive comes off, and something new comes."""
    on_the_drive(window)
    choosing(window, qtbot)


def reviewing_what_comes_off(window: MainWindow, qtbot: QtBot) -> None:
    on_the_drive(window)
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: window.session.plan is not None, timeout=_LONG)


def taken_off(window: MainWindow, qtbot: QtBot) -> None:
    """Nothing is left on the drive."""
    reviewing_what_comes_off(window, qtbot)
    window.page.primary()
    qtbot.waitUntil(lambda: window.session.outcome is not None, timeout=_LONG)


WINDOW_STATES: dict[str, WindowState] = {
    "drive": page(PageName.DRIVE),
    **DRIVE_STATES,
    "apps": page(PageName.APPS),
    "apps: beginning": beginning,
    "apps: a set": looking_at_a_set,
    "apps: no internet": no_internet,
    "apps: chosen": choosing,
    "apps: nothing found": searching,
    "apps: tiles": tiles,
    "apps: technical parts": technical,
    "apps: coming off": taking_off,
    "apps: a file": looking_at_a_file,
    "contents: unsigned": unsigned_on_the_drive,
    "review": reviewing,
    "review: coming off": reviewing_what_comes_off,
    "review: in the way": in_the_way,
    "review: refused": refused,
    "review: something is missing": needing_elsewhere,
    "review: terms": terms,
    **{name: making(status) for name, status in JOB_STATES.items()},
    **MANY_STATES,
    "make: ready": ready,
    "make: not ready": made,
    "make: taken off": taken_off,
    "contents": page(PageName.CONTENTS),
    "contents: apps": contents(Part.APPS),
    **upkeep_states(contents(Part.APPS)),
    "contents: space": contents(Part.SPACE),
    "contents: not checked": contents(Part.CHECK),
    "contents: damaged": contents(Part.CHECK, damaged=True),
    **works_states(contents(Part.CHECK, damaged=True)),
    "settings": page(PageName.SETTINGS),
    "settings: something to know": setting,
    "shared": shared,
}
