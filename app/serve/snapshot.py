"""What the sticks that are there come to: one list of each source, and objects from all of them.

A value: whoever serves it, or tells others of it, sees one state of everything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from app.flatpak.refs import LOCALE, Ref, arch_of
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.ostree.names import is_collection_id
from app.replacing import replace
from app.serve.sticks import ServedStick
from app.serve.supplying import SeededOrigin
from app.serve.values import ServedApp, ServedLanguages, ServedRemote
from app.stick.kit.contents import KitCollection, KitRef, name_of, plain_field
from app.stick.store.agreeing import agreeing
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import UpstreamCopy
from app.stick.store.view import View

_RESERVED = frozenset({"bundles", "config", "extra-data", "objects", "refs", "summary"})
"""Names that other things have at the top of the address, as all numbers do."""


class ServedOrigin(Struct, frozen=True):
    """A source, and where what it lists is.

    Attributes:
        collection: its collection ID; None if it has none.
        refs: what is on the sticks of what the lists name: ref → commit.
        repo_file: as it was handed out by upstream, with its key.
        sticks: those that have any of it, the one with the newest lists first.
    """

    remote: ServedRemote
    collection: str | None
    view: View
    refs: Mapping[str, str]
    repo_file: RepoFile
    sticks: tuple[ServedStick, ...]


class Snapshot(Struct, frozen=True):
    """Everything that is served at a time."""

    origins: tuple[ServedOrigin, ...]
    sticks: tuple[ServedStick, ...]


class _Part(Struct, frozen=True):
    """What one stick has of a source."""

    stick: ServedStick
    state: StickState
    view: View
    copy: UpstreamCopy
    about: KitCollection
    apps: tuple[KitRef, ...]


def snapshot_of(sticks: Sequence[ServedStick], names: Mapping[str, str]) -> Snapshot:
    """Of several lists of a source the newest counts; objects come from every stick.

    ``names``: origin → its name at the address, of those that have had one before.
    """
    parts: dict[str, list[_Part]] = {}
    states = agreeing([stick.state for stick in sticks])
    for stick, state in zip(sticks, states, strict=True):
        about = {each.id: each for each in stick.contents.collections}
        for own, view in stick.views.items():
            if own in about:
                origin = state.called.get(own, own)
                apps = tuple(ref for ref in stick.contents.refs if ref.collection == own)
                copy = state.copies[origin]
                part = _Part(stick, state, view, copy, about[own], apps)
                parts.setdefault(origin, []).append(part)
    taken = {name.lower() for name in names.values()}
    origins = []
    for origin in sorted(parts):
        served = _origin(origin, parts[origin], names.get(origin, ""), taken)
        if served is not None:
            taken.add(served.remote.name.lower())
            origins.append(served)
    return Snapshot(tuple(origins), tuple(sticks))


def _origin(origin: str, parts: list[_Part], name: str, taken: set[str]) -> ServedOrigin | None:
    parts = sorted(parts, key=lambda part: -(part.view.made or 0))
    newest = parts[0]
    repo_file = newest.copy.repo_file
    if repo_file is None:
        return None
    refs, apps = _offered(origin, parts)
    remote = ServedRemote(
        origin=origin,
        name=name or _free_name(newest.about.remote, taken),
        title=plain_field(newest.about.title) or newest.about.remote,
        url=plain_field(newest.about.url),
        made=newest.view.made,
        apps=apps,
        moved=bool(newest.copy.configuration.redirect),
        unsigned=newest.about.unsigned,
        languages=_languages(refs, parts, apps),
    )
    return ServedOrigin(
        remote=remote,
        collection=origin if is_collection_id(origin) else None,
        view=newest.view,
        refs=refs,
        repo_file=repo_file,
        sticks=tuple(part.stick for part in parts),
    )


def _offered(origin: str, parts: Sequence[_Part]) -> tuple[dict[str, str], tuple[ServedApp, ...]]:
    """What the lists of the first name and any has: ref → commit, and the apps of it."""
    refs: dict[str, str] = {}
    apps: list[ServedApp] = []
    for part in parts:
        known = {each.ref: each for each in part.apps}
        for ref, commit in part.state.refs.get(origin, {}).items():
            if (part.about.id, ref) in part.stick.refused:
                continue
            entry = parts[0].copy.lookup(ref, arch_of(ref))
            if entry is None or entry.commit != commit or ref in refs:
                continue
            refs[ref] = commit
            parsed = Ref.parse_or_none(ref)
            if parsed is not None and parsed.kind == "app":
                about = known.get(ref)
                apps.append(_app(about) if about is not None else ServedApp(ref, parsed.id, 0))
    return refs, tuple(sorted(apps, key=lambda app: (app.name.casefold(), app.ref)))


def _app(about: KitRef) -> ServedApp:
    return ServedApp(about.ref, name_of(about), about.size, from_maker=bool(about.payloads))


def _languages(
    refs: Mapping[str, str], parts: Sequence[_Part], apps: Sequence[ServedApp]
) -> tuple[ServedLanguages, ...]:
    """Of the translations of which no stick has all. Those of which nothing is left out that others
    have are told together: they have no more languages upstream."""
    there: dict[str, frozenset[str]] = {}
    left: dict[str, frozenset[str]] = {}
    for each in (ref for part in parts for ref in part.apps if refs.get(ref.ref) == ref.commit):
        missing = frozenset(() if each.languages is None else each.left_languages)
        there[each.ref] = there.get(each.ref, frozenset()).union(each.languages or ())
        left[each.ref] = left.get(each.ref, missing) & missing
    partly = {ref: codes for ref, codes in there.items() if left[ref] - codes}
    all_codes = frozenset[str]().union(*partly.values())
    if not any((left[ref] - codes) & all_codes for ref, codes in partly.items()):
        return (ServedLanguages(tuple(sorted(all_codes))),) if partly else ()
    names = {Ref.parse(app.ref).id: app.name for app in apps}
    groups: dict[tuple[str, ...], list[str]] = {}
    for ref, codes in sorted(partly.items()):
        owner = Ref.parse(ref).id.removesuffix(LOCALE)
        groups.setdefault(tuple(sorted(codes)), []).append(names.get(owner, owner))
    return tuple(ServedLanguages(codes, tuple(told)) for codes, told in sorted(groups.items()))


def _free_name(wanted: str, taken: Collection[str]) -> str:
    """What is like it and nobody has, also where case does not count."""
    name, number = wanted, 1
    while name.lower() in taken or name.lower() in _RESERVED or name.isdigit():
        number += 1
        name = f"{wanted}-{number}"
    return name


def seeded(source: SeededOrigin, name: str, taken: Collection[str]) -> ServedOrigin:
    """A source that no stick has; ``name``: the one that it has had, ``taken``: those of others."""
    remote = ServedRemote(
        origin=source.origin,
        name=name or _free_name(source.name, taken),
        title=plain_field(source.title) or source.name,
        url=plain_field(source.url),
        made=source.view.made,
        apps=(),
    )
    repo_file = RepoFile.parse(source.flatpakrepo, f"{source.name}.flatpakrepo")
    return ServedOrigin(remote, source.collection, source.view, {}, repo_file, ())


def with_sticks(origin: ServedOrigin, sticks: Sequence[ServedStick]) -> ServedOrigin:
    """The same with what sticks have of it that have none of its lists."""
    id_ = origin.remote.origin
    having = tuple(stick for stick in sticks if id_ in stick.unlisted)
    listed = origin.view.listed_commits() if having else {}
    refs: dict[str, str] = {}
    apps: dict[str, ServedApp] = {}
    for stick in having:
        for ref, commit in stick.state.refs.get(id_, {}).items():
            if listed.get(commit) == ref and (id_, ref) not in stick.refused:
                refs.setdefault(ref, commit)
        for known in stick.contents.refs:
            parsed = Ref.parse_or_none(known.ref)
            if known.ref in refs and known.collection == id_ and parsed and parsed.kind == "app":
                apps.setdefault(known.ref, _app(known))
    shown = tuple(sorted(apps.values(), key=lambda app: (app.name.casefold(), app.ref)))
    return replace(origin, refs=refs, sticks=having, remote=replace(origin.remote, apps=shown))


def with_view(origin: ServedOrigin, view: View) -> ServedOrigin:
    """The same with other lists."""
    return replace(origin, view=view, remote=replace(origin.remote, made=view.made))
