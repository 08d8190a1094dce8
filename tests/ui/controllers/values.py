"""Values that controllers are told, as small as they can be."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from app.drive.space import Space
from app.stick.checking.check import CheckReport
from app.stick.findings import Finding
from app.stick.planning.plan import Options, Plan
from app.stick.writing.outcome import Outcome

GB = 10**9


def plan(until: int | None = None, options: Options | None = None, *, fits: bool = True) -> Plan:
    """Of which little is known but when its first key ends, and how it is to be carried out."""
    known = SimpleNamespace(
        until=until,
        options=options or Options("x86_64"),
        estimate=SimpleNamespace(fits=fits),
        chosen_left_out=(),
    )
    return cast(Plan, known)


def report(*findings: Finding) -> CheckReport:
    return CheckReport(findings, refs=1, objects=10, bytes=1000, seconds=1.0)


def outcome(check: CheckReport | None = None) -> Outcome:
    return Outcome(1, 10, 1000, 1.0, (), (), check)


def space(free: int = 6 * GB) -> Space:
    return Space(Path("/nowhere"), "ext4", 4096, free, 8 * GB, None, None, False)
