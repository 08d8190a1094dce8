"""Objects of a repository brought to another on the same file system: by links where that can be,
else as parts of the disk that both share, else as copies.

What was checked when it came is not written twice.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable
from contextlib import ExitStack

from app.closing import Closing
from app.fs.files import DIRECTORY_MODE, temporary_name
from app.fs.root import Root
from app.media.publishing.publication import SCRATCH
from app.ostree.object_files import in_order
from app.ostree.objects import key_path
from app.ostree.pull.object_cache import copy_contents
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
        with ExitStack() as opened:

            def keep(descriptor: int) -> int:
                opened.callback(os.close, descriptor)
                return descriptor

            self._source = keep(source.open_directory("objects"))
            self._target = keep(target.open_directory("objects"))
            # Where what a killed process leaves is looked for.
            self._scratch = keep(target.open_directory(SCRATCH))
            self._opened = opened.pop_all()
        self._made: set[str] = set()

    def close(self) -> None:
        self._opened.close()

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
        temporary = temporary_name(os.path.basename(path))
        try:
            source = os.open(path, _READ, dir_fd=self._source)
            try:
                target = os.open(temporary, _WRITE, 0o644, dir_fd=self._scratch)
                try:
                    copy_contents(source, target)
                finally:
                    os.close(target)
            finally:
                os.close(source)
            os.rename(temporary, path, src_dir_fd=self._scratch, dst_dir_fd=self._target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=self._scratch)
            raise
