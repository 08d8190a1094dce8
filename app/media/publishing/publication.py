"""``publication.json``: what is published, as whom, and what clients may still ask for.

It lies beside what it is made from, in a directory that is not for the web: ``.satchel/``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from app.errors import StickDamagedError
from app.flatpak.refs import is_valid_remote_name
from app.formats import schema
from app.fs.root import Root
from app.message import Message
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import is_checksum
from app.plain import plain
from app.replacing import replace

WORKSHOP: Final = ".satchel"
"""The directory for what a repository is made from."""

SCRATCH: Final = "tmp"
"""libostree's directory for files that are being written."""

KEPT_FOR: Final = 24 * 60 * 60
"""Seconds that clients have to fetch what has just been replaced."""

_PATH = f"{WORKSHOP}/publication.json"
_VERSION = 1
_MAX_SIZE = 64 * 1024 * 1024
_MOST = 400_000
_MAX_TEXT = 4096
_SUBSET = re.compile(r"[A-Za-z0-9_]+")
_FILE = re.compile(r"summaries/[0-9a-f]{64}(?:\.gz|\.idx\.sig|-[0-9a-f]{64}\.delta)")


class PublicationDamagedError(StickDamagedError):
    """What was written down about a repository cannot be read."""


def is_subset(name: str) -> bool:
    """Whether it can be the name of one: it stands before a dash and an architecture."""
    return _SUBSET.fullmatch(name) is not None


def is_words(text: str) -> bool:
    """Whether it can stand in the files that people get: lines of what can be shown."""
    return all(char.isprintable() or char in "\n\t" for char in text)


def is_list_file(path: str) -> bool:
    """Whether it is a file below ``summaries/`` that belongs to the lists."""
    return _FILE.fullmatch(path) is not None


class Words(Struct, frozen=True):
    """What people read about a repository.

    Attributes:
        url: where it will be reached; empty while it is only here.
    """

    title: str = ""
    comment: str = ""
    description: str = ""
    homepage: str = ""
    icon: str = ""
    url: str = ""
    redirect_url: str = ""
    default_branch: str = ""

    def by_key(self) -> dict[str, str]:
        """What is not empty, as flatpak calls it in a repository's config, and with ``xa.`` before
        it in summaries."""
        texts = {
            "title": self.title,
            "comment": self.comment,
            "description": self.description,
            "homepage": self.homepage,
            "icon": self.icon,
            "redirect-url": self.redirect_url,
            "default-branch": self.default_branch,
        }
        return {key: text for key, text in texts.items() if text}


ListFiles = frozenset[str]
"""Paths of files that `is_list_file`."""


class Before(Struct, frozen=True):
    """What a directory shows now.

    Attributes:
        refs: ref → commit.
        listed: the files that its index leads to.
        files: all that are there.
        now: seconds since 1970.
    """

    refs: Mapping[str, str]
    listed: ListFiles
    files: ListFiles
    now: int


class Publication(Struct, frozen=True):
    """What is published in a directory.

    Attributes:
        name: of the remote, as the ``.flatpakrepo`` is called.
        key: fingerprint of the maker's key.
        former: those of keys before it, which still sign the lists.
        ed25519: file of a further key; empty for none.
        signers: whose signatures are on all commits.
        subsets: name → refs of apps, partial ones as they were typed.
        refs: ref → commit, of what is visible.
        left_commits, left_files: what is visible no more → since when, in seconds since 1970.
    """

    collection: str
    name: str
    key: str
    words: Words = Words()
    former: tuple[str, ...] = ()
    ed25519: str = ""
    signers: tuple[str, ...] = ()
    subsets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
    left_commits: Mapping[str, int] = field(default_factory=dict)
    left_files: Mapping[str, int] = field(default_factory=dict)

    def replaced_by(self, refs: Mapping[str, str], files: ListFiles, before: Before) -> Publication:
        """With other refs visible, and the lists that need ``files`` below ``summaries/``."""
        commits = set(refs.values())
        leaving = {*self.refs.values(), *before.refs.values()} - commits
        # Since now, whatever was written down: what is visible is asked for until now.
        left_commits = {
            **{name: since for name, since in self.left_commits.items() if name not in commits},
            **dict.fromkeys(leaving, before.now),
        }
        left_files = {
            **dict.fromkeys(before.files - files, before.now),
            **{name: since for name, since in self.left_files.items() if name in before.files},
            **dict.fromkeys(before.listed - files, before.now),
        }
        return replace(
            self,
            refs=dict(refs),
            left_commits=left_commits,
            left_files={name: since for name, since in left_files.items() if name not in files},
        )

    def signed_by(self, signers: tuple[str, ...], former: tuple[str, ...]) -> Publication:
        """When all commits have these signatures, and the lists those of ``former`` as well."""
        return replace(self, key=signers[0], signers=signers, former=former)

    def expired(self, now: int) -> tuple[frozenset[str], frozenset[str]]:
        """Commits and files that nobody asks for any more."""
        return (
            frozenset(name for name, since in self.left_commits.items() if _over(since, now)),
            frozenset(name for name, since in self.left_files.items() if _over(since, now)),
        )

    def without(self, commits: frozenset[str], files: frozenset[str]) -> Publication:
        """After these are gone."""
        return replace(
            self,
            left_commits={
                name: since for name, since in self.left_commits.items() if name not in commits
            },
            left_files={
                name: since for name, since in self.left_files.items() if name not in files
            },
        )


def _over(since: int, now: int) -> bool:
    # A clock that went back keeps nothing for ever.
    return not since <= now < since + KEPT_FOR


_TIME = schema.integer(0, 1 << 62)
_COMMIT = schema.text(_MAX_TEXT, is_checksum)
_REFS = schema.mapping_of(schema.text(_MAX_TEXT, is_ref_name), _COMMIT, _MOST)
_WORDS = schema.structure(
    Words,
    **{name: schema.optional(schema.text(_MAX_TEXT, is_words)) for name in Words.__struct_fields__},
)
_PUBLICATION = schema.versioned(
    _VERSION,
    schema.structure(
        Publication,
        collection=schema.text(_MAX_TEXT, is_collection_id),
        name=schema.text(_MAX_TEXT, is_valid_remote_name),
        key=schema.text(_MAX_TEXT),
        words=_WORDS,
        former=schema.optional(schema.list_of(schema.text(_MAX_TEXT))),
        ed25519=schema.optional(schema.text(_MAX_TEXT)),
        signers=schema.list_of(schema.text(_MAX_TEXT)),
        subsets=schema.mapping_of(
            schema.text(_MAX_TEXT, is_subset), schema.list_of(schema.text(_MAX_TEXT))
        ),
        refs=_REFS,
        left_commits=schema.mapping_of(_COMMIT, _TIME, _MOST),
        left_files=schema.mapping_of(schema.text(_MAX_TEXT, is_list_file), _TIME, _MOST),
    ),
)


def read_publication(directory: Root) -> Publication | None:
    """What is published in a directory; None if nothing is. Raises `PublicationDamagedError`,
    OSError."""
    try:
        data = directory.read(_PATH, _MAX_SIZE)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return _PUBLICATION(schema.parse_json(data))
    except schema.SchemaError as error:
        raise PublicationDamagedError(
            Message("{path} is damaged.", path=directory.shown(_PATH)),
            Message("Put it back from a copy, or publish into another directory."),
        ) from error


def write_publication(directory: Root, publication: Publication) -> None:
    """Raises OSError."""
    value = {"version": _VERSION, **plain(publication)}
    directory.replace(_PATH, json.dumps(value, indent=1).encode())
