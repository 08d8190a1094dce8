"""What a container registry lists, as it is now or was the last time, and as flatpak makes of it.

flatpak turns the list into a summary whose commits are the digests of images
(``flatpak_oci_index_make_summary``); so does this, so that everything that reads what an upstream
offers reads what a registry does.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from app.flatpak.registries.client import RegistryClient
from app.flatpak.registries.image import RegistryList, hexadecimal, read_list
from app.flatpak.remotes.remote import Registry, Remote
from app.flatpak.upstream.cache import RemoteCache
from app.flatpak.upstream.errors import NotKeptError
from app.flatpak.upstream.ref_table import RefTable, UpstreamRef
from app.formats.gvariant import Variant, serialise
from app.message import Message
from app.ostree.objects import byteswap64
from app.ostree.summary import CACHE_TYPE, SPARSE_CACHE_TYPE, SUMMARY_TYPE, Summary


class Listed(Struct, frozen=True):
    """A registry's list; ``digest``: SHA-256 of it as it came."""

    content: RegistryList
    digest: str


def fetch_list(client: RegistryClient, arch: str, directory: Path, *, offline: bool) -> Listed:
    """The list for an architecture; ``directory`` is the cache. Nothing is sent again while it has
    not changed; with ``offline`` nobody is asked. Raises UpstreamError, `ImageError`.
    """
    registry = client.registry
    cache = RemoteCache(directory, registry.url or registry.address)
    path = f"images/{arch}.json"
    data = cache.read(path)
    if not offline:
        reply = client.index(arch, cache.validators(path) if data is not None else None)
        if reply.data is not None:
            data = reply.data
            cache.write_with_validators(path, data, reply.validators)
    if data is None:
        raise not_kept(registry)
    content = read_list(data, arch, registry.address)
    client.use(content)
    return Listed(content, sha256(data).hexdigest())


def not_kept(registry: Registry) -> NotKeptError:
    return NotKeptError(
        Message("What {registry} has is not kept on this computer.", registry=registry.label),
        Message("Connect this computer to the network."),
    )


def as_remote(registry: Registry) -> Remote:
    """A registry as what is listed beside remotes: nothing of it is signed."""
    return Remote(
        registry.name,
        registry.url or registry.address,
        registry.title,
        gpg_verify=False,
        gpg_verify_summary=False,
    )


class RegistryOffer(Struct, frozen=True):
    """What a registry offers for one architecture, as of an upstream.

    Attributes:
        made: nobody tells.
    """

    remote: Remote
    listed: Listed
    refs: RefTable
    made: int | None = None

    def table(self, _arch: str) -> RefTable:
        return self.refs

    def metadata_text(self, ref: UpstreamRef) -> str:
        return ref.metadata or ""


def offer_of(registry: Registry, listed: Listed) -> RegistryOffer:
    return RegistryOffer(as_remote(registry), listed, RefTable(_summary(listed.content)))


def _summary(content: RegistryList) -> Summary:
    refs, sizes, sparse = [], [], []
    for name, image in sorted(content.images.items()):
        labels = image.labels
        commit = bytes.fromhex(hexadecimal(image.digest))
        about = []
        if labels.timestamp is not None:
            about.append(("ot.ts", Variant("t", byteswap64(labels.timestamp))))
        refs.append((name, (0, commit, about)))
        told = byteswap64(labels.installed_size), byteswap64(labels.download_size)
        sizes.append((name, (*told, labels.metadata or "")))
        ended = [
            (key, Variant("s", text))
            for key, text in (("eol", labels.end_of_life), ("eolr", labels.replaced_by))
            if text
        ]
        if ended:
            sparse.append((name, ended))
    metadata = [
        ("xa.cache", Variant(CACHE_TYPE, sizes)),
        ("xa.sparse-cache", Variant(SPARSE_CACHE_TYPE, sparse)),
    ]
    return Summary(serialise(SUMMARY_TYPE, (refs, metadata)))
