"""Gives the application its look, and keeps it when the platform's font or colours change."""

from __future__ import annotations

from string import Template

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from app.resources import resource
from ui.style import style
from ui.style.copies import Copies
from ui.style.look import Look, Scheme, is_loud, look, look_of, qpalette, set_look
from ui.style.tokens import tokens
from ui.style.watching import Watcher

_HELD = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta}
"""With the mouse, too."""
_LOOKED_AT = frozenset(
    {
        QEvent.Type.FocusIn,
        QEvent.Type.FocusOut,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.KeyPress,
        QEvent.Type.ApplicationFontChange,
        QEvent.Type.ThemeChange,
    }
)
"""Nearly all events are others: they are let through at once."""
_NAME = "dresser"


def dress(application: QApplication) -> Dresser:
    """Style, palette and style sheet; done once for an application, later calls change nothing."""
    dresser = application.findChild(
        Dresser, _NAME, Qt.FindChildOption.FindDirectChildrenOnly
    ) or Dresser(application)
    assert isinstance(dresser, Dresser)
    return dresser


class Dresser(Watcher):
    """Follows the platform's colours and font, and the person's wish for light or dark.

    It also marks what has the focus while somebody uses keys (property ``keyed``), which is when a
    ring is drawn around it: led there by a key, or by itself. Why: decision D346. And whatever is
    broken for the look is copied as it is.

    Attributes:
        by_keys: whether a key was pressed last, and not the mouse.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.setObjectName(_NAME)
        self._application = application
        self._dressing = False
        self.by_keys = False
        self._ringed: QWidget | None = None
        Copies(self)
        application.setStyle("Fusion")
        self._dress()
        application.styleHints().colorSchemeChanged.connect(self._dress)
        application.installEventFilter(self)

    def wish(self, scheme: Scheme | None) -> None:
        """Light or dark whatever the platform has; None: as the platform."""
        wanted = {
            None: Qt.ColorScheme.Unknown,
            Scheme.LIGHT: Qt.ColorScheme.Light,
            Scheme.DARK: Qt.ColorScheme.Dark,
        }[scheme]
        self._wished = scheme
        self._application.styleHints().setColorScheme(wanted)
        self._dress()

    _wished: Scheme | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _LOOKED_AT:
            return False
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            if isinstance(watched, QWidget) and isinstance(event, QFocusEvent):
                self._follow_focus(watched, event)
        elif kind == QEvent.Type.MouseButtonPress:
            self.by_keys = False
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() not in _HELD:
                self._begin_with_keys()
        elif watched is self._application and kind in (
            QEvent.Type.ApplicationFontChange,
            QEvent.Type.ThemeChange,
        ):
            self._dress()
        return False

    def _begin_with_keys(self) -> None:
        """What has had the focus since before the first key has its ring from that key on."""
        focus = QApplication.focusWidget()
        if not self.by_keys and focus is not None:
            _mark(focus, True)
            self._ringed = focus
        self.by_keys = True

    def _follow_focus(self, widget: QWidget, event: QFocusEvent) -> None:
        came = event.type() == QEvent.Type.FocusIn
        if came and self._ringed is not None and self._ringed is not widget:
            # A dialog tells the first of its widgets before it is active, and never takes it back.
            if isValid(self._ringed):
                _mark(self._ringed, False)
            self._ringed = None
        # Other reasons tell nothing: Qt says Tab also where what had the focus is hidden.
        by_mouse = event.reason() == Qt.FocusReason.MouseFocusReason
        by_keys = came and self.by_keys and not by_mouse
        _mark(widget, by_keys)
        if by_keys:
            self._ringed = widget

    def _dress(self) -> None:
        if self._dressing:
            return
        self._dressing = True
        try:
            application = self._application
            application.setPalette(QPalette())
            platform = application.palette()
            set_look(look_of(self._scheme(platform), platform))
            if look().scheme is not Scheme.CONTRAST:
                application.setPalette(qpalette(look()))
            # In place of another one Qt styles each widget again with each that it is in.
            application.setStyleSheet("")
            application.setStyleSheet(sheet(look()))
        finally:
            self._dressing = False

    def _scheme(self, platform: QPalette) -> Scheme:
        if self._wished is not None:
            return self._wished
        if is_loud(platform) or self._wants_contrast():
            return Scheme.CONTRAST
        hinted = self._application.styleHints().colorScheme()
        if hinted == Qt.ColorScheme.Unknown:
            window, text = platform.window().color(), platform.windowText().color()
            return Scheme.DARK if window.lightnessF() < text.lightnessF() else Scheme.LIGHT
        return Scheme.DARK if hinted == Qt.ColorScheme.Dark else Scheme.LIGHT

    def _wants_contrast(self) -> bool:
        # Each is held while the next is asked: PySide6 else frees them in between.
        hints = self._application.styleHints()
        accessibility = hints.accessibility()
        return accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast


def sheet(present: Look) -> str:
    """``resources/window/window.qss`` with its gaps filled: ``$accent_tint``, ``$px_12``.

    Lines in pixels of the design are written ``$px_N``; radii ``$radius_button``.
    """
    values: dict[str, str] = {"line_width": f"{present.line_width}px"}
    for token in tokens()["palette"]["light"]:
        name = token.replace("-", "_")
        values[name] = present.named(token).name()
    for pixels in range(81):
        values[f"px_{pixels}"] = f"{style.px(pixels)}px"
    for name, pixels in tokens()["radius"].items():
        if isinstance(pixels, int):
            values[f"radius_{name}"] = f"{style.px(pixels)}px"
    return Template(resource("window", "window.qss").read_text("utf-8")).substitute(values)


def _mark(widget: QWidget, keyed: bool) -> None:
    if bool(widget.property("keyed")) != keyed:
        widget.setProperty("keyed", keyed)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        (widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget).update()
