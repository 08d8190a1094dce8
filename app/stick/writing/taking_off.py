"""The step of a job from which on clients do not see what leaves."""

from __future__ import annotations

from collections.abc import Iterable

from app.drive.safety.guard import DriveGuard
from app.ostree.repository import Repository
from app.stick.kit.gathering import name_kit
from app.stick.planning.plan import Plan, Removal
from app.stick.store.journal import Journal
from app.stick.store.location import Location
from app.stick.store.stick_state import read_stick
from app.stick.writing import removal
from app.stick.writing.meanwhile import Meanwhile
from app.stick.writing.publish import remove_root_index, stage_kit_again, stick_summary


def leaving_refs(
    plan: Plan, removed: Iterable[Removal], interrupted: Journal | None
) -> tuple[tuple[str, str], ...]:
    """Collection and ref of what is taken off, by a job now and by one that was ``interrupted``:
    until there is another summary, the one that is there names them."""
    begun = interrupted.leaving if interrupted is not None else ()
    coming = {(each.collection, each.ref) for each in plan.items}
    leaving = [(each.collection, each.ref) for each in removed]
    return tuple(dict.fromkeys((*leaving, *(each for each in begun if each not in coming))))


def take_off(
    location: Location,
    repository: Repository,
    plan: Plan,
    guard: DriveGuard,
    meanwhile: Meanwhile,
    made: int,
    *,
    tight: bool = False,
    first: bool = False,
) -> None:
    """What goes is gone for clients; what else is there is still as it was.

    ``tight``: most of what people are handed follows when there is room. ``first``: only what goes
    before anything comes. Raises OSError, DriveError.
    """
    removal.unname(repository, plan.first if first else plan.removed)
    stick = read_stick(location, repository)
    if len(stick.refs) != 1:
        remove_root_index(repository, {})
    without = removal.LARGE_FILES if tight else ()
    kit = stage_kit_again(location, repository, plan.called, without)
    guard.flush()
    name_kit(location, kit)
    guard.flush()
    meanwhile.replacing()
    repository.write_summary(stick_summary(repository, stick.refs, made))
    coming = {collection.id for collection in plan.collections}
    removal.drop_unused_copies(location, coming.union(stick.refs))
    if tight or first:
        meanwhile.wait()
