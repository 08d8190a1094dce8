"""A directory that ``satchel publish`` has made, where a drive may be named."""

from __future__ import annotations

import os
from pathlib import Path

from app.cli.invocation import Invocation
from app.fs.files import drive_errors
from app.fs.root import Root
from app.media.publishing.checking import check_publication
from app.media.publishing.publication import read_publication
from app.message import Message
from app.progress import Reporter
from app.stick.checking.report import CheckReport


def check_published(
    target: str, invocation: Invocation, report: Reporter, *, contents: bool
) -> CheckReport | None:
    """Judge what is published in a directory; None if nothing is. Raises DriveError."""
    if not os.path.isdir(target):
        return None
    directory = Root(Path(target).absolute())
    with drive_errors(Message("looking at what is published")):
        publication = read_publication(directory)
    if publication is None:
        return None
    return check_publication(directory, publication, report, invocation.cancel, contents=contents)
