"""Page Up and Page Down wherever the focus is: what only is to be read has nothing to focus."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSlider, QScrollArea, QWidget

_WAYS = {
    QKeySequence.StandardKey.MoveToNextPage: QAbstractSlider.SliderAction.SliderPageStepAdd,
    QKeySequence.StandardKey.MoveToPreviousPage: QAbstractSlider.SliderAction.SliderPageStepSub,
}


def scroll_by_key(window: QWidget, event: QKeyEvent) -> bool:
    """Scroll what is seen in ``window`` and can be scrolled that way; for its ``keyPressEvent``,
    which hears what no control there wants. False for another key."""
    for sequence, action in _WAYS.items():
        if event.matches(sequence):
            for area in window.findChildren(QScrollArea):
                bar = area.verticalScrollBar()
                before = bar.value()
                if area.isVisible() and area.window() is window:
                    bar.triggerAction(action)
                if bar.value() != before:
                    break
            return True
    return False
