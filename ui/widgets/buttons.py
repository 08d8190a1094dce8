"""One height for buttons, that of the primary button and of the fields beside them."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton

from ui.style import style


def tall(*buttons: QAbstractButton) -> None:
    for button in buttons:
        button.setMinimumHeight(max(4 * style.GRID, button.minimumSizeHint().height()))
