"""What the check of a job found, on the app concerned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtGui import QIcon

from app.severity import Severity
from app.stick.findings import Finding
from ui.models.finding_words import FindingWords
from ui.widgets.app_message import AppRemark, Urgency

_MOST = 3
"""Sentences about one thing."""


def remarks_on(
    findings: Iterable[Finding],
    apps: Iterable[tuple[str, str]],
    drive: str,
    icon: Callable[[str, str], QIcon],
) -> tuple[AppRemark, ...]:
    """A remark for each app, and one for what is about no app or several; the worst first.

    ``apps``: (ref, name); ``icon`` is called with these.
    """
    names = dict(apps)
    groups: dict[tuple[str, bool], list[Finding]] = {}
    for result in findings:
        owner = result.subject if result.subject in names else ""
        groups.setdefault((owner, result.severity is Severity.ERROR), []).append(result)
    ordered = sorted(groups, key=lambda group: (not group[1], names.get(group[0], "")))
    return tuple(
        AppRemark(
            kind=f"{ref} {bad}",
            key=ref,
            strong=names.get(ref, drive),
            text=" ".join(_sentences(groups[ref, bad])),
            urgency=Urgency.BAD if bad else Urgency.WARM,
            icon=icon(ref, names[ref]) if ref else None,
        )
        for ref, bad in ordered
    )


def _sentences(findings: Sequence[Finding]) -> list[str]:
    words = FindingWords()
    counts = Counter(result.code for result in findings)
    told = (words.sentence(code, count) for code, count in counts.items())
    return list(dict.fromkeys(told))[:_MOST]
