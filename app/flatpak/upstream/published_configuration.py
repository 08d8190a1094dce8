"""What a signed list says about the remote itself, read as flatpak reads it.

flatpak stores it for the remote when it updates (``flatpak_dir_update_remote_configuration``).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.upstream.summary_index import SummaryIndex
from app.formats.gvariant import FormatError, Value
from app.ostree.pull.fetch import Network, get_file
from app.ostree.summary import Summary
from app.progress import Cancel
from app.replacing import replace

MAX_KEYS = 1024 * 1024
"""Bytes of the file behind a keys' address."""


class PublishedConfiguration(Struct, frozen=True):
    """Empty where it says nothing.

    Attributes:
        keys: further keys, which the signature of the list vouches for (``xa.gpg-keys``).
        keys_url: where keys are that the remote's keys have certified (``xa.gpg-keys-url``, since
            flatpak 1.20).
        redirect: where the remote is from now on (``xa.redirect-url``).
    """

    keys: bytes = b""
    keys_url: str = ""
    redirect: str = ""


def published_configuration(metadata: Value) -> PublishedConfiguration:
    """From the metadata of an index, or of a summary where there is no index."""
    return PublishedConfiguration(
        keys=metadata.get("xa.gpg-keys", "ay") or b"",
        keys_url=metadata.get("xa.gpg-keys-url", "s") or "",
        redirect=metadata.get("xa.redirect-url", "s") or "",
    )


def unverified_configuration(data: bytes) -> PublishedConfiguration:
    """What a list says of which nothing is known yet; nothing if it is none."""
    for kind in (SummaryIndex, Summary):
        try:
            return published_configuration(kind(data).metadata)
        except FormatError:
            continue
    return PublishedConfiguration()


def fetch_keys(url: str, network: Network, cancel: Cancel) -> bytes:
    """The file behind ``xa.gpg-keys-url``; empty if it cannot be had: flatpak goes on without."""
    try:
        if urlsplit(url).scheme not in {"http", "https"}:
            return b""
        # Nobody is kept waiting for what can be gone without.
        quick = replace(network, retries=0)
        return get_file(url, MAX_KEYS, quick, cancel)
    except InterruptedByUser:
        raise
    except (SatchelError, ValueError):
        return b""
