"""``stick.json``: what was chosen, what came along and why, and from which snapshots.

Form: FORMAT.md beside this.

The repository is the truth about what is there; this file only explains it. A stick without it, or
with a damaged one, works and is judged like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from msgspec import Struct, field

from app.credentials import public_address
from app.flatpak.extra_data import is_payload_path
from app.flatpak.refs import Ref, is_valid_remote_name
from app.flatpak.registries.image import is_digest
from app.formats import schema
from app.message import Message, parse_message, verbatim
from app.ostree.names import is_origin, is_ref_name
from app.ostree.objects import is_checksum
from app.plain import plain
from app.stick.store.location import Location
from app.text import Policy

T = TypeVar("T")

VERSION = 1
RECORD = "stick.json"
_MAX_SIZE = 8 * 1024 * 1024
"""Some thousand refs take a megabyte; what JSON makes of this size stays below 200 MB."""

_MAX_NAME = 255
_MAX_TEXT = 4096

MOST_ADDRESSES = 8
"""That a remote has had and computers may still know."""

MOST_LANGUAGES = 2_000
"""More than there are."""


_BUNDLE_FILE = re.compile(r"[A-Za-z0-9_][-._A-Za-z0-9]*\.flatpak")


class MetadataSource(StrEnum):
    """Who made a collection's ostree-metadata.

    ``UPSTREAM``: it is carried as published. ``NONE``: a remote without a collection ID has none.
    ``UNKNOWN``: nobody wrote it down.
    """

    UPSTREAM = "upstream"
    SATCHEL = "satchel"
    NONE = "none"
    UNKNOWN = "unknown"


class CollectionRecord(Struct, frozen=True):
    """Where a collection on the stick came from.

    Attributes:
        snapshot_made: when upstream made the snapshot, seconds since 1970, or None.
        snapshot_digest: SHA-256 of the signed index or summary.
        metadata: who made its ostree-metadata.
        metadata_key: fingerprint of the maker's key that signed ostree-metadata, or "".
        unsigned: accepted without signatures: nobody vouches for it.
        keys: fingerprints of the remote's keys.
        arches: architectures on the stick.
        until: when the first key or signature of it ends, seconds since 1970; None if none does.
        locked: a lock file decided what is there of it, and no list of upstream's came along.
        unlisted: it was made where no list of upstream's was kept, so that none came along.
        formerly: of a remote without a collection ID that has moved, where computers may still
            have it, the latest first.
    """

    remote: str
    title: str
    url: str
    snapshot_made: int | None
    snapshot_digest: str
    metadata: MetadataSource
    metadata_key: str
    unsigned: bool
    keys: tuple[str, ...]
    arches: tuple[str, ...]
    until: int | None = None
    locked: bool = False
    unlisted: bool = False
    formerly: tuple[str, ...] = ()

    @property
    def without_list(self) -> bool:
        """Whether no list of upstream's was to come along."""
        return self.locked or self.unlisted


class RefRecord(Struct, frozen=True):
    """Why a ref is on the stick.

    Attributes:
        chosen: named by the person who made the stick.
        reason: one sentence for people.
        needed_by: refs that need it.
        name: what people call it; may be empty.
        languages: of a Locale extension, the only ones that it is there in, as they are called
            there; None if nothing was left out.
        extra_data: it was carried with its extra data.
    """

    commit: str
    chosen: bool
    reason: Message
    needed_by: tuple[str, ...] = ()
    name: str = ""
    languages: tuple[str, ...] | None = None
    extra_data: bool = False


class ImageRecord(Struct, frozen=True):
    """Why an image of a container registry is on the stick.

    Attributes:
        origin: what stands for a collection ID (`app.ostree.names.remote_origin`).
        digest: of its manifest.
        url: of the registry, as computers are given it; empty where an older Satchel wrote it.
        chosen, reason, needed_by, name: as in `RefRecord`.
    """

    origin: str
    ref: str
    digest: str
    chosen: bool
    reason: Message
    needed_by: tuple[str, ...] = ()
    name: str = ""
    url: str = ""


class LeftOut(Struct, frozen=True):
    """A ref that would have come along and did not.

    Attributes:
        code: a rule code.
        reason: a sentence for people.
        chosen: it was asked for itself.
    """

    collection: str
    ref: str
    code: str
    reason: Message
    chosen: bool = False


class BundleRecord(Struct, frozen=True):
    """An app or runtime that is on the stick as a file.

    Attributes:
        file: its name in the folder for bundles.
        commit: checksum.
        sha256: of the file.
        size, installed_size: bytes; the latter as claimed.
        name: what people call it.
        origin: address where its updates are; may be empty.
        runtime_repo: address of the `.flatpakrepo` of its runtime; may be empty.
        source: what the remote is called whose key signed it; empty if nobody vouches for it.
    """

    file: str
    ref: str
    commit: str
    sha256: str
    size: int
    installed_size: int = 0
    name: str = ""
    origin: str = ""
    runtime_repo: str = ""
    source: str = ""

    @property
    def label(self) -> str:
        """For people: its name; its ref where it has none."""
        return self.name or self.ref

    @property
    def parsed(self) -> Ref:
        return Ref.parse(self.ref)

    @property
    def unvouched(self) -> bool:
        return not self.source


class StickRecord(Struct, frozen=True):
    """All of it.

    Attributes:
        collections: by origin.
        refs: by origin and ref.
        languages: the only ones that are carried, without countries; empty: all.
        extra_data: it is carried with what needs it.
        declined: refs of which it is not.
        payloads: of those that Satchel put into `EXTRA_DATA`, the paths there.
        lock: SHA-256 of the lock file that decided what is there; empty if none did.
        unnamed: commits, and digests of content of images, that were there when the record of
            before was lost, and that nothing names: they stay until somebody asks to free them.
    """

    tool: str
    made: int
    collections: Mapping[str, CollectionRecord] = field(default_factory=dict)
    refs: Mapping[str, Mapping[str, RefRecord]] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    gpus: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    extra_data: bool = False
    declined: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()
    bundles: tuple[BundleRecord, ...] = ()
    images: tuple[ImageRecord, ...] = ()
    lock: str = ""
    unnamed: tuple[str, ...] = ()

    def ref(self, collection: str, name: str) -> RefRecord | None:
        return self.refs.get(collection, {}).get(name)


def read_record(location: Location) -> StickRecord | None:
    """The record, or None if there is none that can be read."""
    try:
        return _RECORD(schema.parse_json(location.extension.read(RECORD, _MAX_SIZE)))
    except (OSError, schema.SchemaError):
        return None


def write_record(location: Location, record: StickRecord) -> None:
    location.extension.make_directory()
    location.extension.replace(RECORD, _rendered(record))


def stage_record(location: Location, record: StickRecord) -> str:
    """Write it for `name_record`, once the file system has been flushed."""
    location.extension.make_directory()
    return location.extension.stage(RECORD, _rendered(record))


def name_record(location: Location, staged: str) -> None:
    location.extension.rename(staged, RECORD)


def _rendered(record: StickRecord) -> bytes:
    data = {"version": VERSION, **plain(record)}
    return json.dumps(data, indent=1, ensure_ascii=False).encode()


# What each may be

_COLLECTION = schema.text(_MAX_NAME, is_origin)
_REF = schema.text(_MAX_TEXT, is_ref_name)
_TEXT = schema.cleaned_text(_MAX_TEXT, Policy.SENTENCE)
_TEXTS = schema.list_of(schema.cleaned_text(4 * _MAX_NAME, Policy.SENTENCE))
LANGUAGES = schema.list_of(schema.cleaned_text(_MAX_NAME, Policy.NAME), MOST_LANGUAGES)
_TIME = schema.integer(0, (1 << 63) - 1)
_FLAG = schema.flag()
_PAYLOAD = schema.text(_MAX_NAME, is_payload_path)


def _address(value: object) -> str:
    return public_address(_TEXT(value))


def is_bundle_name(name: str) -> bool:
    """Whether the record may call a bundle's file so."""
    return _BUNDLE_FILE.fullmatch(name) is not None


def _is_flatpak(name: str) -> bool:
    return Ref.parse_or_none(name) is not None


def _is_unnamed(name: str) -> bool:
    return is_checksum(name) or is_digest(name)


def _metadata_source(value: object) -> MetadataSource:
    text = _TEXT(value)
    return MetadataSource(text) if text in set(MetadataSource) else MetadataSource.UNKNOWN


def _anything(value: object) -> object:
    return value


def with_reason(kind: Callable[..., T]) -> Callable[..., T]:
    """Makes a value of the members of `REASON` and others; older versions wrote the text alone."""

    def make(
        reason: str, reason_id: object = None, reason_args: object = None, **members: Any
    ) -> T:
        message = parse_message(reason_id, reason_args)
        # What stands in the text is what counts: the rest is only for other languages.
        told = message is not None and str(message) == reason
        return kind(reason=message if told else verbatim(reason), **members)

    return make


REASON: dict[str, schema.Reader[Any] | schema.Optional] = {
    "reason": _TEXT,
    "reason_id": schema.optional(_anything),
    "reason_args": schema.optional(_anything),
}
"""What may stand for a reason, as `message_json` writes it."""

BUNDLE: dict[str, schema.Reader[Any] | schema.Optional] = {
    "file": schema.text(_MAX_NAME, is_bundle_name),
    "ref": schema.text(_MAX_TEXT, _is_flatpak),
    "commit": schema.text(_MAX_NAME, is_checksum),
    "sha256": schema.text(_MAX_NAME, is_checksum),
    "size": _TIME,
    "installed_size": schema.optional(_TIME),
    "name": schema.optional(_TEXT),
    "origin": schema.optional(_address),
    "runtime_repo": schema.optional(_address),
    "source": schema.optional(_TEXT),
}
"""What may stand in a `BundleRecord`."""

LEFT_OUT: schema.Reader[LeftOut] = schema.structure(
    with_reason(LeftOut),
    **REASON,
    collection=_COLLECTION,
    ref=_REF,
    code=_TEXT,
    chosen=schema.optional(_FLAG),
)


_RECORD = schema.versioned(
    VERSION,
    schema.structure(
        StickRecord,
        tool=_TEXT,
        made=_TIME,
        collections=schema.mapping_of(
            _COLLECTION,
            schema.structure(
                CollectionRecord,
                remote=schema.text(_MAX_NAME, is_valid_remote_name),
                title=_TEXT,
                url=_address,
                snapshot_made=schema.nullable(_TIME),
                snapshot_digest=_TEXT,
                metadata=_metadata_source,
                metadata_key=_TEXT,
                unsigned=_FLAG,
                keys=_TEXTS,
                arches=_TEXTS,
                until=schema.optional(schema.nullable(_TIME)),
                locked=schema.optional(_FLAG),
                formerly=schema.optional(schema.list_of(_address, MOST_ADDRESSES)),
                unlisted=schema.optional(_FLAG),
            ),
        ),
        refs=schema.mapping_of(
            _COLLECTION,
            schema.mapping_of(
                _REF,
                schema.structure(
                    with_reason(RefRecord),
                    **REASON,
                    commit=schema.text(_MAX_NAME, is_checksum),
                    chosen=_FLAG,
                    needed_by=_TEXTS,
                    name=_TEXT,
                    languages=schema.optional(schema.nullable(LANGUAGES)),
                    extra_data=schema.optional(_FLAG),
                ),
            ),
        ),
        left_out=schema.list_of(LEFT_OUT),
        gpus=_TEXTS,
        bundles=schema.optional(schema.list_of(schema.structure(BundleRecord, **BUNDLE))),
        images=schema.optional(
            schema.list_of(
                schema.structure(
                    with_reason(ImageRecord),
                    **REASON,
                    origin=_COLLECTION,
                    ref=_REF,
                    digest=schema.text(_MAX_NAME, is_digest),
                    chosen=_FLAG,
                    needed_by=_TEXTS,
                    name=_TEXT,
                    url=schema.optional(_TEXT),
                ),
                lenient=True,
            )
        ),
        languages=schema.optional(LANGUAGES),
        extra_data=schema.optional(_FLAG),
        declined=schema.optional(schema.list_of(_REF)),
        payloads=schema.optional(schema.list_of(_PAYLOAD)),
        lock=schema.optional(schema.text(_MAX_NAME, lambda text: not text or is_checksum(text))),
        unnamed=schema.optional(schema.list_of(schema.text(_MAX_NAME, _is_unnamed))),
    ),
)
