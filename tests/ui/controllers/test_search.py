"""What somebody looks for, whoever changes it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.flatpak.catalogue.browse import Order, Sort
from ui.controllers.search import Filter, Search, SearchCriteria


@pytest.fixture
def criteria(qapp: QApplication) -> SearchCriteria:
    return SearchCriteria(qapp)


def test_each_part_is_told_once(criteria: SearchCriteria) -> None:
    told: list[Search] = []
    criteria.changed.connect(told.append)
    for _ in range(2):
        criteria.set_text("make")
        criteria.set_category("Game")
        criteria.set_remote("up")
        criteria.set_filter(Filter.OFFLINE, True)
        criteria.set_order(Order.SIZE)
        criteria.set_technical(True)
    wanted = Search(
        "make", "Game", "up", frozenset({Filter.OFFLINE}), sort=Sort.OTHERS, order=Order.SIZE
    )
    assert criteria.search == told[-1] == wanted
    assert len(told) == 6


def test_filters_are_switched_one_by_one(criteria: SearchCriteria) -> None:
    criteria.set_filter(Filter.OFFLINE, True)
    criteria.set_filter(Filter.SMALL, True)
    criteria.set_filter(Filter.OFFLINE, False)
    assert criteria.search.filters == {Filter.SMALL}


def test_cleared_keeps_the_order_and_reset_does_not(criteria: SearchCriteria) -> None:
    criteria.set_text("make")
    criteria.set_order(Order.NAME)
    criteria.clear()
    assert criteria.search == Search(order=Order.NAME)
    criteria.reset()
    assert criteria.search == Search()


@pytest.mark.parametrize(
    ("search", "asked"),
    [
        (Search(), False),
        (Search(text="  "), False),
        (Search(text="m"), True),
        (Search(category="Game"), True),
        (Search(filters=frozenset({Filter.SMALL})), True),
        (Search(sort=Sort.OTHERS), True),
        (Search(order=Order.NEWEST), True),
    ],
)
def test_a_list_is_shown_once_somebody_asks_for_one(search: Search, asked: bool) -> None:
    assert search.asked is asked
