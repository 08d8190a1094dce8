"""`copy.replace`, which Python has from 3.13 on: for Structs and dataclasses alike."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

from msgspec import Struct, structs

_Value = TypeVar("_Value")


def replace(value: _Value, /, **changes: Any) -> _Value:
    """A copy of a value in which these fields have other values. Raises TypeError for others."""
    if isinstance(value, Struct):
        return structs.replace(value, **changes)
    return dataclasses.replace(value, **changes)  # type: ignore[type-var]
