"""The files of an upstream that go on a drive as they are, so that clients can check them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from app.errors import TrustError, UpstreamError
from app.flatpak.upstream.client import (
    INDEX,
    INDEX_SIGNATURE,
    SUMMARY,
    SUMMARY_SIGNATURE,
    RemoteClient,
)
from app.flatpak.upstream.keys import RemoteKeys
from app.flatpak.upstream.signed_lists import SignedIndex, SignedSummary, fetch_summary

_SAME_RUN = 3600
"""Seconds between a summary and an index that were published together, at most."""

_SUMMARY_INDEX = "summary-index"
"""In the cache only: digest of the index that the cached summary was published with."""


def signed_files(
    signed_list: SignedIndex | SignedSummary,
    packed: Mapping[str, bytes],
    beside: SignedSummary | None,
) -> dict[str, bytes]:
    """The complete signed upstream summary, byte for byte, by upstream's own paths.

    ``packed``: the sub-summaries. ``beside``: as of `summary_beside`.
    """
    files: dict[str, bytes] = {}
    summary = beside
    if isinstance(signed_list, SignedIndex):
        files[INDEX] = signed_list.data
        if signed_list.signature:
            files[INDEX_SIGNATURE] = signed_list.signature
        files.update(packed)
    else:
        summary = signed_list
    if summary is not None:
        files[SUMMARY] = summary.data
        if summary.signature:
            files[SUMMARY_SIGNATURE] = summary.signature
    return files


def summary_beside(
    index: SignedIndex,
    client: RemoteClient,
    keys: RemoteKeys,
    *,
    collection: str | None,
    allow_unsigned: bool,
) -> SignedSummary | None:
    """The summary published with an index: while that is the same, so is this.

    None where it is missing, cannot be trusted or is left over from before: clients that know
    the index do not look at it, and the index says all.
    """
    cache = client.cache
    digest = sha256(index.data).hexdigest().encode()
    try:
        summary = fetch_summary(
            client,
            keys,
            allow_unsigned=allow_unsigned,
            unchanged=cache.read(_SUMMARY_INDEX) == digest,
        )
    except (TrustError, UpstreamError):
        summary = None
    if summary is not None and _belongs_to(collection, index, summary):
        cache.write(_SUMMARY_INDEX, digest)
        return summary
    # The next time it is asked for again.
    cache.forget(SUMMARY)
    return None


def _belongs_to(collection: str | None, index: SignedIndex, summary: SignedSummary) -> bool:
    """Whether a summary says what the index beside it says: signed as well, and as new."""
    if summary.collection != collection:
        return False
    if not summary.judgement.good and index.judgement.good:
        return False
    return summary.made is None or summary.made >= (index.made or 0) - _SAME_RUN
