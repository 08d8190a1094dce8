"""The repository that others see, as libostree and flatpak have it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping

from app.errors import UsageError
from app.formats.keyfile import Value, dump
from app.fs.root import Root
from app.media.publishing.publication import SCRATCH, WORKSHOP, Publication
from app.media.publishing.summaries import HISTORY
from app.message import Message
from app.ostree.repository import Repository

_HEADS = "refs/heads"
_MAX_CONFIG = 1024 * 1024
_PRIVATE = 0o700


class NotOursError(UsageError):
    """A directory that something else lies in."""


def require_ours(directory: Root, publication: Publication | None) -> None:
    """Raise `NotOursError` if there is something in a directory that was not published there, or
    by somebody else."""
    if publication is not None:
        _require_own(directory)
        return
    with contextlib.suppress(FileNotFoundError):
        if set(directory.names()) - {WORKSHOP}:
            raise NotOursError(
                Message("{directory} is not empty.", directory=directory.shown()),
                Message(
                    "Name a new directory; what is published there is kept up by publish alone."
                ),
            )


def _require_own(directory: Root) -> None:
    """What is in it decides what is signed, and whose word counts: it has to be of who signs."""
    if directory.status(WORKSHOP).st_uid != os.geteuid():
        raise NotOursError(
            Message(
                "{directory} was published by another user of this computer.",
                directory=directory.shown(),
            ),
            Message("Publish as that user, or into another directory."),
        )


def make_workshop(directory: Root) -> Root:
    """The directory for what a repository is made from; for nobody else. Raises OSError."""
    directory.make_directory(WORKSHOP)
    directory.allow(WORKSHOP, _PRIVATE)
    return directory.below(WORKSHOP)


def open_published(directory: Root, publication: Publication) -> Repository:
    """Make the repository, if it is not there, and its config what it should be. Raises OSError."""
    directory.make_directory(SCRATCH)
    wanted = _config(publication)
    try:
        there = directory.read("config", _MAX_CONFIG)
    except FileNotFoundError:
        there = b""
    if there != wanted:
        directory.replace("config", wanted, scratch=SCRATCH)
    return Repository.create(directory)


def _config(publication: Publication) -> bytes:
    """With what ``flatpak build-update-repo`` would need to go on."""
    flatpak: dict[str, Value] = {
        **publication.words.by_key(),
        "deploy-sideload-collection-id": True,
        "summary-history-length": str(HISTORY),
    }
    core: dict[str, Value] = {
        "repo_version": "1",
        "mode": "archive-z2",
        "collection-id": publication.collection,
        "indexed-deltas": True,
        "tombstone-commits": False,
    }
    return dump({"core": core, "flatpak": flatpak})


def heads(repository: Repository) -> dict[str, str]:
    """Ref → commit, of what is visible."""
    return {
        entry.name: entry.checksum
        for entry in repository.refs()
        if entry.path.startswith(f"{_HEADS}/") and entry.checksum is not None
    }


def write_heads(repository: Repository, refs: Mapping[str, str]) -> None:
    """Make these the only ones. Raises OSError."""
    root = repository.root
    before = heads(repository)
    for name, commit in refs.items():
        if before.get(name) != commit:
            path = f"{_HEADS}/{name}"
            root.make_directory(os.path.dirname(path))
            root.replace(path, f"{commit}\n".encode(), durable=False, scratch=SCRATCH)
    for name in before.keys() - refs.keys():
        path = f"{_HEADS}/{name}"
        root.remove(path)
        with contextlib.suppress(OSError):
            while (path := os.path.dirname(path)) != _HEADS:
                root.remove_directory(path)
