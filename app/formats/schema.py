"""What has to stand in a file of JSON or TOML, and the values that are made of it.

A `Reader` makes a value of what a parser has read, or raises `SchemaError`. They are put together
from small ones; each has a bound, so that whoever wrote a file decides neither about memory nor
about types::

    _POINT = structure(Point, x=integer(0, 99), name=optional(text(40)))
    point = _POINT(parse_json(data))
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

from app.message import NOTHING, Message, verbatim
from app.text import Policy, clean

T = TypeVar("T")
K = TypeVar("K")
E = TypeVar("E", bound=StrEnum)

Reader: TypeAlias = Callable[[object], T]

MOST = 100_000
"""Elements of a list or a mapping whose file is bounded already."""

# tomllib takes the square of the time for keys of many parts. Outside of strings and comments,
# nothing else has dots in a row.
_TOML_TEXTS = re.compile(
    r'''
        """(?:[^\\]|\\.)*?(?:"""|\Z)
        | \'{3}.*?(?:\'{3}|\Z)
        | "(?:[^"\\\n]|\\.)*"?
        | \'[^\'\n]*\'?
        | \#[^\n]*
    ''',
    re.DOTALL | re.VERBOSE,
)
_LONG_KEY = re.compile(r"(?:\.[ \t\w-]*){32}")
_LONGEST_REASON = 200


class SchemaError(ValueError):
    """What stands there is not what has to.

    Attributes:
        reason: what is needed or what is wrong, where people are told.
    """

    def __init__(self, reason: Message = NOTHING) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_json(data: bytes | str) -> object:
    """What JSON says: text, number, truth, None, list or dict. Of a key that is there twice, the
    last counts.

    Raises `SchemaError` and nothing else, however deep it is nested and long its numbers are.
    """
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SchemaError from error
    return value


def parse_toml(data: bytes) -> dict[str, Any]:
    """What TOML says: as `parse_json`, with dates and times.

    Raises `SchemaError` and nothing else; its reason says what is wrong, and where.
    """
    try:
        source = data.decode()
    except UnicodeDecodeError as error:
        raise SchemaError(Message("it is not text")) from error
    if _LONG_KEY.search(_TOML_TEXTS.sub("", source)):
        raise SchemaError(Message("it has keys of too many parts"))
    # Few commands read such files.
    import tomllib

    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError) as error:  # also of a number that is too long
        raise SchemaError(verbatim(f"{error}"[:_LONGEST_REASON])) from error


def text(
    longest: int, fits: Callable[[str], bool] | None = None, *, expected: Message = NOTHING
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


def integer(least: int, most: int, *, expected: Message = NOTHING) -> Reader[int]:
    """A whole number; true and 1.0 are none."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise SchemaError(expected)

    return read


def flag(*, expected: Message = NOTHING) -> Reader[bool]:
    """True or false."""

    def read(value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise SchemaError(expected)

    return read


def choice(kind: type[E], *, expected: Message = NOTHING) -> Reader[E]:
    """A member of an enumeration, by its value."""
    members = {member.value: member for member in kind}

    def read(value: object) -> E:
        if isinstance(value, str) and value in members:
            return members[value]
        raise SchemaError(expected)

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
    distinct: bool = False,
    expected: Message = NOTHING,
) -> Reader[tuple[T, ...]]:
    """From ``least`` to ``most`` elements; with ``lenient``, those that can be read, with
    ``distinct``, each once."""

    def read(value: object) -> tuple[T, ...]:
        if not isinstance(value, list | tuple) or not least <= len(value) <= most:
            raise SchemaError(expected)
        if lenient:
            elements = tuple(element for each in value for element in _readable(item, each))
        else:
            elements = tuple(map(item, value))
        return tuple(dict.fromkeys(elements)) if distinct else elements

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


class Optional(Struct, frozen=True):
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
            raise SchemaError
        return reader(given[name])

    return read


def versioned(version: int, reader: Reader[T]) -> Reader[T]:
    """What ``reader`` reads from a mapping whose ``version`` is this one."""

    def read(value: object) -> T:
        if _mapping(value, MOST).get("version") != version:
            raise SchemaError
        return reader(value)

    return read


def _mapping(value: object, most: int) -> Mapping[str, object]:
    if not isinstance(value, dict) or len(value) > most:
        raise SchemaError
    return value


def _readable(reader: Callable[[Any], T], value: object) -> tuple[T, ...]:
    try:
        return (reader(value),)
    except SchemaError:
        return ()
