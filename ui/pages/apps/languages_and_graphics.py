"""Who the drive is for: languages and graphics, chosen once for everything that goes on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.replacing import replace
from app.stick.planning.options import Options
from ui.pages.apps.driver_list import DriverList
from ui.style import style
from ui.widgets.check_box import CheckBox
from ui.widgets.dialog import Dialog
from ui.widgets.language_chips import LanguageChips
from ui.widgets.section import Section

_WIDTH = 560
_DRIVERS_HEIGHT = 200


class LanguagesAndGraphicsDialog(Dialog):
    """Afterwards `options` are what was wanted, if the dialog was accepted."""

    def __init__(
        self,
        options: Options,
        usual: Sequence[str],
        offered: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        """``usual``: the languages where none are chosen. ``offered``: drivers, as in `Options`."""
        super().__init__(
            self.tr("Languages and graphics"), self.tr("Use them"), width=_WIDTH, parent=parent
        )
        self._options = options
        self._usual = tuple(usual)
        self._languages = LanguageChips(self)
        self._languages.wanted.connect(self._show_languages)
        languages = Section(
            self.tr("Languages"),
            self.tr(
                "Which are read where the drive goes? Each computer takes its own of those that "
                "the drive has. Before anything is written you are told what lacks one of them."
            ),
            self,
        )
        languages.body.addWidget(self._languages)
        self._only = CheckBox(self.tr("Carry only these"), self)
        self._only.setAccessibleDescription(self.tr("Apps come without their other languages"))
        self._only.setChecked(bool(options.carry))
        languages.body.addWidget(self._only)
        text = self.tr(
            "Intel, AMD and the free drivers need nothing more. For computers with NVIDIA's own "
            "driver, choose its exact version, as nvidia-smi shows it there."
        )
        choice = bool(offered or options.gpus)
        if not choice:
            text = self.tr("No other drivers are offered: what is free comes along by itself.")
        graphics = Section(self.tr("Graphics drivers"), text, self)
        self._drivers = DriverList(offered, options.gpus, graphics)
        self._drivers.setVisible(choice)
        graphics.body.addWidget(self._drivers, 1)
        self._drivers.setFixedHeight(style.px(_DRIVERS_HEIGHT))
        self.body.addWidget(languages)
        self.body.addWidget(graphics)
        self.acted.connect(self.accept)
        self._show_languages(options.languages)
        self._languages.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def options(self) -> Options:
        """Those that were given, with what was chosen here."""
        return replace(
            self._options, gpus=self._drivers.chosen, languages=self._chosen, carry=self._carried
        )

    @property
    def _carried(self) -> tuple[str, ...] | None:
        """As of `Options`: all are asked for only by who took back that only some are carried."""
        if self._only.isChecked():
            return self._chosen
        return () if self._options.carry else self._options.carry

    def _show_languages(self, languages: Sequence[str]) -> None:
        self._chosen = tuple(languages) or self._usual
        self._languages.show_languages(self._chosen, own=self._chosen != self._usual)
