"""Which registry something on a drive is of: that of its address, whatever it is called here.

A name is anybody's: another registry that this computer calls as a drive calls one of its own is
another one, and nothing of the drive moves to what that lists. Why: decision D349.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from app.credentials import public_address
from app.errors import UsageError
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Registry
from app.message import Message
from app.ostree.names import origin_remote
from app.replacing import replace
from app.stick.planning.registries import Registries
from app.stick.store.images import CarriedImage
from app.stick.store.record import ImageRecord


def registry_at(url: str, name: str, registries: Iterable[Registry]) -> Registry:
    """The one that this computer knows, called ``name`` as on the drive. Raises UsageError."""
    for registry in registries:
        if same_place(registry.client_url, url):
            return replace(registry, name=name)
    raise UsageError(
        Message("No known remote is the registry {url}.", url=public_address(url)),
        Message("Name it with --remote, or add it with flatpak remote-add."),
    )


class RegistryPlaces:
    """Those of one drive. What a drive says is never asked, only compared."""

    def __init__(
        self,
        registries: Registries,
        carried: Iterable[CarriedImage],
        records: Iterable[ImageRecord],
    ) -> None:
        self._registries = registries
        self._addresses: dict[str, dict[str, None]] = {}
        told = [(image.remote, image.url) for image in carried]
        told += [(origin_remote(each.origin) or "", each.url) for each in records]
        for name, url in told:
            # A name is taken also where nothing tells whose.
            addresses = self._addresses.setdefault(name, {})
            if url:
                addresses[url] = None

    def as_called(self, registry: Registry) -> Registry:
        """By the name that the drive has for its address, or a free one like its own."""
        for name, addresses in self._addresses.items():
            if any(same_place(registry.client_url, url) for url in addresses):
                return replace(registry, name=name)
        named = replace(registry, name=self._free(registry.name))
        self._addresses.setdefault(named.name, {})[named.client_url] = None
        return named

    def of_lost(self, record: ImageRecord, opened: Registry | None) -> Registry:
        """That of an image that the drive's list has lost; ``opened``: what else is there by that
        name, and was asked. Raises UsageError."""
        name = origin_remote(record.origin) or ""
        urls = [record.url] if record.url else list(self._addresses.get(name, ()))
        if len(urls) == 1 and (opened is None or same_place(opened.client_url, urls[0])):
            return registry_at(urls[0], name, self._registries)
        raise UsageError(
            Message("Nothing on the drive tells any more where the registry {name} is.", name=name),
            Message("Choose its apps again: satchel make TARGET {name}:APP.", name=name),
        )

    def _free(self, name: str) -> str:
        """Where nothing tells any more whose a name was, it is whose it is here."""
        for number in count(1):
            tried = name if number == 1 else f"{name}-{number}"
            if not self._addresses.get(tried):
                return tried
        raise AssertionError  # never: it counts on
