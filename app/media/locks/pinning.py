"""From a plan to a lock: all that the plan would carry, with what it takes to do it again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from app.credentials import public_address
from app.errors import SatchelError
from app.flatpak.catalogue.source import load_catalogue
from app.flatpak.extra_data import Payload
from app.flatpak.refs import arch_of
from app.flatpak.remotes.addresses import local_path
from app.flatpak.upstream.upstream import Upstream
from app.media.locks.lock import (
    Asked,
    Lock,
    LockedBundle,
    LockedCommit,
    LockedImage,
    LockedRef,
    LockedSource,
    needs_lists,
)
from app.ostree.objects import Commit
from app.progress import Cancel, Reporter
from app.stick.environment import Environment
from app.stick.planning.plan import CollectionPlan, Item, Plan, PlannedImage
from app.stick.writing.publish import as_on_drive
from app.stick.writing.signatures import verify_plan
from app.stick.writing.sources import open_sources

_SUMMARY = ("summary", "summary.sig")
_INDEX = "summary.idx"


class Told(Struct, frozen=True):
    """What a catalogue says of a ref."""

    name: str = ""
    version: str = ""
    licence: str = ""


_NOTHING = Told()


class Given(Struct, frozen=True):
    """What else is known of what was asked for.

    Attributes:
        asked: as it will stand in the lock.
        directory: of the lock file, from which paths of files count.
        places: by their SHA-256, of apps as files, the paths or addresses that were named.
    """

    asked: Asked
    directory: Path
    places: Mapping[str, str] = field(default_factory=dict)


def lock_of(
    plan: Plan, given: Given, environment: Environment, report: Reporter, cancel: Cancel
) -> Lock:
    """The lock of a plan for an empty drive. Asks for every signature, and judges it.

    What has none and may be gone without is left out, as a job would leave it. Raises
    UpstreamError, TrustError.
    """
    sources = open_sources(plan, environment, cancel, report)
    verified = verify_plan(plan, sources, report)
    plan = verified.plan
    locked = {}
    for collection in plan.collections:
        told = _told(collection, environment, cancel)
        lists = _lists(collection, wanted=given.asked.lists)
        locked[collection.id] = LockedSource(
            name=collection.name,
            url=collection.remote.address,
            repo_file=as_on_drive(collection).repo_file().dump().decode(),
            keys=tuple(sorted(verified.keys[collection.id])),
            unsigned=not collection.vouched,
            snapshot=collection.snapshot.digest,
            made=collection.snapshot.made,
            arches=collection.arches,
            until=collection.until,
            metadata=None
            if collection.metadata_commit is None
            else LockedCommit(
                collection.metadata_commit, verified.detached.get(collection.metadata_commit)
            ),
            lists=lists,
            refs={
                item.ref: _ref(item, collection, verified.detached, told.get(item.ref, _NOTHING))
                for item in collection.items
            },
        )
    return Lock(
        asked=given.asked,
        sources=locked,
        bundles=tuple(
            LockedBundle(_place(given, each.record.sha256), each.record) for each in plan.bundles
        ),
        images=tuple(map(_image, plan.images)),
        left_out=plan.left_out,
        carried=plan.carried,
        declined=plan.options.declined,
    )


def _ref(
    item: Item, collection: CollectionPlan, detached: Mapping[str, bytes | None], told: Told
) -> LockedRef:
    return LockedRef(
        commit=item.commit,
        signatures=detached.get(item.commit),
        chosen=item.chosen,
        reason=item.reason,
        timestamp=Commit.parse(collection.commits[item.commit]).timestamp,
        needed_by=item.needed_by,
        name=told.name,
        version=told.version,
        installed_size=item.installed_size,
        download_size=item.download_size,
        languages=item.languages,
        extra_data=_payloads(item),
        licence=told.licence if item.payloads else "",
    )


def _payloads(item: Item) -> tuple[Payload, ...]:
    return tuple(sorted(item.payloads, key=lambda payload: payload.path))


def _lists(collection: CollectionPlan, *, wanted: bool) -> dict[str, bytes]:
    """The signed lists that come along. Beside an index the summary is for old clients only, and
    much larger than all else."""
    if not wanted and not needs_lists(collection.id):
        return {}
    if _INDEX not in collection.files:
        return dict(collection.files)
    return {path: data for path, data in collection.files.items() if path not in _SUMMARY}


def _place(given: Given, digest: str) -> str:
    """Of an app as a file: paths count from where the lock file is."""
    place = given.places[digest]
    path = local_path(place)
    return place if path is None else os.path.relpath(path.absolute(), given.directory.absolute())


def _image(image: PlannedImage) -> LockedImage:
    item = image.item
    return LockedImage(
        registry=image.carried.remote,
        url=image.carried.url,
        title=image.carried.title,
        base=public_address(image.base),
        repository=image.repository,
        ref=item.ref,
        digest=image.carried.digest,
        arch=arch_of(item.ref),
        chosen=item.chosen,
        reason=item.reason,
        needed_by=item.needed_by,
        name=item.name,
        timestamp=item.timestamp,
        installed_size=item.installed_size,
        download_size=item.download_size,
    )


# What catalogues tell


def _told(collection: CollectionPlan, environment: Environment, cancel: Cancel) -> dict[str, Told]:
    """By ref, for people; what cannot be had is not told. Raises InterruptedByUser."""
    opener = environment.upstreams(cancel, allow_unsigned=not collection.is_list_signed)
    told: dict[str, Told] = {}
    try:
        with opener.open(collection.remote) as upstream:
            # Else it has just become another one.
            same = upstream.snapshot.digest == collection.snapshot.digest
            for arch in collection.arches if same else ():
                told |= _told_of(upstream, arch, collection, environment.cache)
    except SatchelError:
        cancel.check()
    return told


def _told_of(
    upstream: Upstream, arch: str, collection: CollectionPlan, cache: Path
) -> dict[str, Told]:
    told = {}
    with load_catalogue(upstream, arch, cache) as catalogue:
        for item in collection.items:
            component = catalogue.get(item.ref) if arch_of(item.ref) == arch else None
            if component is not None:
                told[item.ref] = Told(component.name(()), component.version, component.license)
    return told
