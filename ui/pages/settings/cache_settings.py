"""What is kept of remotes on this computer: how much, where, and how much it may become."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QPushButton, QWidget

from app.settings import MIN_CACHE_LIMIT
from ui.controllers.settings import SettingsView
from ui.i18n.numbers import sized
from ui.pages.settings.wheel_safe_fields import WheelSafeDoubleSpinBox
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.labels import Label

_FIGURE = 14 * style.GRID
_GB = 1_000_000_000
_MOST_GB = 10_000.0
_STEP_GB = 0.5


class CacheSettings(QWidget):
    """Signals:
    place_wanted(str): a directory, or nothing for the usual one.
    limit_wanted(object): bytes.
    clear_wanted(): nothing of it is to be kept.
    """

    place_wanted = Signal(str)
    limit_wanted = Signal(object)
    clear_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place_set = ""
        self._holds = Label(parent=self)
        # The button beside it does not jump.
        self._holds.setMinimumWidth(_FIGURE)
        self._clear = QPushButton(self.tr("Clear"), self)
        self._clear.setAccessibleName(self.tr("Clear what is kept"))
        self._clear.clicked.connect(self._empty)
        self._place = labels.body(parent=self)
        self._change = QPushButton(self.tr("Change…"), self)
        self._change.setAccessibleName(self.tr("Change where it is kept"))
        icons.give(self._change, Symbol.FOLDER)
        self._change.clicked.connect(self._ask)
        self._usual = QPushButton(self.tr("Usual place"), self)
        self._usual.setAccessibleName(self.tr("Keep it in the usual place"))
        self._usual.clicked.connect(self._reset)
        tall(self._clear, self._change, self._usual)
        self._limit = WheelSafeDoubleSpinBox(self)
        self._limit.setDecimals(2)
        self._limit.setRange(MIN_CACHE_LIMIT / _GB, _MOST_GB)
        self._limit.setSingleStep(_STEP_GB)
        self._limit.setSuffix("\N{NO-BREAK SPACE}GB")
        self._limit.setKeyboardTracking(False)
        self._limit.setAccessibleName(self.tr("Keep at most"))
        self._limit.valueChanged.connect(self._limited)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(style.GRID)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Holds now:"), self._row(self._holds, self._clear))
        form.addRow(self.tr("At most:"), self._row(self._limit))
        form.addRow(self.tr("Place:"), self._place)
        form.addRow("", self._row(self._change, self._usual))
        self.show_size(None)

    def show_settings(self, view: SettingsView) -> None:
        settings = view.settings
        self._place_set = settings.cache
        self._place.setText(str(view.cache))
        self._change.setEnabled(view.movable)
        self._usual.setEnabled(view.movable and bool(settings.cache))
        with QSignalBlocker(self._limit):
            self._limit.setValue(settings.cache_limit / _GB)

    def show_size(self, size: int | None) -> None:
        """Bytes; None while they are being counted."""
        self._holds.setText(self.tr("counting…") if size is None else sized(size))
        self._clear.setEnabled(bool(size))

    def _row(self, *widgets: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(style.GRID)
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        return row

    def _ask(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Where to keep it"), self._place_set
        )
        if chosen:
            self.place_wanted.emit(chosen)

    def _reset(self) -> None:
        self.place_wanted.emit("")

    def _empty(self) -> None:
        self.show_size(None)
        self.clear_wanted.emit()

    def _limited(self, value: float) -> None:
        self.limit_wanted.emit(round(value * _GB))
