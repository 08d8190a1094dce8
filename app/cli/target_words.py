"""``TARGET... [REF...]``: which words are drives, and which are apps on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.cli.drive_argument import drives
from app.cli.invocation import Invocation
from app.cli.output import write_notice
from app.cli.target_argument import open_target
from app.drive.choosing import NoSuchDriveError, find_drive


def split_words(words: Sequence[str], invocation: Invocation) -> tuple[list[Path], list[str]]:
    """The drives' roots, and the rest.

    The first word is always a drive; each that follows is one as long as there is a directory or a
    drive of that name. Raises DriveError, UsageError.
    """
    first, *rest = words
    roots = [open_target(first, invocation, write_notice).root]
    while rest and _is_target(rest[0], invocation):
        roots.append(open_target(rest.pop(0), invocation, write_notice).root)
    return roots, rest


def _is_target(word: str, invocation: Invocation) -> bool:
    if Path(word).is_dir() or word.startswith(("/", "./", "../")):
        return True
    try:
        find_drive(word, drives(invocation))
    except NoSuchDriveError:
        return False
    return True
