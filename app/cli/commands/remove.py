"""``satchel remove``: take apps off a drive."""

from __future__ import annotations

import argparse

from app.cli.carrying_out import carry_out, plan_reporter, print_notices
from app.cli.commands.plan import print_freed, print_removed
from app.cli.invocation import Invocation
from app.cli.output import say
from app.cli.target_argument import open_stick
from app.errors import UsageError
from app.message import Message
from app.stick.planning.changes import Changes
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.store.location import find_writable_stick
from app.units import size_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    if not arguments.refs and not arguments.unused:
        raise UsageError(
            Message("What to take off the drive?"),
            Message("Name apps that are on it, or give --unused."),
        )
    report = plan_reporter(arguments)
    root, _ = open_stick(arguments, invocation)
    # A drive without a stick is told as such, not as one without the app.
    find_writable_stick(root, arguments.destination_repo)
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
    return carry_out(
        plan,
        known,
        arguments,
        invocation,
        report,
        show=_show,
        question="Take this off the drive? [Y/n] ",
    )


def _show(plan: Plan) -> None:
    if plan.removed or plan.removed_bundles:
        say(f"Goes from {plan.location.root}:")
        print_removed(plan)
        estimate = plan.estimate
        say(
            f"Becomes free: {size_text(estimate.freed.bytes)}; then {size_text(estimate.left)} of "
            f"{size_text(estimate.space.total)} are free"
        )
    elif plan.nothing_to_do:
        say("There is nothing to take off.")
        print_freed(plan.estimate)
    print_notices(plan)
