"""Files that are named by the SHA-256 of their content, checked as they are copied."""

from __future__ import annotations

import os

from app.fs.files import temporary_name
from app.fs.root import Root
from app.fs.sums import copy_and_sum
from app.message import Message
from app.progress import Cancel, Meter, counting
from app.remedy import Remedy
from app.stick.cloning.original import OriginalDamagedError


def copy_checked(
    source: Root,
    path: str,
    checksum: str,
    size: int,
    target: Root,
    meter: Meter,
    cancel: Cancel,
) -> None:
    """Put the file at the same path of ``target``, by rename.

    Raises `OriginalDamagedError`, OSError, and what ``cancel`` raises.
    """
    above, name = os.path.split(path)
    target.make_directory(above)
    temporary = f"{above}/{temporary_name(name)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with (
        os.fdopen(source.open_regular(path), "rb") as reading,
        os.fdopen(target.open_for_writing(temporary, flags), "wb") as writing,
    ):
        computed = copy_and_sum(reading, writing, size, counting(meter, cancel))
    if computed != checksum:
        target.remove(temporary)
        raise OriginalDamagedError(
            Message(
                "{root} is damaged, so it is not copied: the file {path} is not what it should be.",
                root=source.shown("."),
                path=path,
            ),
            Remedy.REPAIR_FIRST.advice(drive=source.known_as or source.base),
        )
    target.rename(temporary, path)
