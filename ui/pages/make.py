"""Make: the job, as it goes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.bridge import Bridge
from ui.pages.page import Page
from ui.session import Session
from ui.widgets.state_panel import StatePanel


class MakePage(Page):
    """Runs the job for the session's plan and shows it."""

    name = "make"
    icon = "write"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._panel = StatePanel(self)
        self._panel.show_empty(self.tr("Nothing is being written"), icon="write")
        self.body.addWidget(self._panel)
        session.outcome_changed.connect(self.changed)

    @property
    def label(self) -> str:
        return self.tr("Make")

    @property
    def title(self) -> str:
        return self.tr("Writing to the drive")

    @property
    def complete(self) -> bool:
        return self.session.outcome is not None
