"""What is wanted of upstreams that are hostile, and what is changed of what they send."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from hashlib import sha256

from app.flatpak.upstream.summary_index import SummaryIndex
from tests.servers import Exchange, Rule, replace, status
from tests.stick.forge import body
from tests.stick.made_drive import MadeDrive
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
MORE = "org.test.Large"
"""What the stick does not have yet."""

BOMB = 300_000_000
_PIECE = 1_000_000


def bomb(letter: bytes, start: bytes = b"") -> bytes:
    """``start`` and so many of a letter, as gzip packs them.

    One piece is packed, and is there as often as it has to be: that takes a tenth of the time.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = letter * _PIECE
    packed = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    count = BOMB // _PIECE
    check = zlib.crc32(start)
    for _ in range(count):
        check = zlib.crc32(piece, check)
    end = packer.flush() + struct.pack("<LL", check, len(start) + count * _PIECE)
    return b"\x1f\x8b\x08" + bytes(5) + b"\x02\xff" + head + packed * count + end


def made(upstream: Upstream) -> int:
    seconds = SummaryIndex((upstream.path / "summary.idx").read_bytes()).last_modified
    assert seconds is not None
    return seconds


def flip(data: bytes) -> bytes:
    """One bit in the middle."""
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    return bytes(changed)


def sign_index(made_drive: MadeDrive, index: bytes, signature: bytes) -> None:
    """What the server has as the index and as its signature, wherever that is looked for."""
    made_drive.web.always["/summary.idx"] = body(index)
    made_drive.web.always["/summary.idx.sig"] = body(signature)
    made_drive.web.always[f"/summaries/{sha256(index).hexdigest()}.idx.sig"] = body(signature)


def changed_index(change: Callable[[bytes], bytes]) -> Callable[[MadeDrive], None]:
    def arrange(made_drive: MadeDrive) -> None:
        index = (made_drive.upstream.path / "summary.idx").read_bytes()
        signature = (made_drive.upstream.path / "summary.idx.sig").read_bytes()
        sign_index(made_drive, change(index), signature)

    return arrange


def lost(kind: str, rule: Rule, but: str = "") -> Callable[[MadeDrive], None]:
    def arrange(made_drive: MadeDrive) -> None:
        def answer(exchange: Exchange) -> None:
            hit = exchange.path.endswith(f".{kind}") and exchange.path != but
            (rule if hit else Exchange.good)(exchange)

        made_drive.web.everything = answer

    return arrange


SIGNATURES: dict[str, Rule] = {
    "missing": status("404 Not Found"),
    "empty": body(b""),
    "flipped": replace(flip),
    "garbage": body(b"\xff" * 333),
}


def drop(made_drive: MadeDrive, kind: str) -> None:
    """Nothing of this kind is there already, beside what the present refs need."""
    if kind == "dirmeta":
        for path in (made_drive.drive / ".ostree/repo/objects").glob("*/*.dirmeta"):
            path.unlink()


def check_harmless(said: str) -> None:
    assert not [char for char in said if char < " " and char != "\n"], said
    assert "\nsatchel: all is well" not in said
