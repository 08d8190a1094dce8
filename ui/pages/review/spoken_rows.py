"""Which languages the apps come in, and those that lack one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.models.spoken import Spoken
from ui.style import style
from ui.widgets.buttons import Button, Kind
from ui.widgets.labels import Label


class SpokenRows(QWidget):
    """A line for each language that is lacking somewhere; nothing where none is.

    Signals: chosen(object): only the apps of these refs, a frozenset; None: all of them again.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spoken: tuple[Spoken, ...] = ()
        self._only: Spoken | None = None
        self._links: list[Button] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self.hide()

    @property
    def only(self) -> frozenset[str] | None:
        """The refs that are shown; None for all."""
        return self._only.lacking if self._only is not None else None

    def show_spoken(self, spoken: Sequence[Spoken]) -> None:
        if tuple(spoken) == self._spoken:
            return
        self._spoken, self._only = tuple(spoken), None
        while item := self._rows.takeAt(0):
            if (row := item.widget()) is not None:
                row.deleteLater()
        self._links = [self._add(each) for each in self._spoken]
        self.setVisible(bool(self._spoken))

    def _add(self, spoken: Spoken) -> Button:
        row = QWidget(self)
        link = Button(spoken.link, Kind.LINK, parent=row)
        link.setAccessibleName(f"{spoken.text}. {spoken.link}")
        link.clicked.connect(partial(self._choose, spoken))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        layout.addWidget(Label(spoken.text, style.Text.SMALL, quiet=True, parent=row))
        layout.addWidget(link)
        layout.addStretch(1)
        self._rows.addWidget(row)
        return link

    def _choose(self, spoken: Spoken) -> None:
        self._only = None if self._only is spoken else spoken
        for each, link in zip(self._spoken, self._links, strict=True):
            text = self.tr("Show all") if each is self._only else each.link
            link.setText(text)
            link.setAccessibleName(f"{each.text}. {text}")
        self.chosen.emit(self.only)
