"""What is told of several drives at once: each line says of which."""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path
from typing import Any, TextIO

from app.cli.outcome_output import outcome_json
from app.cli.output import PHASE_WORDS, error_json, event_json, notice_text, write_json
from app.progress import Advanced, AppsAdvanced, Event, Notice, PhaseStarted, Reporter
from app.stick.writing.many import DriveEvent, DriveResult

_MIN_WIDTH = 40


class JsonDrives:
    """Events as JSON lines, each with what tells the drive. The work goes on when nobody reads."""

    def tell(self, event: Event, **drive: Any) -> None:
        """``drive``: ``target``, and what else belongs into each line."""
        if not isinstance(event, AppsAdvanced):
            self.write({**event_json(event), **drive})

    def write(self, fields: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            write_json(fields)


class TextDrives:
    """The same for people: a line a phase; on a terminal one that says how far each drive is, or a
    question. For one thread at a time.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._shares: dict[str, str] = {}
        self._question = ""
        self._drawn = False

    def tell(self, name: str, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                self._shares[name] = ""
                self.line(f"{name}: {PHASE_WORDS.get(phase, phase)} …")
            case Notice() as notice:
                self.line(f"{name}: {notice_text(notice)}")
            case Advanced() as now if self._terminal and now.bytes_total:
                self._shares[name] = f"{now.bytes / now.bytes_total:.0%}"
                if not self._question:
                    self._draw()

    def ended(self, name: str, text: str) -> None:
        """Nothing more is to come of it."""
        self._shares.pop(name, None)
        self.line(f"{name}: {text}")

    def ask(self, question: str) -> None:
        """Stays below everything else until it is another one, or empty."""
        if question != self._question:
            self._clear()
            self._question = question
            self._put_question()

    def line(self, text: str) -> None:
        """The work goes on when nobody reads it any more."""
        with contextlib.suppress(OSError):
            self._clear()
            self._stream.write(f"{text}\n")
            self._put_question()
            self._stream.flush()

    def _draw(self) -> None:
        parts = [
            f"{Path(name).name or name} {share}" for name, share in self._shares.items() if share
        ]
        width = max(shutil.get_terminal_size().columns - 1, _MIN_WIDTH)
        with contextlib.suppress(OSError):
            self._stream.write(f"\r\x1b[K{'  '.join(parts)[:width]}")
            self._stream.flush()
        self._drawn = True

    def _put_question(self) -> None:
        if self._question:
            with contextlib.suppress(OSError):
                self._stream.write(self._question)
                self._stream.flush()
            self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            with contextlib.suppress(OSError):
                self._stream.write("\r\x1b[K")
        self._drawn = False


class DriveTeller:
    """The one or the other, of drives that are known by where they are."""

    def __init__(self, *, as_json: bool) -> None:
        self._json = JsonDrives()
        self._text = TextDrives(sys.stderr)
        self._as_json = as_json

    def tell(self, event: DriveEvent) -> None:
        target = str(event.target)
        if self._as_json:
            self._json.tell(event.event, target=target)
        else:
            self._text.tell(target, event.event)

    def of(self, target: Path) -> Reporter:
        """What one drive tells."""
        return lambda event: self.tell(DriveEvent(target, event))

    def ended(self, target: Path, text: str, fields: dict[str, Any]) -> None:
        """``fields``: what JSON says of it."""
        if self._as_json:
            self._json.write({"event": "drive", **fields})
        else:
            self._text.ended(str(target), text)

    def result(self, result: DriveResult) -> None:
        self.ended(result.target, result_text(result), result_json(result))


def result_text(result: DriveResult) -> str:
    """What became of a drive, in a few words."""
    if result.error is not None:
        return str(result.error.message)
    return "written, but the check found errors" if result.status == 1 else "done"


def result_json(result: DriveResult) -> dict[str, Any]:
    fields = outcome_json(result.outcome) if result.outcome is not None else {}
    return {
        **{name: value for name, value in fields.items() if name != "event"},
        "target": str(result.target),
        "ok": result.done,
        "exit_code": result.status,
        "error": error_json(result.error) if result.error is not None else None,
    }
