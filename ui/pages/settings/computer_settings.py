"""Which computers the drives are for, and how much is fetched at once."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from app.flatpak.refs import COMMON_ARCHES, host_arch
from app.settings import MAX_CONNECTIONS
from ui.controllers.settings import SettingsView
from ui.i18n.filling import filled
from ui.pages.settings.wheel_safe_fields import WheelSafeComboBox, WheelSafeSpinBox
from ui.style import style


class ComputerSettings(QWidget):
    """Signals:
    architecture_wanted(str): empty for this computer's.
    connections_wanted(int): requests in flight.
    """

    architecture_wanted = Signal(str)
    connections_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._architecture = WheelSafeComboBox(self)
        self._architecture.setAccessibleName(self.tr("Drives are for computers of the kind"))
        self._architecture.activated.connect(self._set_architecture)
        self._connections = WheelSafeSpinBox(self)
        self._connections.setRange(1, MAX_CONNECTIONS)
        self._connections.setKeyboardTracking(False)
        self._connections.setAccessibleName(self.tr("Connections at once"))
        self._connections.valueChanged.connect(self.connections_wanted)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(style.GRID)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.addRow(self.tr("Drives are for computers of the kind:"), self._architecture)
        form.addRow(self.tr("Connections at once:"), self._connections)

    def show_settings(self, view: SettingsView) -> None:
        chosen = view.settings.architecture
        usual = filled(self.tr("This computer's (%1)"), host_arch())
        self._architecture.clear()
        self._architecture.addItem(usual, "")
        for architecture in dict.fromkeys((*COMMON_ARCHES, *filter(None, [chosen]))):
            self._architecture.addItem(architecture, architecture)
        self._architecture.setCurrentIndex(self._architecture.findData(chosen))
        with QSignalBlocker(self._connections):
            self._connections.setValue(view.settings.connections)

    def _set_architecture(self) -> None:
        self.architecture_wanted.emit(self._architecture.currentData())
