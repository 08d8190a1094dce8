"""What an announcement says is what libostree reads: the filter of refs, and the numbers."""

from __future__ import annotations

import pytest

from app.serve.announcing.avahi import service_name
from app.serve.announcing.bloom import Bloom, bloom_of, siphash
from app.serve.announcing.records import txt_records

COLLECTION = "org.test.Upstream"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, "310e0edd47db6f72"),
        (1, "fd67dc93c539f874"),
        (7, "37d1018bf50002ab"),
        (8, "6224939a79f5f593"),
        (15, "e545be4961ca29a1"),
        (63, "724506eb4c328a95"),
    ],
)
def test_the_hash_is_that_of_its_authors(length: int, expected: str) -> None:
    """``vectors_sip64`` of their reference implementation: key and message count from 0."""
    hashed = siphash(bytes(range(16)), bytes(range(length)))
    assert hashed.to_bytes(8, "little").hex() == expected


def _apps(count: int, of: str = "there") -> list[str]:
    return [f"app/org.test.{of}{number}/x86_64/stable" for number in range(count)]


def may_contain(bloom: Bloom, collection: str, ref: str) -> bool:
    """As libostree asks."""
    for function in range(bloom.functions):
        key = bytes([function]) * 16
        hashed = siphash(key, collection.encode()) ^ siphash(key, ref.encode())
        byte, bit = divmod(hashed % (len(bloom.bits) * 8), 8)
        if not bloom.bits[byte] >> bit & 1:
            return False
    return True


@pytest.mark.parametrize("count", [1, 40, 1000])
def test_what_is_there_is_in_the_filter(count: int) -> None:
    bloom = bloom_of(COLLECTION, _apps(count), 250)
    assert all(may_contain(bloom, COLLECTION, app) for app in _apps(count))


def test_of_an_ordinary_stick_what_is_not_there_is_hardly_ever_in_it() -> None:
    bloom = bloom_of(COLLECTION, _apps(150), 250)
    strangers = _apps(1000, "missing")
    assert sum(may_contain(bloom, COLLECTION, app) for app in strangers) < 20
    assert sum(may_contain(bloom, "org.test.Other", app) for app in _apps(150)) < 10


def test_a_full_filter_excludes_nothing() -> None:
    bloom = bloom_of(COLLECTION, _apps(30_000), 250)
    assert bloom.bits == b"\xff" * 250
    assert bloom.functions == 1


@pytest.mark.parametrize("count", [0, 1, 3000])
def test_each_record_fits_and_says_what_it_is(count: int) -> None:
    records = txt_records(258, COLLECTION, _apps(count), 1_735_732_800)
    assert max(map(len, records)) <= 255
    values = dict(record.split(b"=", 1) for record in records)
    assert list(values) == [b"v", b"rb", b"st", b"ri"]
    assert values[b"v"] == b"\x01"
    assert values[b"rb"][0] >= 1, "libostree takes no filter of no functions"
    assert values[b"rb"][1] == 1
    assert int.from_bytes(values[b"st"], "big") == 1_735_732_800
    assert values[b"ri"] == b"\x01\x02"


@pytest.mark.parametrize(
    ("collection", "host", "expected"),
    [
        ("org.test.Upstream", "teacher", "org.test.Upstream (teacher)"),
        ("org." + "x" * 200, "teacher", "org." + "x" * 49 + " (teacher)"),
        ("org.test.Upstream", "ä" * 40, " (" + "ä" * 30),
    ],
)
def test_a_name_is_never_too_long_for_the_network(
    collection: str, host: str, expected: str
) -> None:
    name = service_name(collection, host)
    assert name == expected
    assert len(name.encode()) <= 63
