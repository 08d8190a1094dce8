"""What there is to choose from; or why there is nothing, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.errors import Cause, SatchelError
from ui.controllers.catalogue_status import CatalogueState, CatalogueStatus, Way
from ui.dialogs.nobody_vouches import heading, meaning
from ui.i18n.filling import filled
from ui.i18n.wording import worded, worded_together
from ui.style.symbol import Symbol
from ui.widgets.message_card import MessageCard, Sign
from ui.widgets.page_scroll import PageScroll
from ui.widgets.state_panel import StatePanel

_PATIENCE_MS = 300
_SIGNS = {
    Cause.NETWORK: Sign.OFFLINE,
    Cause.SERVER: Sign.OFFLINE,
    Cause.TRUST: Sign.KEY,
    Cause.LOCKED: Sign.LOCK,
}


class CataloguePanel(QWidget):
    """The content while the catalogues are open; else a panel, or a message card.

    What a message card is about is for the page's primary button.

    Signals: acted(): the panel's button was pressed.
    """

    acted = Signal()

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._panel = StatePanel(self)
        self._panel.acted.connect(self.acted)
        self._card = MessageCard()
        whole = QWidget()
        failed = QVBoxLayout(whole)
        failed.setContentsMargins(0, 0, 0, 0)
        failed.addWidget(self._card)
        failed.addStretch(1)
        self._failed = PageScroll(whole)
        self._stack = QStackedWidget(self)
        for part in (content, self._panel, self._failed):
            self._stack.addWidget(part)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PATIENCE_MS)
        self._soon.timeout.connect(self._say_that_it_takes_time)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    @property
    def panel(self) -> StatePanel:
        return self._panel

    def show_status(self, status: CatalogueStatus) -> None:
        if status.state is not CatalogueState.OPENING:
            self._soon.stop()
        match status.state:
            case CatalogueState.OPEN:
                self._stack.setCurrentWidget(self._content)
            case CatalogueState.OPENING:
                self._show_opening(status)
                if self._stack.currentWidget() is not self._panel:
                    # What is there soon needs no other word than its place.
                    self._stack.setCurrentWidget(self._content)
                    if not self._soon.isActive():
                        self._soon.start()
            case CatalogueState.NO_REMOTE:
                self._stack.setCurrentWidget(self._panel)
                self._panel.show_empty(
                    self.tr("There is no source of apps yet"),
                    self.tr("Add one: the address or the file that its makers publish."),
                    action=self.tr("Add a source…"),
                    icon=Symbol.CLOUD_OFF,
                )
            case CatalogueState.STOPPED:
                self._stack.setCurrentWidget(self._panel)
                self._panel.show_empty(
                    self.tr("The list of apps was not fetched"),
                    self.tr("You stopped it. Nothing on the drive has changed."),
                    action=self.tr("Fetch it"),
                    icon=Symbol.GRID,
                )
            case CatalogueState.FAILED if status.error is not None:
                self._stack.setCurrentWidget(self._failed)
                if status.way is Way.TAKE_ANYWAY and status.culprit is not None:
                    self._card.say(Sign.KEY, heading(status.culprit), meaning())
                else:
                    self._show_failure(status.error)

    def _say_that_it_takes_time(self) -> None:
        self._stack.setCurrentWidget(self._panel)

    def _show_opening(self, status: CatalogueStatus) -> None:
        heading = self.tr("Fetching the list of apps")
        if status.total > 1:
            text = self.tr("Fetching the lists of apps, %1 of %2")
            heading = filled(text, str(status.opened), str(status.total))
        self._panel.show_loading(
            heading,
            self.tr("The first time this takes a while; it is kept on this computer."),
            action=self.tr("Stop"),
        )

    def _show_failure(self, error: SatchelError) -> None:
        sign = _SIGNS.get(error.cause, Sign.WARNING)
        if error.cause is Cause.NETWORK:
            self._card.say(
                sign,
                self.tr("No internet connection"),
                self.tr("Satchel needs it once, to get the list of apps."),
                worded_together(error.message, error.hint),
            )
            return
        meaning = self.tr("Without it no apps can be chosen. The drive is as it was.")
        hint = worded(error.hint)
        text = f"{meaning} {hint}" if hint else meaning
        said = worded(error.message)
        if error.cause is Cause.SERVER:
            # What servers and libraries say need not be read.
            self._card.say(sign, self.tr("The list of apps cannot be fetched"), text, said)
        else:
            self._card.say(sign, said, text, bad=error.cause is Cause.TRUST)
