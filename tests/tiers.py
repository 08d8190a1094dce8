"""Which tests are for which run: `packaging/test` says what the tiers are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

TIERS = ("fast", "gate", "thorough")
"""Each has all that those before it have."""

MARKERS = {
    "devices": "has block devices; those with the fixture `devices` are marked by that",
    "packages": "builds packages of Satchel",
    "kills": "kills jobs, or pulls their drive out, at many moments",
    "slow": "takes long for another reason",
    "thorough": "one of many combinations of which the gate tries each part",
}
_DEVICES = {"devices", "system_bus"}
_NOT_FAST = ("devices", "packages", "kills", "slow")
_WHOLE = (
    "tests/cli/test_completion.py",
    "tests/cli/test_contract.py",
    "tests/cli/test_outputs.py",
    "tests/rehearsing/",
    "tests/resolving/",
    "tests/ui/apps/test_start_view.py",
    "tests/ui/apps/test_thousands.py",
    "tests/ui/apps/test_your_choice.py",
    "tests/ui/contents/",
    "tests/ui/settings/",
    "tests/ui/test_done.py",
    "tests/ui/test_follows_settings.py",
    "tests/ui/test_keys.py",
    "tests/ui/test_opening.py",
    "tests/ui/test_review.py",
    "tests/ui/test_saved_choices.py",
    "tests/ui/test_start.py",
)
"""What goes through all of the window, many commands or real clients: each quick, together half of
the time of all that is not slow.
"""

_SAMPLED = {
    "tests/ostree/pull/test_lies.py::test_bytes_that_are_always_wrong": 4,
    "tests/ostree/pull/test_lies.py::test_bytes_that_are_wrong_once": 4,
    "tests/ostree/test_fsck.py::test_damage": 4,
    "tests/stick/clients/test_places.py::test_several_architectures": 4,
    "tests/stick/clients/test_ways.py::test_every_kind_of_upstream": 2,
    "tests/stick/interrupted/test_full.py::test_full_at_any_moment": 2,
    "tests/stick/interrupted/test_killed.py::test_killed": 3,
    "tests/stick/test_others_damage.py::test_damage_of_another_app": 4,
    "tests/stick/test_promise.py::test_a_lie_is_told_from_the_truth": 6,
    "tests/stick/test_under_way.py::test_a_journal_excuses_nothing": 4,
    "tests/ui/test_accessible.py::test_every_control_has_a_name": 3,
    "tests/ui/test_accessible.py::test_every_control_is_reached_with_the_tab_key": 3,
    "tests/ui/test_double_clicks.py::test_a_second_click_begins_nothing": 3,
}
"""Of these all but the thorough run take the first of so many cases each."""


def select(tier: str, items: list[pytest.Item]) -> list[pytest.Item]:
    """Leave in ``items`` what is for this tier; returns the others."""
    for item in items:
        if _DEVICES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("devices")
    taken = [item for item in items if _is_for(tier, item)]
    if tier != "thorough":
        taken = list(_sample(taken))
    kept = set(taken)
    left = [item for item in items if item not in kept]
    items[:] = taken
    return left


def _sample(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    cases: Counter[str] = Counter()
    for item in items:
        name = item.nodeid.partition("[")[0]
        if cases[name] % _SAMPLED.get(name, 1) == 0:
            yield item
        cases[name] += 1


def _is_for(tier: str, item: pytest.Item) -> bool:
    if item.get_closest_marker("thorough"):
        return tier == "thorough"
    if tier != "fast":
        return True
    slow = any(map(item.get_closest_marker, _NOT_FAST))
    return not slow and not item.nodeid.startswith(_WHOLE)
