"""The keys that what comes from a remote is judged by, to compare with what its makers say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ui.controllers.recovery import RemoteKeys
from ui.i18n.fingerprints import grouped
from ui.style import style
from ui.widgets import labels
from ui.widgets.dialog import Dialog

_WIDTH = 560
_HEIGHT = 240


class KeysDialog(Dialog):
    """Each remote with its address and the fingerprints of its keys; text to select and copy."""

    def __init__(self, keys: Sequence[RemoteKeys], parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Keys of sources"), "", width=_WIDTH, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        advice = labels.body(
            self.tr(
                "Compare these fingerprints with those that the makers publish on their own pages. "
                "If they differ, do not use what comes from there."
            ),
            parent=self,
        )
        self._text = QPlainTextEdit(self)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName(self.tr("Fingerprints of the keys"))
        self._text.setPlainText("\n\n".join(map(self._lines, keys)))
        self._text.setFixedHeight(style.px(_HEIGHT))
        self.body.addWidget(advice)
        self.body.addWidget(self._text)

    @property
    def text(self) -> str:
        return self._text.toPlainText()

    def _lines(self, remote: RemoteKeys) -> str:
        shown = [grouped(each) for each in remote.fingerprints] or [self.tr("It has no key.")]
        return "\n".join((remote.name, remote.address, *shown))
