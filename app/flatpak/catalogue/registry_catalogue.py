"""The catalogue of a container registry: what its list says about apps, with their icons."""

from __future__ import annotations

import base64
import binascii
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256

from app.errors import UpstreamError
from app.flatpak.catalogue.appstream import read_catalogue
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.database import FORMAT, Catalogue
from app.flatpak.catalogue.icons import MAX_ICON
from app.flatpak.refs import Ref
from app.flatpak.registries.client import RegistryClient
from app.flatpak.registries.image import ListedImage
from app.flatpak.registries.listing import Listed
from app.flatpak.upstream.cache import RemoteCache
from app.formats.gvariant import FormatError
from app.trust.verdict import Verdict

_PNG = b"\x89PNG\r\n\x1a\n"
_EMBEDDED = "data:image/png;base64,"
_SIZES = (128, 64)


def registry_catalogue(listed: Listed, arch: str, cache: RemoteCache) -> Catalogue | None:
    """The catalogue; None if it cannot be made. The caller closes it."""
    path = f"catalogue/images-{arch}.sqlite"
    about = {
        "format": FORMAT,
        "collection": "",
        "ref": f"images/{arch}",
        "commit": listed.digest,
        "keys": "",
    }
    cached = cache.read(path)
    if cached is not None:
        catalogue = Catalogue.open(cached, about, unsigned=True)
        if catalogue is not None:
            return catalogue
    del cached
    try:
        catalogue = Catalogue.build(
            _components(listed), {**about, "signature": Verdict.UNSIGNED.value}
        )
    except (FormatError, sqlite3.Error):
        return None
    cache.write(path, catalogue.dump())
    return catalogue


def _components(listed: Listed) -> Iterator[tuple[Component, bytes]]:
    """What each image says of itself; what cannot be read says nothing."""
    for image in listed.content.images.values():
        with suppress(FormatError):
            yield from _said_by(image)


def _said_by(image: ListedImage) -> Iterator[tuple[Component, bytes]]:
    for component, element in read_catalogue((image.labels.appstream or "").encode()):
        if component.ref == image.ref:
            yield component, element


def title_of(image: ListedImage, languages: Sequence[str]) -> str:
    """What people call an app: as it says itself, else its ID."""
    with suppress(FormatError):
        for component, _ in _said_by(image):
            return component.name(languages)
    return Ref.parse(image.ref).id


class RegistryIcons:
    """The icons of one registry. For one thread at a time; they are worth no error."""

    def __init__(
        self, images: Mapping[str, ListedImage], client: RegistryClient, cache: RemoteCache
    ) -> None:
        self._images = images
        self._client = client
        self._cache = cache

    def get(self, components: Sequence[Component], size: int) -> dict[str, bytes]:
        """Ref → PNG of at least ``size`` pixels where there is one, else of another size.

        Raises InterruptedByUser.
        """
        sizes = sorted(_SIZES, key=lambda pixels: (pixels < size, abs(pixels - size)))
        icons = {}
        for component in components:
            image = self._images.get(component.ref)
            told = (image.labels.icon(pixels) for pixels in sizes) if image is not None else ()
            address = next(filter(None, told), None)
            icon = self._read(address) if address is not None else None
            if icon is not None and icon.startswith(_PNG):
                icons[component.ref] = icon
        return icons

    def _read(self, address: str) -> bytes | None:
        if address.startswith(_EMBEDDED):
            with suppress(binascii.Error, ValueError):
                return base64.b64decode(address.removeprefix(_EMBEDDED), validate=True)
            return None
        path = f"icons/{sha256(address.encode()).hexdigest()}.png"
        data = self._cache.read(path)
        if data is None:
            with suppress(UpstreamError):
                data = self._client.icon(address, MAX_ICON)
                self._cache.write(path, data)
        return data
