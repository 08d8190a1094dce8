"""Which words the window opens: files and addresses that hand on apps."""

from __future__ import annotations

import os
from collections.abc import Sequence

from app.errors import UsageError
from app.message import Message

_SCHEMES = ("file://", "https://", "http://", "flatpak+https://")
_SUFFIXES = (".flatpak", ".flatpakref", ".flatpakrepo", ".satchel-set")


def is_openable(word: str) -> bool:
    """Whether it is a file or an address, or was meant to be one."""
    return (
        word.lower().startswith(_SCHEMES)
        or word.lower().endswith(_SUFFIXES)
        or os.sep in word
        or os.path.isfile(word)
    )


def absolute(words: Sequence[str]) -> tuple[str, ...]:
    """What ``words`` name, wherever they are read. Raises UsageError for what is no file."""
    opened = []
    for word in words:
        if word.lower().startswith(_SCHEMES):
            # As Flathub writes it for those who install apps.
            opened.append(word.removeprefix("flatpak+"))
            continue
        path = os.path.abspath(word)
        if not os.path.isfile(path):
            raise UsageError(
                Message("There is no file {name}.", name=word), Message("Check its name.")
            )
        opened.append(path)
    return tuple(opened)
