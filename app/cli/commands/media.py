"""``satchel media``: what install media are built of."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from app.cli import plan_arguments
from app.cli.apart import apart
from app.cli.commands.plan import print_plan
from app.cli.invocation import Invocation
from app.cli.outcome_output import outcome_json, print_outcome
from app.cli.output import TextReporter, reporter, say, write_json
from app.cli.terms import accept_terms
from app.media.trees.making import make_tree
from app.media.trees.place import Place, open_place, open_system
from app.media.trees.tree import Layout, MadeTree
from app.progress import Reporter


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    arguments.needs = []
    arguments.destination_repo = None
    arguments.keep_versions = False
    report = reporter(as_json=arguments.json)
    out = Path(os.path.abspath(arguments.out))
    layout = Layout(arguments.layout)
    opened = open_system if layout is Layout.INSTALLED else open_place
    with opened(out) as place:
        made = _made(arguments, place, invocation, report)
    if isinstance(report, TextReporter):
        report.finish()
    if arguments.json:
        finished = {**outcome_json(made.outcome), "ok": made.ok}
        write_json({**finished, "layout": made.layout, "out": str(made.directory), "image": None})
    else:
        print_outcome(made.plan, made.outcome, place=out)
        if made.ok:
            say(f"Made: {made.directory}")
    if not made.ok:
        return 1
    left_out = any(refusal.chosen for refusal in made.outcome.left_out)
    return plan_arguments.LEFT_OUT if left_out else 0


def _made(
    arguments: argparse.Namespace, place: Place, invocation: Invocation, report: Reporter
) -> MadeTree:
    own = apart(invocation, place.scratch)
    if place.before is not None:
        # What was made before spares downloads.
        vars(arguments)["from"].append(str(place.out))
    plan, known = plan_arguments.planned_at(arguments, own, report, place.tree)
    if arguments.json:
        for notice in plan.notices:
            report(notice)
    else:
        print_plan(plan, own.environment, place.out)
        accept_terms([plan], arguments)
    return make_tree(
        plan,
        Layout(arguments.layout),
        place,
        own.environment,
        known,
        report,
        invocation.cancel,
        verify=not arguments.no_verify,
    )
