"""Which of what sticks have a person asks for."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from app.client.receiving.offered import Key, Offered
from app.client.receiving.request import Request
from app.errors import UsageError
from app.flatpak.eol_rebase import ReplacementError
from app.flatpak.refs import PartialRef, Ref
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError
from app.stick.store.contents import replaced_by
from app.stick.store.stick_state import StickState


class Asking:
    """One request. Everything is read when it is made."""

    def __init__(
        self,
        request: Request,
        arch: str,
        sticks: Sequence[StickState],
        offered: Offered,
        beside: Sequence[Ref],
    ) -> None:
        """``beside``: what is there as files and as images."""
        self._request = request
        self._arch = arch
        self._sticks = sticks
        self._offered = offered
        self._beside = beside

    def keys(
        self, installed: Container[str], reluctance: Callable[[Key], tuple[bool, ...]]
    ) -> tuple[Key, ...]:
        """What is asked for, without files and images; of what several sources have, that of the
        least ``reluctance``. ``installed``: refs.

        Raises UsageError, RepositoryInvalidError.
        """
        there = sorted((*self._offered.carried, *self._refused()))
        if not there and not self._beside and any(map(_had_apps, self._sticks)):
            raise RepositoryInvalidError(
                Message("Nothing of what was written to the drive is to be found: it is damaged."),
                Message("satchel verify TARGET tells what is wrong."),
            )
        if not there and not self._beside:
            raise UsageError(
                Message("There are no apps on the drive."),
                Message("satchel inspect TARGET shows what is on it."),
            )
        if self._request.refs:
            asked = [key for partial in self._request.refs for key in self._meant(partial, there)]
        elif self._request.update:
            asked = there
        else:
            asked = [key for key in there if self._is_chosen(key)]
        if self._request.update:
            asked = [key for key in asked if key[1] in installed]
        return _each_once(map(self.final, asked), reluctance)

    @property
    def sources(self) -> dict[str, list[str]]:
        """Of refs the collections that have them."""
        sources: dict[str, list[str]] = {}
        for collection, ref in sorted((*self._offered.carried, *self._refused())):
            sources.setdefault(ref, []).append(collection)
        return sources

    def _refused(self) -> Iterator[Key]:
        return (key for key in self._offered.refused if Ref.parse_or_none(key[1]) is not None)

    def _meant(self, partial: PartialRef, there: Sequence[Key]) -> list[Key]:
        meant = [key for key in there if partial.matches(Ref.parse(key[1]), self._arch)]
        if not meant and not any(partial.matches(ref, self._arch) for ref in self._beside):
            raise UsageError(
                Message("{ref} is not on the drive.", ref=partial),
                Message("satchel receive TARGET --list shows what is."),
            )
        chosen = [key for key in meant if self._is_chosen(key)]
        return chosen or meant

    def _is_chosen(self, key: Key) -> bool:
        ref = Ref.parse(key[1])
        if ref.arch != self._arch:
            return False
        told = [
            entry.chosen
            for stick in self._sticks
            if key[1] in stick.refs.get(key[0], {})
            and stick.record is not None
            and (entry := stick.record.ref(*key)) is not None
        ]
        return any(told) if told else ref.kind == "app"

    def final(self, key: Key) -> Key:
        """What is installed when it is asked for: itself, or what replaces it."""
        carried = self._offered.carried.get(key)
        if carried is None:
            return key
        try:
            chain = replaced_by(carried, self._offered.carried)
        except (ReplacementError, KeyError):
            return key
        return (key[0], str(chain[-1])) if chain else key


def _each_once(
    keys: Iterable[Key], reluctance: Callable[[Key], tuple[bool, ...]]
) -> tuple[Key, ...]:
    by_ref: dict[str, list[Key]] = {}
    for key in keys:
        by_ref.setdefault(key[1], []).append(key)
    return tuple(min(same, key=reluctance) for same in by_ref.values())


def _had_apps(stick: StickState) -> bool:
    """Whether something that flatpak installs was written to it once; systems are not."""
    refs = stick.record.refs if stick.record is not None else {}
    return any(Ref.parse_or_none(name) for names in refs.values() for name in names)
