"""What a card says about trouble: in people's words; the system's are for those who ask why."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.drive.drive import Drive, Volume
from app.drive.udisks.mounting import CannotMountError, EncryptedError
from app.errors import DriveError
from app.message import NOTHING, Message
from app.replacing import replace
from ui.models import place_words
from ui.models.place import Place, PlaceKind
from ui.models.place_words import PlaceState

GB = 10**9
VOLUME = Volume("/dev/sdb1", 17, "exfat", "CLASSROOM", "AAAA-1", 8 * GB)
DRIVE = Drive(
    "/dev/sdb", 16, "Norden", "Stick", "S1", "usb", 8 * GB, True, False, NOTHING, (VOLUME,)
)
PLACE = Place(PlaceKind.DRIVE, "CLASSROOM", DRIVE, VOLUME)
TECHNICAL = Message("{device} could not be mounted.", device="/dev/sdb1")


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (
            replace(PLACE, trouble=CannotMountError(TECHNICAL)),
            "This computer cannot open this drive.",
        ),
        (replace(PLACE, trouble=EncryptedError(TECHNICAL)), "It asks for a password."),
        (
            replace(PLACE, root=Path("/media/x"), trouble=DriveError(TECHNICAL)),
            "It cannot be ejected just now.",
        ),
    ],
)
def test_trouble_is_told_without_the_systems_words(place: Place, told: str) -> None:
    assert place_words.line(place) == (told, "")
    assert "/dev/sdb1" not in place_words.spoken(place)
    assert "/dev/sdb1" in place_words.why(place)


@pytest.mark.parametrize(
    ("kind", "state", "told"),
    [
        ("crypto_LUKS", PlaceState.LOCKED, "It asks for a password."),
        ("swap", PlaceState.NOT_READABLE, "This computer cannot read this kind of drive."),
        (
            "linux_raid_member",
            PlaceState.NOT_READABLE,
            "It belongs together with other drives.",
        ),
    ],
)
def test_what_cannot_be_used_says_so_and_why(kind: str, state: PlaceState, told: str) -> None:
    volume = replace(VOLUME, file_system=kind)
    place = replace(PLACE, drive=replace(DRIVE, volumes=(volume,)), volume=volume)
    assert not place.is_usable
    assert place_words.state(place) is state
    assert place_words.line(place) == (told, "")
    assert place_words.why(place).startswith(told)
    assert len(place_words.why(place)) > len(told)


def test_partitions_with_nothing_known_on_them_have_to_be_erased() -> None:
    unknown = replace(VOLUME, file_system="", label="", uuid="")
    place = Place(PlaceKind.DRIVE, "Norden Stick", replace(DRIVE, volumes=(unknown,)))
    assert not place.is_usable
    assert place_words.state(place) is PlaceState.NOT_READABLE


def test_fat32_is_not_worth_a_word_as_long_as_the_choice_fits() -> None:
    volume = replace(VOLUME, file_system="vfat")
    place = replace(PLACE, drive=replace(DRIVE, volumes=(volume,)), volume=volume)
    assert place.is_usable
    assert place_words.why(place) == ""
    assert "FAT" not in place_words.spoken(place)
