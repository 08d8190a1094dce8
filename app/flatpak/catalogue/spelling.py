"""What somebody may have meant by a word that nothing is found by.

Words are compared by the letters that have to be changed, left out, put in or swapped with their
neighbour. A glance at which letters there are at all rules out nearly all of a catalogue's twenty
thousand words, so that one takes a few milliseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

_SHORTEST = 3
_FORGIVING = 6
"""Letters of a word from which on two of them may be wrong."""


class Vocabulary:
    """The words of a catalogue in the reader's languages."""

    def __init__(self, uses: Mapping[str, int]) -> None:
        """``uses``: how many components have it, by word."""
        self._uses = uses
        self._sorted = sorted(uses)
        self._of_length: dict[int, list[str]] = {}
        for word in self._sorted:
            self._of_length.setdefault(len(word), []).append(word)
        # A bit for each letter that is in a word; words of a length once one of it is looked for.
        self._letters: dict[int, list[int]] = {}

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
        for length in range(len(typed) - most, len(typed) + most + 1):
            for word, has in self._with_letters(length):
                # A letter changed is one more and one less.
                if (has ^ letters).bit_count() > 2 * most:
                    continue
                distance = _distance(typed, word, most)
                if distance <= most:
                    rank = distance, word[0] != typed[0], -self._uses[word], word
                    best = rank if best is None else min(best, rank)
        return best[3] if best is not None else None

    def _with_letters(self, length: int) -> Iterable[tuple[str, int]]:
        words = self._of_length.get(length, [])
        if length not in self._letters:
            self._letters[length] = [_letters(word) for word in words]
        return zip(words, self._letters[length], strict=True)


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
