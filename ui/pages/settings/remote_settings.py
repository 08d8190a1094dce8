"""The remotes that are known, and the buttons to add one and to remove one's own."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QVBoxLayout, QWidget

from app.flatpak.remotes.remote import Remote, RemoteOrigin
from ui.controllers.settings import RemoteFingerprints
from ui.i18n.filling import filled
from ui.pages.settings.remote_list import RemoteList
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets.buttons import tall
from ui.widgets.notice import NoticeLabel


class RemoteSettings(QWidget):
    """Signals:
    add_wanted(): a remote is to be added.
    remove_wanted(str): the remote of that name is to be removed; the person has confirmed it.
    """

    add_wanted = Signal()
    remove_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked_about = ""
        self._list = RemoteList(self.tr("Remotes"), self)
        self._list.selectionModel().currentChanged.connect(self._refresh)
        self._add = QPushButton(self.tr("Add a remote…"), self)
        icons.give(self._add, Symbol.PLUS)
        self._add.clicked.connect(self.add_wanted)
        self._remove = QPushButton(self.tr("Remove"), self)
        self._remove.setAccessibleName(self.tr("Remove the remote"))
        icons.give(self._remove, Symbol.MINUS)
        self._remove.clicked.connect(self._ask)
        tall(self._add, self._remove)
        self._why_not = NoticeLabel(self)
        row = QHBoxLayout()
        row.setSpacing(style.GRID)
        row.addWidget(self._add)
        row.addWidget(self._remove)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(self._list)
        layout.addLayout(row)
        layout.addWidget(self._why_not)

    def show_remotes(self, remotes: Iterable[Remote]) -> None:
        self._list.remotes.show_remotes(remotes)
        self._refresh()

    def show_keys(self, keys: Iterable[RemoteFingerprints]) -> None:
        self._list.remotes.show_keys({each.remote.name: each.fingerprints for each in keys})

    def _refresh(self) -> None:
        """Only what was added here can be removed here."""
        remote = self._list.current
        own = remote is not None and remote.origin is RemoteOrigin.ADDED
        self._remove.setEnabled(own)
        reason = ""
        if remote is not None and not own:
            text = self.tr("%1 was not added here, so it cannot be removed here.")
            reason = filled(text, remote.label)
        self._why_not.say(reason)

    def _ask(self) -> None:
        remote = self._list.current
        if remote is None:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Remove the remote?"))
        box.setText(filled(self.tr("Remove %1?"), remote.label))
        box.setInformativeText(
            self.tr("Nothing more can be chosen from it. Drives keep what they have from there.")
        )
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(stay)
        remove.clicked.connect(self._confirm)
        self._asked_about = remote.name
        box.open()

    def _confirm(self) -> None:
        self.remove_wanted.emit(self._asked_about)
