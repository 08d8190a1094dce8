"""What a repair would do, in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.message import Message
from app.ostree.pull.answers import OfflineError
from app.replacing import replace
from app.stick.findings import Code, finding
from app.stick.mending.plan import RepairPlan, Supply, Unhealed, Way
from app.stick.planning.duration import Expected
from tests.ui.controllers.values import report
from ui.pages.contents.repair_words import repair_sentence

pytestmark = pytest.mark.usefixtures("qapp")

APP = "app/org.test.Hello/x86_64/stable"
ONE = finding(Code.OBJECT_CORRUPT, "a", Message("It is damaged."))
TWO = finding(Code.OBJECT_MISSING, "b", Message("It is missing."))
FROM_UPSTREAM = Supply(Way.UPSTREAM, "up", 3, 14_000_000, download=True)
PLAN = RepairPlan(
    Path("/drive"), report(ONE, TWO), (FROM_UPSTREAM,), expected=Expected(50.0, 70.0, 1e6)
)


def said(plan: RepairPlan | None, *, looking: bool = False) -> str:
    return repair_sentence(plan, {APP: "Hello"}, looking=looking).replace("\N{NO-BREAK SPACE}", " ")


def test_what_it_fetches_and_how_long_it_takes() -> None:
    assert said(PLAN) == "Repairing fetches 14 MB again and takes about 1 minute."
    assert "fetches about 14 MB" in said(replace(PLAN, exact=False))


def test_what_is_near_needs_no_internet() -> None:
    near = Supply(Way.CACHE, "", 3, 14_000_000)
    assert said(replace(PLAN, supplies=(near,))).startswith("What it takes is here: repairing ")
    assert said(replace(PLAN, supplies=())).startswith("Repairing puts it in order ")


def test_what_stays_is_said_and_what_becomes_of_the_rest() -> None:
    some = replace(
        PLAN,
        unhealed=(Unhealed(ONE, Message("Hello cannot be installed.")),),
        updates=(APP,),
        lost=(APP,),
        moved=("a", "b"),
    )
    told = said(some)
    assert told.startswith("Repairing fetches 14 MB again")
    assert "Not all of it can be repaired." in told
    assert "Of Hello only a newer version is to be had" in told
    assert "Hello is not to be had any more" in told
    assert "moved aside, not deleted" in told
    offline = replace(some, unasked=OfflineError(Message("There is no internet.")))
    assert "There is no internet now" in said(offline)


def test_nothing_is_promised_that_it_cannot_do() -> None:
    left = tuple(Unhealed(each, Message("It stays.")) for each in (ONE, TWO))
    assert said(replace(PLAN, unhealed=left)) == "Not all of it can be repaired."


def test_before_it_is_known() -> None:
    assert "Looking for where" in said(None, looking=True)
    assert said(None) == "Repairing gets again what is damaged."
