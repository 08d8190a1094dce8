"""Where the catalogue of a remote comes from: fetched and verified."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

from app.errors import TrustError, UpstreamError
from app.flatpak.catalogue.appstream import read_catalogue
from app.flatpak.catalogue.carried import catalogue_in, catalogue_refs
from app.flatpak.catalogue.database import FORMAT, Catalogue
from app.flatpak.upstream.cache import RemoteCache
from app.flatpak.upstream.client import MAX_SIGNATURE_SIZE
from app.flatpak.upstream.ref_table import UpstreamRef
from app.flatpak.upstream.upstream import Upstream
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.bindings import is_for_ref, is_of_origin
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import (
    Commit,
    ObjectKind,
    ObjectName,
    detached_signatures,
)
from app.ostree.pull.answers import DeniedError, NotFoundError
from app.trust.verdict import Judgement, Verdict, advice


class CatalogueError(UpstreamError):
    """The catalogue of a remote cannot be had."""


class NoCatalogueError(CatalogueError):
    """The remote publishes none for this architecture."""


class UntrustedCatalogueError(TrustError):
    """The catalogue's commit is not signed as it has to be, or is another collection's."""


def load_catalogue(upstream: Upstream, arch: str, cache_directory: Path) -> Catalogue:
    """The catalogue that belongs to the upstream's snapshot.

    Nothing is requested while the cached one is of the same commit. Raises `NoCatalogueError`,
    `UntrustedCatalogueError`, `UpstreamError`. The caller closes it.
    """
    ref = catalogue_ref(upstream, arch)
    cache = RemoteCache(cache_directory, upstream.remote.url)
    path = f"catalogue/{ref.name.replace('/', '-')}.sqlite"
    about = {
        "format": FORMAT,
        "collection": upstream.snapshot.collection,
        "ref": ref.name,
        "commit": ref.commit,
        # A catalogue that other keys vouched for is not this remote's.
        "keys": sha256(b"".join(sha256(key).digest() for key in upstream.remote.keys)).hexdigest(),
    }
    cached = cache.read(path)
    if cached is not None:
        catalogue = Catalogue.open(cached, about, unsigned=_unsigned_allowed(upstream))
        if catalogue is not None:
            return catalogue
    del cached
    commit, judgement = _trusted_commit(upstream, ref)
    about["signature"] = judgement.verdict.value
    try:
        data = catalogue_in(commit, lambda name, limit: _request(upstream, name, limit))
        catalogue = Catalogue.build(read_catalogue(data), about)
    except (FormatError, sqlite3.Error) as error:
        # SQLite can be without FTS5, though nobody's is.
        raise CatalogueError(
            Message(
                "The catalogue of {remote} cannot be read: {error}.",
                remote=upstream.remote.label,
                error=error,
            ),
            Message(
                "Apps can still be named by their IDs. Try again later, or from another network."
            ),
        ) from error
    cache.write(path, catalogue.dump())
    return catalogue


def catalogue_ref(upstream: Upstream, arch: str) -> UpstreamRef:
    """The ref that holds the catalogue. Raises `NoCatalogueError`."""
    for name in catalogue_refs(arch, upstream.remote.subset):
        ref = upstream.lookup(name, arch) if is_ref_name(name) else None
        if ref is not None:
            return ref
    raise NoCatalogueError(
        Message(
            "{remote} publishes no catalogue of its apps for {arch}.",
            remote=upstream.remote.label,
            arch=arch,
        ),
        Message("Name the apps by their IDs."),
    )


def _unsigned_allowed(upstream: Upstream) -> bool:
    """A snapshot without signature is only there because somebody accepted that."""
    return upstream.snapshot.signature.verdict is Verdict.UNSIGNED


def _trusted_commit(upstream: Upstream, ref: UpstreamRef) -> tuple[Commit, Judgement]:
    label = upstream.remote.label
    hint = Message("Nothing was used. Check the remote's key, or try again from another network.")
    data = upstream.commits([ref.commit])[ref.commit]
    judgement = Judgement(Verdict.UNSIGNED)
    try:
        commit = Commit.parse(data)
        if upstream.remote.keys:
            judgement = upstream.keyring.verify(data, _signatures(upstream, ref.commit))
    except FormatError as error:
        raise UntrustedCatalogueError(
            Message(
                "The signature of {label}'s catalogue is damaged: {error}.",
                label=label,
                error=error,
            ),
            hint,
        ) from error
    unsigned = judgement.verdict is Verdict.UNSIGNED and _unsigned_allowed(upstream)
    if not judgement.good and not unsigned:
        raise UntrustedCatalogueError(
            Message(
                "The catalogue of {label} cannot be trusted: {judgement}",
                label=label,
                judgement=judgement.describe(),
            ),
            advice(judgement),
        )
    collection = upstream.snapshot.collection
    if not (is_of_origin(commit, collection) and is_for_ref(commit, collection, ref.name)):
        raise UntrustedCatalogueError(
            Message(
                "What {label} publishes as its catalogue was made for something else: it "
                "does not name {ref} of {collection}.",
                label=label,
                ref=ref.name,
                collection=collection if is_collection_id(collection) else label,
            ),
            hint,
        )
    return commit, judgement


def _signatures(upstream: Upstream, commit: str) -> tuple[bytes, ...]:
    try:
        detached = _request(upstream, ObjectName(commit, ObjectKind.COMMITMETA), MAX_SIGNATURE_SIZE)
    except (NotFoundError, DeniedError):
        return ()
    return detached_signatures(detached)


def _request(upstream: Upstream, name: ObjectName, limit: int) -> bytes:
    return upstream.client.get(f"objects/{name.path}", limit)
