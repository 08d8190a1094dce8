"""What Satchel has to tell people, as values: a sentence with gaps, and what is put into them.

A `Message` is made where something has to be told, and worded where it is read: the command and
programs get English (``str``), the window and its reports the person's language. Nobody recognises
sentences by their text, and what comes from a drive or a server is only ever put into gaps.

The sentence itself is the name of the message, as with gettext: translations are found by it, and
JSON has it as ``id``. Gaps are names in braces. Qt's lupdate collects every ``Message("…")``, so
the sentence is always written out at the call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from app.credentials import public_sentence
from app.languages import language_text
from app.stand_ins import name_of
from app.units import date_text, duration_text, moment_text, size_text

if TYPE_CHECKING:
    from app.remedy import Remedy

_GAP = re.compile(r"\{(\w+)\}(\.?)")
_ENDS = (".", "!", "?", "…")
_LONGEST_ID = 1000
LONGEST = 10_000
"""Characters of a message that anybody would read, in any language."""


class Size(Struct, frozen=True):
    """A number of bytes."""

    bytes: float

    def __str__(self) -> str:
        return size_text(self.bytes)


class Duration(Struct, frozen=True):
    seconds: float

    def __str__(self) -> str:
        return duration_text(self.seconds)


class Day(Struct, frozen=True):
    """A day in UTC, by seconds since 1970; None if unknown."""

    seconds: int | None

    def __str__(self) -> str:
        return date_text(self.seconds)


class Moment(Struct, frozen=True):
    """A moment, by seconds since 1970; None if unknown."""

    seconds: int | None

    def __str__(self) -> str:
        return moment_text(self.seconds)


class Language(Struct, frozen=True):
    """A language by its code, as in ``pt_BR``: what it is called only those who speak it know."""

    code: str

    def __str__(self) -> str:
        return language_text(self.code)


@dataclass(frozen=True, slots=True, init=False)
class Message:
    """A sentence for people, or a part of one that another message has in a gap.

    Attributes:
        template: the sentence in English, with gaps like ``{label}``.
        arguments: (gap, value), in order of their names. A value is a text or number, one of the
            values above, a message, or a tuple of these, which is read out with commas. Of an error
            it is the error's message. Texts are cleaned: on one line, bounded, without anybody's
            password.
        remedy: which remedy it words, if it says what to do.
    """

    template: str
    arguments: tuple[tuple[str, Any], ...]
    remedy: Remedy | None

    def __init__(self, template: str, /, **arguments: Any) -> None:
        _fill(self, template, arguments, None)

    @classmethod
    def with_arguments(
        cls, template: str, arguments: Mapping[str, Any], remedy: Remedy | None = None
    ) -> Message:
        """For sentences that are not written out at the call; nothing collects those."""
        message = cls.__new__(cls)
        _fill(message, template, arguments, remedy)
        return message

    def __str__(self) -> str:
        return self.worded(lambda message: message.template, str)

    def __bool__(self) -> bool:
        return bool(self.template)

    def worded(
        self, template_of: Callable[[Message], str], value_text: Callable[[Any], str]
    ) -> str:
        """This message in some language.

        Args:
            template_of: the sentence of a message in that language, with the same gaps.
            value_text: what stands for an argument that is no message.
        """

        def text(value: Any) -> str:
            if isinstance(value, Message):
                return value.worded(template_of, value_text)
            if isinstance(value, tuple):
                return ", ".join(map(text, value))
            return value_text(value)

        # Each once, however often its gap is there.
        texts = {name: text(value) for name, value in self.arguments}

        def fill(gap: re.Match[str]) -> str:
            filled = texts.get(gap[1])
            if filled is None:
                return gap[0]
            # A whole sentence may stand at the end of another.
            return filled if filled.endswith(_ENDS) else filled + gap[2]

        # In one pass: what stands in a gap is never looked at for gaps.
        worded = _GAP.sub(fill, template_of(self))
        return worded if len(worded) <= LONGEST else f"{worded[:LONGEST]}…"


def sentences(*messages: Message) -> Message:
    """Several messages, one after the other."""
    told = [message for message in messages if message]
    if len(told) <= 1:
        return told[0] if told else NOTHING
    names = [f"sentence{number}" for number in range(1, len(told) + 1)]
    template = " ".join(f"{{{name}}}" for name in names)
    return Message.with_arguments(template, dict(zip(names, told, strict=True)))


def alike(messages: Sequence[Message]) -> list[tuple[list[int], Message]]:
    """Of those that are the same sentence one, which reads out what differs in them: their places,
    and it."""
    kinds: dict[object, list[int]] = {}
    for place, message in enumerate(messages):
        kinds.setdefault(_kind(message), []).append(place)
    return [(places, _together([messages[place] for place in places])) for places in kinds.values()]


def _kind(message: Message) -> object:
    inner = ((gap, _kind(each)) for gap, each in message.arguments if isinstance(each, Message))
    return message.template, tuple(inner)


def _together(messages: Sequence[Message]) -> Message:
    first = messages[0]
    arguments: dict[str, Any] = {}
    for gap, value in first.arguments:
        values = [dict(each.arguments)[gap] for each in messages]
        if isinstance(value, Message):
            arguments[gap] = _together(values)
        else:
            read_out = dict.fromkeys(
                part for each in values for part in (each if isinstance(each, tuple) else (each,))
            )
            arguments[gap] = value if len(set(values)) == 1 else tuple(read_out)
    return Message.with_arguments(first.template, arguments, first.remedy)


def verbatim(text: Any) -> Message:
    """Somebody else's text, a name or an error: what is the same in every language."""
    return Message.with_arguments("{text}", {"text": text})


def message_of(error: Exception) -> Message:
    """What an error says, as a message: its own, if it was made with one."""
    said = error.args[0] if error.args else None
    return said if isinstance(said, Message) else verbatim(error)


def message_json(name: str, message: Message) -> dict[str, Any]:
    """A message as JSON has it: its English text as ``name``, then its ``id`` and ``args``.

    Those of any other than ``message`` are called ``NAME_id`` and ``NAME_args``.
    """
    prefix = "" if name == "message" else f"{name}_"
    return {
        name: str(message),
        f"{prefix}id": message_id(message),
        f"{prefix}args": arguments_json(message),
    }


def message_id(message: Message) -> str:
    """Its sentence, or the name of its remedy."""
    return message.remedy.id if message.remedy else message.template


def arguments_json(message: Message) -> dict[str, Any]:
    """The arguments by their gaps: bytes, seconds, codes, texts; of messages ``text``, ``id`` and
    ``args``."""
    return {name: _json(value) for name, value in message.arguments}


def parse_message(untrusted_id: Any, untrusted_args: Any, depth: int = 3) -> Message | None:
    """The message that `message_json` wrote, or None if it is none that may be read back.

    Its sentence may be anybody's: it is good for looking up what translations know.
    """
    if not isinstance(untrusted_id, str) or not isinstance(untrusted_args, dict) or not depth:
        return None
    gaps = [gap for gap, _ in _GAP.findall(untrusted_id[:_LONGEST_ID])]
    # No gap twice: else a few kilobytes would become gigabytes of text.
    if len(untrusted_id) > _LONGEST_ID or len(set(gaps)) != len(gaps):
        return None
    arguments: dict[str, Any] = {}
    for name, value in untrusted_args.items():
        argument: Any = value
        if isinstance(value, dict):
            argument = parse_message(value.get("id"), value.get("args"), depth - 1)
        if not isinstance(argument, str | int | Message):
            return None
        arguments[name] = argument
    return Message.with_arguments(untrusted_id, arguments)


def _json(value: Any) -> Any:
    match value:
        case Message():
            return {"text": str(value), "id": message_id(value), "args": arguments_json(value)}
        case tuple():
            return [_json(part) for part in value]
        case Size():
            return value.bytes
        case Duration() | Day() | Moment():
            return value.seconds
        case Language():
            return value.code
    return value


def _fill(
    message: Message, template: str, arguments: Mapping[str, Any], remedy: Remedy | None
) -> None:
    cleaned = tuple((name, _cleaned(arguments[name])) for name in sorted(arguments))
    object.__setattr__(message, "template", template)
    object.__setattr__(message, "arguments", cleaned)
    object.__setattr__(message, "remedy", remedy)


def _cleaned(value: Any) -> Any:
    match value:
        case Message() | Size() | Duration() | Day() | Moment() | Language() | int():
            return value
        case list() | tuple():
            return tuple(map(_cleaned, value))
        case BaseException() if value.args and isinstance(value.args[0], Message):
            return value.args[0]
        case Path():
            value = name_of(value)
    return public_sentence(str(value))


NOTHING = Message.with_arguments("", {})
"""No message: false, and an empty text."""
