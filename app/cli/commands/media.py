"""``satchel media``: what install media are built of."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli import plan_arguments
from app.cli.apart import apart
from app.cli.commands.plan import print_plan
from app.cli.invocation import Invocation
from app.cli.outcome_output import outcome_json, print_outcome
from app.cli.output import TextReporter, reporter, say, write_json
from app.cli.output_directory import output_directory
from app.cli.questions import agrees, can_ask
from app.cli.temporary import find_room
from app.cli.terms import accept_terms
from app.errors import InterruptedByUser, UsageError
from app.media.images.making.make import MadeImage, check_expected, check_possible, make_image
from app.media.images.request import ImageRequest, image_request
from app.media.trees.making import make_tree
from app.media.trees.place import (
    WORK,
    OccupiedError,
    Place,
    open_place,
    open_system,
    require_nobody_elses,
)
from app.media.trees.tree import Layout, MadeTree
from app.message import Message
from app.plain import plain
from app.progress import Reporter
from app.replacing import replace
from app.stick.writing.outcome import status_of
from app.units import size_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    _settle_words(arguments)
    layout = Layout(arguments.layout)
    request = _image_request(arguments, layout)
    report = reporter(as_json=arguments.json, disk=True)
    with _directory(arguments, request) as out:
        opened = open_system if layout is Layout.INSTALLED else open_place
        with opened(out) as place:
            made = _made(arguments, place, request, invocation, report)
        image = None
        if request is not None and made.ok:
            dated = replace(request, when=made.plan.made or 0)
            find_room(request.path.parent)
            image = make_image(out, dated, report, invocation.cancel)
    if isinstance(report, TextReporter):
        report.finish()
    _tell(made, image, arguments)
    return status_of(made.outcome) if made.ok else 1


def _settle_words(arguments: argparse.Namespace) -> None:
    """Which of the words are refs; and what a plan is never asked for here. Raises UsageError."""
    arguments.needs = []
    arguments.destination_repo = None
    arguments.keep_versions = False
    if arguments.image is not None:
        return
    if not arguments.refs:
        raise UsageError(
            Message("Where to make it?"), Message("Name a directory, or an image with --image.")
        )
    arguments.out, *arguments.refs = arguments.refs
    if arguments.size is not None or arguments.fs is not None:
        raise UsageError(Message("--size and --fs go with --image."))


def _image_request(arguments: argparse.Namespace, layout: Layout) -> ImageRequest | None:
    """What is to become an image; None: nothing. Raises SatchelError before anything is done."""
    if arguments.image is None:
        return None
    path = Path(os.path.abspath(arguments.image))
    shared = layout is Layout.STICK
    request = image_request(path, arguments.size, arguments.fs, shared=shared)
    check_possible(request, links=layout is not Layout.STICK)
    asks = os.path.exists(path) and not arguments.yes and not arguments.json and can_ask()
    if asks and not agrees(f"{path} is there already. Replace it? [y/N] "):
        raise InterruptedByUser(Message("Nothing was written."))
    return request


@contextmanager
def _directory(arguments: argparse.Namespace, request: ImageRequest | None) -> Iterator[Path]:
    """Where the tree is made: for an image beside it, and only meanwhile."""
    if request is None:
        yield output_directory(arguments.out, parents=False)
        return
    scratch = request.path.with_name(f"{request.path.name}{WORK}")
    require_nobody_elses(scratch)
    try:
        yield scratch
    except OccupiedError:
        # It is somebody else's, who needs it still.
        raise
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    shutil.rmtree(scratch, ignore_errors=True)


def _made(
    arguments: argparse.Namespace,
    place: Place,
    request: ImageRequest | None,
    invocation: Invocation,
    report: Reporter,
) -> MadeTree:
    find_room(place.scratch)
    own = apart(invocation, place.scratch)
    if place.before is not None:
        # What was made before spares downloads.
        vars(arguments)["from"] = [*vars(arguments)["from"], str(place.out)]
    plan, known = plan_arguments.planned_at(arguments, own, report, place.tree)
    if request is not None:
        estimate = plan.estimate
        check_expected(request, estimate.least + estimate.there, estimate.files)
    if arguments.json:
        for notice in plan.notices:
            report(notice)
    else:
        print_plan(plan, own.environment, request.path if request is not None else place.out)
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


def _tell(made: MadeTree, image: MadeImage | None, arguments: argparse.Namespace) -> None:
    """How it ended."""
    out = None if arguments.image is not None else made.directory
    if arguments.json:
        finished = {**outcome_json(made.outcome), "ok": made.ok, "layout": made.layout}
        write_json({**finished, "out": plain(out), "image": plain(image)})
        return
    print_outcome(made.plan, made.outcome, place=Path(arguments.image) if out is None else out)
    if image is not None:
        say(f"Made: {image.path} ({image.form}, {size_text(image.size)})")
    elif made.ok:
        say(f"Made: {made.directory}")
