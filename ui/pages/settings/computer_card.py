"""On this computer: what is kept for the next drive, and what few people need."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from app.settings import MAX_CONNECTIONS
from ui.controllers.settings import SettingsView
from ui.i18n.filling import filled
from ui.i18n.numbers import limit_sized, sized
from ui.pages.settings.rows import SettingRow, SettingsCard
from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import Button
from ui.widgets.fields import Combo, NumberField
from ui.widgets.fold import Fold
from ui.widgets.text_and_control import TextAndControl

_GB = 1_000_000_000
_LIMITS = (1, 2, 5, 10, 20, 50, 100)
_LIMIT_FIELD = 120


class ComputerCard(SettingsCard):
    """Signals:
    clear_wanted(): nothing is to be kept.
    changed(str, object): the setting of that name shall have this value.
    """

    clear_wanted = Signal()
    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("On this computer"), parent)
        self._place_set = ""
        self._empty = Button(self.tr("Empty"), small=True)
        self._empty.setAccessibleName(self.tr("Empty what is kept"))
        self._empty.clicked.connect(self._clear)
        self._kept = SettingRow(self.tr("Kept for the next drive"), " ", self._empty)
        self._limit = Combo(self.tr("Keep at most"))
        self._limit.setMinimumWidth(style.px(_LIMIT_FIELD))
        self._limit.activated.connect(self._set_limit)
        fold = Fold(
            self.tr("Advanced"), self.tr("Connections, folders"), edge=style.CARD, parent=self
        )
        self._build_advanced(fold)
        for row in (self._kept, SettingRow(self.tr("Keep at most"), "", self._limit), fold):
            self.rows.add_row(row)
        self.show_size(None)

    def _build_advanced(self, fold: Fold) -> None:
        self._connections = NumberField(self.tr("Connections at once"))
        self._connections.setRange(1, MAX_CONNECTIONS)
        self._connections.setKeyboardTracking(False)
        self._connections.valueChanged.connect(self._set_connections)
        name = labels.body(self.tr("Connections at once"))
        fold.body.addLayout(TextAndControl(name, self._connections))
        self._place = labels.small()
        self._change = Button(self.tr("Change…"), small=True)
        self._change.setAccessibleName(self.tr("Change the folder of what is kept"))
        self._change.clicked.connect(self._ask)
        self._usual = Button(self.tr("Usual folder"), small=True)
        self._usual.setAccessibleName(self.tr("Keep it in the usual folder"))
        self._usual.clicked.connect(self._reset)
        fold.body.addWidget(labels.body(self.tr("Folder of what is kept")))
        fold.body.addWidget(self._place)
        buttons = QHBoxLayout()
        buttons.setSpacing(style.px(style.GRID))
        buttons.addWidget(self._change)
        buttons.addWidget(self._usual)
        buttons.addStretch(1)
        fold.body.addLayout(buttons)

    def show_settings(self, view: SettingsView) -> None:
        settings = view.settings
        self._place_set = settings.cache
        self._place.setText(str(view.cache))
        self._change.setVisible(view.movable)
        self._usual.setVisible(view.movable and bool(settings.cache))
        with QSignalBlocker(self._connections):
            self._connections.setValue(settings.connections)
        limits = sorted({*(limit * _GB for limit in _LIMITS), settings.cache_limit})
        self._limit.clear()
        for limit in limits:
            self._limit.addItem(limit_sized(limit), limit)
        self._limit.setCurrentIndex(limits.index(settings.cache_limit))

    def show_size(self, size: int | None) -> None:
        """Bytes; None while they are being counted."""
        if size is None:
            self._kept.say(self.tr("Counting…"))
        else:
            text = self.tr("%1, saves downloading twice")
            self._kept.say(filled(text, sized(size)) if size else self.tr("Nothing yet"))
        self._empty.explain("" if size else self.tr("There is nothing to empty."))

    def _clear(self) -> None:
        self.show_size(None)
        self.clear_wanted.emit()

    def _set_limit(self) -> None:
        self.changed.emit("cache_limit", self._limit.currentData())

    def _set_connections(self, number: int) -> None:
        self.changed.emit("connections", number)

    def _ask(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Where to keep it"), self._place_set
        )
        if chosen:
            self.changed.emit("cache", chosen)

    def _reset(self) -> None:
        self.changed.emit("cache", "")
