"""A job: how far it is, its apps, and what only some want to know."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.progress import Advanced, AppsAdvanced
from ui.controllers.job import JobStatus
from ui.i18n.filling import filled
from ui.i18n.numbers import counted
from ui.pages.make.filling_icons import FillingIcons
from ui.pages.make.log_view import LogView
from ui.pages.make.progress_card import ProgressCard
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.widgets import labels
from ui.widgets.card import Card
from ui.widgets.fold import Fold
from ui.widgets.work_map import WorkMap

_MAP = 150


class JobView(QWidget):
    """Attributes: log: what happened so far."""

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = ProgressCard(self)
        self._icons = FillingIcons(pictures, self)
        apps = Card(padding=style.INNER, parent=self)
        apps.body.addWidget(self._icons)
        self._apps = apps
        self._parts = labels.small(parent=self)
        self._map = WorkMap(self)
        self._map.setFixedHeight(style.px(_MAP))
        self.log = LogView(self)
        details = Fold(self.tr("Details"), parent=self)
        for widget in (self._parts, self._map, self.log):
            details.body.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.INNER))
        for part in (self._card, apps, details):
            layout.addWidget(part)
        layout.addStretch(1)

    @property
    def said(self) -> str:
        """Why it does not go on."""
        return self._card.message.said

    def show_start(
        self, names: Mapping[str, str], files: Mapping[str, int], *, fresh: bool
    ) -> None:
        """A job begins; ``fresh``: another than before. For the rest, `FillingModel.begin`."""
        self._map.begin()
        if fresh:
            self.log.clear()
            self._icons.filling.begin(names, files)
            self._apps.setVisible(bool(files))

    def show_phase(self, status: JobStatus) -> None:
        self._map.begin_phase(status.phase)

    def show_status(self, status: JobStatus, name: str) -> None:
        progress = status.progress
        app = ""
        if progress is not None:
            self._parts.setText(
                filled(
                    self.tr("%1 of %2 files"), counted(progress.objects), counted(progress.total)
                )
            )
            if progress.app is not None:
                app = self._icons.filling.name(progress.app.ref)
        self._card.show_status(status, name, app)

    def show_advanced(self, event: Advanced) -> None:
        self._map.advance(event)

    def show_apps(self, event: AppsAdvanced) -> None:
        self._icons.show_apps(event)
        self._apps.setVisible(bool(self._icons.filling.apps or event.apps))
