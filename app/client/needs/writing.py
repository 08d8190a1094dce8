"""Puts what a computer needs where whoever makes the next drive gets it."""

from __future__ import annotations

import re
import time
from pathlib import Path

from app.fs.files import drive_errors
from app.fs.named_file import write_named_file
from app.fs.root import Root
from app.message import Message
from app.stick.store.location import KIT_FOLDER
from app.stick.store.needs import FOLDER, SUFFIX, Needs, dump_needs

_STRANGE = re.compile(r"[^\w.-]", re.ASCII)
_LONGEST = 60
_DOING = Message("writing what this computer needs")


def write_onto(drive: Path, needs: Needs) -> Path:
    """Into the kit's folder of a drive; the file, as people call it. Raises DriveError.

    Never in place of another: computers of a classroom are often called the same.
    """
    root = Root(drive)
    folder = f"{KIT_FOLDER}/{FOLDER}"
    with drive_errors(_DOING):
        root.make_directory(folder)
        taken = {name.lower() for name in root.below(folder).names()}
        stem = name = file_stem(needs)
        number = 1
        while f"{name}{SUFFIX}".lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        path = f"{folder}/{name}{SUFFIX}"
        root.replace(path, dump_needs(needs))
        return root.shown(path)


def write_file(path: Path, needs: Needs) -> None:
    """In place of a file that was there. Raises FileNotWrittenError."""
    write_named_file(path, dump_needs(needs))


def file_stem(needs: Needs) -> str:
    """Host and date, of what may stand in a file's name on any kind of drive."""
    host = _STRANGE.sub("_", needs.host).lstrip(".")[:_LONGEST] or "computer"
    return f"{host}-{time.strftime('%Y-%m-%d', time.localtime(needs.made))}"
