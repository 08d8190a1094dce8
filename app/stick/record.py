"""``stick.json``: what was chosen, what came along and why, and from which snapshots.

The repository is the truth about what is there; this file only explains it. A stick without it, or
with a damaged one, works and is judged like any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.credentials import public_address
from app.files import DIRECTORY_MODE, read_bounded, replace_file

VERSION = 1
_MAX_SIZE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CollectionRecord:
    """Where a collection on the stick came from.

    Attributes:
        snapshot_made: when upstream made the snapshot, seconds since 1970, or None.
        snapshot_digest: SHA-256 of the signed index or summary.
        metadata: ``upstream`` (ostree-metadata carried as published) or ``satchel``.
        metadata_key: fingerprint of the maker's key that signed ostree-metadata, or "".
        unsigned: accepted without signatures.
        keys: fingerprints of the remote's keys.
        arches: architectures on the stick.
    """

    remote: str
    title: str
    url: str
    snapshot_made: int | None
    snapshot_digest: str
    metadata: str
    metadata_key: str
    unsigned: bool
    keys: tuple[str, ...]
    arches: tuple[str, ...]


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
    reason: str
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
    reason: str
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


def read_record(path: Path) -> StickRecord | None:
    """The record, or None if there is none that can be read."""
    try:
        untrusted = json.loads(read_bounded(path, _MAX_SIZE))
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


def write_record(path: Path, record: StickRecord) -> None:
    path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
    data = {"version": VERSION, **asdict(record)}
    replace_file(path, json.dumps(data, indent=1, ensure_ascii=False).encode())


def _parse(data: dict[str, Any]) -> StickRecord:
    if data["version"] != VERSION:
        raise ValueError("another version")
    return StickRecord(
        tool=str(data["tool"]),
        made=int(data["made"]),
        collections={
            str(name): CollectionRecord(
                remote=str(entry["remote"]),
                title=str(entry["title"]),
                url=public_address(str(entry["url"])),
                snapshot_made=_optional_int(entry["snapshot_made"]),
                snapshot_digest=str(entry["snapshot_digest"]),
                metadata=str(entry["metadata"]),
                metadata_key=str(entry["metadata_key"]),
                unsigned=bool(entry["unsigned"]),
                keys=_texts(entry["keys"]),
                arches=_texts(entry["arches"]),
            )
            for name, entry in data["collections"].items()
        },
        refs={
            str(collection): {
                str(name): RefRecord(
                    commit=str(entry["commit"]),
                    chosen=bool(entry["chosen"]),
                    reason=str(entry["reason"]),
                    needed_by=_texts(entry["needed_by"]),
                    name=str(entry["name"]),
                )
                for name, entry in refs.items()
            }
            for collection, refs in data["refs"].items()
        },
        left_out=tuple(
            LeftOut(
                str(entry["collection"]),
                str(entry["ref"]),
                str(entry["code"]),
                str(entry["reason"]),
                entry.get("chosen") is True,
            )
            for entry in data["left_out"]
        ),
        gpus=_texts(data["gpus"]),
    )


def _optional_int(value: Any) -> int | None:
    return None if value is None else int(value)


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError("a list was expected")
    return tuple(str(value) for value in values)
