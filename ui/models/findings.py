"""Findings of a check as messages, by what to do about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from app.severity import Severity
from app.stick.findings import Finding, FindingGroup, by_remedy
from app.stick.inspecting.inspection import Inspection
from app.text import Policy, clean
from ui.i18n.filling import filled
from ui.i18n.numbers import counted
from ui.i18n.stick_words import called
from ui.i18n.wording import worded
from ui.models.messages import MessageItem
from ui.style import style
from ui.style.symbol import Symbol

_MOST = 4
"""Different findings of one remedy that are told."""
_MOST_READ = 200
"""Findings among which to look for different ones: there may be one for every file."""
_REF = re.compile(r"(?:app|runtime)/[\w.-]+/[\w.-]+/[\w.-]+|appstream2?/[\w.-]+", re.ASCII)
_ICONS = {
    Severity.ERROR: (Symbol.ERROR, style.Tone.BAD),
    Severity.WARNING: (Symbol.WARNING, style.Tone.WARN),
    Severity.INFO: (Symbol.INFO, None),
}
_NOBODY: Mapping[str, str] = {}


def names_of(inspection: Inspection | None) -> Mapping[str, str]:
    """Ref → what a person calls it, of all on a drive."""
    refs = inspection.refs if inspection is not None else ()
    return {ref.ref: called(ref) for _, ref in refs}


def from_findings(
    findings: Iterable[Finding], names: Mapping[str, str] = _NOBODY
) -> Iterator[MessageItem]:
    """A message for each remedy: what to do, and what was found, with ``names`` for refs."""
    for remedy in by_remedy(findings):
        icon, tone = _ICONS[remedy.severity]
        lines, more = _told(remedy.findings, names)
        if more > 0:
            text = QCoreApplication.translate("findings", "and %1 more like this")
            lines.append(filled(text, counted(more)))
        yield MessageItem(icon, tone, _heading(remedy), "\n".join(lines))


def _told(findings: Sequence[Finding], names: Mapping[str, str]) -> tuple[list[str], int]:
    """What is said, each once, and how many findings that leaves out."""
    lines: list[str] = []
    told = 0
    for finding in findings[:_MOST_READ]:
        said = worded(finding.message)
        line = _REF.sub(lambda ref: names.get(ref[0], ref[0]), said)
        if finding.repository:
            line = f"{clean(finding.repository, Policy.SENTENCE)}: {line}"
        if line not in lines and len(lines) < _MOST:
            lines.append(line)
        told += line in lines
    return lines, len(findings) - told


def _heading(remedy: FindingGroup) -> str:
    if remedy.hint:
        return worded(remedy.hint)
    return QCoreApplication.translate("findings", "Good to know")
