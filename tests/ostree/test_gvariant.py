"""GVariant: reading, looking up, writing."""

import math
import struct
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.gvariant import FormatError, Just, Variant, parse, serialise
from tests.ostree.gvariant_samples import damaged, members, plain, random_type, random_value
from tests.ostree.gvariant_views import ORDERS, SUMMARY, randoms, through_views


class TestRoundTrip:
    @given(rng=randoms, order=st.sampled_from(ORDERS), as_view=st.booleans())
    def test_what_was_written_is_read(self, rng: Random, order: Any, as_view: bool) -> None:
        kind = random_type(rng)
        value = random_value(rng, kind)
        data = serialise(kind, value, byteorder=order)
        view = parse(kind, memoryview(data) if as_view else data, byteorder=order)
        assert view.is_normal()
        assert view.data == data
        assert repr(view.unpack()) == repr(value)
        assert repr(through_views(view)) == repr(value)

    @given(rng=randoms, as_view=st.booleans())
    def test_damage_reads_the_same_at_once_and_child_by_child(
        self, rng: Random, as_view: bool
    ) -> None:
        kind = random_type(rng)
        data = damaged(rng, serialise(kind, random_value(rng, kind)))
        view = parse(kind, memoryview(data) if as_view else data)
        assert repr(plain(through_views(view))) == repr(plain(view.unpack()))

    @given(data=st.binary(max_size=64), rng=randoms)
    def test_normal_bytes_are_the_ones_that_are_written(self, data: bytes, rng: Random) -> None:
        kind = rng.choice(("ai", "as", "(yas)", "a{sv}", "v", "may", "(sms)", "(nay)"))
        value = parse(kind, data)
        if data and value.is_normal() and kind not in ("a{sv}", "v"):
            assert serialise(kind, value.unpack()) == data

    @pytest.mark.parametrize("order", ORDERS)
    def test_views_are_spliced_in_anywhere(self, order: Any) -> None:
        entry = parse("(taya{sv})", serialise("(taya{sv})", (7, b"sum", {"k": Variant("u", 9)})))
        spliced = serialise(SUMMARY, ([("ref", entry)], {}), byteorder=order)
        plainly = serialise(SUMMARY, ([("ref", entry.unpack())], {}), byteorder=order)
        assert spliced == plainly
        with pytest.raises(TypeError, match="'\\(taya\\{sv\\}\\)' where 's' belongs"):
            serialise("s", entry)


class TestReading:
    def test_views_know_their_children(self) -> None:
        view = parse("(sma{sv}ai)", serialise("(sma{sv}ai)", ("x", {"k": Variant("s", "v")}, [1])))
        assert [child.signature for child in view] == ["s", "ma{sv}", "ai"]
        assert len(view) == 3
        assert len(view[1]) == len(view[1][0]) == 1
        assert view[1][0][0][1].signature == "v"
        assert view[1][0][0][1][0].unpack() == "v"
        assert view[-1][0].unpack() == 1
        with pytest.raises(IndexError):
            view[3]
        with pytest.raises(TypeError):
            len(view[0])

    def test_a_view_is_true_even_when_empty(self) -> None:
        assert parse("as", b"")
        assert len(parse("as", b"")) == 0

    def test_framing_is_little_endian_in_either_byte_order(self) -> None:
        value = (1, ["a" * 300, "b"], 2)
        data = serialise("(uasu)", value, byteorder="big")
        assert data.startswith(b"\0\0\0\1")
        assert data[-2:] == struct.pack("<H", 4 + 303 + 4)
        assert parse("(uasu)", data, byteorder="big").unpack() == value

    def test_maybes_of_maybes_are_told_apart(self) -> None:
        for value in (None, Just(None), Just(Just(None)), Just(Just("x"))):
            assert parse("mmms", serialise("mmms", value)).unpack() == value

    def test_the_first_of_equal_keys_wins(self) -> None:
        data = serialise("a{sv}", [("k", Variant("i", 1)), ("k", Variant("i", 2))])
        assert parse("a{sv}", data).unpack() == {"k": Variant("i", 1)}
        assert parse("a{sv}", data).get("k", "i") == 1

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("i", 0),
            ("b", False),
            ("d", 0.0),
            ("s", ""),
            ("o", "/"),
            ("g", ""),
            ("ay", b""),
            ("as", []),
            ("a{sv}", {}),
            ("ms", None),
            ("v", Variant("()", ())),
            ("(us)", (0, "")),
        ],
    )
    def test_no_bytes_read_as_the_default(self, kind: str, expected: Any) -> None:
        assert parse(kind, b"").unpack() == expected

    def test_a_damaged_fixed_size_child_has_the_bytes_of_zero(self) -> None:
        assert parse("(tu)", b"short")[0].data == bytes(8)
        assert not parse("(tu)", b"short")[0].is_normal()

    @pytest.mark.parametrize("kind", ["", "ii", "a", "{sv}s", "r", "*", "a{vs}", "(", "é"])
    def test_only_types_are_types(self, kind: str) -> None:
        with pytest.raises(FormatError, match="is not a GVariant type"):
            parse(kind, b"")
        with pytest.raises(FormatError, match="is not a GVariant type"):
            serialise(kind, 0)


class TestLookup:
    def test_variants_are_opened(self) -> None:
        data = serialise("a{sv}", {"one": Variant("i", 1), "two": Variant("s", "zwei")})
        for view in (parse("a{sv}", data), parse("a{sv}", memoryview(data))):
            value = view.lookup("two")
            assert value is not None
            assert (value.signature, value.unpack()) == ("s", "zwei")
            assert view.lookup("three") is None
            assert view.get("one", "i") == 1
            assert view.get("one", "u", 5) == 5
            assert view.get("three", "i") is None

    def test_other_values_are_returned_as_they_are(self) -> None:
        view = parse("a{s(tts)}", serialise("a{s(tts)}", {"ref": (1, 2, "x")}))
        value = view.lookup("ref")
        assert value is not None
        assert value.unpack() == (1, 2, "x")

    def test_damaged_keys_are_empty_strings(self) -> None:
        damaged_key = serialise("a{si}", {"xy": 1}).replace(b"xy", b"\xff\xff")
        value = parse("a{si}", damaged_key).lookup("")
        assert value is not None
        assert value.unpack() == 1
        assert parse("a{si}", damaged_key).lookup("\udcff\udcff") is None

    @given(entries=st.dictionaries(st.text(max_size=5), st.integers(0, 255), max_size=9))
    def test_finds_what_unpacking_finds(self, entries: dict[str, int]) -> None:
        entries = {key: n for key, n in entries.items() if "\0" not in key}
        view = parse("a{sy}", serialise("a{sy}", entries))
        for key in (*entries, "absent", "a\0b", ""):
            value = view.lookup(key)
            assert (value and value.unpack()) == entries.get(key)

    @given(data=st.binary(max_size=60), damage=st.integers(0, 59))
    def test_all_at_once_are_the_same(self, data: bytes, damage: int) -> None:
        pairs = [("one", Variant("s", "x")), ("two", Variant("v", Variant("i", 3)))]
        good = serialise("a{sv}", [*pairs, ("one", Variant("t", 1))])
        damaged = good[:damage] + data[:1] + good[damage + 1 :]
        for value in (good, damaged, data):
            view = parse("a{sv}", value)
            for key, member in view.entries().items():
                looked_up = view.lookup(key)
                assert looked_up is not None
                assert looked_up.signature == member.signature
                assert looked_up.unpack() == member.unpack()
                assert looked_up.is_normal() == member.is_normal()
        assert list(parse("a{sv}", good).entries()) == ["one", "two"]

    def test_only_string_keys_can_be_looked_up(self) -> None:
        for kind in ("a{uv}", "as", "s", "a(sv)", "ai"):
            with pytest.raises(TypeError):
                parse(kind, b"").lookup("x")
            with pytest.raises(TypeError):
                parse(kind, b"").entries()


class TestBisect:
    @given(names=st.sets(st.text(max_size=6)), absent=st.text(max_size=6))
    def test_finds_every_element_in_the_order_of_bytes(self, names: set[str], absent: str) -> None:
        ordered = sorted((name for name in names if "\0" not in name), key=str.encode)
        kind = "a(su)"
        data = serialise(kind, [(name, index) for index, name in enumerate(ordered)])
        for buffer in (data, memoryview(data)):
            view = parse(kind, buffer)
            for index, name in enumerate(ordered):
                value = view.bisect(name)
                assert value is not None
                assert value.unpack() == (name, index)
            if absent not in ordered:
                assert view.bisect(absent) is None

    def test_reads_only_what_it_probes(self) -> None:
        class Counting(bytes):
            """Counts the pieces taken out."""

            taken = 0

            def __getitem__(self, key: Any) -> Any:
                Counting.taken += 1
                return bytes.__getitem__(self, key)

        names = [f"app/org.example.App{index:06d}" for index in range(20_000)]
        data = Counting(serialise("a{sy}", [(name, 1) for name in names]))
        assert parse("a{sy}", data).bisect(names[12_345]) is not None
        assert 0 < Counting.taken < 200

    def test_damage_is_survived(self) -> None:
        kind = "a(say)"
        data = serialise(kind, [(f"name {index:03d}", b"sum") for index in range(300)])
        for seed in range(300):
            value = parse(kind, damaged(Random(seed), data)).bisect("name 150")
            assert value is None or value[0].unpack() == "name 150"


class TestWriting:
    @pytest.mark.parametrize(
        ("kind", "value", "words"),
        [
            ("i", "1", "takes an int, not str"),
            ("i", True, "takes an int, not bool"),
            ("b", 1, "takes a bool, not int"),
            ("d", "1.0", "takes a float"),
            ("s", b"x", "takes a str, not bytes"),
            ("ay", "x", "takes bytes"),
            ("ay", [1], "takes bytes"),
            ("as", "xyz", "takes a list"),
            ("as", {"x": 1}, "takes a list"),
            ("ai", 5, "takes a list"),
            ("a{sv}", 5, "takes a dict"),
            ("(ss)", "xy", "takes a tuple"),
            ("v", "x", "takes a Variant"),
            ("mms", "x", r"takes None or Just\(…\)"),
        ],
    )
    def test_wrong_python_types(self, kind: str, value: Any, words: str) -> None:
        with pytest.raises(TypeError, match=words):
            serialise(kind, value)

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("y", 256),
            ("y", -1),
            ("u", -1),
            ("x", 2**63),
            ("s", "a\0b"),
            ("s", "\ud800"),
            ("o", "relative"),
            ("o", "/a/"),
            ("g", "m"),
            ("g", "a"),
            ("(ss)", ("only one",)),
            ("v", Variant("zz", 1)),
        ],
    )
    def test_values_that_the_type_cannot_hold(self, kind: str, value: Any) -> None:
        with pytest.raises(ValueError, match=r"."):
            serialise(kind, value)

    def test_no_deeper_than_can_be_read(self) -> None:
        value = Variant("y", 5)
        for _ in range(126):
            value = Variant("v", value)
        data = serialise("v", value)
        assert parse("v", data).unpack() == value
        assert parse("v", data).is_normal()
        for _ in range(1000):
            value = Variant("v", value)
        with pytest.raises(ValueError, match="nested too deeply"):
            serialise("v", value)

    def test_dictionaries_are_written_from_pairs_too(self) -> None:
        assert serialise("a{si}", {"a": 1, "b": 2}) == serialise("a{si}", [("a", 1), ("b", 2)])

    def test_integers_are_floats_where_a_float_belongs(self) -> None:
        assert parse("d", serialise("d", 1)).unpack() == 1.0
        assert math.isnan(parse("d", serialise("d", math.nan)).unpack())


def test_samples_cover_the_types() -> None:
    """The generator is worth trusting only if it reaches every kind of type."""
    seen = "".join(random_type(Random(seed)) for seed in range(1500))
    assert set(seen) == set("bynqiuxthdsogvam(){}")
    assert members("(sa{sv}(ii)m(y))") == ["s", "a{sv}", "(ii)", "m(y)"]
