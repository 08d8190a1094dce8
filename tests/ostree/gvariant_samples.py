"""Random GVariant types, values and damage, from any ``random.Random``."""

import string
import struct
from random import Random
from typing import Any

from app.formats.gvariant import Just, Variant

KEY_TYPES = "bynqiuxthsog"
BASIC_TYPES = KEY_TYPES + "d"
INTEGERS = dict(zip("ynqiuxth", "BhHiIqQi", strict=True))
TEXTS = ["", "a", "Käse", "日本語", "🧀", "x" * 300, "org.gnome.Maps"]
PATHS = ["/", "/a", "/org/gnome/Maps_2"]
SIGNATURES = ["", "s", "a{sv}", "ii(ss)", "aay"]
FLOATS = [0.0, -0.0, 1.5, -1e300, float("inf"), float("nan"), 5e-324]


def random_type(rng: Random, depth: int = 3) -> str:
    kind = rng.choice("bbbbvaaamt({" if depth else "bbbv")
    if kind == "b":
        return rng.choice(BASIC_TYPES + "sss")
    if kind == "v":
        return "v"
    if kind in "am":
        return kind + random_type(rng, depth - 1)
    if kind == "{":
        return "a{" + rng.choice(KEY_TYPES) + random_type(rng, depth - 1) + "}"
    members = (random_type(rng, depth - 1) for _ in range(rng.choice((0, 1, 2, 2, 3, 4))))
    return "(" + "".join(members) + ")"


def random_value(rng: Random, kind: str, depth: int = 4) -> Any:
    head = kind[0]
    if kind == "ay":
        return rng.randbytes(rng.choice((0, 1, 5, 32, 255)))
    if head == "b":
        return rng.random() < 0.5
    if head in INTEGERS:
        raw = rng.randbytes(8) if rng.random() < 0.7 else rng.choice((b"\0", b"\xff")) * 8
        return struct.unpack_from("<" + INTEGERS[head], raw)[0]
    if head == "d":
        return rng.choice(FLOATS)
    if head in "sog":
        return rng.choice({"s": TEXTS, "o": PATHS, "g": SIGNATURES}[head])
    if head == "v":
        inner = random_type(rng, min(depth, 2)) if depth > 0 else "s"
        return Variant(inner, random_value(rng, inner, depth - 1))
    if head == "m":
        if rng.random() < 0.4:
            return None
        value = random_value(rng, kind[1:], depth - 1)
        return Just(value) if kind[1] == "m" else value
    if head == "a":
        count = rng.choice((0, 1, 2, 3, 5)) if depth > 0 else 0
        if rng.random() < 0.03:
            count = 90
        items = [random_value(rng, kind[1:], depth - 2) for _ in range(count)]
        return dict(items) if kind[1] == "{" else items
    return tuple(random_value(rng, member, depth - 1) for member in members(kind))


def members(kind: str) -> list[str]:
    """The types in a tuple or dictionary entry."""
    types = []
    depth = first = 0
    inside = kind[1:-1]
    for index, char in enumerate(inside):
        depth += (char in "({") - (char in ")}")
        if depth == 0 and char not in "am":
            types.append(inside[first : index + 1])
            first = index + 1
    return types


def damaged(rng: Random, data: bytes) -> bytes:
    """The bytes after one to four accidents, most of them near the end, where the framing is."""
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(made) + 1)
        if rng.random() < 0.5:
            at = max(0, len(made) - 1 - rng.randrange(8))
        byte = rng.choice((0, 1, rng.randrange(12), rng.randrange(256), len(made) & 255))
        accident = rng.randrange(5)
        if accident == 0:
            del made[at:]
        elif accident == 1:
            made.insert(at, byte)
        elif accident == 2:
            made += bytes([byte])
        elif at < len(made):
            made[at] = byte
    return bytes(made)


def noise(rng: Random) -> bytes:
    """Short runs of bytes that make plausible offsets, zeros and type strings."""
    alphabet = bytes(range(10)) + b"\0\0\0" + b"sviay()" + string.ascii_letters[:3].encode()
    return bytes(rng.choices(alphabet, k=rng.randrange(24)))


def plain(value: Any) -> Any:
    """The value as the literal that GLib's side of the comparison gives."""
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, Variant):
        return ("v", value.signature, plain(value.value))
    if isinstance(value, Just):
        return ("just", plain(value.value))
    if isinstance(value, dict):
        return [(plain(key), plain(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    return value
