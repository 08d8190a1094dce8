"""``satchel prune``: free what nothing on a drive needs."""

from __future__ import annotations

import argparse

from app.cli.invocation import Invocation
from app.cli.output import TextReporter, reporter, say, write_json
from app.cli.target_argument import open_stick
from app.ostree.prune import Pruned
from app.plain import plain
from app.progress import silent
from app.stick.writing.pruning import prune_path
from app.units import count_text, size_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    root, others = open_stick(arguments, invocation)
    report = silent if arguments.json else reporter(as_json=False)
    pruned = prune_path(
        root,
        arguments.destination_repo,
        report,
        invocation.cancel,
        dry_run=arguments.dry_run,
        forgotten=arguments.forgotten,
    )
    if isinstance(report, TextReporter):
        report.finish()
    if arguments.json:
        write_json({**plain(pruned), "dry_run": arguments.dry_run, "not_looked_at": others})
    else:
        say(pruned_text(pruned, would=arguments.dry_run))
    return 0


def pruned_text(pruned: Pruned, *, would: bool = False) -> str:
    """What was freed, in a sentence or two for people."""
    if not pruned.files:
        return "Nothing to free."
    verb = "Would free" if would else "Freed"
    return f"{verb} {size_text(pruned.total)} in {count_text(pruned.files, 'file')}."
