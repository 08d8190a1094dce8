"""The signed index or summary of a remote, fetched and verified."""

from __future__ import annotations

from hashlib import sha256

from msgspec import Struct

from app.errors import UpstreamError
from app.flatpak.upstream.client import (
    INDEX,
    INDEX_SIGNATURE,
    MAX_SIGNATURE_SIZE,
    SUMMARY,
    SUMMARY_SIGNATURE,
    RemoteClient,
)
from app.flatpak.upstream.errors import malformed_summary
from app.flatpak.upstream.keys import RemoteKeys
from app.flatpak.upstream.summary_index import SummaryIndex, summary_made
from app.flatpak.upstream.verification import require_trust
from app.formats.gvariant import FormatError, Value
from app.message import Message
from app.ostree.config import ARCHIVE_MODES
from app.ostree.pull.answers import ABSENT, NotFoundError
from app.ostree.repository import MAX_SUMMARY_SIZE
from app.ostree.summary import Summary
from app.trust.verdict import Judgement, Verdict

_RACES = 3
"""Tries: a list may be replaced between the request for it and that for its signature."""


class SignedIndex(Struct, frozen=True):
    """``signature``: as published; empty if there is none. ``judgement``: the verdict on it."""

    index: SummaryIndex
    signature: bytes
    judgement: Judgement

    @property
    def data(self) -> bytes:
        return self.index.data

    @property
    def metadata(self) -> Value:
        return self.index.metadata

    @property
    def collection(self) -> str | None:
        return self.index.collection

    @property
    def made(self) -> int | None:
        return self.index.last_modified


class SignedSummary(Struct, frozen=True):
    """The same for a summary."""

    summary: Summary
    signature: bytes
    judgement: Judgement

    @property
    def data(self) -> bytes:
        return self.summary.data

    @property
    def metadata(self) -> Value:
        return self.summary.metadata

    @property
    def collection(self) -> str | None:
        return self.summary.collection

    @property
    def made(self) -> int | None:
        return summary_made(self.summary)


def fetch_list(
    client: RemoteClient, keys: RemoteKeys, *, allow_unsigned: bool
) -> SignedIndex | SignedSummary:
    """The index, or the summary where there is no index. Raises UpstreamError, TrustError."""
    unchanged = False
    if client.cache.validators(SUMMARY) and not client.cache.validators(INDEX):
        # This upstream had no index the last time. If its summary is unchanged, nor has it now.
        known = client.cache.validators(SUMMARY)
        unchanged = client.source.get(SUMMARY, MAX_SUMMARY_SIZE, known).data is None
    if not unchanged:
        index = _fetch_index(client, keys, allow_unsigned=allow_unsigned)
        if index is not None:
            return index
    try:
        return fetch_summary(client, keys, allow_unsigned=allow_unsigned, unchanged=unchanged)
    except NotFoundError as error:
        raise UpstreamError(
            Message("{url} is not a Flatpak repository: it has no summary.", url=client.url),
            Message("Check the address of the remote."),
        ) from error


def _fetch_index(
    client: RemoteClient, keys: RemoteKeys, *, allow_unsigned: bool
) -> SignedIndex | None:
    for attempt in range(_RACES):
        try:
            data, changed = client.get_current(INDEX)
        except ABSENT:
            return None
        judgement, signature = _judge_index(client, keys, data, changed=changed)
        if judgement.verdict is not Verdict.BAD or attempt == _RACES - 1:
            break
        client.cache.forget(INDEX)
    require_trust(keys.remote, judgement, "summary index", allow_unsigned=allow_unsigned)
    try:
        return SignedIndex(SummaryIndex(data), signature, judgement)
    except FormatError as error:
        raise malformed_summary(keys.remote.label, error) from error


def _judge_index(
    client: RemoteClient, keys: RemoteKeys, data: bytes, *, changed: bool
) -> tuple[Judgement, bytes]:
    if not changed:
        signature = client.cache.read(INDEX_SIGNATURE) or b""
        judgement = keys.judge(data, signature)
        if judgement.good:
            return judgement, signature
    digest = sha256(data).hexdigest()
    signature = client.get_optional(f"summaries/{digest}.idx.sig", MAX_SIGNATURE_SIZE)
    if not signature:
        signature = client.get_optional(INDEX_SIGNATURE, MAX_SIGNATURE_SIZE)
    if signature:
        client.cache.write(INDEX_SIGNATURE, signature)
    return keys.judge(data, signature), signature


def fetch_summary(
    client: RemoteClient, keys: RemoteKeys, *, allow_unsigned: bool, unchanged: bool
) -> SignedSummary:
    """``unchanged``: the cached one is what upstream has, so that nobody has to be asked.

    Raises UpstreamError, of which `ABSENT` where there is none, and TrustError.
    """
    for attempt in range(_RACES):
        data, changed = client.get_current(SUMMARY, unchanged=unchanged and not attempt)
        signature = (client.cache.read(SUMMARY_SIGNATURE) or b"") if not changed else b""
        judgement = keys.judge(data, signature)
        if not judgement.good:
            signature = client.get_optional(SUMMARY_SIGNATURE, MAX_SIGNATURE_SIZE)
            judgement = keys.judge(data, signature)
            client.cache.write(SUMMARY_SIGNATURE, signature)
        if judgement.verdict is not Verdict.BAD or attempt == _RACES - 1:
            break
        client.cache.forget(SUMMARY)
    require_trust(keys.remote, judgement, "summary", allow_unsigned=allow_unsigned)
    try:
        summary = Summary(data)
    except FormatError as error:
        raise malformed_summary(keys.remote.label, error) from error
    mode = summary.metadata.get("ostree.summary.mode", "s")
    if mode is not None and mode not in ARCHIVE_MODES:
        raise UpstreamError(
            Message(
                "{url} is a repository in the mode {mode}, which cannot be copied.",
                url=client.url,
                mode=repr(mode),
            ),
            Message("Only archive repositories, as web servers have them, can be used."),
        )
    return SignedSummary(summary, signature, judgement)
