"""Extra data: payloads that an app downloads from its maker where it is installed.

What counts is the commit's ``xa.extra-data-sources`` (flatpak's ``common/flatpak-dir.c``,
``flatpak_dir_pull_extra_data_to_bytes``): flatpak asks no metadata file. It takes a payload that
lies in ``extra-data/SHA256/NAME`` below the installing person's own flatpak directory before it
asks anybody.
"""

from __future__ import annotations

import re

from msgspec import Struct

from app.message import NOTHING, Message
from app.ostree.objects import Commit, byteswap64, is_checksum

SOURCES_KEY = "xa.extra-data-sources"
SOURCES_TYPE = "a(ayttays)"

MAX_PAYLOAD = 1 << 40
"""Bytes; flatpak holds all of it in memory."""

MAX_PAYLOADS = 256
"""Of one commit."""

_MAX_URI = 4096
_CHECKSUM_BYTES = 32
_SCHEMES = ("http:", "https:")

_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+~@,=-]{0,127}")
"""flatpak takes more; these a shell, a list of words and FAT take as well."""


class Payload(Struct, frozen=True):
    """One file; all of it is upstream's word.

    Attributes:
        name: what flatpak looks for it by.
        size: bytes to download; flatpak refuses any other number.
        installed_size: bytes, as claimed.
        sha256: in hexadecimal; empty for what is none.
        uri: where its maker has it.
    """

    name: str
    size: int
    installed_size: int
    sha256: str
    uri: str

    @property
    def path(self) -> str:
        """Where it lies, below a directory of extra data."""
        return f"{self.sha256}/{self.name}"

    @property
    def problem(self) -> Message:
        """Why flatpak would not install it from anywhere, or a drive cannot have it; `NOTHING`
        where neither is so."""
        if _SAFE_NAME.fullmatch(self.name) is None or self.name.endswith("."):
            return Message("the name {name} cannot be used on a drive", name=repr(self.name[:100]))
        if not self.sha256:
            return Message("its checksum is none")
        if not 0 < self.size <= MAX_PAYLOAD:
            return Message("its size cannot be right")
        if not self.uri.startswith(_SCHEMES) or len(self.uri) > _MAX_URI:
            return Message("it is not at an address of the web")
        return NOTHING


def is_payload_path(path: str) -> bool:
    """Whether it can be `Payload.path`."""
    sha256, slash, name = path.partition("/")
    return bool(slash) and is_checksum(sha256) and _SAFE_NAME.fullmatch(name) is not None


def payloads_of(commit: Commit) -> tuple[Payload, ...]:
    """What flatpak asks for where it installs this commit; one of more than can be is the last."""
    sources = commit.metadata.lookup(SOURCES_KEY)
    if sources is None or sources.signature != SOURCES_TYPE:
        return ()
    payloads = []
    for number, source in enumerate(sources):
        if number > MAX_PAYLOADS:
            break
        name, size, installed, checksum, uri = source.unpack()
        payloads.append(
            Payload(
                name=bytes(name).split(b"\0", 1)[0].decode("utf-8", "backslashreplace"),
                size=byteswap64(size),
                installed_size=byteswap64(installed),
                sha256=bytes(checksum).hex() if len(checksum) == _CHECKSUM_BYTES else "",
                uri=uri,
            )
        )
    return tuple(payloads)


def sizes_of(commit: Commit) -> tuple[int, int]:
    """What they add to the sizes that the commit itself says: bytes to download, and installed.

    Lists of a repository say both together.
    """
    payloads = payloads_of(commit)
    return sum(each.size for each in payloads), sum(each.installed_size for each in payloads)


def uncarriable(payloads: tuple[Payload, ...]) -> Message:
    """Why one of these cannot be put on a drive; `NOTHING` where all can."""
    if len(payloads) > MAX_PAYLOADS:
        return Message("it has more parts than any app needs")
    return next((payload.problem for payload in payloads if payload.problem), NOTHING)
