"""``satchel make --keep-going``: drives as they are plugged in, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from app.cli import plan_arguments
from app.cli.commands.eject import REMOVAL_WORDS
from app.cli.drives_output import JsonDrives, TextDrives, result_json, result_text
from app.cli.invocation import Invocation
from app.cli.many_drives import targets
from app.cli.output import error_json, notice_text, reporter, say, write_error, write_json
from app.cli.questions import can_ask
from app.cli.terms import accept
from app.drive.udev import missing_parts
from app.errors import UsageError
from app.message import Message
from app.progress import Event, Notice, Reporter
from app.stick.planning.cost import Cost
from app.stick.planning.plan import LEFT_OUT, Action
from app.stick.planning.request import foresee
from app.stick.writing.admission import Admission
from app.stick.writing.line import Line
from app.stick.writing.line_values import (
    Asked,
    Began,
    Came,
    Choice,
    Ended,
    Left,
    LineEvent,
    Passed,
    Reason,
    Rechosen,
    Spot,
    Tally,
    Waiting,
    Working,
)
from app.units import size_text

_ANYWHERE = Path("/")
_MOST_ENTRIES = 3
_STEP = 4096
_ANSWERS = {"y": True, "yes": True, "j": True, "ja": True, "n": False, "no": False, "nein": False}
_REASONS = {
    Reason.ALREADY: "has all of this already",
    Reason.DECLINED: "left alone, as you said",
    Reason.NOT_MEANT: "left alone: it is not called as the drives that are meant",
    Reason.UNUSABLE: "left alone",
    Reason.GONE: "was pulled out before anything was written",
    Reason.ENDED: "nothing was written to it",
}


def make_line(arguments: argparse.Namespace, invocation: Invocation) -> int:
    """The worst exit status of all drives; that it was Ctrl-C which ended it does not count."""
    asks = not arguments.json and can_ask()
    _check(arguments, asks=asks)
    report = reporter(as_json=arguments.json)
    for notice in missing_parts():
        report(notice)
    # What cannot be used of all that is plugged in is told when the line looks at it.
    roots, _ = targets(arguments, invocation, report, others_come=True)

    def choose() -> Choice:
        return Choice(*plan_arguments.requested(arguments, invocation, told, _ANYWHERE))

    told = _once(report)
    choice = choose()
    # What cannot be had is told now, not when the first drive comes.
    cost = foresee(choice.request, invocation.environment, choice.known, told, invocation.cancel)
    show = _JsonLine() if arguments.json else _TextLine(asks=asks)
    show.begin(cost)
    accept({item.ref for item in cost.items if item.payloads}, arguments)
    line = Line(
        choose,
        invocation.environment,
        Admission(arguments.label or ""),
        show,
        first=choice,
        named=roots,
        confirmed=arguments.yes or arguments.all_drives or not asks,
        ask=asks,
        verify=not arguments.no_verify,
        eject=arguments.eject,
    )
    waiting = {sys.stdin.fileno(): _Answers(line, show)} if isinstance(show, _TextLine) else {}
    tally = line.run(invocation.cancel, waiting if asks else {})
    show.end(tally)
    return tally.status


def _check(arguments: argparse.Namespace, *, asks: bool) -> None:
    if arguments.rehearse:
        raise UsageError(
            Message("--rehearse is for one drive at a time."),
            Message("Leave it out, and try each drive with satchel rehearse."),
        )
    if not asks and not arguments.label:
        raise UsageError(
            Message("--keep-going has nobody to ask here which drives are meant."),
            Message("Name them by their labels, as in --label 'CLASS*', or run it in a terminal."),
        )


def _once(report: Reporter) -> Reporter:
    """What is the same for each drive is told for the first."""
    told: set[Notice] = set()

    def tell(event: Event) -> None:
        if isinstance(event, Notice):
            if event in told:
                return
            told.add(event)
        report(event)

    return tell


# For programs


class _JsonLine:
    def __init__(self) -> None:
        self._drives = JsonDrives()
        self._ended: list[dict[str, Any]] = []

    def begin(self, cost: Cost) -> None:
        """Each drive tells its own."""

    def __call__(self, event: LineEvent) -> None:
        match event:
            case Waiting():
                self._drives.write({"event": "waiting"})
            case Came(spot):
                self._write("came", spot)
            case Asked(spot):
                self._write("asked", spot)
            case Passed(spot, reason, error, removal):
                told = error_json(error) if error is not None else None
                self._write("passed", spot, reason=reason, error=told, ejected=removal)
            case Began(spot, plan):
                self._write("began", spot, write=plan.estimate.write, fetch=plan.estimate.fetch)
            case Working(spot, now):
                self._drives.tell(now, **_spot_json(spot))
            case Ended() as ended:
                self._end(ended)
            case Rechosen(spot, wanted):
                self._write("choice", spot, wanted=list(wanted))
            case Left(spot):
                self._write("left", spot)

    def _end(self, ended: Ended) -> None:
        error = ended.not_ejected
        fields = {
            **result_json(ended.result),
            "number": ended.spot.number,
            "drive": ended.spot.name,
            "ejected": ended.removal,
            "not_ejected": error_json(error) if error is not None else None,
        }
        kept = ("target", "number", "drive", "ok", "exit_code", "ejected", "error")
        self._ended.append({name: fields[name] for name in kept})
        self._drives.write({"event": "drive", **fields, "made": ended.made})

    def _write(self, name: str, spot: Spot, **more: Any) -> None:
        self._drives.write({"event": name, **_spot_json(spot), **more})

    def end(self, tally: Tally) -> None:
        write_json(
            {
                "event": "finished",
                "ok": tally.status in {0, LEFT_OUT},
                "made": tally.made,
                "failed": tally.failed,
                "passed": tally.passed,
                "drives": self._ended,
            }
        )


def _spot_json(spot: Spot) -> dict[str, Any]:
    return {
        "number": spot.number,
        "drive": spot.name,
        "target": str(spot.root) if spot.root is not None else None,
    }


# For people


class _TextLine:
    """``questions``: those without an answer, the oldest first."""

    def __init__(self, *, asks: bool) -> None:
        self._drives = TextDrives(sys.stderr)
        self._asks = asks
        self._names: dict[int, str] = {}
        self._present: set[int] = set()
        self._told: set[Notice] = set()
        self.questions: list[Asked] = []

    def begin(self, cost: Cost) -> None:
        new = [item for item in cost.items if item.action is not Action.KEEP]
        chosen = [item.name or item.ref.split("/")[1] for item in new if item.chosen]
        size = size_text(cost.estimate.fetch)
        say(f"Each drive gets {', '.join(chosen)}; {size} to come, with all that they need.")

    def __call__(self, event: LineEvent) -> None:
        match event:
            case Waiting():
                self._drives.line("Plug in the next drive; Ctrl-C ends.")
            case Came(spot):
                self._drives.line(f"{_called(spot, self._name(spot))}: looking at it …")
            case Asked():
                self.questions.append(event)
                self.put_question()
            case Passed() as passed:
                self._pass(passed)
            case Began(spot, plan):
                self._drop(spot)
                estimate = plan.estimate
                self._drives.line(
                    f"{self._name(spot)}: {size_text(estimate.write)} to write, "
                    f"{size_text(estimate.space.free)} free"
                )
                # Most hold for all drives alike.
                for notice in plan.notices:
                    if notice not in self._told:
                        self._told.add(notice)
                        self._drives.line(f"{self._name(spot)}: {notice_text(notice)}")
            case Working(spot, now):
                self._drives.tell(self._name(spot), now)
            case Ended() as ended:
                self._end(ended)
            case Rechosen(spot, wanted):
                some = ", ".join(map(_app, wanted))
                self._drives.line(f"{self._name(spot)}: from now on each drive gets {some}.")
            case Left(spot):
                self._drives.line(f"{self._name(spot)}: pulled out")
                self._drop(spot)
                self._present.discard(spot.number)

    def _pass(self, passed: Passed) -> None:
        words = _REASONS[passed.reason]
        if passed.removal is not None:
            words += f". {REMOVAL_WORDS[passed.removal]}"
        self._drives.ended(self._name(passed.spot), words)
        self._drop(passed.spot)
        if passed.error is not None:
            write_error(passed.error)

    def _end(self, ended: Ended) -> None:
        result, name = ended.result, self._name(ended.spot)
        text = result_text(result)
        if ended.removal is not None:
            text += f". {REMOVAL_WORDS[ended.removal]}"
        self._drives.ended(name, text)
        for error in (result.error, ended.not_ejected):
            if error is not None and error.hint:
                self._drives.line(f"{name}: {error.hint}")
        self._drives.line(f"{ended.made:,} made")

    def put_question(self) -> None:
        """The oldest without an answer."""
        if not self.questions:
            self._drives.ask("")
            return
        asked = self.questions[0]
        self._drives.ask(f"{_called(asked.spot, self._name(asked.spot))}: {_question(asked)}")

    def _name(self, spot: Spot) -> str:
        """What the drive is called in all that is told; of two that are there each otherwise."""
        if spot.number not in self._names:
            taken = {self._names[number] for number in self._present}
            name = f"{spot.name} #{spot.number}" if spot.name in taken else spot.name
            self._names[spot.number] = name
            self._present.add(spot.number)
        return self._names[spot.number]

    def _drop(self, spot: Spot) -> None:
        self.questions = [asked for asked in self.questions if asked.spot.number != spot.number]
        self.put_question()

    def end(self, tally: Tally) -> None:
        say(f"{tally.made:,} made, {tally.failed:,} failed, {tally.passed:,} left alone.")


def _app(wanted: str) -> str:
    """What was named, in short: the ID, or the name of a file."""
    if wanted.endswith(".flatpak"):
        return wanted.rpartition("/")[2]
    kind, *rest = wanted.rpartition(":")[2].split("/")
    return rest[0] if rest and kind in ("app", "runtime") else kind


def _called(spot: Spot, name: str) -> str:
    if spot.drive is None:
        return name
    others = dict.fromkeys((spot.drive.name, spot.drive.device))
    about = ", ".join(other for other in others if other != spot.name)
    return f"{name} ({about})" if about else name


def _question(asked: Asked) -> str:
    size = size_text(asked.plan.estimate.write)
    parts = []
    if asked.has_apps:
        parts.append("it has other apps, which stay")
    if asked.entries:
        more = len(asked.entries) - _MOST_ENTRIES
        names = ", ".join(asked.entries[:_MOST_ENTRIES])
        also = f" and {more:,} more" if more > 0 else ""
        parts.append(f"it has {names}{also}, which stay")
    there = "; ".join(parts) or "it is empty"
    return f"{there}. Write {size} to it? [y/n] "


class _Answers:
    """What is typed; Ctrl-D wants no further drive."""

    def __init__(self, line: Line, show: _TextLine) -> None:
        self._line = line
        self._show = show
        self._typed = b""

    def __call__(self) -> None:
        data = os.read(sys.stdin.fileno(), _STEP)
        if not data:
            self._line.finish()
            return
        *lines, self._typed = (self._typed + data).split(b"\n")
        for line in lines:
            self._take(line.decode(errors="replace").strip().casefold())

    def _take(self, word: str) -> None:
        if word in _ANSWERS and self._show.questions:
            asked = self._show.questions.pop(0)
            self._line.answer(asked.spot.number, use=_ANSWERS[word])
        self._show.put_question()
