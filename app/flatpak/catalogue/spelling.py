"""What somebody may have meant by a word that nothing is found by.

Words are compared by the letters that have to be changed, left out, put in or swapped with their
neighbour. A glance at which letters there are at all rules out nearly all of a catalogue's twenty
thousand words, so that one takes a few milliseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SHORTEST = 3
_FORGIVING = 6
"""Letters of a word from which on two of them may be wrong."""


@dataclass(frozen=True, slots=True)
class Word:
    """``uses``: how many components have it. ``letters``: a bit for each that is in it."""

    text: str
    uses: int
    letters: int


class Vocabulary:
    """The words of a catalogue in the reader's languages."""

    def __init__(self, uses: Iterable[tuple[str, int]]) -> None:
        self._words = [Word(text, count, _letters(text)) for text, count in uses]
        self._sorted = sorted(word.text for word in self._words)

    def corrected(self, words: Sequence[str]) -> list[str] | None:
        """The words that may have been meant, the right ones as they are; None for no idea."""
        meant = [word if self._begins(word) else self._nearest(word) for word in words]
        known = [word for word in meant if word is not None]
        return known if len(known) == len(words) and known != list(words) else None

    def _begins(self, start: str) -> bool:
        """Whether a word begins so: that is what searches ask."""
        place = bisect_left(self._sorted, start)
        return place < len(self._sorted) and self._sorted[place].startswith(start)

    def _nearest(self, typed: str) -> str | None:
        if len(typed) < _SHORTEST:
            return None
        most = 2 if len(typed) >= _FORGIVING else 1
        letters = _letters(typed)
        best: tuple[int, bool, int, str] | None = None
        for word in self._words:
            if abs(len(word.text) - len(typed)) > most:
                continue
            # A letter changed is one more and one less.
            if (word.letters ^ letters).bit_count() > 2 * most:
                continue
            distance = _distance(typed, word.text, most)
            if distance <= most:
                rank = distance, word.text[0] != typed[0], -word.uses, word.text
                best = rank if best is None else min(best, rank)
        return best[3] if best is not None else None


def _letters(text: str) -> int:
    letters = 0
    for char in text:
        letters |= 1 << (ord(char) % 64)
    return letters


def _distance(left: str, right: str, most: int) -> int:
    """How many mistakes lie between them, neighbours that were swapped as one; or more than
    ``most``.
    """
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, char in enumerate(left, 1):
        current = [row]
        for column, other in enumerate(right, 1):
            cost = min(
                last[column] + 1,
                current[column - 1] + 1,
                last[column - 1] + (char != other),
            )
            swapped = (
                row > 1 and column > 1 and char == right[column - 2] and left[row - 2] == other
            )
            if swapped:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, last = last, current
    return last[-1]
