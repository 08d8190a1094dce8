"""What a job has to do for a repair: which refs it asks upstream for, with what options."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from app.flatpak.refs import Ref
from app.flatpak.remotes.known import Known
from app.formats.gvariant import FormatError
from app.ostree.names import is_collection_id, is_ref_name, origin_remote
from app.ostree.summary import Summary
from app.progress import Cancel
from app.stick.comparing.gathering import candidates, read_upstream
from app.stick.environment import Environment
from app.stick.mending.request import RepairRequest
from app.stick.planning.changes import Changes
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest
from app.stick.store.images import read_images
from app.stick.store.stick_state import StickState

AS_IT_IS = Changes(again=True)

NEWEST = Changes(update=True, prune=False)
"""Where what is there cannot be had any more."""


def job_request(
    request: RepairRequest,
    destination: str,
    texts: tuple[str, ...],
    environment: Environment,
    changes: Changes = AS_IT_IS,
) -> PlanRequest:
    """A job that changes no version, unless ``changes`` say so; ``texts`` as of `wanted_texts`."""
    options = Options(
        arch=environment.arch,
        keep_versions=not changes.update,
        allow_unsigned=request.check.accept_unsigned,
        allow_older=request.allow_older,
        kits=request.sources,
    )
    refs = () if changes.update else texts
    return PlanRequest(request.root, refs, request.main, destination, options, changes=changes)


def wanted_texts(
    stick: StickState,
    request: RepairRequest,
    environment: Environment,
    known: Known,
    cancel: Cancel,
) -> tuple[str, ...]:
    """What was chosen and upstream still has, as a plan wants it. Raises UpstreamError for a
    source that does not answer."""
    refs: dict[str, dict[str, str]] = {name: dict(refs) for name, refs in stick.refs.items()}
    for collection, name, commit in _told(stick):
        refs.setdefault(collection, {}).setdefault(name, commit)
    stick = stick.with_refs(refs)
    remotes = (request.main,) if request.main is not None else known.remotes
    side = read_upstream(
        stick, remotes, environment, "", cancel, allow_unsigned=request.check.accept_unsigned
    )
    texts = []
    for collection in sorted(refs):
        there = [
            name
            for name in sorted(refs[collection])
            if (collection, name) in side.refs and Ref.parse_or_none(name) is not None
        ]
        chosen = [name for name in there if _is_chosen(stick, collection, name)] or there
        remote = next(iter(candidates(stick, collection, remotes)), request.main)
        texts += [f"{remote.name}:{name}" for name in chosen if remote is not None]
    return (*texts, *_image_texts(stick, known))


def _told(stick: StickState) -> Iterator[tuple[str, str, str]]:
    """Collection, ref and commit of what was there, as the record says or, where that is lost as
    well, the summary. A job that was interrupted may have taken some of it off."""
    if stick.record is not None:
        for collection, entries in stick.record.refs.items():
            yield from ((collection, name, entry.commit) for name, entry in entries.items())
        return
    with contextlib.suppress(OSError, FormatError):
        summary = Summary(stick.repository.read_summary() or b"")
        leaving = stick.journal.leaving if stick.journal is not None else ()
        for collection, listed in summary.collection_map().items():
            for entry in listed:
                key = collection, entry.name
                if is_collection_id(collection) and is_ref_name(entry.name) and key not in leaving:
                    yield *key, entry.commit


def _image_texts(stick: StickState, known: Known) -> Iterator[str]:
    """What was chosen of container registries that are known here."""
    names = {registry.name for registry in known.registries}
    chosen = {
        (origin_remote(each.origin) or "", each.ref)
        for each in (stick.record.images if stick.record is not None else ())
        if each.chosen
    }
    if stick.record is None:
        chosen = {(image.remote, image.ref) for image in read_images(stick.location)}
    for name, ref in sorted(chosen):
        if name in names:
            yield f"{name}:{ref}"


def _is_chosen(stick: StickState, collection: str, name: str) -> bool:
    entry = stick.record.ref(collection, name) if stick.record is not None else None
    return entry.chosen if entry is not None else name.startswith("app/")


def named_commits(stick: StickState) -> Iterator[tuple[str, str]]:
    """Ref and commit of all that the stick has."""
    for names in stick.refs.values():
        yield from names.items()
