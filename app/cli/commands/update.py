"""``satchel update``: bring everything on drives up to date."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext

from app.cli.invocation import Invocation
from app.cli.target_argument import open_stick
from app.ostree.reading_ahead import ReadingAhead
from app.stick.store.location import find_writable_stick


def begin(
    arguments: argparse.Namespace, invocation: Invocation
) -> AbstractContextManager[ReadingAhead | None]:
    """Begin to read what is on the drive: it takes longer than to import the rest, and to ask
    upstream."""
    if len(arguments.targets) > 1:
        return nullcontext()
    named = argparse.Namespace(**{**vars(arguments), "target": arguments.targets[0]})
    arguments.root, _ = open_stick(named, invocation)
    location = find_writable_stick(arguments.root, arguments.destination_repo)
    arguments.ahead = ahead = ReadingAhead(location.repository.below("objects"))
    return ahead


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """The worst exit status of all drives."""
    from app.cli.updating import update_one, update_several

    if len(arguments.targets) > 1:
        return update_several(arguments, invocation)
    return update_one(arguments.root, arguments.ahead, arguments, invocation)
