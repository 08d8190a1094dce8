"""The one form in which everybody who reads a list finds the same in it.

A value in normal form can still be read in two ways. libostree and flatpak find a ref or a
collection by binary search, and of a dictionary take the first entry of that key or, where they
make a table of it first, the last. So what they search has to be in order, and no key may be there
twice. GLib's bytes are compared as bytes, which in UTF-8 is the order of the characters.

Why: decision D12.
"""

from __future__ import annotations

from typing import Final

from app.formats.gvariant import FormatError, Value
from app.message import Message

MAX_KEYS: Final = 10_000
"""Of a dictionary that is in no order. Upstreams' own have some dozens."""

MAX_ENTRIES: Final = 400_000
"""Of a list of refs: Flathub has 50,000."""

_SHOWN: Final = 80


def check_normal(value: Value, what: Message) -> None:
    """Raise FormatError unless these are the bytes that writing the value would give."""
    if not value.is_normal():
        raise FormatError(Message("{structure} is not well-formed", structure=what))


def check_keys(value: Value, what: Message, limit: int = MAX_KEYS) -> None:
    """Raise FormatError if a dictionary has a key twice or an empty one, or over ``limit`` keys."""
    if len(value) > limit:
        raise FormatError(Message("{structure} has more entries than it can have", structure=what))
    seen = {b""}
    for key in value.keys():  # noqa: SIM118
        if key in seen:
            raise FormatError(_repeated(key, what))
        seen.add(key)


def check_order(value: Value, what: Message, limit: int = MAX_ENTRIES) -> None:
    """Raise FormatError unless each entry comes behind the one before it, or if there are too many.

    The entries begin with a string, which must not be empty.
    """
    if len(value) > limit:
        raise FormatError(Message("{structure} has more entries than it can have", structure=what))
    before = b""
    for key in value.keys():  # noqa: SIM118
        if key <= before:
            if key == before:
                raise FormatError(_repeated(key, what))
            raise FormatError(
                Message("{structure} is not in order at {key}", structure=what, key=_shown(key))
            )
        before = key


def _repeated(key: bytes, what: Message) -> Message:
    return (
        Message("{structure} has {key} twice", structure=what, key=_shown(key))
        if key
        else Message("{structure} has an entry without a name", structure=what)
    )


def _shown(key: bytes) -> str:
    text = key[: 4 * _SHOWN].decode(errors="replace")
    return repr(text[:_SHOWN] + "…" if len(text) > _SHOWN else text)
