"""An OSTree repository in archive mode: its files, refs, marks and lock. No network, no signatures.

Layout: ``ostree-repo.c`` (``config``, ``objects/``, ``state/``, ``refs/``, ``.lock``).
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Container, Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from app.fs.nodes import LeadsOutsideError, Node
from app.fs.readable_root import MAX_DEPTH
from app.fs.root import Root
from app.message import Message
from app.ostree.changed_names import NamesChangedError, has_cut_names
from app.ostree.config import ARCHIVE_MODES, FILL_UP, VERSION, RepositoryConfig
from app.ostree.config_file import RepositoryInvalidError, has_config, read_config
from app.ostree.lock import repository_lock
from app.ostree.names import is_collection_id, is_origin, is_ref_name, remote_origin
from app.ostree.objects import (
    CHECKSUM_PATTERN,
    MAX_DETACHED_SIZE,
    MAX_METADATA_SIZE,
    Commit,
    ObjectKind,
    ObjectName,
    is_checksum,
)
from app.ostree.ref_files import RefEntry, carries_remote, ref_path
from app.ostree.spelling import as_spelt, folds_case, listed_in, object_directories
from app.progress import heed
from app.remedy import Remedy

MAX_SUMMARY_SIZE = 64 * 1024 * 1024
"""Several are in memory at once. Flathub's of all architectures has some 20 MB."""

MAX_INDEX_SIZE = 8 * 1024 * 1024
"""A digest and some older ones for each architecture and subset."""

_MAX_REF_SIZE = 4096
_SPACE = " \t\n\f\r"
"""What libostree takes away behind a ref's checksum, and not before it."""

_MAX_REFS = 200_000
"""Flathub has some 50,000."""

_SCRATCH = "tmp"
_PREFIX = re.compile("[0-9a-f]{2}")
_CONFIG = f"[core]\nrepo_version=1\nmode=archive-z2\nindexed-deltas=true\n{FILL_UP}\n"
# objects/ comes last: its existence is what makes a directory a repository for libostree.
_DIRECTORIES = (
    "tmp",
    "extensions",
    "state",
    "refs",
    "refs/heads",
    "refs/mirrors",
    "refs/remotes",
    "objects",
)


class Repository:
    """An archive repository on disk. Errors of the file system surface as OSError.

    Attributes:
        root: its directory: everything in it is reached through that.
    """

    def __init__(
        self, root: Root, config: RepositoryConfig, refs: list[RefEntry] | None = None
    ) -> None:
        self.root = root
        self.config = config
        self._refs = refs

    @property
    def path(self) -> Path:
        """What people call it. Never to be opened."""
        return self.root.shown()

    @classmethod
    def open(cls, root: Root, *, complete: bool = True, mend: bool = False) -> Repository:
        """Raises `RepositoryInvalidError` if this is not an archive repository.

        ``complete`` false: also one whose directory of objects is to be made anew; ``mend``: also
        one whose config was lost, as if it had that of `create`.
        """
        path = root.shown()
        lost = mend and not has_config(root)
        config = RepositoryConfig.parse(_CONFIG.encode()) if lost else read_config(root)
        if config.mode not in ARCHIVE_MODES:
            raise RepositoryInvalidError(
                Message(
                    "The repository at {path} has the mode {mode}; only archive repositories "
                    "can be carried on a drive.",
                    path=path,
                    mode=repr(config.mode[:40]),
                ),
                Remedy.CHOOSE_OTHER_REPOSITORY,
            )
        if config.version != VERSION:
            raise RepositoryInvalidError(
                Message("The repository at {path} has an unknown version.", path=path),
                Message("A newer program may have made it."),
            )
        if complete and root.node("objects") is not Node.DIRECTORY:
            raise RepositoryInvalidError(
                Message(
                    "The repository at {path} has no objects directory: it is damaged.", path=path
                ),
                Remedy.REPAIR,
            )
        if has_cut_names(root):
            raise NamesChangedError.of(path)
        return cls(root, config)

    @classmethod
    def create(cls, root: Root) -> Repository:
        """Make an empty repository, or complete one whose making was interrupted.

        What is in the way is moved aside if ``root`` may do that.
        """
        root.make_directory(_SCRATCH)
        if root.node("config") is not Node.FILE or (
            root.aside is not None and not has_config(root) and root.put_aside("config")
        ):
            root.replace("config", _CONFIG.encode(), scratch=_SCRATCH)
        for name in _DIRECTORIES:
            root.make_directory(name)
        for entry in list(root.entries("objects")):
            if _PREFIX.fullmatch(entry.name) and entry.node is not Node.DIRECTORY:
                root.make_directory(entry.path)
        return cls.open(root)

    @property
    def collection(self) -> str | None:
        """The repository's own collection ID: that of ``refs/heads``."""
        return self.config.collection

    @property
    def mode(self) -> str:
        return self.config.mode

    def tidy_config(self, carried: Container[str]) -> None:
        """Leave out of the config what a stick has no need for, and let others fill the drive up.

        That includes the collection ID if it is not one of the collections ``carried``.
        """
        lost = self.collection is not None and self.collection not in carried
        if not lost and not self.config.foreign() and self.config.says_how_full:
            return
        data = self.config.tidied(collection=not lost)
        self.root.replace("config", data, scratch=_SCRATCH)
        self.config = RepositoryConfig.parse(data)

    # Objects

    def has(self, name: ObjectName) -> bool:
        return self.root.node(f"objects/{name.path}") is Node.FILE

    def read_object(self, name: ObjectName) -> bytes:
        """A metadata object's bytes, unchecked. OSError also for a link in its place."""
        return self.read_stored(name, MAX_METADATA_SIZE)

    def read_stored(self, name: ObjectName, limit: int) -> bytes:
        """Any object's bytes as they are stored, unchecked; OSError EFBIG for more than limit."""
        # Whatever is gone through object by object can be stopped between two of them.
        heed()
        return self.root.read(f"objects/{name.path}", limit)

    def read_commit(self, checksum: str) -> Commit:
        """Raises OSError or `CorruptObject`. The checksum is not compared."""
        return Commit.parse(self.read_object(ObjectName(checksum, ObjectKind.COMMIT)))

    def read_detached(self, checksum: str) -> bytes | None:
        """The commitmeta object of a commit, or None. OSError if it cannot be read."""
        try:
            return self.read_stored(ObjectName(checksum, ObjectKind.COMMITMETA), MAX_DETACHED_SIZE)
        except FileNotFoundError:
            return None

    def write_object(self, name: ObjectName, data: bytes) -> None:
        """What is there is needed perhaps: it stays, or is exchanged for what is on the medium."""
        path = f"objects/{name.path}"
        there = self.root.node(path) is Node.FILE
        with contextlib.suppress(OSError):
            if there and self.root.read(path, len(data)) == data:
                return
        self.root.make_directory(os.path.dirname(path))
        self.root.replace(path, data, durable=there, scratch=_SCRATCH)

    def remove_object(self, name: ObjectName) -> None:
        """Remove an object, if it is there, or what is in its place. Raises OSError."""
        self.root.clear(f"objects/{name.path}")
        self.root.remove(f"objects/{name.path}")

    def object_paths(self) -> set[str]:
        """What lies below ``objects/``, as `ObjectName.path`."""
        paths: set[str] = set()
        if self.root.node("objects") is not Node.DIRECTORY:
            return paths
        objects = self.root.below("objects")
        for directory in object_directories(objects):
            if objects.node(directory) is Node.DIRECTORY:
                for entry in objects.entries(directory):
                    if entry.node is Node.FILE:
                        paths.add(entry.path)
        return paths

    def object_sizes(self, paths: Iterable[str]) -> dict[str, int]:
        """Bytes of each of these that is there, by `ObjectName.path`. Raises OSError."""
        sizes: dict[str, int] = {}
        for prefix, names in groupby(sorted(path.split("/") for path in paths), itemgetter(0)):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, LeadsOutsideError):
                below = self.root.sizes(f"objects/{prefix}", (name for _, name in names))
                sizes |= {f"{prefix}/{name}": size for name, size in below.items()}
        return sizes

    # Partial commits (state/CHECKSUM.commitpartial, as libostree has it)

    def partial_commits(self) -> frozenset[str]:
        """Commits whose trees are not known to be complete."""
        try:
            names = [entry.name for entry in self.root.entries("state")]
        except (FileNotFoundError, NotADirectoryError, LeadsOutsideError):
            return frozenset()
        ending = ".commitpartial"
        return frozenset(
            name.removesuffix(ending)
            for name in names
            if name.endswith(ending) and is_checksum(name.removesuffix(ending))
        )

    def mark_partial(self, checksum: str) -> None:
        self.root.make_directory("state")
        self.root.touch(_partial(checksum))

    def unmark_partial(self, checksum: str) -> None:
        self.root.clear(_partial(checksum))
        self.root.remove(_partial(checksum))

    # Refs

    def refs(self) -> list[RefEntry]:
        """Every ref file below ``refs/``, also those with unsafe names or damaged content."""
        if self._refs is not None:
            return self._refs
        refs: list[RefEntry] = []
        for top in ("heads", "mirrors", "remotes"):
            base = f"refs/{top}"
            for path in self._files_below(base):
                parts = tuple(path.removeprefix(f"{base}/").split("/"))
                if top == "heads":
                    collection = self.collection
                elif len(parts) < 2:
                    collection = None
                else:
                    collection = parts[0] if top == "mirrors" else self._remote(parts[0])
                    parts = parts[1:]
                refs.append(RefEntry(collection, "/".join(parts), self._read_ref(path), path))
        return self._spelt(refs) if refs and folds_case(self.root) else refs

    def _spelt(self, refs: Sequence[RefEntry]) -> list[RefEntry]:
        paths = {entry.path for entry in refs}
        known = listed_in(self.read_summary)
        return [
            entry
            if known(entry)
            else as_spelt(entry, paths, self.root, self.read_commit, self._read_ref)
            for entry in refs
        ]

    def as_it_is(self) -> Repository:
        """The same, whose refs are read now, once for all: for whoever writes none."""
        return Repository(self.root, self.config, self.refs())

    def _files_below(self, directory: str) -> list[str]:
        """Files, links and whatever else is no directory; sorted by their parts."""
        paths = []
        for entry in self.root.walk(directory):
            # Also what is too deep to be entered, so that it is told.
            if entry.node is not Node.DIRECTORY or entry.path.count("/") >= MAX_DEPTH:
                paths.append(entry.path)
            if len(paths) > _MAX_REFS:
                raise RepositoryInvalidError(
                    Message(
                        "The repository at {path} has more than {limit} refs.",
                        path=self.path,
                        limit=f"{_MAX_REFS:,}",
                    ),
                    Remedy.MAKE_ANEW,
                )
        return sorted(paths, key=lambda path: path.split("/"))

    def _read_ref(self, path: str) -> str | None:
        try:
            text = self.root.read(path, _MAX_REF_SIZE).decode("ascii")
        except (OSError, UnicodeDecodeError):
            return None
        text = text.rstrip(_SPACE)
        return text if CHECKSUM_PATTERN.fullmatch(text) else None

    def _remote(self, name: str) -> str | None:
        collection = self.config.remote_collection(name)
        if collection is None and carries_remote(self.root, name):
            return remote_origin(name)
        return collection

    def misnamed_refs(self) -> list[RefEntry]:
        """Those that no client can find by any name, or whose names lead astray."""
        return [
            entry
            for entry in self.refs()
            if not is_ref_name(entry.name)
            or (
                entry.path.startswith("refs/mirrors/")
                and not is_collection_id(entry.collection or "")
            )
        ]

    def collection_refs(self) -> dict[str, dict[str, str]]:
        """Origin → ref → commit: the well-formed refs that clients can find."""
        refs: dict[str, dict[str, str]] = {}
        for entry in self.refs():
            if entry.collection is None or entry.checksum is None:
                continue
            if is_origin(entry.collection) and is_ref_name(entry.name):
                refs.setdefault(entry.collection, {})[entry.name] = entry.checksum
        return refs

    def nameless_refs(self) -> dict[str, str]:
        """Ref → commit of the repository's own refs, where it gives these no collection."""
        return {
            entry.name: entry.checksum
            for entry in self.refs()
            if entry.path.startswith("refs/heads/") and entry.collection is None and entry.checksum
        }

    def mirror_refs(self, collection: str) -> dict[str, str]:
        """Ref → commit of one collection."""
        return self.collection_refs().get(collection, {})

    def stage_ref(self, checksum: str, label: str) -> str:
        """Write a ref's content for `name_ref`; ``label`` tells it from others under way.

        Between the two the file system may be flushed: a name can reach the medium before what it
        names, and a ref without content after a power cut is worse than none.
        """
        # Not beside the ref: what a killed process left would be a ref of its own there.
        staged = f"{_SCRATCH}/.ref-{label}.tmp"
        self.root.replace(staged, f"{checksum}\n".encode(), durable=False)
        return staged

    def name_ref(self, collection: str, name: str, staged: str) -> None:
        """Make the ref what was staged."""
        path = ref_path(collection, name)
        self.root.make_directory(os.path.dirname(path))
        self.root.rename(staged, path)

    def unname_ref(self, collection: str, name: str) -> None:
        """Remove the ref, if it is there, and directories left empty."""
        path = ref_path(collection, name)
        self.root.clear(path)
        self.root.remove(path)
        with contextlib.suppress(OSError):
            while os.path.dirname(path := os.path.dirname(path)) != "refs":
                self.root.remove_directory(path)

    def read_summary(self) -> bytes | None:
        try:
            return self.root.read("summary", MAX_SUMMARY_SIZE)
        except (FileNotFoundError, LeadsOutsideError):
            return None

    def write_summary(self, data: bytes) -> None:
        """Replace the summary; a signature of an older one is removed first, as libostree does."""
        self.name_summary(self.root.stage("summary", data, _SCRATCH, durable=True))

    def stage_summary(self, data: bytes) -> str:
        """As `stage_ref`, for `name_summary`."""
        return self.root.stage("summary", data, _SCRATCH)

    def name_summary(self, staged: str) -> None:
        """As `write_summary`, with what was staged; on the medium when this returns."""
        self.root.clear("summary.sig")
        self.root.remove("summary.sig")
        self.root.rename(staged, "summary")
        self.root.sync_names(["summary"])
        self.root.sync_directory(_SCRATCH)

    def locked(self, *, exclusive: bool) -> AbstractContextManager[None]:
        """Hold libostree's lock while the block runs; see `app.ostree.lock`."""
        return repository_lock(self.root, exclusive=exclusive)


def _partial(checksum: str) -> str:
    return f"state/{checksum}.commitpartial"
