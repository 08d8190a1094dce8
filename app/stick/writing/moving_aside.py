"""What was in the way of a stick's own files, and is not thrown away."""

from __future__ import annotations

from app.message import Message
from app.ostree.repository import Repository
from app.stick.planning.plan import Plan
from app.stick.store.forgotten_refs import name_forgotten
from app.stick.store.journal import read_journal
from app.stick.store.location import Location
from app.stick.store.lost_refs import name_lost_refs
from app.stick.store.record import read_record
from app.stick.store.respelling import respell

MOVED_ASIDE = "satchel-moved-aside"
"""Directory on the drive for what was in the way of the stick's own files."""


def moved_text(what: str, where: str) -> Message:
    """What is told of something that was in the way; paths relative to the drive."""
    return Message("{what} was not what it has to be; it is now {where}.", what=what, where=where)


def put_names_aside(location: Location, repository: Repository, plan: Plan) -> None:
    """Names that lead nowhere or astray are nobody's: what of them is wanted comes again. Those
    that a list still tells are themselves again. Raises OSError."""
    # Refs are read again only where something was changed: of hundreds that takes a while.
    seen = repository.as_it_is()
    if name_lost_refs(location, seen, read_record(location), read_journal(location)):
        seen = repository.as_it_is()
    planned = {(item.collection, item.ref) for item in plan.items}
    planned |= {(each.collection, each.ref) for each in plan.removed}
    astray = {entry.path for entry in seen.misnamed_refs()}
    for entry in seen.refs():
        if entry.checksum is None and (entry.collection, entry.name) in planned:
            astray.add(entry.path)
    for path in sorted(astray):
        repository.root.put_aside(path)
    if astray:
        seen = repository.as_it_is()
    if respell(seen):
        seen = repository.as_it_is()
    name_forgotten(location, seen)
