"""The TXT records of an announced repository, version 1 (``ostree-repo-finder-avahi.c``).

``v`` (``y``) the version; ``rb`` (``(yyay)``) the filter of its refs: functions, which kind of
hash, bits; ``st`` (``t``) when its list was made, seconds since 1970; ``ri`` (``q``) its number, by
which its address is ``http://HOST:PORT/NUMBER``. Numbers are big-endian. A record of DNS has 255
bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.serve.announcing.bloom import bloom_of

SERVICE_TYPE = "_ostree_repo._tcp"
_VERSION = 1
_COLLECTION_REFS = 1
"""The only kind of hash there is."""

_RECORD_SIZE = 255
_BLOOM_SIZE = _RECORD_SIZE - len("rb=") - 2


def txt_records(index: int, collection: str, refs: Iterable[str], made: int) -> list[bytes]:
    """``index`` is below 65,536; ``made`` is when the list was made, seconds since 1970."""
    bloom = bloom_of(collection, refs, _BLOOM_SIZE)
    return [
        b"v=" + bytes([_VERSION]),
        b"rb=" + bytes([bloom.functions, _COLLECTION_REFS]) + bloom.bits,
        b"st=" + max(made, 0).to_bytes(8, "big"),
        b"ri=" + index.to_bytes(2, "big"),
    ]
