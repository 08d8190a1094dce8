"""The keys that what comes from a remote is judged by, to compare with what its makers say."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from ui.controllers.recovery import RemoteKeys
from ui.i18n.fingerprints import grouped
from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import tall

_SIZE = (70, 40)


class KeysDialog(QDialog):
    """Each remote with its address and the fingerprints of its keys; text to select and copy."""

    def __init__(self, keys: Sequence[RemoteKeys], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
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
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        tall(*buttons.buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.MARGIN, style.MARGIN, style.MARGIN, style.GAP)
        layout.setSpacing(style.GAP)
        layout.addWidget(advice)
        layout.addWidget(self._text, 1)
        layout.addWidget(buttons)
        self.resize(*map(style.grown, _SIZE))

    @property
    def text(self) -> str:
        return self._text.toPlainText()

    def _lines(self, remote: RemoteKeys) -> str:
        shown = [grouped(one) for one in remote.fingerprints] or [self.tr("It has no key.")]
        return "\n".join((remote.name, remote.address, *shown))
