"""What has to stand in a file of JSON or TOML, and the values that are made of it.

A `Reader` makes a value of what a parser has read, or raises `SchemaError`. They are put together
from small ones; each has a bound, so that whoever wrote a file decides neither about memory nor
about types::

    _POINT = structure(Point, x=integer(0, 99), name=optional(text(40)))
    point = _POINT(parse_json(data))
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from app.text import Policy, clean

T = TypeVar("T")
K = TypeVar("K")
E = TypeVar("E", bound=StrEnum)

Reader: TypeAlias = Callable[[object], T]

MOST = 100_000
"""Elements of a list or a mapping whose file is bounded already."""


class SchemaError(ValueError):
    """What stands there is not what has to. Its text says what is needed."""


def parse_json(data: bytes | str) -> object:
    """What JSON says: text, number, truth, None, list or dict. Of a key that is there twice, the
    last counts.

    Raises `SchemaError` and nothing else, however deep it is nested and long its numbers are.
    """
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SchemaError("JSON is needed.") from error
    return value


def text(
    longest: int, fits: Callable[[str], bool] | None = None, *, expected: str = "A text is needed."
) -> Reader[str]:
    """A text of at most ``longest`` characters that ``fits``, just as it is."""

    def read(value: object) -> str:
        if isinstance(value, str) and len(value) <= longest and (fits is None or fits(value)):
            return value
        raise SchemaError(expected)

    return read


def cleaned_text(longest: int, policy: Policy) -> Reader[str]:
    """A text of at most ``longest`` characters, as `clean` makes it."""
    exact = text(longest)
    return lambda value: clean(exact(value), policy)


def integer(least: int, most: int, *, expected: str = "A number is needed.") -> Reader[int]:
    """A whole number; true and 1.0 are none."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise SchemaError(expected)

    return read


def flag(*, expected: str = "true or false is needed") -> Reader[bool]:
    """True or false."""

    def read(value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise SchemaError(expected)

    return read


def choice(kind: type[E]) -> Reader[E]:
    """A member of an enumeration, by its value."""
    members = {member.value: member for member in kind}

    def read(value: object) -> E:
        if isinstance(value, str) and value in members:
            return members[value]
        raise SchemaError(f"One of {', '.join(members)} is needed.")

    return read


def nullable(reader: Reader[T]) -> Reader[T | None]:
    """What ``reader`` reads, or None."""
    return lambda value: None if value is None else reader(value)


def list_of(
    item: Reader[T],
    most: int = MOST,
    *,
    least: int = 0,
    lenient: bool = False,
    expected: str = "A list is needed.",
) -> Reader[tuple[T, ...]]:
    """From ``least`` to ``most`` elements; with ``lenient``, those that can be read."""

    def read(value: object) -> tuple[T, ...]:
        if not isinstance(value, list | tuple) or not least <= len(value) <= most:
            raise SchemaError(expected)
        if not lenient:
            return tuple(map(item, value))
        return tuple(element for each in value for element in _readable(item, each))

    return read


def mapping_of(
    key: Reader[K], item: Reader[T], most: int = MOST, *, lenient: bool = False
) -> Reader[dict[K, T]]:
    """At most ``most`` entries; with ``lenient``, those that can be read."""

    def entry(each: tuple[object, object]) -> tuple[K, T]:
        return key(each[0]), item(each[1])

    def read(value: object) -> dict[K, T]:
        pairs = _mapping(value, most).items()
        if not lenient:
            return dict(map(entry, pairs))
        return {name: element for each in pairs for name, element in _readable(entry, each)}

    return read


@dataclass(frozen=True, slots=True)
class Optional:
    """A member that may be missing; the value has its own default then."""

    reader: Reader[Any]


def optional(reader: Reader[Any]) -> Optional:
    return Optional(reader)


def structure(kind: Callable[..., T], /, **members: Reader[Any] | Optional) -> Reader[T]:
    """A mapping with these members; what else is in it is left alone.

    ``kind`` makes the value of them, as a dataclass does.
    """

    def read(value: object) -> T:
        given = _mapping(value, MOST)
        values = {}
        for name, each in members.items():
            if not isinstance(each, Optional):
                values[name] = member(name, each)(given)
            elif name in given:
                values[name] = each.reader(given[name])
        return kind(**values)

    return read


def member(name: str, reader: Reader[T]) -> Reader[T]:
    """One member of a mapping; what else is in it is left alone."""

    def read(value: object) -> T:
        given = _mapping(value, MOST)
        if name not in given:
            raise SchemaError(f"{name} is missing.")
        return reader(given[name])

    return read


def versioned(version: int, reader: Reader[T]) -> Reader[T]:
    """What ``reader`` reads from a mapping whose ``version`` is this one."""

    def read(value: object) -> T:
        if _mapping(value, MOST).get("version") != version:
            raise SchemaError("It is of another version.")
        return reader(value)

    return read


def _mapping(value: object, most: int) -> Mapping[str, object]:
    if not isinstance(value, dict) or len(value) > most:
        raise SchemaError("Names with values are needed.")
    return value


def _readable(reader: Callable[[Any], T], value: object) -> tuple[T, ...]:
    try:
        return (reader(value),)
    except SchemaError:
        return ()
