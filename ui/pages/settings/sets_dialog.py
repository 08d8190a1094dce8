"""Where the ready-made sets come from."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.settings import SettingError, Settings
from ui.widgets import labels
from ui.widgets.buttons import Button, Kind
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Field


class SetsDialog(Dialog):
    """Afterwards `address` is the one that was typed, if it was accepted."""

    def __init__(self, address: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Ready-made sets"), self.tr("Use this address"), parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.address = address
        self.body.addWidget(
            labels.body(
                self.tr(
                    "A school or a library can host sets of its own. They name apps, and bring no "
                    "source along."
                ),
                quiet=True,
                parent=self,
            )
        )
        self._field = Field(self.tr("Address of the list"), "https://…")
        self._field.line.setText(address)
        self.body.addWidget(self._field)
        if address:
            usual = Button(self.tr("Those of Satchel"), Kind.QUIET)
            usual.clicked.connect(self._reset)
            self.add_before_cancel(usual)
        self.acted.connect(self._take)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        try:
            self.address = Settings().with_value("sets_address", self._field.text).sets_address
        except SettingError:
            self._field.refuse(self.tr("An address begins with https:// or file:///."))
            return
        self.accept()

    def _reset(self) -> None:
        self.address = ""
        self.accept()
