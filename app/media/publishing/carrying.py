"""Objects of a repository brought to another on the same file system: by links where that can be.

What was checked when it came is not written twice.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable

from app.closing import Closing
from app.fs.files import DIRECTORY_MODE, temporary_name
from app.fs.root import Root
from app.ostree.object_files import in_order
from app.ostree.objects import key_path
from app.progress import Cancel, Meter

_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW

# Where a file can have no further name: another file system, one without links, too many.
_NO_LINK = frozenset(
    {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOSYS, errno.ENOTSUP, errno.EACCES}
)


class Carrier(Closing):
    """Gives objects of ``source`` a name in ``target``, both directories of repositories."""

    def __init__(self, source: Root, target: Root) -> None:
        """Raises OSError."""
        self._source = source.open_directory("objects")
        try:
            self._target = target.open_directory("objects")
        except OSError:
            os.close(self._source)
            raise
        self._made: set[str] = set()

    def close(self) -> None:
        os.close(self._source)
        os.close(self._target)

    def carry(self, keys: Iterable[bytes], meter: Meter, cancel: Cancel) -> None:
        """Bring these (`ObjectName.key`); what is there already stays. Raises OSError."""
        for key in in_order(keys):
            cancel.check()
            self._carry(key_path(key))
            meter.objects += 1
            meter.tick()

    def _carry(self, path: str) -> None:
        directory = path.partition("/")[0]
        if directory not in self._made:
            with contextlib.suppress(FileExistsError):
                os.mkdir(directory, DIRECTORY_MODE, dir_fd=self._target)
            self._made.add(directory)
        try:
            os.link(
                path,
                path,
                src_dir_fd=self._source,
                dst_dir_fd=self._target,
                follow_symlinks=False,
            )
        except FileExistsError:
            return
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            self._copy(path)

    def _copy(self, path: str) -> None:
        directory, _, name = path.partition("/")
        temporary = f"{directory}/{temporary_name(name)}"
        try:
            source = os.open(path, _READ, dir_fd=self._source)
            target = os.open(temporary, _WRITE, 0o644, dir_fd=self._target)
            with open(source, "rb") as reading, open(target, "wb") as writing:
                shutil.copyfileobj(reading, writing)
            os.rename(temporary, path, src_dir_fd=self._target, dst_dir_fd=self._target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=self._target)
            raise
