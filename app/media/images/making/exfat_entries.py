"""What directories of exFAT hold: entry sets with their checksums, and the table of capitals.

Form: Microsoft's exFAT file system specification, sections 6 and 7.
"""

from __future__ import annotations

import struct
import time

ENTRY = 32
LAST_NAME_UNITS = 255
"""UTF-16 units that a name may have."""

_EARLIEST = 315532800  # 1980-01-01
_LATEST = 4354819199  # 2107-12-31 23:59:59
_UNITS_PER_NAME_ENTRY = 15
_DIRECTORY, _ARCHIVE = 0x10, 0x20
_ALLOCATED, _CONTIGUOUS = 0x01, 0x02
_UTC = 0x80

# The letters a to z, and all else as it is: the least that the specification lets a table have
# (7.2.5), and the same whichever Unicode somebody's Python knows. 0xFFFF: so many stay.
CAPITALS = struct.pack("<30H", 0xFFFF, 0x61, *range(0x41, 0x5B), 0xFFFF, 0x10000 - 0x7B)


def name_units(name: str) -> bytes:
    """UTF-16 as it is stored. Raises UnicodeError for what is none."""
    return name.encode("utf-16-le")


def entry_count(name: str) -> int:
    """Entries that the set of a file of this name has."""
    return 2 + -(-len(name_units(name)) // 2 // _UNITS_PER_NAME_ENTRY)


def file_entries(
    name: str, *, directory: bool, first_cluster: int, size: int, seconds: int
) -> bytes:
    """The set of a file or directory whose content lies in one piece; 0 bytes: nowhere."""
    units = name_units(name)
    count = entry_count(name)
    stamp, hundredths = _stamp(seconds)
    head = struct.pack(
        "<BBHHHIIIBBBBB7x",
        0x85, count - 1, 0, _DIRECTORY if directory else _ARCHIVE, 0,
        stamp, stamp, stamp, hundredths, hundredths, _UTC, _UTC, _UTC,
    )  # fmt: skip
    flags = _ALLOCATED | (_CONTIGUOUS if size else 0)
    stream = struct.pack(
        "<BBBBHHQIIQ",
        0xC0, flags, 0, len(units) // 2, _name_hash(name), 0,
        size, 0, first_cluster if size else 0, size,
    )  # fmt: skip
    step = 2 * _UNITS_PER_NAME_ENTRY
    names = [
        b"\xc1\0" + units[start : start + step].ljust(step, b"\0")
        for start in range(0, len(units), step)
    ]
    whole = bytearray(b"".join((head, stream, *names)))
    struct.pack_into("<H", whole, 2, _set_checksum(bytes(whole)))
    return bytes(whole)


def root_entries(label: str, bitmap: tuple[int, int], capitals: tuple[int, int]) -> bytes:
    """What the top directory begins with; (first cluster, bytes) of the two tables."""
    units = name_units(label)
    return b"".join(
        (
            b"\x83" + bytes([len(units) // 2]) + units.ljust(30, b"\0"),
            struct.pack("<B19xIQ", 0x81, *bitmap),
            struct.pack("<B3xI12xIQ", 0x82, table_checksum(CAPITALS), *capitals),
        )
    )


def table_checksum(data: bytes) -> int:
    checksum = 0
    for byte in data:
        checksum = ((checksum >> 1 | (checksum & 1) << 31) + byte) & 0xFFFFFFFF
    return checksum


def _set_checksum(entries: bytes) -> int:
    checksum = 0
    for byte in entries[:2] + entries[4:]:
        checksum = ((checksum >> 1 | (checksum & 1) << 15) + byte) & 0xFFFF
    return checksum


def _name_hash(name: str) -> int:
    checksum = 0
    for byte in name_units("".join(map(_capital, name))):
        checksum = ((checksum >> 1 | (checksum & 1) << 15) + byte) & 0xFFFF
    return checksum


def _capital(letter: str) -> str:
    return letter.upper() if "a" <= letter <= "z" else letter


def _stamp(seconds: int) -> tuple[int, int]:
    """Two seconds exactly, and hundredths beyond."""
    moment = time.gmtime(min(max(seconds, _EARLIEST), _LATEST))
    day = (moment.tm_year - 1980) << 9 | moment.tm_mon << 5 | moment.tm_mday
    clock = moment.tm_hour << 11 | moment.tm_min << 5 | moment.tm_sec // 2
    return day << 16 | clock, moment.tm_sec % 2 * 100
