"""The apps that fit; or why there are none, and what to do about it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.controllers.apps import ResultState, SearchResult
from ui.pages.apps.app_list import AppListModel
from ui.pages.apps.app_view import AppView
from ui.style.symbol import Symbol
from ui.widgets.state_panel import Stateful


class ResultList(Stateful):
    """The view, or a panel whose button is for looking for everything."""

    def __init__(self, model: AppListModel, view: AppView, parent: QWidget | None = None) -> None:
        super().__init__(view, parent)
        self._model = model

    def show_result(self, result: SearchResult) -> None:
        self._model.show(result.rows)
        match result.state:
            case ResultState.ROWS:
                self.show_content()
            case ResultState.NOTHING_FITS:
                self.show_panel().show_empty(
                    self.tr("Nothing fits"),
                    self.tr("Try fewer letters, or fewer filters."),
                    action=self.tr("Show everything"),
                    icon=Symbol.SEARCH,
                )
            case ResultState.NOTHING_THERE:
                self.show_panel().show_empty(self.tr("There is nothing of this kind here."))
