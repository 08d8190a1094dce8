"""What a check found with all its names, who signed what, and the squares: for builders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.stick.checking.keys import UsedKey
from app.stick.checking.report import CheckReport
from app.stick.inspecting.facts import key_texts
from ui.i18n.filling import filled
from ui.i18n.numbers import counted, lasting, sized
from ui.i18n.wording import worded
from ui.models.findings import from_findings
from ui.style import style
from ui.widgets import labels
from ui.widgets.message_list import MessageList
from ui.widgets.work_map import WorkMap

_MOST_SIGNERS = 3
_LIST = 240
_MAP = 160


class CheckDetails(QWidget):
    """Attributes:
    findings: by what to do about them.
    work: what was read, byte by byte.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = labels.body(quiet=True, parent=self)
        self._signers = labels.body(quiet=True, parent=self)
        self._signers.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._signers.setAccessibleName(self.tr("Who signed it"))
        self.findings = MessageList(self.tr("What was found, by what to do about it"), self)
        self.findings.setFixedHeight(style.px(_LIST))
        self.work = WorkMap(self, checks_only=True)
        self.work.setMinimumHeight(style.px(_MAP))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(style.SECTION), 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        for part in (self._facts, self._signers, self.findings, self.work):
            layout.addWidget(part)

    def begin(self) -> None:
        self.work.begin()
        for part in (self._facts, self._signers, self.findings):
            part.hide()
        self.findings.show_messages(())

    def show_report(self, report: CheckReport, names: Mapping[str, str]) -> None:
        """With ``names`` for refs."""
        facts = filled(
            self.tr("%1 objects, %2, read in %3"),
            counted(report.objects),
            sized(report.bytes),
            lasting(report.seconds),
        )
        self._facts.setText(facts)
        self._facts.show()
        self._show_signers(report.keys)
        self.findings.show_messages(from_findings(report.findings, names))
        self.findings.setVisible(bool(report.findings))

    def _show_signers(self, keys: Sequence[UsedKey]) -> None:
        """Whoever trusts these keys can rely on the verdict."""
        lines = [" ".join(map(worded, key_texts(key))) for key in keys[:_MOST_SIGNERS]]
        if len(keys) > _MOST_SIGNERS:
            lines.append(self.tr("And %n more.", "", len(keys) - _MOST_SIGNERS))
        self._signers.setText("\n".join(lines))
        self._signers.setVisible(bool(lines))
