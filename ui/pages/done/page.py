"""Done: the verdict, and what to do next."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.drive.drive import Drive
from app.drive.udisks.ejecting import Ejected, eject
from app.errors import SatchelError
from app.progress import CancelToken, Reporter
from app.severity import Severity
from app.stick.writing.job import Outcome
from ui.i18n.filling import filled
from ui.i18n.numbers import counted, dated, lasting, sized
from ui.i18n.wording import worded
from ui.models.findings import from_findings
from ui.pages.base import Page
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import icons, style
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.message_list import MessageList
from ui.widgets.notice import NoticeLabel
from ui.widgets.state_panel import StatePanel


class DonePage(Page):
    """What the job and its check came to."""

    name = PageName.DONE
    icon = "ok"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._ejecting = False
        self._ejected = False
        self._stack = QStackedWidget(self)
        self._panel = StatePanel(self)
        self._panel.show_empty(
            self.tr("Nothing has been made yet"),
            self.tr("Choose a drive and apps first."),
            icon="ok",
        )
        self._content = self._build()
        self._stack.addWidget(self._panel)
        self._stack.addWidget(self._content)
        self.body.addWidget(self._stack)
        session.outcome_changed.connect(self._outcome_changed)

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
        for button, icon in zip(buttons, ("contents", "drive", "eject"), strict=True):
            icons.give(button, icon, role=button.foregroundRole())
        self._see.clicked.connect(self._show_contents)
        self._eject.clicked.connect(self._press_eject)
        self._another.clicked.connect(self._make_another)
        row = QHBoxLayout()
        row.setSpacing(style.GRID)
        for button in buttons:
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
        if self._stack.currentWidget() is self._panel:
            return ""
        if self._ejecting:
            return self.tr("Ejecting…")
        if self._unsound:
            return self.tr("Write it again")
        return self.tr("Eject") if self._can_eject else self._another.text()

    @property
    def primary_enabled(self) -> bool:
        return not self._ejecting

    def primary(self) -> None:
        if self._unsound:
            self._write_again()
        elif self._can_eject:
            self._press_eject()
        else:
            self._make_another()

    def left(self) -> None:
        if not self.complete:
            self._stack.setCurrentWidget(self._panel)

    # What came of it

    def _outcome_changed(self) -> None:
        outcome = self.session.outcome
        if outcome is None:
            # The drive was ejected or pulled out: what was read here a moment ago stays readable.
            if self.isVisible():
                self._show_buttons()
            else:
                self._stack.setCurrentWidget(self._panel)
        else:
            self._ejected = self._ejecting = False
            self._show_outcome(outcome)
            self._stack.setCurrentWidget(self._content)
        self.changed.emit()

    def _show_outcome(self, outcome: Outcome) -> None:
        findings = outcome.check.findings if outcome.check is not None else ()
        errors = sum(1 for one in findings if one.severity is Severity.ERROR)
        warnings = sum(1 for one in findings if one.severity is Severity.WARNING)
        target = self.session.target
        name = target.name if target is not None else ""
        if errors:
            verdict = self.tr("%1 is not sound: %n problem(s) were found.", "", errors)
            icons.give(self._icon, "error", tone=style.Tone.BAD, side=style.Icon.LARGE)
        elif warnings:
            verdict = self.tr("%1 is ready. There are %n thing(s) to know.", "", warnings)
            icons.give(self._icon, "ok", tone=style.Tone.GOOD, side=style.Icon.LARGE)
        else:
            verdict = self.tr("%1 is ready: everything was read back and is right.")
            icons.give(self._icon, "ok", tone=style.Tone.GOOD, side=style.Icon.LARGE)
        self._verdict.setText(filled(verdict, name))
        if outcome.objects:
            facts = self.tr("%1 parts (%2) were written in %3.")
        else:
            facts = self.tr("All of it was there already. Seeing to that took %3.")
        facts = filled(
            facts, counted(outcome.objects), sized(outcome.bytes), lasting(outcome.seconds)
        )
        plan = self.session.plan
        until = outcome.check.until if outcome.check is not None else plan.until if plan else None
        if until is not None:
            ends = self.tr("It is good until %1, when the first key or signature on it ends.")
            facts += " " + filled(ends, dated(until))
        if outcome.unsigned:
            facts += " " + filled(
                self.tr("Not signed, so nobody can verify it: %1."), ", ".join(outcome.unsigned)
            )
        self._facts.setText(facts)
        self._safe.say("")
        self._findings.show_messages(from_findings(findings))
        self._findings.setVisible(bool(findings))
        self._rest.setVisible(not findings)
        self._show_buttons()

    def _show_buttons(self) -> None:
        self._another.setVisible(self._can_eject and not self._unsound)
        self._eject.setVisible(self._can_eject and self._unsound)
        self._eject.setEnabled(not self._ejecting)
        self._see.setVisible(self.session.target is not None and not self._ejected)

        self.changed.emit()

    @property
    def _unsound(self) -> bool:
        outcome = self.session.outcome
        return outcome is not None and outcome.check is not None and not outcome.check.ok

    @property
    def _can_eject(self) -> bool:
        return self._drive is not None and not self._ejected

    @property
    def _drive(self) -> Drive | None:
        target = self.session.target
        return target.drive if target is not None else None

    # What comes next

    def _press_eject(self) -> None:
        drive = self._drive
        if drive is None or self._ejecting:
            return
        self._ejecting = True
        self._safe.say("")
        self._show_buttons()
        self.bridge.run(partial(_let_go, drive), done=self._let_go, failed=self._kept)

    def _let_go(self, _ejected: Ejected) -> None:
        self._ejecting = False
        self._ejected = True
        self._safe.say(self.tr("You can pull it out now."), icon="ok", tone=style.Tone.GOOD)
        self._show_buttons()

    def _kept(self, error: SatchelError) -> None:
        self._ejecting = False
        parts = (worded(error.message), worded(error.hint), self.tr("Do not pull it out yet."))
        self._safe.say(" ".join(parts), icon="error", tone=style.Tone.BAD)
        self._show_buttons()

    def _show_contents(self) -> None:
        self.go.emit(PageName.CONTENTS)

    def _write_again(self) -> None:
        # The drive is not what the old plan was made for.
        self.session.set_plan(None)
        self.go.emit(PageName.REVIEW)

    def _make_another(self) -> None:
        self.session.set_target(None)
        self.go.emit(PageName.DRIVE)


def _let_go(drive: Drive, _report: Reporter, _cancel: CancelToken) -> Ejected:
    return eject(drive)
