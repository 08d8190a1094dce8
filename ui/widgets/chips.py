"""Round buttons in one row, of which one is on; what has no room goes into a menu."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from ui.style import style
from ui.style.properties import mark
from ui.widgets.buttons import ToolButton
from ui.widgets.chevrons import ChevronButton
from ui.widgets.menu import Menu


class ChipItem(Struct, frozen=True):
    """A chip, by a key of the page's own."""

    key: str
    text: str
    on: bool = False


class ChipRow(QWidget):
    """One row of chips.

    Of an ``exclusive`` row at most one is on, and the arrow keys move; of another each is on or
    off by itself.

    Signals:
        toggled(str, bool): the person has switched the chip with that key.
    """

    toggled = Signal(str, bool)

    def __init__(self, name: str, *, exclusive: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._exclusive = exclusive
        self._group = QButtonGroup(self)
        self._group.setExclusive(exclusive)
        self._group.buttonToggled.connect(self._refresh_more)
        self._items: tuple[ChipItem, ...] = ()
        self._chips: list[ToolButton] = []
        self._spare: list[ToolButton] = []
        self._menu = Menu(self)
        self._menu.triggered.connect(self._press)
        self._more = ChevronButton(self.tr("More"), parent=self)
        self._more.setProperty("kind", "chip")
        self._more.setMenu(self._menu)
        self._more.hide()

    def show_chips(self, items: Sequence[ChipItem]) -> None:
        """These, in this order; nothing is signalled."""
        items = tuple(items)
        if [(each.key, each.text) for each in items] != [
            (each.key, each.text) for each in self._items
        ]:
            self._make(items)
        self._items = items
        self._group.blockSignals(True)
        # Of those in an exclusive group none could be switched off.
        self._group.setExclusive(False)
        for chip, item in zip(self._chips, items, strict=True):
            chip.setChecked(item.on)
        self._group.setExclusive(self._exclusive)
        self._group.blockSignals(False)
        self._arrange()

    @property
    def on(self) -> tuple[str, ...]:
        """The keys of those that are on."""
        return tuple(
            item.key
            for chip, item in zip(self._chips, self._items, strict=True)
            if chip.isChecked()
        )

    def _make(self, items: tuple[ChipItem, ...]) -> None:
        # Chips are used again: those of a source change with each search.
        while len(self._chips) > len(items):
            chip = self._chips.pop()
            self._group.removeButton(chip)
            chip.hide()
            self._spare.append(chip)
        while len(self._chips) < len(items):
            chip = self._spare.pop() if self._spare else self._new_chip()
            if self._exclusive:
                self._group.addButton(chip)
            self._chips.append(chip)
        for chip, item in zip(self._chips, items, strict=True):
            chip.setText(item.text.replace("&", "&&"))
            chip.setAccessibleName(item.text)
            chip.setProperty("key", item.key)
        self._more.raise_()

    def _new_chip(self) -> ToolButton:
        chip = ToolButton(self)
        chip.setFont(style.medium())
        chip.setCheckable(True)
        chip.setProperty("kind", "chip")
        chip.clicked.connect(self._clicked)
        if not self._exclusive:
            # Of a group, only one could be reached with the tab key.
            chip.toggled.connect(self._refresh_more)
        return chip

    def _clicked(self, on: bool) -> None:
        chip = self.sender()
        if isinstance(chip, ToolButton):
            self.toggled.emit(str(chip.property("key")), on)

    def _press(self, action: QAction) -> None:
        for chip in self._chips:
            if chip.property("key") == action.data():
                chip.click()

    # Where they go

    def sizeHint(self) -> QSize:
        widths = [chip.sizeHint().width() for chip in self._chips]
        gaps = style.px(style.GRID) * max(0, len(widths) - 1)
        return QSize(sum(widths) + gaps, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._more.sizeHint().width(), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()
            self._arrange()

    def _height(self) -> int:
        return max((each.sizeHint().height() for each in (*self._chips, self._more)), default=0)

    def _arrange(self) -> None:
        """As many as fit from the left; if not all, the last place is for what is left."""
        gap = style.px(style.GRID)
        widths = [chip.sizeHint().width() for chip in self._chips]
        fits = _fitting(widths, gap, self.width())
        if fits < len(widths):
            fits = _fitting(widths, gap, self.width() - gap - self._more.sizeHint().width())
        place, held = 0, self._chips[:fits]
        for chip in self._chips:
            chip.setVisible(chip in held)
        for button in (*held, self._more):
            size = button.sizeHint()
            left = self.width() - place - size.width() if self.isRightToLeft() else place
            button.setGeometry(left, 0, size.width(), self._height())
            place += size.width() + gap
        self._more.setVisible(fits < len(widths))
        self._menu.clear()
        for item in self._items[fits:]:
            action = self._menu.entry(item.text.replace("&", "&&"))
            action.setCheckable(True)
            action.setData(item.key)
        self._refresh_more()

    def _refresh_more(self) -> None:
        on = set(self.on)
        for action in self._menu.actions():
            action.setChecked(action.data() in on)
        mark(self._more, "on", any(action.isChecked() for action in self._menu.actions()))


def _fitting(widths: list[int], gap: int, room: int) -> int:
    """How many of them go beside each other."""
    used = 0
    for number, width in enumerate(widths):
        used += width + (gap if number else 0)
        if used > room:
            return number
    return len(widths)
