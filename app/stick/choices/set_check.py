"""What there is of a set now, and what it takes: asked of a session that is open anyway."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.errors import InterruptedByUser, SatchelError
from app.progress import Cancel
from app.replacing import replace
from app.stick.choices.app_sets import AppSet
from app.stick.choices.availability import Missing
from app.stick.choices.sources import known_ref, says_whose
from app.stick.planning.options import Options
from app.stick.planning.selection import resolve
from app.stick.planning.session import PlanSession


class OfferedApp(Struct, frozen=True):
    """Something of a set that can be had.

    Attributes:
        remote: the name of the remote that has it.
        ref: full ref.
        ended: it gets no more updates.
    """

    remote: str
    ref: str
    ended: bool = False


class CheckedSet(Struct, frozen=True):
    """Attributes:
    offered: what can be had, in the set's order.
    missing: what cannot be had or carried, and why; not in `size`.
    size: bytes that what is offered takes on a drive with nothing else on it; what several apps
        need counts once.
    """

    set: AppSet
    offered: tuple[OfferedApp, ...]
    missing: tuple[Missing, ...]
    size: int


def check_sets(
    sets: Sequence[AppSet], session: PlanSession, options: Options, cancel: Cancel
) -> tuple[CheckedSet, ...]:
    """Each on its own. Raises InterruptedByUser."""
    return tuple(check_set(each, session, options, cancel) for each in sets)


def check_set(
    app_set: AppSet, session: PlanSession, options: Options, cancel: Cancel
) -> CheckedSet:
    # What cannot be carried is not just left out here, but told.
    strict = replace(options, strict=True)
    profile = app_set.profile
    offered: dict[str, OfferedApp] = {}
    texts: dict[str, str] = {}
    missing: list[Missing] = []
    for text in profile.refs:
        cancel.check()
        try:
            if session.is_of_registry(text) and not says_whose(text, profile.sources):
                item = next(each for each in session.cost((text,), strict).items if each.named)
                exact = f"{text.partition(':')[0]}:{item.ref}"
                offered[exact] = OfferedApp(
                    text.partition(":")[0], item.ref, bool(item.eol or item.eol_rebase)
                )
                texts[exact] = text
                continue
            meant = known_ref(text, profile.sources, session.remotes.known)
            resolved = resolve(meant, session.remotes, profile.architecture or options.arch)
            remote = resolved.upstream.remote.name
            exact = f"{remote}:{resolved.ref}"
            session.cost((exact,), strict)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            missing.append(Missing(text, error))
            continue
        entry = resolved.upstream.lookup(str(resolved.ref), resolved.ref.arch)
        ended = entry is not None and bool(entry.eol or entry.eol_rebase)
        offered[exact] = OfferedApp(remote, str(resolved.ref), ended)
        texts[exact] = text
    size = 0
    if offered:
        try:
            size = session.cost(tuple(offered), strict).estimate.on_ext4
        except InterruptedByUser:
            raise
        except SatchelError as error:
            # Each alone can be had, but not side by side.
            missing += (Missing(texts[exact], error) for exact in offered)
            offered = {}
    return CheckedSet(app_set, tuple(offered.values()), tuple(missing), size)
