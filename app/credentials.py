"""Credentials in addresses: used for requests, never shown or stored.

An address of a server can hold secrets: ``user:password@``, or a token in its query. The request
needs them; a drive, a message, a report, a log and a state file must not have them. So every
address that leaves the program goes through `public_address`, and every text that may hold one
through `without_secrets`; all errors and notices go through `public_sentence`. Why: decision D31.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from app.text import Policy, clean

_HIDDEN = "…"
# Somebody may have encoded what was encoded already.
_LAYERS = 3
# Only from the first character that a scheme may have: from each of them, a long word would be read
# as often as it has characters.
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9+.-])[A-Za-z0-9+.-]*(?::|%3A)(?:/|%2F){2}[^\s\"'“”„«»<>]+", re.IGNORECASE
)
_ENDS_SENTENCE = ".,;:!?)]}…"
# As proxies are often given.
_BARE = re.compile(r"(?<![^\s\"'“„«(=])[^\s:/@\"'“„«(=]+:[^\s/@]+@")
_INSIDE = re.compile(r"//[^/]*@")
# A sentence is shorter.
_SCANNED = 50_000


def public_address(address: str) -> str:
    """``address`` without what only its owner may know; one without secrets stays as it is."""
    try:
        parts = urlsplit(address)
        port_is_good = _has_good_port(parts)
    except ValueError:
        scheme, there, _ = address.partition("://")
        return f"{scheme}://{_HIDDEN}" if there else _BARE.sub("", address)
    if not parts.netloc:
        plain = _decoded(address)
        hidden = "@" in plain and "//" in plain
        return _HIDDEN if hidden else _BARE.sub("", address)
    host, path = parts.netloc, parts.path
    if not port_is_good and "@" in path:
        # A password with a slash that should have been encoded.
        host, slash, path = f"{host}{path}".rpartition("@")[2].partition("/")
        path = f"{slash}{path}"
    elif not port_is_good and "@" not in _decoded(host):
        # What stands in the place of a port may be the beginning of a password that was cut off.
        return f"{parts.scheme}://{_HIDDEN}"
    if "@" in _decoded(host):
        host = (host if "@" in host else _decoded(host)).rpartition("@")[2]
        if "@" in _decoded(host):
            host = _decoded(host).rpartition("@")[2]
    if _INSIDE.search(_decoded(path)):
        path = f"/{_HIDDEN}"
    is_file = parts.scheme == "file"
    bare = (parts.query or parts.fragment) and not is_file
    if (host, path) == (parts.netloc, parts.path) and not bare:
        return address.rstrip("?#") if not is_file else address
    return urlunsplit((parts.scheme, host, path, "", ""))


def without_secrets(text: str) -> str:
    """``text`` with every address in it as `public_address` has it."""
    if ":" not in text and "%" not in text:
        return text
    public = _ADDRESS.sub(_shown, text)
    return _BARE.sub("", public) if "@" in public else public


def public_sentence(text: str) -> str:
    """What Satchel says, fit for everybody: no secrets, and nothing a terminal would act upon.

    Every error and notice goes through this, whatever has gone into it.
    """
    # Addresses first: of one that was cut off, nobody knows any more what of it is a password.
    return clean(without_secrets(text[:_SCANNED]), Policy.SENTENCE)


def _shown(match: re.Match[str]) -> str:
    address = match[0]
    stop = len(address.rstrip(_ENDS_SENTENCE))
    return public_address(address[:stop]) + address[stop:]


def host_of(address: str) -> str:
    """The host of an address, and its port where one is named, to tell people where it is."""
    try:
        return urlsplit(public_address(address)).netloc or _HIDDEN
    except ValueError:
        return _HIDDEN


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port >= 0
    except ValueError:
        return False


def _decoded(text: str) -> str:
    for _ in range(_LAYERS):
        text = unquote(text)
    return text
