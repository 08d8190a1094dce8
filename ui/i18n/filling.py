"""Filling arguments into a translated text."""

from __future__ import annotations

import re

_PLACE = re.compile("%([1-9])")


def filled(template: str, *arguments: str) -> str:
    """``template`` with ``%1`` … ``%9`` replaced by the arguments of these numbers.

    Each place is filled once, and what was filled in is not looked at again: names and serial
    numbers come from drives and servers, and may hold anything. A place that has no argument
    stays as it is, and so does a lone ``%``. ``%n`` is Qt's: ``tr`` has filled it before.
    Arguments are written by the caller: numbers, sizes and dates with `ui.i18n.numbers`.
    """

    def argument(place: re.Match[str]) -> str:
        number = int(place.group(1))
        return arguments[number - 1] if number <= len(arguments) else place.group()

    return _PLACE.sub(argument, template)
