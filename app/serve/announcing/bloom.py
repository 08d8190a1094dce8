"""A filter that says of which refs something is surely not there, in the few bytes of an
announcement.

As libostree has it (``ostree-bloom.c``, ``ostree_collection_ref_bloom_hash``): of each ref and each
of the ``k`` functions the bit ``(hash(collection) ^ hash(ref)) mod bits``, counted from the lowest
bit of the first byte; the hash is SipHash-2-4 with a key of sixteen bytes ``k``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec import Struct

_MASK = (1 << 64) - 1
_MOST_FUNCTIONS = 16
"""Beyond that nothing is gained by more of them: a filter with so few refs is nearly empty."""


class Bloom(Struct, frozen=True):
    """A filter: of how many functions, and its bits."""

    functions: int
    bits: bytes


def bloom_of(collection: str, refs: Iterable[str], size: int) -> Bloom:
    """The filter of these refs, of ``size`` bytes, with as many functions as err the least."""
    names = sorted(refs)
    ideal = round(size * 8 / max(len(names), 1) * math.log(2))
    functions = max(1, min(ideal, _MOST_FUNCTIONS))
    bits = bytearray(size)
    missing = size * 8
    of_collection = [_hash(collection, function) for function in range(functions)]
    for name in names:
        for function, hashed in enumerate(of_collection):
            place = _place(hashed, name, function, size * 8)
            if not bits[place >> 3] >> (place & 7) & 1:
                bits[place >> 3] |= 1 << (place & 7)
                missing -= 1
        # One that is full says "perhaps" of everything, whatever else is put into it: libostree
        # then looks into the list.
        if not missing:
            break
    return Bloom(functions, bytes(bits))


def _place(of_collection: int, ref: str, function: int, bits: int) -> int:
    return (of_collection ^ _hash(ref, function)) % bits


def _hash(text: str, function: int) -> int:
    return siphash(bytes([function]) * 16, text.encode())


def siphash(key: bytes, data: bytes) -> int:
    """SipHash-2-4 of 64 bits, by its authors' paper (https://www.aumasson.jp/siphash/siphash.pdf).

    ``key`` has 16 bytes. hashlib has none, and Python's own is keyed by the process.
    """
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    state = (
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    )
    end = len(data) & ~7
    last = data[end:].ljust(7, b"\0") + bytes([len(data) & 0xFF])
    for start in (*range(0, end, 8), end):
        block = data[start : start + 8] if start < end else last
        word = int.from_bytes(block, "little")
        a, b, c, d = state
        a, b, c, d = _rounds((a, b, c, d ^ word), 2)
        state = a ^ word, b, c, d
    a, b, c, d = state
    a, b, c, d = _rounds((a, b, c ^ 0xFF, d), 4)
    return a ^ b ^ c ^ d


def _rounds(state: tuple[int, int, int, int], count: int) -> tuple[int, int, int, int]:
    a, b, c, d = state
    for _ in range(count):
        a = (a + b) & _MASK
        b = (b << 13 | b >> 51) & _MASK ^ a
        a = (a << 32 | a >> 32) & _MASK
        c = (c + d) & _MASK
        d = (d << 16 | d >> 48) & _MASK ^ c
        a = (a + d) & _MASK
        d = (d << 21 | d >> 43) & _MASK ^ a
        c = (c + b) & _MASK
        b = (b << 17 | b >> 47) & _MASK ^ c
        c = (c << 32 | c >> 32) & _MASK
    return a, b, c, d
