"""Which version of an app a plan replaces by which, as far as catalogues know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.fs.files import drive_errors
from app.message import Message
from app.progress import Cancel, silent
from app.stick.environment import Environment
from app.stick.kit.gathering import stick_components
from app.stick.planning.plan import Action, Plan
from app.stick.store.location import find_stick
from app.stick.store.stick_state import load_stick

Versions = dict[str, tuple[str, str]]
"""Ref → the version on the drive and the new one."""


def updated_versions(plan: Plan, environment: Environment, cancel: Cancel) -> Versions:
    """Of the apps that get newer; without those of which either is not known.

    Reads catalogues, the drive's and the remotes'; nothing where no app gets newer. Raises what
    ``cancel`` raises.
    """
    updated = [
        (collection.remote, item.ref)
        for collection in plan.collections
        for item in collection.items
        if item.action is Action.UPDATE and item.ref.startswith("app/")
    ]
    opener = environment.upstreams(cancel)
    return _versions(updated, plan.location.root, plan.options.arch, opener, environment.clock())


def known_versions(
    updated: Sequence[tuple[Remote, str]],
    root: Path,
    arch: str,
    environment: Environment,
    cancel: Cancel,
) -> Versions:
    """The same of ``updated``, each with where it comes from, without asking anybody."""
    opener = environment.upstreams(cancel, offline=True)
    return _versions(updated, root, arch, opener, environment.clock())


def _versions(
    updated: Sequence[tuple[Remote, str]], root: Path, arch: str, opener: UpstreamOpener, now: float
) -> Versions:
    if not updated:
        return {}
    try:
        with drive_errors(Message("reading the repository")):
            there = stick_components(load_stick(find_stick(root)))
        updated = [(remote, ref) for remote, ref in updated if ref in there and there[ref].version]
        if not updated:
            return {}
        # What catalogues need takes longer to import than most drives to read.
        from app.flatpak.catalogue.opening import open_catalogues

        remotes = list(dict.fromkeys(remote for remote, _ in updated))
        catalogues = open_catalogues(remotes, opener, arch, (), now, silent)
    except InterruptedByUser:
        raise
    except SatchelError:
        # It is worth a word, not an error.
        return {}
    try:
        rows = {ref: catalogues.find(remote.name, ref) for remote, ref in updated}
    finally:
        catalogues.close()
    return {
        ref: (there[ref].version, row.component.version)
        for ref, row in rows.items()
        if row is not None and row.component.version and there[ref].version != row.component.version
    }
