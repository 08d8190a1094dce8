"""One state of upstream's lists, ready to be handed to clients, and what it names."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from app.errors import UpstreamError
from app.flatpak.refs import Ref
from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE, SUMMARY
from app.flatpak.upstream.summary_index import inflate_summary
from app.flatpak.upstream.upstream import Upstream
from app.formats.gvariant import FormatError
from app.message import Message
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.ostree.summary import Summary
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


def listed(view: View) -> Listed:
    """What the lists of a view name. Nothing is trusted: what cannot be read names nothing."""
    refs: dict[str, str] = {}
    for data in _summaries(view.files):
        with contextlib.suppress(FormatError):
            for ref in Summary(data).refs():
                refs.setdefault(ref.commit, ref.name)
    return Listed(view, refs)


def _summaries(files: Mapping[str, bytes]) -> Iterator[bytes]:
    for path, data in sorted(files.items()):
        if path.startswith(_PACKED) and path.endswith(_PACKED_END):
            digest = path.removeprefix(_PACKED).removesuffix(_PACKED_END)
            with contextlib.suppress(FormatError):
                yield inflate_summary(data, digest)
    if SUMMARY in files:
        yield files[SUMMARY]


def named_by_content(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those that may stay beside other lists: nobody takes them for another."""
    return {path: data for path, data in files.items() if path.startswith(_PACKED)}


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
