"""What the apps begin with, before anybody looks for anything: sets, and apps for a classroom."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.flatpak.catalogue.remote_catalogue import Row
from ui.controllers.choice import ChoiceStatus
from ui.controllers.sets import SetsState, SetsStatus
from ui.i18n.filling import filled
from ui.i18n.wording import worded
from ui.models.app_rows import RowList
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel
from ui.pages.apps.app_view import AppView
from ui.pages.apps.card_grid import CardGrid
from ui.pages.apps.set_card import SetCard, WaitingCard
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.widgets import labels
from ui.widgets.buttons import Link
from ui.widgets.flow import Flow
from ui.widgets.labels import EvenLabel, Ink
from ui.widgets.page_scroll import PageScroll

_WAITING_CARDS = 4
_MOST_TOLD = 3


class StartView(PageScroll):
    """Signals:
    set_added(str), set_opened(str): that set.
    toggled(object), refused(object), looked_at(object): that `Row`, as of the list.
    good_wanted(): all apps that are good in a classroom.
    all_wanted(): all apps.
    """

    set_added = Signal(str)
    set_opened = Signal(str)
    toggled = Signal(object)
    refused = Signal(object)
    looked_at = Signal(object)
    good_wanted = Signal()
    all_wanted = Signal()

    def __init__(
        self,
        model: AppListModel,
        icons: AppIcons,
        pictures: AppPictures,
        parent: QWidget | None = None,
    ) -> None:
        """``model``: for the apps for a classroom."""
        content = QWidget()
        super().__init__(content, parent)
        self._pictures = pictures
        self._model = model
        self._cards: dict[str, SetCard] = {}
        self._waits = False
        self._spoken = ""
        self._sets = CardGrid()
        self._all_sets = Link()
        self._all_sets.clicked.connect(self._unfold)
        self._unusable = labels.small(ink=Ink.WARM)
        self._sets_heading = EvenLabel(self.tr("Ready-made sets"), style.Text.HEADING)
        self._good_heading = EvenLabel(self.tr("Good in a classroom"), style.Text.HEADING)
        self._good_line = EvenLabel("", style.Text.SMALL, ink=Ink.SOFT)
        self._show_all = Link(self.tr("Show all"))
        self._show_all.clicked.connect(self.good_wanted)
        self._all_apps = Link(self.tr("Show all apps"))
        self._all_apps.clicked.connect(self.all_wanted)
        self._tiles = AppView(model, icons)
        self._tiles.setAccessibleName(self.tr("Good in a classroom"))
        self._tiles.set_tiles(True)
        self._tiles.set_whole(True)
        self._tiles.looked_at.connect(self.looked_at)
        model.toggled.connect(self.toggled)
        model.refused.connect(self.refused)
        self._good = QWidget()
        self._ready = QWidget()
        self._build(content)
        self.show_sets(SetsStatus(SetsState.CLOSED))

    def _build(self, content: QWidget) -> None:
        above = Flow(style.px(style.INNER))
        above.addWidget(self._sets_heading)
        above.add_stretch()
        above.addWidget(self._all_sets)
        ready = QVBoxLayout(self._ready)
        ready.setContentsMargins(0, 0, 0, 0)
        ready.setSpacing(style.px(style.GRID))
        ready.addLayout(above)
        ready.addWidget(self._sets)
        ready.addWidget(self._unusable)
        beside = Flow(style.px(style.INNER))
        beside.addWidget(self._good_heading)
        beside.addWidget(self._good_line)
        beside.add_stretch()
        beside.addWidget(self._show_all)
        good = QVBoxLayout(self._good)
        good.setContentsMargins(0, 0, 0, 0)
        good.setSpacing(style.px(style.GRID))
        good.addLayout(beside)
        good.addWidget(self._tiles)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, style.px(style.GAP))
        layout.setSpacing(style.px(style.SECTION))
        layout.addWidget(self._ready)
        layout.addWidget(self._good)
        layout.addWidget(self._all_apps, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    @property
    def tiles(self) -> AppView:
        return self._tiles

    @property
    def cards(self) -> tuple[SetCard, ...]:
        return tuple(self._cards.values())

    def show_sets(self, status: SetsStatus) -> None:
        """The cards stay where they are as long as the sets are the same."""
        if status.state in (SetsState.CLOSED, SetsState.CHECKING) and not status.sets:
            if not self._waits:
                self._waits = True
                self._sets.set_cards([WaitingCard() for _ in range(_WAITING_CARDS)])
            self._cards = {}
            self._good.hide()
        else:
            self._waits = False
            self._show_cards(status)
            self._show_good(status.classroom)
        self._all_apps.setVisible(status.state in (SetsState.READY, SetsState.FAILED))
        self._show_link(len(status.sets))

    def show_choice(self, status: ChoiceStatus) -> None:
        self._model.show_chosen(status.keys, status.ticked, status.as_it_is)

    def show_languages(self, spoken: str) -> None:
        """``spoken``: what the apps for the classroom all speak, in words; empty for English."""
        text = self.tr("All work offline")
        if spoken:
            text = filled(self.tr("All work offline and speak %1"), spoken)
        self._good_line.setText(text)

    def _show_cards(self, status: SetsStatus) -> None:
        if list(self._cards) != [each.id for each in status.sets]:
            self._cards = {each.id: SetCard(each, self._pictures) for each in status.sets}
            for card in self._cards.values():
                card.added.connect(self.set_added)
                card.opened.connect(self.set_opened)
            self._sets.set_cards(list(self._cards.values()))
        for each in status.sets:
            self._cards[each.id].show_set(each)
        told = dict.fromkeys(worded(notice.message) for notice in status.notices[:_MOST_TOLD])
        self._unusable.setText("\n".join(told))
        self._unusable.setVisible(bool(told))
        self._ready.setVisible(bool(status.sets or told))

    def _show_good(self, rows: tuple[Row, ...]) -> None:
        if [self._model.row(number) for number in range(self._model.rowCount())] != list(rows):
            self._model.show(RowList(rows))
        self._good.setVisible(bool(rows))

    def _show_link(self, number: int) -> None:
        self._all_sets.setVisible(self._sets.hides_some and bool(number))
        self._all_sets.setText(
            self.tr("All %n set(s)", "", number) if self._sets.one_row else self.tr("Show fewer")
        )

    def _unfold(self) -> None:
        self._sets.set_one_row(not self._sets.one_row)
        self._show_link(len(self._cards))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._show_link(len(self._cards))
