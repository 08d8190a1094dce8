"""``stick.json``: what was chosen, what came along and why, and from which snapshots.

Form: FORMAT.md beside this.

The repository is the truth about what is there; this file only explains it. A stick without it, or
with a damaged one, works and is judged like any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.credentials import public_address
from app.flatpak.refs import is_valid_remote_name
from app.message import Message, parse_message, verbatim
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import is_checksum
from app.plain import plain
from app.stick.store.location import Location
from app.text import Policy, clean

VERSION = 1
RECORD = "stick.json"
_MAX_SIZE = 8 * 1024 * 1024
"""Some thousand refs take a megabyte; what JSON makes of this size stays below 200 MB."""

_MAX_NAME = 255
_MAX_TEXT = 4096


class MetadataSource(StrEnum):
    """Who made a collection's ostree-metadata.

    ``UPSTREAM``: it is carried as published. ``UNKNOWN``: nobody wrote it down.
    """

    UPSTREAM = "upstream"
    SATCHEL = "satchel"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CollectionRecord:
    """Where a collection on the stick came from.

    Attributes:
        snapshot_made: when upstream made the snapshot, seconds since 1970, or None.
        snapshot_digest: SHA-256 of the signed index or summary.
        metadata: who made its ostree-metadata.
        metadata_key: fingerprint of the maker's key that signed ostree-metadata, or "".
        unsigned: accepted without signatures.
        keys: fingerprints of the remote's keys.
        arches: architectures on the stick.
        until: when the first key or signature of it ends, seconds since 1970; None if none does.
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


@dataclass(frozen=True, slots=True)
class RefRecord:
    """Why a ref is on the stick.

    Attributes:
        chosen: named by the person who made the stick.
        reason: one sentence for people.
        needed_by: refs that need it.
        name: what people call it; may be empty.
    """

    commit: str
    chosen: bool
    reason: Message
    needed_by: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
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


@dataclass(frozen=True, slots=True)
class StickRecord:
    """All of it. ``refs`` by collection and ref."""

    tool: str
    made: int
    collections: Mapping[str, CollectionRecord] = field(default_factory=dict)
    refs: Mapping[str, Mapping[str, RefRecord]] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    gpus: tuple[str, ...] = ()

    def ref(self, collection: str, name: str) -> RefRecord | None:
        return self.refs.get(collection, {}).get(name)


def read_record(location: Location) -> StickRecord | None:
    """The record, or None if there is none that can be read."""
    try:
        untrusted = json.loads(location.extension.read(RECORD, _MAX_SIZE))
        return _parse(untrusted)
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
    ):
        return None


def write_record(location: Location, record: StickRecord) -> None:
    location.extension.make_directory()
    data = {"version": VERSION, **plain(record)}
    location.extension.replace(RECORD, json.dumps(data, indent=1, ensure_ascii=False).encode())


def _parse(data: dict[str, Any]) -> StickRecord:
    """Raises ValueError, TypeError, KeyError or AttributeError for what Satchel does not write."""
    if data["version"] != VERSION:
        raise ValueError("another version")
    return StickRecord(
        tool=_text(data["tool"]),
        made=_time(data["made"]),
        collections={
            _collection(name): CollectionRecord(
                remote=_remote(entry["remote"]),
                title=_text(entry["title"]),
                url=public_address(_text(entry["url"])),
                snapshot_made=_optional_time(entry["snapshot_made"]),
                snapshot_digest=_text(entry["snapshot_digest"]),
                metadata=_metadata_source(entry["metadata"]),
                metadata_key=_text(entry["metadata_key"]),
                unsigned=_flag(entry["unsigned"]),
                keys=_texts(entry["keys"]),
                arches=_texts(entry["arches"]),
                until=_optional_time(entry.get("until")),
            )
            for name, entry in data["collections"].items()
        },
        refs={
            _collection(collection): {
                _ref(name): RefRecord(
                    commit=_commit(entry["commit"]),
                    chosen=_flag(entry["chosen"]),
                    reason=_message(entry, "reason"),
                    needed_by=_texts(entry["needed_by"]),
                    name=_text(entry["name"]),
                )
                for name, entry in refs.items()
            }
            for collection, refs in data["refs"].items()
        },
        left_out=tuple(
            LeftOut(
                _collection(entry["collection"]),
                _ref(entry["ref"]),
                _text(entry["code"]),
                _message(entry, "reason"),
                _flag(entry.get("chosen", False)),
            )
            for entry in data["left_out"]
        ),
        gpus=_texts(data["gpus"]),
    )


def _text(value: Any, limit: int = _MAX_TEXT) -> str:
    """On one line, and of a length that can be shown."""
    if not isinstance(value, str) or len(value) > limit:
        raise TypeError("a short text was expected")
    return clean(value, Policy.SENTENCE)


def _message(entry: dict[str, Any], name: str) -> Message:
    """A message as `message_json` writes it; older versions wrote its text alone."""
    text = _text(entry[name])
    message = parse_message(entry.get(f"{name}_id"), entry.get(f"{name}_args"))
    # What stands in the text is what counts: the rest is only for other languages.
    return message if message is not None and str(message) == text else verbatim(text)


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError("a list was expected")
    return tuple(_text(value, 4 * _MAX_NAME) for value in values)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false was expected")
    return value


def _time(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
        raise TypeError("a time was expected")
    return value


def _optional_time(value: Any) -> int | None:
    return None if value is None else _time(value)


def _collection(value: Any) -> str:
    if not is_collection_id(_text(value, _MAX_NAME)):
        raise ValueError("it is no collection ID")
    return str(value)


def _ref(value: Any) -> str:
    if not is_ref_name(_text(value)):
        raise ValueError("it is no ref")
    return str(value)


def _remote(value: Any) -> str:
    if not is_valid_remote_name(_text(value, _MAX_NAME)):
        raise ValueError("it is no name of a remote")
    return str(value)


def _commit(value: Any) -> str:
    if not is_checksum(_text(value, _MAX_NAME)):
        raise ValueError("it is no checksum")
    return str(value)


def _metadata_source(value: Any) -> MetadataSource:
    try:
        return MetadataSource(_text(value))
    except ValueError:
        return MetadataSource.UNKNOWN
