"""The tab key goes through a window as one reads it, whenever its widgets were made.

Qt goes by when they were: what a page makes later would come after the foot of the window.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QWidget

from ui.style.dressing import dress

COVERS = "covers"
"""The property of what lies over its siblings, from top to bottom: the tab key passes them over
where nothing of their width is seen."""


def go_on(root: QWidget, *, forward: bool) -> bool:
    """Give the focus to the next widget of ``root``, or the one before; after the last comes the
    first. Scrolled to, it can be seen.

    Returns:
        Whether there is any: what `QWidget.focusNextPrevChild` has to say.
    """
    inside = list(_as_laid_out(root))
    around = QApplication.focusWidget()
    while around is not None and around not in inside:
        # What has just been hidden has no place any more; what it was in has.
        around = around.parentWidget()
    here = inside.index(around) if around is not None else 0
    following = (*inside[here + 1 :], *inside[: here + 1])
    if not forward:
        following = (*reversed(inside[:here]), *reversed(inside[here:]))
    wanted = next((each for each in following if each is not root and _takes_tab(each)), None)
    if wanted is None:
        return False
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    wanted.setFocus(reason)
    _scroll_to(wanted)
    return True


def stops(root: QWidget) -> list[QWidget]:
    """Where the tab key stops in ``root``, in its order."""
    return [each for each in _as_laid_out(root) if each is not root and _takes_tab(each)]


def lead_into(root: QWidget, otherwise: QWidget | None = None, *, at_once: bool = False) -> None:
    """Give the focus to ``root``, which has just come. Who uses keys sees where the next one goes:
    it is the first control in it, or ``otherwise`` where that is shown and there is none, or
    ``at_once``."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    wanted = root
    if dress(application).by_keys:
        last = [otherwise] if otherwise is not None and otherwise.isVisible() else []
        inside = [] if at_once and last else stops(root)
        wanted = next(iter((*inside, *last)), root)
    wanted.setFocus(Qt.FocusReason.OtherFocusReason)


def _as_laid_out(widget: QWidget) -> Iterator[QWidget]:
    """It and what is seen in it: as in its layout, then what lies over that or has no layout, from
    top to bottom."""
    yield widget
    layout = widget.layout()
    ordered = list(_of(layout)) if layout is not None else []
    others = [
        each
        for each in widget.children()
        if isinstance(each, QWidget) and not each.isWindow() and each not in ordered
    ]
    mirrored = widget.isRightToLeft()
    others.sort(key=lambda each: (each.y(), -each.geometry().right() if mirrored else each.x()))
    for each in (*ordered, *others):
        if each.isVisible():
            yield from _as_laid_out(each)


def _of(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _of(inner)


def _takes_tab(widget: QWidget) -> bool:
    policy = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return (
        policy == Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and not _is_covered(widget)
    )


def _is_covered(widget: QWidget) -> bool:
    around = widget
    while not around.isWindow():
        above = around.parentWidget()
        if above is None:
            return False
        for over in above.children():
            if isinstance(over, QWidget) and over is not around and over.property(COVERS):
                place = QRect(widget.mapTo(above, QPoint()), widget.size())
                if over.isVisible() and over.x() <= place.left() and place.right() <= _end(over):
                    return True
        around = above
    return False


def _end(widget: QWidget) -> int:
    return widget.geometry().right()


def _scroll_to(widget: QWidget) -> None:
    """Qt does so only where the focus was in what scrolls before."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()
