"""Asks a remote for its small files, and keeps what may be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from app.beside import each_beside
from app.errors import UpstreamError
from app.flatpak.upstream.cache import RemoteCache
from app.flatpak.upstream.errors import NotFetchedError
from app.message import Message
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.answers import ABSENT, DeniedError, NotFoundError, UnauthorizedError
from app.ostree.pull.fetch import Reply, Source, Validators
from app.ostree.repository import MAX_SUMMARY_SIZE

INDEX = "summary.idx"
INDEX_SIGNATURE = "summary.idx.sig"
SUMMARY = "summary"
SUMMARY_SIGNATURE = "summary.sig"

MAX_SIGNATURE_SIZE = 1024 * 1024

PARALLEL = 8
"""Small files fetched at once."""

_REFUSALS = (*ABSENT, UnauthorizedError, NotFetchedError)
"""What is said about one file rather than about the server."""


class RemoteClient(Struct, frozen=True):
    """The files of one remote, by the paths they have there.

    Attributes:
        cache: what was fetched of it; whoever reads from it checks it.
    """

    source: Source
    cache: RemoteCache

    @property
    def url(self) -> str:
        return self.source.url

    def get(self, path: str, limit: int) -> bytes:
        """A file of at most ``limit`` bytes. Raises UpstreamError."""
        data = self.source.get(path, limit).data
        assert data is not None
        return data

    def get_optional(self, path: str, limit: int) -> bytes:
        """The same; empty for what is not there."""
        try:
            return self.get(path, limit)
        except ABSENT:
            return b""

    def get_current(self, path: str, *, unchanged: bool = False) -> tuple[bytes, bool]:
        """An index or summary as it is now, and whether it differs from the cached one.

        ``unchanged``: the cached one is what upstream has, so that nobody has to be asked.
        """
        if unchanged and (cached := self.cache.read(path)) is not None:
            return cached, False
        reply = self.source.get(path, MAX_SUMMARY_SIZE, self.cache.validators(path))
        if reply.data is None:
            cached = self.cache.read(path)
            if cached is not None:
                return cached, False
            reply = self.source.get(path, MAX_SUMMARY_SIZE)
            assert reply.data is not None
        self.cache.write_with_validators(path, reply.data, reply.validators)
        return reply.data, True


class CachedSource:
    """A repository as far as it was fetched before; asks nobody."""

    def __init__(self, url: str, cache: RemoteCache) -> None:
        self.url = url.rstrip("/")
        self.cache = cache

    def get(self, path: str, limit: int, known: Validators | None = None) -> Reply:
        data = self.cache.read(path)
        if data is None:
            if path in {INDEX, INDEX_SIGNATURE, SUMMARY_SIGNATURE} or path.endswith(".idx.sig"):
                raise NotFoundError(
                    Message("{url}/{path} was not fetched.", url=self.url, path=path)
                )
            raise NotFetchedError(
                Message("{url}/{path} was not fetched yet.", url=self.url, path=path),
                Message("Connect this computer to the network."),
            )
        if len(data) > limit:
            raise UpstreamError(
                Message("{url}/{path} is larger than it can be.", url=self.url, path=path)
            )
        # What it was fetched by stays as it is in the cache.
        unchanged = path in {INDEX, SUMMARY}
        return Reply(None if unchanged else data, known or Validators())


def fetch_all(
    source: Source,
    paths: Sequence[str],
    limit: int,
    absent: tuple[type[UpstreamError], ...] = (NotFoundError,),
) -> list[bytes | None]:
    """Small files, several at once; None for what is not there. Raises UpstreamError."""
    files: list[bytes | None] = []
    for answer in fetch_each(source, paths, limit):
        if isinstance(answer, UpstreamError) and not isinstance(answer, absent):
            raise answer
        files.append(answer if isinstance(answer, bytes) else None)
    return files


def fetch_each(source: Source, paths: Sequence[str], limit: int) -> list[bytes | UpstreamError]:
    """The same; instead of what the server does not hand out, why. Raises UpstreamError."""

    def get(path: str) -> bytes | UpstreamError:
        try:
            data = source.get(path, limit).data
        except _REFUSALS as error:
            return error
        assert data is not None
        return data

    return list(each_beside(get, paths, PARALLEL))


def fetch_detached(source: Source, checksums: Iterable[str]) -> dict[str, bytes | None]:
    """The detached metadata (signatures) of commits; None where upstream has none.

    Never cached: it is not named by its content and may change.
    """
    names = [ObjectName(checksum, ObjectKind.COMMITMETA) for checksum in checksums]
    paths = [f"objects/{name.path}" for name in names]
    absent = (NotFoundError, DeniedError, NotFetchedError)
    files = fetch_all(source, paths, MAX_SIGNATURE_SIZE, absent)
    return {name.checksum: data for name, data in zip(names, files, strict=True)}
