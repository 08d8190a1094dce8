"""Thousands of apps, searched and filtered while one types."""

from __future__ import annotations

from collections.abc import Callable, Sized
from functools import partial

from tests.gpg import SigningKey
from tests.large import LargeRemote
from tests.ui.apps.person import THOUSANDS, Person, remote_of
from tests.ui.widget_tree import the_only
from tests.work import counted
from ui.pages.apps.filter_bar import FilterBar


def more_than(count: int, items: Sized) -> bool:
    return len(items) > count


def test_thousands_are_searched_while_one_types(
    visit: Callable[..., Person], thousands: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(thousands.path, upstream_key))
    person.until(lambda: person.count() == THOUSANDS)
    answers: list[int] = []
    person.view.model().modelReset.connect(lambda: answers.append(person.count()))

    for letter in "kelp birch 13":
        before = len(answers)
        with counted() as work:
            person.type(letter)
        assert work.calls < 3000  # 300 as it is
        person.until(partial(more_than, before, answers))

    assert person.names()
    assert all({"Kelp", "Birch"} <= set(name.split()) for name in person.names())


def test_only_the_last_of_many_letters_is_answered(
    visit: Callable[..., Person], thousands: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(thousands.path, upstream_key))
    person.until(lambda: person.count() == THOUSANDS)

    person.type("atlas atlas 100")

    person.until(lambda: person.names()[:1] == ["Atlas Atlas 100"])
    person.until(lambda: not person.window.bridge.busy)
    assert person.names()[0] == "Atlas Atlas 100"


def test_filters(
    visit: Callable[..., Person], thousands: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(thousands.path, upstream_key))
    person.until(lambda: person.count() == THOUSANDS)

    person.filter("Verified")
    person.until(lambda: person.count() == sum(1 for n in range(THOUSANDS) if n % 3 == 0))
    assert person.button("Filters (1)")
    person.filter("Free licence")
    person.until(lambda: person.count() == sum(1 for n in range(THOUSANDS) if n % 3 == 0 and n % 5))
    person.filter("end of life")
    fits = [n for n in range(THOUSANDS) if n % 3 == 0 and n % 5 and n % 10]
    person.until(lambda: person.count() == len(fits))

    person.type("games")
    category = the_only(person.page, FilterBar)._category
    person.until(lambda: person.panel() == "Nothing fits")
    person.push("Show everything")
    person.until(lambda: person.count() == THOUSANDS)
    person.until(lambda: category.findData("Game") > 0)
    category.setCurrentIndex(category.findData("Game"))
    person.until(lambda: person.count() == sum(1 for n in range(THOUSANDS) if n % 7 == 0))
    assert "Games (715)" in category.currentText()
