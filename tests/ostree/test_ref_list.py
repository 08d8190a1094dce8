"""The quick reader of lists of refs agrees with the general one, or leaves it to that."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.formats.gvariant import FormatError, Value, Variant, parse, serialise
from app.message import Message
from app.ostree.canonical import check_keys, check_order
from app.ostree.ref_list import RefList, read_ref_list

TYPE = "a(s(taya{sv}))"
ANY = Message("the list")

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300)
numbers = st.integers(0, 2**64 - 1)
small = st.integers(0, 2**31 - 1)
variants = st.one_of(
    st.builds(Variant, st.just("s"), texts),
    st.builds(Variant, st.just("t"), numbers),
    st.builds(Variant, st.sampled_from(["u", "i"]), small),
    st.builds(Variant, st.just("(tts)"), st.tuples(numbers, numbers, texts)),
    st.builds(Variant, st.just("(ut)"), st.tuples(small, numbers)),
    st.builds(Variant, st.just("as"), st.lists(texts, max_size=3)),
    st.builds(Variant, st.just("b"), st.booleans()),
)
metadata = st.lists(st.tuples(texts, variants), max_size=5)
ordinary = st.dictionaries(texts.filter(bool), variants, max_size=5)
checksums = st.binary(min_size=32, max_size=32)


def refs_with(names: st.SearchStrategy[str], about: st.SearchStrategy[Any]) -> Any:
    return st.lists(st.tuples(names, st.tuples(numbers, checksums, about)), max_size=6)


lists = refs_with(texts.filter(bool), ordinary)
strange = refs_with(texts, metadata)


def in_order(refs: Any) -> bytes:
    """Each once, as upstreams list them."""
    return serialise(TYPE, sorted(dict(refs).items()))


@given(lists)
def test_every_list_is_read_as_it_was_written(refs: Any) -> None:
    data = in_order(refs)
    quick = read_ref_list(data, len(data))
    assert quick is not None
    assert list(quick.names) == sorted(dict(refs))
    agrees(data)


def test_long_lists_have_wide_offsets() -> None:
    about = {"eol": Variant("s", "x" * 70_000), "ot.ts": Variant("t", 1)}
    refs = [(f"app/{number:05}", (1, bytes(32), about)) for number in range(20)]
    data = in_order(refs)
    quick = read_ref_list(data, len(data))
    assert quick is not None
    assert len(quick.names) == 20
    agrees(data)


@given(strange)
def test_what_can_be_read_in_several_ways_is_left_to_the_general_reader(refs: Any) -> None:
    agrees(serialise(TYPE, refs))


@given(st.binary(max_size=40))
def test_checksums_of_another_length(checksum: bytes) -> None:
    data = serialise(TYPE, [("a", (1, checksum, {}))])
    assert (read_ref_list(data, len(data)) is not None) == (len(checksum) == 32)


@given(lists, st.data())
def test_damage_is_left_to_the_general_reader(refs: Any, draw: st.DataObject) -> None:
    good = in_order(refs)
    if not good:
        return
    place = draw.draw(st.integers(0, len(good) - 1))
    damaged = bytearray(good)
    damaged[place] ^= draw.draw(st.integers(1, 255))
    agrees(bytes(damaged))
    agrees(bytes(damaged[:place]))
    agrees(good[:place] + good[place + 1 :])


@given(st.binary(max_size=200))
def test_noise(noise: bytes) -> None:
    agrees(noise)


def agrees(data: bytes) -> None:
    """What is read at all is in the one form, and means what the general reader says."""
    quick = read_ref_list(data, len(data))
    value = parse(TYPE, data)
    if quick is not None:
        assert is_in_the_one_form(value)
        assert list(quick.names) == [entry[0].unpack() for entry in value]
        for word in (b"eol", b"a", b"\0", b"xx"):
            assert list(quick.mentioning(word)) == mentioning(value, word)
    else:
        assert not is_in_the_one_form(value) or any(len(entry[1][1]) != 32 for entry in value)


def mentioning(value: Value, word: bytes) -> list[str]:
    return [entry[0].unpack() for entry in value if word in entry[1][2].data]


def is_in_the_one_form(value: Value) -> bool:
    try:
        check_order(value, ANY)
        for entry in value:
            check_keys(entry[1][2], ANY)
    except FormatError:
        return False
    return value.is_normal()


def test_an_empty_list() -> None:
    assert read_ref_list(b"", 0) == RefList(b"")
