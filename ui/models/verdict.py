"""What a check comes to, in one word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.severity import Severity
from app.stick.checking.check import CheckReport
from app.stick.findings import Finding


class Verdict(Enum):
    """On what is on a drive."""

    SOUND = auto()
    """Nothing to say against it."""
    HINTS = auto()
    """Sound, with something to know."""
    UNVOUCHED = auto()
    """Nothing is damaged, but nobody here knows whose it is."""
    DAMAGED = auto()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and how many findings there are behind it."""

    verdict: Verdict
    errors: int = 0
    warnings: int = 0


def judge(report: CheckReport) -> Judgement:
    errors = _count(report.findings, Severity.ERROR)
    warnings = _count(report.findings, Severity.WARNING)
    if report.only_unvouched:
        verdict = Verdict.UNVOUCHED
    elif errors:
        verdict = Verdict.DAMAGED
    else:
        verdict = Verdict.HINTS if warnings else Verdict.SOUND
    return Judgement(verdict, errors, warnings)


def _count(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)
