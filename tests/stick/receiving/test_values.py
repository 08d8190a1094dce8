"""A plan made smaller, and how far flatpak is: values in, values out."""

from __future__ import annotations

from pathlib import Path

from app.client.receiving.installation import Place, Scope
from app.client.receiving.plan import Item, ReceivePlan, State
from app.client.receiving.portions import Portion
from app.client.receiving.refusal import Refusal, RefusalKind
from app.client.receiving.steps import Steps
from app.flatpak.refs import Ref
from app.message import Message
from app.progress import Advanced, AppTried, Event

COLLECTION = "org.test.Apps"


def item(name: str, *needs: str, asked: bool = True) -> Item:
    ref = Ref.parse(name)
    keys = tuple((COLLECTION, each) for each in needs)
    return Item(COLLECTION, ref, None, ref.id, asked, State.INSTALL, needs=keys)


ATLAS, PAINT = "app/org.test.Atlas/x86_64/stable", "app/org.test.Paint/x86_64/stable"
COMMON, OWN = "runtime/org.test.Platform/x86_64/1", "runtime/org.test.Atlas.Maps/x86_64/1"


def plan(*items: Item) -> ReceivePlan:
    place = Place(Scope.USER, Path("/nowhere"))
    return ReceivePlan(place, {each.key: each for each in items}, {}, ())


def test_a_plan_for_less_keeps_what_that_needs() -> None:
    whole = plan(
        item(ATLAS, COMMON, OWN),
        item(PAINT, COMMON),
        item(COMMON, asked=False),
        item(OWN, asked=False),
    )
    less = whole.only({(COLLECTION, PAINT)})
    assert [str(each.ref) for each in less.items.values()] == [PAINT, COMMON]
    assert [str(each.ref) for each in less.asked] == [PAINT]


def test_what_was_asked_for_and_is_not_wanted_may_still_be_needed() -> None:
    less = plan(item(ATLAS, COMMON), item(COMMON)).only({(COLLECTION, ATLAS)})
    assert {str(each.ref): each.asked for each in less.items.values()} == {
        ATLAS: True,
        COMMON: False,
    }


def tried(events: list[Event]) -> list[tuple[str, bool]]:
    return [(event.ref, event.installed) for event in events if isinstance(event, AppTried)]


def test_an_app_is_told_to_be_there_when_it_is_and_the_next_has_begun() -> None:
    events: list[Event] = []
    parts = [Portion(each, (each,)) for each in (item(ATLAS), item(PAINT))]
    there: set[str] = set()
    steps = Steps(parts, lambda part: str(part.asked.ref) in there, events.append)
    steps.hear(f"Installing {ATLAS}")
    there.add(ATLAS)
    assert tried(events) == []
    steps.hear(f"Installing {COMMON}")
    steps.hear(f"Installing {PAINT}")
    assert tried(events) == [(ATLAS, True)]
    steps.end({(COLLECTION, PAINT): Refusal(RefusalKind.FLATPAK, Message("No."))})
    assert tried(events) == [(ATLAS, True), (PAINT, False)]
    assert isinstance(events[-1], Advanced)
    assert events[-1].objects == events[-1].objects_total == 2


def test_what_flatpak_passes_over_is_not_told_to_be_there() -> None:
    events: list[Event] = []
    parts = [Portion(each, (each,)) for each in (item(ATLAS), item(PAINT))]
    steps = Steps(parts, lambda _part: False, events.append)
    steps.hear(f"Installing {ATLAS}")
    steps.hear(f"Installing {PAINT}")
    steps.end({})
    assert tried(events) == []
