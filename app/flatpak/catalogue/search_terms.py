"""Words as catalogues are searched by: cut and folded here, not by SQLite.

So FTS5 never sees a character of a query that it could take for syntax, "office" finds LibreOffice,
and scripts without spaces can be searched. Every word carries its language, so that a search reads
nothing of the languages nobody asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from app.flatpak.catalogue.component import Component
from app.folding import fold
from app.languages import UNTRANSLATED

# Scripts written without spaces between words: Thai to Burmese, Khmer, kana, Han.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_MIXED = re.compile(r"\b[A-Za-z0-9]+[a-z0-9][A-Z][A-Za-z0-9]*\b")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


@cache
def _runs() -> re.Pattern[str]:
    # Nobody who only looks something up needs it, and it is large.
    return re.compile(rf"([{_UNSPACED}]+)|[^\W_{_UNSPACED}]+")


def fold_name(text: str) -> str:
    """What a name is sorted by."""
    return " ".join(fold(text).split())


def cut(text: str) -> list[tuple[str, ...]]:
    """The words of a text, folded; a run of characters without spaces is a tuple of several."""
    return [tuple(match[0]) if match[1] else (match[0],) for match in _runs().finditer(fold(text))]


def _tagged(language: str, text: str) -> Iterator[str]:
    """The words of a text as the index has them, and the parts of a CamelCase word."""
    tag = language.lower()
    for word in cut(text):
        for part in word:
            yield f"{tag}={part}"
    for word in _MIXED.findall(text):
        for part in _CAMEL.findall(word):
            yield f"{tag}={part.lower()}"


def index_columns(component: Component) -> tuple[str, str, str]:
    """Words of the name; of ID and keywords; of all else: as the index of all words has them."""

    def joined(*texts: tuple[str, str]) -> str:
        return " ".join(word for language, text in texts for word in _tagged(language, text))

    keywords = [(language, word) for language, ws in component.keywords.items() for word in ws]
    plain = [component.developer, *component.categories]
    return (
        joined(*component.names.items()),
        joined((UNTRANSLATED, component.id), *keywords),
        joined(*component.summaries.items(), *((UNTRANSLATED, text) for text in plain)),
    )


def match(words: Sequence[tuple[str, ...]], languages: Sequence[str]) -> str:
    """An FTS5 query: every word, in any of the languages.

    Words and languages consist of letters, digits, ``@`` and ``_``: nothing can end the quotes.
    """
    tags = [language.lower() for language in languages]
    return " AND ".join(
        "(" + " OR ".join(f'"{" ".join(f"{tag}={p}" for p in word)}"*' for tag in tags) + ")"
        for word in words
    )
