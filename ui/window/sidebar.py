"""The way through the window: numbered steps with their values, and below the other pages."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.replacing import replace
from ui.i18n.filling import filled
from ui.state.page_name import PageName
from ui.style import icons, style
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.style.tokens import radius, size
from ui.widgets.buttons import ToolButton
from ui.widgets.labels import Label

_CIRCLE = 24
_LEFT = 10
"""From the edge of a line's surface to its circle."""
_TEXT_LEFT = 46
_LOGO = 26
_APART = 2
"""Half of what lies between the surfaces of two lines."""
_SYMBOL = 20
"""Icons of pages that are no steps."""


class StepState(Enum):
    """Of a step: behind, open, or ahead."""

    DONE = "done"
    CURRENT = "current"
    FINISHED = "finished"
    """Open, and there is nothing left to do."""
    AHEAD = "ahead"

    @property
    def is_open(self) -> bool:
        return self in (StepState.CURRENT, StepState.FINISHED)

    @property
    def is_done(self) -> bool:
        return self in (StepState.DONE, StepState.FINISHED)


class Entry(Struct, frozen=True):
    """One line. ``number`` of ``of`` is 0 for pages that are no steps, ``name`` None for what is no
    page."""

    name: PageName | None
    label: str
    icon: Symbol
    number: int = 0
    of: int = 0


class Sidebar(QWidget):
    """Signals:
    chosen(object): the `PageName` of the entry that was activated.
    shared_chosen(): that of the drive that is shared was.
    """

    chosen = Signal(object)
    shared_chosen = Signal()

    def __init__(
        self, steps: Sequence[Entry], others: Sequence[Entry], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Steps"))
        self._lines: dict[PageName, _Line] = {}
        self._is_narrow = False
        self._name = Label("Satchel", style.Text.HEADING)
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(0)
        self._layout.addLayout(self._heading())
        self._layout.addSpacing(style.px(style.GAP))
        before: _Line | None = None
        for entry in steps:
            line = self._line(entry)
            line.before = before
            self._layout.addWidget(line)
            before = line
        self._layout.addStretch(1)
        self._shared = _Line(Entry(None, "", Symbol.WIFI), self)
        self._shared.setCheckable(False)
        self._shared.clicked.connect(self.shared_chosen)
        self._shared.hide()
        self._layout.addWidget(self._shared)
        for entry in others:
            self._layout.addWidget(self._line(entry))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.set_narrow(False)

    def _heading(self) -> QHBoxLayout:
        mark = QLabel()
        side = style.px(_LOGO)
        mark.setPixmap(icons.program_icon().pixmap(QSize(side, side)))
        heading = QHBoxLayout()
        heading.setSpacing(style.px(style.INNER))
        # Margins are not mirrored.
        heading.addSpacing(style.px(_LEFT + 2))
        heading.addWidget(mark)
        heading.addWidget(self._name, 1)
        return heading

    def set_narrow(self, narrow: bool) -> None:
        """Circles and icons only; names and values become tips."""
        self._is_narrow = narrow
        self.setFixedWidth(style.px(size("sidebar-narrow" if narrow else "sidebar")))
        self._name.setVisible(not narrow)
        edge = style.px(style.INNER - 1 if not narrow else style.GRID + 2)
        self._layout.setContentsMargins(edge, style.px(20), edge, style.px(style.GAP))
        for line in (*self._lines.values(), self._shared):
            line.set_narrow(narrow)

    def show_shared(self, label: str, value: str) -> None:
        """How it stands with the drive that is shared; an empty ``label`` for none."""
        self._shared.rename(label, value)
        self._shared.setVisible(bool(label))

    def show_state(
        self, name: PageName, state: StepState, *, enabled: bool, value: str = ""
    ) -> None:
        if self._lines[name].show_state(state, enabled=enabled, value=value):
            for line in self._lines.values():
                if line.before is self._lines[name]:
                    line.update()

    def _line(self, entry: Entry) -> _Line:
        line = _Line(entry, self)
        assert entry.name is not None
        self._lines[entry.name] = line
        line.clicked.connect(line.choose)
        line.chosen.connect(self.chosen)
        return line

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        every = (*self._lines.values(), self._shared)
        lines = [line for line in every if line.isEnabled() and not line.isHidden()]
        lines.sort(key=QWidget.y)
        focus = next((line for line in lines if line.hasFocus()), None)
        move = steps.get(Qt.Key(event.key()))
        if move is None or focus is None:
            super().keyPressEvent(event)
            return
        lines[(lines.index(focus) + move) % len(lines)].setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look().side)
        right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        edge = 0 if right else self.width() - look().line_width
        painter.fillRect(QRect(edge, 0, look().line_width, self.height()), look().line)
        painter.end()


class _Line(ToolButton):
    """One entry: a circle with number or tick and a line to the next, or an icon; name, value."""

    chosen = Signal(object)

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry = entry
        self._state = StepState.AHEAD
        self.before: _Line | None = None
        self._value = ""
        self._is_narrow = False
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        lines = QFontMetrics(style.font(style.Text.STRONG)).lineSpacing()
        if self._entry.number or self._value:
            lines += QFontMetrics(style.font(style.Text.SMALL)).lineSpacing()
            height = max(style.px(size("step-row")), lines + style.px(style.GAP))
        else:
            height = max(style.px(size("field-height")), lines + style.px(style.GAP))
        return QSize(0, height + 2 * style.px(_APART))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_narrow(self, narrow: bool) -> None:
        self._is_narrow = narrow
        self._tell()
        self.update()

    def rename(self, label: str, value: str) -> None:
        if (label, value) != (self._entry.label, self._value):
            self._entry, self._value = replace(self._entry, label=label), value
            self._tell()
            self.updateGeometry()
            self.update()

    def choose(self) -> None:
        self.chosen.emit(self._entry.name)

    def show_state(self, state: StepState, *, enabled: bool, value: str) -> bool:
        """Whether it is another than before."""
        self.setEnabled(enabled)
        self.setChecked(state.is_open)
        if (state, value) == (self._state, self._value) and self.accessibleName():
            return False
        self._state, self._value = state, value
        self._tell()
        self.update()
        return True

    def _tell(self) -> None:
        entry = self._entry
        told = ", ".join(part for part in (entry.label, self._value) if part)
        self.setToolTip(told if self._is_narrow else "")
        words = {
            StepState.DONE: self.tr("Step %1 of %2, %3, done"),
            StepState.CURRENT: self.tr("Step %1 of %2, %3, open now"),
            StepState.FINISHED: self.tr("Step %1 of %2, %3, open now"),
            StepState.AHEAD: self.tr("Step %1 of %2, %3, not yet"),
        }
        if entry.number:
            told = filled(words[self._state], str(entry.number), str(entry.of), told)
        elif self._state.is_open:
            told = filled(self.tr("%1, open now"), told)
        self.setAccessibleName(told)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_surface(painter)
        if self._entry.number:
            self._paint_way(painter)
            self._paint_circle(painter)
        else:
            self._paint_icon(painter)
        if not self._is_narrow:
            self._paint_texts(painter)
        painter.end()

    def _paint_surface(self, painter: QPainter) -> None:
        colours, corner = look(), style.px(radius("card"))
        apart = style.px(_APART) + 0.5
        area = QRectF(self.rect()).adjusted(0.5, apart, -0.5, -apart)
        if self._state.is_open:
            painter.setPen(QPen(colours.line, colours.line_width))
            painter.setBrush(colours.card)
            painter.drawRoundedRect(area, corner, corner)
        elif self.isEnabled() and self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.sunken)
            painter.drawRoundedRect(area, corner, corner)
        if self.hasFocus() and self.property("keyed"):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.accent, 2))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), corner, corner)

    def _centre(self) -> QPointF:
        """Of circle or icon; mirrored where text runs from the right."""
        across = self.width() / 2
        if not self._is_narrow:
            across = style.px(_LEFT) + style.px(_CIRCLE) / 2
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                across = self.width() - across
        return QPointF(across, self.height() / 2)

    @property
    def way(self) -> QColor:
        """Of the line from here to the next step."""
        return look().accent if self._state.is_done else look().line_strong

    def _paint_way(self, painter: QPainter) -> None:
        """From the step before and to the next."""
        entry, centre = self._entry, self._centre()
        around = style.px(_CIRCLE) / 2 + style.px(3)
        if self.before is not None:
            painter.setPen(QPen(self.before.way, 2))
            painter.drawLine(QPointF(centre.x(), 0), QPointF(centre.x(), centre.y() - around))
        if entry.number < entry.of:
            painter.setPen(QPen(self.way, 2))
            below = QPointF(centre.x(), self.height())
            painter.drawLine(QPointF(centre.x(), centre.y() + around), below)

    def _paint_circle(self, painter: QPainter) -> None:
        colours, side = look(), style.px(_CIRCLE)
        centre = self._centre()
        circle = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        if self._state.is_done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawEllipse(circle)
            mark = style.px(style.Icon.PILL)
            tick = icons.pixmap(Symbol.CHECK, mark, colours.on_accent, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(centre.x() - mark / 2, centre.y() - mark / 2), tick)
            return
        ink = colours.accent if self._state is StepState.CURRENT else colours.control
        painter.setBrush(colours.card if self._state is StepState.CURRENT else colours.side)
        painter.setPen(QPen(ink, 1.5))
        painter.drawEllipse(circle.adjusted(0.75, 0.75, -0.75, -0.75))
        painter.setPen(colours.accent_text if self._state is StepState.CURRENT else colours.soft)
        painter.setFont(style.font(style.Text.SMALL, bold=True))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._entry.number))

    def _paint_icon(self, painter: QPainter) -> None:
        side, centre = style.px(_SYMBOL), self._centre()
        picture = icons.pixmap(self._entry.icon, side, self._ink(), self.devicePixelRatioF())
        painter.drawPixmap(QPointF(centre.x() - side / 2, centre.y() - side / 2), picture)

    def _ink(self) -> QColor:
        return look().text if self._state.is_open else look().soft

    def _paint_texts(self, painter: QPainter) -> None:
        current = self._state.is_open
        name = style.font(style.Text.STRONG if current else style.Text.BODY)
        small = style.font(style.Text.SMALL)
        heights = [QFontMetrics(name).lineSpacing()]
        if self._value:
            heights.append(QFontMetrics(small).lineSpacing())
        top = (self.height() - sum(heights)) // 2
        self._paint_text(painter, name, self._ink(), self._entry.label, top, heights[0])
        if self._value:
            below = top + heights[0]
            self._paint_text(painter, small, look().soft, self._value, below, heights[1])

    def _paint_text(
        self, painter: QPainter, font: QFont, ink: QColor, text: str, top: int, height: int
    ) -> None:
        left = style.px(_TEXT_LEFT)
        area = QRect(left, top, self.width() - left - style.px(style.GRID), height)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            area.moveRight(self.width() - left)
        painter.setFont(font)
        painter.setPen(ink)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        start = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        flags = QWidget.style(self).visualAlignment(self.layoutDirection(), start)
        painter.drawText(area, flags, shown)
