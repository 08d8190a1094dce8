"""What a list or page shows when there is nothing to show: empty, still loading, or an error."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import SatchelError
from ui.i18n.wording import worded
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button, tall


class StatePanel(QWidget):
    """An icon, what is the case, what it means, what to do, and a button that does it.

    Signals:
        acted(): the button was pressed.
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = labels.heading(parent=self)
        self._meaning = labels.body(parent=self)
        self._advice = labels.body(quiet=True, parent=self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(24 * style.GRID)
        self._button = Button(parent=self)
        self._button.clicked.connect(self.acted)
        tall(self._button)
        layout = QVBoxLayout(self)
        layout.setSpacing(style.GRID)
        layout.addStretch(2)
        layout.addWidget(self._icon)
        for label in (self._heading, self._meaning, self._advice):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addSpacing(style.GRID)
        layout.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_empty(
        self, heading: str, advice: str = "", *, action: str = "", icon: Symbol = Symbol.INFO
    ) -> None:
        """Nothing is there yet; ``advice`` says what to do next."""
        self._show(icon, None, heading, "", advice, action)

    def show_loading(self, heading: str, advice: str = "", *, action: str = "") -> None:
        """It is being looked for; an indeterminate bar."""
        self._show(None, None, heading, "", advice, action, loading=True)

    def show_error(
        self,
        error: SatchelError,
        *,
        meaning: str = "",
        action: str = "",
        icon: Symbol = Symbol.ERROR,
    ) -> None:
        """What happened, ``meaning`` for the drive, what to do."""
        tone = style.Tone.BAD if icon is Symbol.ERROR else style.Tone.WARN
        self._show(icon, tone, worded(error.message), meaning, worded(error.hint), action)

    def _show(
        self,
        icon: Symbol | None,
        tone: style.Tone | None,
        heading: str,
        meaning: str,
        advice: str,
        action: str,
        *,
        loading: bool = False,
    ) -> None:
        self._icon.setVisible(icon is not None)
        if icon is not None:
            icons.give(self._icon, icon, tone=tone, side=style.Icon.LARGE)
        for label, text in (
            (self._heading, heading),
            (self._meaning, meaning),
            (self._advice, advice),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self._bar.setVisible(loading)
        self._bar.setAccessibleName(heading)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(heading)
        self.setAccessibleDescription(" ".join(part for part in (meaning, advice) if part))


class Stateful(QStackedWidget):
    """A widget and the panel that stands in for it: ``panel.show_…``, then `show_panel`."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.panel = StatePanel(self)
        self.addWidget(content)
        self.addWidget(self.panel)

    def show_content(self) -> None:
        self.setCurrentWidget(self.content)

    def show_panel(self) -> StatePanel:
        """The panel, now in front, to say what it shows."""
        self.setCurrentWidget(self.panel)
        return self.panel
