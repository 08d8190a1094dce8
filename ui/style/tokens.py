"""The window's numbers as ``resources/window/tokens.json`` has them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from app.resources import resource


@cache
def tokens() -> dict[str, Any]:
    """The whole file: palette, type, space, radius, size, icon, motion, guard, map, breakpoints."""
    read: dict[str, Any] = json.loads(resource("window", "tokens.json").read_bytes())
    return read


def size(name: str) -> int:
    """One of ``size`` in design pixels: ``size("foot")``."""
    return int(tokens()["size"][name])


def radius(name: str) -> int:
    """One of ``radius`` in design pixels."""
    return int(tokens()["radius"][name])


def motion(name: str) -> int:
    """How long one of ``motion`` takes, in ms."""
    return int(tokens()["motion"][name]["ms"])


def breakpoint_at(name: str) -> int:
    """One of ``breakpoints``: a width in design pixels."""
    return int(tokens()["breakpoints"][name])
