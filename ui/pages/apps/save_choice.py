"""Asks what to call a choice that is to be kept."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from app.stick.choices.profile import name_problem
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.notice import NoticeLabel

_WIDTH = 48


class SaveChoiceDialog(QDialog):
    """Afterwards `name` is what it is called, if the dialog was accepted."""

    def __init__(self, present: Collection[str], parent: QWidget | None = None) -> None:
        """``present``: names that are in use."""
        super().__init__(parent)
        self._present = present
        self.setWindowTitle(self.tr("Save this choice"))
        self.setMinimumWidth(style.grown(_WIDTH))
        question = labels.body(self.tr("Name of the choice:"), parent=self)
        self._name = QLineEdit(self)
        self._name.setAccessibleName(self.tr("Name of the choice"))
        self._name.setPlaceholderText(self.tr("Class 5b"))
        self._name.textChanged.connect(self._refresh)
        question.setBuddy(self._name)
        self._remark = NoticeLabel(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._save = buttons.addButton(self.tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._save.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        tall(*buttons.buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.MARGIN, style.MARGIN, style.MARGIN, style.GAP)
        layout.setSpacing(style.GRID)
        layout.addWidget(question)
        layout.addWidget(self._name)
        layout.addWidget(self._remark)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self._refresh()

    @property
    def name(self) -> str:
        return self._name.text().strip()

    def _refresh(self) -> None:
        problem = name_problem(self.name)
        self._save.setEnabled(not problem)
        if self.name in self._present:
            self._remark.say(self.tr("The saved choice of this name will be replaced."))
        elif problem and self.name:
            text = self.tr("It cannot be called so. Use letters, digits and spaces, not too many.")
            self._remark.say(text, icon=Symbol.WARNING, tone=style.Tone.WARN)
        else:
            self._remark.say("")
