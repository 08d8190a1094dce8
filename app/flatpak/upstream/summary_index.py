"""The signed index of an upstream with its sub-summaries, and what summaries say of themselves.

Formats: flatpak's ``doc/flatpak-summaries.txt``; index ``(a{s(ayaaya{sv})}a{sv})``. No I/O.
"""

from __future__ import annotations

import zlib
from hashlib import sha256

from app.formats.gvariant import FormatError, Value, parse
from app.message import Message
from app.ostree.canonical import MAX_KEYS, check_keys, check_normal, check_order
from app.ostree.objects import CHECKSUM_BYTES, byteswap64
from app.ostree.repository import MAX_INDEX_SIZE, MAX_SUMMARY_SIZE
from app.ostree.summary import COLLECTION_ID_KEY, LAST_MODIFIED_KEY, Summary

INDEX_TYPE = "(a{s(ayaaya{sv})}a{sv})"
_GZIP = 31


def inflate_summary(data: bytes, digest: str) -> bytes:
    """A sub-summary as published (gzip), checked against its digest. Raises FormatError.

    Never inflates to more than `MAX_SUMMARY_SIZE`, whatever the data says.
    """
    stream = zlib.decompressobj(_GZIP)
    try:
        plain = stream.decompress(data, MAX_SUMMARY_SIZE + 1)
    except zlib.error as error:
        raise FormatError(Message("the compressed summary is damaged")) from error
    if len(plain) > MAX_SUMMARY_SIZE or stream.unused_data:
        raise FormatError(Message("the compressed summary is larger than it can be"))
    if not stream.eof:
        raise FormatError(Message("the compressed summary is cut off"))
    if sha256(plain).hexdigest() != digest:
        raise FormatError(Message("the summary is not the one the index names"))
    return plain


class SummaryIndex:
    """A parsed ``summary.idx``."""

    def __init__(self, data: bytes) -> None:
        """Raises FormatError if this is no index, or one that can be read in several ways."""
        self.data = data
        if len(data) > MAX_INDEX_SIZE:
            raise FormatError(Message("the summary index is larger than it can be"))
        value = parse(INDEX_TYPE, data)
        check_normal(value, Message("the summary index"))
        self.metadata = value[1]
        check_keys(self.metadata, Message("the summary index's metadata"))
        check_order(value[0], Message("the summary index"), MAX_KEYS)
        self.digests: dict[str, str] = {}
        for entry in value[0]:
            digest = entry[1][0].unpack()
            if len(digest) != CHECKSUM_BYTES:
                raise FormatError(Message("the summary index has an invalid digest"))
            self.digests[entry[0].unpack()] = digest.hex()
        if not self.digests and not len(self.metadata):
            raise FormatError(Message("this is not a summary index, or it is damaged"))

    @property
    def collection(self) -> str | None:
        value = self.metadata.get(COLLECTION_ID_KEY, "s")
        return value if isinstance(value, str) and value else None

    @property
    def token_type(self) -> int:
        """As in `UpstreamRef`, of the refs about which nothing else is said."""
        return default_token_type(self.metadata)

    @property
    def last_modified(self) -> int | None:
        """When the index was made, in seconds, if it tells."""
        value = self.metadata.get(LAST_MODIFIED_KEY, "t")
        return byteswap64(value) if isinstance(value, int) else None

    def subset_name(self, arch: str, subset: str) -> str:
        """Under which name the index has the sub-summary of an architecture."""
        return f"{subset}-{arch}" if subset else arch


def default_token_type(metadata: Value) -> int:
    """What a summary or index says of all refs, as flatpak reads it."""
    value = metadata.get("xa.default-token-type", "i", 0)
    return value if isinstance(value, int) else 0


def summary_made(summary: Summary) -> int | None:
    """When a summary was made: what it says, else its newest commit."""
    if summary.last_modified is not None:
        return summary.last_modified
    times = [entry.timestamp for entry in summary.refs()]
    return max((time for time in times if time is not None), default=None)
