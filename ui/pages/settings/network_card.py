"""On the network: what sharing a drive does beside handing out what is on it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from app.settings import MAX_PORT, MIN_PORT
from ui.controllers.settings import SettingsView
from ui.pages.settings.rows import SettingRow, SettingsCard
from ui.widgets.check_box import Switch
from ui.widgets.fields import NumberField


class NetworkCard(SettingsCard):
    """Signals: changed(str, object): the setting of that name shall have this value."""

    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Share on the network"), parent)
        self._port = NumberField(self.tr("Port"))
        self._port.setRange(MIN_PORT, MAX_PORT)
        self._port.setKeyboardTracking(False)
        self._port.valueChanged.connect(self._set_port)
        fetches = self.tr("Fetch what is missing")
        self._fetches = Switch(fetches)
        self._fetches.clicked.connect(self._set_fetches)
        announces = self.tr("Announce it nearby")
        self._announces = Switch(announces)
        self._announces.clicked.connect(self._set_announces)
        for row in (
            SettingRow(
                self.tr("Port"), self.tr("The number at the end of the address"), self._port
            ),
            SettingRow(
                fetches,
                self.tr("From the internet, once for all computers"),
                self._fetches,
            ),
            SettingRow(
                announces,
                self.tr("Computers find it without the address"),
                self._announces,
            ),
        ):
            self.rows.add_row(row)

    def show_settings(self, view: SettingsView) -> None:
        settings = view.settings
        with QSignalBlocker(self._port):
            self._port.setValue(settings.share_port)
        for switch, on in (
            (self._fetches, settings.share_fetches),
            (self._announces, settings.share_announces),
        ):
            with QSignalBlocker(switch):
                switch.setChecked(on)

    def _set_port(self, port: int) -> None:
        self.changed.emit("share_port", port)

    def _set_fetches(self, on: bool) -> None:
        self.changed.emit("share_fetches", on)

    def _set_announces(self, on: bool) -> None:
        self.changed.emit("share_announces", on)
