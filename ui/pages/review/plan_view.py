"""A plan to look over: drive and numbers, what is to be said, the apps, and what is folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.stick.planning.for_computer import ForComputer
from app.stick.planning.plan import Plan
from ui.models.review_values import REST, Kind, PlanLine, PlanRemark, ReviewWords
from ui.models.review_words import summed
from ui.models.several_words import DriveLine
from ui.pages.review.computer_rows import ComputerRows
from ui.pages.review.drive_rows import DriveRows
from ui.pages.review.plan_card import PlanCard, PlanRows
from ui.pages.review.plan_details import PlanDetails
from ui.pages.review.spoken_rows import SpokenRows
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.meter import MeterParts, MeterState
from ui.widgets import labels
from ui.widgets.app_message import AppMessages, AppRemark, Urgency
from ui.widgets.buttons import Link
from ui.widgets.card import Card
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.facts import Figure, Figures
from ui.widgets.fold import Fold

_METER = (300, 76)
_SMALL_METER = (150, 44)
_LARGE_FROM = 936
_BESIDE_FROM = 790
"""Less leaves no room for three numbers beside the drive."""
_ICON = 28


class PlanView(QWidget):
    """Signals:
    acted(str): the button of a remark or of a row was pressed; the ref, or `ERASE`.
    linked(str), agreed(str, bool): of a remark, likewise.
    kept(str): this ref is not to come off the drive after all.
    apps_wanted(): the person wants to change what is chosen.
    """

    acted = Signal(str)
    linked = Signal(str)
    agreed = Signal(str, bool)
    kept = Signal(str)
    apps_wanted = Signal()

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._meter = DriveMeter(*_METER, parent=self)
        self._meter.setAccessibleName(self.tr("Room on the drive"))
        self._figures = Figures(self)
        self._drives = DriveRows(self)
        self._messages = AppMessages(self)
        self._messages.acted.connect(self.acted)
        self._messages.linked.connect(self.linked)
        self._messages.agreed.connect(self.agreed)
        self._heading = labels.heading(parent=self)
        self._change = Link(self.tr("Change apps"), self)
        self._change.clicked.connect(self.apps_wanted)
        self._card = PlanCard(pictures, self)
        self._card.left_out.connect(self.acted)
        self._off_heading = labels.heading(parent=self)
        self._off_beside = labels.small(parent=self)
        self._off = PlanCard(pictures, self)
        self._off.kept.connect(self.kept)
        self._needs = Fold(self.tr("What they need to run"), edge=style.CARD, parent=self)
        self._need_rows = PlanRows(parent=self._needs)
        self._needs.body.addWidget(self._need_rows)
        self._computers = Fold("", edge=style.CARD, parent=self)
        self._computer_rows = ComputerRows(self._computers)
        self._computers.body.addWidget(self._computer_rows)
        self._computer_card = Card(padding=0, parent=self)
        self._computer_card.body.addWidget(self._computers)
        self._builders = Fold(self.tr("Details for builders"), edge=style.CARD, parent=self)
        self._details = PlanDetails(self._builders)
        self._builders.body.addWidget(self._details)
        self._carried = labels.small(parent=self)
        self._spoken = SpokenRows(self)
        self._spoken.chosen.connect(self._show_lines)
        self._remarks: tuple[PlanRemark, ...] = ()
        self._lines: tuple[PlanLine, ...] = ()
        self._folded: tuple[Plan, ReviewWords, Mapping[str, str]] | None = None
        for fold in (self._needs, self._builders):
            fold.head.toggled.connect(self._show_folded)
        pictures.arrived.connect(self._show_remarks)
        self._lay_out()

    def _lay_out(self) -> None:
        summary = Card(parent=self)
        self._summary = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._summary.setSpacing(style.px(style.MARGIN))
        self._summary.addWidget(self._meter)
        self._summary.addWidget(self._figures, 1)
        summary.body.addLayout(self._summary)
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(self._change)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, style.px(style.CARD))
        layout.setSpacing(style.px(style.INNER))
        off = QVBoxLayout()
        off.setSpacing(0)
        off.addWidget(self._off_heading)
        off.addWidget(self._off_beside)
        layout.addWidget(summary)
        layout.addWidget(self._messages)
        layout.addWidget(self._drives)
        layout.addSpacing(style.px(style.HALF))
        layout.addLayout(off)
        layout.addWidget(self._off)
        layout.addLayout(head)
        layout.addWidget(self._carried)
        layout.addWidget(self._spoken)
        layout.addWidget(self._card)
        for fold in (self._needs, self._builders):
            card = Card(padding=0, parent=self)
            card.body.addWidget(fold)
            layout.addWidget(card)
            if fold is self._needs:
                self._needs_card = card
                layout.addWidget(self._computer_card)
        layout.addStretch(1)

    @property
    def rows(self) -> PlanRows:
        return self._card.rows

    @property
    def off(self) -> PlanRows:
        """What comes off the drive."""
        return self._off.rows

    @property
    def needs(self) -> Fold:
        return self._needs

    @property
    def computers(self) -> Fold:
        return self._computers

    @property
    def builders(self) -> Fold:
        return self._builders

    def show_plan(
        self, plan: Plan, words: ReviewWords, names: Mapping[str, str], *, plug: bool
    ) -> None:
        """``names``: what people call the chosen refs; ``plug``: it is a drive that is plugged
        in."""
        state = MeterState.ROOM if words.has_room else MeterState.TOO_MUCH
        said = f"{words.numbers[1].label}: {words.numbers[1].number}, {words.room}"
        self._meter.show_parts(MeterParts(words.used, words.new), state, said, plug=plug)
        self._figures.show_figures(
            [
                Figure(each.label, each.number, each.remark, wrong=each.wrong)
                for each in words.numbers
            ]
        )
        self._remarks = words.remarks
        self._show_remarks()
        self._heading.setText(words.heading)
        self._lines = words.lines
        self._carried.setText(words.carried)
        self._carried.setVisible(bool(words.carried))
        self._spoken.show_spoken(words.spoken)
        self._show_lines()
        self._card.setVisible(bool(words.lines))
        self._show_off(words)
        self._needs_card.setVisible(bool(words.heading))
        self._needs.say(self.tr("What they need to run"), words.needs_size, words.needs_beside)
        self._folded = plan, words, names
        self._show_folded()

    def _show_off(self, words: ReviewWords) -> None:
        """What comes off the drive, if anything does."""
        self._off_heading.setText(words.off_heading)
        self._off_beside.setText(words.off_beside)
        self._off.rows.show_lines(words.off_lines)
        self._off_beside.setVisible(bool(words.off_beside))
        for part in (self._off_heading, self._off):
            part.setVisible(bool(words.off_lines))
        self._heading.setVisible(bool(words.heading))

    def show_drives(self, lines: Sequence[DriveLine]) -> None:
        """Where there are several, each; the drawing of one says nothing of them."""
        self._drives.show_lines(lines)
        self._meter.setVisible(not lines)

    def show_computers(self, computers: Sequence[ForComputer], chosen: frozenset[str]) -> None:
        """Those that said what they need; ``chosen``: full refs."""
        count = len(computers)
        self._computer_card.setVisible(bool(computers))
        self._computers.say(
            self.tr("For %n computer(s)", "", count), beside=self.tr("What each will get")
        )
        self._computer_rows.show_computers(computers, chosen)

    def _show_lines(self) -> None:
        """All apps, or those that lack a language."""
        only = self._spoken.only
        self._card.rows.show_lines(
            [line for line in self._lines if only is None or line.ref in only]
        )

    def _show_folded(self) -> None:
        """What is folded, once it is not: a plan of hundreds of parts costs time."""
        if self._folded is None:
            return
        plan, words, names = self._folded
        if self._needs.is_open:
            self._need_rows.show_lines(words.needs)
        if self._builders.is_open:
            self._details.show_plan(plan, names)

    def _show_remarks(self) -> None:
        self._messages.show_remarks(map(self._remark, self._remarks), _in_one)

    def _remark(self, remark: PlanRemark) -> AppRemark:
        icon = None
        if remark.name and remark.kind not in (Kind.UNSIGNED, Kind.LIST, Kind.NEWER):
            side, ratio = style.px(_ICON), self.devicePixelRatioF()
            icon = QIcon(
                self._pictures.scaled(remark.ref.removeprefix(REST), remark.name, side, ratio)
            )
        urgency = Urgency.BAD if remark.bad else Urgency.WARM
        return AppRemark(
            remark.kind.value,
            remark.ref,
            remark.strong,
            remark.text,
            remark.action,
            urgency,
            icon,
            remark.link,
            remark.agree,
            remark.agreed,
        )

    def fit(self, width: int) -> None:
        """To a page of that width: large beside the numbers, small beside them, or above."""
        beside = width >= style.px(_BESIDE_FROM)
        small = beside and width < style.px(_LARGE_FROM)
        self._meter.set_design(*(_SMALL_METER if small else _METER))
        self._summary.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )


def _in_one(kind: str, count: int) -> str:
    return summed(Kind(kind), count)
