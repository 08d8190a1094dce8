"""A repository's ``config``: what libostree makes of it, and what of it a stick can need. No I/O.

Keys: ``reload_core_config`` in ostree's ``ostree-repo.c``, ``ostree.repo-config(5)``. libostree
compares raw values: ``mode=archive`` with a space behind it is no mode. Why: decision D14.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Self

from app.formats.gvariant.types import FormatError
from app.formats.keyfile import Keyfile, KeyfileError
from app.message import Message, message_of
from app.ostree.names import is_collection_id

ARCHIVE_MODES: Final = ("archive-z2", "archive")
VERSION: Final = "1"

_CORE = "core"
_SHOWN = 40
"""Characters of what somebody else wrote that are repeated."""

_REMOTE = re.compile(r'remote "([\w][\w.-]*)"', re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_SPACE_SIZE = re.compile(r"([0-9]{1,20})([MGT])B")
_UNITS: Final = {"M": 0, "G": 10, "T": 20}
"""Bits by which a size in each unit is more than one in MB."""


class ConfigError(FormatError):
    """A config with which libostree does not open the repository; the message says why."""


def _boolean(value: str) -> bool:
    return value.rstrip(" \t\n\r\f") in {"true", "false", "1", "0"}


def _number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None


def _percent(value: str) -> bool:
    return re.fullmatch(r"[0-9]{0,20}", value) is not None and int(value or "0") < 100


def _space(value: str) -> bool:
    match = _SPACE_SIZE.fullmatch(value)
    return match is not None and int(match[1]) << _UNITS[match[2]] < 1 << 64


def _finders(value: str) -> bool:
    names = value.removesuffix(";").split(";")
    return all(name in {"config", "lan", "mount"} for name in names)


# What a stick may say beside its version and mode. Everything that libostree reads of a config and
# that is not here can change what a client sees: "parent" above all, which adds another repository.
_KNOWN: Final[dict[str, Callable[[str], bool]]] = {
    **dict.fromkeys(
        (
            "add-remotes-config-dir",
            "auto-update-summary",
            "commit-update-summary",
            "disable-xattrs",
            "enable-uncompressed-cache",
            "fsync",
            "indexed-deltas",
            "locking",
            "no-deltas-in-summary",
            "per-object-fsync",
            "tombstone-commits",
        ),
        _boolean,
    ),
    **dict.fromkeys(("lock-timeout-secs", "payload-link-threshold", "tmp-expiry-secs"), _number),
    "default-repo-finders": _finders,
    "min-free-space-percent": _percent,
    "min-free-space-size": _space,
}
FILL_UP: Final = "min-free-space-percent=0"
"""Otherwise libostree and flatpak add nothing where less than 3 % of a drive are free."""

_ROOM: Final = ("min-free-space-percent", "min-free-space-size")
# Of no concern to those who read: how to compress, and what flatpak build-update-repo publishes.
_HARMLESS_GROUPS: Final = ("archive", "flatpak")


class RepositoryConfig:
    """A config that could be read.

    Attributes:
        mode: as it is spelled.
        collection: the repository's own collection ID, that of ``refs/heads``; None if there is
            none.
        parent: the repository that it takes objects from as well, as it is spelled; None for none.
    """

    def __init__(self, keyfile: Keyfile) -> None:
        self._keyfile = keyfile
        self.version = keyfile.raw(_CORE, "repo_version") or ""
        mode = keyfile.raw(_CORE, "mode")
        self.mode = "bare" if mode is None else mode
        self.collection = keyfile.raw(_CORE, "collection-id") or None
        self.parent = keyfile.raw(_CORE, "parent") or None

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Raises `ConfigError`. Version and mode are the caller's to judge."""
        try:
            data.decode()  # libostree wants text, in comments as well
            keyfile = Keyfile.parse(data)
        except (UnicodeDecodeError, KeyfileError) as error:
            raise ConfigError(message_of(error)) from error
        for key, valid in _KNOWN.items():
            value = keyfile.raw(_CORE, key)
            if value is not None and not valid(value):
                raise ConfigError(
                    Message("{key} cannot be {value}", key=key, value=repr(value[:_SHOWN]))
                )
        return cls(keyfile)

    def remote_collection(self, name: str) -> str | None:
        """The collection ID of a remote of this repository."""
        return self._keyfile.raw(f'remote "{name}"', "collection-id") or None

    @property
    def remotes(self) -> frozenset[str]:
        """The names of the remotes that this repository itself has."""
        matches = map(_REMOTE.fullmatch, self._keyfile.groups)
        return frozenset(match.group(1) for match in matches if match is not None)

    @property
    def says_how_full(self) -> bool:
        """Whether it tells libostree how much of the drive stays free."""
        return any(self._keyfile.raw(_CORE, key) is not None for key in _ROOM)

    def foreign(self) -> list[str]:
        """What a stick's config has no need for, each as ``[group] key`` or ``[group]``."""
        entries = []
        for group in self._keyfile.groups:
            shown = f"[{group[:_SHOWN]}]"
            if not _is_known_group(group):
                entries.append(shown)
                continue
            keys = self._keyfile.keys(group)
            entries += [f"{shown} {key[:_SHOWN]}" for key in keys if not self._belongs(group, key)]
        return entries

    def tidied(self, *, collection: bool = True) -> bytes:
        """The same config without that, and with `FILL_UP` unless it says how full.

        Without ``collection``, without the collection ID, too.
        """
        parts = []
        for group in self._keyfile.groups:
            if not _is_known_group(group):
                continue
            lines = [f"[{group}]"]
            for key in self._keyfile.keys(group):
                unwanted = not collection and (group, key) == (_CORE, "collection-id")
                if self._belongs(group, key) and not unwanted:
                    lines.append(f"{key}={self._keyfile.raw(group, key)}")
            if group == _CORE and not self.says_how_full:
                lines.append(FILL_UP)
            parts.append("\n".join(lines) + "\n")
        return "\n".join(parts).encode("utf-8", "surrogateescape")

    def _belongs(self, group: str, key: str) -> bool:
        if key == "collection-id" and (group == _CORE or _REMOTE.fullmatch(group) is not None):
            return is_collection_id(self._keyfile.raw(group, key) or "")
        return group != _CORE or key in _KNOWN or key in {"repo_version", "mode"}


def _is_known_group(group: str) -> bool:
    return group == _CORE or group in _HARMLESS_GROUPS or _REMOTE.fullmatch(group) is not None
