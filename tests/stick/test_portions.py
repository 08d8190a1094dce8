"""What a job brings by app: whose a runtime is, in which order, how far each is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.message import NOTHING
from app.progress import Advanced, AppPlace, AppProgress, AppsAdvanced, Event, silent
from app.stick.planning.plan import Action, Item, Plan
from app.stick.planning.sizes import Part
from app.stick.writing.portions import Portion, PortionMeter, portions
from tests.satchel import satchel
from tests.stick.damage import HELLO, OTHER
from tests.upstream import Upstream

FIRST, SECOND, KEPT = (f"app/org.test.{name}/x86_64/stable" for name in ("A", "B", "C"))
PLATFORM = "runtime/org.test.Platform/x86_64/1"
CODEC = "runtime/org.test.Codec/x86_64/1"
LISTS = "appstream2/x86_64"
HERE, THERE = "org.test.Here", "org.test.There"


def item(ref: str, *needed_by: str, action: Action = Action.ADD, collection: str = HERE) -> Item:
    return Item(
        collection, ref, f"commit of {ref}", None, action, True, NOTHING, needed_by=needed_by
    )


def plan(*items: Item, fetch: int = 100, there: int = 10) -> Plan:
    """Each item takes as much as any other."""
    kept = Action.KEEP
    parts = tuple(
        Part(each.collection, each.ref, fetch, there, fetch, there)
        for each in items
        if each.action is not kept
    )
    collections = tuple(
        SimpleNamespace(
            id=collection,
            metadata_commit=f"metadata of {collection}",
            commits={
                each.commit: b""
                for each in items
                if each.collection == collection and each.action is not kept
            },
        )
        for collection in dict.fromkeys(each.collection for each in items)
    )
    estimate = SimpleNamespace(
        parts=parts,
        there=there * len(parts),
        total=(fetch + there) * len(parts),
        exact=True,
        unsized=(),
    )
    return cast(Plan, SimpleNamespace(items=items, estimate=estimate, collections=collections))


def of(made: tuple[Portion, ...]) -> dict[str, set[str]]:
    return {
        portion.ref: {commit.removeprefix("commit of ") for _, commit in portion.commits}
        for portion in made
    }


def test_what_several_need_is_the_first_ones() -> None:
    made = portions(
        plan(
            item(LISTS),
            item(FIRST),
            item(SECOND),
            item(PLATFORM, SECOND, FIRST),
            item(CODEC, PLATFORM),
        )
    )
    assert of(made) == {
        FIRST: {FIRST, PLATFORM, CODEC},
        SECOND: {SECOND},
        "": {LISTS, f"metadata of {HERE}"},
    }
    assert [(portion.total, portion.there) for portion in made] == [(330, 30), (110, 10), (110, 10)]


def test_what_comes_for_an_app_that_stays_is_its_own_and_a_runtime_alone_too() -> None:
    made = portions(
        plan(
            item(SECOND),
            item(KEPT, action=Action.KEEP),
            item(PLATFORM, KEPT),
            item(CODEC),
        )
    )
    assert list(of(made)) == [SECOND, KEPT, CODEC, ""]
    assert of(made)[KEPT] == {PLATFORM}


class Followed:
    """A meter, and the last that it told."""

    def __init__(self, made: Plan) -> None:
        self.events: list[Event] = []
        self.plan = made
        self.meter = PortionMeter(self.events.append, made)

    def enter(self, number: int) -> dict[str, int]:
        return dict(self.meter.enter(self.plan.collections[number]))

    def told(self) -> tuple[tuple[AppProgress, ...], AppPlace | None]:
        self.meter.finish()
        pictures, numbers = self.events[-2:]
        assert isinstance(pictures, AppsAdvanced)
        assert isinstance(numbers, Advanced)
        return pictures.apps, numbers.app


def test_each_app_fills_by_bytes_and_is_saved_with_its_last_one() -> None:
    followed = Followed(plan(item(FIRST), item(SECOND), item(PLATFORM, FIRST)))
    assert followed.enter(0)[f"commit of {PLATFORM}"] == 0
    meter = followed.meter
    meter.bytes = 120
    meter.stored(0, 100)
    apps, now = followed.told()
    assert apps == (AppProgress(FIRST, 140, 220, False), AppProgress(SECOND, 10, 110, False))
    assert now == AppPlace(FIRST, 1, 2)

    meter.bytes = 250
    meter.stored(0, 80)
    meter.stored(1, 60)
    meter.ended(0)
    apps, now = followed.told()
    assert apps == (AppProgress(FIRST, 220, 220, True), AppProgress(SECOND, 80, 110, False))
    assert now == AppPlace(SECOND, 2, 2)

    meter.complete()
    apps, now = followed.told()
    assert all(app.saved and app.bytes == app.bytes_total for app in apps)
    assert now is None


def test_an_app_is_saved_when_all_of_its_collections_are_through() -> None:
    followed = Followed(plan(item(FIRST), item(PLATFORM, FIRST, collection=THERE)))
    followed.enter(0)
    followed.meter.ended(0)
    followed.meter.ended(1)
    apps, now = followed.told()
    assert not apps[0].saved
    assert now is None
    followed.enter(1)
    assert followed.told()[1] == AppPlace(FIRST, 1, 1)
    followed.meter.ended(0)
    assert followed.told()[0][0].saved


def test_no_app_is_ever_fuller_than_full() -> None:
    followed = Followed(plan(item(FIRST)))
    followed.enter(0)
    followed.meter.bytes = 10**6
    (app,), _ = followed.told()
    assert app == AppProgress(FIRST, 110, 110, False)


def test_a_plan_that_brings_nothing() -> None:
    meter = PortionMeter(silent, plan(item(KEPT, action=Action.KEEP)))
    meter.complete()
    assert meter.app is None


@pytest.mark.slow
def test_a_job_tells_the_app_and_counts_to_what_will_be_on_the_drive(
    upstream: Upstream, tmp_path: Path
) -> None:
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    drive = tmp_path / "drive"
    drive.mkdir()
    apps = ("org.test.Hello", "org.test.Other")
    done = satchel("make", "--json", drive, *apps, "--remote", remote, home=tmp_path)
    progress: list[dict[str, Any]] = [
        event for event in done.events if event["event"] == "progress"
    ]
    download = [event for event in progress if event["phase"] == "download"]
    assert download[-1]["bytes"] == download[-1]["bytes_total"] == done.finished["bytes"]
    assert {event["app"]["ref"] for event in download if event["app"]} <= {HELLO, OTHER}

    check = [event for event in progress if event["phase"] == "verify"]
    assert check[0]["bytes"] == 0
    assert check[-1]["bytes"] == check[-1]["bytes_total"] > 0
