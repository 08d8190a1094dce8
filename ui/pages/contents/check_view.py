"""A check: how far it is, then what it found and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.progress import Advanced, Phase
from app.stick.checking.check import CheckReport
from app.stick.checking.keys import UsedKey
from app.stick.checking.soundness import NOT_CHECKED, verdict_on
from app.stick.findings import Help, helps
from app.stick.inspecting.facts import key_texts
from ui.controllers.inspection import CheckState, CheckStatus
from ui.controllers.progress import Progress
from ui.i18n.filling import filled
from ui.i18n.numbers import counted, lasting, sized
from ui.i18n.wording import worded
from ui.models.findings import from_findings
from ui.models.verdicts import verdict_symbol, verdict_text, verdict_tone
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.message_list import MessageList
from ui.widgets.state_panel import StatePanel
from ui.widgets.work_map import WorkMap

_PERMILLE = 1000
_MOST_SIGNERS = 3


class CheckView(QWidget):
    """Says so until there was one.

    Signals:
        chosen(object): a button was pressed that leads to this `Help`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = StatePanel(self)
        self._content = QWidget(self)
        self._icon = QLabel(self._content)
        self._icon.setFixedWidth(style.Icon.MEDIUM)
        self._verdict = labels.heading(parent=self._content)
        self._facts = labels.body(quiet=True, parent=self._content)
        self._signers = labels.body(quiet=True, parent=self._content)
        self._signers.hide()
        self._bar = QProgressBar(self._content)
        self._bar.setRange(0, _PERMILLE)
        self._bar.setTextVisible(False)
        # Nothing moves when it goes.
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        self._map = WorkMap(self._content, checks_only=True)
        self._findings = MessageList(
            self.tr("What was found, by what to do about it"), self._content
        )
        self._helps = {help: QPushButton(text, self._content) for help, text in self._help_texts()}
        for button in self._helps.values():
            tall(button)
            button.clicked.connect(self._choose)
        self._build()
        self.show_check(CheckStatus(), {}, writable=False)

    def _build(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(style.HALF)
        texts.addWidget(self._verdict)
        texts.addWidget(self._facts)
        texts.addWidget(self._signers)
        top = QHBoxLayout()
        top.setSpacing(style.GAP)
        top.addWidget(self._icon)
        top.addLayout(texts, 1)
        for button in self._helps.values():
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(style.GRID)
        inside.addLayout(top)
        inside.addWidget(self._bar)
        inside.addWidget(self._map, 1)
        inside.addWidget(self._findings, 3)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._panel)
        self._stack.addWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _help_texts(self) -> tuple[tuple[Help, str], ...]:
        return (
            (Help.WRITE_AGAIN, self.tr("Write it again…")),
            (Help.MAKE_ANEW, self.tr("To the drives")),
            (Help.ADD_REMOTE, self.tr("To the settings")),
        )

    def _choose(self) -> None:
        pressed = self.sender()
        self.chosen.emit(next(help for help, button in self._helps.items() if button is pressed))

    def _show_helps(self, helps: Collection[Help]) -> None:
        for help, button in self._helps.items():
            button.setVisible(help in helps)

    @property
    def verdict(self) -> str:
        """In one sentence; empty while there is none."""
        here = self._stack.currentWidget() is self._content
        return self._verdict.text() if here else ""

    @property
    def findings(self) -> MessageList:
        return self._findings

    def show_check(self, check: CheckStatus, names: Mapping[str, str], *, writable: bool) -> None:
        """None, or how it ended, with ``names`` for refs.

        ``writable``: it is what Satchel would write to.
        """
        if check.report is not None:
            self._show_report(check.report, names, writable=writable)
            return
        if check.state is CheckState.STOPPED:
            self._panel.show_empty(
                self.tr("The check was stopped"),
                self.tr("Nothing has been changed. Check again whenever you like."),
                icon=Symbol.STOP,
            )
        elif check.error is not None:
            meaning = self.tr("So nobody can say whether the drive is sound.")
            self._panel.show_error(check.error, meaning=meaning)
        else:
            self._panel.show_empty(
                verdict_text(NOT_CHECKED),
                self.tr(
                    "A check reads everything back and tells whether the drive can be relied on."
                ),
                icon=Symbol.BADGE,
            )
        self._stack.setCurrentWidget(self._panel)

    def show_start(self) -> None:
        """A check begins."""
        icons.give(self._icon, Symbol.CLOCK, side=style.Icon.MEDIUM)
        self._verdict.setText(self.tr("Reading everything back"))
        self._bar.setAccessibleName(self._verdict.text())
        self._signers.hide()
        # Something is said at once, so that nothing moves later.
        self._facts.setText(self.tr("Looking at what there is"))
        self._bar.setValue(0)
        self._bar.show()
        self._map.begin()
        self._findings.show_messages(())
        self._findings.hide()
        self._show_helps(())
        self._stack.setCurrentWidget(self._content)

    def show_phase(self, phase: Phase) -> None:
        self._map.begin_phase(phase)

    def show_advanced(self, event: Advanced) -> None:
        self._map.advance(event)

    def show_progress(self, progress: Progress) -> None:
        if progress.share is not None:
            self._bar.setValue(round(progress.share * _PERMILLE))
        told = [
            filled(self.tr("%1 parts, %2"), counted(progress.objects), sized(progress.bytes)),
        ]
        if progress.left is not None:
            told.append(filled(self.tr("about %1 left"), lasting(progress.left)))
        self._facts.setText(", ".join(told))

    def _show_report(
        self, report: CheckReport, names: Mapping[str, str], *, writable: bool
    ) -> None:
        """What was found; what helps stands beside it."""
        verdict = verdict_on(report)
        tone = verdict_tone(verdict)
        icons.give(self._icon, verdict_symbol(verdict), tone=tone, side=style.Icon.MEDIUM)
        self._verdict.setText(verdict_text(verdict))
        facts = filled(
            self.tr("%1 parts, %2, read in %3"),
            counted(report.objects),
            sized(report.bytes),
            lasting(report.seconds),
        )
        self._facts.setText(facts)
        self._show_signers(report.keys)
        self._bar.hide()
        self._findings.show_messages(from_findings(report.findings, names))
        offered = [
            help for help in helps(report.findings) if writable or help is not Help.WRITE_AGAIN
        ]
        self._show_helps(offered)
        self._findings.setVisible(bool(report.findings))
        self._stack.setCurrentWidget(self._content)

    def _show_signers(self, keys: Sequence[UsedKey]) -> None:
        """Whoever trusts these keys can rely on the verdict."""
        lines = [" ".join(map(worded, key_texts(key))) for key in keys[:_MOST_SIGNERS]]
        if len(keys) > _MOST_SIGNERS:
            lines.append(self.tr("And %n more.", "", len(keys) - _MOST_SIGNERS))
        self._signers.setText("\n".join(lines))
        self._signers.setVisible(bool(lines))
