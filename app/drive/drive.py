"""What is plugged in, as values.

A drive is a whole disk; a volume is a file system on it: on a partition, or on the whole disk.
Everything is as udev, UDisks2 and the kernel told it at one moment; nothing here looks again.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from app.message import Message


class Volume(Struct, frozen=True):
    """A file system on a drive, or a partition without one that is known.

    Attributes:
        device: its node, ``/dev/sdb1``.
        number: the device number, as `os.stat_result.st_rdev`.
        file_system: as udev names it: ext4, exfat, vfat; empty if there is none that it knows.
        label, uuid: of the file system; empty if it has none.
        size: bytes of the partition.
        mount_points: where it is mounted now; the first is the one to use.
        read_only: mounted read-only, or not writable at all.
        free: bytes an ordinary user may still use, or None while it is not mounted.
        cluster: bytes the file system allocates at once, or None while it is not mounted.
    """

    device: str
    number: int
    file_system: str
    label: str
    uuid: str
    size: int
    mount_points: tuple[Path, ...] = ()
    read_only: bool = False
    free: int | None = None
    cluster: int | None = None


class Drive(Struct, frozen=True):
    """A disk and what is on it.

    Attributes:
        device: its node, ``/dev/sdb``.
        number: the device number, as `os.stat_result.st_rdev`.
        vendor, model, serial: as the hardware says; empty if it does not.
        bus: usb, mmc, sata, nvme, loop, …; empty if unknown.
        size: bytes; 0 for a reader without a card.
        removable: made to be carried away: its medium comes out, or it is attached by USB,
            FireWire or a card reader.
        read_only: write-protected.
        system: why this computer needs it, in words for people; `NOTHING` if it does not.
        volumes: in the order they have on the drive.
        sequence: another one each time that a drive is plugged in or a medium put in
            (Linux >= 5.15); 0 if the kernel does not tell.
        port: the USB socket it is in, as the kernel counts them: ``1-2.3``; empty for others.
    """

    device: str
    number: int
    vendor: str
    model: str
    serial: str
    bus: str
    size: int
    removable: bool
    read_only: bool
    system: Message
    volumes: tuple[Volume, ...]
    sequence: int = 0
    port: str = ""

    @property
    def name(self) -> str:
        """What a person calls it: “SanDisk Ultra Fit”, or its device."""
        return " ".join(part for part in (self.vendor, self.model) if part) or self.device
