"""What Satchel keeps of each remote on this computer, so that little is fetched twice.

Nothing in the cache is trusted: signatures and checksums are verified whenever it is read.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from app.formats import schema
from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file
from app.ostree.pull.fetch import Validators
from app.ostree.pull.unfit import remove_node
from app.ostree.repository import MAX_SUMMARY_SIZE

_VALIDATORS_FILE = "validators.json"
_MAX_VALIDATORS = 1024 * 1024
_REMOTES = "remotes"
_USED = "used"
_MAX_HEADER = 8192


def _validators(value: object) -> Validators:
    return Validators(*_PAIR(value))


_PAIR = schema.list_of(schema.text(_MAX_HEADER), 2, least=2)
_VALIDATORS = schema.mapping_of(schema.text(_MAX_HEADER), _validators, lenient=True)


class RemoteCache:
    """Files of one remote by the path they have upstream. A cache that cannot be used is empty.

    Attributes:
        directory: what is kept of all remotes, and objects beside.
    """

    def __init__(self, directory: Path, url: str, *, used: bool = False) -> None:
        """``used``: with the lists as the last drive got them, where there are such; then nothing
        is written."""
        self.directory = directory
        self._root = cached_place(directory, url)
        self._used = used

    def read(self, path: str) -> bytes | None:
        if self._used and (data := self._read(f"{_USED}/{path}")) is not None:
            return data
        return self._read(path)

    def _read(self, path: str) -> bytes | None:
        try:
            return read_bounded(self._root / path, MAX_SUMMARY_SIZE)
        except OSError:
            return None

    def files(self, pattern: str) -> list[Path]:
        """By a pattern of the path they have upstream."""
        return sorted(self._root.glob(pattern))

    def keep_used(self, lists: Mapping[str, bytes]) -> None:
        """Keep the signed lists that a drive gets: what they name is kept, too.

        A newer list that somebody only looked at names what was never fetched.
        """
        for path, data in lists.items():
            self.write(f"{_USED}/{path}", data)

    def write(self, path: str, data: bytes) -> None:
        if self._used:
            return
        target = self._root / path
        with contextlib.suppress(OSError):
            if not target.parent.is_dir():
                target.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
            replace_file(target, data, durable=False)

    def validators(self, path: str) -> Validators | None:
        """What the server said when the cached file was fetched; None without a cached file."""
        entry = self._read_validators().get(path)
        return entry if (self._root / path).is_file() else None

    def write_with_validators(self, path: str, data: bytes, validators: Validators) -> None:
        entries = self._read_validators()
        # First forget, then write: a stale file must never look fresh.
        if entries.pop(path, None) is not None:
            self._write_validators(entries)
        self.write(path, data)
        if validators.etag or validators.last_modified:
            entries[path] = validators
            self._write_validators(entries)

    def forget(self, path: str) -> None:
        """Fetch ``path`` anew the next time."""
        entries = self._read_validators()
        if entries.pop(path, None) is not None:
            self._write_validators(entries)

    def _read_validators(self) -> dict[str, Validators]:
        try:
            data = read_bounded(self._root / _VALIDATORS_FILE, _MAX_VALIDATORS)
            return _VALIDATORS(schema.parse_json(data))
        except (OSError, schema.SchemaError):
            return {}

    def _write_validators(self, entries: dict[str, Validators]) -> None:
        pairs = {path: (entry.etag, entry.last_modified) for path, entry in entries.items()}
        self.write(_VALIDATORS_FILE, json.dumps(pairs).encode())


def cached_place(directory: Path, url: str) -> Path:
    """The directory for what is kept of an address."""
    return directory / _REMOTES / sha256(url.encode()).hexdigest()[:32]


def cached_files(directory: Path, pattern: str) -> list[Path]:
    """Of all remotes in the cache, by a pattern of the path they have upstream."""
    return sorted((directory / _REMOTES).glob(f"*/{pattern}"))


def cache_size(directory: Path) -> int:
    """Bytes of all that is kept below ``directory``."""
    return sum(size for _, size, _ in _kept(directory))


def trim_cache(directory: Path, limit: int) -> None:
    """Remove what was not used for longest until the rest takes at most ``limit`` bytes; with 0 all
    of it, whatever it is."""
    kept = sorted(_kept(directory))
    total = sum(size for _, size, _ in kept)
    for _, size, path in kept:
        if total <= limit:
            break
        with contextlib.suppress(OSError):
            os.unlink(path)
            total -= size
    place = directory / _REMOTES
    # A link to one is somebody's: the lists may lie on another disk.
    if not limit and not (place.is_symlink() and place.is_dir()):
        with contextlib.suppress(OSError):
            remove_node(str(place))


def _kept(directory: Path) -> list[tuple[float, int, str]]:
    """(when last used, bytes, path) of each file; the clock is the file system's, a day exact."""
    files = []
    for parent, _, names in os.walk(directory / _REMOTES):
        for name in names:
            path = os.path.join(parent, name)
            with contextlib.suppress(OSError):
                status = os.lstat(path)
                used = max(status.st_mtime, status.st_atime)
                files.append((used, max(status.st_size, status.st_blocks * 512), path))
    return files
