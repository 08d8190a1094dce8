"""The files of an upstream that go on a drive as they are, so that clients can check them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from app.errors import TrustError, UpstreamError
from app.flatpak.upstream.client import INDEX, INDEX_SIGNATURE, SUMMARY, SUMMARY_SIGNATURE
from app.flatpak.upstream.keys import RemoteKeys
from app.flatpak.upstream.signed_lists import SignedIndex, SignedSummary, fetch_summary
from app.flatpak.upstream.upstream import Upstream

_SAME_RUN = 3600
"""Seconds between a summary and an index that were published together, at most."""

_SUMMARY_INDEX = "summary-index"
"""In the cache only: digest of the index that the cached summary was published with."""


def signed_files(upstream: Upstream, arches: Iterable[str]) -> dict[str, bytes]:
    """The complete signed upstream summary, byte for byte, by upstream's own paths.

    Raises UpstreamError, TrustError for the sub-summaries of ``arches``.
    """
    files: dict[str, bytes] = {}
    if isinstance(upstream.signed_list, SignedIndex):
        files[INDEX] = upstream.signed_list.data
        if upstream.signed_list.signature:
            files[INDEX_SIGNATURE] = upstream.signed_list.signature
        files.update(filter(None, map(upstream.packed_summary, arches)))
        summary = _summary_beside(upstream, upstream.signed_list)
    else:
        summary = upstream.signed_list
    if summary is not None:
        files[SUMMARY] = summary.data
        if summary.signature:
            files[SUMMARY_SIGNATURE] = summary.signature
    return files


def _summary_beside(upstream: Upstream, index: SignedIndex) -> SignedSummary | None:
    """The summary published with an index: while that is the same, so is this.

    None where it is missing, cannot be trusted or is left over from before: clients that know
    the index do not look at it, and the index says all.
    """
    cache = upstream.client.cache
    digest = sha256(index.data).hexdigest().encode()
    try:
        with RemoteKeys(upstream.remote, upstream.keyring) as keys:
            summary = fetch_summary(
                upstream.client,
                keys,
                allow_unsigned=upstream.allow_unsigned,
                unchanged=cache.read(_SUMMARY_INDEX) == digest,
            )
    except (TrustError, UpstreamError):
        summary = None
    if summary is not None and _belongs_to(upstream, index, summary):
        cache.write(_SUMMARY_INDEX, digest)
        return summary
    # The next time it is asked for again.
    cache.forget(SUMMARY)
    return None


def _belongs_to(upstream: Upstream, index: SignedIndex, summary: SignedSummary) -> bool:
    """Whether a summary says what the index beside it says: signed as well, and as new."""
    if summary.collection != upstream.snapshot.collection:
        return False
    if not summary.judgement.good and index.judgement.good:
        return False
    return summary.made is None or summary.made >= (index.made or 0) - _SAME_RUN
