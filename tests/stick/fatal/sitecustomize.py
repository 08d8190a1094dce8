"""Python runs this at its start: trouble at one exact change to the drive.

``SATCHEL_TEST_DRIVE`` is the drive; ``SATCHEL_TEST_DIE_AT`` the number of the change before which
the process kills itself, ``SATCHEL_TEST_FILL_AT`` that before which it fills the drive up; the
changes are counted into the file ``SATCHEL_TEST_COUNT``. Copies that work for it are left alone.
"""

import os
import signal
import sys

_drive = os.environ.get("SATCHEL_TEST_DRIVE", "")
_die_at = int(os.environ.get("SATCHEL_TEST_DIE_AT", "0"))
_fill_at = int(os.environ.get("SATCHEL_TEST_FILL_AT", "0"))
_count = os.environ.get("SATCHEL_TEST_COUNT", "")
_process = os.getpid()
_seen = 0
# Each with the place of the directory's descriptor among its arguments.
_CHANGES = {
    "os.rename": 2,
    "os.mkdir": 2,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.symlink": 2,
    "shutil.rmtree": 1,
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _fill() -> None:
    descriptor = os.open(f"{_drive}/filler", os.O_WRONLY | os.O_CREAT)
    try:
        for step in (65536, 1):
            try:
                while True:
                    os.write(descriptor, bytes(step))
            except OSError:
                continue
    finally:
        os.close(descriptor)


def _is_on_drive(path: str | bytes | os.PathLike[str], directory: object) -> bool:
    """A job names what is on the drive by what it holds open."""
    name = os.fsdecode(path)
    if os.path.isabs(name):
        return os.path.realpath(name).startswith(_drive)
    if isinstance(directory, int) and directory >= 0:
        return os.readlink(f"/proc/self/fd/{directory}").startswith(_drive)
    # Opening does not say from where; nothing else is opened by such a name to be written.
    return True


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    global _seen  # noqa: PLW0603
    if os.getpid() != _process:
        return
    if event == "open":
        path, _, flags = arguments
        if not (isinstance(flags, int) and flags & _WRITES):
            return
        directory = None
    elif event in _CHANGES:
        path, directory = arguments[0], arguments[_CHANGES[event]]
    else:
        return
    if not isinstance(path, str | bytes | os.PathLike) or not _is_on_drive(path, directory):
        return
    _seen += 1
    if _seen == _die_at:
        os.kill(os.getpid(), signal.SIGKILL)
    if _seen == _fill_at:
        _fill()
    if _count:
        descriptor = os.open(_count, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(descriptor, str(_seen).encode())
        os.close(descriptor)


if _drive:
    sys.addaudithook(_watch)
