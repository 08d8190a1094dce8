"""Asks what a set is called that is to be kept, and whom it is for."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QWidget

from app.stick.choices.profile import name_problem
from ui.widgets import labels
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Field


class SaveSetDialog(Dialog):
    """Afterwards `name` is what it is called, if the dialog was accepted."""

    def __init__(self, present: Collection[str], parent: QWidget | None = None) -> None:
        """``present``: names that are in use."""
        super().__init__(self.tr("Save as a set"), self.tr("Save"), parent=parent)
        self._present = present
        self._name = Field(self.tr("Name of the set"), self.tr("Class 5b"), self)
        self._name.line.textChanged.connect(self._refresh)
        self._audience = Field(self.tr("Whom it is for"), self.tr("Ages 10 to 11"), self)
        self._remark = labels.small(parent=self)
        self.body.addWidget(self._name)
        self.body.addWidget(self._audience)
        self.body.addWidget(self._remark)
        self.acted.connect(self.accept)
        self._refresh()
        self._name.setFocus()

    @property
    def name(self) -> str:
        return self._name.text

    @property
    def audience(self) -> str:
        """Empty if nobody says."""
        return self._audience.text

    def _refresh(self) -> None:
        problem = name_problem(self.name)
        refusal = ""
        if problem and self.name:
            refusal = self.tr(
                "It cannot be called so. Use letters, digits and spaces, not too many."
            )
        self._name.refuse(refusal)
        self.verb.explain(refusal or (self.tr("First type a name.") if problem else ""))
        there = self.name in self._present
        self._remark.setText(
            self.tr("The saved set of this name will be replaced.")
            if there
            else self.tr("It is kept on this computer, and can be saved to a file for others.")
        )
