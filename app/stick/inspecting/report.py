"""What is on a stick and whether it is sound, to keep or to send: as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from app.errors import UsageError
from app.fs.named_file import write_named_file
from app.message import Message
from app.stick.inspecting.facts import StickReport
from app.stick.inspecting.report_json import report_json
from app.stick.inspecting.report_page import report_page

SUFFIXES = (".html", ".json")


def write_report(report: StickReport, path: Path, words: Callable[[Message], str] = str) -> None:
    """Write it as what ``path`` ends in, one of `SUFFIXES`.

    ``words``: what a reader of the page is to see for a message. Raises UsageError,
    FileNotWrittenError.
    """
    check_suffix(path)
    if path.suffix.lower() == ".html":
        data = report_page(report, words)
    else:
        data = json.dumps(report_json(report), ensure_ascii=True, indent=2) + "\n"
    # A file name on a drive need not be text; nor need what is said about it.
    write_named_file(path, data.encode("utf-8", "backslashreplace"))


def check_suffix(path: Path) -> None:
    """Raises UsageError for a name that does not tell what kind of report it is to be."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(
            Message("{path} does not tell what kind of report it is to be.", path=path.name),
            Message("Give it a name that ends in .html or .json."),
        )
