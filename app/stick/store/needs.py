"""What an offline computer needs, as it says itself in a file.

Form: NEEDS.md beside this. ``needs.sh`` and `app.client.needs` write such files, on computers and
drives of strangers: nothing in one is trusted. It decides what is looked for in sources that are
known here, and what is told about a computer; never what is trusted, and no path is made of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.credentials import public_address
from app.errors import UsageError
from app.flatpak.refs import Ref, arch_problem, is_valid_remote_name
from app.flatpak.related import ALWAYS_ACTIVE_GL
from app.formats import schema
from app.fs.files import read_bounded
from app.languages import is_language
from app.message import Message
from app.ostree.names import is_collection_id
from app.ostree.objects import is_checksum
from app.text import Policy

FORMAT = "satchel-needs"
VERSION = 1
SUFFIX = ".json"
FOLDER = "needs"
"""In the kit's folder of a drive."""

MAX_SIZE = 4 * 1024 * 1024
"""Bytes. Ten thousand refs take two megabytes."""

ALL_LANGUAGES = "*"

_MAX_NAME = 255
_MAX_TEXT = 2_000
_MOST_INSTALLATIONS = 20
_MOST_REMOTES = 1_000
_MOST_REFS = 10_000
_MOST_WORDS = 100
_MOST_BYTES = 1 << 62
_FINGERPRINT = re.compile(r"[0-9A-F]{16,64}")
_DRIVER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


class NeedsError(UsageError):
    """A file that does not say what a computer needs."""


class Scope(StrEnum):
    """Whose an installation is: a user's, or the whole computer's."""

    USER = "user"
    SYSTEM = "system"


class ClientRemote(Struct, frozen=True):
    """A source that a computer has.

    Attributes:
        collection: its collection ID; empty where none is set.
        address: where it is, without what only its owner may know; empty if that is no web address.
        keys: fingerprints of its keys; None where nobody could tell.
        disabled: flatpak takes nothing from it.
    """

    name: str
    collection: str = ""
    address: str = ""
    keys: tuple[str, ...] | None = None
    disabled: bool = False


class ClientRef(Struct, frozen=True):
    """``origin``: the name that its remote has in the installation; empty if nobody could tell."""

    ref: Ref
    commit: str
    origin: str = ""


class ClientInstallation(Struct, frozen=True):
    """``free``: bytes on its file system; None where nobody could tell."""

    kind: Scope
    free: int | None = None
    remotes: tuple[ClientRemote, ...] = ()
    installed: tuple[ClientRef, ...] = ()

    def remote(self, name: str) -> ClientRemote | None:
        return next((remote for remote in self.remotes if remote.name == name), None)


class Needs(Struct, frozen=True):
    """A computer, as it described itself.

    Attributes:
        host: what it is called.
        made: by its own clock, which may be wrong; seconds since 1970.
        architectures: those that it runs, its own first.
        flatpak: the version; empty if it has none.
        gl_drivers: the graphics drivers that flatpak would use, the vendor's first.
        languages: those that flatpak installs translations for, or `ALL_LANGUAGES`.
    """

    host: str
    made: int
    architectures: tuple[str, ...] = ()
    flatpak: str = ""
    gl_drivers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    installations: tuple[ClientInstallation, ...] = ()

    @property
    def gpus(self) -> tuple[str, ...]:
        """The graphics drivers that not every drive carries."""
        return tuple(name for name in self.gl_drivers if name not in ALWAYS_ACTIVE_GL)

    def each_installed(self) -> Iterator[tuple[ClientInstallation, ClientRef]]:
        """Everything that is installed, wherever."""
        for installation in self.installations:
            for each in installation.installed:
                yield installation, each


def parse_needs(data: bytes, source: str) -> Needs:
    """``source``: what errors call the file. Raises `NeedsError`."""
    try:
        value = schema.parse_json(data)
        if schema.member("format", schema.text(_MAX_NAME))(value) != FORMAT:
            raise schema.SchemaError
    except schema.SchemaError as error:
        raise NeedsError(
            Message("{source} does not say what a computer needs.", source=source),
            Message("Such files are written by needs.sh, which lies on every drive."),
        ) from error
    try:
        return _NEEDS(value)
    except schema.SchemaError as error:
        raise NeedsError(
            Message("{source} is damaged, or of a newer version of Satchel.", source=source),
            Message("Have it written again on that computer."),
        ) from error


def read_needs(path: Path) -> Needs:
    """Raises `NeedsError`."""
    try:
        return parse_needs(read_bounded(path, MAX_SIZE), path.name)
    except OSError as error:
        raise NeedsError(
            Message("{name} cannot be read: {reason}.", name=path, reason=error.strerror),
            Message("Check the name of the file."),
        ) from error


def is_needs(head: bytes) -> bool:
    """Whether a file that begins so is one; for those that are not read whole."""
    start = head.lstrip()[:_MAX_NAME]
    return start.startswith(b"{") and f'"{FORMAT}"'.encode() in start


def needs_json(needs: Needs) -> dict[str, Any]:
    """What stands in the file."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made": needs.made,
        "host": needs.host,
        "architectures": needs.architectures,
        "flatpak": needs.flatpak,
        "gl_drivers": needs.gl_drivers,
        "languages": needs.languages,
        "installations": [
            {
                "kind": place.kind,
                "free": place.free,
                "remotes": [
                    {
                        "name": remote.name,
                        "collection": remote.collection,
                        "address": remote.address,
                        "keys": remote.keys,
                        "disabled": remote.disabled,
                    }
                    for remote in place.remotes
                ],
                "installed": [
                    {"ref": str(each.ref), "commit": each.commit, "origin": each.origin}
                    for each in place.installed
                ],
            }
            for place in needs.installations
        ],
    }


def dump_needs(needs: Needs) -> bytes:
    """The file, for people to look at as well."""
    return (json.dumps(needs_json(needs), indent=1, ensure_ascii=False) + "\n").encode(
        errors="replace"
    )


# What each may be


def _ref(value: object) -> Ref:
    ref = Ref.parse_or_none(schema.text(_MAX_TEXT)(value))
    if ref is None:
        raise schema.SchemaError
    return ref


def _is_language(text: str) -> bool:
    return text == ALL_LANGUAGES or is_language(text)


def _words(fits: Any) -> schema.Reader[tuple[str, ...]]:
    word = schema.text(_MAX_NAME, fits)
    return schema.list_of(word, _MOST_WORDS, lenient=True, distinct=True)


def _address(value: object) -> str:
    return public_address(schema.cleaned_text(_MAX_TEXT, Policy.ADDRESS)(value))


_TIME = schema.integer(0, (1 << 53) - 1)
_NAME = schema.text(_MAX_NAME, lambda text: not text or is_valid_remote_name(text))
_REMOTE = schema.structure(
    ClientRemote,
    name=schema.text(_MAX_NAME, is_valid_remote_name),
    collection=schema.optional(
        schema.text(_MAX_NAME, lambda text: not text or is_collection_id(text))
    ),
    address=schema.optional(_address),
    keys=schema.optional(schema.nullable(_words(lambda text: bool(_FINGERPRINT.fullmatch(text))))),
    disabled=schema.optional(schema.flag()),
)
_INSTALLED = schema.structure(
    ClientRef,
    ref=_ref,
    commit=schema.text(_MAX_NAME, is_checksum),
    origin=schema.optional(_NAME),
)
_INSTALLATION = schema.structure(
    ClientInstallation,
    kind=schema.choice(Scope),
    free=schema.optional(schema.nullable(schema.integer(0, _MOST_BYTES))),
    # What flatpak would not have either is passed over: the rest is of use all the same.
    remotes=schema.list_of(_REMOTE, _MOST_REMOTES, lenient=True, distinct=True),
    installed=schema.list_of(_INSTALLED, _MOST_REFS, lenient=True, distinct=True),
)
_NEEDS = schema.versioned(
    VERSION,
    schema.structure(
        Needs,
        host=schema.cleaned_text(_MAX_NAME, Policy.NAME),
        made=_TIME,
        architectures=_words(lambda text: not arch_problem(text)),
        flatpak=schema.cleaned_text(_MAX_NAME, Policy.NAME),
        gl_drivers=_words(lambda text: bool(_DRIVER.fullmatch(text))),
        languages=_words(_is_language),
        installations=schema.list_of(_INSTALLATION, _MOST_INSTALLATIONS),
    ),
)
