"""``satchel cache``."""

from __future__ import annotations

from argparse import ArgumentTypeError

from app.cli.syntax.model import Command, Option

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


COMMAND = Command(
    name="cache",
    summary="what is kept of downloads for the next drive; empties and limits it",
    about="What was downloaded once is taken from there for the next drive, also without a "
    "network (make --offline). Everything is checked whenever it is taken. What was not used for "
    "longest goes first; a full disk empties it.",
    run="cache:run",
    options=(
        Option(name="--clear", help="remove all of it"),
        Option(
            name="--size",
            metavar="N",
            convert=read_size,
            help="how much it may take from now on, such as 20G; also the setting cache_limit",
        ),
    ),
)
