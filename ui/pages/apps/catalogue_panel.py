"""What there is to choose from; or why there is nothing, and what to do about it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.controllers.catalogue_status import CatalogueState, CatalogueStatus
from ui.i18n.filling import filled
from ui.style.symbol import Symbol
from ui.widgets.state_panel import Stateful


class CataloguePanel(Stateful):
    """The content while the catalogues are open, else a panel; its button is for the controller."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(content, parent)

    def show_status(self, status: CatalogueStatus) -> None:
        match status.state:
            case CatalogueState.OPEN:
                self.show_content()
            case CatalogueState.OPENING:
                self._show_opening(status)
            case CatalogueState.NO_REMOTE:
                self.show_panel().show_empty(
                    self.tr("No remote is known"),
                    self.tr("Add one to choose from: the address or file its makers publish."),
                    action=self.tr("Add a remote…"),
                    icon=Symbol.CLOUD_OFF,
                )
            case CatalogueState.STOPPED:
                self.show_panel().show_empty(
                    self.tr("The catalogue was not fetched"),
                    self.tr("You stopped it. Nothing on the drive has changed."),
                    action=self.tr("Fetch it"),
                    icon=Symbol.GRID,
                )
            case CatalogueState.FAILED if status.error is not None:
                self.show_panel().show_error(
                    status.error,
                    meaning=self.tr("Without it no apps can be chosen. The drive is as it was."),
                    action=self.tr("Try again"),
                    icon=Symbol.CLOUD_OFF,
                )

    def _show_opening(self, status: CatalogueStatus) -> None:
        heading = self.tr("Fetching the catalogue")
        if status.total > 1:
            text = self.tr("Fetching the catalogues, %1 of %2")
            heading = filled(text, str(status.opened), str(status.total))
        self.show_panel().show_loading(
            heading,
            self.tr("The first time this takes a while; it is kept on this computer."),
            action=self.tr("Stop"),
        )
