"""Plans made of values: no drive, no network, no files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.drive.safety.guard import FileSystemIdentity
from app.drive.space import Space
from app.errors import DriveError
from app.flatpak.upstream.offer import Offer
from app.fs.root import Root
from app.message import Message
from app.ostree.names import METADATA_REF
from app.ostree.objects import ObjectKind, ObjectName
from app.replacing import replace
from app.stick.memory.accepted_snapshots import OlderSnapshotError, Origin, SeenSnapshots
from app.stick.planning.changes import Changes
from app.stick.planning.estimate import DoesNotFitError, check_room
from app.stick.planning.name_clashes import NamesClashError
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Item, Plan
from app.stick.planning.planner import Planner
from app.stick.planning.present_objects import PresentObjects
from app.stick.planning.selection import NoSuchRefError
from app.stick.planning.target_state import Copied, StoredCommits, TargetState
from app.stick.store.location import DEFAULT_REPO, Location
from app.stick.store.record import RefRecord, StickRecord
from app.stick.store.upstream_copy import Signed
from app.trust.keyring import Keyring
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

GB = 10**9
DAY = 24 * 3600
NOWHERE = Path("/nowhere")
SPACE = Space(NOWHERE, "ext4", 4096, 10 * GB, 16 * GB, None, None, read_only=False)
OPTIONS = Options(ARCH)
WANTED = Message("Somebody wanted it.")

app = Published(APP, APP_TEXT)
old_app = Published(APP, APP_TEXT, made=NOW - DAY)
other = Published(OTHER, APP_TEXT.replace("org.test.App", "org.test.Other"))
runtime = Published(RUNTIME, f"{RUNTIME_TEXT}\n{EXTENSION_POINT}")
extension = Published(EXTENSION, EXTENSION_TEXT)
offer = ValueOffer(app, other, runtime, extension)


def drive(*there: Published, damaged: bool = False, **more: Any) -> TargetState:
    """A drive with these on it, and with enough space."""
    refs = {each.ref: each.checksum(COLLECTION) for each in there}
    objects = {
        ObjectName(each.checksum(COLLECTION), ObjectKind.COMMIT): each.commit(COLLECTION)
        for each in there
    }
    state = TargetState(
        location=Location(Root(NOWHERE), DEFAULT_REPO),
        identity=FileSystemIdentity(1, 1, 1, "", ""),
        space=SPACE,
        refs={COLLECTION: refs} if refs else {},
        present=PresentObjects(frozenset(), 0) if refs else None,
        commits=StoredCommits((lambda _: b"rubbish") if damaged else objects.get),
    )
    return replace(state, **more)


def copied(made: int) -> dict[str, Copied]:
    """A copy of upstream's list, made then."""
    return {COLLECTION: Copied(made, Signed("summary", b"", b"", COLLECTION))}


def planner(
    state: TargetState,
    *offers: Offer,
    options: Options = OPTIONS,
    accepted: SeenSnapshots | None = None,
) -> Planner:
    return Planner(state, accepted or SeenSnapshots(), remotes(*offers), options)


def actions(plan: Plan) -> dict[str, Action]:
    return {item.ref: item.action for item in plan.items}


def item(plan: Plan, ref: str) -> Item:
    return next(item for item in plan.items if item.ref == ref)


# Actions


def test_on_an_empty_drive_everything_is_added() -> None:
    plan = planner(drive(), offer).plan(["org.test.App"])
    assert actions(plan) == {APP: Action.ADD, RUNTIME: Action.ADD, EXTENSION: Action.ADD}
    (collection,) = plan.collections
    assert collection.commits.keys() == {each.commit for each in plan.items}
    assert (item(plan, APP).chosen, item(plan, RUNTIME).chosen) == (True, False)
    assert item(plan, APP).requires == ((COLLECTION, RUNTIME),)
    assert (plan.basis, plan.left_out) == (frozenset(), ())


def test_what_is_there_is_kept() -> None:
    plan = planner(drive(app, runtime, extension), offer).plan(["org.test.Other"])
    assert actions(plan) == {
        APP: Action.KEEP,
        RUNTIME: Action.KEEP,
        EXTENSION: Action.KEEP,
        OTHER: Action.ADD,
    }
    (collection,) = plan.collections
    assert collection.commits.keys() == {other.checksum(COLLECTION)}
    assert plan.basis == {
        (COLLECTION, each.ref, each.checksum(COLLECTION)) for each in (app, runtime, extension)
    }


def test_what_is_older_is_updated() -> None:
    plan = planner(drive(old_app, runtime, extension), offer).plan(["org.test.Other"])
    assert actions(plan)[APP] is Action.UPDATE
    assert item(plan, APP).commit == app.checksum(COLLECTION)
    assert item(plan, APP).old_commit == old_app.checksum(COLLECTION)


def test_versions_are_kept_where_that_is_wanted() -> None:
    options = replace(OPTIONS, keep_versions=True)
    state = drive(old_app, runtime, extension)
    for name in ("org.test.Other", "org.test.App"):
        plan = planner(state, offer, options=options).plan([name])
        assert item(plan, APP).action is Action.KEEP
        assert item(plan, APP).commit == old_app.checksum(COLLECTION)


@pytest.mark.parametrize(
    "state",
    [
        drive(app, runtime, extension, partial=frozenset({app.checksum(COLLECTION)})),
        replace(
            drive(app, runtime, extension),
            commits=StoredCommits(
                {
                    ObjectName(each.checksum(COLLECTION), ObjectKind.COMMIT): each.commit(
                        COLLECTION
                    )
                    for each in (runtime, extension)
                }.get
            ),
        ),
    ],
    ids=["partial", "missing"],
)
@pytest.mark.parametrize("keep_versions", [False, True])
def test_what_is_incomplete_comes_again(state: TargetState, keep_versions: bool) -> None:
    options = replace(OPTIONS, keep_versions=keep_versions)
    plan = planner(state, offer, options=options).plan(["org.test.App"])
    assert actions(plan) == {APP: Action.UPDATE, RUNTIME: Action.KEEP, EXTENSION: Action.KEEP}


def test_a_drive_says_nothing_that_upstream_did_not() -> None:
    plan = planner(drive(app, runtime, extension, damaged=True), offer).plan(["org.test.App"])
    assert set(actions(plan).values()) == {Action.UPDATE}


def test_what_upstream_has_no_more_stays() -> None:
    gone = Published(f"app/org.test.Gone/{ARCH}/stable", "[Application]\nname=org.test.Gone\n")
    plan = planner(drive(gone), offer).plan(["org.test.App"])
    assert actions(plan)[gone.ref] is Action.KEEP
    assert any(gone.ref in str(notice.message) for notice in plan.notices)


def test_what_came_along_and_upstream_has_no_more_is_told_as_well() -> None:
    """By an update, which takes off what nothing needs any more."""
    records = {
        each.ref: RefRecord(each.checksum(COLLECTION), chosen=each is app, reason=WANTED)
        for each in (app, runtime, extension)
    }
    state = drive(app, runtime, extension, record=StickRecord("", 0, refs={COLLECTION: records}))
    without = ValueOffer(app, runtime)
    plan = Planner(
        state, SeenSnapshots(), remotes(without), OPTIONS, Changes(update=True, prune=True)
    ).plan([])
    assert (actions(plan)[EXTENSION], plan.removed) == (Action.KEEP, ())
    said = [str(notice.message) for notice in plan.notices]
    assert [EXTENSION in each for each in said if "no longer in" in each] == [True]


def test_other_collections_are_left_alone() -> None:
    state = drive(refs={"org.test.Elsewhere": {OTHER: "0" * 64}})
    plan = planner(state, offer).plan(["org.test.App"])
    assert [collection.id for collection in plan.collections] == [COLLECTION]
    assert OTHER not in actions(plan)


def test_who_chose_what_is_remembered() -> None:
    why = RefRecord(app.checksum(COLLECTION), chosen=True, reason=WANTED)
    record = StickRecord("", 0, refs={COLLECTION: {APP: why}})
    plan = planner(drive(app, runtime, extension, record=record), offer).plan(["org.test.Other"])
    assert (item(plan, APP).chosen, item(plan, APP).reason) == (True, WANTED)
    assert item(plan, RUNTIME).chosen is False


def test_what_comes_again_is_there_for_the_same_reason() -> None:
    """A repair names what a source has on the drive, also where that is a runtime alone."""
    why = RefRecord(runtime.checksum(COLLECTION), chosen=False, reason=WANTED)
    state = drive(runtime, extension, record=StickRecord("", 0, refs={COLLECTION: {RUNTIME: why}}))
    again = Planner(state, SeenSnapshots(), remotes(offer), OPTIONS, Changes(again=True))
    kept = item(again.plan([RUNTIME]), RUNTIME)
    assert (kept.chosen, kept.reason) == (False, WANTED)
    assert item(planner(state, offer).plan([RUNTIME]), RUNTIME).chosen


def test_the_list_of_apps_comes_along() -> None:
    appstream = Published(f"appstream2/{ARCH}")
    plan = planner(drive(), ValueOffer(app, runtime, extension, appstream)).plan(["org.test.App"])
    assert actions(plan)[appstream.ref] is Action.ADD
    assert item(plan, appstream.ref).describes == 1


def test_upstreams_metadata_is_carried_if_it_fits() -> None:
    def carried(metadata: Published, state: TargetState | None = None) -> str | None:
        upstream = ValueOffer(app, other, runtime, extension, metadata)
        plan = planner(state or drive(), upstream).plan(["org.test.App"])
        return plan.collections[0].metadata_commit

    newest = Published(METADATA_REF)
    assert carried(newest) == newest.checksum(COLLECTION)
    assert carried(Published(METADATA_REF, made=NOW - DAY)) is None
    assert carried(Published(METADATA_REF, bound="org.test.Elsewhere")) is None
    assert carried(Published(METADATA_REF, withheld=True)) is None


def test_a_ref_that_nobody_has() -> None:
    with pytest.raises(NoSuchRefError, match="Nothing"):
        planner(drive(), offer).plan(["org.test.Nothing"])


# Snapshots


def test_an_older_snapshot_is_refused() -> None:
    with Keyring(()) as keyring:
        offer = ValueOffer(app, runtime, extension)
        offer.keyring = keyring
        _refuse_what_is_older(offer)


def _refuse_what_is_older(offer: ValueOffer) -> None:
    origin = Origin.of(offer.snapshot, offer.remote)
    seen = SeenSnapshots({str(origin): NOW + DAY})
    for state, accepted in ((drive(), seen), (drive(copied=copied(NOW + DAY)), None)):
        with pytest.raises(OlderSnapshotError):
            planner(state, offer, accepted=accepted).plan(["org.test.App"])
        options = replace(OPTIONS, allow_older=True)
        planner(state, offer, accepted=accepted, options=options).plan(["org.test.App"])
    planner(drive(copied=copied(NOW)), offer).plan(["org.test.App"])


# The drive


def test_without_room_a_plan_says_so() -> None:
    """It is still there to look at: what is left out of it makes room."""
    state = drive(space=replace(SPACE, free=100_000))
    room = planner(state, offer).plan(["org.test.App"]).estimate
    assert not room.fits
    with pytest.raises(DoesNotFitError):
        check_room(room)
    cost = planner(state, offer).cost(["org.test.App"])
    assert (cost.fits, cost.left < 0) == (False, True)


def test_where_it_may_not_fit_a_person_is_told() -> None:
    ample = planner(drive(), offer).plan(["org.test.App"])
    assert ample.estimate.least < ample.estimate.write
    tight = drive(space=replace(SPACE, free=ample.estimate.write - 1))
    plan = planner(tight, offer).plan(["org.test.App"])
    (warning,) = (notice for notice in plan.notices if notice not in ample.notices)
    assert "may not fit" in str(warning.message)


def test_the_cost_is_that_of_the_plan() -> None:
    plan = planner(drive(old_app, runtime), offer).plan(["org.test.Other"])
    cost = planner(drive(old_app, runtime), offer).cost(["org.test.Other"])
    assert {(each.ref, each.action) for each in cost.items} == set(actions(plan).items())


def test_the_cost_asks_for_no_commit() -> None:
    upstream = ValueOffer(app, other, runtime, extension)
    planner(drive(), upstream).cost(["org.test.App"])
    assert upstream.asked == []


def test_a_drive_that_cannot_be_written() -> None:
    state = drive(space=replace(SPACE, read_only=True))
    with pytest.raises(DriveError, match="read-only"):
        planner(state, offer).plan(["org.test.App"])
    planner(state, offer).cost(["org.test.App"])


@pytest.mark.parametrize("refs", [{}, {COLLECTION: {APP.replace("App", "APP"): "0" * 64}}])
def test_names_that_the_drive_cannot_keep_apart(refs: Mapping[str, Mapping[str, str]]) -> None:
    upstream = offer
    if not refs:
        twin = Published(APP.replace("App", "APP"), "[Application]\nname=org.test.APP\n")
        upstream = ValueOffer(app, twin, runtime, extension)
    names = ["org.test.App"] if refs else ["org.test.App", "org.test.APP"]
    planner(drive(refs=refs), upstream).cost(names)
    with pytest.raises(NamesClashError):
        planner(drive(refs=refs, folds_names=True), upstream).cost(names)
