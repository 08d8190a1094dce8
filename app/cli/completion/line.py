"""Command lines as shells have them while somebody types: taken apart, and words for them quoted.

Only quotes and backslashes count, as in sh: nothing is expanded, and nothing is ever run.
"""

from __future__ import annotations

import re

from msgspec import Struct

_ASSIGNMENT = re.compile(r"\w+=", re.ASCII)
_IN_DOUBLE_QUOTES = '"\\$`'
_SPECIAL = re.compile(r"[\s!\"#$&'()*;<>?\[\\\]^`{|}~]")


class Line(Struct, frozen=True):
    """A command line up to the cursor.

    Attributes:
        words: those behind the command's name that are complete.
        current: what there is of the word at the cursor; may be empty.
        quote: the one that is open at the cursor, or empty.
        kept: how many characters of ``current`` bash leaves as they are.
    """

    words: tuple[str, ...]
    current: str
    quote: str = ""
    kept: int = 0


def read_line(text: str, breaks: str = "") -> Line:
    """``breaks``: what bash's COMP_WORDBREAKS says: it completes what stands behind one of them."""
    words: list[str] = []
    current: str | None = None
    quote, kept = "", 0
    characters = iter(text)
    for char in characters:
        if not quote and char in " \t\n":
            if current is not None:
                words.append(current)
            current, kept = None, 0
            continue
        current = current or ""
        if char == quote or (not quote and char in "'\""):
            quote = "" if quote else char
        elif char == "\\" and quote != "'":
            escaped = next(characters, "")
            if quote and escaped not in _IN_DOUBLE_QUOTES:
                current += char
            current += escaped
            continue
        else:
            current += char
            if quote:
                continue
        if char in breaks:
            kept = len(current)
    return Line(_behind_command(words), current or "", quote, kept)


def _behind_command(words: list[str]) -> tuple[str, ...]:
    command = next((n for n, word in enumerate(words) if not _ASSIGNMENT.match(word)), len(words))
    return tuple(words[command + 1 :])


def quoted(text: str, line: Line) -> str | None:
    """What bash puts in for ``line.current``, to mean ``text``; None if that cannot be."""
    rest = text[line.kept :]
    match line.quote:
        case "'":
            return rest.replace("'", r"'\''")
        case '"':
            # What is before a “!” is a command of before, to which no backslash belongs here.
            return None if "!" in rest else re.sub(r'(["\\$`])', r"\\\1", rest)
    return _SPECIAL.sub(r"\\\g<0>", rest)
