"""Which tests are for which run: `packaging/test` says what the tiers are for."""

from __future__ import annotations

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
    "tests/ui/test_done.py",
    "tests/ui/test_follows_settings.py",
    "tests/ui/test_keys.py",
    "tests/ui/test_opening.py",
    "tests/ui/test_review.py",
    "tests/ui/test_saved_choices.py",
    "tests/ui/test_settings.py",
    "tests/ui/test_start.py",
)
"""What goes through all of the window, many commands or real clients: each quick, together half of
the time of all that is not slow.
"""


def select(tier: str, items: list[pytest.Item]) -> list[pytest.Item]:
    """Leave in ``items`` what is for this tier; returns the others."""
    for item in items:
        if _DEVICES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("devices")
    left = [item for item in items if not _is_for(tier, item)]
    items[:] = [item for item in items if _is_for(tier, item)]
    return left


def _is_for(tier: str, item: pytest.Item) -> bool:
    if item.get_closest_marker("thorough"):
        return tier == "thorough"
    if tier != "fast":
        return True
    slow = any(map(item.get_closest_marker, _NOT_FAST))
    return not slow and not item.nodeid.startswith(_WHOLE)
