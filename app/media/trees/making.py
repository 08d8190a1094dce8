"""From a plan for a place to a tree in it."""

from __future__ import annotations

from app.errors import TrustError
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


def _require_agreed(plan: Plan) -> None:
    if plan.options.allow_unsigned:
        return
    refs = [each.record.ref for each in plan.bundles if not each.record.source]
    refs += [each.item.ref for each in plan.images]
    if refs:
        raise TrustError(
            Message(
                "Nobody vouches for {refs}, and with this layout nobody is asked who installs it.",
                refs=tuple(refs),
            ),
            Message("If you trust where it comes from, agree for them with --allow-unsigned."),
        )


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

    Raises as `run_job`, and DriveError; and TrustError for what nobody vouches for, where it would
    be installed without anybody there who could be asked.
    """
    if layout is not Layout.STICK:
        _require_agreed(plan)
    if layout is Layout.INSTALLED:
        check_flatpak(environment, plan)
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
