"""Drive: which drive the apps go to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from ui import icons
from ui.bridge import Bridge
from ui.pages.page import Page
from ui.session import Session, Target
from ui.widgets.state_panel import StatePanel


class DrivePage(Page):
    """Drives as they come and go; a folder for those who build media."""

    name = "drive"
    icon = "drive"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._panel = StatePanel(self)
        self._folder = QPushButton(self.tr("Choose a folder…"), self)
        icons.give(self._folder, "folder")
        self._folder.clicked.connect(self._ask_for_folder)
        row = QHBoxLayout()
        row.addWidget(self._folder)
        row.addStretch(1)
        self.body.addWidget(self._panel, 1)
        self.body.addLayout(row)
        session.target_changed.connect(self._show)
        demo = session.surroundings.demo_drive
        if demo is not None:
            session.set_target(Target(demo, self.tr("Demo drive")))
        self._show()

    @property
    def label(self) -> str:
        return self.tr("Drive")

    @property
    def title(self) -> str:
        return self.tr("Where should the apps go?")

    @property
    def primary_text(self) -> str:
        return self.tr("Choose apps")

    @property
    def primary_enabled(self) -> bool:
        return self.complete

    @property
    def complete(self) -> bool:
        return self.session.target is not None

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"))
        if chosen:
            path = Path(chosen)
            self.session.set_target(Target(path, path.name or chosen))

    def _show(self) -> None:
        target = self.session.target
        if target is None:
            self._panel.show_empty(
                self.tr("No drive chosen yet"), self.tr("Plug in a USB drive."), icon="drive"
            )
        else:
            self._panel.show_empty(target.name, str(target.root), icon="drive")
        self.changed.emit()
