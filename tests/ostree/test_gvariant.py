"""GVariant reads and writes as GLib does: the same bytes, the same values, the same verdicts."""

import math
import struct
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.formats.gvariant import FormatError, Just, Value, Variant, parse, serialise
from app.formats.gvariant.types import MAX_SIGNATURE
from tests.examples import examples
from tests.ostree.glib_oracle import Oracle
from tests.ostree.gvariant_samples import (
    damaged,
    members,
    noise,
    plain,
    random_type,
    random_value,
)
from tests.work import counted

DIRTREE = "(a(say)a(sayay))"
SUMMARY = "(a(s(taya{sv}))a{sv})"

ORDERS = ("little", "big")
randoms = st.randoms(use_true_random=False)


@pytest.fixture(scope="module")
def glib() -> Iterator[Oracle]:
    oracle = Oracle()
    yield oracle
    oracle.close()


def sample(seed: int) -> tuple[Random, str, Any]:
    rng = Random(seed)
    kind = random_type(rng)
    return rng, kind, random_value(rng, kind)


def through_views(value: Value) -> Any:
    """What ``unpack`` gives, gathered child by child."""
    kind = value.signature
    if kind[0] not in "am(v{" or kind == "ay":
        return value.unpack()
    assert [child.data for child in value] == [value[i].data for i in range(len(value))]
    children = [through_views(child) for child in value]
    if kind[0] == "v":
        return Variant(value[0].signature, children[0])
    if kind[0] == "m":
        if not children:
            return None
        return Just(children[0]) if kind[1] == "m" else children[0]
    if kind.startswith("a{"):
        first: dict[Any, Any] = {}
        for key, item in children:
            first.setdefault(key, item)
        return first
    return children if kind[0] == "a" else tuple(children)


class TestAgainstGLib:
    """Thousands of random types and values; GLib is asked in batches."""

    def test_writes_the_same_bytes(self, glib: Oracle) -> None:
        cases = [sample(seed)[1:] for seed in range(1500)]
        theirs = glib.serialise([(kind, plain(value)) for kind, value in cases])
        for (kind, value), data in zip(cases, theirs, strict=True):
            assert serialise(kind, value) == data, (kind, value)

    @pytest.mark.parametrize("kind_of_damage", ["intact", "damaged", "noise"])
    def test_reads_the_same(self, glib: Oracle, kind_of_damage: str) -> None:
        cases = []
        for seed in range(3000):
            rng, kind, value = sample(seed)
            data = serialise(kind, value)
            if kind_of_damage == "damaged":
                data = damaged(rng, data)
            elif kind_of_damage == "noise":
                data = noise(rng)
            cases.append((kind, data))
        for (kind, data), (little, big, normal) in zip(cases, glib.read(cases), strict=True):
            value = parse(kind, data)
            assert repr(plain(value.unpack())) == little, (kind, data)
            assert repr(plain(parse(kind, data, byteorder="big").unpack())) == big, (kind, data)
            assert value.is_normal() is normal, (kind, data)

    @settings(max_examples=examples(150))
    @given(rng=randoms)
    def test_reads_damage_the_same(self, glib: Oracle, rng: Random) -> None:
        kind = random_type(rng)
        data = damaged(rng, serialise(kind, random_value(rng, kind)))
        ((little, big, normal),) = glib.read([(kind, data)])
        value = parse(kind, data)
        assert repr(plain(value.unpack())) == little
        assert repr(plain(parse(kind, data, byteorder="big").unpack())) == big
        assert value.is_normal() is normal

    @pytest.mark.parametrize("count", [100, 20_000])
    def test_wide_offset_tables(self, glib: Oracle, count: int) -> None:
        texts = [f"text {index}" for index in range(count)]
        (data,) = glib.serialise([("(asas)", (texts, ["last"]))])
        assert serialise("(asas)", (texts, ["last"])) == data
        rng = Random(count)
        cases = [("(asas)", data), *(("(asas)", damaged(rng, data)) for _ in range(15))]
        for (kind, changed), (little, _, normal) in zip(cases, glib.read(cases), strict=True):
            assert repr(parse(kind, changed).unpack()) == little
            assert parse(kind, changed).is_normal() is normal

    def test_offsets_wider_than_needed_are_read_but_not_normal(self, glib: Oracle) -> None:
        array = bytes(100) + struct.pack("<100H", *range(1, 101))
        cases = [("as", array), ("(" + "s" * 101 + ")", b"\0" + array[:100] + array[:99:-1])]
        for (kind, data), (little, _, normal) in zip(cases, glib.read(cases), strict=True):
            assert repr(parse(kind, data).unpack()) == little
            assert parse(kind, data).is_normal() is normal is False

    @pytest.mark.parametrize("levels", [1, 60, 125, 126, 127, 128, 129, 3000])
    def test_nested_variants(self, glib: Oracle, levels: int) -> None:
        cases = [("v", b"\5\0y" + b"\0v" * levels), ("(v)", b"\5\0y" + b"\0v" * levels)]
        for (kind, data), (little, _, normal) in zip(cases, glib.read(cases), strict=True):
            assert repr(plain(parse(kind, data).unpack())) == little
            assert parse(kind, data).is_normal() is normal

    @pytest.mark.parametrize("levels", range(20, 128, 9))
    @pytest.mark.parametrize("around", [0, 60])
    def test_deep_types_in_variants(self, glib: Oracle, levels: int, around: int) -> None:
        cases = []
        for inner in (
            b"a" * levels + b"y",
            b"(" * levels + b"y" + b")" * levels,
            b"m" * levels + b"y",
        ):
            cases.append(("v", b"\5\0" + inner + b"\0v" * around))
        for (kind, data), (little, _, normal) in zip(cases, glib.read(cases), strict=True):
            assert repr(plain(parse(kind, data).unpack())) == little
            assert parse(kind, data).is_normal() is normal

    def test_accepts_the_same_types(self, glib: Oracle) -> None:
        rng = Random(7)
        alphabet = "bynqiuxthdsogvam(){}r*?zé "
        kinds = ["".join(rng.choices(alphabet, k=rng.randrange(7))) for _ in range(3000)]
        kinds += [random_type(rng) for _ in range(500)]
        kinds += ["a" * levels + "y" for levels in (127, 128, 129)]
        kinds += ["(" * levels + ")" * levels for levels in (127, 128, 129, 130)]
        for kind, valid in zip(kinds, glib.is_type(kinds), strict=True):
            try:
                parse(kind, b"")
            except FormatError:
                assert not valid, kind
            else:
                assert valid, kind


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
            found = view.lookup("two")
            assert found is not None
            assert (found.signature, found.unpack()) == ("s", "zwei")
            assert view.lookup("three") is None
            assert view.get("one", "i") == 1
            assert view.get("one", "u", 5) == 5
            assert view.get("three", "i") is None

    def test_other_values_are_returned_as_they_are(self) -> None:
        view = parse("a{s(tts)}", serialise("a{s(tts)}", {"ref": (1, 2, "x")}))
        found = view.lookup("ref")
        assert found is not None
        assert found.unpack() == (1, 2, "x")

    def test_damaged_keys_are_empty_strings(self) -> None:
        damaged_key = serialise("a{si}", {"xy": 1}).replace(b"xy", b"\xff\xff")
        found = parse("a{si}", damaged_key).lookup("")
        assert found is not None
        assert found.unpack() == 1
        assert parse("a{si}", damaged_key).lookup("\udcff\udcff") is None

    @given(entries=st.dictionaries(st.text(max_size=5), st.integers(0, 255), max_size=9))
    def test_finds_what_unpacking_finds(self, entries: dict[str, int]) -> None:
        entries = {key: n for key, n in entries.items() if "\0" not in key}
        view = parse("a{sy}", serialise("a{sy}", entries))
        for key in (*entries, "absent", "a\0b", ""):
            found = view.lookup(key)
            assert (found and found.unpack()) == entries.get(key)

    def test_only_string_keys_can_be_looked_up(self) -> None:
        for kind in ("a{uv}", "as", "s", "a(sv)", "ai"):
            with pytest.raises(TypeError):
                parse(kind, b"").lookup("x")


class TestBisect:
    @given(names=st.sets(st.text(max_size=6)), absent=st.text(max_size=6))
    def test_finds_every_element_in_the_order_of_bytes(self, names: set[str], absent: str) -> None:
        ordered = sorted((name for name in names if "\0" not in name), key=str.encode)
        kind = "a(su)"
        data = serialise(kind, [(name, index) for index, name in enumerate(ordered)])
        for buffer in (data, memoryview(data)):
            view = parse(kind, buffer)
            for index, name in enumerate(ordered):
                found = view.bisect(name)
                assert found is not None
                assert found.unpack() == (name, index)
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
            found = parse(kind, damaged(Random(seed), data)).bisect("name 150")
            assert found is None or found[0].unpack() == "name 150"


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
