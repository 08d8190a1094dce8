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
    return tier != "fast" or not any(map(item.get_closest_marker, _NOT_FAST))
