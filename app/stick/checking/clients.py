"""Where several repositories are on a drive: which of them computers take what from.

That another one's is newer is no fault of either, but then the record of a stick no longer says
what a computer gets that is given the drive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.message import Day, Message
from app.replacing import replace
from app.stick.findings import Code, Finding, finding
from app.stick.store.drive_lists import Taken
from app.stick.store.location import Location
from app.stick.store.record import read_record


def check_clients(taken: Sequence[Taken], places: Sequence[Location]) -> Iterator[Finding]:
    """``taken``: of what more than one has; ``places``: the repositories that are judged."""
    for place in places:
        record = read_record(place)
        for each in taken if record is not None else ():
            entry = record.ref(each.collection, each.ref) if record is not None else None
            # What is wrong with the ref itself is told where the repository is judged.
            if entry is None or each.repository == place.repository_path:
                continue
            result = _elsewhere(each, entry.commit)
            if result is not None:
                yield replace(result, repository=place.repository_path)


def _elsewhere(taken: Taken, commit: str) -> Finding | None:
    """``commit``: what the record says. None if a computer gets that, or might."""
    if taken.version is None:
        if taken.failure is None:
            return None
        message = Message("Computers cannot install {ref}: {why}", ref=taken.ref, why=taken.failure)
        return finding(Code.NOT_INSTALLABLE, taken.ref, message, hint=_HINT)
    if taken.version.commit == commit:
        return None
    message = Message(
        "Computers that are given the whole drive take {ref} of {day} from {repository} instead.",
        ref=taken.ref,
        repository=taken.repository,
        day=Day(taken.version.timestamp),
    )
    return finding(Code.FOREIGN_CONTENT, taken.ref, message, hint=_HINT)


_HINT = Message(
    "Computers take the newest of all repositories: update this one, or remove the other."
)
