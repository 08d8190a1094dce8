"""Apps: what goes on the drive."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.bridge import Bridge
from ui.pages.page import Page
from ui.session import Session
from ui.widgets.state_panel import StatePanel


class AppsPage(Page):
    """The catalogue, the choice, and what it costs."""

    name = "apps"
    icon = "apps"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._panel = StatePanel(self)
        self._panel.show_empty(self.tr("Nothing chosen yet"), icon="apps")
        self.body.addWidget(self._panel)
        session.choice_changed.connect(self.changed)

    @property
    def label(self) -> str:
        return self.tr("Apps")

    @property
    def title(self) -> str:
        return self.tr("Which apps?")

    @property
    def primary_text(self) -> str:
        return self.tr("Review")

    @property
    def primary_enabled(self) -> bool:
        return self.complete

    @property
    def complete(self) -> bool:
        return bool(self.session.choice.refs)
