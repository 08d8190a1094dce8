"""Does a drive have what it was to get? What is planned may change until the next one."""

from __future__ import annotations

from collections.abc import Container

from app.errors import StickDamagedError
from app.message import Message
from app.remedy import Remedy
from app.stick.planning.plan import Plan
from app.stick.store.stick_state import load_stick


class NotAsPlannedError(StickDamagedError):
    """What is on the drive is not what it was to get."""


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
