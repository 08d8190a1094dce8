"""Done: the verdict, and what to do next."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.bridge import Bridge
from ui.pages.page import Page
from ui.session import Session
from ui.widgets.state_panel import StatePanel


class DonePage(Page):
    """What the job and its check came to."""

    name = "done"
    icon = "ok"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._panel = StatePanel(self)
        self._panel.show_empty(self.tr("Nothing has been made yet"), icon="ok")
        self.body.addWidget(self._panel)

    @property
    def label(self) -> str:
        return self.tr("Done")

    @property
    def title(self) -> str:
        return self.tr("The drive is ready")

    @property
    def complete(self) -> bool:
        return self.session.outcome is not None
