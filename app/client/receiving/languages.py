"""Which languages flatpak installs here, and which of them a drive has.

Of translations of which one is missing flatpak takes none by itself: from a drive with German it
gets none for "de;fr". So it is told which to take.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.client.receiving.installation import Place
from app.client.receiving.plan import Item
from app.flatpak.program import FlatpakProgram
from app.languages import is_language
from app.progress import Cancel
from app.stick.store.partial_languages import Parted, without_country

_KEY = "languages: "
_UNSET = "*unset*"
_ALL = "*all*"


class Spoken:
    """The languages of an installation, as flatpak tells them (``flatpak config --list``)."""

    def __init__(self, said: Iterable[str]) -> None:
        """``said``: the lines."""
        value = next((line[len(_KEY) :] for line in said if line.startswith(_KEY)), _ALL)
        if value.startswith(_UNSET):
            # Followed by what counts then: "*unset* (default: de;fr)".
            _, _, value = value.rpartition(": ")
            words = value.rstrip(")").split(";")
            self._codes = {without_country(word) for word in words if is_language(word)}
        else:
            # What somebody has set flatpak takes to the letter.
            words = value.partition(" ")[0].split(";")
            self._codes = {word.removeprefix("/") for word in words if word and word != _ALL}

    def speaks(self, name: str) -> bool:
        """A language by its directory; all of them where none is named."""
        return not self._codes or name in self._codes

    @property
    def names(self) -> tuple[str, ...]:
        """Directories of languages; empty for all."""
        return tuple(sorted(filter(None, self._codes)))

    def taken(self, part: Parted) -> tuple[str, ...]:
        """What this computer gets."""
        return tuple(filter(self.speaks, part.there))

    def left(self, part: Parted) -> tuple[str, ...]:
        """What it would have and does not get."""
        return tuple(filter(self.speaks, part.left))


def spoken(program: FlatpakProgram, place: Place, cancel: Cancel) -> Spoken:
    """Raises what ``cancel`` raises."""
    return Spoken(program.run(("config", place.option, "--list"), cancel).lines)


def parted_items(items: Iterable[Item], languages: Spoken) -> list[tuple[Item, Parted]]:
    """Translations of which this computer does not get all that it would have."""
    return [
        (item, part)
        for item in items
        if item.candidate is not None
        and (part := item.candidate.parted) is not None
        and languages.left(part)
    ]
