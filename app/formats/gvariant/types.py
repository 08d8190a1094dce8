"""GVariant type strings, and the Python types for what Python has none of its own."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from app.message import Message

# How deep containers nest in one another, in types and in values; GLib's limit.
MAX_DEPTH: Final = 128
OBJECT_PATH: Final = re.compile(r"/|(?:/[A-Za-z0-9_]+)+")
SIGNATURE_CHARACTERS: Final = frozenset("ybnqiuxthdvasog(){}")
BASIC_TYPES: Final = "bynqiuxthdsog"
# A hostile variant must not carry a type string as long as a value: what is built of it is large.
MAX_SIGNATURE: Final = 0xFFFF


class FormatError(ValueError):
    """Bytes or a type string that cannot be what they claim to be; the message is for a person."""


class Variant(NamedTuple):
    """The Python value of type ``v``: a value that carries its own type."""

    signature: str
    value: Any


class Just(NamedTuple):
    """A present value of a maybe whose element is itself a maybe, to tell it from nothing."""

    value: Any


def check_type(signature: str) -> None:
    """Raise FormatError unless this is one definite, complete type."""
    if len(signature) > MAX_SIGNATURE or _scan(signature, 0, 0) != len(signature):
        raise _invalid(signature)


def is_object_path(text: str) -> bool:
    return OBJECT_PATH.fullmatch(text) is not None


def is_signature(text: str) -> bool:
    """Whether this is a D-Bus signature: any number of types, none of them a maybe."""
    if not SIGNATURE_CHARACTERS.issuperset(text):
        return False
    at = 0
    try:
        while at < len(text):
            at = _scan(text, at, 0)
    except FormatError:
        return False
    return True


def _invalid(text: str) -> FormatError:
    shown = text if len(text) <= 60 else text[:60] + "…"
    return FormatError(Message("{type} is not a GVariant type", type=repr(shown)))


def _scan(text: str, at: int, depth: int) -> int:
    """End of the type that starts here."""
    kind = text[at : at + 1]
    if kind and kind in "bynqiuxthdsogv":
        return at + 1
    if text[at : at + 2] == "()":
        return at + 2
    if depth == MAX_DEPTH or not kind or kind not in "am({":
        raise _invalid(text)
    if kind in "am":
        return _scan(text, at + 1, depth + 1)
    at += 1
    if kind == "(":
        while text[at : at + 1] != ")":
            at = _scan(text, at, depth + 1)
        return at + 1
    if not text[at : at + 1] or text[at] not in BASIC_TYPES:
        raise _invalid(text)
    at = _scan(text, at + 1, depth + 1)
    if text[at : at + 1] != "}":
        raise _invalid(text)
    return at + 1
