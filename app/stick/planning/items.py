"""What a plan says of each ref that it wants."""

from __future__ import annotations

from collections.abc import Callable

from app.flatpak.refs import is_system
from app.flatpak.upstream.ref_table import UpstreamRef
from app.stick.planning.carrying import Carried, Carrying
from app.stick.planning.plan import Action, Item
from app.stick.planning.target_state import TargetState
from app.stick.planning.wanted import Wanted


class ItemMaker:
    """For one drive."""

    def __init__(
        self, drive: TargetState, carrying: Carrying, commit_of: Callable[[Wanted], str]
    ) -> None:
        """``commit_of``: which commit a ref will have."""
        self._drive = drive
        self._carrying = carrying
        self._commit_of = commit_of

    def item(
        self, collection: str, wanted: Wanted, *, essential: bool, others: tuple[str, ...] = ()
    ) -> Item:
        """``others``: who needs it beside what is wanted."""
        entry = wanted.entry
        old = self._drive.refs.get(collection, {}).get(entry.name)
        commit = self._commit_of(wanted)
        carried = self._carrying.carried(entry.ref, commit)
        action = self._action(old, commit, carried)
        return Item(
            collection=collection,
            ref=entry.name,
            commit=commit,
            old_commit=old,
            action=action,
            chosen=wanted.chosen,
            reason=wanted.reason,
            needed_by=(*wanted.needed_by, *others),
            reasons=tuple(wanted.reasons),
            requires=tuple(wanted.requires),
            named=wanted.named,
            essential=essential,
            timestamp=entry.timestamp if commit == entry.commit else None,
            installed_size=entry.installed_size or wanted.told[0],
            download_size=entry.download_size or wanted.told[1],
            metadata=wanted.upstream.metadata_text(entry) if entry.ref is not None else "",
            eol=entry.eol,
            eol_rebase=wanted.replaced_by,
            describes=wanted.upstream.apps(entry) if _is_list(entry) else 0,
            name=self._name(collection, entry.name),
            payloads=wanted.payloads,
            languages=carried.languages if carried is not None else None,
            left_languages=carried.left if carried is not None else (),
        )

    def _name(self, collection: str, ref: str) -> str:
        drive = self._drive.record
        record = drive.ref(collection, ref) if drive is not None else None
        return record.name if record is not None else ""

    def _action(self, old: str | None, commit: str, carried: Carried | None) -> Action:
        if old is None:
            return Action.ADD
        there = old not in self._drive.partial and self._drive.commits.get(old)
        if old == commit and there and self._carrying.is_there(old, carried):
            return Action.KEEP
        return Action.UPDATE


def _is_list(entry: UpstreamRef) -> bool:
    """Whether it is an appstream branch."""
    return entry.ref is None and not is_system(entry.name)
