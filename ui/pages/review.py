"""Review: what would be written and why."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.bridge import Bridge
from ui.pages.page import Page
from ui.session import Session
from ui.widgets.state_panel import StatePanel


class ReviewPage(Page):
    """The plan, before anything is written."""

    name = "review"
    icon = "review"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._panel = StatePanel(self)
        self._panel.show_empty(self.tr("Choose apps first"), icon="review")
        self.body.addWidget(self._panel)
        session.plan_changed.connect(self.changed)

    @property
    def label(self) -> str:
        return self.tr("Review")

    @property
    def title(self) -> str:
        return self.tr("This will be written")

    @property
    def primary_text(self) -> str:
        return self.tr("Write to the drive")

    @property
    def primary_enabled(self) -> bool:
        return self.complete

    @property
    def complete(self) -> bool:
        return self.session.plan is not None
