"""An image where a verb takes a drive."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from app.cli.invocation import Invocation
from app.cli.output import TextReporter, reporter, write_notice
from app.drive.target import TargetDirectory
from app.errors import UsageError
from app.media.images.reading.opened import is_image, opened_image
from app.message import Message
from app.progress import Reporter

_FOR_LARGE_FILES = Path("/var/tmp")
"""Kept on a disk everywhere, where ``/tmp`` often is in memory (file-hierarchy(7))."""


def open_image(
    name: str, invocation: Invocation, report: Reporter, *, allowed: bool
) -> TargetDirectory | None:
    """What is in it, until the verb is done; None if it is no image.

    Raises UsageError if none is ``allowed``, ImageError, DriveError.
    """
    path = Path(name).absolute()
    if not is_image(path):
        return None
    if not allowed:
        raise UsageError(
            Message("{path} is an image, which is only read: name a drive.", path=name),
            Message("satchel verify, inspect, diff, clone, serve and --from take images."),
        )
    tell = reporter(as_json=False) if report is write_notice else report
    opened = invocation.closing.enter_context(
        opened_image(path, _places(path, invocation), tell, invocation.cancel)
    )
    if isinstance(tell, TextReporter):
        tell.finish()
    return TargetDirectory(opened.directory)


def _places(path: Path, invocation: Invocation) -> list[Path]:
    """Where there may be room to unpack an image."""
    chosen = invocation.variables.get("TMPDIR")
    places = [Path(chosen)] if chosen else []
    places.append(_FOR_LARGE_FILES)
    # In a container there may be none that can be written to.
    with contextlib.suppress(FileNotFoundError):
        places.append(Path(tempfile.gettempdir()))
    return [*places, path.parent]
