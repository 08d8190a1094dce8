"""Choosing apps: every state of the Apps page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from app.errors import InterruptedByUser, SatchelError, UpstreamError, unexpected
from app.flatpak.catalogue.app_facts import AppFacts
from app.flatpak.catalogue.browse import Sort
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.message import Message
from app.progress import Advanced, Phase
from app.replacing import replace
from app.stick.planning.cost import Cost
from app.stick.planning.plan import Action, AppOnDrive, Item
from app.stick.planning.sizes import Estimate
from tests.ui.controllers.held_bridge import HeldBridge
from tests.ui.controllers.values import GB, space
from ui.controllers.apps import (
    AppsController,
    ResultState,
    RowNotes,
    SearchResult,
)
from ui.controllers.catalogue import CatalogueQuery, QueryResult
from ui.controllers.catalogue_status import CatalogueState, ShortcomingKind
from ui.controllers.cost import ChoiceCost
from ui.controllers.search import Filter, Search
from ui.models.app_rows import RowList
from ui.state.session import Session

UP, OTHER = Remote("up", ""), Remote("other", "")
ROW = Row(UP, Component(id="org.test.Hello", ref="app/org.test.Hello/x86_64/stable"), False)
MAPS = Row(UP, Component(id="org.test.Maps", ref="app/org.test.Maps/x86_64/stable"), True)
BROKEN = UpstreamError(Message("It broke off."))
STOPPED = InterruptedByUser(Message("Stopped."))


class FakeCatalogues:
    """As many as are given; nothing can be looked up in them."""

    def __init__(
        self, *remotes: Remote, failures: tuple[tuple[Remote, SatchelError], ...] = (),
        stale: SatchelError | None = None,
    ) -> None:  # fmt: skip
        self.opened = tuple(
            SimpleNamespace(remote=remote, stale=stale, undescribed=None, made=7)
            for remote in remotes
        )
        self.failures = failures
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def find(self, _remote: str, _ref: str) -> None:
        """It is not there."""


def catalogues(*remotes: Remote, **more: object) -> Catalogues:
    return cast(Catalogues, FakeCatalogues(*remotes, **more))  # type: ignore[arg-type]


def cost(*items: Item, write: int = GB, least: int = GB, free: int = 6 * GB) -> Cost:
    estimate = Estimate(10, GB // 2, write, least, write, False, space(free), ())
    return Cost(items, estimate, (), ())


def item(action: Action, *, chosen: bool = True) -> Item:
    return Item("org.test", ROW.ref, "", None, action, chosen, Message("Because."))


ADDED = item(Action.ADD)


def answered(choice_cost: Cost, *on_drive: str) -> object:
    """What `CostController` gets back from its work."""
    told = ChoiceCost(choice_cost, chosen=False, on_drive=frozenset(on_drive))
    return SimpleNamespace(session=None, result=told, error=None, elsewhere=())


@pytest.fixture
def apps(chosen: Session, bridge: HeldBridge) -> AppsController:
    """Nothing is chosen, and the catalogues are being opened."""
    chosen.set_choice(replace(chosen.choice, refs=()))
    chosen.set_known(Known((UP,)))
    controller = AppsController(chosen, bridge, chosen)
    controller.enter()
    return controller


@pytest.fixture
def opened(apps: AppsController, bridge: HeldBridge) -> AppsController:
    """There is something to choose from, and the drive was read."""
    bridge.finish(catalogues(UP))
    bridge.finish(answered(cost()))
    return apps


def test_catalogues_are_opened_once_somebody_looks(chosen: Session, bridge: HeldBridge) -> None:
    apps = AppsController(chosen, bridge, chosen)
    chosen.set_known(Known((UP,)))
    before = apps.catalogue
    assert before.state is CatalogueState.CLOSED
    apps.enter()
    assert apps.catalogue.state is CatalogueState.OPENING
    apps.leave()
    apps.enter()
    # Nothing is counted before there is something to count with.
    assert len(bridge.tasks) == 1


@pytest.mark.parametrize("stopped", [True, False])
def test_an_opening_that_was_given_up_counts_for_nothing_however_late_it_ends(
    apps: AppsController, bridge: HeldBridge, stopped: bool
) -> None:
    apps.open()
    given_up, last = bridge.tasks
    last.end(catalogues(UP), None)
    kept = apps.catalogues
    late = FakeCatalogues(OTHER)
    if stopped:
        given_up.end(None, STOPPED)
    else:
        given_up.end(late, None)
    assert apps.catalogue.state is CatalogueState.OPEN
    assert apps.catalogues is kept
    assert late.closed is not stopped


def test_how_many_are_opened_is_told(apps: AppsController, bridge: HeldBridge) -> None:
    bridge.report(Advanced(Phase.CATALOGUE, 1, 3, 0, 0))
    assert (apps.catalogue.opened, apps.catalogue.total) == (1, 3)


@pytest.mark.parametrize(
    ("opened", "state"),
    [
        (catalogues(UP), CatalogueState.OPEN),
        (catalogues(), CatalogueState.NO_REMOTE),
        (catalogues(failures=((UP, BROKEN),)), CatalogueState.FAILED),
    ],
)
def test_what_there_is_to_choose_from(
    apps: AppsController, bridge: HeldBridge, opened: Catalogues, state: CatalogueState
) -> None:
    replaced: list[Catalogues | None] = []
    apps.catalogues_replaced.connect(lambda: replaced.append(apps.catalogues))
    bridge.finish(opened)
    assert apps.catalogue.state is state
    assert replaced == [opened]


def test_stopped_it_can_be_fetched_again(apps: AppsController, bridge: HeldBridge) -> None:
    apps.act()
    assert bridge.tasks[0].stopping
    bridge.fail(STOPPED)
    stopped = apps.catalogue
    assert stopped.state is CatalogueState.STOPPED
    apps.act()
    assert apps.catalogue.state is CatalogueState.OPENING


def test_an_opening_given_up_for_another_does_not_end_it(
    apps: AppsController, bridge: HeldBridge, chosen: Session
) -> None:
    chosen.set_known(Known((UP, OTHER)))
    bridge.fail(STOPPED)
    still = apps.catalogue
    assert still.state is CatalogueState.OPENING
    bridge.finish(catalogues(UP, OTHER))
    assert apps.catalogue.state is CatalogueState.OPEN


def test_what_such_an_opening_opened_is_closed(
    apps: AppsController, bridge: HeldBridge, chosen: Session
) -> None:
    chosen.set_known(Known((UP, OTHER)))
    late = FakeCatalogues(UP)
    bridge.finish(late)
    assert late.closed
    assert apps.catalogues is None


def test_without_a_remote_one_is_asked_for(apps: AppsController, bridge: HeldBridge) -> None:
    asked: list[bool] = []
    apps.remote_wanted.connect(lambda: asked.append(True))
    bridge.finish(catalogues())
    apps.act()
    assert asked


def test_what_is_not_as_it_should_be_is_told(apps: AppsController, bridge: HeldBridge) -> None:
    bridge.finish(catalogues(UP, failures=((OTHER, BROKEN),), stale=BROKEN))
    stale, missing = apps.catalogue.shortcomings
    assert (stale.kind, stale.remote, stale.made) == (ShortcomingKind.STALE, "up", 7)
    assert (missing.kind, missing.error) == (ShortcomingKind.MISSING, BROKEN)


def result(*rows: Row) -> QueryResult:
    """Of a query that nobody looks at any more."""
    return QueryResult(cast(CatalogueQuery, None), RowList(rows), {})


@pytest.mark.parametrize(
    ("rows", "search", "state"),
    [
        ([ROW], Search(text="hello"), ResultState.ROWS),
        ([], Search(text="hello"), ResultState.NOTHING_FITS),
        ([], Search(text=" ", sort=Sort.OTHERS), ResultState.NOTHING_THERE),
        ([], Search(filters=frozenset({Filter.FREE})), ResultState.NOTHING_FITS),
    ],
)
def test_what_fits(
    opened: AppsController,
    bridge: HeldBridge,
    rows: list[Row],
    search: Search,
    state: ResultState,
) -> None:
    results: list[SearchResult] = []
    opened.searched.connect(results.append)
    opened.search(search)
    bridge.finish(result(*rows))
    assert [searched.state for searched in results] == [state]


def test_only_the_last_search_is_answered(opened: AppsController, bridge: HeldBridge) -> None:
    results: list[SearchResult] = []
    opened.searched.connect(results.append)
    opened.search(Search(text="h"))
    opened.search(Search(text="he"))
    assert bridge.tasks[0].stopping
    bridge.finish(result())
    bridge.finish(result(ROW))
    assert [searched.state for searched in results] == [ResultState.ROWS]


def test_a_search_that_fails_is_told_and_leads_to_opening_them_anew(
    opened: AppsController, bridge: HeldBridge
) -> None:
    error = unexpected(OSError("Somebody has emptied the cache."))
    opened.search(Search(text="make"))
    bridge.fail(error)
    states = [opened.catalogue]
    opened.act()
    states.append(opened.catalogue)
    assert [each.state for each in states] == [CatalogueState.FAILED, CatalogueState.OPENING]
    assert states[0].error is error


def test_what_sets_a_row_apart(apps: AppsController, bridge: HeldBridge) -> None:
    read: list[bool] = []
    apps.choosing.drive_read.connect(lambda: read.append(apps.anything_on_drive))
    bridge.finish(catalogues(UP))
    bridge.finish(answered(cost(), ROW.ref))
    assert read == [True]
    assert apps.notes(ROW) == RowNotes(ended=False, on_drive=True, remote="")
    apps.open()
    bridge.finish(catalogues(UP, OTHER))
    assert apps.notes(MAPS) == RowNotes(ended=True, on_drive=False, remote="up")


def test_whether_the_drive_has_the_newest(apps: AppsController, bridge: HeldBridge) -> None:
    bridge.finish(catalogues(UP))
    there = AppOnDrive("org.test", ROW.ref, "old")
    told = ChoiceCost(cost(), False, frozenset({ROW.ref}), (there,))
    bridge.finish(SimpleNamespace(session=None, result=told, error=None, elsewhere=()))

    def updates(commit: str) -> bool:
        return apps.notes(replace(ROW, facts=AppFacts(commit=commit))).update

    assert updates("new")
    assert not updates("old")
    assert not updates("")
    apps.choosing.toggle(ROW, "Hello")
    assert apps.notes(ROW).comes_off
