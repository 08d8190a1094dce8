"""The images of apps that come from container registries: an OCI image layout on the drive.

Form: FORMAT.md beside this. flatpak 1.17 and newer installs from it (``--sideload-repo=oci:PATH``,
``common/flatpak-image-collection.c``): it reads ``index.json`` and of each image the manifest and
the description, which names the ref; content is found by its digest. Installers look for the same
under another name.

Nothing of it is trusted: what is there may be anybody's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from app.credentials import public_address
from app.flatpak.refs import Ref, is_valid_remote_name
from app.flatpak.registries.image import (
    DOCKER_MANIFEST,
    INDEX,
    MANIFEST,
    MAX_JSON,
    Descriptor,
    ImageConfig,
    ImageError,
    Manifest,
    digest_of,
    hexadecimal,
    is_digest,
    read_config,
    read_manifest,
)
from app.flatpak.remotes.remote import Registry
from app.formats import schema
from app.fs.nodes import DirectoryEntry, Node
from app.fs.root import Root
from app.ostree.names import remote_origin
from app.stick.store.location import Location
from app.text import Policy

LAYOUT = "oci"
"""The directory of the layout, in the folder for people."""

INDEX_FILE = "index.json"
LAYOUT_FILE = "oci-layout"
BLOBS = "blobs/sha256"
SCRATCH = "coming"
"""What has come of content so far; only while a job is under way or was interrupted."""

NEEDED_FLATPAK = "1.17"
"""The oldest version that takes images from drives."""

_LAYOUT = b'{"imageLayoutVersion": "1.0.0"}'
_REF = "org.opencontainers.image.ref.name"
_OWN = "org.satchel.Satchel"
_REMOTE, _URL, _TITLE = f"{_OWN}.remote", f"{_OWN}.url", f"{_OWN}.title"
_MOST = 5_000
_LONGEST = 4096
_ADDRESSES = ("oci+https://", "oci+http://")


class CarriedImage(Struct, frozen=True):
    """An image that the layout lists.

    Attributes:
        digest: of its manifest, which has ``size`` bytes.
        remote, url: of the registry, for computers that do not know it; empty where nobody told.
    """

    ref: str
    digest: str
    size: int
    remote: str = ""
    url: str = ""
    title: str = ""
    media_type: str = MANIFEST

    @property
    def key(self) -> tuple[str, str]:
        """Origin and ref, as all else on a stick is named."""
        return self.origin, self.ref

    @property
    def origin(self) -> str:
        return remote_origin(self.remote)

    @property
    def commit(self) -> str:
        """What flatpak calls its commit before it is installed."""
        return hexadecimal(self.digest)

    @property
    def registry(self) -> Registry:
        return Registry(self.remote, public_address(self.url), self.url, self.title)


class ReadImage(Struct, frozen=True):
    """An image, as far as it says itself what it is."""

    image: CarriedImage
    manifest: Manifest
    config: ImageConfig


class ImagesOnDrive(Struct, frozen=True):
    """What is on a drive of registries.

    Attributes:
        images: that can be read, by origin and ref; the others are fetched again or go.
        damaged: what the layout lists and cannot be read.
        blobs: digest → bytes of content that is there.
    """

    images: Mapping[tuple[str, str], ReadImage] = field(default_factory=dict)
    damaged: tuple[CarriedImage, ...] = ()
    blobs: Mapping[str, int] = field(default_factory=dict)

    @property
    def carried(self) -> tuple[CarriedImage, ...]:
        """All that the layout lists."""
        return (*(each.image for each in self.images.values()), *self.damaged)

    @property
    def basis(self) -> frozenset[tuple[str, str, str]]:
        """What a plan assumes: origin, ref, digest."""
        return frozenset((*image.key, image.digest) for image in self.carried)


def layout_of(location: Location) -> Root:
    """The directory of the layout; it may not be there."""
    return location.kit.below(LAYOUT)


def is_image_path(path: str) -> bool:
    """Whether a file of the kit is one of the layout's."""
    return path.startswith(f"{LAYOUT}/")


def blob_path(digest: str) -> str:
    return f"{BLOBS}/{hexadecimal(digest)}"


def _image(digest: str, size: int, annotations: Mapping[str, str], mediaType: str) -> CarriedImage:
    return CarriedImage(
        ref=annotations[_REF],
        digest=digest,
        size=size,
        remote=_REMOTE_NAME(annotations.get(_REMOTE, "")),
        url=_ADDRESS(annotations.get(_URL, "")),
        title=_SHOWN(annotations.get(_TITLE, "")),
        media_type=mediaType,
    )


def _is_address(text: str) -> bool:
    plain = text.isascii() and text.isprintable() and " " not in text
    return text.startswith(_ADDRESSES) and plain and "@" not in text


def _has_ref(annotations: Mapping[str, str]) -> Mapping[str, str]:
    if Ref.parse_or_none(annotations.get(_REF, "")) is None:
        raise schema.SchemaError
    return annotations


_TEXT = schema.text(_LONGEST)
_SHOWN = schema.cleaned_text(_LONGEST, Policy.TITLE)
_REMOTE_NAME = schema.text(255, is_valid_remote_name)
_ADDRESS = schema.text(_LONGEST, _is_address)
_ANNOTATIONS = schema.mapping_of(_TEXT, _TEXT, lenient=True)
_INDEX = schema.member(
    "manifests",
    schema.list_of(
        schema.structure(
            _image,
            mediaType=schema.text(255, lambda text: text in (MANIFEST, DOCKER_MANIFEST)),
            digest=schema.text(80, is_digest),
            size=schema.integer(0, MAX_JSON),
            annotations=lambda value: _has_ref(_ANNOTATIONS(value)),
        ),
        _MOST,
        lenient=True,
    ),
)


_ENTRIES = schema.structure(
    lambda **values: len(values["manifests"]),
    schemaVersion=schema.integer(2, 2),
    mediaType=schema.text(255, lambda text: text == INDEX),
    manifests=schema.list_of(lambda entry: entry, _MOST),
)
_VERSION = schema.member("imageLayoutVersion", schema.text(80))


def read_images(location: Location) -> tuple[CarriedImage, ...]:
    """What the layout lists that Satchel has put there, the first of each ref; by origin and ref.

    Nothing where there is none or it cannot be read.
    """
    try:
        listed = _INDEX(schema.parse_json(layout_of(location).read(INDEX_FILE, MAX_JSON)))
    except (OSError, schema.SchemaError):
        return ()
    images: dict[str, CarriedImage] = {}
    for image in listed:
        images.setdefault(image.ref, image)
    return tuple(sorted(images.values(), key=lambda image: image.key))


def lists_only(layout: Root, images: int) -> bool:
    """Whether the list is one that clients read, and has that many entries, known or not.

    They go by the first whose description names a ref, whatever else an entry says.
    """
    try:
        entries = _ENTRIES(schema.parse_json(layout.read(INDEX_FILE, MAX_JSON)))
    except (OSError, schema.SchemaError):
        return False
    return entries == images


def is_known_layout(layout: Root) -> bool:
    """Whether the file that makes it a layout is one that clients take."""
    try:
        version = _VERSION(schema.parse_json(layout.read(LAYOUT_FILE, _LONGEST)))
    except (OSError, schema.SchemaError):
        return False
    return version == "1.0.0"


def layout_files(images: Iterable[CarriedImage]) -> dict[str, bytes]:
    """The files of a layout beside its content; the one that lists it comes last."""
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [
            {
                "mediaType": image.media_type,
                "digest": image.digest,
                "size": image.size,
                "annotations": {
                    _REF: image.ref,
                    _REMOTE: image.remote,
                    _URL: image.url,
                    _TITLE: image.title,
                },
            }
            for image in sorted(images, key=lambda image: image.key)
        ],
    }
    return {LAYOUT_FILE: _LAYOUT, INDEX_FILE: json.dumps(index, indent=1).encode()}


def read_image(location: Location, image: CarriedImage) -> ReadImage | None:
    """What an image says about itself; None where it is damaged or cannot be read."""
    layout = layout_of(location)
    try:
        data = layout.read(blob_path(image.digest), MAX_JSON)
        manifest = read_manifest(data, image.ref)
        described = layout.read(blob_path(manifest.config.digest), MAX_JSON)
        config = read_config(described, image.ref)
    except (OSError, ImageError):
        return None
    intact = (digest_of(data), digest_of(described)) == (image.digest, manifest.config.digest)
    return ReadImage(image, manifest, config) if intact else None


def needed_blobs(image: ReadImage) -> tuple[Descriptor, ...]:
    """All content that an image needs, its manifest too."""
    own = Descriptor(image.image.digest, image.image.size)
    return own, *image.manifest.blobs


def stored_blobs(location: Location) -> dict[str, int]:
    """Digest → size, of all content that is there, whatever it is. Raises OSError."""
    return {
        f"sha256:{entry.name}": layout_of(location).status(entry.path).st_size
        for entry in _entries(layout_of(location), BLOBS)
        if entry.node is Node.FILE and is_digest(f"sha256:{entry.name}")
    }


def _entries(root: Root, path: str) -> Iterator[DirectoryEntry]:
    if root.node(path) is Node.DIRECTORY:
        yield from root.entries(path)


def runtime_of(image: ReadImage) -> str | None:
    """The ref of an app's runtime."""
    metadata = image.config.labels.parsed_metadata
    runtime = metadata.runtime if metadata is not None else None
    return str(runtime) if runtime is not None else None


def read_images_on(location: Location) -> ImagesOnDrive:
    """All of it. Raises OSError."""
    carried = read_images(location)
    if not carried:
        return ImagesOnDrive(blobs=stored_blobs(location))
    images = {image.key: read_image(location, image) for image in carried}
    return ImagesOnDrive(
        images={key: image for key, image in images.items() if image is not None},
        damaged=tuple(image for image in carried if images[image.key] is None),
        blobs=stored_blobs(location),
    )


def is_whole(image: ReadImage | None, there: ImagesOnDrive) -> bool:
    """Whether all that an image needs is there, as far as sizes tell."""
    return image is not None and all(
        there.blobs.get(blob.digest) == blob.size for blob in needed_blobs(image)
    )


def list_images(location: Location, images: Iterable[CarriedImage]) -> None:
    """Exchange the list; without images there is none. Raises OSError."""
    layout, images = layout_of(location), tuple(images)
    if not images:
        if layout.node(INDEX_FILE) is not None:
            layout.clear(INDEX_FILE)
            layout.remove(INDEX_FILE)
        return
    layout.make_directory(BLOBS)
    for name, data in layout_files(images).items():
        layout.replace(name, data)
