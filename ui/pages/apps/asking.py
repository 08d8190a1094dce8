"""What the page asks in dialogs: for sources, for whom the apps are, and for systems."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.flatpak.remotes.remote import Remote
from ui.controllers.apps import AppsController
from ui.controllers.catalogue_status import Way
from ui.controllers.settings import SettingsController
from ui.dialogs.add_remote import AddRemoteDialog
from ui.dialogs.nobody_vouches import NobodyVouchesDialog
from ui.i18n.filling import filled
from ui.pages.apps.languages_and_graphics import LanguagesAndGraphicsDialog
from ui.pages.apps.systems_dialog import SystemsDialog
from ui.state.session import Session
from ui.tasks.bridge import Bridge
from ui.widgets.toast import Toast


class Asking(QObject):
    """Above ``page``.

    Signals: told(object): a `Toast` about what was done.
    """

    told = Signal(object)

    def __init__(
        self, session: Session, bridge: Bridge, controller: AppsController, page: QWidget
    ) -> None:
        super().__init__(page)
        self._session = session
        self._bridge = bridge
        self._controller = controller
        self._page = page
        self._sources = SettingsController(session, bridge, self)
        self._sources.source_removed.connect(self._tell_removal)

    def for_remote(self) -> None:
        dialog = AddRemoteDialog(self._session, self._bridge, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def for_way_out(self, way: Way, source: Remote) -> None:
        """Of a source that is not there: take it all the same, or have it no more."""
        match way:
            case Way.TAKE_ANYWAY:
                dialog = NobodyVouchesDialog(source, self._page)
                dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
                dialog.accepted.connect(partial(self._sources.accept_unsigned, source, True))
                dialog.open()
            case Way.REMOVE:
                self._sources.remove_source(source)

    def _tell_removal(self, name: str) -> None:
        text = filled(self.tr("%1 removed from your sources"), name)
        self.told.emit(Toast(text, undo=self._sources.restore_source))

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
