"""What a computer without internet takes of a drive that has several repositories.

flatpak looks at all that it finds there (`app.stick.store.location.client_places`), and which of
them delivers a ref is decided ref by ref.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from msgspec import Struct

from app.flatpak.refs import LOCALE
from app.flatpak.sideloading.alone import decide_alone
from app.flatpak.sideloading.situation import Presence, StickEntry, Version
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError
from app.replacing import replace
from app.stick.store.location import Location
from app.stick.store.sideload_repository import SideloadRepository, client_order, read_repositories


class Taken(Struct, frozen=True):
    """What a computer takes that has nothing of a ref yet.

    Attributes:
        repository: which one delivers it, by its path on the drive; empty if none does.
        version: the commit; None for nothing.
        failure: why installing it fails; None if it does not, or depends on the computer.
    """

    collection: str
    ref: str
    repository: str
    version: Version | None
    failure: Message | None = None


class DriveLists:
    """The lists of a drive's repositories. They are read when they are asked for."""

    def __init__(self, repositories: Sequence[SideloadRepository]) -> None:
        self._repositories = {each.location.repository_path: each for each in repositories}

    @classmethod
    def of(cls, root: Path) -> Self:
        """Of those on a drive that can be opened. Raises DriveError."""
        with suppress(RepositoryInvalidError):
            return cls(read_repositories([root]))
        return cls(())

    @property
    def any(self) -> bool:
        return bool(self._repositories)

    def without(self, location: Location) -> Self:
        """Those of the others."""
        path = location.repository_path
        return type(self)([each for at, each in self._repositories.items() if at != path])

    def in_several(self) -> Iterator[tuple[str, str]]:
        """Collection and ref of the apps and runtimes that more than one lists, in order."""
        listed = Counter(
            pair
            for repository in self._repositories.values()
            for pair in {
                (collection, str(ref))
                for collection in repository.collections
                for ref in repository.refs(collection)
            }
        )
        yield from sorted(pair for pair, count in listed.items() if count > 1)

    def entries(self, collection: str, ref: str) -> dict[str, StickEntry]:
        """What each has of a ref, by its path on the drive."""
        named = {
            names.commit
            for each in self._repositories.values()
            if (names := each.listed(collection, ref)) is not None
        }
        return {
            path: replace(each.entry(collection, ref, named), stick=path)
            for path, each in self._repositories.items()
        }

    def taken(self, collection: str, ref: str) -> Taken:
        return decide_taken(collection, ref, self.entries(collection, ref))


NO_LISTS = DriveLists(())


def in_order(entries: Mapping[str, StickEntry]) -> tuple[StickEntry, ...]:
    """As flatpak looks at them; ``entries``: as `DriveLists.entries` gives them."""
    return tuple(entries[path] for path in sorted(entries, key=client_order))


def decide_taken(collection: str, ref: str, entries: Mapping[str, StickEntry]) -> Taken:
    """``entries``: as for `in_order`."""
    ordered = in_order(entries)
    decision = decide_alone(ref, ordered, None)
    failure = decision.failure
    if ref.split("/")[1].endswith(LOCALE) and any(
        each.presence is Presence.PARTIAL for each in ordered
    ):
        # Computers whose languages are all there install it.
        failure = None
    return Taken(collection, ref, decision.stick, decision.version, failure)
