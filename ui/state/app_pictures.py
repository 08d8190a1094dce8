"""The icons of apps that are known in this window, whoever brought them.

Pages show them by ref; catalogues and drives put them here. What is shown and not there yet is
asked for, and its page is told when it has come.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from ui.style.app_icons import hue_of, hue_of_name, letter_tile

_KEPT = 1500


class AppPictures(QObject):
    """Icons by full ref; apps of one ID are one app here.

    Signals:
        arrived(): some are there that were not.
        asked(): some are shown that are not there; `take_asked` says which.
    """

    arrived = Signal()
    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._hues: dict[str, int] = {}
        self._asked: dict[str, str] = {}
        self._missing: set[str] = set()

    def put(self, images: Mapping[str, QImage | None]) -> None:
        """Ref → icon; None where there is none, which is then asked for no more."""
        new = False
        for ref, image in images.items():
            key = _id(ref)
            if image is None:
                self._missing.add(key)
                continue
            self._kept[key] = QPixmap.fromImage(image)
            self._kept.move_to_end(key)
            self._hues.pop(key, None)
            new = True
        while len(self._kept) > _KEPT:
            self._hues.pop(self._kept.popitem(last=False)[0], None)
        if new:
            self.arrived.emit()

    def forget_missing(self) -> None:
        """There is a new place to look: what could not be had may be there."""
        self._missing.clear()

    def get(self, ref: str) -> QPixmap | None:
        """The icon, if it is there; else it is asked for."""
        key = _id(ref)
        picture = self._kept.get(key)
        if picture is None and key not in self._missing and key not in self._asked:
            self._asked[key] = ref
            self.asked.emit()
        return picture

    def shown(self, ref: str, name: str, side: int, ratio: float) -> QPixmap:
        """The icon, or a tile with the first letter of ``name``: ``side`` in logical pixels."""
        picture = self.get(ref)
        return letter_tile(name, side, ratio) if picture is None else picture

    def scaled(self, ref: str, name: str, side: int, ratio: float) -> QPixmap:
        """The same, of exactly that size: for labels and buttons."""
        picture = self.get(ref)
        if picture is None:
            return letter_tile(name, side, ratio)
        pixels = round(side * ratio)
        scaled = picture.scaled(
            QSize(pixels, pixels),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        return scaled

    def hue(self, ref: str, name: str) -> int:
        """0 to 359: the icon's commonest saturated one, else that of the name."""
        key = _id(ref)
        picture = self.get(ref)
        if picture is None:
            return hue_of_name(name)
        if key not in self._hues:
            self._hues[key] = hue_of(picture.toImage(), name)
        return self._hues[key]

    def take_asked(self) -> tuple[str, ...]:
        """Refs that are shown and not there, each told once until icons are put."""
        asked = tuple(self._asked.values())
        self._missing.update(self._asked)
        self._asked.clear()
        return asked


def _id(ref: str) -> str:
    """The app's ID in a full ref."""
    return ref.split("/")[1] if ref.count("/") >= 1 else ref
