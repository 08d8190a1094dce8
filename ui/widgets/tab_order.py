"""Where what is made later comes with the tab key: Qt has it after all else in the window."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def follow(before: QWidget, widgets: Iterable[QWidget]) -> None:
    """``widgets`` come behind ``before`` in this order, each with all that is in it.

    ``before``: of the same window; may be something that never has the focus itself.
    """
    policy = before.focusPolicy()
    if policy is Qt.FocusPolicy.NoFocus:
        # Qt takes no order from what never has the focus.
        before.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    last = before
    for widget in widgets:
        for each in _within(widget):
            QWidget.setTabOrder(last, each)
            last = each
    before.setFocusPolicy(policy)


def last_of(widgets: Iterable[QWidget]) -> QWidget | None:
    """The last with the focus of what is in the first of them that has any."""
    return next((each for widget in widgets for each in _within(widget)[-1:]), None)


def _within(widget: QWidget) -> list[QWidget]:
    """What has the focus of it and of what is in it, in the order that they have."""
    inside = len(widget.findChildren(QWidget))
    found, following = [widget], widget.nextInFocusChain()
    while len(found) <= inside and following is not None:
        if widget.isAncestorOf(following):
            found.append(following)
        following = following.nextInFocusChain()
    return [each for each in found if each.focusPolicy() is not Qt.FocusPolicy.NoFocus]
