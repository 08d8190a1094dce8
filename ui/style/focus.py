"""Whether what has the focus shows it by a ring."""

from __future__ import annotations

from PySide6.QtWidgets import QStyle, QStyleOptionViewItem


def is_ringed(option: QStyleOptionViewItem) -> bool:
    """Of a row that a delegate draws: as of widgets, where keys are used (`Dresser`)."""
    has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
    return has_focus and option.widget is not None and bool(option.widget.property("keyed"))
