"""From a plan for a place to a tree in it."""

from __future__ import annotations

from app.flatpak.remotes.known import Known
from app.fs.files import drive_errors
from app.media.trees.installed import check_flatpak, install_into
from app.media.trees.iso_root import system_files
from app.media.trees.place import Mark, Place
from app.media.trees.tree import Layout, MadeTree
from app.message import Message
from app.progress import Cancel, Reporter
from app.stick.environment import Environment
from app.stick.planning.plan import Plan
from app.stick.writing.job import run_job


def make_tree(
    plan: Plan,
    layout: Layout,
    place: Place,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    *,
    verify: bool = True,
) -> MadeTree:
    """Carry out a plan for ``place.tree``, and move it up if it is sound.

    Raises as `run_job`, and DriveError.
    """
    if layout is Layout.INSTALLED:
        check_flatpak(environment)
    outcome = run_job(plan, environment, known, report, cancel, verify=verify)
    ok = outcome.check is None or outcome.check.ok
    if ok and layout is Layout.INSTALLED:
        install_into(place, plan, environment, report, cancel)
    elif ok:
        files: tuple[str, ...] = ()
        if layout is Layout.ISO_ROOT:
            with drive_errors(Message("writing the files for the system")):
                beside = system_files(place.tree, allow_unsigned=plan.options.allow_unsigned)
                beside.write(place.tree)
            files = beside.names
        place.move_up(Mark(layout, files), plan.made)
    return MadeTree(place.out, layout, plan, outcome, ok)
