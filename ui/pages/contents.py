"""Contents: what is on a drive, and whether it is sound."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.bridge import Bridge
from ui.pages.page import Page
from ui.session import Session
from ui.widgets.state_panel import StatePanel


class ContentsPage(Page):
    """Any drive with a repository, made by Satchel or not."""

    name = "contents"
    icon = "contents"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._panel = StatePanel(self)
        self._panel.show_empty(
            self.tr("No drive chosen yet"), self.tr("Choose a drive first."), icon="drive"
        )
        self.body.addWidget(self._panel)

    @property
    def label(self) -> str:
        return self.tr("Contents")

    @property
    def title(self) -> str:
        return self.tr("What is on the drive")
