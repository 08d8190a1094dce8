"""What goes from a drive and what stays, of values: no drive, no network."""

from __future__ import annotations

import pytest

from app.errors import UsageError
from app.message import Message
from app.ostree.names import METADATA_REF
from app.replacing import replace
from app.stick.memory.accepted_snapshots import SeenSnapshots
from app.stick.planning.changes import Changes
from app.stick.planning.leaving import NeededError
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Plan
from app.stick.planning.planner import Planner
from app.stick.planning.selection import AmbiguousRefError, NoSuchRefError
from app.stick.planning.target_state import StoredCommits, TargetState
from app.stick.store.record import LeftOut, RefRecord, StickRecord
from tests.stick.offers import (
    APP,
    APP_TEXT,
    ARCH,
    COLLECTION,
    EXTENSION,
    EXTENSION_POINT,
    EXTENSION_TEXT,
    NOW,
    OTHER,
    RUNTIME,
    RUNTIME_TEXT,
    Published,
    ValueOffer,
    remotes,
)
from tests.stick.test_planner_values import drive

DAY = 24 * 3600
NEXT = RUNTIME.removesuffix("1") + "2"
LIST = f"appstream2/{ARCH}"
WHY = Message("Somebody wanted it.")

app = Published(APP, APP_TEXT, made=NOW - DAY)
other = Published(OTHER, APP_TEXT.replace("org.test.App", "org.test.Other"))
runtime = Published(RUNTIME, f"{RUNTIME_TEXT}\n{EXTENSION_POINT}")
extension = Published(EXTENSION, EXTENSION_TEXT)
appstream = Published(LIST)
metadata = Published(METADATA_REF)
everything = (app, other, runtime, extension, appstream, metadata)


def recorded(*there: Published, chosen: tuple[Published, ...]) -> TargetState:
    """A drive with these, whose record says what of it was chosen."""
    state = drive(*there)
    refs = {
        each.ref: RefRecord(each.checksum(COLLECTION), each in chosen, WHY, name=each.ref[-12:-7])
        for each in there
    }
    return replace(state, record=StickRecord("", NOW, refs={COLLECTION: refs}))


def plan(
    state: TargetState, changes: Changes, *texts: str, offer: ValueOffer | None = None
) -> Plan:
    known = remotes(offer) if offer is not None else remotes()
    return Planner(state, SeenSnapshots(), known, Options(ARCH), changes).plan(texts)


def goes(made: Plan) -> set[str]:
    return {removal.ref for removal in made.removed}


def test_what_another_app_needs_stays() -> None:
    """Nobody is asked: there are no remotes at all."""
    state = recorded(*everything, chosen=(app, other))
    made = plan(state, Changes(without=("org.test.App",)))
    assert goes(made) == {APP}
    assert not made.nothing_to_do
    assert made.prune


def test_with_the_last_goes_everything() -> None:
    state = recorded(*everything, chosen=(app, other))
    made = plan(state, Changes(without=("org.test.App", "org.test.Other//stable")))
    assert goes(made) == {each.ref for each in everything}
    assert {removal.ref for removal in made.removed if removal.named} == {APP, OTHER}


def test_what_was_chosen_itself_stays() -> None:
    state = recorded(*everything, chosen=(app, runtime))
    assert goes(plan(state, Changes(without=(APP, OTHER)))) == {APP, OTHER}


def test_what_nothing_needs_any_more() -> None:
    """Only on request, where it did not come along with what is named."""
    stale = Published(NEXT, RUNTIME_TEXT)
    state = recorded(*everything, stale, chosen=(app, other))
    assert goes(plan(state, Changes(without=(APP,)))) == {APP}
    assert goes(plan(state, Changes(unused=True))) == {NEXT}
    assert plan(recorded(*everything, chosen=(app, other)), Changes(unused=True)).nothing_to_do


def test_without_a_record_apps_count_as_chosen() -> None:
    state = drive(*everything)
    assert goes(plan(state, Changes(without=(APP,)))) == {APP}
    assert goes(plan(state, Changes(unused=True))) == set()


def test_where_commits_are_damaged_the_record_tells_who_needs_what() -> None:
    state = recorded(*everything, chosen=(app, other))
    assert state.record is not None
    refs = dict(state.record.refs[COLLECTION])
    refs[RUNTIME] = replace(refs[RUNTIME], needed_by=(APP, OTHER))
    state = replace(
        state,
        commits=StoredCommits(lambda _: None),
        record=replace(state.record, refs={COLLECTION: refs}),
    )
    assert goes(plan(state, Changes(without=(APP,)))) == {APP}
    assert RUNTIME in goes(plan(state, Changes(without=(APP, OTHER))))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("org.test.Platform", NeededError),
        ("org.test.Nothing", NoSuchRefError),
        ("appstream2/x86_64", NoSuchRefError),
        (METADATA_REF, NoSuchRefError),
        ("", NoSuchRefError),
        ("other:org.test.App", NoSuchRefError),
    ],
)
def test_what_cannot_be_taken_off(text: str, error: type[UsageError]) -> None:
    state = recorded(*everything, chosen=(app, other))
    with pytest.raises(error):
        plan(state, Changes(without=(text,)))


def test_more_than_one_may_be_meant() -> None:
    beta = Published(APP.replace("stable", "beta"), APP_TEXT)
    state = recorded(app, beta, runtime, chosen=(app, beta))
    with pytest.raises(AmbiguousRefError, match="beta"):
        plan(state, Changes(without=("org.test.App",)))
    assert goes(plan(state, Changes(without=("org.test.App//beta",)))) == {beta.ref}
    assert goes(plan(state, Changes(without=(f"{COLLECTION}:{beta.ref}",)))) == {beta.ref}


def test_what_an_interrupted_job_was_taking_off() -> None:
    """Its name is gone already; the same command goes on."""
    state = replace(
        recorded(other, runtime, extension, chosen=(other,)), leaving=((COLLECTION, APP),)
    )
    assert goes(plan(state, Changes(without=("org.test.App",)))) == {APP}


def test_off_and_on_in_one_plan() -> None:
    """What the new one needs as well is not taken off with the old one."""
    state = recorded(app, runtime, extension, chosen=(app,))
    offer = ValueOffer(other, runtime, extension, app)
    made = plan(state, Changes(without=(APP,)), "org.test.Other", offer=offer)
    assert goes(made) == {APP}
    actions = {item.ref: item.action for item in made.items}
    assert actions == {OTHER: Action.ADD, RUNTIME: Action.KEEP, EXTENSION: Action.KEEP}


class TestUpdate:
    def test_what_is_needed_no_more_goes(self) -> None:
        """The app runs on another runtime now."""
        text = APP_TEXT.replace("/1", "/2")
        offer = ValueOffer(Published(APP, text), Published(NEXT, RUNTIME_TEXT), runtime, extension)
        state = recorded(app, runtime, extension, chosen=(app,))
        made = plan(state, Changes(update=True), offer=offer)
        assert goes(made) == {RUNTIME, EXTENSION}
        assert {item.ref: item.chosen for item in made.items} == {APP: True, NEXT: False}

    def test_what_is_gone_upstream_stays_with_what_it_needs(self) -> None:
        state = recorded(app, other, runtime, extension, chosen=(app, other))
        text = APP_TEXT.replace("/1", "/2")
        offer = ValueOffer(Published(APP, text), Published(NEXT, RUNTIME_TEXT))
        made = plan(state, Changes(update=True), offer=offer)
        assert goes(made) == set()
        assert OTHER in {item.ref for item in made.items}
        assert any(OTHER in str(notice.message) for notice in made.notices)

    def test_drivers_and_missing_runtimes_stay_as_they_were_wanted(self) -> None:
        state = recorded(app, chosen=(app,))
        assert state.record is not None
        left_out = LeftOut(COLLECTION, RUNTIME, "runtime-missing", WHY)
        record = replace(state.record, left_out=(left_out,), gpus=("nvidia-550",))
        offer = ValueOffer(replace(app, made=NOW), runtime, extension)
        made = plan(replace(state, record=record), Changes(update=True), offer=offer)
        assert {item.ref for item in made.items} == {APP}
        assert made.options.gpus == ("nvidia-550",)

    def test_what_nobody_recorded_stays(self) -> None:
        state = drive(app, runtime, extension)
        offer = ValueOffer(replace(app, made=NOW), runtime, extension)
        made = plan(state, Changes(update=True), offer=offer)
        assert goes(made) == set()
        assert {item.ref: item.action for item in made.items}[APP] is Action.UPDATE


def test_one_request_takes_off_several_drives_what_each_has() -> None:
    """By collection and ref, so that nothing else is meant; what is not there is no mistake."""
    both = Changes(off=((COLLECTION, APP), (COLLECTION, OTHER), ("org.test.Else", OTHER)))
    made = plan(recorded(*everything, chosen=(app, other)), both)
    assert {removal.ref for removal in made.removed if removal.named} == {APP, OTHER}
    one = plan(recorded(app, runtime, chosen=(app,)), both)
    assert goes(one) == {APP, RUNTIME}
    none = plan(recorded(runtime, chosen=(runtime,)), both)
    assert none.nothing_to_do


def test_which_apps_stay() -> None:
    state = recorded(*everything, chosen=(app, other))
    assert [each.ref for each in state.apps] == [APP, OTHER]
    made = plan(state, Changes(off=((COLLECTION, APP),)))
    (staying,) = made.staying
    assert (staying.collection, staying.ref) == (COLLECTION, OTHER)
    assert staying.name == OTHER[-12:-7]
