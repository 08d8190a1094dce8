"""Values as JSON knows them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.message import Message, message_json
from app.stand_ins import name_of


def plain(value: Any) -> Any:
    """A value as JSON knows it; of messages the text, ``id`` and ``args`` (`message_json`)."""
    if isinstance(value, Message):
        return str(value)
    if isinstance(value, Struct):
        return _members(value, value.__struct_fields__)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _members(value, [field.name for field in dataclasses.fields(value)])
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(name_of(value))
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def _members(value: object, names: Iterable[str]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name in names:
        part = getattr(value, name)
        if isinstance(part, Message):
            members.update(message_json(name, part))
        else:
            members[name] = plain(part)
    return members
