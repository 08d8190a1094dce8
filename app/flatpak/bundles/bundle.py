"""Single-file bundles (``.flatpak``): an app or runtime as a file, without its runtime and its
translations.

Format: a static delta in one file, with what flatpak's ``flatpak_bundle_load``
(``common/flatpak-repo-utils.c``) reads of its metadata: ``ref``, ``metadata``, ``origin``,
``runtime-repo``, ``collection-id``, ``gpg-keys``, ``appdata`` (gzipped), ``icon-64``, ``icon-128``.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from app.credentials import public_address
from app.discreet import Discreet
from app.errors import UsageError
from app.flatpak.catalogue.appstream import parse_catalogue
from app.flatpak.catalogue.component import Component
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref, RefError
from app.formats.gvariant import FormatError, Value
from app.formats.keyfile import KeyfileError
from app.message import NOTHING, Message, message_of
from app.ostree.names import is_collection_id
from app.ostree.objects import Commit, CorruptObject
from app.ostree.static_delta import DeltaError, Read, Superblock, read_superblock
from app.remedy import Hint
from app.text import Policy, clean

SUFFIX = ".flatpak"

_LONGEST_REF = 1024
_LONGEST_ADDRESS = 2000
_LARGEST_METADATA = 1024 * 1024
_LARGEST_KEY = 4 * 1024 * 1024
_LARGEST_ICON = 1024 * 1024
_MOST_BYTES = 1 << 60
_HEAD = 1024
_TAR = slice(257, 262)
_ICONS = ("icon-128", "icon-64")


WITHOUT_OCI = Message("Satchel takes those that flatpak build-bundle makes without --oci.")


class BundleError(UsageError):
    """A file that is no bundle, or none that can be installed."""

    def __init__(self, name: str, problem: Message, hint: Hint = NOTHING) -> None:
        super().__init__(
            Message("{name} cannot be used: {problem}.", name=name, problem=problem),
            hint or Message("Get it again from the people who offer it."),
        )


class Bundle(Discreet, Struct, frozen=True):
    """What a bundle says about itself, held against its commit. Nobody need vouch for it.

    Attributes:
        size: bytes of the file.
        installed_size: bytes once installed, as claimed.
        timestamp: of the commit, seconds since 1970.
        collection: its commit says that it is of, or None.
        origin: address where updates are, without secrets; may be empty.
        runtime_repo: address of the `.flatpakrepo` of its runtime's remote; may be empty.
        keys: OpenPGP keys that it brings itself; they vouch for nothing, but clients go by them.
        name, summary, version: what its appstream data says; the name is at least the ID.
        icon: a PNG, or empty.
        delta: what it consists of.
    """

    UNSHOWN = frozenset({"metadata", "metadata_text", "keys", "icon", "delta"})

    ref: Ref
    metadata: Metadata
    metadata_text: str
    size: int
    installed_size: int
    timestamp: int
    collection: str | None
    origin: str
    runtime_repo: str
    keys: bytes
    name: str
    summary: str
    version: str
    icon: bytes
    delta: Superblock

    @property
    def commit(self) -> str:
        return self.delta.commit


def read_bundle(read: Read, size: int, name: str) -> Bundle:
    """The bundle in a file of ``size`` bytes; ``name`` is what errors call it.

    Raises `BundleError`, and what ``read`` raises.
    """
    try:
        delta = read_superblock(read, size)
    except CorruptObject as error:
        raise BundleError(name, message_of(error)) from error
    except DeltaError as error:
        raise _no_bundle(read, size, name, error) from error
    said = delta.metadata
    text = _string(said, "ref", _LONGEST_REF)
    try:
        ref = Ref.parse(text)
    except RefError as error:
        problem = Message("it does not say which app it is") if not text else error.message
        raise BundleError(name, problem) from error
    metadata_text = _string(said, "metadata", _LARGEST_METADATA)
    if not metadata_text:
        raise BundleError(name, Message("it lacks flatpak's metadata"))
    try:
        metadata = Metadata.parse(metadata_text.encode())
    except KeyfileError as error:
        raise BundleError(name, message_of(error)) from error
    commit = Commit.parse(delta.commit_data)
    _check_commit(name, ref, metadata, metadata_text, commit)
    claimed = _string(said, "collection-id", _LONGEST_REF)
    collection = commit.collection_binding
    if claimed and collection is not None and claimed != collection:
        raise BundleError(name, Message("it contradicts its own commit about its collection"))
    about = _about(said, ref)
    return Bundle(
        ref=ref,
        metadata=metadata,
        metadata_text=metadata_text,
        size=size,
        installed_size=min(delta.unpacked, _MOST_BYTES),
        timestamp=commit.timestamp,
        collection=collection if collection and is_collection_id(collection) else None,
        origin=_address(said, "origin"),
        runtime_repo=_address(said, "runtime-repo"),
        keys=_bytes(said, "gpg-keys", _LARGEST_KEY),
        name=about.name(()) if about is not None else ref.id,
        summary=about.summary(()) if about is not None else "",
        version=(about.version or "") if about is not None else "",
        icon=next(filter(None, (_bytes(said, key, _LARGEST_ICON) for key in _ICONS)), b""),
        delta=delta,
    )


def _check_commit(
    name: str, ref: Ref, metadata: Metadata, metadata_text: str, commit: Commit
) -> None:
    """What flatpak would refuse after it has unpacked everything, as far as it shows before."""
    if metadata.kind != ref.kind or metadata.name != ref.id:
        raise BundleError(
            name,
            Message(
                "it calls itself {ref}, and its metadata {other}", ref=ref, other=metadata.name
            ),
        )
    if commit.app_metadata is not None and commit.app_metadata != metadata_text:
        raise BundleError(name, Message("it contradicts its own commit about what it needs"))
    bound = commit.ref_bindings
    if bound and str(ref) not in bound:
        raise BundleError(
            name, Message("it calls itself {ref}, and its commit {other}", ref=ref, other=bound[0])
        )


def _no_bundle(read: Read, size: int, name: str, error: DeltaError) -> BundleError:
    """What it is instead, where that can be told."""
    head = read(0, min(size, _HEAD))
    if head[_TAR] == b"ustar":
        return BundleError(
            name,
            Message("it is an archive, perhaps an app as a container image (OCI)"),
            WITHOUT_OCI,
        )
    start = head.lstrip()[:64].lower()
    if start.startswith((b"<!doctype", b"<html")):
        return BundleError(
            name,
            Message("it is a web page"),
            Message("Copy the address of the file itself, not of the page that offers it."),
        )
    if start.startswith((b"[flatpak ref]", b"[flatpak repo]")):
        return BundleError(
            name,
            Message("it names an app or a remote, and holds none"),
            Message("Give it a name that ends in .flatpakref or .flatpakrepo."),
        )
    return BundleError(name, Message("it is no bundle, or damaged: {why}", why=message_of(error)))


def _about(said: Mapping[str, Value], ref: Ref) -> Component | None:
    """What its appstream data says; of what cannot be read, nothing."""
    data = _bytes(said, "appdata", _LARGEST_METADATA)
    try:
        for component in parse_catalogue(data):
            if component.ref == str(ref) or component.id == ref.id:
                return component
    except FormatError:
        pass
    return None


def _string(said: Mapping[str, Value], key: str, longest: int) -> str:
    value = said.get(key)
    if value is None or value.signature != "s" or value.size > longest:
        return ""
    text = value.unpack()
    return text if isinstance(text, str) else ""


def _bytes(said: Mapping[str, Value], key: str, longest: int) -> bytes:
    value = said.get(key)
    if value is None or value.signature != "ay" or value.size > longest:
        return b""
    data = value.unpack()
    return data if isinstance(data, bytes) else b""


def _address(said: Mapping[str, Value], key: str) -> str:
    text = clean(_string(said, key, _LONGEST_ADDRESS), Policy.ADDRESS)
    return public_address(text)
