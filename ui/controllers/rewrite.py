"""Writing again what is on a drive: the choice that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.flatpak.remotes.remote import Remote
from app.stick.inspecting.inspect import InspectedCollection, Inspection
from ui.i18n.stick_words import called
from ui.state.session import Choice, ChosenRef


def choice_to_rewrite(
    inspection: Inspection, before: Choice, remotes: Sequence[Remote]
) -> tuple[Choice, bool]:
    """What is on a drive, added to what was chosen ``before``; whether that is all of it.

    It is not where this computer knows no remote that something comes from.
    """
    refs = {(chosen.remote, chosen.ref): chosen for chosen in before.refs}
    wanted = inspection.chosen
    known = 0
    for collection, ref in wanted:
        remote = _remote_of(collection, remotes)
        if remote is not None:
            known += 1
            refs.setdefault((remote.name, ref.ref), ChosenRef(ref.ref, remote.name, called(ref)))
    return replace(before, refs=tuple(refs.values())), 0 < known == len(wanted)


def _remote_of(collection: InspectedCollection, remotes: Sequence[Remote]) -> Remote | None:
    """The remote that a collection comes from, if this computer knows it."""
    same = (remote for remote in remotes if remote.collection_id == collection.id)
    named = (
        remote
        for remote in remotes
        if remote.collection_id is None and collection.remote in (remote.name, *remote.aliases)
    )
    return next(same, None) or next(named, None)
