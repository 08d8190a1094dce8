"""``satchel update``: bring everything on drives up to date."""

from __future__ import annotations

import argparse

from app.cli.invocation import Invocation
from app.cli.target_argument import open_stick
from app.ostree.reading_ahead import ReadingAhead
from app.stick.store.location import find_writable_stick


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """The worst exit status of all drives."""
    if len(arguments.targets) > 1:
        from app.cli.updating import update_several

        return update_several(arguments, invocation)
    named = argparse.Namespace(**{**vars(arguments), "target": arguments.targets[0]})
    root, _ = open_stick(named, invocation)
    location = find_writable_stick(root, arguments.destination_repo)
    # Importing the rest, and asking upstream, takes about as long as reading what is on the drive.
    with ReadingAhead(location.repository.below("objects")) as ahead:
        from app.cli.updating import update_one

        return update_one(root, ahead, arguments, invocation)
