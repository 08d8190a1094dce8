"""Where computers that install from a stick will look for updates.

A stick may be made from a mirror in the next room, or from a directory. What it tells clients is
upstream's public address: the one that the signed list gives (``xa.redirect-url``), else that of a
known remote of the same collection and with the same key, else the one it was fetched from.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from app.credentials import public_address
from app.flatpak.remotes.addresses import ascii_address, split_address
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.flatpak.upstream.offer import Offer
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.trust.prolonged import fingerprints_in

_LOCAL_NAMES = (
    "localhost",
    "local",
    "localdomain",
    "lan",
    "home",
    "internal",
    "intranet",
    "private",
    "corp",
    "home.arpa",
)
"""Ends of names that lead nowhere on the internet (RFC 6761, 6762, 8375, and what routers use)."""


def update_address(upstream: Offer, known: Sequence[Remote]) -> str:
    """The address for clients, without credentials. May lead nowhere from elsewhere: `is_public`.

    ``known``: remotes of this computer.
    """
    said = ascii_address(upstream.configuration.redirect)
    candidates = [said] if is_usable(said) else []
    # What is named for one job may be a mirror of what is known.
    named = upstream.remote.origin is RemoteOrigin.GIVEN
    candidates += [] if named else [upstream.remote.url]
    candidates += _namesakes(upstream, known)
    candidates += [upstream.remote.url] if named else []
    address = next((url for url in candidates if is_public(url)), upstream.remote.url)
    return public_address(address)


def _namesakes(upstream: Offer, known: Iterable[Remote]) -> Iterable[str]:
    """Other addresses of the same: of that collection, where the key that signed is known."""
    signer = upstream.snapshot.signature.fingerprint
    wanted = upstream.snapshot.collection, upstream.remote.subset
    for remote in known:
        same = (
            remote.collection_id,
            remote.subset,
        ) == wanted and remote.origin is not RemoteOrigin.GIVEN
        if same and signer in fingerprints_in(remote.keys):
            yield remote.url


def expected_addresses(redirect: str, known: Iterable[str]) -> frozenset[str]:
    """Where clients of a stick may be led: by the signed list's word, else by what is known here.

    Nothing if nobody knows a public address.
    """
    said = ascii_address(redirect)
    if is_usable(said) and is_public(said):
        return frozenset({public_address(said)})
    addresses = frozenset(known)
    return addresses if any(map(is_public, addresses)) else frozenset()


def address_notice(remote: Remote, address: str) -> Notice | None:
    """What a person should know about an address that others cannot reach, or not so."""
    if remote.throwaway:
        return None
    if is_public(address) and address == remote.address != remote.url:
        return Notice(
            Severity.INFO,
            Message(
                "The address of {remote} holds a password or a token: what is made gets it "
                "without.",
                remote=remote.label,
            ),
            Message("Computers that update from there later need it again."),
        )
    if is_public(address):
        return None
    return Notice(
        Severity.WARNING,
        Message(
            "Computers will look for updates of {remote} at {address}, which leads nowhere "
            "outside of this computer or its network.",
            remote=remote.label,
            address=address,
        ),
        Message("Where they have internet, take it from the public address instead."),
    )


def is_public(url: str) -> bool:
    """Whether an address can lead to the same place from anywhere on the internet."""
    parts = split_address(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    host = parts.hostname.rstrip(".").lower()
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_global
    except ValueError:
        pass
    if _is_number(host):
        # Shortened or in another base, as 127.1: nobody publishes under that.
        return False
    local = any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES)
    return "." in host and not local


def _is_number(host: str) -> bool:
    """Whether the last part of a host is a number, so that it is an IP address however written."""
    last = host.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")


def is_usable(url: str) -> bool:
    """Whether a list may send somebody there."""
    parts = split_address(url)
    plain = url.isascii() and url.isprintable() and " " not in url
    return (
        parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname) and plain
    )
