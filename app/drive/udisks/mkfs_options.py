"""How a file system for a stick is made: sizes, features and labels, with the reasons.

A stick holds tens of thousands of files, half of them smaller than 4 KB, is carried to computers
with other users and other systems, and is written by one program at a time. Why: decision D8.
"""

from __future__ import annotations

from msgspec import Struct

from app.errors import UsageError
from app.message import Message

FILE_SYSTEMS = ("ext4", "exfat")
DEFAULT_LABEL = "Satchel"
_KIB = 1024
_BLOCK = 4 * _KIB
_BYTES_PER_INODE = 8 * _KIB
_EXFAT_CLUSTERS = 2**24
_EXFAT_LARGEST = 32 * _KIB
_EXT4_LABEL_BYTES = 16
_EXFAT_LABEL_UNITS = 11
_LABEL_FORBIDDEN = frozenset('"*/:<>?\\|')
_MBR_MAX = 2**32 * 512
# All of them in Linux 3.18 and e2fsprogs 1.43 (2016). What newer ones add by themselves
# (orphan_file, metadata_csum_seed) keeps older ones from checking and mending the drive.
_EXT4_FEATURES = (
    "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,"
    "sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum"
)


class MkfsOptions(Struct, frozen=True):
    """One partition with one file system.

    Attributes:
        file_system: ext4 or exfat.
        label: may be empty.
        table: dos (MBR) or gpt.
        partition_type: as the table names it.
        cluster: bytes the file system allocates at once.
        arguments: for ``mkfs.FILE_SYSTEM``, without label and device.
        reasons: why so, each a sentence.
        tuning: what `arguments` achieve beyond the tools' defaults, for when they cannot be given.
    """

    file_system: str
    label: str
    table: str
    partition_type: str
    cluster: int
    arguments: tuple[str, ...]
    reasons: tuple[Message, ...]
    tuning: Message


def mkfs_options(file_system: str, label: str, size: int) -> MkfsOptions:
    """What suits a drive of ``size`` bytes. Raises UsageError."""
    check_label(file_system, label)
    table, table_reason = _table(size)
    if file_system == "ext4":
        return MkfsOptions(
            file_system,
            label,
            table,
            "0x83" if table == "dos" else "0fc63daf-8483-4772-8e79-3d69d8477de4",
            _BLOCK,
            ("-b", str(_BLOCK), "-i", str(_BYTES_PER_INODE), "-m", "0", "-O", _EXT4_FEATURES),
            (
                table_reason,
                Message("Clusters of 4 KB: most of the many files of an app are small."),
                Message(
                    "Room for one file in every 8 KB, twice the usual: it does not run out of "
                    "file entries before it runs out of space."
                ),
                Message(
                    "Nothing is kept back for the administrator: usually that is 5 % of the drive."
                ),
                Message(
                    "Everybody may write to it: a user has another number on another computer."
                ),
            ),
            Message(
                "5 % of it is kept back for the administrator, and it has half the file "
                "entries that would be best"
            ),
        )
    cluster = _exfat_cluster(size)
    return MkfsOptions(
        file_system,
        label,
        table,
        "0x07" if table == "dos" else "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7",
        cluster,
        ("-c", f"{cluster // _KIB}K"),
        (
            table_reason,
            Message(
                "Clusters of {size} KB instead of the usual 32 to 128 KB: most of the many"
                " files of an app are small, and each takes a whole cluster.",
                size=cluster // _KIB,
            ),
            Message(
                "exFAT is read by Windows, macOS and Linux, and knows no owners: everybody "
                "may write."
            ),
        ),
        Message("its clusters are 32 to 128 KB, of which small files waste most"),
    )


def check_label(file_system: str, label: str) -> None:
    """Raises UsageError for a label that does not fit, or that other systems would not show."""
    if file_system not in FILE_SYSTEMS:
        raise UsageError(
            Message("Satchel does not format drives as {file_system}.", file_system=file_system),
            Message("Choose one of: {file_systems}.", file_systems=tuple(FILE_SYSTEMS)),
        )
    bad = {char for char in label if not char.isprintable() or char in _LABEL_FORBIDDEN}
    if bad or label != label.strip():
        raise UsageError(
            Message("The label has characters that not every computer shows."),
            Message("Use letters, digits, spaces inside, - and _."),
        )
    if file_system == "ext4" and len(label.encode()) > _EXT4_LABEL_BYTES:
        raise UsageError(
            Message("The label is too long for ext4."),
            Message(
                "At most {limit} letters fit; those with accents and other "
                "scripts take the room of two to four.",
                limit=_EXT4_LABEL_BYTES,
            ),
        )
    if file_system == "exfat" and len(label.encode("utf-16-le")) // 2 > _EXFAT_LABEL_UNITS:
        raise UsageError(
            Message("The label is too long for exFAT."),
            Message("At most {limit} letters fit.", limit=_EXFAT_LABEL_UNITS),
        )


def _table(size: int) -> tuple[str, Message]:
    if size <= _MBR_MAX:
        return "dos", Message("Partition table MBR: every computer and every device reads it.")
    return "gpt", Message("Partition table GPT: the older MBR ends at 2 TB.")


def _exfat_cluster(size: int) -> int:
    """The smallest that keeps the table of clusters, which computers read first, below 64 MiB."""
    cluster = _BLOCK
    while cluster < _EXFAT_LARGEST and size > cluster * _EXFAT_CLUSTERS:
        cluster *= 2
    return cluster
