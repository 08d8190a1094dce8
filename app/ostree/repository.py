"""An OSTree repository in archive mode: its files, refs, marks and lock. No network, no signatures.

Layout: ``ostree-repo.c`` (``config``, ``objects/``, ``state/``, ``refs/``, ``.lock``).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import DriveError, StickDamagedError
from app.files import DIRECTORY_MODE, read_bounded, replace_file
from app.ostree.config import ARCHIVE_MODES, VERSION, ConfigError, RepositoryConfig
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import (
    CHECKSUM_PATTERN,
    MAX_METADATA_SIZE,
    Commit,
    Kind,
    ObjectName,
    is_checksum,
)

MAX_SUMMARY_SIZE = 128 * 1024 * 1024
_MAX_CONFIG_SIZE = 1024 * 1024
_MAX_REF_SIZE = 4096
_CONFIG = "[core]\nrepo_version=1\nmode=archive-z2\nindexed-deltas=true\n"
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


# struct flock: l_type, l_whence, l_start, l_len, l_pid.
_FLOCK = struct.Struct("hhqqi4x")


class RepositoryInvalidError(StickDamagedError):
    """There is no repository, or not one that Satchel can use."""


class RepositoryInUseError(DriveError):
    """Another program holds the repository's lock."""


@dataclass(frozen=True, slots=True)
class RefEntry:
    """A ref as a file below ``refs/``.

    Attributes:
        collection: collection ID for ``refs/mirrors``, else None.
        name: the ref.
        checksum: the commit it names; None if the file does not hold a checksum.
        path: the file, relative to the repository.
    """

    collection: str | None
    name: str
    checksum: str | None
    path: str


class Repository:
    """An archive repository on disk. Errors of the file system surface as OSError."""

    def __init__(self, path: Path, config: RepositoryConfig) -> None:
        self.path = path
        self.config = config

    @classmethod
    def open(cls, path: Path) -> Repository:
        """Raises `RepositoryInvalidError` if this is not an archive repository."""
        try:
            config = RepositoryConfig.parse(read_bounded(path / "config", _MAX_CONFIG_SIZE))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise RepositoryInvalidError(
                f"There is no OSTree repository at {path}.",
                "Make the stick first: satchel make TARGET REF...",
            ) from error
        except (OSError, ConfigError) as error:
            if isinstance(error, OSError) and error.errno not in {errno.EFBIG, errno.EINVAL}:
                raise
            raise RepositoryInvalidError(
                f"The repository's config at {path} cannot be read: it is damaged.",
                "Move the directory away and make the stick anew.",
            ) from error
        if config.mode not in ARCHIVE_MODES:
            raise RepositoryInvalidError(
                f"The repository at {path} has the mode {config.mode[:40]!r}; only archive "
                "repositories can be carried on a drive.",
                "Choose another place, or another repository with --destination-repo.",
            )
        if config.version != VERSION:
            raise RepositoryInvalidError(
                f"The repository at {path} has an unknown version.",
                "A newer program may have made it.",
            )
        if not (path / "objects").is_dir():
            raise RepositoryInvalidError(
                f"The repository at {path} has no objects directory: it is damaged.",
                "Move the directory away and make the stick anew.",
            )
        return cls(path, config)

    @classmethod
    def create(cls, path: Path) -> Repository:
        """Make an empty repository, or complete one whose making was interrupted."""
        path.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
        scratch = path / "tmp"
        scratch.mkdir(DIRECTORY_MODE, exist_ok=True)
        if not (path / "config").exists():
            replace_file(path / "config", _CONFIG.encode(), scratch=scratch)
        for name in _DIRECTORIES:
            (path / name).mkdir(DIRECTORY_MODE, exist_ok=True)
        return cls.open(path)

    @property
    def collection(self) -> str | None:
        """The repository's own collection ID: that of ``refs/heads``."""
        return self.config.collection

    @property
    def mode(self) -> str:
        return self.config.mode

    @property
    def _scratch(self) -> Path:
        return self.path / "tmp"

    def tidy_config(self) -> None:
        """Leave out of the config what a stick has no need for; nothing if there is nothing.

        That includes the collection ID if there is no ref of that collection.
        """
        lost = self.collection is not None and self.collection not in self.collection_refs()
        if not lost and not self.config.foreign():
            return
        data = self.config.without_foreign(collection=not lost)
        replace_file(self.path / "config", data, scratch=self._scratch)
        self.config = RepositoryConfig.parse(data)

    # Objects

    def object_path(self, name: ObjectName) -> Path:
        return self.path / "objects" / name.path

    def has(self, name: ObjectName) -> bool:
        return self.object_path(name).exists()

    def read_object(self, name: ObjectName) -> bytes:
        """A metadata object's bytes, unchecked. OSError also for a link in its place."""
        return read_bounded(self.object_path(name), MAX_METADATA_SIZE, follow=False)

    def read_commit(self, checksum: str) -> Commit:
        """Raises OSError or `CorruptObject`. The checksum is not compared."""
        return Commit.parse(self.read_object(ObjectName(checksum, Kind.COMMIT)))

    def read_detached(self, checksum: str) -> bytes | None:
        """The commitmeta object of a commit, or None. OSError if it cannot be read."""
        try:
            return self.read_object(ObjectName(checksum, Kind.COMMITMETA))
        except FileNotFoundError:
            return None

    def write_object(self, name: ObjectName, data: bytes) -> None:
        path = self.object_path(name)
        path.parent.mkdir(DIRECTORY_MODE, exist_ok=True)
        replace_file(path, data, durable=False, scratch=self._scratch)

    def object_paths(self) -> set[str]:
        """What lies below ``objects/``, as `ObjectName.path`."""
        found: set[str] = set()
        for prefix in os.listdir(self.path / "objects"):
            with contextlib.suppress(NotADirectoryError):
                names = os.listdir(self.path / "objects" / prefix)
                found.update(f"{prefix}/{name}" for name in names)
        return found

    # Partial commits (state/CHECKSUM.commitpartial, as libostree has it)

    def _partial_path(self, checksum: str) -> Path:
        return self.path / "state" / f"{checksum}.commitpartial"

    def partial_commits(self) -> frozenset[str]:
        """Commits whose trees are not known to be complete."""
        try:
            names = os.listdir(self.path / "state")
        except (FileNotFoundError, NotADirectoryError):
            return frozenset()
        ending = ".commitpartial"
        return frozenset(
            name.removesuffix(ending)
            for name in names
            if name.endswith(ending) and is_checksum(name.removesuffix(ending))
        )

    def mark_partial(self, checksum: str) -> None:
        (self.path / "state").mkdir(DIRECTORY_MODE, exist_ok=True)
        self._partial_path(checksum).touch()

    def unmark_partial(self, checksum: str) -> None:
        self._partial_path(checksum).unlink(missing_ok=True)

    # Refs

    def refs(self) -> list[RefEntry]:
        """Every ref file below ``refs/``, also those with unsafe names or damaged content."""
        entries: list[RefEntry] = []
        for top in ("heads", "mirrors", "remotes"):
            base = self.path / "refs" / top
            for path in _files_below(base):
                relative = path.relative_to(base).parts
                if top == "heads":
                    collection, parts = self.collection, relative
                elif len(relative) < 2:
                    collection, parts = None, relative
                else:
                    collection = relative[0] if top == "mirrors" else self._remote(relative[0])
                    parts = relative[1:]
                entries.append(
                    RefEntry(
                        collection,
                        "/".join(parts),
                        _read_ref(path),
                        str(path.relative_to(self.path)),
                    )
                )
        return entries

    def _remote(self, name: str) -> str | None:
        return self.config.remote_collection(name)

    def collection_refs(self) -> dict[str, dict[str, str]]:
        """Collection ID → ref → commit: the well-formed refs that clients can find."""
        found: dict[str, dict[str, str]] = {}
        for entry in self.refs():
            if entry.collection is None or entry.checksum is None:
                continue
            if is_collection_id(entry.collection) and is_ref_name(entry.name):
                found.setdefault(entry.collection, {})[entry.name] = entry.checksum
        return found

    def mirror_refs(self, collection: str) -> dict[str, str]:
        """Ref → commit of one collection."""
        return self.collection_refs().get(collection, {})

    def write_ref(self, collection: str, name: str, checksum: str) -> None:
        """Write ``refs/mirrors/COLLECTION/NAME``."""
        self.name_ref(collection, name, self.stage_ref(checksum, "one"))

    def stage_ref(self, checksum: str, label: str) -> Path:
        """Write a ref's content for `name_ref`; ``label`` tells it from others under way.

        Between the two the file system may be flushed: a name can reach the medium before what it
        names, and a ref without content after a power cut is worse than none.
        """
        # Not beside the ref: what a killed process left would be a ref of its own there.
        staged = self._scratch / f".ref-{label}.tmp"
        replace_file(staged, f"{checksum}\n".encode(), durable=False)
        return staged

    def name_ref(self, collection: str, name: str, staged: Path) -> None:
        """Make the ref what was staged."""
        path = self._mirror_path(collection, name)
        path.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
        staged.rename(path)

    def delete_ref(self, collection: str, name: str) -> None:
        self._mirror_path(collection, name).unlink(missing_ok=True)

    def _mirror_path(self, collection: str, name: str) -> Path:
        if not (is_collection_id(collection) and is_ref_name(name)):
            raise ValueError(f"unsafe ref {collection}:{name}")
        return self.path / "refs" / "mirrors" / collection / name

    # Summary

    def read_summary(self) -> bytes | None:
        try:
            return read_bounded(self.path / "summary", MAX_SUMMARY_SIZE)
        except FileNotFoundError:
            return None

    def write_summary(self, data: bytes) -> None:
        """Replace the summary; a signature of an older one is removed first, as libostree does."""
        (self.path / "summary.sig").unlink(missing_ok=True)
        replace_file(self.path / "summary", data, scratch=self._scratch)

    # Lock

    @contextmanager
    def locked(self, *, exclusive: bool) -> Iterator[None]:
        """Hold libostree's lock on ``.lock``; `RepositoryInUseError` if it is taken.

        A read-only repository without a lock file is read without a lock: nobody can change it.
        """
        flags = os.O_RDWR | os.O_CREAT if exclusive else os.O_RDONLY
        # A pipe in its place must not keep us waiting.
        flags |= os.O_CLOEXEC | os.O_NONBLOCK
        try:
            descriptor = os.open(self.path / ".lock", flags, 0o660)
        except OSError as error:
            if exclusive or error.errno not in {errno.ENOENT, errno.EACCES, errno.EROFS}:
                raise
            yield
            return
        try:
            try:
                _lock(descriptor, exclusive=exclusive)
            except (BlockingIOError, PermissionError) as error:
                raise RepositoryInUseError(
                    f"Another program is using the repository at {self.path}.",
                    "Wait until it is done, then try again.",
                ) from error
            except OSError as error:
                # Some FUSE file systems know no locks; then nobody can hold one either.
                if error.errno not in {errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK}:
                    raise
            yield
        finally:
            os.close(descriptor)


def _lock(descriptor: int, *, exclusive: bool) -> None:
    """As ``do_repo_lock``: a lock of the open file description; ``flock`` where there is none.

    The two know nothing of each other, so the choice must be libostree's.
    """
    kind = fcntl.F_WRLCK if exclusive else fcntl.F_RDLCK
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _FLOCK.pack(kind, os.SEEK_SET, 0, 0, 0))
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        operation = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)


def _files_below(directory: Path) -> Iterator[Path]:
    """Files and links below a directory, sorted; links to directories are not entered."""
    found: list[Path] = []
    todo = [directory]
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    inside = entry.is_dir(follow_symlinks=False)
                    (todo if inside else found).append(Path(entry.path))
        except (FileNotFoundError, NotADirectoryError):
            continue
    yield from sorted(found)


def _read_ref(path: Path) -> str | None:
    try:
        text = read_bounded(path, _MAX_REF_SIZE).decode("ascii")
    except (OSError, UnicodeDecodeError):
        return None
    text = text.strip()
    return text if CHECKSUM_PATTERN.fullmatch(text) else None
