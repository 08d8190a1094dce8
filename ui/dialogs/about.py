"""About: which Satchel this is, under which licence, and the log of what it did."""

from __future__ import annotations

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app import __version__
from ui.i18n.filling import filled
from ui.style import icons, style
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.buttons import Button
from ui.widgets.dialog import Dialog
from ui.widgets.fold import Fold

_LOG_HEIGHT = 180


class AboutDialog(Dialog):
    """The log can be read, and copied for whoever is asked for help."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(filled(self.tr("Satchel %1"), __version__), "", parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sign = QLabel(self)
        side = style.px(style.Icon.LARGE)
        sign.setPixmap(icons.program_icon().pixmap(side, side))
        said = QVBoxLayout()
        said.setSpacing(style.px(style.GRID))
        for text in (
            self.tr("Puts apps on a USB drive, for computers without internet."),
            self.tr(
                "Free software: you may use it, pass it on and change it, under the GNU Lesser "
                "General Public License, version 2.1 or later."
            ),
        ):
            said.addWidget(labels.body(text, parent=self))
        made = self.tr("With Qt %1, which is free software too.")
        said.addWidget(labels.small(filled(made, qVersion()), parent=self))
        row = QHBoxLayout()
        row.setSpacing(style.px(style.CARD))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        self.body.addLayout(row)
        fold = Fold(self.tr("What Satchel did"), self.tr("For those you ask for help"))
        self._log = QPlainTextEdit(bridge.log.text, self)
        self._log.setReadOnly(True)
        self._log.setTabChangesFocus(True)
        self._log.setAccessibleName(self.tr("What Satchel did"))
        self._log.setFixedHeight(style.px(_LOG_HEIGHT))
        fold.body.addWidget(self._log)
        self.body.addWidget(fold)
        self._copy = Button(self.tr("Copy the log"))
        self._copy.setProperty("tall", True)
        self._copy.clicked.connect(self._copy_log)
        self.add_before_cancel(self._copy)

    @property
    def log(self) -> str:
        return self._log.toPlainText()

    def _copy_log(self) -> None:
        QGuiApplication.clipboard().setText(self.log)
        self._copy.setText(self.tr("Copied"))
