"""What `app` says, in the person's language.

`app` writes English sentences: into errors that cross processes, into JSON that programs read, into
records on drives that other people made. So they are translated where they are shown. The sentences
of `app` with their gaps ("No room left while {0}.") are collected from its source by
``packaging/translate`` into ``resources/translations/app.json`` and the ``.ts`` files; here a text
is recognised by the sentence it was made from, and what stood in the gaps goes into the translated
one. A sentence nobody translated stays English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QCoreApplication

from app.resources import resource
from ui.i18n.language_names import local_language
from ui.i18n.numbers import local_size

CONTEXT = "app"
_GAP = re.compile(r"\{(\d+)\}")
_END = re.compile(r"(?<=[.?!]) (?=[A-Z0-9“])")
_DEPTH = 3
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class _Sentence:
    source: str
    pieces: tuple[str, ...]
    """The text around and between gaps."""
    landmark: str
    """The longest of them: quick to look for."""

    def parts_of(self, text: str) -> tuple[str, ...] | None:
        """What stands in the gaps, each as short as can be; None if ``text`` is none of these.

        Whoever wrote the text may have had time: it is read once, whatever is in it.
        """
        first, *between = self.pieces
        if not between:
            return () if text == first else None
        last = between.pop()
        start, end = len(first), len(text) - len(last)
        if start > end or not (text.startswith(first) and text.endswith(last)):
            return None
        found = []
        for piece in between:
            place = text.find(piece, start, end)
            if place < 0:
                return None
            found.append(text[start:place])
            start = place + len(piece)
        return (*found, text[start:end])


def worded(text: str) -> str:
    """``text`` from `app` in the language of the window; itself where that is not known."""
    return _worded(text, _DEPTH)


def _worded(text: str, depth: int) -> str:
    if not text or len(text) > _LONGEST:
        return text
    found = _recognised(text)
    pieces = _END.split(text) if depth else []
    if len(pieces) > 1:
        # Where a gap has swallowed sentences, they may be known one by one.
        swallowed = found is None or any(map(_END.search, found[1]))
        if swallowed and (found is None or all(map(_recognised, pieces))):
            return " ".join(_worded(piece, depth - 1) for piece in pieces)
    if found is None:
        return text
    source, parts = found
    translated = QCoreApplication.translate(CONTEXT, source)
    return _filled(translated, [_part(part, depth) for part in parts])


def _recognised(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The sentence that ``text`` was made from, and what stands in its gaps."""
    for sentence in _sentences():
        if sentence.landmark in text:
            parts = sentence.parts_of(text)
            if parts is not None:
                return sentence.source, parts
    return None


def _filled(text: str, parts: Sequence[str]) -> str:
    return _GAP.sub(lambda gap: parts[int(gap[1])], text)


def _part(text: str, depth: int) -> str:
    local = local_language(local_size(text))
    if local != text or depth == 0:
        return local
    found = _worded(text, depth - 1)
    # What was done, and in brackets to which file.
    done, there, detail = text.partition(" (")
    if found != text or not (done and there and len(detail) > 1 and detail.endswith(")")):
        return found
    return f"{_worded(done, depth - 1)} ({detail}"


@lru_cache(maxsize=1)
def _sentences() -> tuple[_Sentence, ...]:
    """Those with the most words of their own first: they fit best where several fit."""
    sources: list[str] = json.loads(resource("translations", "app.json").read_text("utf-8"))
    found = []
    for source in sources:
        literal = tuple(_GAP.split(source)[::2])
        found.append(_Sentence(source, literal, max(literal, key=len)))
    return tuple(sorted(found, key=lambda one: -sum(map(len, one.pieces))))
