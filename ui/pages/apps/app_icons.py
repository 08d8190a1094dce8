"""Icons of apps: fetched and unpacked elsewhere, a few at a time, those wanted last first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.remote_catalogue import Row
from app.progress import CancelToken, Reporter
from ui.models.app_rows import RowKey, row_key
from ui.state.app_pictures import AppPictures
from ui.style.icon_image import icon_image
from ui.tasks.bridge import Bridge, Task

_SOON_MS = 40
"""Until they are fetched: of what is gone with the next letter none need be."""
_BATCH = 24
_KEPT = 1500


class AppIcons(QObject):
    """Signals: arrived(): some are there that were not."""

    arrived = Signal()

    def __init__(
        self, bridge: Bridge, side: int, known: AppPictures, parent: QObject | None = None
    ) -> None:
        """``known`` gets what it asks for too; ``side``: real pixels that are enough everywhere."""
        super().__init__(parent)
        self._bridge = bridge
        self._side = side
        self._known = known
        self._catalogues: Catalogues | None = None
        self._kept: OrderedDict[RowKey, QPixmap | None] = OrderedDict()
        self._wanted: OrderedDict[RowKey, Row] = OrderedDict()
        self._task: Task | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._fetch)
        known.asked.connect(self._start)

    def use(self, catalogues: Catalogues | None) -> None:
        """Where they are from now on."""
        self._catalogues = catalogues
        self._wanted.clear()
        # The ones that could not be had may be there now.
        self._kept = OrderedDict((key, pixmap) for key, pixmap in self._kept.items() if pixmap)
        self._known.forget_missing()

    def get(self, row: Row) -> QPixmap | None:
        """The icon, if it is there; else it will be asked for."""
        wanted = row_key(row)
        if wanted in self._kept:
            self._kept.move_to_end(wanted)
            return self._kept[wanted]
        if row.component.icons and self._catalogues is not None:
            self._wanted[wanted] = row
            self._wanted.move_to_end(wanted)
            self._start()
        return None

    def _start(self) -> None:
        if self._task is None and not self._soon.isActive():
            self._soon.start()

    def _fetch(self) -> None:
        busy = self._task is not None or self._bridge.ending.requested
        if busy or self._catalogues is None:
            return
        asked = self._known.take_asked()
        if not self._wanted and not asked:
            return
        latest = [self._wanted.popitem() for _ in range(min(_BATCH, len(self._wanted)))]
        # What has scrolled by meanwhile will be asked for again when it is seen again.
        self._wanted.clear()
        self._task = self._bridge.run(
            partial(_load, self._catalogues, [row for _, row in latest], asked, self._side),
            done=self._keep,
            failed=self._give_up,
        )

    def _keep(self, images: Mapping[RowKey, QImage | None]) -> None:
        self._task = None
        for key, image in images.items():
            self._kept[key] = QPixmap.fromImage(image) if image is not None else None
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._known.put({ref: image for (_, ref), image in images.items()})
        self.arrived.emit()
        self._fetch()

    def _give_up(self, _error: object) -> None:
        self._task = None


def _load(
    catalogues: Catalogues,
    wanted: Sequence[Row],
    asked: Sequence[str],
    side: int,
    _report: Reporter,
    _cancel: CancelToken,
) -> dict[RowKey, QImage | None]:
    rows = [*wanted, *(row for ref in asked if (row := _pictured(catalogues, ref)) is not None)]
    icons = catalogues.icons(rows, side)
    return {
        row_key(row): icon_image(icons[row_key(row)], side) if row_key(row) in icons else None
        for row in rows
    }


def _pictured(catalogues: Catalogues, ref: str) -> Row | None:
    """The row of a ref in the first catalogue that has an icon for it."""
    rows = (catalogue.find(ref) for catalogue in catalogues.opened)
    return next((row for row in rows if row is not None and row.component.icons), None)
