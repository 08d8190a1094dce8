"""Who the drive is for: languages and graphics, chosen once for everything that goes on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.stick.planning.plan import Options
from ui.pages.apps.driver_list import DriverList
from ui.style import style
from ui.widgets.buttons import tall
from ui.widgets.language_chips import LanguageChips
from ui.widgets.section import Section

_SIZE = (64, 72)


class LanguagesAndGraphicsDialog(QDialog):
    """Afterwards `options` are what was wanted, if the dialog was accepted."""

    def __init__(
        self,
        options: Options,
        usual: Sequence[str],
        offered: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        """``usual``: the languages where none are chosen. ``offered``: drivers, as in `Options`."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Languages and graphics"))
        self.resize(*map(style.grown, _SIZE))
        self._options = options
        self._usual = tuple(usual)
        self._languages = LanguageChips(self)
        self._languages.wanted.connect(self._show_languages)
        languages = Section(
            self.tr("Languages"),
            self.tr(
                "Every app comes with all of its languages, and each computer takes its own. "
                "Which are read where the drive goes? Before anything is written you are told "
                "what does not come in them."
            ),
            self,
        )
        languages.body.addWidget(self._languages)
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
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        tall(*buttons.buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.MARGIN, style.MARGIN, style.MARGIN, style.GAP)
        layout.setSpacing(style.GAP)
        layout.addWidget(languages)
        layout.addWidget(graphics, 1 if choice else 0)
        if not choice:
            layout.addStretch(1)
        layout.addWidget(buttons)
        self._show_languages(options.languages)
        self._languages.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def options(self) -> Options:
        """Those that were given, with what was chosen here."""
        return replace(self._options, gpus=self._drivers.chosen, languages=self._chosen)

    def _show_languages(self, languages: Sequence[str]) -> None:
        self._chosen = tuple(languages) or self._usual
        self._languages.show_languages(self._chosen, own=self._chosen != self._usual)
