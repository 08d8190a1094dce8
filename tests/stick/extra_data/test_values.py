"""What a commit says of extra data is judged before anything comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.flatpak.extra_data import (
    MAX_PAYLOADS,
    SOURCES_KEY,
    Payload,
    is_payload_path,
    payloads_of,
    uncarriable,
)
from app.formats.gvariant import Variant, serialise
from app.ostree.objects import COMMIT_TYPE, Commit, byteswap64

SUM = bytes(range(32))
GOOD = (b"part.bin\0", byteswap64(300), byteswap64(900), SUM, "https://example.org/part.bin")


def commit(metadata: Mapping[str, Variant]) -> Commit:
    fields: tuple[object, ...] = (metadata, b"", [], "", "", byteswap64(1), bytes(32), bytes(32))
    return Commit.parse(serialise(COMMIT_TYPE, fields))


def said(*sources: tuple[object, ...]) -> tuple[Payload, ...]:
    return payloads_of(commit({SOURCES_KEY: Variant("a(ayttays)", list(sources))}))


def test_what_flatpak_asks_for() -> None:
    (payload,) = said(GOOD)
    assert payload == Payload("part.bin", 300, 900, SUM.hex(), "https://example.org/part.bin")
    assert payload.path == f"{SUM.hex()}/part.bin"
    assert is_payload_path(payload.path)
    assert not uncarriable((payload,))


def test_what_is_of_another_type_is_none() -> None:
    assert payloads_of(commit({})) == ()
    assert payloads_of(commit({SOURCES_KEY: Variant("as", ["part.bin"])})) == ()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "-x", ".x", "a b", "a\tb", "a\nb", "x.", "é", "a" * 200]
)
def test_names_that_no_drive_can_have(name: str) -> None:
    source = (name.encode() + b"\0", *GOOD[1:])
    assert uncarriable(said(source))
    assert not is_payload_path(f"{SUM.hex()}/{name}") or name.endswith(".")


@pytest.mark.parametrize(
    "source",
    [
        (GOOD[0], 0, *GOOD[2:]),
        (GOOD[0], 300, *GOOD[2:]),
        (*GOOD[:3], b"short", GOOD[4]),
        (*GOOD[:4], "file:///etc/passwd"),
        (*GOOD[:4], "ftp://example.org/x"),
        (*GOOD[:4], ""),
    ],
    ids=["no size", "size of another order", "no checksum", "a file", "ftp", "nothing"],
)
def test_what_cannot_come(source: tuple[object, ...]) -> None:
    assert uncarriable(said(source))


def test_very_many() -> None:
    assert not uncarriable(said(*[GOOD] * MAX_PAYLOADS))
    many = said(*[GOOD] * 10_000)
    assert len(many) == MAX_PAYLOADS + 1
    assert uncarriable(many)


def test_a_good_one_beside_a_bad_one() -> None:
    (payload,) = said(GOOD)
    assert uncarriable((payload, replace(payload, uri="file:///x")))
