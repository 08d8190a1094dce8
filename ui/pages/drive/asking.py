"""What the page asks in dialogs, and what it explains in them."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.controllers.drive import DriveController
from ui.controllers.drive_view import Operation
from ui.models.place import Place
from ui.pages.drive.erase_drive import EraseDialog
from ui.pages.drive.explanations import DetailsDialog, why_missing, why_not
from ui.pages.drive.rename_drive import RenameDialog
from ui.state.session import Session
from ui.tasks.bridge import Bridge


class Asking(QObject):
    """Above ``page``."""

    def __init__(
        self, controller: DriveController, session: Session, bridge: Bridge, page: QWidget
    ) -> None:
        super().__init__(page)
        self._session = session
        self._controller = controller
        self._bridge = bridge
        self._page = page
        self._erasing: EraseDialog | None = None
        self._naming: RenameDialog | None = None
        controller.erase_wanted.connect(self._ask_to_erase)
        controller.erase_drive_gone.connect(self._tell_it_is_gone)

    def for_name(self, place: Place) -> None:
        self._naming = RenameDialog(place, self._page)
        self._naming.accepted.connect(self._rename)
        self._naming.finished.connect(self._naming.deleteLater)
        self._naming.open()

    def show_details(self, place: Place) -> None:
        DetailsDialog(place, self._page).open()

    def tell_why(self, place: Place) -> None:
        """It cannot be used."""
        why_not(place, self._page).open()

    def tell_why_one_is_missing(self) -> None:
        why_missing(self._controller.view.notices, self._page).open()

    def _rename(self) -> None:
        if self._naming is not None:
            self._controller.rename(self._naming.place.key, self._naming.name)

    def _ask_to_erase(self, operation: Operation) -> None:
        self._erasing = EraseDialog(
            operation.place,
            self._bridge,
            loops_are_removable=self._session.environment.loops_are_removable,
            parent=self._page,
        )
        self._erasing.finished.connect(self._end_erasing)
        self._erasing.open()

    def _tell_it_is_gone(self) -> None:
        if self._erasing is not None:
            self._erasing.show_gone()

    def _end_erasing(self) -> None:
        dialog, self._erasing = self._erasing, None
        if dialog is not None:
            formatted = dialog.formatted
            dialog.deleteLater()
            self._controller.end_erase(formatted.mount_point if formatted else None)
