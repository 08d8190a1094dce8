"""GLib's own answers, to hold ours against.

The same file is both sides: ``Oracle`` starts it again under the system's Python, which has GLib's
bindings (Debian: python3-gi), and asks it one JSON list per line.

Values cross as Python literals: floats as ``float.hex()``, variants as ``("v", type, value)``,
maybes of maybes as ``("just", value)``, dictionaries as lists of pairs, the first of equal keys.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

PYTHON = "/usr/bin/python3"


class OracleError(AssertionError):
    """GLib cannot be asked. Never a reason to skip: without it nothing here is proven."""


class Oracle:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [PYTHON, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        ready = self._process.stdout.readline() if self._process.stdout else ""
        if ready != "ready\n":
            self.close()
            raise OracleError(f"{PYTHON} has no GLib bindings: install python3-gi")

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def _ask(self, verb: str, cases: list[Any]) -> list[Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([verb, cases]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise OracleError(f"GLib died of {verb} {cases!r:.2000}")
        return list(json.loads(answer))

    def serialise(self, cases: list[tuple[str, Any]]) -> list[bytes]:
        """The bytes GLib writes for each type and plain value."""
        wanted = [(signature, repr(value)) for signature, value in cases]
        return [bytes.fromhex(data) for data in self._ask("serialise", wanted)]

    def read(self, cases: list[tuple[str, bytes]]) -> list[tuple[str, str, bool]]:
        """What GLib reads: the literal in either byte order, and whether it is in normal form."""
        wanted = [(signature, data.hex()) for signature, data in cases]
        return [tuple(answer) for answer in self._ask("read", wanted)]

    def is_type(self, signatures: list[str]) -> list[bool]:
        return self._ask("is_type", signatures)


def split(signature: str) -> list[str]:
    """The complete types in a row of them."""
    types = []
    depth = first = 0
    for index, kind in enumerate(signature):
        depth += (kind in "({") - (kind in ")}")
        if depth == 0 and kind not in "am":
            types.append(signature[first : index + 1])
            first = index + 1
    return types


NAMES = {
    "b": "boolean",
    "y": "byte",
    "n": "int16",
    "q": "uint16",
    "i": "int32",
    "u": "uint32",
    "x": "int64",
    "t": "uint64",
    "h": "handle",
    "s": "string",
    "o": "string",
    "g": "string",
}
CONSTRUCTORS = {"o": "object_path", "g": "signature"}


def _plain(value: Any) -> Any:
    """What is in a GLib.Variant."""
    kind = value.get_type_string()
    head = kind[0]
    if kind == "ay":
        return bytes(value.get_data_as_bytes().get_data() or b"")
    if head == "d":
        return value.get_double().hex()
    if head in NAMES:
        return getattr(value, "get_" + NAMES[head])()
    children = [value.get_child_value(index) for index in range(value.n_children())]
    if head == "v":
        return ("v", children[0].get_type_string(), _plain(children[0]))
    if head == "m":
        if not children:
            return None
        return ("just", _plain(children[0])) if kind[1] == "m" else _plain(children[0])
    items = [_plain(child) for child in children]
    if kind.startswith("a{"):
        first: dict[Any, Any] = {}
        for key, item in items:
            first.setdefault(key, item)
        return list(first.items())
    return items if head == "a" else tuple(items)


class _Builder:
    """Makes GLib.Variants; ``glib``: the bindings, which only the system's Python has."""

    def __init__(self, glib: Any) -> None:
        self._glib = glib

    def build(self, kind: str, value: Any) -> Any:
        variant, variant_type = self._glib.Variant, self._glib.VariantType
        head = kind[0]
        if kind == "ay":
            data = self._glib.Bytes.new(value)
            return variant.new_from_bytes(variant_type.new(kind), data, True)
        if head == "d":
            return variant.new_double(float.fromhex(value))
        if head in NAMES:
            return getattr(variant, "new_" + CONSTRUCTORS.get(head, NAMES[head]))(value)
        if head == "v":
            return variant.new_variant(self.build(value[1], value[2]))
        if head in "am":
            element = variant_type.new(kind[1:])
            if head == "a":
                return variant.new_array(element, [self.build(kind[1:], item) for item in value])
            if value is not None:
                value = self.build(kind[1:], value[1] if kind[1] == "m" else value)
            return variant.new_maybe(element, value)
        members = map(self.build, split(kind[1:-1]), value)
        return (variant.new_dict_entry if head == "{" else variant.new_tuple)(*members)


def serve() -> None:
    from gi.repository import GLib

    def serialise(case: list[str]) -> str:
        built = _Builder(GLib).build(case[0], ast.literal_eval(case[1]))
        return bytes(built.get_data_as_bytes().get_data() or b"").hex()

    def read(case: list[str]) -> tuple[str, str, bool]:
        data = GLib.Bytes.new(bytes.fromhex(case[1]))
        value = GLib.Variant.new_from_bytes(GLib.VariantType.new(case[0]), data, False)
        swapped = value.byteswap()
        return repr(_plain(value)), repr(_plain(swapped)), value.is_normal_form()

    def is_type(signature: str) -> bool:
        if not GLib.VariantType.string_is_valid(signature):
            return False
        return bool(GLib.VariantType.new(signature).is_definite())

    verbs: dict[str, Callable[[Any], object]] = {
        "serialise": serialise,
        "read": read,
        "is_type": is_type,
    }
    print("ready", flush=True)
    for line in sys.stdin:
        verb, cases = json.loads(line)
        print(json.dumps([verbs[verb](case) for case in cases]), flush=True)


if __name__ == "__main__":
    serve()
