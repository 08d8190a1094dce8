"""What is to happen to what is on a drive already, and which of its refs a person means."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from app.flatpak.refs import PartialRef, Ref, RefError, is_system
from app.message import Message
from app.ostree.names import origin_remote
from app.remedy import Hint, Remedy
from app.stick.planning.selection import AmbiguousRefError, NoSuchRefError
from app.stick.planning.wanted import Key
from app.stick.store.record import StickRecord
from app.stick.store.stick_state import Refs

_MOST_CLOSE = 5


class Changes(Struct, frozen=True):
    """What happens to what is on the drive.

    Attributes:
        without: what is taken off, as typed: partial refs, full refs, ``REMOTE:REF``, or what
            people call it.
        off: taken off too, where it is there: collection and ref. One request serves several drives
            that do not have the same.
        unused: also all that came along once and that nothing needs any more.
        update: everything gets its newest version.
        prune: what is needed no more is freed.
        again: what is named is there, or was, and only comes again: why it is on the drive stays as
            the record has it.
    """

    without: tuple[str, ...] = ()
    off: tuple[Key, ...] = ()
    unused: bool = False
    update: bool = False
    prune: bool = True
    again: bool = False


NO_CHANGES = Changes()


class OnDrive:
    """The refs on a drive that can be taken off, by what people call them."""

    def __init__(self, refs: Refs, record: StickRecord | None) -> None:
        self._record = record
        self._keys = [
            (collection, name)
            for collection, names in sorted(refs.items())
            for name in sorted(names)
            if Ref.parse_or_none(name) is not None or is_system(name)
        ]

    def meant(self, text: str) -> Key:
        """The one ref that ``text`` means. Raises `AmbiguousRefError`, `NoSuchRefError`."""
        keys = list(self._matching(text))
        if not keys:
            raise self._not_found(text)
        if len(keys) > 1:
            names = ", ".join(sorted(f"{self._remote(key[0])}:{key[1]}" for key in keys))
            raise AmbiguousRefError(
                Message("{given} can mean more than one thing: {names}.", given=text, names=names),
                Message("Give one of these instead."),
            )
        return keys[0]

    def _remote(self, collection: str) -> str:
        collections = self._record.collections if self._record is not None else {}
        known = collections.get(collection)
        return known.remote if known is not None else origin_remote(collection) or collection

    def _matching(self, text: str) -> Iterator[Key]:
        remote, _, name = text.rpartition(":")
        exact = [key for key in self._keys if key[1] == name]
        by_id = exact or [key for key in self._keys if _is(key[1], name)]
        for key in by_id or [key for key in self._keys if self._is_called(key, name)]:
            if not remote or remote in (key[0], self._remote(key[0])):
                yield key

    def _is_called(self, key: Key, name: str) -> bool:
        entry = self._record.ref(*key) if self._record is not None else None
        return entry is not None and bool(name) and entry.name.casefold() == name.casefold()

    def _not_found(self, text: str) -> NoSuchRefError:
        # Who is understood need not wait for this.
        from difflib import get_close_matches

        known = {
            ref.id.casefold(): ref.id
            for _, name in self._keys
            if (ref := Ref.parse_or_none(name)) is not None and ref.kind == "app"
        }
        given = text.casefold()
        close = [id for low, id in known.items() if given and given in low]
        close = close or [known[low] for low in get_close_matches(given, known, _MOST_CLOSE)]
        hint: Hint = Remedy.LOOK_INTO_DRIVE
        if close:
            hint = Message("Did you mean {close}?", close=tuple(sorted(close)[:_MOST_CLOSE]))
        images = self._record.images if self._record is not None else ()
        if any(_is(each.ref, text.rpartition(":")[2]) for each in images):
            return NoSuchRefError(
                Message("{ref} is an image, and the drive's list of images has lost it.", ref=text),
                Remedy.REPAIR,
            )
        return NoSuchRefError(Message("{ref} is not on the drive.", ref=text), hint)


def _is(name: str, text: str) -> bool:
    """Whether a ref is one that ``text``, without a remote, may mean."""
    ref = Ref.parse_or_none(name)
    if ref is None:
        return False
    try:
        partial = PartialRef.parse(text)
    except RefError:
        return False
    return partial.matches(ref, ref.arch)
