"""What a check comes to, in one word and two numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.severity import Severity
from app.stick.checking.check import CheckReport
from app.stick.findings import Finding


class Soundness(Enum):
    """On what is on a drive."""

    SOUND = auto()
    """Nothing to say against it."""
    HINTS = auto()
    """Sound, with something to know."""
    UNVOUCHED = auto()
    """Nothing is damaged, but nobody here knows whose it is."""
    DAMAGED = auto()


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """In one word, and how many findings there are behind it."""

    soundness: Soundness
    errors: int = 0
    warnings: int = 0


def summarized(report: CheckReport) -> CheckSummary:
    errors = _count(report.findings, Severity.ERROR)
    warnings = _count(report.findings, Severity.WARNING)
    if report.only_unvouched:
        soundness = Soundness.UNVOUCHED
    elif errors:
        soundness = Soundness.DAMAGED
    else:
        soundness = Soundness.HINTS if warnings else Soundness.SOUND
    return CheckSummary(soundness, errors, warnings)


def _count(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)
