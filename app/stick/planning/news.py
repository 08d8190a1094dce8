"""What sources have for a drive that it has not got yet: told before anybody says yes to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from msgspec import Struct, field

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.refs import LOCALE, Ref, is_system
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.progress import Cancel, silent
from app.stick.environment import Environment
from app.stick.planning.changes import Changes
from app.stick.planning.cost import Cost
from app.stick.planning.holding_back import HeldBack
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Plan
from app.stick.planning.session import PlanSession
from app.stick.planning.target_state import read_target
from app.stick.planning.versions import Versions, known_versions
from app.stick.store.stick_state import Refs

UPDATE = Changes(update=True)


class News(Struct, frozen=True):
    """What becomes of a drive that is brought up to date. Refs are of apps and of systems.

    Attributes:
        newer: ref → the version it gets, empty where nobody tells; also where only its
            translations get newer.
        coming: what comes along, as the new name of one that was renamed.
        others: how many other refs get newer or come along; lists of apps are not counted.
        leaving: what has to go, since it is damaged and its source has it no more.
        gone: what its source has no more; it stays as it is.
        held: what gets newer elsewhere, but not here, since that cannot be carried; it stays.
        held_back: sources that stay as they are, with all that is of them.
        renamed: ref → the ref that takes its place.
        ended: what gets no more updates.
        unasked: what nobody could be asked about; it stays as it is.
        download: bytes; at most so many, if not ``exact``.
        lacking: bytes that there is too little room for; 0 if there is enough.
        too_large: refs of what has a file that the drive's file system cannot hold.
    """

    newer: Mapping[str, str] = field(default_factory=dict)
    coming: tuple[str, ...] = ()
    others: int = 0
    leaving: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    held_back: tuple[HeldBack, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
    unasked: frozenset[str] = frozenset()
    download: int = 0
    exact: bool = False
    lacking: int = 0
    too_large: tuple[str, ...] = ()

    @property
    def up_to_date(self) -> bool:
        """Whether nothing that people would notice changes."""
        return not (self.newer or self.coming or self.others or self.leaving)

    @property
    def fits(self) -> bool:
        """Whether a job would begin."""
        return not (self.lacking or self.too_large)

    def tells_nothing_new(self, before: News | None) -> bool:
        """Whether whoever has read ``before`` knows all that there is to know of this."""
        if before is None:
            before = News()
        return (
            set(self.leaving) <= set(before.leaving)
            and self.gone <= before.gone
            and self.held <= before.held
            and self.renamed.items() <= before.renamed.items()
            and self.ended <= before.ended
            and self.unasked <= before.unasked
            and self.fits
        )


def stands_for_itself(ref: str) -> bool:
    """Whether people know it by name: an app, or an operating system."""
    return ref.startswith("app/") or is_system(ref)


def by_app(refs: Iterable[str], there: Collection[str]) -> tuple[frozenset[str], int]:
    """The apps and systems that ``refs`` are or translate, and how many others are among them.

    ``there``: all refs beside which they are. Lists of apps are nothing.
    """
    apps: set[str] = set()
    others = 0
    for name in refs:
        app = _translated(name)
        if stands_for_itself(name):
            apps.add(name)
        elif app in there:
            apps.add(app)
        elif Ref.parse_or_none(name) is not None:
            others += 1
    return frozenset(apps), others


def _translated(name: str) -> str:
    """The app that a Locale extension may belong to."""
    ref = Ref.parse_or_none(name)
    if ref is None or not ref.id.endswith(LOCALE):
        return ""
    return f"app/{ref.id.removesuffix(LOCALE)}/{ref.arch}/{ref.branch}"


def news_of(plan: Plan, versions: Versions) -> News:
    """Of a plan that brings everything up to date; ``versions`` as `updated_versions` has them."""
    refs: dict[str, dict[str, str]] = {}
    for collection, ref, commit in plan.basis:
        refs.setdefault(collection, {})[ref] = commit
    return _news(plan, refs, versions)


def known_news(
    root: Path, arch: str, environment: Environment, known: Known, cancel: Cancel
) -> News | None:
    """As far as is known from what was fetched before; nobody is asked. None if nothing is known.

    Raises DriveError, and what ``cancel`` raises.
    """
    drive = read_target(root, quota=environment.quota)
    try:
        with PlanSession(drive, environment, known, silent, cancel, offline=True) as session:
            cost = session.cost((), Options(arch), UPDATE)
            remotes = {offer.snapshot.collection: offer.remote for offer in session.remotes.offers}
    except InterruptedByUser:
        raise
    except SatchelError:
        # Never fetched, or of a source that is not known here.
        return None
    versions = known_versions(_newer(cost, remotes.get), root, arch, environment, cancel)
    return _news(cost, drive.refs, versions)


def _newer(cost: Cost, remote_of: Callable[[str], Remote | None]) -> list[tuple[Remote, str]]:
    """The apps that get newer, each with where it comes from."""
    return [
        (remote, item.ref)
        for item in cost.items
        if item.action is Action.UPDATE and item.ref.startswith("app/")
        for remote in (remote_of(item.collection),)
        if remote is not None
    ]


def _news(told: Plan | Cost, refs: Refs, versions: Versions) -> News:
    items, estimate = told.items, told.estimate
    planned = {item.ref for item in items}
    newer, changed = by_app((item.ref for item in items if item.action is Action.UPDATE), planned)
    coming, along = by_app((item.ref for item in items if item.action is Action.ADD), planned)
    back = told.held_back
    touched = {item.collection for item in items}.union(each.origin for each in back)
    unlisted = filter(stands_for_itself, (ref for each in back for ref in each.unlisted))
    older = filter(stands_for_itself, (ref for each in back for ref in each.older))
    apps = [item for item in items if stands_for_itself(item.ref)]
    return News(
        newer={ref: versions.get(ref, ("", ""))[1] for ref in sorted(newer - coming)},
        coming=tuple(sorted(coming)),
        others=changed + along,
        leaving=tuple(sorted(each.ref for each in told.removed if stands_for_itself(each.ref))),
        gone=frozenset(item.ref for item in apps if item.gone).union(unlisted),
        held=frozenset(item.ref for item in apps if item.held).union(older),
        held_back=back,
        renamed={item.ref: item.eol_rebase for item in apps if item.eol_rebase},
        ended=frozenset(item.ref for item in apps if item.eol),
        unasked=frozenset(
            ref
            for collection, names in refs.items()
            if collection not in touched
            for ref in names
            if stands_for_itself(ref)
        ),
        download=estimate.download,
        exact=estimate.exact,
        too_large=tuple(dict.fromkeys(each.ref for each in estimate.too_large)),
        lacking=0 if estimate.has_room else max(estimate.least - estimate.space.free, 1),
    )
