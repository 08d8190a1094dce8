"""A picture of a drive's space: used by others, this choice, free."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.style import colours, style
from ui.widgets.flow import Flow
from ui.widgets.labels import Label


class _Part(IntEnum):
    """Of the bar, from the left."""

    USED = 0
    CHOSEN = 1
    FREE = 2


class SpaceBar(QWidget):
    """The bar with its legend. Every part has a pattern of its own beside its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = _Bar(self)
        self._legend = tuple(_LegendEntry(part, self) for part in _Part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(self._bar)
        legend = Flow(style.MARGIN)
        for key in self._legend:
            legend.addWidget(key)
        layout.addLayout(legend)
        self.show_space(0, 0, 0)
        # Nothing is known yet; the legend takes its room all the same.
        for key in self._legend:
            policy = key.sizePolicy()
            policy.setRetainSizeWhenHidden(key is self._legend[_Part.USED])
            key.setSizePolicy(policy)
            key.hide()
        self.setAccessibleDescription("")

    def show_space(self, total: int, used: int, chosen: int) -> None:
        """All in bytes; ``used`` without ``chosen``. More than fits is said, not hidden."""
        free = total - used - chosen
        texts = [
            filled(self.tr("%1 in use"), sized(used)),
            filled(self.tr("%1 for this choice"), sized(chosen)),
            filled(self.tr("%1 free"), sized(free))
            if free >= 0
            else filled(self.tr("%1 too much"), sized(-free)),
        ]
        self._bar.show_space(total, used, chosen)
        for part, key, text in zip(_Part, self._legend, texts, strict=True):
            key.show_part(text, over=part == _Part.FREE and free < 0)
            key.setVisible(part != _Part.CHOSEN or chosen > 0)
        self.setAccessibleName(QCoreApplication.translate("SpaceBar", "Space on the drive"))
        self.setAccessibleDescription(", ".join(texts if chosen > 0 else texts[::2]))


def _brush(palette: QPalette, part: _Part) -> QBrush:
    if part == _Part.USED:
        return QBrush(colours.mixed(palette.window().color(), palette.windowText().color(), 0.45))
    if part == _Part.CHOSEN:
        return QBrush(style.accent(palette))
    return QBrush(palette.base().color())


def _hatching(palette: QPalette, *, over: bool) -> QBrush:
    colour = style.tone(palette, style.Tone.BAD) if over else style.on_accent(palette)
    faded = QColor(colour)
    faded.setAlphaF(1.0 if over else 0.35)
    return QBrush(faded, Qt.BrushStyle.BDiagPattern)


class _Bar(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shares = (0.0, 0.0)
        self._over = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(20 * style.GRID, 2 * style.GRID)

    def show_space(self, total: int, used: int, chosen: int) -> None:
        whole = max(total, used + chosen, 1)
        self._shares = used / whole, chosen / whole
        self._over = used + chosen > total
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_space(painter, QRectF(self.rect()), self.palette(), *self._shares, over=self._over)
        painter.end()


def paint_space(
    painter: QPainter,
    area: QRectF,
    palette: QPalette,
    used: float,
    chosen: float = 0.0,
    *,
    over: bool = False,
) -> None:
    """The bar itself; ``used`` and ``chosen`` are shares of the whole. For delegates too."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = area.adjusted(0.5, 0.5, -0.5, -0.5)
    shape = QPainterPath()
    shape.addRoundedRect(frame, style.HALF, style.HALF)
    painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    painter.fillRect(frame, _brush(palette, _Part.FREE))
    left = frame.left()
    for part, share in ((_Part.USED, used), (_Part.CHOSEN, chosen)):
        width = frame.width() * share
        piece = QRectF(left, frame.top(), width, frame.height())
        painter.fillRect(piece, _brush(palette, part))
        if part == _Part.CHOSEN:
            painter.fillRect(piece, _hatching(palette, over=over))
        left += width
    painter.restore()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.mixed(*_line(palette), 0.4)))
    painter.drawPath(shape)
    painter.restore()


def _line(palette: QPalette) -> tuple[QColor, QColor]:
    return palette.window().color(), palette.windowText().color()


class _LegendEntry(QWidget):
    """A swatch and its text."""

    def __init__(self, part: _Part, parent: QWidget) -> None:
        super().__init__(parent)
        self._swatch = _Swatch(part, self)
        self._text = Label(parent=self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addWidget(self._swatch)
        layout.addWidget(self._text)

    def show_part(self, text: str, *, over: bool) -> None:
        self._text.setText(text)
        self._swatch.show_over(over)


class _Swatch(QWidget):
    def __init__(self, part: _Part, parent: QWidget) -> None:
        super().__init__(parent)
        self._part = part
        self._over = False
        self.setFixedSize(style.GRID + style.HALF, style.GRID + style.HALF)

    def show_over(self, over: bool) -> None:
        self._over = over
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(frame, 2, 2)
        painter.fillPath(shape, _brush(self.palette(), self._part))
        if self._part == _Part.CHOSEN or self._over:
            painter.fillPath(shape, _hatching(self.palette(), over=self._over))
        painter.setPen(QPen(colours.mixed(*_line(self.palette()), 0.4)))
        painter.drawPath(shape)
        painter.end()
