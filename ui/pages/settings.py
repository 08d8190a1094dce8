"""Settings: what is set once."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.bridge import Bridge
from ui.pages.page import Page
from ui.session import Session
from ui.widgets.state_panel import StatePanel


class SettingsPage(Page):
    """Remotes, languages, architecture, cache."""

    name = "settings"
    icon = "settings"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._panel = StatePanel(self)
        self._panel.show_empty(self.tr("Everything is set as usual"), icon="settings")
        self.body.addWidget(self._panel)

    @property
    def label(self) -> str:
        return self.tr("Settings")

    @property
    def title(self) -> str:
        return self.tr("Settings")
