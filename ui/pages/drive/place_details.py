"""What there is to say and to do about the chosen place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.i18n.wording import worded_together
from ui.models import place_words
from ui.models.place import Place
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets.buttons import tall
from ui.widgets.notice import NoticeLabel

_MOST_OBSTACLES = 3


class PlaceDetails(QWidget):
    """Notices, and the buttons that do what they advise.

    Signals:
        mount_wanted(), eject_wanted(), format_wanted(): of the place that is shown.
    """

    mount_wanted = Signal()
    eject_wanted = Signal()
    format_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message = NoticeLabel(self)
        self._obstacles = [NoticeLabel(self) for _ in range(_MOST_OBSTACLES)]
        self._advice = NoticeLabel(self)
        self._all = (self._message, *self._obstacles, self._advice)
        self._mount = QPushButton(self.tr("Mount"), self)
        self._format = QPushButton(self.tr("Format…"), self)
        self._eject = QPushButton(self.tr("Eject"), self)
        icons.give(self._eject, Symbol.EJECT)
        row = QHBoxLayout()
        row.setSpacing(style.GRID)
        for button, signal in (
            (self._mount, self.mount_wanted),
            (self._format, self.format_wanted),
            (self._eject, self.eject_wanted),
        ):
            button.clicked.connect(signal)
            tall(button)
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        for notice in self._all:
            layout.addWidget(notice)
        layout.addLayout(row)
        self.show_place(None, busy=False)

    @property
    def notices(self) -> tuple[str, ...]:
        """What it says now."""
        return tuple(notice.text for notice in self._all if notice.text)

    def show_place(self, place: Place | None, *, busy: bool) -> None:
        """``busy``: something is being done to it, and nothing else can be."""
        obstacles = place.obstacles if place is not None else ()
        texts = [place_words.explained(obstacle) for obstacle in obstacles]
        if place is not None and place.error is not None:
            texts.insert(0, worded_together(place.error.message, place.error.hint))
        texts += [""] * _MOST_OBSTACLES
        for notice, text in zip(self._obstacles, texts, strict=False):
            notice.say(text, icon=Symbol.WARNING, tone=style.Tone.WARN)
        self._advice.say(place_words.file_system_advice(place) if place is not None else "")
        is_drive = place is not None and place.drive is not None
        self._mount.setVisible(place is not None and place.can_be_mounted)
        self._format.setVisible(place is not None and place.can_be_formatted)
        self._eject.setVisible(is_drive)
        for button in (self._mount, self._format, self._eject):
            button.setEnabled(not busy)

    def say(self, text: str, *, icon: Symbol = Symbol.INFO, tone: style.Tone | None = None) -> None:
        """What has come of what the person did; empty to say nothing."""
        self._message.say(text, icon=icon, tone=tone)
