"""The apps on a drive, and what on it each of them needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.flatpak.refs import Ref
from app.stick.inspecting.inspect import InspectedRef, Inspection, RefKind
from app.stick.inspecting.sizes import Sizes
from ui.i18n.stick_words import called

Users = Mapping[str, frozenset[str]]
"""Ref → the refs of the apps that need it."""


@dataclass(frozen=True, slots=True)
class DriveApp:
    """An app on a drive.

    Attributes:
        alone: bytes that only it needs: what taking it off would free; None until measured.
        shared: bytes that it needs and others as well; None until measured.
        languages: codes of those it comes in, where they are kept apart from it.
        ended: it gets no more updates.
    """

    ref: str
    name: str
    summary: str
    version: str
    languages: tuple[str, ...]
    ended: bool
    alone: int | None
    shared: int | None


def apps_of(inspection: Inspection, sizes: Sizes | None) -> tuple[DriveApp, ...]:
    """By name."""
    alone: dict[str, int] = {}
    shared: dict[str, int] = {}
    if sizes is not None:
        users = users_of(inspection)
        for share in sizes.shares:
            needing = needing_all(users, [ref for _, ref in share.refs])
            sums = alone if len(needing) == 1 else shared
            for app in needing:
                sums[app] = sums.get(app, 0) + share.bytes
    apps = {
        ref.ref: DriveApp(
            ref.ref,
            called(ref),
            ref.summary,
            ref.version,
            ref.languages,
            ref.ended,
            alone.get(ref.ref, 0) if sizes is not None else None,
            shared.get(ref.ref, 0) if sizes is not None else None,
        )
        for _, ref in inspection.refs
        if ref.kind is RefKind.APP
    }
    return tuple(sorted(apps.values(), key=lambda app: (app.name.casefold(), app.ref)))


def users_of(inspection: Inspection) -> Users:
    """Which apps need each ref.

    As the record says; where nobody wrote it down, what extends an app belongs to that, and all
    else to all of them.
    """
    refs = {ref.ref: ref for _, ref in inspection.refs}
    everybody = frozenset(name for name, ref in refs.items() if ref.kind is RefKind.APP)
    users: dict[str, frozenset[str]] = {name: frozenset((name,)) for name in everybody}
    for name in refs:
        _find_users(name, refs, users, everybody, set())
    return users


def needing_all(users: Users, refs: list[str]) -> frozenset[str]:
    """The apps that need any of ``refs``."""
    return frozenset().union(*(users.get(ref, frozenset()) for ref in refs))


def _find_users(
    name: str,
    refs: Mapping[str, InspectedRef],
    users: dict[str, frozenset[str]],
    everybody: frozenset[str],
    asked: set[str],
) -> frozenset[str]:
    if name in users:
        return users[name]
    asked.add(name)
    above = [other for other in refs[name].needed_by if other in refs] or _extended(name, refs)
    if not above:
        result = everybody
    else:
        # Whoever is asked already is asked about further up.
        result = frozenset().union(
            *(
                _find_users(other, refs, users, everybody, asked)
                for other in above
                if other not in asked
            )
        )
    users[name] = result
    return result


def _extended(name: str, refs: Mapping[str, InspectedRef]) -> list[str]:
    """What an extension belongs to, by its name."""
    ref = Ref.parse_or_none(name)
    if ref is None:
        return []
    owners = (Ref.parse_or_none(other) for other in refs)
    return [
        str(owner) for owner in owners if owner is not None and ref.id.startswith(f"{owner.id}.")
    ]
