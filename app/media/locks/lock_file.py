"""Reads and writes lock files. The format is in LOCK.md beside this.

One may be a stranger's: its size, its parts and its texts are bounded, and it is no word on trust.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.credentials import public_address
from app.errors import UsageError
from app.flatpak.bundles.given import is_bundle_file
from app.flatpak.extra_data import Payload
from app.flatpak.refs import Ref, arch_problem, is_valid_remote_name
from app.flatpak.registries.image import is_digest, is_repository
from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE, SUMMARY, SUMMARY_SIGNATURE
from app.formats import schema
from app.fs.files import read_bounded
from app.media.locks.lock import (
    Asked,
    Lock,
    LockedBundle,
    LockedCommit,
    LockedImage,
    LockedRef,
    LockedSource,
    LockError,
    needs_lists,
)
from app.message import Message, message_json
from app.ostree.names import METADATA_REF, is_origin, is_ref_name
from app.ostree.objects import is_checksum
from app.plain import plain
from app.stick.store.record import BUNDLE, LEFT_OUT, REASON, BundleRecord, with_reason
from app.text import Policy

VERSION = 1
MAX_SIZE = 64 * 1024 * 1024
_MOST_SOURCES = 200
_MOST_REFS = 50_000
_MOST_LISTS = 64
_MOST_KEYS = 64
_MAX_SIGNATURES = 1024 * 1024
_MAX_NAME = 255
_MAX_TEXT = 4096
_MAX_REPO_FILE = 1024 * 1024
_LIST = re.compile(r"summaries/[0-9a-f]{64}\.gz")
_FINGERPRINT = re.compile(r"[0-9A-F]{16,64}")


def read_lock(path: Path) -> Lock:
    """The lock file at ``path``. Raises `LockError`, UsageError."""
    try:
        data = read_bounded(path, MAX_SIZE)
    except OSError as error:
        raise UsageError(
            Message("{name} cannot be read: {reason}.", name=path, reason=error.strerror),
            Message("Check the name of the file."),
        ) from error
    if len(data) > MAX_SIZE:
        raise LockError(Message("{name} is larger than any lock file can be.", name=path))
    return parse_lock(data, str(path))


def parse_lock(data: bytes, name: str) -> Lock:
    """``name``: what the errors call it. Raises `LockError`."""
    try:
        value = schema.parse_json(data)
        if isinstance(value, dict) and value.get("version") not in (None, VERSION):
            raise LockError(
                Message("{name} was made by a later version of Satchel.", name=name),
                Message("Update Satchel."),
            )
        return _LOCK(value)
    except schema.SchemaError as error:
        raise LockError(
            Message("{name} is no lock file of Satchel's, or it was damaged.", name=name),
            Message("Make it again: satchel lock -o FILE APP…"),
        ) from error


def lock_bytes(lock: Lock) -> bytes:
    """The file. The same lock makes the same bytes, and similar ones have similar lines."""
    value = {
        "version": VERSION,
        "asked": _asked_json(lock.asked),
        "sources": {origin: _source_json(source) for origin, source in lock.sources.items()},
        "bundles": [
            {**_filled(vars_of(bundle.record)), "place": bundle.place} for bundle in lock.bundles
        ],
        "images": [_image_json(image) for image in lock.images],
        "left_out": [
            {**_filled(vars_of(entry)), **message_json("reason", entry.reason)}
            for entry in lock.left_out
        ],
        "carried_languages": list(lock.carried),
        "declined": list(lock.declined),
    }
    text = json.dumps(_filled(value), indent=1, ensure_ascii=False, sort_keys=True)
    return f"{text}\n".encode()


def vars_of(value: Any) -> dict[str, Any]:
    """The members of a Struct."""
    return {name: getattr(value, name) for name in value.__struct_fields__}


def _filled(value: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing."""
    return {
        name: list(each) if isinstance(each, tuple) else each
        for name, each in value.items()
        if each or (isinstance(each, int) and each is not False)
    }


def _asked_json(asked: Asked) -> dict[str, Any]:
    fields = vars_of(asked)
    said = {"related": asked.related, "runtimes": asked.runtimes}
    languages = {} if asked.languages is None else {"languages": list(asked.languages)}
    return {**_filled(fields), "refs": list(asked.refs), **said, **languages}


def _source_json(source: LockedSource) -> dict[str, Any]:
    fields = vars_of(source)
    fields["refs"] = {}
    fields["metadata"] = None
    value = _filled(fields)
    for name in ("name", "url", "repo_file", "made", "keys", "arches"):
        value[name] = plain(fields[name])
    value["refs"] = {name: _ref_json(ref) for name, ref in source.refs.items()}
    if source.metadata is not None:
        value["metadata"] = _commit_json(source.metadata)
    if source.lists:
        value["lists"] = {path: _base64(data) for path, data in source.lists.items()}
    return value


def _commit_json(commit: LockedCommit | LockedRef) -> dict[str, Any]:
    signed = {} if commit.signatures is None else {"signatures": _base64(commit.signatures)}
    return {"commit": commit.commit, **signed}


def _ref_json(ref: LockedRef) -> dict[str, Any]:
    fields = vars_of(ref)
    for name in ("commit", "signatures", "reason", "extra_data", "languages"):
        del fields[name]
    value = {**_filled(fields), **_commit_json(ref), **message_json("reason", ref.reason)}
    value["timestamp"] = ref.timestamp
    if ref.languages is not None:
        value["languages"] = list(ref.languages)
    if ref.extra_data:
        value["extra_data"] = [vars_of(payload) for payload in ref.extra_data]
    return value


def _image_json(image: LockedImage) -> dict[str, Any]:
    fields = vars_of(image)
    del fields["reason"]
    always = {name: fields[name] for name in ("registry", "url", "base", "repository")}
    return {**_filled(fields), **always, **message_json("reason", image.reason)}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# What each may be


def _bytes(longest: int) -> schema.Reader[bytes]:
    exact = schema.text(longest * 4 // 3 + 8)

    def read(value: object) -> bytes:
        try:
            return base64.b64decode(exact(value), validate=True)
        except (binascii.Error, ValueError) as error:
            raise schema.SchemaError from error

    return read


def _fits(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _is_list(path: str) -> bool:
    known = (INDEX, INDEX_SIGNATURE, SUMMARY, SUMMARY_SIGNATURE)
    return path in known or _LIST.fullmatch(path) is not None


def _is_ref(name: str) -> bool:
    return is_ref_name(name) and name != METADATA_REF


_TEXT = schema.cleaned_text(_MAX_TEXT, Policy.SENTENCE)
_NAME = schema.cleaned_text(_MAX_NAME, Policy.NAME)
_TIME = schema.integer(0, (1 << 63) - 1)
_FLAG = schema.flag()
_SUM = schema.text(_MAX_NAME, is_checksum)
_REF = schema.text(_MAX_TEXT, _is_ref)
_FLATPAK = schema.text(_MAX_TEXT, lambda name: Ref.parse_or_none(name) is not None)
_REFS = schema.list_of(_REF, _MOST_REFS)
_ARCHES = schema.list_of(schema.text(_MAX_NAME, lambda arch: not arch_problem(arch)), _MOST_KEYS)
_LANGUAGES = schema.list_of(_NAME, 2_000)
_REMOTE = schema.text(_MAX_NAME, is_valid_remote_name)
_SIGNATURES = schema.optional(schema.nullable(_bytes(_MAX_SIGNATURES)))


def _address(value: object) -> str:
    return public_address(schema.text(_MAX_TEXT)(value))


_ABOUT: dict[str, schema.Reader[Any] | schema.Optional] = {
    **REASON,
    "chosen": schema.optional(_FLAG),
    "needed_by": schema.optional(_REFS),
    "name": schema.optional(_TEXT),
    "installed_size": schema.optional(_TIME),
    "download_size": schema.optional(_TIME),
}


def _payload(**members: Any) -> Payload:
    payload = Payload(**members)
    if payload.problem:
        raise schema.SchemaError
    return payload


def _commit(commit: str, signatures: bytes | None = None) -> LockedCommit:
    return LockedCommit(commit, signatures)


def _ref(signatures: bytes | None = None, chosen: bool = False, **members: Any) -> LockedRef:
    return LockedRef(signatures=signatures, chosen=chosen, **members)


def _image(chosen: bool = False, **members: Any) -> LockedImage:
    return LockedImage(chosen=chosen, **members)


_LOCKED_REF = schema.structure(
    with_reason(_ref),
    **_ABOUT,
    commit=_SUM,
    signatures=_SIGNATURES,
    timestamp=_TIME,
    version=schema.optional(_TEXT),
    languages=schema.optional(schema.nullable(_LANGUAGES)),
    extra_data=schema.optional(
        schema.list_of(
            schema.structure(
                _payload,
                name=schema.text(_MAX_NAME),
                size=_TIME,
                installed_size=_TIME,
                sha256=_SUM,
                uri=schema.text(_MAX_TEXT),
            ),
            256,
        )
    ),
    licence=schema.optional(_TEXT),
)

_SOURCE = schema.structure(
    LockedSource,
    name=_REMOTE,
    url=_address,
    repo_file=schema.text(_MAX_REPO_FILE),
    keys=schema.list_of(schema.text(_MAX_NAME, _fits(_FINGERPRINT)), _MOST_KEYS),
    unsigned=schema.optional(_FLAG),
    snapshot=_SUM,
    made=schema.nullable(_TIME),
    arches=_ARCHES,
    until=schema.optional(schema.nullable(_TIME)),
    metadata=schema.optional(
        schema.nullable(schema.structure(_commit, commit=_SUM, signatures=_SIGNATURES))
    ),
    lists=schema.optional(
        schema.mapping_of(schema.text(_MAX_NAME, _is_list), _bytes(MAX_SIZE), _MOST_LISTS)
    ),
    refs=schema.mapping_of(_REF, _LOCKED_REF, _MOST_REFS),
)


def _bundle(place: str, **members: Any) -> LockedBundle:
    return LockedBundle(place, BundleRecord(**members))


def _lock(sources: Mapping[str, LockedSource] | None = None, **members: Any) -> Lock:
    sources = sources or {}
    if any(needs_lists(origin) and not source.lists for origin, source in sources.items()):
        raise schema.SchemaError
    return Lock(sources=sources, **members)


_LOCK = schema.versioned(
    VERSION,
    schema.structure(
        lambda carried_languages=(), **members: _lock(carried=carried_languages, **members),
        asked=schema.structure(
            Asked,
            refs=schema.list_of(schema.text(_MAX_TEXT), _MOST_REFS),
            arches=schema.optional(_ARCHES),
            remote=schema.optional(_REMOTE),
            gpus=schema.optional(schema.list_of(_NAME, 100)),
            languages=schema.optional(_LANGUAGES),
            related=schema.optional(_FLAG),
            runtimes=schema.optional(_FLAG),
            extra_data=schema.optional(_FLAG),
            lists=schema.optional(_FLAG),
        ),
        sources=schema.optional(
            schema.mapping_of(schema.text(_MAX_NAME, is_origin), _SOURCE, _MOST_SOURCES)
        ),
        bundles=schema.optional(
            schema.list_of(
                schema.structure(
                    _bundle,
                    **BUNDLE,
                    place=schema.text(_MAX_TEXT, is_bundle_file),
                ),
                1_000,
            )
        ),
        images=schema.optional(
            schema.list_of(
                schema.structure(
                    with_reason(_image),
                    **_ABOUT,
                    registry=_REMOTE,
                    url=_address,
                    title=schema.optional(_TEXT),
                    base=_address,
                    repository=schema.text(_MAX_TEXT, is_repository),
                    ref=_FLATPAK,
                    digest=schema.text(_MAX_NAME, is_digest),
                    arch=schema.text(_MAX_NAME, lambda arch: not arch_problem(arch)),
                    timestamp=schema.optional(schema.nullable(_TIME)),
                ),
                5_000,
            )
        ),
        left_out=schema.optional(schema.list_of(LEFT_OUT, _MOST_REFS)),
        carried_languages=schema.optional(_LANGUAGES),
        declined=schema.optional(_REFS),
    ),
)
