"""What commands print: JSON for programs, words for people, a progress bar on a terminal."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import textwrap
import time
from typing import Any, TextIO

from app.errors import SatchelError
from app.plain import plain
from app.progress import Advanced, AppsAdvanced, AppTried, Event, Notice, Phase, PhaseStarted
from app.rate import Rate
from app.severity import Severity
from app.text import Policy, clean
from app.units import duration_text, size_text

PHASE_WORDS = {
    Phase.SUMMARY: "Looking at what upstream offers",
    Phase.TRUST: "Checking signatures",
    Phase.DOWNLOAD: "Downloading and checking",
    Phase.FLUSH: "Writing to the drive (do not unplug)",
    Phase.WRITE: "Finishing",
    Phase.PRUNE: "Freeing what is not needed any more",
    Phase.VERIFY: "Reading everything back",
    Phase.SIZES: "Measuring what everything takes",
    Phase.COPY: "Copying from the drive and checking",
    Phase.INSTALL: "Installing",
    Phase.REHEARSE: "Trying it as an offline computer would",
    Phase.IMAGE: "Making the image",
    Phase.UNPACK: "Unpacking the image",
}
_ON_A_DISK = {Phase.FLUSH: "Writing to the disk"}
"""Where nothing is a drive."""

_BAR_WIDTH = 24
_MIN_WIDTH = 40


def write_json(value: Any) -> None:
    """One JSON value on a line of its own."""
    values = plain(value)
    text = json.dumps(values, ensure_ascii=False)
    if not text.isprintable():
        # JSON lets through what moves a cursor or turns the writing around.
        text = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # A name that is not UTF-8, or a terminal that shows little.
        text = json.dumps(values)
    print(text, flush=True)


def say(text: str) -> None:
    """A line for people, whatever upstream or a drive has put into it."""
    print(clean(text, Policy.SENTENCE))


def error_json(error: SatchelError) -> dict[str, Any]:
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "cause": error.cause,
        "exit_code": error.exit_code,
    }


def write_error(error: SatchelError) -> None:
    """What happened and what to do, for people."""
    print(f"satchel: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"         {error.hint}", file=sys.stderr)


def write_notice(event: Event) -> None:
    """What a person should know beside the work, on standard error."""
    if isinstance(event, Notice):
        with contextlib.suppress(OSError):
            print(notice_text(event), file=sys.stderr, flush=True)


def notice_text(notice: Notice) -> str:
    prefix = "Warning: " if notice.severity is Severity.WARNING else ""
    return f"{prefix}{notice.message} {notice.hint}".rstrip()


def wrapped(text: str, indent: str) -> str:
    """``text`` in lines that fit a terminal, all indented."""
    width = shutil.get_terminal_size().columns - 1
    return textwrap.fill(
        clean(text, Policy.SENTENCE),
        max(width, _MIN_WIDTH),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


_EVENT_NAMES = {
    PhaseStarted: "phase",
    Advanced: "progress",
    AppTried: "tried",
    Notice: "notice",
}


def event_json(event: Event) -> dict[str, Any]:
    """An event for programs."""
    return {"event": _EVENT_NAMES[type(event)], **plain(event)}


class JsonReporter:
    """Progress as JSON lines. The work goes on when nobody reads them any more."""

    def __call__(self, event: Event) -> None:
        # A picture is for people; programs would have a hundred times as much to read.
        if not isinstance(event, AppsAdvanced):
            with contextlib.suppress(OSError):
                write_json(event_json(event))


class TextReporter:
    """Progress for people: a bar on a terminal, a line per phase elsewhere.

    The work goes on when nobody reads it any more.
    """

    def __init__(self, stream: TextIO, *, disk: bool = False) -> None:
        """``disk``: what is written to is no drive that somebody could unplug."""
        self._stream = stream
        self._words = PHASE_WORDS | _ON_A_DISK if disk else PHASE_WORDS
        self._terminal = stream.isatty()
        self._phase = ""
        self._rate = Rate(time.monotonic())
        self._bar = False

    def __call__(self, event: Event) -> None:
        with contextlib.suppress(OSError):
            self._show(event)

    def _show(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                self.finish()
                self._phase = phase
                self._rate = Rate(time.monotonic())
                self._line(f"{self._words.get(phase, phase)} …")
            case Advanced():
                if self._terminal:
                    self._draw(event)
            case Notice():
                self.finish()
                self._line(notice_text(event))

    def _line(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def _draw(self, event: Advanced) -> None:
        pace = self._rate.tell(event, time.monotonic())
        share = pace.share or 0.0
        filled = round(share * _BAR_WIDTH)
        parts = [f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {share:4.0%}"]
        total = f" of {size_text(event.bytes_total)}" if event.bytes_total else ""
        parts.append(f"{size_text(event.bytes)}{total}")
        if pace.rate is not None:
            parts.append(f"{size_text(pace.rate)}/s")
        if pace.left is not None:
            parts.append(f"about {duration_text(pace.left)} left")
        if pace.still is not None:
            parts.append(f"waiting: nothing has moved for {duration_text(pace.still)}")
        if event.app is not None:
            name = event.app.ref.split("/")[1]
            parts.append(f"now {name}, {event.app.number} of {event.app.total}")
        self._stream.write(f"\r\x1b[K{'  '.join(parts)}")
        self._stream.flush()
        self._bar = True

    def finish(self) -> None:
        """Leave the bar's line."""
        if self._bar:
            self._stream.write("\n")
            self._bar = False


def reporter(*, as_json: bool, disk: bool = False) -> JsonReporter | TextReporter:
    return JsonReporter() if as_json else TextReporter(sys.stderr, disk=disk)
