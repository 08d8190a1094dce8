"""One state of upstream's lists, ready to be handed to clients, and what it names."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from app.errors import UpstreamError
from app.flatpak.refs import Ref
from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE
from app.flatpak.upstream.summary_index import inflate_summary
from app.flatpak.upstream.upstream import Upstream
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.stick.store.view import View, view_of_files

_PACKED, _PACKED_END = "summaries/", ".gz"


@dataclass(frozen=True, slots=True)
class Listed:
    """A snapshot of a collection.

    Attributes:
        refs: commit → the ref that it is listed for.
    """

    view: View
    refs: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, view: View) -> Listed:
        """What the lists of a view name."""
        return cls(view, view.listed_commits())

    @property
    def made(self) -> int:
        return self.view.made or 0

    def count(self, is_here: Callable[[str], bool]) -> int:
        """Of how many apps and runtimes the commit is here."""
        return sum(
            is_here(commit)
            for commit, ref in self.refs.items()
            if Ref.parse_or_none(ref) is not None
        )


def as_published(upstream: Upstream, collection: str) -> View:
    """All that an upstream lists, for every architecture and subset of it.

    Raises UpstreamError, TrustError.
    """
    files = upstream.signed_files(upstream.arches())
    if INDEX in files and INDEX_SIGNATURE in files:
        name = sha256(files[INDEX]).hexdigest()
        files[f"{_PACKED}{name}.idx.sig"] = files[INDEX_SIGNATURE]
    for digest in sorted(set(upstream.index.digests.values())) if upstream.index else ():
        path = f"{_PACKED}{digest}{_PACKED_END}"
        if path not in files:
            files[path] = _sub_summary(upstream, path, digest)
    return view_of_files(collection, files, upstream.made)


def _sub_summary(upstream: Upstream, path: str, digest: str) -> bytes:
    """Of a subset, which this computer does not look at itself."""
    cached = upstream.client.cache.read(path)
    with contextlib.suppress(FormatError):
        if cached is not None:
            inflate_summary(cached, digest)
            return cached
    data = upstream.client.get(path, MAX_SUMMARY_SIZE)
    try:
        inflate_summary(data, digest)
    except FormatError as error:
        raise UpstreamError(
            Message(
                "A summary of {remote} was tampered with or damaged: {error}.",
                remote=upstream.remote.label,
                error=error,
            )
        ) from error
    upstream.client.cache.write(path, data)
    return data
