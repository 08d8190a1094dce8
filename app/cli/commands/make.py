"""``satchel make``: the job."""

from __future__ import annotations

import argparse

from app.cli.invocation import Invocation


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    several = arguments.keep_going or arguments.also or arguments.all_drives
    near = arguments.from_installed or vars(arguments)["from"]
    if near and not several:
        return _prepared(arguments, invocation)
    from app.cli.making import make

    return make(arguments, invocation)


def _prepared(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """Nothing has to be downloaded: processes begin while the rest is imported, and it is planned,
    which takes about as long."""
    from app.ostree.workers import Prepared

    # Why: decision D333.
    with Prepared("app.ostree.pull.transfer"):
        from app.cli.making import make

        return make(arguments, invocation)
