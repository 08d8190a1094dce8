"""Done: the verdict, and what to do next."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ui.controllers.made_drive import (
    EjectionState,
    MadeDrive,
    MadeDriveController,
    MadeStatus,
    NextStep,
)
from ui.i18n.filling import filled
from ui.i18n.numbers import counted, dated, lasting, sized
from ui.i18n.wording import worded
from ui.models.findings import from_findings
from ui.models.verdicts import verdict_symbol, verdict_text, verdict_tone
from ui.pages.base import Page
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.message_list import MessageList
from ui.widgets.notice import NoticeLabel
from ui.widgets.state_panel import StatePanel


class DonePage(Page):
    """What the job and its check came to."""

    name = PageName.DONE
    icon = Symbol.CIRCLE_CHECK

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._controller = MadeDriveController(session, bridge, self)
        self._made: MadeDrive | None = None
        self._panel = StatePanel(self)
        self._panel.show_empty(
            self.tr("Nothing has been made yet"),
            self.tr("Choose a drive and apps first."),
            icon=Symbol.CIRCLE_CHECK,
        )
        self._content = self._build()
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._panel)
        self._stack.addWidget(self._content)
        self.body.addWidget(self._stack)
        self._controller.status_changed.connect(self._show_status)
        self._controller.go.connect(self.go)
        self._see.clicked.connect(self._controller.see_contents)
        self._eject.clicked.connect(self._controller.eject)
        self._another.clicked.connect(self._controller.make_another)

    def _build(self) -> QWidget:
        content = QWidget(self)
        self._icon = QLabel(content)
        self._icon.setFixedWidth(style.Icon.LARGE)
        self._verdict = labels.heading(parent=content)
        self._facts = labels.body(quiet=True, parent=content)
        self._safe = NoticeLabel(content)
        texts = QVBoxLayout()
        texts.setSpacing(style.HALF)
        texts.addStretch(1)
        for label in (self._verdict, self._facts, self._safe):
            texts.addWidget(label)
        texts.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(style.GAP)
        top.addWidget(self._icon)
        top.addLayout(texts, 1)
        self._findings = MessageList(self.tr("What was found, by what to do about it"), content)
        self._see = QPushButton(self.tr("Show what is on it"), content)
        self._another = QPushButton(self.tr("Make another with the same choice"), content)
        self._eject = QPushButton(self.tr("Eject"), content)
        buttons = (self._see, self._another, self._eject)
        tall(*buttons)
        row = QHBoxLayout()
        row.setSpacing(style.GRID)
        for button, icon in zip(
            buttons, (Symbol.CONTENTS, Symbol.DRIVE, Symbol.EJECT), strict=True
        ):
            icons.give(button, icon)
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GAP)
        layout.addLayout(top)
        layout.addLayout(row)
        layout.addWidget(self._findings, 1)
        self._rest = QWidget(content)
        layout.addWidget(self._rest, 1)
        return content

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Done")

    @property
    def title(self) -> str:
        return self.tr("Done")

    @property
    def complete(self) -> bool:
        return self.session.outcome is not None

    @property
    def primary_text(self) -> str:
        status = self._controller.status
        if status.made is None:
            return ""
        return {
            NextStep.WAIT: self.tr("Ejecting…"),
            NextStep.WRITE_AGAIN: self.tr("Write it again"),
            NextStep.EJECT: self.tr("Eject"),
            NextStep.MAKE_ANOTHER: self._another.text(),
        }[status.next_step]

    @property
    def primary_enabled(self) -> bool:
        return self._controller.status.next_step is not NextStep.WAIT

    def primary(self) -> None:
        self._controller.go_on()

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    # What is shown

    def _show_status(self, status: MadeStatus) -> None:
        if status.made is not None and status.made is not self._made:
            self._show_made(status.made)
        self._made = status.made
        self._show_ejection(status)
        self._another.setVisible(status.can_eject and not status.unsound)
        self._eject.setVisible(status.can_eject and status.unsound)
        self._eject.setEnabled(status.ejection is not EjectionState.UNDER_WAY)
        self._see.setVisible(status.reachable)
        self._stack.setCurrentWidget(self._panel if status.made is None else self._content)
        self.changed.emit()

    def _show_made(self, made: MadeDrive) -> None:
        verdict = made.verdict
        self._verdict.setText(f"{made.name}: {verdict_text(verdict)}")
        icons.give(
            self._icon,
            verdict_symbol(verdict),
            tone=verdict_tone(verdict),
            side=style.Icon.LARGE,
        )
        self._facts.setText(" ".join(self._facts_about(made)))
        findings = made.findings
        self._findings.show_messages(from_findings(findings))
        self._findings.setVisible(bool(findings))
        self._rest.setVisible(not findings)

    def _facts_about(self, made: MadeDrive) -> list[str]:
        outcome = made.outcome
        lines = [worded(outcome.replaced.words)] if outcome.replaced else []
        facts = ""
        if outcome.objects:
            facts = self.tr("%1 parts (%2) were written in %3.")
        elif not outcome.replaced:
            facts = self.tr("All of it was there already. Seeing to that took %3.")
        numbers = counted(outcome.objects), sized(outcome.bytes), lasting(outcome.seconds)
        lines += [filled(facts, *numbers)] if facts else []
        if made.until is not None:
            ends = self.tr("It is good until %1, when the first key or signature on it ends.")
            lines.append(filled(ends, dated(made.until)))
        if outcome.unsigned:
            unsigned = self.tr("Not signed, so nobody can verify it: %1.")
            lines.append(filled(unsigned, ", ".join(outcome.unsigned)))
        return lines

    def _show_ejection(self, status: MadeStatus) -> None:
        if status.ejection is EjectionState.EJECTED:
            text = self.tr("You can pull it out now.")
            self._safe.say(text, icon=Symbol.CIRCLE_CHECK, tone=style.Tone.GOOD)
        elif status.error is not None:
            error = status.error
            parts = (worded(error.message), worded(error.hint), self.tr("Do not pull it out yet."))
            self._safe.say(" ".join(parts), icon=Symbol.ERROR, tone=style.Tone.BAD)
        else:
            self._safe.say("")
