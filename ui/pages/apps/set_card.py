"""A ready-made set as a card: what is in it, whom it is for, what it takes, and Add."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QWidget

from ui.controllers.sets import SetState, SetStatus
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.state.app_pictures import AppPictures
from ui.style import icons, style
from ui.style.app_icons import paint_app_icon
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button, Kind
from ui.widgets.card import Card, Surface
from ui.widgets.labels import Ink, Label

_ICON = 40
_MOST_ICONS = 4
_NOTHING = "\N{NO-BREAK SPACE}"


class SetWords(QObject):
    """What is said of a set, the same on its card and where it is looked at."""

    def sum(self, app_set: SetStatus) -> str:
        text = self.tr("%n app(s), %1", "", len(app_set.rows))
        return filled(text, sized(app_set.size))

    def add(self, app_set: SetStatus) -> str:
        match app_set.state:
            case SetState.ABSENT:
                return self.tr("Add")
            case SetState.PARTLY:
                return self.tr("Add %n", "", app_set.left)
            case SetState.ADDED:
                return self.tr("Added")


class AddPart(QWidget):
    """The button that adds a set, or the word that it is added.

    Signals: added(): all of the set that is not chosen is to be.
    """

    added = Signal()

    def __init__(self, *, small: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = Button("", Kind.TINT, symbol=Symbol.PLUS, small=small)
        self.button.clicked.connect(self.added)
        self._sign = QLabel()
        icons.give(self._sign, Symbol.CHECK, tone=style.Tone.GOOD)
        self._word = Label(ink=Ink.ACCENT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(style.HALF))
        for part in (self.button, self._sign, self._word):
            row.addWidget(part)
        # As high whichever is shown.
        self.setMinimumHeight(self.button.sizeHint().height())
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        return self._word.text()

    def show_set(self, app_set: SetStatus) -> None:
        text = SetWords().add(app_set)
        is_added = app_set.state is SetState.ADDED
        self._word.setText(text)
        self.button.setText(text)
        self.button.setAccessibleName(f"{text}, {app_set.name}")
        self.button.setVisible(not is_added)
        self._sign.setVisible(is_added)
        self._word.setVisible(is_added)


class SetCard(Card):
    """Signals:
    added(str): all of the set with that id is to be chosen.
    opened(str): it is to be looked at.
    """

    added = Signal(str)
    opened = Signal(str)

    def __init__(
        self, app_set: SetStatus, pictures: AppPictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(padding=style.GAP, parent=parent)
        self._set = app_set
        self.setProperty("pressable", True)
        self.setProperty("upstream", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._icons = _SetIcons(pictures, self)
        self._name = labels.heading(parent=self)
        self._audience = labels.small(parent=self)
        self._sum = Label(size=style.Text.SMALL, quiet=True, parent=self)
        for label in (self._name, self._audience):
            label.setProperty("upstream", True)
        self._part = AddPart(small=True, parent=self)
        self._part.added.connect(self._add)
        self._below = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._below.setSpacing(style.px(style.GRID))
        self._below.addWidget(self._sum, 1)
        self._below.addWidget(self._part)
        self._below.setAlignment(self._part, Qt.AlignmentFlag.AlignTrailing)
        _lay_out(self, self._icons, self._name, self._audience, self._below)
        self.show_set(app_set)

    @property
    def button(self) -> Button:
        return self._part.button

    @property
    def state_word(self) -> str:
        """Add, or Added."""
        return self._part.text

    @property
    def id(self) -> str:
        """Of its set."""
        return self._set.id

    def show_set(self, app_set: SetStatus) -> None:
        self._set = app_set
        said = SetWords().sum(app_set)
        self._icons.show_set(app_set)
        for label, text in (
            (self._name, app_set.name),
            (self._audience, app_set.audience),
            (self._sum, said),
        ):
            label.setText(text)
        self._part.show_set(app_set)
        added = app_set.state is SetState.ADDED
        self.set_surface(Surface.CHOSEN if added else Surface.CARD)
        told = (app_set.name, app_set.audience, said, self._part.text if added else "")
        self.setAccessibleName(", ".join(part for part in told if part))
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """The button below where long words leave no room beside each other."""
        wanted = self._sum.sizeHint().width() + self._part.sizeHint().width()
        room = self.contentsRect().width() - 2 * style.px(style.GAP) - self._below.spacing()
        beside = QBoxLayout.Direction.LeftToRight
        below = QBoxLayout.Direction.TopToBottom
        self._below.setDirection(beside if wanted <= room else below)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.opened.emit(self._set.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and not event.isAutoRepeat():
            self.opened.emit(self._set.id)
        else:
            super().keyPressEvent(event)

    def _add(self) -> None:
        self.added.emit(self._set.id)


class WaitingCard(Card):
    """Where a set's card will be, once its set has been looked at; as high as that."""

    def __init__(self) -> None:
        super().__init__(padding=style.GAP)
        bar = QFrame()
        bar.setProperty("surface", "sunken")
        bar.setFixedHeight(style.px(_ICON))
        part = AddPart(small=True)
        name, audience = labels.heading(_NOTHING), labels.small(_NOTHING)
        for each in (name, audience, part):
            labels.keep_place(each)
            each.hide()
        below = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        below.addWidget(part)
        _lay_out(self, bar, name, audience, below)


def _lay_out(card: Card, icons: QWidget, name: QWidget, audience: QWidget, below: QLayout) -> None:
    card.body.setSpacing(style.px(2))
    card.body.addWidget(icons)
    card.body.addSpacing(style.px(style.INNER))
    card.body.addWidget(name)
    card.body.addWidget(audience)
    card.body.addStretch(1)
    card.body.addSpacing(style.px(style.GRID))
    card.body.addLayout(below)


class _SetIcons(QWidget):
    """The first icons of a set."""

    def __init__(self, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._apps: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        pictures.arrived.connect(self.update)

    def show_set(self, app_set: SetStatus) -> None:
        self._apps = tuple((row.ref, row.component.id) for row in app_set.rows[:_MOST_ICONS])
        self.update()

    def sizeHint(self) -> QSize:
        side = style.px(_ICON)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        side, gap = style.px(_ICON), style.px(style.GRID)
        ratio = self.devicePixelRatioF()
        for number, (ref, name) in enumerate(self._apps):
            left = number * (side + gap)
            if left + side > self.width():
                break
            place = self.width() - left - side if self.isRightToLeft() else left
            picture = self._pictures.shown(ref, name.rpartition(".")[2], side, ratio)
            paint_app_icon(painter, QRectF(place, 0, side, side), picture)
        painter.end()
