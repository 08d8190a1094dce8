"""May a drive be written to that nobody has named? Reads it, and changes nothing."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from app.drive.loss import NOT_PEOPLES
from app.errors import SatchelError
from app.fs.files import drive_errors
from app.fs.nodes import Node
from app.fs.root import Root
from app.message import Message
from app.stick.planning.plan import Plan
from app.stick.store.location import KIT_FOLDER
from app.stick.store.stick_state import load_stick

_MOST_ENTRIES = 1000


class Admission(Struct, frozen=True):
    """Which drives start by themselves.

    Attributes:
        label: a pattern with ``*``, ``?`` and ``[…]``, capitals or not; empty matches none.
        empty: those without files.
    """

    label: str = ""
    empty: bool = False

    def matches(self, labels: Iterable[str]) -> bool:
        """Whether one of the labels of a drive is meant by ``label``."""
        pattern = self.label.casefold()
        return bool(pattern) and any(
            fnmatchcase(label.casefold(), pattern) for label in labels if label
        )


class Decision(Enum):
    """What is to become of a drive."""

    START = "start"
    ASK = "ask"
    ALREADY = "already"
    """It has all that was chosen, and nothing else was: there is nothing to do."""


class Judgement(Struct, frozen=True):
    """Attributes:
    entries: what others have at its top, without hidden files: folders, with a ``/``, first.
    has_apps: there is a stick on it.
    """

    decision: Decision
    entries: tuple[str, ...] = ()
    has_apps: bool = False


def judge(
    plan: Plan, admission: Admission, *, labels: Iterable[str] = (), confirmed: bool = False
) -> Judgement:
    """What is to become of the drive that ``plan`` was made for just now.

    A stick of the very same choice is brought up to date, or gone on with, unasked. ``labels``: of
    the drive's volumes; ``confirmed``: somebody has said that this one is meant. Raises DriveError.
    """
    chosen = _chosen_there(plan)
    same = bool(chosen) and chosen == _wanted(plan)
    if same and plan.nothing_to_do:
        return Judgement(Decision.ALREADY, has_apps=True)
    entries = foreign_entries(plan.location.root)
    has_apps = chosen is not None
    is_empty = not entries and not has_apps
    starts = confirmed or same or admission.matches(labels) or (admission.empty and is_empty)
    return Judgement(Decision.START if starts else Decision.ASK, entries, has_apps)


def foreign_entries(root: Path) -> tuple[str, ...]:
    """What others have at the top of a drive, as in `Judgement`. Raises DriveError."""
    with drive_errors(Message("looking at the drive")):
        there = [
            (entry.node is not Node.DIRECTORY, entry.name)
            for entry in itertools.islice(Root(root).entries(), _MOST_ENTRIES)
            if not entry.name.startswith(".")
            and entry.name not in NOT_PEOPLES
            and entry.name != KIT_FOLDER
        ]
    return tuple(name if is_file else f"{name}/" for is_file, name in sorted(there))


def _chosen_there(plan: Plan) -> frozenset[tuple[str, str]] | None:
    """None if there is no stick that can be read."""
    with contextlib.suppress(SatchelError):
        return load_stick(plan.location).chosen
    return None


def _wanted(plan: Plan) -> frozenset[tuple[str, str]]:
    return frozenset(
        (collection.id, item.ref)
        for collection in plan.collections
        for item in collection.items
        if item.chosen
    )
