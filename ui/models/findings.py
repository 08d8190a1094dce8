"""Findings of a check as messages, by what to do about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QCoreApplication

from app.stick.findings import Finding, Remedy, Severity, by_remedy
from ui import look
from ui.models.messages import Message
from ui.numbers import counted
from ui.wording import worded

_MOST = 4
"""Findings of one remedy that are told one by one."""
_ICONS = {
    Severity.ERROR: ("error", look.Tone.BAD),
    Severity.WARNING: ("warning", look.Tone.WARN),
    Severity.INFO: ("info", None),
}


def from_findings(findings: Iterable[Finding]) -> Iterator[Message]:
    """A message for each remedy: what to do, and what was found."""
    for remedy in by_remedy(findings):
        icon, tone = _ICONS[remedy.severity]
        lines = [worded(one.message) for one in remedy.findings[:_MOST]]
        more = len(remedy.findings) - _MOST
        if more > 0:
            text = QCoreApplication.translate("findings", "and %1 more like this")
            lines.append(text.replace("%1", counted(more)))
        yield Message(icon, tone, _heading(remedy), "\n".join(lines))


def _heading(remedy: Remedy) -> str:
    if remedy.hint:
        return worded(remedy.hint)
    return QCoreApplication.translate("findings", "Good to know")
