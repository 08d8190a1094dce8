"""What `app` says, in the person's language.

A message comes as a value (`app.message`): its sentence is looked up in the catalogue, and what is
put into it is written as the language writes sizes, days and names. A sentence nobody translated
stays English.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from app.message import Day, Duration, Language, Message, Moment, Size
from ui.i18n.language_names import named
from ui.i18n.numbers import counted, dated, lasting, sized
from ui.i18n.remedies import WINDOW_REMEDIES

_MESSAGES = ""
"""The context that lupdate gives to what is no class's."""


def worded(message: Message) -> str:
    """``message`` in the language of the window."""
    return message.worded(_template, _value_text)


def worded_together(*messages: Message) -> str:
    """Several, one after the other."""
    return " ".join(worded(message) for message in messages if message)


def sentence_case(text: str) -> str:
    """With its first letter large: what begins a sentence or a label."""
    return text[:1].upper() + text[1:]


def _template(message: Message) -> str:
    if message.remedy is not None:
        message = WINDOW_REMEDIES[message.remedy]
    # Qt says something else for the empty text: who made the catalogue.
    return QCoreApplication.translate(_MESSAGES, message.template) if message else ""


def _value_text(value: Any) -> str:
    match value:
        case Size(size):
            return sized(size)
        case Duration(seconds):
            return lasting(seconds)
        case Day(seconds) | Moment(seconds):
            return dated(seconds)
        case Language(code):
            return named(code)
        case int():
            return counted(value)
    return str(value)
