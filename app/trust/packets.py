"""The outermost structure of OpenPGP data: which packets, how long. RFC 4880, sections 4 and 6.

This decides what gpg gets to see at all. A "signature" that holds compressed or literal data, or a
"public key" that holds a secret one, never reaches gpg: it would inflate the one and start an agent
for the other.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from hashlib import sha1, sha256

from msgspec import Struct

from app.message import Message

SIGNATURE = 2
SECRET_KEY = 5
PUBLIC_KEY = 6
SECRET_SUBKEY = 7
TRUST = 12
USER_ID = 13
PUBLIC_SUBKEY = 14
USER_ATTRIBUTE = 17

KEY_PACKETS = frozenset({PUBLIC_KEY, PUBLIC_SUBKEY, USER_ID, USER_ATTRIBUTE, SIGNATURE, TRUST})
"""What a file of public keys may hold."""

_ARMOUR = re.compile(
    rb"^-----BEGIN PGP ([A-Z ]+)-----[ \t\r]*\n(.*?)^-----END PGP \1-----", re.DOTALL | re.MULTILINE
)


class MalformedPacketsError(Exception):
    """Not a sequence of complete packets. Callers turn it into their own verdict or error."""


def tags(data: bytes) -> list[int]:
    """The tag of every packet. Partial and indeterminate lengths, which only streamed data
    packets may have, count as malformed."""
    return [tag for tag, _, _, _ in _packets(data)]


def _packets(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Tag, beginning, start of the body and end of every packet."""
    position = 0
    while position < len(data):
        tag, start, length = _header(data, position)
        end = start + length
        if end > len(data):
            raise MalformedPacketsError(Message("a packet is cut short"))
        yield tag, position, start, end
        position = end


class PublicKey(Struct, frozen=True):
    """A primary key with everything that belongs to it, as it was found.

    Attributes:
        fingerprint: hexadecimal, as gpg writes it; empty for a version that nobody trusts (3).
    """

    fingerprint: str
    data: bytes


def public_keys(blob: bytes) -> list[PublicKey]:
    """The keys of a key file, binary or armoured. What stands before the first is left out.

    Nothing is proven by this: that user IDs and subkeys belong to a key is for gpg to say, which
    looks at the key's own signatures.
    """
    data = dearmour(blob)
    marks = [
        (position, _fingerprint(data[start:end]))
        for tag, position, start, end in _packets(data)
        if tag == PUBLIC_KEY
    ]
    ends = [*(position for position, _ in marks), len(data)][1:]
    return [
        PublicKey(fingerprint, data[position:end])
        for (position, fingerprint), end in zip(marks, ends, strict=True)
    ]


def _fingerprint(body: bytes) -> str:
    """RFC 4880, section 12.2; RFC 9580, section 5.5.4; GnuPG's version 5."""
    match body[:1]:
        case b"\x04":
            return sha1(b"\x99" + len(body).to_bytes(2, "big") + body).hexdigest().upper()
        case b"\x05":
            return sha256(b"\x9a" + len(body).to_bytes(4, "big") + body).hexdigest().upper()
        case b"\x06":
            return sha256(b"\x9b" + len(body).to_bytes(4, "big") + body).hexdigest().upper()
    return ""


def _header(data: bytes, position: int) -> tuple[int, int, int]:
    """Tag, start of the body and its length, of the packet at ``position``."""
    first = data[position]
    if not first & 0x80:
        raise MalformedPacketsError(Message("not a packet"))
    if first & 0x40:
        tag = first & 0x3F
        length_of_length = _new_format_size(data, position + 1)
    else:
        tag = first >> 2 & 0x0F
        length_of_length = (1, 2, 4, 0)[first & 3]
        if not length_of_length:
            raise MalformedPacketsError(Message("a packet without a length"))
    start = position + 1 + length_of_length
    if start > len(data):
        raise MalformedPacketsError(Message("a packet is cut short"))
    digits = data[position + 1 : start]
    if not first & 0x40 or length_of_length == 1:
        return tag, start, int.from_bytes(digits, "big")
    if length_of_length == 2:
        return tag, start, ((digits[0] - 192) << 8) + digits[1] + 192
    return tag, start, int.from_bytes(digits[1:], "big")


def _new_format_size(data: bytes, position: int) -> int:
    """How many bytes a new-format length takes."""
    if position >= len(data):
        raise MalformedPacketsError(Message("a packet is cut short"))
    first = data[position]
    if first < 192:
        return 1
    if first < 224:
        return 2
    if first < 255:
        raise MalformedPacketsError(Message("a packet in parts"))
    return 5


def dearmour(data: bytes) -> bytes:
    """Binary packets from binary or from one or several ASCII-armoured blocks.

    The armour's checksum is not looked at: keys prove themselves by their self-signatures.
    """
    if data[:1] and data[0] & 0x80:
        return data
    blocks = [_armour_body(match.group(2)) for match in _ARMOUR.finditer(data)]
    if not blocks:
        raise MalformedPacketsError(Message("neither binary nor ASCII-armoured"))
    return b"".join(blocks)


def _armour_body(block: bytes) -> bytes:
    lines = [line.strip() for line in block.split(b"\n")]
    # Headers such as "Comment: ..." end at the first empty line, which is there even without them.
    if b"" in lines:
        lines = lines[lines.index(b"") + 1 :]
    text = b"".join(line for line in lines if not line.startswith(b"="))
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise MalformedPacketsError(Message("damaged ASCII armour")) from error
