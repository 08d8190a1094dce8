"""Thousands of apps, searched and filtered while one types."""

from __future__ import annotations

from collections.abc import Callable, Sized
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from tests.gpg import SigningKey
from tests.large import EXTRA, LargeRemote, app_name
from tests.ui.apps.person import THOUSANDS, Person, remote_of
from tests.ui.widget_tree import the_only
from tests.work import counted
from ui.controllers.search import SearchCriteria
from ui.pages.apps.search_head import SearchHead


def more_than(count: int, items: Sized) -> bool:
    return len(items) > count


def test_thousands_are_searched_while_one_types(
    visit: Callable[..., Person], thousands: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(thousands.path, upstream_key))
    person.until(lambda: person.count() == THOUSANDS)
    person.until(lambda: not person.window.bridge.busy)
    answers: list[int] = []
    person.view.model().modelReset.connect(lambda: answers.append(person.count()))

    for letter in "kelp birch 13":
        before = len(answers)
        with counted() as work:
            person.type(letter)
        # 300 as it is; with the first letter the filters take the place of the categories.
        assert work.calls < (3000 if before else 8000)
        person.until(partial(more_than, before, answers))

    assert person.names()
    assert all({"Kelp", "Birch"} <= set(name.split()) for name in person.names())

    # Only the last of many letters is answered.
    for _ in "kelp birch 13":
        person.press(Qt.Key.Key_Backspace)
    person.type("atlas atlas 100")

    person.until(lambda: person.names()[:1] == ["Atlas Atlas 100"])
    person.until(lambda: not person.window.bridge.busy)
    assert person.names()[0] == "Atlas Atlas 100"


def test_filters(
    visit: Callable[..., Person], thousands: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(thousands.path, upstream_key))
    person.until(lambda: person.count() == THOUSANDS)

    def fitting(condition: Callable[[int], object]) -> int:
        return sum(1 for number in range(THOUSANDS) if condition(number))

    person.filter("Verified")
    person.until(lambda: person.count() == fitting(lambda n: n % 3 == 0))
    person.filter("Free licence")
    person.until(lambda: person.count() == fitting(lambda n: n % 3 == 0 and n % 5))
    person.filter("Gets updates")
    person.until(lambda: person.count() == fitting(lambda n: n % 3 == 0 and n % 5 and n % 10))
    person.filter("Clear filters")
    person.until(lambda: person.count() == THOUSANDS)
    person.filter("Works offline")
    person.until(lambda: person.count() == fitting(lambda n: n % 2 == 0 and n % 50 != EXTRA))

    person.type("games")
    person.until(lambda: person.panel() == "Nothing found for “games”")
    person.push("Clear")
    person.until(lambda: person.count() == THOUSANDS)
    # In a small window its chip is behind "More".
    criteria = person.page.findChild(SearchCriteria)
    assert criteria is not None
    criteria.set_category("Game")
    person.until(lambda: person.count() == fitting(lambda n: n % 7 == 0))
    person.push("For you")
    person.until(lambda: not person.view.isVisible())


@pytest.mark.thorough
def test_sorted_by_size_and_the_newest_first(
    visit: Callable[..., Person], thousands: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(thousands.path, upstream_key))
    person.until(lambda: person.count() == THOUSANDS)

    person.filter("Sort by size")

    person.until(lambda: person.names()[:3] == [app_name(number) for number in range(3)])

    person.filter("Sort by newest")

    # Every ninth was released on the last of nine days.
    newest = {app_name(number) for number in range(8, THOUSANDS, 9)}
    person.until(lambda: set(person.names()) <= newest)
    actions = the_only(person.page, SearchHead).findChildren(QAction)
    checked = [action.text() for action in actions if action.isChecked()]
    assert "Sort by newest" in checked
    assert "Sort by relevance" not in checked
