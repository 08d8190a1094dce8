"""``satchel remove``: take apps off a drive."""

from __future__ import annotations

import argparse

from app.cli.carrying_out import carry_out, plan_reporter
from app.cli.invocation import Invocation
from app.cli.target_argument import open_stick
from app.errors import UsageError
from app.message import Message
from app.stick.planning.changes import Changes
from app.stick.planning.plan import Options
from app.stick.planning.session import PlanRequest, make_plan
from app.stick.store.location import find_stick


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    if not arguments.refs and not arguments.unused:
        raise UsageError(
            Message("What to take off the drive?"),
            Message("Name apps that are on it, or give --unused."),
        )
    report = plan_reporter(arguments)
    root, _ = open_stick(arguments, invocation)
    # A drive without a stick is told as such, not as one without the app.
    find_stick(root, arguments.destination_repo)
    environment = invocation.environment
    known = environment.known_remotes()
    request = PlanRequest(
        root=root,
        refs=(),
        remote=None,
        destination=arguments.destination_repo,
        options=Options(environment.arch),
        changes=Changes(
            without=tuple(arguments.refs),
            unused=arguments.unused,
            prune=not arguments.no_prune,
        ),
    )
    plan = make_plan(request, environment, known, report, invocation.cancel)
    question = "Take this off the drive? [Y/n] "
    return carry_out(plan, known, arguments, invocation, report, question)
