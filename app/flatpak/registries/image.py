"""What a container registry says about an app, and what an image is made of. No I/O.

Formats: the Flatpak index protocol (flatpak-oci-specs, ``registry-index.md``), OCI image
specification (``manifest.md``, ``config.md``, ``descriptor.md``); which of it flatpak uses:
``common/flatpak-json-oci.c`` and ``common/flatpak-oci-registry.c``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping

from msgspec import Struct

from app.discreet import Discreet
from app.errors import UpstreamError
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.formats import schema
from app.formats.gvariant import parse
from app.formats.keyfile import KeyfileError
from app.message import Message
from app.text import Policy, clean

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"

MAX_JSON = 8 << 20
"""Bytes of a manifest, and of the description of an image, which may hold pictures."""

MAX_INDEX = 256 << 20
"""Bytes of a registry's list: of each image it has the description, with pictures."""

MAX_BLOB = 1 << 40
_MOST_LAYERS = 128
_LONGEST = 4096
_LONGEST_LABEL = 4 << 20
_ALGORITHM = "sha256:"
_HEX = re.compile("[0-9a-f]{64}")
_REPOSITORY = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*")
_METADATA_OF_COMMIT = "org.flatpak.commit-metadata."

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "i386": "386"}


class ImageError(UpstreamError):
    """What a registry sent is not what it has to be."""


def container_arch(arch: str) -> str:
    """What registries call an architecture of flatpak's."""
    return _ARCHITECTURES.get(arch, arch)


def is_digest(text: str) -> bool:
    """Whether it names content by its SHA-256, as ``sha256:…``; flatpak takes no other."""
    return text.startswith(_ALGORITHM) and bool(_HEX.fullmatch(text[len(_ALGORITHM) :]))


def digest_of(data: bytes) -> str:
    return _ALGORITHM + hashlib.sha256(data).hexdigest()


def hexadecimal(digest: str) -> str:
    """A digest without its algorithm: the name of the file, and what flatpak calls the commit."""
    return digest.removeprefix(_ALGORITHM)


class Labels(Discreet, Struct, frozen=True):
    """What the description of an image says about the app in it.

    Attributes:
        values: as they are.
    """

    UNSHOWN = frozenset({"values"})

    values: Mapping[str, str]

    @property
    def ref(self) -> Ref | None:
        return Ref.parse_or_none(self.values.get("org.flatpak.ref", ""))

    @property
    def metadata(self) -> str | None:
        """flatpak's metadata keyfile."""
        return self.values.get("org.flatpak.metadata")

    @property
    def parsed_metadata(self) -> Metadata | None:
        """The same; None also where it cannot be read."""
        try:
            return Metadata.parse((self.metadata or "").encode()) if self.metadata else None
        except KeyfileError:
            return None

    @property
    def installed_size(self) -> int:
        """Bytes, as claimed; 0: nothing said."""
        return _number(self.values.get("org.flatpak.installed-size", ""))

    @property
    def download_size(self) -> int:
        return _number(self.values.get("org.flatpak.download-size", ""))

    @property
    def timestamp(self) -> int | None:
        """When it was built, seconds since 1970."""
        return _number(self.values.get("org.flatpak.timestamp", "")) or None

    @property
    def end_of_life(self) -> str | None:
        text = self._said("ostree.endoflife")
        return clean(text, Policy.REASON) if text is not None else None

    @property
    def replaced_by(self) -> str | None:
        """The ref that replaces it."""
        return self._said("ostree.endoflife-rebase")

    @property
    def appstream(self) -> str | None:
        """A document of appstream about it, for a catalogue."""
        return self.values.get("org.freedesktop.appstream.appdata")

    def icon(self, size: int) -> str | None:
        """An address, perhaps relative to the list's, or a ``data:`` address."""
        return self.values.get(f"org.freedesktop.appstream.icon-{size}")

    def _said(self, key: str) -> str | None:
        """A text that the commit has, which is a variant in base64."""
        encoded = self.values.get(f"{_METADATA_OF_COMMIT}{key}")
        if encoded is None or len(encoded) > _LONGEST:
            return None
        try:
            said = parse("v", base64.b64decode(encoded, validate=True)).unpack()
        except (binascii.Error, ValueError):
            return None
        return said.value if isinstance(said.value, str) else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


class ListedImage(Struct, frozen=True):
    """An image as a registry lists it.

    Attributes:
        repository: where in the registry it is.
        digest: of its manifest.
    """

    repository: str
    digest: str
    labels: Labels

    @property
    def ref(self) -> str:
        return self.labels.values["org.flatpak.ref"]


class RegistryList(Struct, frozen=True):
    """``registry``: where the images are, perhaps relative to the list's address."""

    registry: str
    images: Mapping[str, ListedImage]

    def __contains__(self, ref: str) -> bool:
        return ref in self.images

    def with_prefix(self, kind_id_prefix: str, arch: str, branch: str) -> list[Ref]:
        """As `related.RefIndex` wants it."""
        refs = (Ref.parse(name) for name in self.images if name.startswith(kind_id_prefix))
        return [ref for ref in refs if ref.arch == arch and ref.branch == branch]


class Descriptor(Struct, frozen=True):
    """Content of so many bytes, by its digest."""

    digest: str
    size: int
    media_type: str = ""


class Manifest(Struct, frozen=True):
    """What an image is made of: its description, and layers in the order of unpacking.

    Attributes:
        media_type: as it says itself, without which flatpak takes it from no drive; or empty.
    """

    config: Descriptor
    layers: tuple[Descriptor, ...]
    media_type: str = ""

    @property
    def is_known(self) -> bool:
        """Whether flatpak knows what it is, also where no server tells."""
        return self.media_type in (MANIFEST, DOCKER_MANIFEST)

    @property
    def blobs(self) -> tuple[Descriptor, ...]:
        """All of it, each once."""
        return tuple({blob.digest: blob for blob in (self.config, *self.layers)}.values())


class ImageConfig(Struct, frozen=True):
    """The description of an image; ``layers``: how many it says that there are."""

    labels: Labels
    layers: int


# What each may be

_TEXT = schema.text(_LONGEST)
_DIGEST = schema.text(80, is_digest)
_LABELS = schema.mapping_of(_TEXT, schema.text(_LONGEST_LABEL), lenient=True)
_DESCRIPTOR = schema.structure(
    lambda digest, size, mediaType="": Descriptor(digest, size, mediaType),
    digest=_DIGEST,
    size=schema.integer(0, MAX_BLOB),
    mediaType=schema.optional(_TEXT),
)
_MANIFEST = schema.structure(
    lambda config, layers, mediaType="": Manifest(config, layers, mediaType),
    config=_DESCRIPTOR,
    layers=schema.list_of(_DESCRIPTOR, _MOST_LAYERS, least=1),
    mediaType=schema.optional(_TEXT),
)
_CONFIG = schema.structure(
    lambda config, rootfs: ImageConfig(Labels(config), len(rootfs)),
    config=schema.member("Labels", _LABELS),
    rootfs=schema.member("diff_ids", schema.list_of(_TEXT, _MOST_LAYERS)),
)


class _Image(Struct, frozen=True):
    digest: str
    architecture: str
    labels: Mapping[str, str]


_IMAGE = schema.structure(
    lambda Digest, Labels, Architecture="": _Image(Digest, Architecture, Labels),
    Digest=_DIGEST,
    Labels=_LABELS,
    Architecture=schema.optional(_TEXT),
)
_IMAGES = schema.list_of(_IMAGE, lenient=True)


class _Repository(Struct, frozen=True):
    name: str
    images: tuple[_Image, ...]


def _repository(Name: str, Images: object = None, Lists: object = None) -> _Repository:
    lists = _LISTS(Lists) if Lists is not None else ()
    images = _IMAGES(Images) if Images is not None else ()
    return _Repository(Name, (*images, *(image for each in lists for image in each or ())))


def is_repository(text: str) -> bool:
    """Whether it can be the path of images in a registry."""
    return bool(_REPOSITORY.fullmatch(text)) and ".." not in text


def _anything(value: object) -> object:
    return value


_LISTS = schema.list_of(schema.member("Images", schema.nullable(_IMAGES)), lenient=True)
_RESULTS = schema.structure(
    lambda Registry, Results: (Registry, Results),
    Registry=_TEXT,
    Results=schema.list_of(
        schema.structure(
            _repository,
            Name=schema.text(255, is_repository),
            Images=schema.optional(_anything),
            Lists=schema.optional(_anything),
        ),
        lenient=True,
    ),
)


def read_list(data: bytes, arch: str, url: str) -> RegistryList:
    """What a registry lists for an architecture of flatpak's. Of two images of one ref the first
    counts, as with flatpak. Raises `ImageError`; ``url`` is what people are told.
    """
    try:
        registry, repositories = _RESULTS(schema.parse_json(data))
    except schema.SchemaError as error:
        raise ImageError(
            Message("What {url} lists cannot be read.", url=url),
            Message("It is perhaps no registry of apps. Check its address."),
        ) from error
    images: dict[str, ListedImage] = {}
    for repository in repositories:
        for image in repository.images:
            listed = ListedImage(repository.name, image.digest, Labels(image.labels))
            ref = listed.labels.ref
            # Others are none of flatpak's.
            if ref is not None and ref.arch == arch and listed.labels.metadata is not None:
                images.setdefault(str(ref), listed)
    return RegistryList(registry, images)


def read_manifest(data: bytes, shown: str) -> Manifest:
    """Raises `ImageError`; ``shown`` is what people are told."""
    try:
        return _MANIFEST(schema.parse_json(data))
    except schema.SchemaError as error:
        raise _unreadable(shown) from error


def read_config(data: bytes, shown: str) -> ImageConfig:
    """The description of an image. Raises `ImageError`; ``shown`` is what people are told."""
    try:
        return _CONFIG(schema.parse_json(data))
    except schema.SchemaError as error:
        raise _unreadable(shown) from error


def _unreadable(shown: str) -> ImageError:
    return ImageError(
        Message("{image} cannot be read.", image=shown),
        Message("Nothing was used. Tell the people who run the registry."),
    )
