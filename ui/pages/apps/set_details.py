"""A set that is looked at: who keeps it, what is in it, and what of it cannot be had."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.controllers.choice import ChoiceStatus
from ui.controllers.sets import SetStatus
from ui.i18n.filling import filled
from ui.i18n.numbers import date_told
from ui.i18n.wording import worded
from ui.models.app_rows import RowList
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel
from ui.pages.apps.app_view import AppView
from ui.pages.apps.set_card import AddPart, SetWords
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import IconButton
from ui.widgets.labels import Ink
from ui.widgets.page_scroll import PageScroll

_MOST_MISSING = 5


class SetDetails(QWidget):
    """Signals:
    added(str): all of the set with that id is to be chosen.
    toggled(object), refused(object): that `Row`, as of the list.
    left(): enough seen.
    """

    added = Signal(str)
    toggled = Signal(object)
    refused = Signal(object)
    left = Signal()

    def __init__(self, model: AppListModel, icons: AppIcons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._set: SetStatus | None = None
        self._name = labels.heading(parent=self)
        self._audience = labels.body(quiet=True, parent=self)
        self._keeper = labels.small(parent=self)
        for label in (self._name, self._audience):
            label.setProperty("upstream", True)
        self._sum = labels.strong(parent=self)
        self._missing = labels.small(ink=Ink.WARM, parent=self)
        close = IconButton(Symbol.CROSS, self.tr("Close"), parent=self)
        close.clicked.connect(self.left)
        self._list = AppView(model, icons, self)
        self._list.set_plain(True)
        self._list.set_whole(True)
        self._list.set_ground("card")
        self._list.setAccessibleName(self.tr("Apps of the set"))
        model.toggled.connect(self.toggled)
        model.refused.connect(self.refused)
        self._add = AddPart(small=False, parent=self)
        self._add.added.connect(self._press)
        above = QHBoxLayout()
        above.addWidget(self._name, 1)
        above.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        # In low windows nobody could read what stands around a list that scrolls alone.
        inner = QWidget(self)
        parts = QVBoxLayout(inner)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(style.px(2))
        parts.addWidget(self._audience)
        parts.addWidget(self._keeper)
        parts.addSpacing(style.px(style.GRID))
        parts.addWidget(self._list)
        parts.addWidget(self._missing)
        parts.addStretch(1)
        self._area = PageScroll(inner, self)
        below = QHBoxLayout()
        below.addWidget(self._sum, 1)
        below.addWidget(self._add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.INNER))
        layout.addLayout(above)
        layout.addWidget(self._area, 1)
        layout.addLayout(below)

    @property
    def id(self) -> str:
        """Of the set that is looked at; empty for none."""
        return self._set.id if self._set is not None else ""

    @property
    def list(self) -> AppView:
        return self._list

    def hang_bar(self, page: QWidget) -> None:
        """In the margin of ``page``."""
        self._area.hang_bar(page)

    def show_set(self, app_set: SetStatus) -> None:
        another = self._set is None or self._set.rows != app_set.rows
        self._set = app_set
        self._name.setText(app_set.name)
        self._audience.setText(app_set.audience)
        self._audience.setVisible(bool(app_set.audience))
        self._keeper.setText(self._kept(app_set))
        self._keeper.setVisible(bool(self._keeper.text()))
        self._sum.setText(SetWords().sum(app_set))
        self._add.show_set(app_set)
        if another:
            self._model.show(RowList(app_set.rows))
        lines = [worded(each.error.message) for each in app_set.missing[:_MOST_MISSING]]
        more = len(app_set.missing) - len(lines)
        if more > 0:
            lines.append(self.tr("%n more cannot be had", "", more))
        self._missing.setText("\n".join(lines))
        self._missing.setVisible(bool(lines))

    def show_choice(self, status: ChoiceStatus) -> None:
        self._model.show_chosen(status.keys, status.ticked, status.as_it_is)

    def _kept(self, app_set: SetStatus) -> str:
        day = date_told(app_set.date) if app_set.date is not None else ""
        if app_set.keeper and day:
            return filled(self.tr("Kept by %1, as of %2"), app_set.keeper, day)
        if app_set.keeper:
            return filled(self.tr("Kept by %1"), app_set.keeper)
        return filled(self.tr("As of %1"), day) if day else ""

    def _press(self) -> None:
        self.added.emit(self.id)
