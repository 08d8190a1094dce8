"""A plan by app, as people look it over: what each brings, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from app.drive.filesystem_advice import may_exceed
from app.flatpak.refs import Ref, is_system
from app.stick.planning.plan import Action, Item, Plan
from app.stick.planning.sizes import Part
from app.stick.store.partial_languages import locale_of
from app.stick.store.record import LeftOut

_Key = tuple[str, str]
"""Collection and ref."""


class Ending(StrEnum):
    """Why an app gets no more updates, or not under its name."""

    ITSELF = "itself"
    BASE = "base"
    """What it runs on gets none; the app itself may."""
    RENAMED = "renamed"
    """flatpak installs another app in its place, which comes along."""


class Sharing(StrEnum):
    """How many apps most of what they need is for."""

    ALONE = "alone"
    SEVERAL = "several"
    ALL = "all"


class LargeFile(StrEnum):
    """Whether an app has a file that the drive's file system cannot hold."""

    NONE = "none"
    MAYBE = "maybe"
    SURE = "sure"


class PlannedApp(Struct, frozen=True):
    """An app and its translations.

    Attributes:
        fetch, takes: bytes to come, and bytes on the drive in the end; 0 for what is kept.
        download: of ``fetch``, what comes over the network.
        lacks: languages of those meant that it does not come in.
        renamed_to: the ref that takes its place; empty if none does.
    """

    item: Item
    fetch: int
    takes: int
    download: int = 0
    lacks: tuple[str, ...] = ()
    ending: Ending | None = None
    renamed_to: str = ""
    large_file: LargeFile = LargeFile.NONE


class PlannedApps(Struct, frozen=True):
    """All of a plan.

    Attributes:
        apps: those asked for now, and those of the drive that get newer; by ref. Operating systems
            stand among them.
        needs: what they need to run.
        needs_take: bytes of that on the drive, of what is written.
        sharing: of ``needs``.
        blocked: what was asked for and cannot be carried.
    """

    apps: tuple[PlannedApp, ...]
    needs: tuple[Item, ...]
    needs_take: int
    sharing: Sharing
    blocked: tuple[LeftOut, ...]


def by_app(plan: Plan) -> PlannedApps:
    """What there is to say of each app of ``plan``."""
    return _Sorting(plan).sorted()


class _Sorting:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._items = {(item.collection, item.ref): item for item in plan.items}
        self._parts: Mapping[_Key, Part] = {
            (part.collection, part.ref): part for part in plan.estimate.parts
        }
        self._needed: dict[str, list[_Key]] = {}
        for key, item in self._items.items():
            for ref in item.needed_by:
                self._needed.setdefault(ref, []).append(key)
        estimate = plan.estimate
        limit = estimate.space.max_file
        self._too_large = {large.ref for large in estimate.too_large}
        self._may_be = {
            claim.ref for claim in estimate.claims if limit is not None and may_exceed(claim, limit)
        }

    def sorted(self) -> PlannedApps:
        apps = {
            key: item
            for key, item in self._items.items()
            if _is_app(item) and (item.named or item.action is not Action.KEEP)
        }
        own = {key: self._translations(key) for key in apps}
        reached = {key: self._reached(item.ref) for key, item in apps.items()}
        folded = {locale for locales in own.values() for locale in locales}
        needs = [
            key
            for key, item in self._items.items()
            if not _is_app(item)
            and key not in folded
            and (item.action is not Action.KEEP or any(key in some for some in reached.values()))
        ]
        return PlannedApps(
            apps=tuple(
                self._app(item, own[key])
                for key, item in sorted(apps.items(), key=lambda entry: entry[1].ref)
            ),
            needs=tuple(self._items[key] for key in needs),
            needs_take=sum(self._takes([key]) for key in needs),
            sharing=_sharing(needs, list(reached.values())),
            blocked=self._plan.chosen_left_out,
        )

    def _app(self, item: Item, locales: list[_Key]) -> PlannedApp:
        key = item.collection, item.ref
        with_needs = (key, *item.requires)
        ending = None
        if item.eol_rebase:
            ending = Ending.RENAMED
        elif item.eol:
            ending = Ending.ITSELF
        elif any(self._ends(need) for need in item.requires):
            ending = Ending.BASE
        large = LargeFile.NONE
        if any(ref in self._too_large for _, ref in with_needs):
            large = LargeFile.SURE
        elif any(ref in self._may_be for _, ref in with_needs):
            large = LargeFile.MAYBE
        ref = Ref.parse_or_none(item.ref)
        keys = [key, *locales]
        parts = [part for part in map(self._parts.get, keys) if part is not None]
        return PlannedApp(
            item=item,
            fetch=sum(part.fetch for part in parts),
            takes=self._takes(keys),
            download=sum(part.download for part in parts),
            lacks=tuple(
                code
                for code, ids in self._plan.lacking.items()
                if ref is not None and ref.id in ids
            ),
            ending=ending,
            renamed_to=item.eol_rebase or "",
            large_file=large,
        )

    def _ends(self, key: _Key) -> bool:
        item = self._items.get(key)
        return item is not None and bool(item.eol)

    def _takes(self, keys: Iterable[_Key]) -> int:
        return sum(part.takes for part in map(self._parts.get, keys) if part is not None)

    def _translations(self, key: _Key) -> list[_Key]:
        """They come for the app alone."""
        ref = Ref.parse_or_none(key[1])
        locale = key[0], str(locale_of(ref)) if ref is not None else ""
        return [locale] if locale in self._items else []

    def _reached(self, ref: str) -> set[_Key]:
        """All that comes along for an app."""
        reached: set[_Key] = set()
        todo = [ref]
        while todo:
            for key in self._needed.get(todo.pop(), ()):
                if key not in reached:
                    reached.add(key)
                    todo.append(key[1])
        return reached


def _is_app(item: Item) -> bool:
    return item.ref.startswith("app/") or is_system(item.ref)


def _sharing(needs: list[_Key], reached: list[set[_Key]]) -> Sharing:
    if len(reached) < 2:
        return Sharing.ALONE
    users = [sum(key in some for some in reached) for key in needs]
    if sum(count == len(reached) for count in users) * 2 > len(needs):
        return Sharing.ALL
    if sum(count > 1 for count in users) * 2 > len(needs):
        return Sharing.SEVERAL
    return Sharing.ALONE
