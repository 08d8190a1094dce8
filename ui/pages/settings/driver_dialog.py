"""Which driver of NVIDIA's the computers in the classroom have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.widgets import labels
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Field

_BEFORE = "nvidia-"
_VERSION = re.compile(r"(?:nvidia-)?(\d+(?:[.-]\d+)*)", re.ASCII)


class DriverDialog(Dialog):
    """Afterwards `drivers` are those that were typed, if it was accepted."""

    def __init__(self, drivers: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(self.tr("NVIDIA's driver"), self.tr("Carry it"), parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.drivers: tuple[str, ...] = tuple(drivers)
        self.body.addWidget(
            labels.body(
                self.tr(
                    "Apps need exactly the version that is installed there. On one of these "
                    "computers, the command nvidia-smi shows it."
                ),
                quiet=True,
                parent=self,
            )
        )
        self._field = Field(self.tr("Version, or several with commas"), "550.120")
        self._field.line.setText(
            ", ".join(name.removeprefix(_BEFORE).replace("-", ".") for name in drivers)
        )
        self.body.addWidget(self._field)
        self.acted.connect(self._take)
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        words = [word.strip() for word in self._field.text.split(",") if word.strip()]
        matches = [_VERSION.fullmatch(word) for word in words]
        versions = [match[1].replace(".", "-") for match in matches if match is not None]
        if len(versions) < len(words):
            self._field.refuse(self.tr("A version is written like 550.120."))
            return
        self.drivers = tuple(f"{_BEFORE}{version}" for version in versions)
        self.accept()
