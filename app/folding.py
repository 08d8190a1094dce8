"""Texts as they are compared in a search: without case, accents and compatibility forms."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart, as those write them who lack the key.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "ə": "e", "æ": "ae", "œ": "oe", "þ": "th"}
)


def fold(text: str) -> str:
    """``text`` in the form that is compared."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain.casefold().translate(_PLAIN)
