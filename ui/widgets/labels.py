"""Text in the sizes and inks of the design. It follows the application's font and colours."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.style import style
from ui.style.broken_lines import SPACE, breakable, unbroken
from ui.style.properties import mark

_STEP_POINTS = 0.5
_WIDE_WORD = 160
"""Columns of the design that a word may ask for: names can be without end."""


class Ink(Enum):
    """Colours of text; the style sheet has them."""

    TEXT = "text"
    SOFT = "soft"
    ACCENT = "accent"
    WARM = "warm"
    BAD = "bad"


class Label(QLabel):
    """Plain text, never markup: what upstream or a drive says may end up in it."""

    def __init__(
        self,
        text: str = "",
        size: style.Text = style.Text.BODY,
        *,
        bold: bool = False,
        quiet: bool = False,
        ink: Ink = Ink.TEXT,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._bold = bold
        self.setProperty("ink", (Ink.SOFT if quiet else ink).value)
        self._follows = True
        self._told = self._spoken = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self._align()
        self._restyle()
        self.setText(text)

    def setText(self, text: str) -> None:
        self._told = text
        self._break()

    def text(self) -> str:
        """As it was set: without the places at which it may be broken."""
        return self._told

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._break()

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        if self.wordWrap():
            least.setWidth(min(least.width(), style.px(_WIDE_WORD)))
        return least

    def _break(self) -> None:
        """Within words, too, where they are wider than the label."""
        shown = self._told
        if self.wordWrap() and self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            shown = breakable(shown, self.fontMetrics(), self.contentsRect().width())
        if shown != super().text():
            super().setText(shown)
            self._speak(shown)

    def _speak(self, shown: str) -> None:
        """What has no name of its own is read aloud in words, not in letters."""
        if self.accessibleName() == self._spoken:
            self._spoken = unbroken(shown) if SPACE in shown else ""
            self.setAccessibleName(self._spoken)

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        sides = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignRight
        self._follows = not alignment & sides
        super().setAlignment(alignment)
        self._align()

    def set_size(self, size: style.Text) -> None:
        if size is not self._size:
            self._size = size
            self._restyle()

    def set_bold(self, bold: bool) -> None:
        if bold != self._bold:
            self._bold = bold
            self._restyle()

    def set_quiet(self, quiet: bool) -> None:
        self.set_ink(Ink.SOFT if quiet else Ink.TEXT)

    def set_ink(self, ink: Ink) -> None:
        mark(self, "ink", ink.value)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.ApplicationFontChange, QEvent.Type.StyleChange):
            self._restyle()
        elif event.type() == QEvent.Type.LayoutDirectionChange:
            self._align()
        super().changeEvent(event)

    def _align(self) -> None:
        """At the side where lines begin in this window: Qt asks the text, which may be a name."""
        if self._follows:
            from_right = self.isRightToLeft()
            side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
            vertical = self.alignment() & Qt.AlignmentFlag.AlignVertical_Mask
            super().setAlignment(vertical | side | Qt.AlignmentFlag.AlignAbsolute)

    def _restyle(self) -> None:
        wanted = self._wanted_font()
        if wanted != self.font():
            self.setFont(wanted)
            self._break()

    def _wanted_font(self) -> QFont:
        return style.font(self._size, bold=self._bold)


def fitting(font: QFont, text: str, width: int) -> QFont:
    """``font``, or so much smaller, down to that of running text, that ``text`` is no wider than
    ``width``, in pixels."""
    wanted = QFont(font)
    least = style.font(style.Text.BODY).pointSizeF()
    # Letters are of whole pixels, and so not as much narrower as they are smaller.
    while wanted.pointSizeF() > least and QFontMetrics(wanted).horizontalAdvance(text) >= width:
        wanted.setPointSizeF(max(least, wanted.pointSizeF() - _STEP_POINTS))
    return wanted


class FittingLabel(Label):
    """One line that has to be read whole: smaller, down to running text, where there is no room,
    and in several lines if that is not enough."""

    def __init__(self, size: style.Text, parent: QWidget | None = None) -> None:
        super().__init__("", size, wrap=True, parent=parent)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
            self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restyle()

    def sizeHint(self) -> QSize:
        return QSize(0, self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        """As high as the largest letters are, so that nothing jumps."""
        high = QFontMetrics(style.font(self._size)).height()
        return max(high, super().heightForWidth(width))

    def _wanted_font(self) -> QFont:
        wanted = super()._wanted_font()
        return fitting(wanted, self.text(), self.width()) if self.width() > 0 else wanted


class EvenLabel(Label):
    """Text between stretches: in one line where there is room for it, which Qt would wrap early."""

    def __init__(
        self,
        text: str,
        size: style.Text,
        *,
        ink: Ink = Ink.TEXT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, size, ink=ink, wrap=True, parent=parent)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 1
        return QSize(width, self.heightForWidth(width))


def keep_place(widget: QWidget) -> None:
    """Whether it is shown or not, what stands around it stays where it is."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(policy)


def title(text: str = "", parent: QWidget | None = None) -> Label:
    """The one title of a page."""
    return Label(text, style.Text.TITLE, wrap=True, parent=parent)


def heading(text: str = "", parent: QWidget | None = None) -> Label:
    """The heading of a part of a page."""
    return Label(text, style.Text.HEADING, wrap=True, parent=parent)


def strong(text: str = "", parent: QWidget | None = None) -> Label:
    """What a sentence or a row begins with."""
    return Label(text, style.Text.STRONG, wrap=True, parent=parent)


def body(text: str = "", *, quiet: bool = False, parent: QWidget | None = None) -> Label:
    """Running text."""
    return Label(text, quiet=quiet, wrap=True, parent=parent)


def small(text: str = "", *, ink: Ink = Ink.SOFT, parent: QWidget | None = None) -> Label:
    """What stands below something, and says more of it."""
    return Label(text, style.Text.SMALL, ink=ink, wrap=True, parent=parent)


def in_the_middle(*lines: QWidget) -> QVBoxLayout:
    """Lines of text below each other, in the middle of what they stand beside."""
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addStretch(1)
    for line in lines:
        column.addWidget(line)
    column.addStretch(1)
    return column
