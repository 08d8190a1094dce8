"""A collection as one repository on the network: what lies under its number, beside objects.

As libostree's finder and eos-updater ask for it: ``config``, a ``summary`` (whose signature nobody
asks for: the finder judges the commits themselves by its own key of the collection), and refs as
files below ``refs/mirrors`` and ``refs/heads``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.ostree.summary import NewRef, build_summary
from app.serve.announcing.records import txt_records

_MODE = "archive-z2"
_CONFIG = f"[core]\nrepo_version=1\nmode={_MODE}\n".encode()


@dataclass(frozen=True, slots=True)
class Announced:
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
