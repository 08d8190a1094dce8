"""Sizes as people write them."""

from __future__ import annotations

from argparse import ArgumentTypeError

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_MAX_DIGITS = 18


def read_size(text: str) -> int:
    """Bytes of ``20G``, ``500MB`` or a plain number."""
    lower = text.lower().removesuffix("b")
    digits = lower.rstrip("kmgt")
    if digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS:
        unit = _UNITS.get(lower.removeprefix(digits))
        if unit is not None:
            return int(digits) * unit
    raise ArgumentTypeError("give a size such as 20G or 500M")
