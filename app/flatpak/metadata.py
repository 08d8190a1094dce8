"""The metadata of one app, runtime or extension: what it is and what it can use.

Format: flatpak's ``doc/flatpak-metadata.xml``. The same text stands in the commit
(``xa.metadata``) and in the summary, and as the file ``metadata`` at the root of the tree.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Self

from msgspec import Struct, field

from app.discreet import Discreet
from app.flatpak.refs import Kind, Ref, RefError
from app.formats.keyfile import Keyfile, KeyfileError
from app.message import Message

_EXTENSION = "Extension "
MAX_EXTRA_SIZE = 1 << 62


class MetadataError(KeyfileError):
    """A key file, but not the metadata of an app or runtime."""


class ExtensionPoint(Struct, frozen=True):
    """A place where extensions go.

    Attributes:
        name: id of the extension, or its beginning where ``subdirectories`` is set.
        tag: what tells apart two points of one name (``NAME@TAG``).
        branches: ``versions``, else ``version``; empty stands for the parent's own branch.
        download_if: conditions of which one is enough; empty: always, unless
            ``no_autodownload``. With conditions, ``no_autodownload`` means nothing.
        collection_id: stands in old metadata; flatpak looks into the parent's remote whatever
            it says.
    """

    name: str
    tag: str | None = None
    branches: tuple[str, ...] = ()
    subdirectories: bool = False
    no_autodownload: bool = False
    download_if: tuple[str, ...] = ()
    enable_if: tuple[str, ...] = ()
    autoprune_unless: tuple[str, ...] = ()
    autodelete: bool = False
    locale_subset: bool = False
    directory: str | None = None
    subdirectory_suffix: str | None = None
    collection_id: str | None = None


class ExtraData(Struct, frozen=True):
    """A payload that the client downloads from its maker. Nothing here has been checked.

    Attributes:
        checksum: SHA-256 in hexadecimal.
        size: bytes to download; 0 when the metadata does not say or says nonsense.
    """

    uri: str
    name: str | None
    checksum: str
    size: int
    installed_size: int


class ExtensionOf(Struct, frozen=True):
    """What an extension belongs to."""

    ref: Ref | None
    runtime: str | None = None
    priority: int = 0
    tag: str | None = None


class Metadata(Discreet, Struct, frozen=True):
    """Attributes:
    permissions: ``[Context]`` as it stands: ``shared``, ``sockets``, ``devices``,
        ``filesystems``…, each with its list.
    required_flatpak: versions, as `app.flatpak.required_flatpak` reads them.
    keyfile: everything else.
    """

    UNSHOWN = frozenset({"keyfile"})
    UNCOMPARED = frozenset({"keyfile"})

    kind: Kind
    name: str
    runtime: Ref | None = None
    sdk: Ref | None = None
    command: str | None = None
    required_flatpak: tuple[str, ...] = ()
    extensions: tuple[ExtensionPoint, ...] = ()
    extra_data: tuple[ExtraData, ...] = ()
    extra_data_needs_runtime: bool = False
    extension_of: ExtensionOf | None = None
    built_extensions: tuple[str, ...] = ()
    permissions: MappingProxyType[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    keyfile: Keyfile = field(default_factory=lambda: Keyfile({}))

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Raises `KeyfileError` for what is no metadata of an app or runtime.

        A single value that cannot be read counts as absent, as it does for flatpak.
        """
        keyfile = Keyfile.parse(data)
        kind: Kind
        if "Application" in keyfile:
            kind, group = "app", "Application"
        elif "Runtime" in keyfile:
            kind, group = "runtime", "Runtime"
        else:
            raise MetadataError(Message("neither an [Application] nor a [Runtime] group"))
        name = _string(keyfile, group, "name")
        if not name:
            raise MetadataError(Message("no name in [{group}]", group=group))
        return cls(
            kind=kind,
            name=name,
            runtime=_runtime(keyfile, group, "runtime"),
            sdk=_runtime(keyfile, group, "sdk"),
            command=_string(keyfile, group, "command"),
            required_flatpak=_strings(keyfile, group, "required-flatpak"),
            extensions=tuple(_extension_points(keyfile)),
            extra_data=tuple(_extra_data(keyfile)),
            extra_data_needs_runtime="Extra Data" in keyfile
            and not keyfile.boolean("Extra Data", "NoRuntime"),
            extension_of=_extension_of(keyfile),
            built_extensions=_strings(keyfile, "Build", "built-extensions"),
            permissions=MappingProxyType(
                {key: _strings(keyfile, "Context", key) for key in keyfile.keys("Context")}
            ),
            keyfile=keyfile,
        )


def _string(keyfile: Keyfile, group: str, key: str) -> str | None:
    try:
        return keyfile.string(group, key)
    except KeyfileError:
        return None


def _strings(keyfile: Keyfile, group: str, key: str) -> tuple[str, ...]:
    try:
        return keyfile.strings(group, key) or ()
    except KeyfileError:
        return ()


def _runtime(keyfile: Keyfile, group: str, key: str) -> Ref | None:
    text = _string(keyfile, group, key)
    if not text:
        return None
    try:
        return Ref.runtime(text)
    except RefError as error:
        raise MetadataError(
            Message("{key} in [{group}]: {problem}", key=key, group=group, problem=error.message)
        ) from None


def _extension_points(keyfile: Keyfile) -> list[ExtensionPoint]:
    points = []
    for group in keyfile.groups:
        tagged = group.removeprefix(_EXTENSION)
        if tagged == group or not tagged:
            continue
        name, at, tag = tagged.partition("@")
        versions = _strings(keyfile, group, "versions")
        version = _string(keyfile, group, "version")
        # versions wins even when it is empty: flatpak then finds no branch to look for.
        has_versions = keyfile.raw(group, "versions") is not None
        if has_versions and not versions:
            continue
        points.append(
            ExtensionPoint(
                name=name,
                tag=tag if at else None,
                branches=versions or ((version,) if version is not None else ()),
                subdirectories=keyfile.boolean(group, "subdirectories"),
                no_autodownload=keyfile.boolean(group, "no-autodownload"),
                download_if=_conditions(keyfile, group, "download-if"),
                enable_if=_conditions(keyfile, group, "enable-if"),
                autoprune_unless=_conditions(keyfile, group, "autoprune-unless"),
                autodelete=keyfile.boolean(group, "autodelete"),
                locale_subset=keyfile.boolean(group, "locale-subset"),
                directory=_string(keyfile, group, "directory"),
                subdirectory_suffix=_string(keyfile, group, "subdirectory-suffix"),
                collection_id=_string(keyfile, group, "collection-id") or None,
            )
        )
    return points


def _conditions(keyfile: Keyfile, group: str, key: str) -> tuple[str, ...]:
    """flatpak reads a string and splits it, so nothing is escaped and empty items stay."""
    text = _string(keyfile, group, key)
    return tuple(text.split(";")) if text else ()


def _extra_data(keyfile: Keyfile) -> list[ExtraData]:
    sources = []
    for key in keyfile.keys("Extra Data"):
        if not key.startswith("uri"):
            continue
        suffix = key.removeprefix("uri")
        uri = _string(keyfile, "Extra Data", key)
        checksum = _string(keyfile, "Extra Data", f"checksum{suffix}")
        if not uri or not checksum:
            continue
        sources.append(
            ExtraData(
                uri=uri,
                name=_string(keyfile, "Extra Data", f"name{suffix}"),
                checksum=checksum,
                size=_number(keyfile, "Extra Data", f"size{suffix}"),
                installed_size=_number(keyfile, "Extra Data", f"installed-size{suffix}"),
            )
        )
    return sources


def _extension_of(keyfile: Keyfile) -> ExtensionOf | None:
    if "ExtensionOf" not in keyfile:
        return None
    text = _string(keyfile, "ExtensionOf", "ref")
    return ExtensionOf(
        ref=Ref.parse_or_none(text) if text else None,
        runtime=_string(keyfile, "ExtensionOf", "runtime"),
        priority=_number(keyfile, "ExtensionOf", "priority"),
        tag=_string(keyfile, "ExtensionOf", "tag"),
    )


def _number(keyfile: Keyfile, group: str, key: str) -> int:
    text = (_string(keyfile, group, key) or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        return 0
    number = int(text)
    return number if number <= MAX_EXTRA_SIZE else 0
