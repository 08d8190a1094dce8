"""Addresses as people write them, and as they go over the wire and into files: in ASCII.

Hosts as GLib's ``g_hostname_to_ascii``, and so flatpak, writes them: letters of other alphabets are
kept apart (``ß`` is not ``ss``). Anything that cannot be an address stays as it is, to be refused
where it is used. Why: decision D20.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

_WEB = frozenset({"http", "https"})
_DOTS = re.compile("[.\u3002]")
_MAX_LABEL = 63
_KEPT = "/%:@!$&'()*+,;=~"


def ascii_address(url: str) -> str:
    """``https://bücher.example/ä`` → ``https://xn--bcher-kva.example/%C3%A4``.

    Only of web addresses; those of files stay as they are.
    """
    parts = split_address(url)
    if parts is None or parts.scheme not in _WEB or not url.isprintable():
        return url
    if url.isascii() and " " not in url:
        return url
    user, at, place = parts.netloc.rpartition("@")
    host, colon, port = (place, "", "") if place.startswith("[") else place.partition(":")
    ascii_host = _ascii_host(host)
    if ascii_host is None:
        return url
    return SplitResult(
        parts.scheme,
        f"{quote(user, _KEPT)}{at}{ascii_host}{colon}{port}",
        quote(parts.path, _KEPT),
        quote(parts.query, _KEPT + "?"),
        quote(parts.fragment, _KEPT + "?"),
    ).geturl()


def _ascii_host(host: str) -> str | None:
    """The host as the name system knows it; None for what cannot be one."""
    if host.isascii():
        return host if " " not in host else None
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", host).lower())
    labels = []
    for label in _DOTS.split(folded):
        plain = label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
        if len(plain) > _MAX_LABEL or " " in plain:
            return None
        labels.append(plain)
    return ".".join(labels)


def split_address(text: str) -> SplitResult | None:
    """The parts of an address; None for anything else, such as the name of a file."""
    if "://" not in text:
        return None
    try:
        parts = urlsplit(text)
        # Asked for, it may turn out not to be one.
        _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts


def file_name(text: str) -> str:
    """The last part of a path or an address, without what a server is asked beside it."""
    parts = split_address(text)
    return unquote(parts.path).rpartition("/")[2] if parts is not None else Path(text).name


def same_place(first: str, second: str) -> bool:
    """Whether two addresses are the same repository's, as flatpak compares them."""
    return ascii_address(first).rstrip("/") == ascii_address(second).rstrip("/")


def local_path(text: str) -> Path | None:
    """The file of this computer that a path or a ``file:`` address names; None for others."""
    if "://" not in text:
        return Path(text)
    parts = split_address(text)
    if parts is None or parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        return None
    return Path(unquote(parts.path))


def is_protected(url: str) -> bool:
    """Whether nobody on the way can exchange what comes from there."""
    parts = split_address(url)
    if parts is None or parts.scheme in {"https", "file"}:
        return True
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
