"""GVariant reads and writes as GLib does: each value and each damage is given to both."""

import struct
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings

from app.formats.gvariant import FormatError, parse, serialise
from tests.examples import examples
from tests.ostree.glib_oracle import Oracle
from tests.ostree.gvariant_samples import damaged, noise, plain, random_type, random_value
from tests.ostree.gvariant_views import randoms, sample


@pytest.fixture(scope="module")
def glib() -> Iterator[Oracle]:
    oracle = Oracle()
    yield oracle
    oracle.close()


class TestAgainstGLib:
    """Thousands of random types and values; GLib is asked in batches."""

    def test_writes_the_same_bytes(self, glib: Oracle) -> None:
        cases = [sample(seed)[1:] for seed in range(examples(1000))]
        theirs = glib.serialise([(kind, plain(value)) for kind, value in cases])
        for (kind, value), data in zip(cases, theirs, strict=True):
            assert serialise(kind, value) == data, (kind, value)

    @pytest.mark.parametrize("kind_of_damage", ["intact", "damaged", "noise"])
    def test_reads_the_same(self, glib: Oracle, kind_of_damage: str) -> None:
        cases = []
        for seed in range(examples(2000)):
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
        kinds = ["".join(rng.choices(alphabet, k=rng.randrange(7))) for _ in range(examples(2000))]
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
