"""What a commit says of extra data is judged before anything comes of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.drive.space import FAT_MAX_FILE
from app.flatpak.extra_data import (
    MAX_PAYLOADS,
    SOURCES_KEY,
    Payload,
    is_payload_path,
    payloads_of,
    uncarriable,
)
from app.formats.gvariant import Variant, serialise
from app.message import NOTHING
from app.ostree.objects import COMMIT_TYPE, Commit, byteswap64
from app.replacing import replace
from app.stick.planning.estimate import FileTooLargeError, check_room
from app.stick.planning.extra_data import with_payloads
from app.stick.planning.imagined_drive import imagined_drive
from app.stick.planning.plan import Action, Item
from app.stick.planning.sizes import Estimate, Part
from tests.stick.extra_data.makers import APP

SUM = bytes(range(32))
GB = 10**9
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


# ---- What it takes

SPACE = replace(imagined_drive().space, file_system="vfat", free=10 * GB, max_file=FAT_MAX_FILE)
ROOM = Estimate(
    objects=5,
    fetch=100,
    write=SPACE.cluster,
    least=SPACE.cluster,
    on_ext4=4096,
    exact=True,
    space=SPACE,
    claims=(),
    parts=(Part("org.test.Up", APP, 100, 0, SPACE.cluster, 0),),
)
LARGE = Payload("large.bin", FAT_MAX_FILE + 1, 0, "1" * 64, "https://example.org/large.bin")
SMALL = Payload("small.bin", 1000, 0, "2" * 64, "https://example.org/small.bin")


def an_item(*payloads: Payload, action: Action = Action.ADD) -> Item:
    old = "0" * 64 if action is Action.KEEP else None
    return Item(
        "org.test.Up", APP, "0" * 64, old, action, chosen=True, reason=NOTHING, payloads=payloads
    )


def test_it_counts_with_the_app() -> None:
    room = with_payloads(ROOM, [an_item(SMALL)], imagined_drive())
    assert (room.objects, room.fetch) == (6, 1100)
    assert room.write == room.least == 3 * SPACE.cluster
    assert room.parts[0].fetch == 1100
    check_room(room)


def test_what_is_there_need_not_come() -> None:
    drive = replace(imagined_drive(), payloads={SMALL.path: SMALL.size})
    room = with_payloads(ROOM, [an_item(SMALL)], drive)
    assert (room.fetch, room.there, room.write) == (100, 1000, ROOM.write)
    assert with_payloads(ROOM, [an_item(SMALL, action=Action.KEEP)], drive) == ROOM
    cut = replace(drive, payloads={SMALL.path: SMALL.size - 1})
    assert with_payloads(ROOM, [an_item(SMALL, action=Action.KEEP)], cut).fetch == 1100


def test_what_several_need_comes_once() -> None:
    room = with_payloads(ROOM, [an_item(SMALL), an_item(SMALL)], imagined_drive())
    assert room.fetch == 1100


def test_a_file_that_the_drive_cannot_hold() -> None:
    room = with_payloads(ROOM, [an_item(LARGE)], imagined_drive())
    with pytest.raises(FileTooLargeError, match=APP):
        check_room(room)
