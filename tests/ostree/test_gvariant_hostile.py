"""GVariant: bytes of somebody hostile."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formats.gvariant import FormatError, Variant, parse
from app.formats.gvariant.types import MAX_SIGNATURE
from tests.examples import examples
from tests.ostree.gvariant_views import DIRTREE, SUMMARY
from tests.work import counted


class TestHostileBytes:
    """Nothing raises, nothing runs away; each of these would take minutes or gigabytes."""

    @pytest.fixture(autouse=True)
    def _in_time(self) -> Iterator[None]:
        with counted() as work:
            yield
        assert work.calls < 3_000_000  # 500,000 as it is

    def read(self, kind: str, data: bytes) -> Any:
        view = parse(kind, data)
        view.is_normal()
        for child in view:
            child.is_normal()
        return view.unpack()

    def test_variants_nested_without_end(self) -> None:
        value = self.read("v", b"\0v" * 100_000)
        depth = 0
        while isinstance(value, Variant):
            value = value.value
            depth += 1
        assert (value, depth) == ((), 128)

    @pytest.mark.parametrize("broken_first", [False, True])
    def test_children_never_share_bytes(self, broken_first: bool) -> None:
        # Each level holds three variants that all claim the whole level before: 3^60 values. A
        # broken first member is what makes GLib stop looking at the order of the others.
        kind = b"(yvyvyv)"
        data = b"\0\0y"
        for _ in range(60):
            data += b"\0" * (-len(data) % 8)
            size = len(data)
            ends = [size, 0, size, 0] if not broken_first else [size, 0, size, 255]
            width = 1 if size + 4 < 256 else 2
            data += b"".join(end.to_bytes(width, "little") for end in reversed(ends))
            data += b"\0" + kind
        self.read("v", data)
        self.read("v", data[:200])

    @pytest.mark.parametrize(
        "kind",
        [
            "a" + "(" * 120 + "ay" + ")" * 120,
            "a" + "(" * 120 + ")" * 120,
            "a(" + "as" * 5000 + ")",
            "a" + "m" * 120 + "ay",
            "a(" + "y" * 9000 + "s)",
        ],
    )
    def test_small_elements_of_huge_types_read_as_no_elements(self, kind: str) -> None:
        view = parse(kind, bytes(100_000))
        assert view.unpack() == []
        view.is_normal()
        assert len(view) > 10

    def test_units_take_a_byte_each(self) -> None:
        assert self.read("a()", bytes(1000)) == [()] * 1000
        assert self.read("a()", b"") == []

    def test_huge_types_are_no_types(self) -> None:
        kind = "(" + "s" * MAX_SIGNATURE + ")"
        assert self.read("v", b"\0" + kind.encode()) == Variant("()", ())
        with pytest.raises(FormatError):
            parse(kind, b"")

    def test_a_table_that_claims_more_than_there_is(self) -> None:
        assert self.read("as", b"\xff" * 1000) == []
        assert self.read("a{sv}", b"\xff" * 70_000) == {}

    @settings(max_examples=examples(300))
    @given(kind=st.sampled_from([DIRTREE, SUMMARY, "v", "a{sv}", "mmv"]), data=st.binary())
    def test_any_bytes_read_as_something(self, kind: str, data: bytes) -> None:
        self.read(kind, data)
