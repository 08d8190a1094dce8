"""Rectangles whose areas are to each other as numbers are, each as square as can be.

Bruls, Huizing, van Wijk: “Squarified Treemaps” (2000). Knows nothing of what it is painted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Area(NamedTuple):
    """A rectangle in the unit of whoever asked."""

    left: float
    top: float
    width: float
    height: float


def squarify(sizes: Sequence[float], area: Area) -> list[Area]:
    """One rectangle for each of ``sizes``, in their order; together they fill ``area``.

    They should come largest first: then they are squarest. What has no size has no width.
    """
    counted = [max(0.0, size) for size in sizes]
    total = sum(counted)
    areas: list[Area] = []
    if total <= 0 or area.width <= 0 or area.height <= 0:
        return [Area(area.left, area.top, 0.0, 0.0) for _ in counted]
    scale = area.width * area.height / total
    scaled = [size * scale for size in counted]
    rest, place = area, 0
    while place < len(scaled):
        end = _row_end(scaled, place, min(rest.width, rest.height))
        row = scaled[place:end]
        rest = _put(row, rest, areas, last=end == len(scaled))
        place = end
    return areas


def _row_end(sizes: Sequence[float], start: int, side: float) -> int:
    """Where the row ends that is squarest along ``side``."""
    end, total = start + 1, sizes[start]
    largest = smallest = sizes[start]
    while end < len(sizes):
        size = sizes[end]
        more = total + size
        before = _worst(largest, smallest, total, side)
        after = _worst(max(largest, size), min(smallest, size), more, side)
        if size > 0 and after > before:
            break
        total, largest = more, max(largest, size)
        smallest = min(smallest, size) if size > 0 else smallest
        end += 1
    return end


def _worst(largest: float, smallest: float, total: float, side: float) -> float:
    """The worst ratio of sides in a row."""
    if smallest <= 0 or side <= 0:
        return float("inf")
    return max(side * side * largest / (total * total), total * total / (side * side * smallest))


def _put(row: Sequence[float], rest: Area, areas: list[Area], *, last: bool) -> Area:
    """Place a row along the shorter side of ``rest``; what is left of it."""
    total = sum(row)
    upright = rest.width >= rest.height
    side = rest.height if upright else rest.width
    room = rest.width if upright else rest.height
    depth = room if last else min(room, total / side if side > 0 else 0.0)
    at = 0.0
    for place, size in enumerate(row):
        length = side * size / total if total > 0 else 0.0
        if place == len(row) - 1 and size > 0:
            length = side - at
        if upright:
            areas.append(Area(rest.left, rest.top + at, depth, length))
        else:
            areas.append(Area(rest.left + at, rest.top, length, depth))
        at += length
    if upright:
        return Area(rest.left + depth, rest.top, rest.width - depth, rest.height)
    return Area(rest.left, rest.top + depth, rest.width, rest.height - depth)
