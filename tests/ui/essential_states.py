"""Which states the gate looks at in every way; the thorough run does so with all."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet

ESSENTIAL = frozenset(
    {
        "drive, several",
        "drive, interrupted",
        "drive, something missing",
        "apps: beginning",
        "apps: no internet",
        "apps: chosen",
        "apps: tiles",
        "review: in the way",
        "review: refused",
        "make: getting",
        "make: no internet",
        "make: several",
        "make: ready",
        "make: not ready",
        "contents: apps",
        "contents: to know",
        "contents: space",
        "contents: damaged",
        "settings",
        "rename a drive",
        "a drive is missing",
        "add a remote: refused",
        "add a language",
        "help",
        "about",
        "save as a set",
        "an app on a drive",
        "install here",
        "share: computers",
        "share: port in use",
    }
)
"""Each page and each of its faces, and dialogs of every kind."""


def in_turn(states: Iterable[str]) -> list[ParameterSet]:
    """For `pytest.mark.parametrize`: those that are not essential are for the thorough run."""
    return [
        pytest.param(state, marks=() if state in ESSENTIAL else pytest.mark.thorough)
        for state in states
    ]
