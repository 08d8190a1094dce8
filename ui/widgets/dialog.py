"""A question in a window of its own, above the window that it is about."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.i18n.shortcuts import Action, keys
from ui.style import style
from ui.style.look import look
from ui.widgets import labels
from ui.widgets.buttons import Button, Kind
from ui.widgets.guard import Guard, means_something_else
from ui.widgets.menu import open_focused_menu
from ui.widgets.page_keys import scroll_by_key
from ui.widgets.page_scroll import PageScroll
from ui.widgets.tab_order import go_on

_WIDTH = 472
_WIDEST = 560
_EDGE = 28


class Dialog(QDialog):
    """Its title stands inside; the buttons are at the bottom, Cancel before the verb.

    As high as what is in it. Return does the verb unless that destroys something; Escape cancels.
    The focus is where the dialog puts it, else on the verb that Return does, else on the other
    button, and goes from there to a verb that only comes later.

    Signals:
        acted(): the verb, by someone who could see for long enough what it means.

    Attributes:
        body: the layout between title and buttons.
        foot: the layout of the buttons.
        verb: the button that does it.
        cancel: the one that does nothing.
        is_led: whether the tab key has been used: then the focus is where somebody wants it.
    """

    acted = Signal()

    def __init__(
        self,
        title: str,
        verb: str,
        *,
        destroys: bool = False,
        cancel: str = "",
        width: int = _WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        """``width`` in design pixels. Without ``verb`` there is only a button to close it."""
        super().__init__(parent)
        self._scrim: Scrim | None = None
        self._scrolls = False
        self._least_width = 0
        self.is_led = False
        self._width = min(width, _WIDEST)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setProperty("surface", "dialog")
        self._title = labels.heading(parent=self)
        self._title.setProperty("role", "title")
        self.retitle(title)
        menu = QShortcut(keys(Action.MENU), self)
        menu.activated.connect(open_focused_menu)
        self.body = QVBoxLayout()
        self.body.setSpacing(style.px(style.GAP))
        self.body.setContentsMargins(0, 0, 0, 0)
        kind = Kind.DESTRUCTIVE if destroys else Kind.VERB
        self.cancel = Button(cancel or (self.tr("Cancel") if verb else self.tr("Close")))
        self.verb = Button(verb, kind)
        for button in (self.cancel, self.verb):
            button.setProperty("tall", True)
        self.cancel.clicked.connect(self.reject)
        self.verb.clicked.connect(self._act)
        self._guard = Guard()
        self.verb.setVisible(bool(verb))
        # What it does with Return, wherever in the dialog the focus is.
        self.verb.setDefault(bool(verb) and not destroys)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(style.px(style.GRID))
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel)
        self.foot.addWidget(self.verb)
        self._layout = QVBoxLayout(self)
        edge = style.px(_EDGE)
        self._layout.setContentsMargins(edge, edge, edge, edge)
        self._layout.setSpacing(style.px(style.GAP))
        self._layout.addWidget(self._title)
        self._layout.addLayout(self.body)
        self._layout.addSpacing(style.px(style.GRID))
        self._layout.addLayout(self.foot)

    def focusNextPrevChild(self, forward: bool) -> bool:
        focus = self.focusWidget()
        if focus is not None and focus.isHidden():
            # Qt asks that too: from the one button to the other, and not to the first control.
            other = self.cancel if focus is self.verb else self.verb
            if focus in (self.verb, self.cancel) and other.isVisible():
                other.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        else:
            self.is_led = True
        return go_on(self, forward=forward)

    def _lead_to_verb(self) -> None:
        """From the other button, which had the focus because there was nothing else."""
        if self.is_led or not (self.verb.isDefault() and self.verb.isVisibleTo(self)):
            return
        if self.focusWidget() in (None, self.cancel):
            self.verb.setFocus(Qt.FocusReason.OtherFocusReason)

    def rename_verb(self, text: str) -> None:
        """It means something else from now on, and so is not pressed by who pressed it before."""
        self.verb.setText(text)
        self._guard.mean(text)

    def rename_cancel(self, text: str) -> None:
        """Likewise the other button."""
        if text != self.cancel.text():
            self.cancel.setText(text)
            means_something_else(self.cancel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that is held does the verb once."""
        held = event.isAutoRepeat() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not held and not scroll_by_key(self, event):
            super().keyPressEvent(event)

    def _act(self) -> None:
        self._guard.mean(self.verb.text())
        if self._guard.settled:
            self.acted.emit()

    def retitle(self, title: str) -> None:
        self._title.setText(title)
        self.setWindowTitle(title)

    def above_title(self, widget: QWidget) -> None:
        """A drawing, say."""
        self._layout.insertWidget(0, widget)

    def add_before_cancel(self, button: QAbstractButton) -> None:
        """At the other end of the foot."""
        self.foot.insertWidget(0, button)

    def fit(self) -> None:
        """As wide as it should be, and as high as what is in it needs."""
        self._layout.activate()
        width = max(style.px(self._width), self._layout.minimumSize().width(), self._least_width)
        height = self._layout.totalHeightForWidth(width)
        if height < 0:
            height = self._layout.totalSizeHint().height()
        screen = self.screen()
        most = height
        if screen is not None:
            most = screen.availableGeometry().height() - self._frame_height()
        if self._scrolls or height > most:
            # What is scrolled asks for hardly any width or height by itself.
            self._least_width, height = width, most
            self._let_scroll()
        self.setFixedSize(width, height)

    def _frame_height(self) -> int:
        """What the desktop draws above and below it, in pixels, as far as that can be known: its
        own frame is there only once it is shown, and is like that of the window below."""
        parent = self.parentWidget()
        windows = (self,) if parent is None else (self, parent.window())
        return max(each.frameGeometry().height() - each.geometry().height() for each in windows)

    def _let_scroll(self) -> None:
        """What does not fit onto the screen, between title and buttons."""
        if self._scrolls:
            return
        self._scrolls = True
        focus = self.focusWidget()
        place = self._layout.indexOf(self.body)
        self._layout.removeItem(self.body)
        self.body.setParent(None)
        content = QWidget()
        content.setLayout(self.body)
        # Once there is less in it, it stays at the top.
        self.body.addStretch(1)
        area = PageScroll(content, self)
        area.hang_bar(self)
        self._layout.insertWidget(place, area, 1)
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
            self._lead_to_verb()
        return handled

    def showEvent(self, event: QShowEvent) -> None:
        self.fit()
        self._guard.mean(self.verb.text())
        if self.focusWidget() is None:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self._lead_to_verb()
        super().showEvent(event)
        parent = self.parentWidget()
        if parent is not None and self._scrim is None:
            self._scrim = Scrim(parent.window())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._scrim is not None:
            self._scrim.leave()
            self._scrim = None


class Scrim(QWidget):
    """Darkens a window, so that what lies above it is looked at."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self.show()
        self.raise_()

    def leave(self) -> None:
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look().scrim)
        painter.end()


class Question(Dialog):
    """A sentence or two, and a yes that says what it does; accepted for yes."""

    def __init__(
        self,
        title: str,
        sentence: str,
        verb: str,
        *,
        stay: str = "",
        destroys: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """``stay``: the word for no. What ``destroys`` needs more than Return."""
        super().__init__(title, verb, destroys=destroys, cancel=stay, parent=parent)
        self.sentence = labels.body(sentence, parent=self)
        self.body.addWidget(self.sentence)
        self.acted.connect(self.accept)
        (self.cancel if destroys else self.verb).setFocus(Qt.FocusReason.OtherFocusReason)
