"""What is switched off, what is ejected, and what is left alone, as UDisks2 describes drives."""

from __future__ import annotations

from typing import Any, cast

import pytest

from app.drive.drive import Drive
from app.drive.udisks.ejecting import Removal, _let_go
from app.drive.udisks_objects import BLOCK, DRIVE, Disks, FailedError
from app.message import NOTHING, Message

STICK = Drive("/dev/sdb", 16, "", "", "", "usb", 1, True, False, NOTHING, ())
BLOCK_PATH, DRIVE_PATH = "/block/sdb", "/drive/a"
USB = {"CanPowerOff": True, "Ejectable": True, "MediaRemovable": True, "ConnectionBus": "usb"}


class Service:
    """UDisks2 with one drive and others beside it; remembers what it is told to do."""

    def __init__(self, *drives: dict[str, Any], fails: tuple[str, ...] = ()) -> None:
        self.drives = drives
        self.fails = fails
        self.told: list[str] = []

    def objects(self) -> dict[str, Any]:
        managed: dict[str, Any] = {
            f"/drive/{'abc'[n]}": {DRIVE: d} for n, d in enumerate(self.drives)
        }
        return {**managed, BLOCK_PATH: {BLOCK: {"Drive": DRIVE_PATH, "DeviceNumber": 16}}}

    def block_path(self, _number: int, _device: str) -> str:
        return BLOCK_PATH

    def call(self, path: str, _interface: str, method: str, **_: Any) -> None:
        assert path == DRIVE_PATH
        self.told.append(method)
        if method in self.fails:
            raise FailedError("x", "y", Message("ejecting"))


def let_go(service: Service) -> Removal:
    return _let_go(cast(Disks, service), STICK)


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"MediaCompatibility": ["thumb"], "Model": "SD stick"},
        {"MediaRemovable": False, "Model": "Portable SSD"},
        {"Vendor": "SanDisk", "Model": "Ultra Fit"},
        {"Vendor": "Generic", "Model": "Flash Disk"},
        {"SiblingId": "/sys/usb/1"},
        {"SiblingId": ""},
    ],
)
def test_a_stick_is_switched_off(about: dict[str, Any]) -> None:
    service = Service({**USB, **about}, {**USB, "SiblingId": "/sys/usb/2"})
    assert let_go(service) is Removal.POWERED_OFF
    assert service.told == ["PowerOff"]


@pytest.mark.parametrize(
    "about",
    [
        {"MediaCompatibility": ["flash_sd", "flash_sdhc"]},
        {"MediaCompatibility": ["flash"]},
        {"MediaCompatibility": ["floppy"]},
        {"MediaCompatibility": ["optical_cd"]},
        {"ConnectionBus": "sdio", "Ejectable": False},
        {"Vendor": "Generic-", "Model": "SD/MMC"},
        {"Vendor": "Generic", "Model": "USB2.0-CRW"},
        {"Vendor": "Generic", "Model": "MassStorageClass Card Reader"},
        {"Vendor": "Generic", "Model": "STORAGE DEVICE", "Ejectable": False},
        {"SiblingId": "/sys/usb/2"},
    ],
)
def test_a_card_is_ejected_and_its_reader_stays(about: dict[str, Any]) -> None:
    service = Service({**USB, **about}, {**USB, "SiblingId": "/sys/usb/2"})
    assert let_go(service) is Removal.EJECTED
    assert service.told == ["Eject"]


def test_a_card_that_cannot_be_ejected_is_safe_to_take_out() -> None:
    service = Service({**USB, "MediaCompatibility": ["flash_sd"]}, fails=("Eject",))
    assert let_go(service) is Removal.SAFE
    assert service.told == ["Eject"]


def test_a_stick_that_cannot_be_switched_off_is_ejected() -> None:
    service = Service(USB, fails=("PowerOff",))
    assert let_go(service) is Removal.EJECTED
    assert let_go(Service({"CanPowerOff": False, "Ejectable": False})) is Removal.SAFE
