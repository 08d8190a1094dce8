"""The container registries of one session, each asked when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct, field

from app.closing import Closing
from app.errors import UpstreamError
from app.flatpak.refs import PartialRef, Ref
from app.flatpak.registries.client import RegistryClient
from app.flatpak.registries.image import (
    MAX_JSON,
    Descriptor,
    ListedImage,
    RegistryList,
    hexadecimal,
)
from app.flatpak.registries.listing import fetch_list, not_kept
from app.flatpak.remotes.addresses import is_protected
from app.flatpak.remotes.remote import Registry
from app.message import Message
from app.ostree.names import remote_origin
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.payload_cache import PayloadCache
from app.remedy import Hint, Remedy
from app.stick.planning.options import Options
from app.stick.planning.selection import AmbiguousRefError, NoSuchRefError

_MOST_CLOSE = 5


class UnprotectedRegistryError(UpstreamError):
    """Nobody vouches for what a registry hands out: it comes without encryption."""


class OpenedRegistry(Struct, frozen=True):
    """One for one architecture, and what this computer has kept of all.

    Attributes:
        offline: nobody is asked.
        came: what was asked for, by digest: of the plans for several drives it comes for one.
    """

    client: RegistryClient
    listed: RegistryList
    kept: PayloadCache
    offline: bool
    came: dict[str, bytes] = field(default_factory=dict)

    def manifest(self, repository: str, digest: str) -> bytes:
        """As of the client."""
        ask = partial(self.client.manifest, repository, digest)
        return self._read(digest, MAX_JSON, ask)

    def small(self, repository: str, blob: Descriptor) -> bytes:
        """As of the client."""
        ask = partial(self.client.small, repository, blob)
        return self._read(blob.digest, min(blob.size, MAX_JSON), ask)

    def _read(self, digest: str, most: int, ask: Callable[[], bytes]) -> bytes:
        data = self.came.get(digest)
        if data is None:
            data = self.kept.read(hexadecimal(digest), most)
        if data is None:
            self._require_network()
            data = self.came[digest] = ask()
        return data

    def require(self, blobs: Iterable[Descriptor]) -> None:
        """Raises `NotKeptError` if one cannot be had."""
        if any(self.kept.size(hexadecimal(blob.digest)) != blob.size for blob in blobs):
            self._require_network()

    def _require_network(self) -> None:
        if self.offline:
            raise not_kept(self.client.registry)


class Registries(Closing):
    """For one thread at a time. What they list stays as it was when it was first needed."""

    def __init__(
        self,
        registries: Iterable[Registry],
        cache: Path,
        connect: Callable[[Registry], RegistryClient],
        *,
        offline: bool = False,
    ) -> None:
        """``cache``: the directory for what may be fetched again; ``offline``: nobody is asked."""
        self._offline = offline
        self._cache = cache
        self._registries = {registry.name: registry for registry in registries}
        self._connect = connect
        self._opened: dict[tuple[str, str, str, bool], OpenedRegistry] = {}

    def close(self) -> None:
        for opened in self._opened.values():
            opened.client.close()

    def opened(self, registry: Registry, arch: str, options: Options) -> OpenedRegistry:
        """Raises SatchelError."""
        require_protection(registry, options)
        offline = self._offline or options.offline
        key = registry.name, registry.url, arch, offline
        if key not in self._opened:
            client = self._connect(registry)
            try:
                listed = fetch_list(client, arch, self._cache, offline=offline)
                kept = PayloadCache(CachePlace(self._cache, 0))
                self._opened[key] = OpenedRegistry(client, listed.content, kept, offline)
            except BaseException:
                client.close()
                raise
        return self._opened[key]

    def known(self, name: str) -> Registry | None:
        return self._registries.get(name)

    def __iter__(self) -> Iterator[Registry]:
        return iter(self._registries.values())


def require_protection(registry: Registry, options: Options) -> None:
    """Images are not signed: what vouches for them is who the server proves to be.

    Raises `UnprotectedRegistryError`.
    """
    address = registry.url.removeprefix("oci+")
    if not is_protected(address) and not options.allow_unsigned:
        raise UnprotectedRegistryError(
            Message(
                "{registry} sends its apps without encryption: anybody on the way could exchange "
                "them.",
                registry=registry.label,
            ),
            Message("Use its https address; --allow-unsigned takes what comes."),
        )


def registry_origin(registry: Registry) -> str:
    """What stands for a collection ID where something is of a registry."""
    return remote_origin(registry.name)


def one_listed(registry: Registry, listed: RegistryList, word: str, arch: str) -> ListedImage:
    """The one image meant by ``word``. Raises `AmbiguousRefError`, `NoSuchRefError`, RefError."""
    partial = PartialRef.parse(word)
    matches = [
        image for ref, image in listed.images.items() if partial.matches(Ref.parse(ref), arch)
    ]
    if len(matches) == 1:
        return matches[0]
    if matches:
        names = ", ".join(sorted(f"{registry.name}:{image.ref}" for image in matches))
        raise AmbiguousRefError(
            Message("{given} can mean more than one thing: {names}.", given=word, names=names),
            Message("Give one of these instead."),
        )
    # Who is understood need not wait for this.
    from difflib import get_close_matches

    ids = {Ref.parse(ref).id for ref in listed.images}
    close = sorted(id for id in ids if partial.id.lower() in id.lower())
    close = close or get_close_matches(partial.id, ids, _MOST_CLOSE)
    hint: Hint = Remedy.CHECK_SPELLING
    if close:
        hint = Message("Did you mean {close}?", close=tuple(close[:_MOST_CLOSE]))
    raise NoSuchRefError(
        Message(
            "{ref} ({arch}) was not found in {remotes}.",
            ref=word,
            arch=arch,
            remotes=(registry.label,),
        ),
        hint,
    )
