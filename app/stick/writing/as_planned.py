"""Does a drive have what it was to get? What is planned may change until the next one."""

from __future__ import annotations

from collections.abc import Container

from app.errors import DriveError, StickDamagedError
from app.message import Message
from app.remedy import Remedy
from app.stick.planning.plan import Plan
from app.stick.planning.target_state import basis
from app.stick.store.images import read_images_on
from app.stick.store.location import Location
from app.stick.store.stick_state import StickState, load_stick
from app.stick.writing.images import ImageWork


class ChangedSinceError(DriveError):
    """The stick is not what the plan was made for."""


class NotAsPlannedError(StickDamagedError):
    """What is on the drive is not what it was to get."""


def require_unchanged(plan: Plan, images: ImageWork, location: Location, stick: StickState) -> None:
    """Compare what is on the drive with what ``plan`` was made for; ``images``: its part of those.

    Raises `ChangedSinceError`, OSError.
    """
    there = basis(stick.refs), read_images_on(location).basis
    if there != (plan.basis, images.basis):
        raise ChangedSinceError(
            Message("Another program has changed what is there since the plan was made."),
            Remedy.RUN_AGAIN,
        )


def check_as_planned(plan: Plan, left_out: Container[str] = ()) -> None:
    """Compare the versions that clients find there with those of ``plan``; ``left_out``: the refs
    that the job could not bring. Raises `NotAsPlannedError`, DriveError.
    """
    refs = load_stick(plan.location).refs
    for collection in plan.collections:
        there = refs.get(collection.id, {})
        for item in collection.items:
            if there.get(item.ref) != item.commit and item.ref not in left_out:
                raise NotAsPlannedError(
                    Message(
                        "{root} does not have the {ref} that it was to get.",
                        root=plan.location.root,
                        ref=item.ref,
                    ),
                    Remedy.RUN_AGAIN,
                )
