"""What is on a stick and what needs what, read from the stick alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from operator import itemgetter

from msgspec import Struct

from app.flatpak.eol_rebase import REPLACED_KEY, ReplacementError, replacements
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.flatpak.related import RelatedPolicy, related
from app.formats.keyfile import KeyfileError
from app.ostree.objects import Commit
from app.stick.store.stick_state import Refs, StickState


class RefSet:
    """Refs that are there, as `related` wants to look at them."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        # Sorted, so that what begins alike is found without looking at all.
        self._refs: dict[tuple[str, str], list[tuple[str, Ref]]] = {}
        for ref in filter(None, map(Ref.parse_or_none, names)):
            here = self._refs.setdefault((ref.arch, ref.branch), [])
            here.append((f"{ref.kind}/{ref.id}", ref))
        for group in self._refs.values():
            group.sort()

    def __contains__(self, ref: str) -> bool:
        return ref in self._names

    def with_prefix(self, kind_id_prefix: str, arch: str, branch: str) -> Iterator[Ref]:
        group = self._refs.get((arch, branch), [])
        first = bisect_left(group, kind_id_prefix, key=itemgetter(0))
        for begins, ref in islice(group, first, None):
            if not begins.startswith(kind_id_prefix):
                return
            yield ref


def ref_sets(refs: Mapping[str, Mapping[str, str]]) -> dict[str, RefSet]:
    """Collection → its refs."""
    return {collection: RefSet(names) for collection, names in refs.items()}


class CarriedRef(Struct, frozen=True):
    """An app or runtime on the stick with its commit's own words about it."""

    collection: str
    ref: Ref
    commit: Commit
    metadata: Metadata | None

    @property
    def replaced_by(self) -> str | None:
        """What its commit says to replace it, whatever that is."""
        said = self.commit.metadata.get(REPLACED_KEY, "s")
        return said if isinstance(said, str) else None


def carried_refs(stick: StickState) -> dict[tuple[str, str], CarriedRef]:
    """The apps and runtimes whose commits can be read, by (collection, ref)."""
    return carried_among(stick.refs, stick.commit)


def carried_among(
    refs: Refs, read_commit: Callable[[str], Commit | None]
) -> dict[tuple[str, str], CarriedRef]:
    """The same of these refs; ``read_commit`` gives None for one that cannot be read."""
    carried = {}
    for collection, names in refs.items():
        for name, checksum in names.items():
            ref = Ref.parse_or_none(name)
            commit = read_commit(checksum) if ref is not None else None
            if ref is not None and commit is not None:
                carried[collection, name] = CarriedRef(collection, ref, commit, _metadata(commit))
    return carried


def said_app(commit: Commit) -> str | None:
    """The app or runtime that a commit says it is; None for one that says nothing of the kind."""
    bound = (name for name in commit.ref_bindings if Ref.parse_or_none(name) is not None)
    said = commit.metadata.get("xa.ref", "s") or next(bound, None)
    if said is None and commit.app_metadata is not None:
        return ", ".join(commit.ref_bindings)
    return said if isinstance(said, str) else None


def _metadata(commit: Commit) -> Metadata | None:
    text = commit.app_metadata
    if text is None:
        return None
    try:
        return Metadata.parse(text.encode())
    except KeyfileError:
        return None


def runtime_place(
    carried: CarriedRef, refs: Mapping[str, Mapping[str, str]]
) -> tuple[str, str] | None:
    """Collection and ref of an app's runtime on the stick; its own collection comes first."""
    if carried.metadata is None or carried.metadata.runtime is None:
        return None
    name = str(carried.metadata.runtime)
    for collection in (carried.collection, *sorted(refs)):
        if name in refs.get(collection, {}):
            return collection, name
    return None


def replaced_by(
    carried: CarriedRef, all_carried: Mapping[tuple[str, str], CarriedRef]
) -> tuple[Ref, ...]:
    """What flatpak installs in place of a ref: the last of these; empty for itself.

    All of them are on the stick, in its collection. Raises `ReplacementError`.
    """

    def said(ref: Ref) -> str | None:
        return all_carried[carried.collection, str(ref)].replaced_by

    return replacements(carried.ref, said)


def is_replaced(carried: CarriedRef, all_carried: Mapping[tuple[str, str], CarriedRef]) -> bool:
    """Whether flatpak installs something else in its place."""
    try:
        return bool(replaced_by(carried, all_carried))
    except ReplacementError:
        return False


def needs(
    carried: CarriedRef,
    all_carried: Mapping[tuple[str, str], CarriedRef],
    refs: Mapping[str, Mapping[str, str]],
    sets: Mapping[str, RefSet],
) -> tuple[tuple[str, str], ...]:
    """What a client has to install with a ref, as (collection, ref), all of it on the stick.

    ``sets`` are the `ref_sets` of ``refs``. The runtime and its extensions first, then the ref's
    own extensions; of what is replaced, only what replaces it.
    """
    if is_replaced(carried, all_carried):
        return ((carried.collection, carried.replaced_by or ""),)
    needed: list[tuple[str, str]] = []
    place = runtime_place(carried, refs) if carried.ref.kind == "app" else None
    if place is not None:
        needed.append(place)
        runtime = all_carried.get(place)
        if runtime is not None and not is_replaced(runtime, all_carried):
            needed.extend(own_extensions(runtime, sets))
    needed.extend(own_extensions(carried, sets))
    return tuple(dict.fromkeys(needed))


def own_extensions(carried: CarriedRef, sets: Mapping[str, RefSet]) -> Iterator[tuple[str, str]]:
    """What of its own collection comes along with a ref, as (collection, ref)."""
    there = sets.get(carried.collection)
    if carried.metadata is None or there is None:
        return
    for extension in related(carried.ref, carried.metadata, there, RelatedPolicy()):
        yield carried.collection, str(extension.ref)
