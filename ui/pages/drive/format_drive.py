"""Asks whether a drive is really meant, and formats it."""

from __future__ import annotations

from enum import Enum
from functools import partial

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.drive.choosing import is_typed_name, typed_names
from app.drive.drive import Drive, Volume
from app.drive.udisks.formatting import FormatPlan, Formatted, plan_format, run_format
from app.drive.udisks.mkfs_options import DEFAULT_LABEL, FILE_SYSTEMS, check_label
from app.errors import SatchelError, UsageError
from app.progress import CancelToken, Reporter
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.wording import worded_together
from ui.models import place_words
from ui.style import style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge, Task
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.notice import NoticeLabel
from ui.widgets.state_panel import StatePanel

_WIDTH = 68
_DOT = " \N{MIDDLE DOT} "


class FormatStep(Enum):
    """How far it has come."""

    PLANNING = "planning"
    """Whether and how it can be done is being found out."""
    POSSIBLE = "possible"
    """It can be done as soon as the drive's name is typed."""
    IMPOSSIBLE = "impossible"
    """Not with this file system, or not from here."""
    FORMATTING = "formatting"
    """The dialog cannot be closed."""
    OVER = "over"
    """It was done, failed, or the drive has gone."""


class FormatDialog(QDialog):
    """Names the drive, says what will be lost, and wants the drive's name typed.

    Attributes:
        drive: as it is shown; only this very drive is formatted.
        formatted: what has become of it, once it has.
    """

    def __init__(
        self,
        drive: Drive,
        contents: str,
        bridge: Bridge,
        *,
        loops_are_removable: bool,
        parent: QWidget | None = None,
    ) -> None:
        """``contents`` says what is known to be on it, may be empty."""
        super().__init__(parent)
        self.drive = drive
        self.formatted: Formatted | None = None
        self._step = FormatStep.PLANNING
        self._bridge = bridge
        self._loops = loops_are_removable
        self._planning: Task | None = None
        self.setWindowTitle(self.tr("Format a drive"))
        self._panel = StatePanel(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._form(contents))
        self._stack.addWidget(self._panel)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.clicked.connect(self.reject)
        self._go = QPushButton(self.tr("Erase and format"), self)
        self._go.clicked.connect(self._start)
        for button in (self._cancel, self._go):
            # Return in a line of text must not press anything here.
            button.setAutoDefault(False)
            tall(button)
        row = QHBoxLayout()
        row.setSpacing(style.GRID)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.MARGIN, style.MARGIN, style.MARGIN, style.MARGIN)
        layout.setSpacing(style.MARGIN)
        layout.addWidget(self._stack, 1)
        layout.addLayout(row)
        self.setMinimumWidth(style.grown(_WIDTH))
        self._choose()

    def _form(self, contents: str) -> QWidget:
        form = QWidget(self)
        layout = QVBoxLayout(form)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        question = filled(self.tr("Format %1?"), self.drive.name)
        layout.addWidget(labels.heading(question, form))
        layout.addWidget(labels.body(self._hardware(), quiet=True, parent=form))
        lost = NoticeLabel(form)
        lost.say(self._what_is_lost(contents), icon=Symbol.WARNING, tone=style.Tone.WARN)
        layout.addWidget(lost)
        layout.addSpacing(style.GRID)
        self._add_file_systems(form, layout)
        layout.addSpacing(style.GRID)
        self._add_fields(form, layout)
        self._misfit = NoticeLabel(form)
        self._notice = NoticeLabel(form)
        layout.addWidget(self._misfit)
        layout.addWidget(self._notice)
        layout.addStretch(1)
        return form

    def _add_file_systems(self, form: QWidget, layout: QVBoxLayout) -> None:
        self._kinds = {}
        for kind, title, meaning in (
            (
                FILE_SYSTEMS[0],
                self.tr("ext4, for computers with Linux"),
                self.tr(
                    "The best choice: small files take little room, and it bears being unplugged."
                ),
            ),
            (
                FILE_SYSTEMS[1],
                self.tr("exFAT, also for Windows and macOS"),
                self.tr(
                    "If other files are to travel on it as well; apps take a little more room."
                ),
            ),
        ):
            button = QRadioButton(title, form)
            button.setAccessibleDescription(meaning)
            self._kinds[kind] = button
            layout.addWidget(button)
            sentence = labels.body(meaning, quiet=True, parent=form)
            sentence.setContentsMargins(style.MARGIN, 0, 0, 0)
            layout.addWidget(sentence)
        self._kinds[FILE_SYSTEMS[0]].setChecked(True)
        for button in self._kinds.values():
            button.toggled.connect(self._toggled)

    def _add_fields(self, form: QWidget, layout: QVBoxLayout) -> None:
        self._label = QLineEdit(DEFAULT_LABEL, form)
        self._label.textChanged.connect(self._refresh)
        self._typed = QLineEdit(form)
        self._typed.textChanged.connect(self._refresh)
        name = QLocale().quoteString(typed_names(self.drive)[0])
        fields = QFormLayout()
        fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        fields.setSpacing(style.GRID)
        for text, field in (
            (self.tr("Its new name:"), self._label),
            (filled(self.tr("To go on, type %1:"), name), self._typed),
        ):
            label = labels.body(text, parent=form)
            label.setWordWrap(False)
            label.setBuddy(field)
            field.setAccessibleName(text)
            fields.addRow(label, field)
        layout.addLayout(fields)

    def _hardware(self) -> str:
        drive = self.drive
        text = self.tr("%1, %2, serial number %3") if drive.serial else self.tr("%1, %2")
        return filled(text, drive.device, sized(drive.size), drive.serial)

    def _what_is_lost(self, contents: str) -> str:
        lines = [self.tr("Everything on it will be lost:")]
        lines += [f"  {self._described(volume)}" for volume in self.drive.volumes]
        if not self.drive.volumes:
            lines.append("  " + self.tr("what this computer cannot read, if there is anything"))
        if contents:
            lines.append(f"  {contents}")
        return "\n".join(lines)

    def _described(self, volume: Volume) -> str:
        kind = place_words.file_system(volume.file_system) or self.tr("unknown content")
        return _DOT.join(part for part in (volume.label, kind, sized(volume.size)) if part)

    @property
    def working(self) -> bool:
        """It is being formatted."""
        return self._step is FormatStep.FORMATTING

    @property
    def file_system(self) -> str:
        return next(name for name, button in self._kinds.items() if button.isChecked())

    def _toggled(self, checked: bool) -> None:
        if checked:
            self._choose()

    def _choose(self) -> None:
        """Whether and how it can be done, asked for each file system."""
        self._stop_planning()
        self._step = FormatStep.PLANNING
        self._notice.say("")
        self._planning = self._bridge.run(
            partial(_plan, self.drive, self.file_system, "", self._loops),
            done=self._planned,
            failed=self._impossible,
        )
        self._refresh()

    def _stop_planning(self) -> None:
        if self._planning is not None:
            self._planning.drop()
            self._planning = None

    def _planned(self, plan: FormatPlan) -> None:
        self._planning = None
        self._step = FormatStep.POSSIBLE
        notice = next(iter(plan.notices), None)
        self._notice.say(worded_together(notice.message, notice.hint) if notice else "")
        self._refresh()

    def _impossible(self, error: SatchelError) -> None:
        self._planning = None
        self._step = FormatStep.IMPOSSIBLE
        self._notice.say(
            worded_together(error.message, error.hint),
            icon=Symbol.ERROR,
            tone=style.Tone.BAD,
        )
        self._refresh()

    def _refresh(self) -> None:
        fits = ""
        try:
            check_label(self.file_system, self._label.text())
        except UsageError as error:
            fits = worded_together(error.message, error.hint)
        self._misfit.say(fits, icon=Symbol.WARNING, tone=style.Tone.WARN)
        named = is_typed_name(self._typed.text(), self.drive)
        possible = self._step is FormatStep.POSSIBLE
        self._go.setEnabled(possible and not fits and named)

    def _start(self) -> None:
        self._step = FormatStep.FORMATTING
        self._stack.setCurrentWidget(self._panel)
        self._panel.show_loading(
            self.tr("Formatting…"), self.tr("Leave the drive plugged in. This takes a moment.")
        )
        self._cancel.setEnabled(False)
        self._go.hide()
        self._bridge.run(
            partial(_format, self.drive, self.file_system, self._label.text(), self._loops),
            done=self._done,
            failed=self._failed,
        )

    def _done(self, formatted: Formatted) -> None:
        self.formatted = formatted
        self._end()
        notice = next(iter(formatted.notices), None)
        advice = worded_together(notice.message, notice.hint) if notice is not None else ""
        self._panel.show_empty(
            self.tr("The drive is ready for apps"), advice, icon=Symbol.CIRCLE_CHECK
        )

    def _failed(self, error: SatchelError) -> None:
        self._end()
        self._panel.show_error(error)

    def show_gone(self) -> None:
        """It was pulled out before anything was done."""
        if self._step not in (FormatStep.FORMATTING, FormatStep.OVER):
            self._stack.setCurrentWidget(self._panel)
            self._end()
            self._panel.show_empty(
                self.tr("The drive was unplugged"),
                self.tr("Nothing was written. Plug it in again to format it."),
                icon=Symbol.DRIVE,
            )

    def _end(self) -> None:
        self._stop_planning()
        self._step = FormatStep.OVER
        self._go.hide()
        self._cancel.setEnabled(True)
        self._cancel.setText(self.tr("Close"))
        self._cancel.setDefault(True)
        self._cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def reject(self) -> None:
        if not self.working:
            self._stop_planning()
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.working:
            event.ignore()
        else:
            super().closeEvent(event)


def _plan(
    drive: Drive,
    file_system: str,
    label: str,
    loops: bool,
    _report: Reporter,
    _cancel: CancelToken,
) -> FormatPlan:
    return plan_format(drive, file_system, label, loops_are_removable=loops)


def _format(
    drive: Drive,
    file_system: str,
    label: str,
    loops: bool,
    _report: Reporter,
    _cancel: CancelToken,
) -> Formatted:
    return run_format(plan_format(drive, file_system, label, loops_are_removable=loops))
