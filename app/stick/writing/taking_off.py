"""The step of a job from which on clients do not see what leaves."""

from __future__ import annotations

from app.drive.safety.guard import DriveGuard
from app.ostree.repository import Repository
from app.stick.planning.plan import Plan
from app.stick.store.location import Location
from app.stick.store.stick_state import read_stick
from app.stick.writing import removal
from app.stick.writing.meanwhile import Meanwhile
from app.stick.writing.publish import remove_root_index, stick_summary, write_kit_again


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
    guard.flush()
    write_kit_again(location, repository, plan.called, removal.LARGE_FILES if tight else ())
    guard.flush()
    meanwhile.replacing()
    repository.write_summary(stick_summary(repository, stick.refs, made))
    coming = {collection.id for collection in plan.collections}
    removal.drop_unused_copies(location, coming.union(stick.refs))
    if tight or first:
        meanwhile.wait()
