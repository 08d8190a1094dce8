"""Values as JSON knows them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from app.message import Message, message_json
from app.stand_ins import name_of


def plain(value: Any) -> Any:
    """A value as JSON knows it; of messages the text, ``id`` and ``args`` (`message_json`)."""
    if isinstance(value, Message):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {}
        for field in dataclasses.fields(value):
            part = getattr(value, field.name)
            if isinstance(part, Message):
                fields.update(message_json(field.name, part))
            else:
                fields[field.name] = plain(part)
        return fields
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
