"""Is the list that ``install.sh`` goes by what Satchel would write for this stick?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from app.message import Message
from app.stick.checking.kit_findings import LONGEST, altered
from app.stick.findings import Finding
from app.stick.kit.checksums import APPSTREAM
from app.stick.kit.contents import CONTENTS
from app.stick.kit.files import FoundKit

Row = tuple[str, ...]
"""A line of ``contents.tsv``."""

_MOST_LINES = 250_000
_OF_COPIES = frozenset({"list", "part", "catalogue", "formerly"})


class Circumstances(Struct, frozen=True):
    """What else is known about a stick.

    Attributes:
        certain: nothing is damaged from which lists and page are made; else they are not judged,
            since what they should say cannot be told.
        interrupted: a job stopped while it exchanged what clients see: the lists may be those of
            before or after.
        places: the repositories that are checked on this drive, by their paths.
        unknown: of some source nothing is there that says how it is added.
        during_job: a job asks, which writes the checksums when all is right.
        images: there are images of registries, whose list may be that of before or after then.
        catalogues: of before such a job, by collection and ref, as far as they are signed; their
            words are as good.
        changed: collections and refs whose commits another program has put there since.
    """

    certain: bool = True
    interrupted: bool = False
    places: frozenset[str] = frozenset()
    unknown: bool = False
    during_job: bool = False
    images: bool = False
    catalogues: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    changed: frozenset[tuple[str, str]] = frozenset()


def claimed_version(table: Sequence[Row]) -> str:
    """The version of Satchel that the list says it was written by; "" if it does not."""
    claims = {row[1] for row in table if row[0] == "kit" and len(row) == 2}
    return claims.pop()[:LONGEST] if len(claims) == 1 else ""


def read_table(data: bytes) -> tuple[Row, ...]:
    """The lines as fields. As for a shell, a last line that does not end is none.

    None for more lines than any list of Satchel's has.
    """
    if data.count(b"\n") > _MOST_LINES:
        return ()
    *lines, _ = data.decode("utf-8", "backslashreplace").split("\n")
    return tuple(tuple(line.split("\t")) for line in lines)


def judge_contents(
    expected: Sequence[bytes],
    kit: FoundKit,
    circumstances: Circumstances,
    kinds: frozenset[str] | None,
) -> Iterator[Finding]:
    """``kinds``: what is judged of a list that may have more; None for all."""
    data = kit.files.get(CONTENTS)
    if data is None or data in expected:
        return
    there = _counted(data, circumstances)
    if kinds is not None:
        there = Counter({row: count for row, count in there.items() if row[0] in kinds})
    all_wanted = [_counted(listing, circumstances) for listing in expected]
    if there in all_wanted:
        return
    lacking, more = all_wanted[0] - there, there - all_wanted[0]
    if lacking:
        line, count = " ".join(min(lacking))[:LONGEST], sum(lacking.values())
        message = Message(
            "The list that install.sh goes by lacks lines ({count}): {line}", count=count, line=line
        )
        yield altered(CONTENTS, message)
    if more:
        line, count = " ".join(min(more))[:LONGEST], sum(more.values())
        message = Message(
            "The list that install.sh goes by has lines too many ({count}): {line}",
            count=count,
            line=line,
        )
        yield altered(CONTENTS, message)


def _counted(data: bytes, circumstances: Circumstances) -> Counter[Row]:
    """The lines of a list that are judged, in any order."""
    rows = (_judged(row, circumstances) for row in read_table(data))
    return Counter(row for row in rows if row is not None)


def _judged(row: Row, circumstances: Circumstances) -> Row | None:
    """What of a line can be told; None for nothing."""
    if row[0] == "kit" or (circumstances.interrupted and row[0] in _OF_COPIES):
        return None
    if circumstances.interrupted and _is_of_images(row):
        return None
    if row[0] == "commit":
        if tuple(row[2:0:-1]) in circumstances.changed:
            return None
        # The copies may be the new ones while the refs are those of before.
        return row[:4] if circumstances.interrupted else row
    if row[0] == "catalogue" and len(row) > 2:
        return None if (row[1], APPSTREAM + row[2]) in circumstances.changed else row
    return row


def _is_of_images(row: Row) -> bool:
    """Whether a line is about a container registry."""
    return row[0] == "registry" or any(field.startswith("registry:") for field in row[1:3])
