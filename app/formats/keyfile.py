"""Key files: what flatpak keeps its metadata, remotes and configuration in, and ostree its own.

Format: GLib's ``GKeyFile`` (``glib/gkeyfile.c``), which flatpak reads all of them with. Python's
``configparser`` cannot be made to agree with it: an indented line continues the value above
instead of being a line of its own, ``:`` or inline comments need switching off, keys may stand
before ``=`` alone, and a value's escapes and lists are unknown to it. A parser that differs from
the client's is how a name means one thing here and another there, so this one follows GLib and is
held against the real GLib in the tests.

An invalid escape stays in a string as it stands, and is an error in a list: GLib reports an error
of both, but returns the string, and flatpak asks for no error. One deliberate difference: a NUL
byte is an error (GLib silently cuts the line there).

Why: decision D42.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

from app.message import Message
from app.progress import heed

MAX_SIZE = 4 << 20
"""Key files are a few kilobytes; a `.flatpakrepo` carries a keyring of some more."""

_LONG = 4096
"""Lines that are read before it is asked whether to go on."""

_SPACE = " \t\n\r\f"  # what g_ascii_isspace accepts
_GROUP = re.compile(r"\[([^\[\]\x00-\x1f\x7f]+)\][ \t]*")
_PLAIN_KEY = re.compile(r"[^=\[\]]+")
_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_OUT_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

Value = str | bool | Sequence[str]


class KeyfileError(ValueError):
    """The text is no key file, or a value in it is not what was asked for."""


class Keyfile:
    """Groups of keys, in the order of the file. Read-only once parsed.

    A group that stands twice is one group; of a key that stands twice, the last counts.
    """

    def __init__(self, groups: Mapping[str, Mapping[str, str]]) -> None:
        self._groups = {name: dict(keys) for name, keys in groups.items()}

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Raises `KeyfileError` and nothing else, whatever the bytes."""
        if len(data) > MAX_SIZE:
            raise KeyfileError(Message("larger than {limit} MiB", limit=MAX_SIZE >> 20))
        if b"\0" in data:
            raise KeyfileError(Message("contains a NUL byte"))
        groups: dict[str, dict[str, str]] = {}
        current: dict[str, str] | None = None
        # Undecodable bytes only matter in the value they stand in, as in GLib: a broken
        # translation must not make the whole file unreadable.
        for number, line in enumerate(_lines(data.decode("utf-8", "surrogateescape")), 1):
            if not number % _LONG:
                heed()
            if not line or line.startswith("#"):
                continue
            if (match := _GROUP.fullmatch(line)) is not None:
                current = groups.setdefault(match[1], {})
                continue
            if line.startswith("[") and re.match(r"\[[^\]]*\][ \t]*\Z", line):
                raise KeyfileError(Message("line {line}: not a valid group name", line=number))
            left, equals, right = line.partition("=")
            if not equals or not left:
                raise KeyfileError(
                    Message("line {line}: neither a group, nor a key, nor a comment", line=number)
                )
            if current is None:
                raise KeyfileError(
                    Message("line {line}: a key before the first group", line=number)
                )
            key, value = left.rstrip(_SPACE), right.lstrip(_SPACE)
            if not _is_key(key):
                raise KeyfileError(Message("line {line}: not a valid key", line=number))
            first_group = next(iter(groups.values())) is current
            if key == "Encoding" and first_group and value.lower() != "utf-8":
                raise KeyfileError(
                    Message("line {line}: an encoding other than UTF-8", line=number)
                )
            current[key] = value
        return cls(groups)

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(self._groups)

    def keys(self, group: str) -> tuple[str, ...]:
        return tuple(self._groups.get(group, ()))

    def __contains__(self, group: object) -> bool:
        return group in self._groups

    def raw(self, group: str, key: str) -> str | None:
        """The text after ``=`` as it stands."""
        return self._groups.get(group, {}).get(key)

    def string(self, group: str, key: str) -> str | None:
        """The value with its escapes resolved; `None` where there is no such key.

        An invalid escape stays, a backslash at the end is dropped.
        """
        value = self._text(group, key)
        return None if value is None else _unescape(value)

    def strings(self, group: str, key: str) -> tuple[str, ...] | None:
        """The value as a list with ``;`` between its items and, as usual, after the last."""
        value = self._text(group, key)
        return None if value is None else _split(value, f"{key} in [{group}]")

    def boolean(self, group: str, key: str, default: bool = False) -> bool:
        """``true``, ``1``, ``false`` or ``0``; anything else is ``default``, as for flatpak."""
        value = (self.raw(group, key) or "").rstrip(_SPACE)
        return {"true": True, "1": True, "false": False, "0": False}.get(value, default)

    def _text(self, group: str, key: str) -> str | None:
        value = self.raw(group, key)
        if value is None or value.isascii():
            return value
        if any("\udc80" <= char <= "\udcff" for char in value):
            raise KeyfileError(Message("{key} in [{group}] is not UTF-8", key=key, group=group))
        return value


def _lines(text: str) -> Iterator[str]:
    """Without their ends and the space before them, one at a time: there may be millions."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end].removesuffix("\r").lstrip(_SPACE)
        start = end + 1
    yield text[start:].lstrip(_SPACE)


def dump(groups: Mapping[str, Mapping[str, Value]]) -> bytes:
    """The bytes of a key file that `Keyfile.parse` and GLib read back as ``groups``."""
    parts: list[str] = []
    for group, keys in groups.items():
        if _GROUP.fullmatch(f"[{group}]") is None:
            raise KeyfileError(Message("not a valid group name: {group}", group=repr(group)))
        lines = [f"[{group}]"]
        for key, value in keys.items():
            # More than a parser refuses: it would take "#" for a comment and lose white space.
            if not _is_key(key) or key[0] == "#" or any(char in key for char in "\n\r\t\f\0"):
                raise KeyfileError(Message("not a valid key: {key}", key=repr(key)))
            lines.append(f"{key}={_written(value)}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts).encode("utf-8")


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _escape(value)
    return "".join(_escape(item).replace(";", "\\;") + ";" for item in value)


def _escape(text: str) -> str:
    if "\0" in text:
        raise KeyfileError(Message("a NUL byte cannot be written"))
    body = text.lstrip(" ")
    # Spaces at the start would be lost, being taken for the space after "=". Other white space
    # there is a form feed, which has no escape.
    if body.startswith("\f"):
        raise KeyfileError(Message("a form feed at the start of a value cannot be written"))
    lead = "\\s" * (len(text) - len(body))
    return lead + "".join(_OUT_ESCAPES.get(char, char) for char in body)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[0] if match[1] else ""), text)


def _split(text: str, where: str) -> tuple[str, ...]:
    if "\\" not in text:
        *whole, rest = text.split(";")
        return (*whole, rest) if rest else tuple(whole)
    items: list[str] = []
    item: list[str] = []
    chars = iter(text)
    for char in chars:
        if char == ";":
            items.append("".join(item))
            item = []
        else:
            item.append(_escaped(next(chars, ""), where) if char == "\\" else char)
    if item:
        items.append("".join(item))
    return tuple(items)


def _escaped(char: str, where: str) -> str:
    if char == ";":
        return char
    if char not in _ESCAPES:
        raise KeyfileError(Message("{entry} has an invalid escape sequence", entry=where))
    return _ESCAPES[char]


def _is_key(key: str) -> bool:
    """Whether GLib takes it as a key; a locale may follow in brackets."""
    plain = _PLAIN_KEY.match(key)
    if plain is None or plain[0].startswith(" ") or plain[0].endswith(" "):
        return False
    locale = key[plain.end() :]
    if not locale:
        return True
    inside = locale[1:-1]
    return (
        locale.startswith("[")
        and locale.endswith("]")
        and len(locale) > 1
        and all(char.isalnum() or char in "-_.@" for char in inside)
    )
