"""Reads what `compare` looks at: a stick with what is whole on it, and what upstream offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.credentials import public_address
from app.drive.medium import is_removable
from app.drive.safety.guard import DriveGuard
from app.errors import UsageError
from app.flatpak.catalogue.opening import open_catalogues
from app.flatpak.extra_data import payloads_of
from app.flatpak.refs import arch_of, is_locale
from app.flatpak.registries.client import RegistryClient
from app.flatpak.registries.image import hexadecimal
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Registry, Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.flatpak.upstream.upstream import Upstream
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.fsck import StoreReport, check_store
from app.ostree.names import METADATA_REF, origin_remote
from app.ostree.objects import Commit
from app.progress import Cancel, Meter, Phase, Reporter, silent
from app.replacing import replace
from app.stick.comparing.difference import NO_SOURCE, Held, Key, Side
from app.stick.environment import Environment
from app.stick.kit.gathering import stick_components
from app.stick.kit.images import component_of
from app.stick.planning.options import Options
from app.stick.planning.registries import Registries
from app.stick.planning.registry_places import registry_at
from app.stick.store.bundles import is_right, read_bundles
from app.stick.store.images import is_whole, read_images, read_images_on
from app.stick.store.partial_languages import missing_languages, narrowed_trees
from app.stick.store.payloads import missing, stored_payloads
from app.stick.store.stick_state import StickState
from app.stick.trust.commits import is_signed
from app.text import Policy, clean

_MOST_LANGUAGES = 2000
"""Objects that may be missing of a commit of which languages were left out."""


def read_side(
    stick: StickState, label: str, report: Reporter, cancel: Cancel, *, contents: bool
) -> Side:
    """What a stick has. Every list and tree is read; of files only whether they are there, unless
    ``contents`` are asked for.

    Raises DriveError and what ``cancel`` raises.
    """
    with (
        drive_errors(Message("reading the repository")),
        DriveGuard(stick.location.drive.base) as guard,
    ):
        components = stick_components(stick)
        commits = {commit for names in stick.refs.values() for commit in names.values()}
        store = check_store(
            stick.repository.root.below("objects"),
            sorted(commits),
            Meter(report, Phase.VERIFY),
            cancel,
            contents=contents,
            from_medium=contents and is_removable(stick.location.root),
            partial=stick.partial,
            narrowed=narrowed_trees(stick),
        )
        refs: dict[Key, Held] = {}
        names: dict[Key, str] = {}
        stored = stored_payloads(stick.location)
        # A list still tells what they were; computers do not look there.
        emptied = {
            (ref.collection, ref.name) for ref in stick.repository.refs() if not ref.checksum
        }
        for collection, name, checksum in _refs(stick):
            component = components.get(name)
            record = stick.record.ref(collection, name) if stick.record is not None else None
            named = component.name(()) if component is not None else ""
            names[collection, name] = named or (record.name if record is not None else "")
            commit = stick.commit(checksum)
            said = commit.metadata.get("version", "s") if commit is not None else None
            version = said or (component.version if component is not None else "")
            refs[collection, name] = Held(
                checksum,
                commit.timestamp if commit is not None else None,
                clean(version or "", Policy.NAME),
                commit is not None
                and (collection, name) not in emptied
                and _whole(stick, store, name, checksum),
                _languages(stick, checksum),
                _extra_data(commit, stored),
                None if name == METADATA_REF else is_signed(stick.repository, checksum),
            )
        for key, held, named in _bundles(stick, cancel, contents=contents):
            refs[key], names[key] = held, named
        for key, held, named in _images(stick):
            refs[key], names[key] = held, named
        # Of one that was pulled out everything seems to be damaged.
        guard.check()
    return Side(label, refs, names, unread=store.unread, addresses=_addresses(stick))


def _addresses(stick: StickState) -> dict[str, str]:
    """Of the remotes without a collection ID."""
    files = {
        origin: copy.repo_file
        for origin, copy in stick.copies.items()
        if origin_remote(origin) is not None
    }
    return {origin: file.url for origin, file in files.items() if file is not None}


def _bundles(
    stick: StickState, cancel: Cancel, *, contents: bool
) -> Iterator[tuple[Key, Held, str]]:
    """Apps that are there as files, which are of no source."""
    for stored in read_bundles(stick.location, stick.record):
        record, bundle = stored.record, stored.bundle
        whole = bundle is not None and bundle.size == record.size
        if whole and contents:
            whole = is_right(stick.location, record, cancel)
        made = bundle.timestamp if bundle is not None else None
        version = clean(bundle.version, Policy.NAME) if bundle is not None else ""
        yield (NO_SOURCE, record.ref), Held(record.commit, made, version, whole), record.name


def _images(stick: StickState) -> Iterator[tuple[Key, Held, str]]:
    """What is of container registries, and what people call it."""
    there = read_images_on(stick.location)
    for image in there.carried:
        read = there.images.get(image.key)
        component = component_of(read) if read is not None else None
        version = component.version if component is not None else ""
        timestamp = read.config.labels.timestamp if read is not None else None
        held = Held(image.commit, timestamp, clean(version, Policy.NAME), is_whole(read, there))
        yield image.key, held, component.name(()) if component is not None else ""


def _languages(stick: StickState, checksum: str) -> tuple[str, ...] | None:
    names = stick.by_choice.get(checksum)
    return tuple(sorted(names)) if names is not None else None


def _refs(stick: StickState) -> Iterator[tuple[str, str, str]]:
    for collection, names in stick.refs.items():
        for name, checksum in names.items():
            yield collection, name, checksum


def _extra_data(commit: Commit | None, stored: Mapping[str, int]) -> bool | None:
    payloads = payloads_of(commit) if commit is not None else ()
    return not missing(payloads, stored) if payloads else None


def _whole(stick: StickState, store: StoreReport, name: str, checksum: str) -> bool:
    """Also a commit of which somebody chose some languages."""
    if checksum not in stick.partial:
        return not store.paths.concern(checksum)
    below = store.paths.little_below(checksum, _MOST_LANGUAGES) if is_locale(name) else None
    if below is None:
        return False
    damage = [each for each in store.damage if each.name in below]
    return missing_languages(stick.repository, checksum, damage) is not None


def read_upstream(
    stick: StickState,
    remotes: Iterable[Remote],
    environment: Environment,
    label: str,
    cancel: Cancel,
    *,
    allow_unsigned: bool,
    registries: Sequence[Registry] = (),
) -> Side:
    """What upstream has now of what is on a stick; ``remotes``, best first, are asked, and of
    container registries those that are known.

    Collections that none of them has are unknown, and so are apps as files. Raises SatchelError of
    the first remote of a collection that cannot be asked, and what ``cancel`` raises.
    """
    opener = environment.upstreams(cancel, allow_unsigned=allow_unsigned)
    refs: dict[Key, Held] = {}
    unknown = {NO_SOURCE}
    asked: dict[str, Remote] = {}
    remotes = tuple(remotes)
    for collection, names in stick.refs.items():
        upstream = _open(collection, candidates(stick, collection, remotes), opener)
        if upstream is None:
            unknown.add(collection)
            continue
        with upstream:
            asked[collection] = upstream.remote
            for name in names:
                cancel.check()
                if name == METADATA_REF:
                    # It describes what this drive has, whoever made it.
                    refs[collection, name] = Held(names[name], None)
                    continue
                there = upstream.lookup(name, arch_of(name))
                if there is not None:
                    # What was left out on purpose is no difference.
                    languages = _languages(stick, there.commit)
                    refs[collection, name] = Held(
                        there.commit, there.timestamp, languages=languages
                    )
    changed = [key for key, held in refs.items() if held.commit != stick.refs[key[0]][key[1]]]
    versions = _versions(changed, asked, environment, opener)
    refs |= {key: replace(refs[key], version=version) for key, version in versions.items()}
    listed, unlisted = _listed_images(stick, environment, registries, cancel)
    refs |= listed
    unknown |= unlisted
    return Side(label, refs, unknown=frozenset(unknown))


def _listed_images(
    stick: StickState, environment: Environment, registries: Sequence[Registry], cancel: Cancel
) -> tuple[dict[Key, Held], set[str]]:
    """What registries have now of what is on a stick; and of which nobody knows."""
    refs: dict[Key, Held] = {}
    unknown: set[str] = set()
    opener = Registries(
        registries,
        environment.cache,
        lambda registry: RegistryClient(registry, environment.network, cancel),
    )
    try:
        for image in read_images(stick.location):
            arch = arch_of(image.ref)
            try:
                registry = registry_at(image.url, image.remote, registries)
            except UsageError:
                unknown.add(image.origin)
                continue
            listed = opener.opened(registry, arch, Options(arch)).listed.images.get(image.ref)
            if listed is not None:
                commit = hexadecimal(listed.digest)
                refs[image.key] = Held(commit, listed.labels.timestamp)
    finally:
        opener.close()
    return refs, unknown


def candidates(stick: StickState, collection: str, remotes: Iterable[Remote]) -> tuple[Remote, ...]:
    """Those that may have a collection; few ``.flatpakrepo`` files say which one theirs is."""
    record = stick.record.collections.get(collection) if stick.record is not None else None
    url = record.url if record is not None else None
    if origin_remote(collection) is not None:
        file = stick.copies[collection].repo_file if collection in stick.copies else None
        places = [place for place in (url, file.url if file is not None else None) if place]
        return tuple(
            remote
            for remote in remotes
            if any(same_place(remote.address, place) for place in places)
        )
    return tuple(
        remote
        for remote in remotes
        if remote.collection_id == collection
        or (remote.collection_id is None and public_address(remote.url) == url)
    )


def _open(collection: str, remotes: tuple[Remote, ...], opener: UpstreamOpener) -> Upstream | None:
    for remote in remotes:
        upstream = opener.open(remote)
        if upstream.origin == collection or origin_remote(collection) is not None:
            return upstream
        upstream.close()
    return None


def _versions(
    keys: Iterable[Key],
    asked: Mapping[str, Remote],
    environment: Environment,
    opener: UpstreamOpener,
) -> dict[Key, str]:
    """What the catalogues of upstream tell."""
    by_arch: dict[str, list[Key]] = {}
    for key in keys:
        if key[1].startswith(("app/", "runtime/")):
            by_arch.setdefault(arch_of(key[1]), []).append(key)
    versions: dict[Key, str] = {}
    for arch, refs in by_arch.items():
        remotes = list(dict.fromkeys(asked[collection] for collection, _ in refs))
        now = environment.clock()
        catalogues = open_catalogues(remotes, opener, arch, (), now, silent)
        try:
            for collection, ref in refs:
                row = catalogues.find(asked[collection].name, ref)
                if row is not None and row.component.version:
                    versions[collection, ref] = row.component.version
        finally:
            catalogues.close()
    return versions
