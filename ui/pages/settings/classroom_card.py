"""The classroom: what is read there, and on which computers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.flatpak.refs import COMMON_ARCHES, host_arch
from app.settings import Graphics
from ui.controllers.settings import SettingsView
from ui.pages.settings.driver_dialog import DriverDialog
from ui.pages.settings.rows import SettingRow, SettingsCard
from ui.widgets.buttons import Link
from ui.widgets.check_box import Switch
from ui.widgets.fields import Combo
from ui.widgets.language_chips import LanguageChips


class ClassroomCard(SettingsCard):
    """Signals: changed(str, object): the setting of that name shall have this value."""

    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("The classroom"), parent)
        self._gpus: tuple[str, ...] = ()
        self._dialog: DriverDialog | None = None
        self._languages = LanguageChips()
        self._languages.wanted.connect(self._set_languages)
        self._only = Switch(self.tr("Only these on drives"))
        self._only.clicked.connect(self._set_only)
        self._kind = Combo(self.tr("Their computers"))
        self._kind.activated.connect(self._set_kind)
        self._graphics = Combo(self.tr("Graphics card"))
        for graphics, name in (
            (Graphics.UNKNOWN, self.tr("I don't know")),
            (Graphics.ORDINARY, self.tr("Ordinary")),
            (Graphics.NVIDIA, self.tr("NVIDIA…")),
        ):
            self._graphics.addItem(name, graphics.value)
        self._graphics.activated.connect(self._set_graphics)
        self._drivers = Link()
        self._drivers.clicked.connect(self._ask)
        languages = SettingRow(
            self.tr("Languages the pupils read"), self.tr("Apps that lack one of them are marked")
        )
        languages.below.addWidget(self._languages)
        self._kind_row = SettingRow(self.tr("Their computers"), " ", self._kind)
        self._graphics_row = SettingRow(
            self.tr("Graphics card"), self.tr("Only matters for games and 3D"), self._graphics
        )
        self._graphics_row.below.addWidget(self._drivers)
        only = SettingRow(
            self.tr("Only these on drives"),
            self.tr("Apps take less room without their other languages"),
            self._only,
        )
        for row in (languages, only, self._kind_row, self._graphics_row):
            self.rows.add_row(row)

    @property
    def fields(self) -> tuple[Combo, ...]:
        """What should be of one width."""
        return self._kind, self._graphics

    def show_settings(self, view: SettingsView) -> None:
        settings = view.settings
        # Without any they are the person's own again.
        self._languages.show_languages(view.classroom_languages, own=False)
        self._only.setChecked(settings.only_languages)
        self._show_kinds(settings.architecture)
        self._graphics.setCurrentIndex(self._graphics.findData(settings.graphics.value))
        self._gpus = settings.gpus
        self._drivers.setVisible(settings.graphics is Graphics.NVIDIA)
        self._drivers.setText(", ".join(settings.gpus) or self.tr("Which driver do they have?"))

    def _show_kinds(self, chosen: str) -> None:
        names = {
            "x86_64": (self.tr("Ordinary PCs"), self.tr("Most PCs and laptops")),
            "aarch64": (self.tr("ARM computers"), self.tr("Raspberry Pi and others")),
            "i386": (self.tr("Old PCs (32 bit)"), self.tr("From before about 2005")),
            "arm": (self.tr("Old ARM computers"), self.tr("With 32 bit")),
            "riscv64": (self.tr("RISC-V computers"), ""),
        }
        wanted = chosen or host_arch()
        self._kind.clear()
        for architecture in dict.fromkeys((*COMMON_ARCHES, host_arch(), wanted)):
            self._kind.addItem(names.get(architecture, (architecture, ""))[0], architecture)
        self._kind.setCurrentIndex(self._kind.findData(wanted))
        self._kind_row.say(names.get(wanted, ("", ""))[1])

    def _set_languages(self, languages: Sequence[str]) -> None:
        self.changed.emit("classroom_languages", tuple(languages))

    def _set_only(self, only: bool) -> None:
        self.changed.emit("only_languages", only)

    def _set_kind(self) -> None:
        chosen = self._kind.currentData()
        self.changed.emit("architecture", "" if chosen == host_arch() else chosen)

    def _set_graphics(self) -> None:
        chosen = self._graphics.currentData()
        self.changed.emit("graphics", chosen)
        if chosen == Graphics.NVIDIA.value and not self._gpus:
            self._ask()

    def _ask(self) -> None:
        self._dialog = DriverDialog(self._gpus, self.window())
        self._dialog.accepted.connect(self._take_drivers)
        self._dialog.open()

    def _take_drivers(self) -> None:
        if self._dialog is not None:
            self.changed.emit("gpus", self._dialog.drivers)
