"""A collection as one repository on the network: what lies under its number, beside objects.

As libostree's finder and eos-updater ask for it: ``config``, a ``summary`` (whose signature nobody
asks for: the finder judges the commits themselves by its own key of the collection), and refs as
files below ``refs/mirrors`` and ``refs/heads``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from app.formats.gvariant import FormatError
from app.ostree.names import origin_remote
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.ostree.summary import NewRef, build_summary
from app.serve.announcing.records import txt_records
from app.stick.store.stick_state import StickState

_MODE = "archive-z2"
_CONFIG = f"[core]\nrepo_version=1\nmode={_MODE}\n".encode()


class Announced(Struct, frozen=True):
    """What is told of a collection.

    Attributes:
        index: its number: it is at ``http://HOST:PORT/INDEX/``, the first one, 0, at ``/`` too.
        refs: those that are there, and only those: nobody is sent to what is missing.
        made: when upstream made the lists that name them, seconds since 1970.
    """

    index: int
    collection: str
    refs: Mapping[str, NewRef]
    made: int

    @property
    def records(self) -> list[bytes]:
        """What the announcement says."""
        return txt_records(self.index, self.collection, self.refs, self.made)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path, relative to its address, and bytes."""
        yield "config", _CONFIG
        yield "summary", self._summary()
        for name, ref in self.refs.items():
            line = ref.commit.encode() + b"\n"
            yield f"refs/mirrors/{self.collection}/{name}", line
            yield f"refs/heads/{name}", line

    def _summary(self) -> bytes:
        return build_summary(
            {self.collection: self.refs},
            main_collection=self.collection,
            mode=_MODE,
            last_modified=self.made,
        )


class Numbers:
    """Each collection keeps its number for good: somebody may be pulling from its address."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, collection: str) -> int:
        return self._numbers.setdefault(collection, len(self._numbers))


class Offer(Struct, frozen=True):
    """What is served of an origin.

    Attributes:
        refs: ref → commit, of what is there.
        made: when upstream made the lists that name them; None if they do not tell.
    """

    origin: str
    refs: Mapping[str, str]
    made: int | None


def announced_of(
    offers: Iterable[Offer], sticks: Sequence[StickState], numbers: Numbers
) -> tuple[Announced, ...]:
    """What can be told of what is on these sticks: collections with anything that is there.

    What has no collection ID nobody can look for.
    """
    repositories = []
    for offer in sorted(offers, key=lambda offer: offer.origin):
        if origin_remote(offer.origin) is not None:
            continue
        refs: dict[str, NewRef] = {}
        for name, commit in offer.refs.items():
            entry = _entry(commit, sticks)
            if entry is not None:
                refs[name] = entry
        if refs:
            newest = max(ref.timestamp for ref in refs.values())
            made = offer.made if offer.made is not None else newest
            number = numbers.of(offer.origin)
            repositories.append(Announced(number, offer.origin, refs, made))
    return tuple(repositories)


def _entry(commit: str, sticks: Iterable[StickState]) -> NewRef | None:
    """What a list says of a commit; None if none of the sticks has all of it: who finds it here
    takes all languages of it, too."""
    for stick in sticks:
        if commit not in stick.partial and commit not in stick.by_choice:
            try:
                data = stick.repository.read_object(ObjectName(commit, ObjectKind.COMMIT))
                return NewRef(commit, len(data), Commit.parse(data).timestamp)
            except (OSError, FormatError):
                continue
    return None
