"""The text of lists of apps: lines, words, commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from app.text import Policy, clean

AROUND = " \t\"'`()[]{}<>"
"""What words and cells may stand in."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_WITH_VALUE = frozenset(
    {"--arch", "--commit", "--gpg-file", "--installation", "--sideload-repo", "--subpath"}
)


def whole_lines(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line that says something, with those that it goes on in."""
    begun, start = "", 0
    for number, line in enumerate(_LINE_END.split(_ESCAPES.sub("", text)), 1):
        content = line.strip()
        if begun == "":
            start = number
            if not content or content.startswith("#"):
                continue
        if content.endswith("\\"):
            begun += f"{content[:-1]} "
            continue
        yield start, (begun + content).strip()
        begun = ""
    if begun.strip():
        yield start, begun.strip()


def words_of(text: str) -> list[str]:
    """Without what stands around and between them."""
    words = (word.strip(AROUND) for word in re.split(r"[\s,;|=]+", text))
    return [word for word in words if word]


def arguments(text: str) -> Iterator[str]:
    """The arguments of a command that are no options."""
    try:
        words = shlex.split(text, comments=True)
    except ValueError:
        words = [word.strip("\"'") for word in text.split()]
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _WITH_VALUE
        elif word[:1] not in {">", "&", "\\"} and not re.match(r"\d?>", word):
            yield word.strip(AROUND)


def is_remote_name(word: str) -> bool:
    """Whether a remote may be called so."""
    return re.fullmatch(r"\w[\w.-]*", word, re.ASCII) is not None


def excerpt(text: str) -> str:
    """The beginning of a text, to be recognised by."""
    return f"“{clean(text, Policy.EXCERPT)}”"
