"""The way through the steps, without any widget."""

from __future__ import annotations

from ui.state.page_name import PageName
from ui.window.navigation import Navigation

_STEPS = (PageName.DRIVE, PageName.APPS, PageName.REVIEW)


class Way:
    """Steps that are done as a test says."""

    def __init__(self) -> None:
        self.done: set[PageName] = set()
        self.begun: PageName | None = None
        self.writing = False
        self.navigation = Navigation(
            _STEPS,
            is_complete=lambda step: step in self.done,
            is_begun=lambda step: step is self.begun,
            is_closed=lambda: self.writing,
        )


def test_where_and_what_are_chosen_in_any_order_the_rest_needs_both() -> None:
    way = Way()
    may_open = way.navigation.may_open
    assert [step for step in _STEPS if may_open(step)] == [PageName.DRIVE, PageName.APPS]
    for done in ({PageName.DRIVE}, {PageName.APPS}):
        way.done = done
        assert [step for step in _STEPS if may_open(step)] == [PageName.DRIVE, PageName.APPS]
    way.done = {PageName.DRIVE, PageName.APPS}
    assert [step for step in _STEPS if may_open(step)] == list(_STEPS)
    assert may_open(PageName.SETTINGS)


def test_what_has_begun_needs_no_steps_before_it() -> None:
    """A drive is repaired without anything being chosen."""
    way = Way()
    way.begun = PageName.REVIEW
    assert way.navigation.may_open(PageName.REVIEW)


def test_while_something_is_written_the_way_is_closed() -> None:
    way = Way()
    way.done = set(_STEPS)
    way.navigation.open(PageName.APPS)
    way.navigation.open(PageName.SETTINGS)
    way.writing = True
    may_open = way.navigation.may_open
    assert [step for step in _STEPS if may_open(step)] == [PageName.APPS]
    assert may_open(PageName.CONTENTS)


def test_back_leads_to_the_step_before_or_to_where_one_was() -> None:
    navigation = Way().navigation
    assert navigation.previous is None
    navigation.open(PageName.REVIEW)
    assert navigation.previous is PageName.APPS
    navigation.open(PageName.CONTENTS)
    navigation.open(PageName.SETTINGS)
    assert [navigation.previous] == [PageName.REVIEW]


def test_on_leads_to_the_next_step_or_to_one_that_is_no_longer_done() -> None:
    way = Way()
    way.done = {PageName.DRIVE}
    assert way.navigation.next is PageName.APPS
    way.navigation.open(PageName.APPS)
    assert [way.navigation.next] == [PageName.REVIEW]
    way.done = set()
    assert [way.navigation.next] == [PageName.DRIVE]
    way.done = set(_STEPS)
    way.navigation.open(PageName.REVIEW)
    assert [way.navigation.next] == [None]
    way.navigation.open(PageName.SETTINGS)
    assert way.navigation.next is None
