"""What there is to say about an app, on a banner with the button that ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.i18n.filling import filled
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.buttons import Button, Link
from ui.widgets.card import Card, Surface
from ui.widgets.check_box import CheckBox
from ui.widgets.flow import Flow
from ui.widgets.guard import means_something_else
from ui.widgets.text_and_control import TextAndControl

_ICON = 28
_MOST_OTHERS = 2
_LEAST = 140
"""What is said has at least so many design pixels beside the button."""


class Urgency(Enum):
    """How bad it is: to know, or in the way."""

    WARM = "warm"
    BAD = "bad"


class AppRemark(Struct, frozen=True):
    """One thing to say about one app.

    Attributes:
        kind: those of one kind become one banner.
        key: what `AppMessages.acted` names.
        strong: a sentence that begins with the app's name.
        text: what it means.
        action: of the button; empty for none.
        link: of one that leads elsewhere; likewise.
        others: of further buttons, which `chosen` tells by their number.
        agree: what one may say yes to, which `agreed` tells is so; likewise.
        icon: the app's; null for a sign instead.
    """

    kind: str
    key: str
    strong: str
    text: str = ""
    action: str = ""
    urgency: Urgency = Urgency.WARM
    icon: QIcon | None = None
    link: str = ""
    agree: str = ""
    agreed: bool = False
    others: tuple[str, ...] = ()


class AppMessage(Card):
    """One banner.

    Signals:
        acted(str): the button was pressed; the key of the remark.
        linked(str), agreed(str, bool): likewise of its link and of its box.
        chosen(str, int): likewise of one of its further buttons.
    """

    acted = Signal(str)
    linked = Signal(str)
    agreed = Signal(str, bool)
    chosen = Signal(str, int)

    def __init__(self, remark: AppRemark, parent: QWidget | None = None) -> None:
        super().__init__(Surface(remark.urgency.value), padding=style.INNER, parent=parent)
        self._remark = remark
        self._icon = QLabel(self)
        self._strong = labels.strong(parent=self)
        self._text = labels.body(parent=self)
        self.button = Button(small=True, parent=self)
        self.button.clicked.connect(self._act)
        self._link = Link(parent=self)
        self._link.clicked.connect(self._follow)
        self.box = CheckBox("", self)
        self.box.clicked.connect(self._agree)
        text = QWidget(self)
        said = QVBoxLayout(text)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(0)
        said.addWidget(self._strong)
        said.addWidget(self._text)
        self._below = QWidget(self)
        around = QVBoxLayout(self._below)
        around.setContentsMargins(0, style.px(style.HALF), 0, 0)
        below = Flow(style.px(style.GAP))
        around.addLayout(below)
        below.addWidget(self.box)
        self._others = [Button(small=True, parent=self) for _ in range(_MOST_OTHERS)]
        others = QButtonGroup(self)
        others.idClicked.connect(self._choose)
        for number, other in enumerate(self._others):
            others.addButton(other, number)
            below.addWidget(other)
        below.addWidget(self._link)
        said.addWidget(self._below)
        row = QHBoxLayout()
        row.setSpacing(style.px(style.GAP))
        row.addWidget(self._icon)
        row.addLayout(TextAndControl(text, self.button, least=_LEAST), 1)
        self.body.addLayout(row)
        self.show_remark(remark)

    def show_remark(self, remark: AppRemark) -> None:
        if remark.key != self._remark.key:
            means_something_else(self.button)
        self._remark = remark
        self.set_surface(Surface(remark.urgency.value))
        side = style.px(_ICON)
        if remark.icon is not None:
            icons.take(self._icon)
            self._icon.setPixmap(remark.icon.pixmap(side, side))
        else:
            bad = remark.urgency is Urgency.BAD
            tone = style.Tone.BAD if bad else style.Tone.WARN
            symbol = Symbol.ERROR if bad else Symbol.WARNING
            icons.give(self._icon, symbol, tone=tone, side=_ICON)
        self._strong.setText(remark.strong)
        self._text.setText(remark.text)
        self._text.setVisible(bool(remark.text))
        self.button.setText(remark.action)
        self.button.setVisible(bool(remark.action))
        self.box.setText(remark.agree)
        self.box.setChecked(remark.agreed)
        self.box.setVisible(bool(remark.agree))
        self.box.setAccessibleDescription(remark.strong)
        self._link.setText(remark.link)
        self._link.setVisible(bool(remark.link))
        self._link.setAccessibleDescription(remark.strong)
        for number, other in enumerate(self._others):
            text = remark.others[number] if number < len(remark.others) else ""
            other.setText(text)
            other.setVisible(bool(text))
            other.setAccessibleDescription(remark.strong)
        self._below.setVisible(bool(remark.agree or remark.link or remark.others))
        # Many have the same text: which one this is the name tells.
        self.button.setAccessibleDescription(remark.strong)
        announce(self, f"{remark.strong} {remark.text}".strip())

    def _act(self) -> None:
        self.acted.emit(self._remark.key)

    def _follow(self) -> None:
        self.linked.emit(self._remark.key)

    def _choose(self, number: int) -> None:
        self.chosen.emit(self._remark.key, number)

    def _agree(self, agreed: bool) -> None:
        self.agreed.emit(self._remark.key, agreed)


class AppMessages(QWidget):
    """Banners below each other; several of one kind are one, until they are asked for.

    Signals:
        acted(str), linked(str), agreed(str, bool), chosen(str, int): as of `AppMessage`.
    """

    acted = Signal(str)
    linked = Signal(str)
    agreed = Signal(str, bool)
    chosen = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remarks: tuple[AppRemark, ...] = ()
        self._open: set[str] = set()
        self._sum: Callable[[str, int], str] = lambda kind, count: f"{kind} {count}"
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(style.px(style.GRID))
        self.hide()

    @property
    def banners(self) -> tuple[AppMessage, ...]:
        items = (self._layout.itemAt(row) for row in range(self._layout.count()))
        widgets = (item.widget() for item in items if item is not None)
        return tuple(each for each in widgets if isinstance(each, AppMessage))

    def show_remarks(self, remarks: Iterable[AppRemark], in_one: Callable[[str, int], str]) -> None:
        """``in_one``: the sentence for so many of a kind."""
        self._remarks, self._sum = tuple(remarks), in_one
        self._show()

    def _show(self) -> None:
        shown = list(self._grouped())
        banners = self.banners
        for banner in banners[len(shown) :]:
            self._layout.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        for number, remark in enumerate(shown):
            if number < len(banners):
                banners[number].show_remark(remark)
                continue
            banner = AppMessage(remark, self)
            banner.acted.connect(self._act)
            banner.linked.connect(self.linked)
            banner.agreed.connect(self.agreed)
            banner.chosen.connect(self.chosen)
            self._layout.addWidget(banner)
        self.setVisible(bool(shown))

    def _grouped(self) -> Iterable[AppRemark]:
        kinds: dict[tuple[str, Urgency], list[AppRemark]] = {}
        for remark in self._remarks:
            kinds.setdefault((remark.kind, remark.urgency), []).append(remark)
        for (kind, urgency), several in kinds.items():
            asks = any(each.agree for each in several)
            if len(several) == 1 or kind in self._open or asks:
                yield from several
            else:
                text = filled(self.tr("Show %1"), str(len(several)))
                sentence = self._sum(kind, len(several))
                yield AppRemark(kind, f"{_SHOW}{kind}", sentence, "", text, urgency)

    def _act(self, key: str) -> None:
        if key.startswith(_SHOW):
            self._open.add(key.removeprefix(_SHOW))
            self._show()
        else:
            self.acted.emit(key)


_SHOW = "show several: "
