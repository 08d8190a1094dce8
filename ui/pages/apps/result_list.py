"""The apps that fit, with a line that says how many; or why there are none, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.flatpak.catalogue.browse import Sort
from ui.controllers.apps import ResultState, SearchResult
from ui.i18n.filling import filled
from ui.pages.apps.app_list import AppListModel
from ui.pages.apps.app_view import AppView
from ui.pages.apps.categories import category_names
from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import Button, Link
from ui.widgets.empty_state import EmptyState


class ResultList(QWidget):
    """Signals:
    meant(str): that is what somebody wanted to search for.
    cleared(): nothing is to be looked for any more.
    """

    meant = Signal(str)
    cleared = Signal()

    def __init__(self, model: AppListModel, view: AppView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._view = view
        self._suggestion = ""
        self._line = labels.small(parent=self)
        clear = Button(self.tr("Clear"))
        clear.clicked.connect(self.cleared)
        self._did_you_mean = Link("")
        self._did_you_mean.clicked.connect(self._take_suggestion)
        self._empty = EmptyState(None, (self._did_you_mean, clear))
        self._stack = QStackedWidget(self)
        self._stack.addWidget(view)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GRID))
        layout.addWidget(self._line)
        layout.addWidget(self._stack, 1)

    @property
    def is_empty(self) -> bool:
        return self._stack.currentWidget() is self._empty

    def show_result(self, result: SearchResult) -> None:
        self._view.set_plain(result.search.sort is Sort.OTHERS)
        self._model.show(result.rows)
        self._line.setText(self._headed(result))
        self._line.setVisible(result.state is ResultState.ROWS)
        self._suggestion = result.suggestion
        self._did_you_mean.setVisible(bool(result.suggestion))
        self._did_you_mean.setText(filled(self.tr("Did you mean “%1”?"), result.suggestion))
        if result.state is ResultState.ROWS:
            self._stack.setCurrentWidget(self._view)
            return
        self._stack.setCurrentWidget(self._empty)
        text = result.search.text.strip()
        if text:
            self._empty.say(filled(self.tr("Nothing found for “%1”"), text))
        elif result.search.narrowed:
            self._empty.say(self.tr("Nothing fits"), self.tr("Try fewer filters."))
        else:
            self._empty.say(self.tr("There is nothing of this kind here"))

    def _headed(self, result: SearchResult) -> str:
        """“7 apps for “make””, “12 apps: Learning”, “2,914 apps”."""
        search, count = result.search, len(result.rows)
        if search.sort is Sort.OTHERS:
            return self.tr("%n technical part(s)", "", count)
        if search.text.strip():
            return filled(self.tr("%n app(s) for “%1”", "", count), search.text.strip())
        if search.category:
            name = category_names().get(search.category, search.category)
            return filled(self.tr("%n app(s) in %1", "", count), name)
        return self.tr("%n app(s)", "", count)

    def _take_suggestion(self) -> None:
        self.meant.emit(self._suggestion)
