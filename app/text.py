"""Texts that others wrote, made fit to be shown.

What a drive, a server or a file says ends up on somebody's terminal, in their window and in files
for other people. So it is cleaned where it is parsed, by `clean` and one of the `Policy` members;
whoever gets it from there can show it as it stands. What is compared or opened (names of files,
refs, addresses of requests) has to stay exact: it is validated instead, and cleaned where it is
shown.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from msgspec import Struct

_GAP = "\N{REPLACEMENT CHARACTER}"
_MORE = "…"
# Not printable to Python, but part of how words are written: joiners and marks of direction.
_JOINERS = frozenset("\u200c\u200d\u200e\u200f")
# Of space that is put in order later, four characters may make one.
_LOOSE = 4
_MOST_MARKS = 8
"""Marks that any script puts on one letter; more of them only cover the lines around."""
# Where there may be too many: marks are neither letters nor space, and nor are the joiners.
_RUN = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")
_STACKED = frozenset({"Mn", "Me", "Cf"})


class _Rule(Struct, frozen=True):
    """What becomes of a text.

    Attributes:
        longest: characters that are kept.
        orderly: white space is a single space between words, line ends too; else spaces stay as
            they are, and what else there is of it is strange.
        strange: stands for what is not printable: controls, what turns the writing around, halves
            of surrogate pairs, what has no meaning yet.
        joiners: these stay.
        more: stands for what was cut off.
    """

    longest: int
    orderly: bool = True
    strange: str = _GAP
    joiners: bool = True
    more: str = ""


class Policy(Enum):
    """What a text is, and so how much of it counts. All are one line.

    Attributes:
        LABEL: of a file system; spaces count, since people name drives by it.
        TITLE: of a remote.
        NAME: of a device, a person, a version.
        COMMENT: a remote's sentence about itself.
        REASON: why an app is not kept up any more, or a request failed.
        DESCRIPTION: a remote's paragraph about itself.
        ADDRESS: of a page, to be shown.
        CATALOGUE: an element of appstream. What is not printable just goes: there is much of it
            that nobody sees, such as soft hyphens.
        FIELD: of a table or page that is written onto a drive.
        QUOTED, EXCERPT: a text that cannot be used, to be recognised by.
        SENTENCE: what Satchel says, with all that has gone into it.
    """

    LABEL = _Rule(255, orderly=False)
    TITLE = _Rule(100)
    NAME = _Rule(200)
    COMMENT = _Rule(500)
    REASON = _Rule(1_000)
    DESCRIPTION = _Rule(5_000)
    ADDRESS = _Rule(2_000)
    CATALOGUE = _Rule(5_000, strange="")
    FIELD = _Rule(4_096, strange=" ", joiners=False)
    QUOTED = _Rule(120, orderly=False, more=_MORE)
    EXCERPT = _Rule(60, more=_MORE)
    SENTENCE = _Rule(10_000, orderly=False, more=_MORE)


def clean(text: str, policy: Policy) -> str:
    """``text`` on one line, no longer than ``policy`` has it, without what moves a cursor, turns
    the writing around or covers the lines around.

    Takes as long as what is kept, however long ``text`` is. Cleaned once more, it stays the same.
    """
    rule = policy.value
    scanned = _LOOSE * rule.longest if rule.orderly else rule.longest
    kept = text[:scanned]
    if not kept.isprintable():
        kept = "".join([_shown(char, rule) for char in kept])
    if not kept.isascii():
        kept = _RUN.sub(_thinned, kept)
    if rule.orderly:
        kept = " ".join(kept.split())
    cut = len(kept) > rule.longest or len(text) > scanned
    kept = kept[: rule.longest]
    if rule.orderly:
        kept = kept.rstrip()
    return kept + rule.more if cut else kept


def _shown(char: str, rule: _Rule) -> str:
    if char.isprintable() or (rule.joiners and char in _JOINERS):
        return char
    if char.isspace() and (rule.orderly or unicodedata.category(char) == "Zs"):
        return " "
    return rule.strange


def _thinned(run: re.Match[str]) -> str:
    """A run of marks and other signs, without the marks that are too many."""
    kept = []
    stacked = 0
    for char in run[0]:
        stacked = stacked + 1 if unicodedata.category(char) in _STACKED else 0
        if stacked <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)
