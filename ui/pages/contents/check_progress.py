"""How far a check is, on the drive."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.controllers.progress import Progress
from ui.i18n.filling import filled
from ui.i18n.numbers import sized, sized_of
from ui.i18n.time_left import time_left
from ui.style import style
from ui.style.meter import MeterParts, MeterState
from ui.widgets import labels
from ui.widgets.card import Card
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.labels import Label


class CheckProgress(Card):
    """Everything has its place from the beginning: nothing moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._meter = DriveMeter(300, 76, self)
        self._meter.setAccessibleName(self.tr("Checking"))
        self._share = Label(size=style.Text.NUMBER, parent=self)
        self._read = labels.body(parent=self)
        self._left = labels.body(quiet=True, parent=self)
        texts = QVBoxLayout()
        texts.setSpacing(style.px(2))
        texts.addStretch(1)
        for label in (self._share, self._read, self._left):
            texts.addWidget(label)
        texts.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(style.px(style.MARGIN))
        row.addWidget(self._meter)
        row.addLayout(texts, 1)
        self.body.addLayout(row)
        self.hide()

    def begin(self) -> None:
        self._share.setText(self._percent(0))
        self._read.setText(self.tr("Checking: reading everything back"))
        self._left.setText(self.tr("Looking at what there is"))
        self._meter.show_parts(MeterParts(), MeterState.JOB, self._read.text())

    def show_progress(self, progress: Progress) -> None:
        share = progress.share or 0.0
        self._share.setText(self._percent(share))
        done, total = progress.bytes, progress.bytes_total
        told = sized_of(done, total) if total else sized(done)
        read = [filled(self.tr("%1 read"), told)]
        if progress.left is not None:
            read.append(time_left(progress.left))
        self._left.setText(", ".join(read))
        self._meter.show_parts(MeterParts(new=share), MeterState.JOB, self._read.text())

    def _percent(self, share: float) -> str:
        return filled(self.tr("%1 %"), str(int(100 * share)))
