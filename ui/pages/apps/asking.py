"""What the page asks in dialogs: for another source, for whom the apps are, and for systems."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from ui.controllers.apps import AppsController
from ui.dialogs.add_remote import AddRemoteDialog
from ui.pages.apps.languages_and_graphics import LanguagesAndGraphicsDialog
from ui.pages.apps.systems_dialog import SystemsDialog
from ui.state.session import Session
from ui.tasks.bridge import Bridge


class Asking(QObject):
    """Above ``page``."""

    def __init__(
        self, session: Session, bridge: Bridge, controller: AppsController, page: QWidget
    ) -> None:
        super().__init__(page)
        self._session = session
        self._bridge = bridge
        self._controller = controller
        self._page = page

    def for_remote(self) -> None:
        dialog = AddRemoteDialog(self._session, self._bridge, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def for_whom(self) -> None:
        """Their languages, and their graphics cards."""
        self._whom_dialog = LanguagesAndGraphicsDialog(
            self._session.choice.options,
            self._session.default_options.languages,
            self._controller.drivers,
            self._page,
        )
        self._whom_dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._whom_dialog.accepted.connect(self._take_options)
        self._whom_dialog.open()

    def for_systems(self) -> None:
        """Operating systems, which stand in no list of apps."""
        SystemsDialog(self._session, self._bridge, self._controller.choosing, self._page).open()

    def _take_options(self) -> None:
        self._controller.choosing.set_options(self._whom_dialog.options)
