"""``satchel make``: the plan, the question, the job."""

from __future__ import annotations

import argparse

from app.cli.invocation import Invocation
from app.errors import UsageError
from app.message import Message
from app.remedy import Remedy


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """The exit status."""
    _check_options(arguments)
    if arguments.keep_going:
        from app.cli.keep_going import make_line

        return make_line(arguments, invocation)
    if arguments.also or arguments.all_drives:
        from app.cli.many_drives import make_many

        return make_many(arguments, invocation)
    from app.cli.making import make_one

    return make_one(arguments, invocation)


def _check_options(arguments: argparse.Namespace) -> None:
    """Raises UsageError."""
    if arguments.locked is not None and arguments.keep_going:
        raise UsageError(
            Message("--keep-going does not go with --locked."),
            Message("Name the drives: --also, or --all-drives."),
        )
    if arguments.label is not None and not arguments.keep_going:
        raise UsageError(
            Message("--label goes with --keep-going."),
            Remedy.COMMAND_HELP.advice(command="satchel make"),
        )
