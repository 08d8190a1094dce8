"""A drive that has been written: what is on it, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.controllers.made_drive import EjectionState, MadeDrive, MadeStatus
from ui.i18n.filling import filled
from ui.i18n.numbers import dated, lasting, sized
from ui.i18n.wording import worded, worded_together
from ui.models.removal_words import came_off, were_updated
from ui.models.verdicts import verdict_text
from ui.pages.make.app_row import AppRow
from ui.pages.make.keep_going_card import KeepGoingCard
from ui.pages.make.remarks import remarks_on
from ui.pages.make.step_list import NumberCircle
from ui.state.app_pictures import AppPictures
from ui.state.works.work import WorkKind
from ui.style import style
from ui.style.meter import MeterParts, MeterState
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.app_message import AppMessages
from ui.widgets.buttons import Button, Link
from ui.widgets.card import Card
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.flow import Flow
from ui.widgets.labels import Ink
from ui.widgets.step_pictures import Step, StepPicture

_METER = (300, 88)
_EDGE = 28
_BESIDE = 36
_NARROW = 480
"""Under this width texts stand below the drive, and the steps below each other."""


class Counts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def read_back(self, apps: int) -> str:
        return self.tr("%n app(s), every one read back and right", "", apps)

    def with_systems(self, apps: int, systems: int) -> str:
        counted = self.tr("%n operating system(s)", "", systems)
        if not apps:
            return filled(self.tr("%1, read back and right"), counted)
        return filled(self.tr("%n app(s) and %1, all read back and right", "", apps), counted)

    def computers(self, number: int) -> str:
        return self.tr("For %n computer(s)", "", number)

    def hints(self, number: int) -> str:
        return self.tr("%n hint(s)", "", number)

    def problems(self, number: int) -> str:
        return self.tr("%n problem(s) were found", "", number)


class DoneView(QWidget):
    """Signals:
    opened(), printed(), tried(), shared(), computers_wanted(): the buttons for START-HERE, for the
        three steps, to try the drive as an offline computer would, to share it on the network, and
        for what each computer gets.
    kept_going(): the next drive is to get the same.
    """

    opened = Signal()
    printed = Signal()
    tried = Signal()
    shared = Signal()
    computers_wanted = Signal()
    kept_going = Signal()

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meter = DriveMeter(*_METER, self)
        self._verdict = labels.heading(parent=self)
        self._facts = labels.body(quiet=True, parent=self)
        self._trouble = labels.body(parent=self)
        self._trouble.set_ink(Ink.BAD)
        self._icons = AppRow(pictures, self)
        self._steps = _StepCards(self)
        self._open = Button(self.tr("Open START-HERE"), symbol=Symbol.FILE, parent=self)
        self._open.clicked.connect(self.opened)
        self._print = Button(self.tr("Print the three steps"), symbol=Symbol.PRINTER, parent=self)
        self._print.clicked.connect(self.printed)
        self._try = Button(self.tr("Try it"), symbol=Symbol.MONITOR, parent=self)
        self._try.setToolTip(self.tr("Try it as an offline computer would"))
        self._try.clicked.connect(self.tried)
        self._share = Button(self.tr("Share on the network"), symbol=Symbol.WIFI, parent=self)
        self._share.clicked.connect(self.shared)
        self._computers = Link(parent=self)
        self._computers.clicked.connect(self.computers_wanted)
        self._hints = Link(parent=self)
        self._hints.clicked.connect(self._unfold)
        self._remarks = AppMessages(self)
        self._keep = KeepGoingCard(self)
        self._keep.switched.connect(self.kept_going)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.INNER))
        layout.addWidget(self._top())
        layout.addWidget(self._steps)
        layout.addLayout(self._buttons())
        layout.addWidget(self._remarks)
        layout.addWidget(self._keep)
        layout.addStretch(1)

    def _top(self) -> QWidget:
        card = Card(padding=_EDGE, parent=self)
        texts = QVBoxLayout()
        texts.setSpacing(style.px(style.HALF))
        texts.addStretch(1)
        for label in (self._verdict, self._facts, self._trouble):
            texts.addWidget(label)
        texts.addSpacing(style.px(style.GRID))
        texts.addWidget(self._icons)
        texts.addStretch(1)
        self._row = row = QHBoxLayout()
        row.setSpacing(style.px(_BESIDE))
        row.addWidget(self._meter)
        row.addLayout(texts, 1)
        card.body.addLayout(row)
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < style.px(_NARROW)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(direction)
        self._row.setSpacing(style.px(style.GRID if narrow else _BESIDE))
        self._steps.row.setDirection(direction)

    def _buttons(self) -> Flow:
        row = Flow(style.px(style.GRID))
        row.addWidget(self._open)
        row.addWidget(self._print)
        row.addWidget(self._try)
        row.addWidget(self._share)
        row.add_stretch()
        row.addWidget(self._computers)
        row.addWidget(self._hints)
        return row

    @property
    def icons(self) -> tuple[QPixmap, ...]:
        """Of the first apps, for a drawing of them."""
        return self._icons.pictures(6)

    def step_words(self) -> tuple[tuple[Step, str, str], ...]:
        return self._steps.words()

    def show_status(self, status: MadeStatus) -> None:
        made = status.made
        if made is None:
            return
        good = status.ready
        self._meter.show_parts(
            MeterParts(new=1.0), MeterState.READY if good else MeterState.FAILED, made.name
        )
        self._meter.setAccessibleName(verdict_text(made.verdict))
        # Of what nobody vouches for the facts tell the source.
        right = made.verdict.good or (good and bool(made.outcome.unsigned))
        self._verdict.setText(self._headline(made, right=right))
        self._facts.setText(" ".join(self._about(made)))
        self._icons.show_apps(made.apps)
        self._steps.show_icons(self._icons.pictures(6))
        self._steps.say(all_installs=made.all_installs)
        self._steps.setVisible(good and bool(made.apps))
        self._print.setVisible(good and bool(made.apps))
        self._try.setVisible(status.reachable)
        self._share.setVisible(good and bool(made.apps) and status.reachable)
        self._open.setVisible(good and status.reachable)
        self._computers.setText(Counts().computers(made.computers))
        self._computers.setVisible(bool(made.computers))
        self._keep.show_state(on=False, made=0)
        is_drive = status.can_eject or status.ejection is EjectionState.EJECTED
        self._keep.setVisible(good and made.kind.is_of_the_choice and is_drive)
        self._show_findings(made, good=good)
        self._show_trouble(status)

    def _headline(self, made: MadeDrive, *, right: bool) -> str:
        counts = Counts()
        if right and made.off and not made.apps:
            return self.tr("No apps are on it any more")
        if right:
            systems = made.systems
            if systems:
                return counts.with_systems(len(made.apps) - systems, systems)
            return counts.read_back(len(made.apps))
        if made.verdict.errors and not made.verdict.apps:
            return counts.problems(made.verdict.errors)
        return verdict_text(made.verdict)

    def _about(self, made: MadeDrive) -> list[str]:
        outcome = made.outcome
        lines = [worded(outcome.replaced.words)] if outcome.replaced else []
        if made.updated:
            lines.append(were_updated(made.updated))
        if made.off:
            lines.append(came_off(made.off))
        lines += self._amounts(made)
        lines += [worded(message) for message in outcome.said]
        if made.until is not None:
            ends = self.tr("It is good until %1, when the first key or signature on it ends.")
            lines.append(filled(ends, dated(made.until)))
        if outcome.unsigned:
            unsigned = self.tr("Nobody vouches for %1.")
            lines.append(filled(unsigned, ", ".join(outcome.unsigned)))
        return lines

    def _amounts(self, made: MadeDrive) -> list[str]:
        outcome, free = made.outcome, sized(made.free)
        stay = filled(self.tr("%1 stay free."), free)
        if made.kind is WorkKind.REPAIR:
            nothing = not (outcome.replaced or outcome.said) and made.verdict.good
            return [self.tr("There was nothing to repair."), stay] if nothing else [stay]
        if made.kind is WorkKind.COPY:
            text = self.tr("%1 copied in %2. %3 stay free.")
        elif outcome.objects:
            text = self.tr("%1 written in %2. %3 stay free.")
        elif made.off and outcome.pruned is not None:
            text = self.tr("%1 became free, %2 are free now.")
            return [filled(text, sized(outcome.pruned.total), free)]
        elif outcome.replaced or made.off:
            return []
        elif not made.kind.is_of_the_choice:
            return [stay]
        else:
            return [self.tr("Everything you chose was on it already.")]
        return [filled(text, sized(made.taken), lasting(outcome.seconds), free)]

    def _show_findings(self, made: MadeDrive, *, good: bool) -> None:
        remarks = remarks_on(made.findings, made.apps, made.name, self._icons.icon)
        # Each is about another app: none is summed up.
        self._remarks.show_remarks(remarks, lambda kind, _count: kind)
        self._hints.setVisible(good and bool(remarks))
        self._hints.setText(
            f"{Counts().hints(len(remarks))}  \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
        )
        self._remarks.setVisible(bool(remarks) and not good)

    def _show_trouble(self, status: MadeStatus) -> None:
        error = status.error
        refused = status.ejection is EjectionState.REFUSED and error is not None
        self._trouble.setVisible(refused)
        if refused and error is not None:
            said = worded_together(error.message, error.hint)
            stay = self.tr("Do not pull it out yet.")
            self._trouble.setText(f"{said} {stay}")

    def _unfold(self) -> None:
        self._remarks.setVisible(self._remarks.isHidden())


class _StepCards(QWidget):
    """What happens on each computer, in three drawings.

    Attributes: row: the layout that they are in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[StepPicture] = []
        self._all_installs = True
        self.row = row = QHBoxLayout()
        row.setSpacing(style.px(style.INNER))
        self._below: dict[Step, QLabel] = {}
        for step, words, below in self.words():
            row.addWidget(self._card(step, words, below), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, style.px(style.GRID), 0, 0)
        layout.setSpacing(style.px(style.GRID))
        layout.addWidget(labels.heading(self.tr("On each computer in the classroom"), self))
        layout.addLayout(row)

    def words(self) -> tuple[tuple[Step, str, str], ...]:
        return (
            (
                Step.PLUG_IN,
                self.tr("Plug the drive in"),
                self.tr("and open it in the file manager"),
            ),
            (
                Step.OPEN,
                self.tr("Open START-HERE"),
                self.tr("It explains the rest, in two languages"),
            ),
            (
                Step.INSTALL,
                self.tr("Run the line it shows"),
                self.tr("Everything gets installed, without internet")
                if self._all_installs
                else self.tr("It installs without internet, and says what it left out"),
            ),
        )

    def say(self, *, all_installs: bool) -> None:
        """Whether each computer gets everything, unasked."""
        self._all_installs = all_installs
        for step, _, below in self.words():
            self._below[step].setText(below)

    def _card(self, step: Step, words: str, below: str) -> Card:
        card = Card(padding=style.CARD, parent=self)
        picture = StepPicture(step, card)
        self._pictures.append(picture)
        middle = Qt.AlignmentFlag.AlignHCenter
        title = QHBoxLayout()
        title.setSpacing(style.px(style.GRID))
        title.addStretch(1)
        title.addWidget(NumberCircle(step.value, card, full=True))
        title.addWidget(labels.EvenLabel(words, style.Text.STRONG, parent=card))
        title.addStretch(1)
        small = labels.small(below, parent=card)
        small.setAlignment(middle)
        self._below[step] = small
        card.body.addWidget(picture, 0, middle)
        card.body.addSpacing(style.px(style.HALF))
        card.body.addLayout(title)
        card.body.addWidget(small)
        return card

    def show_icons(self, icons: tuple[QPixmap, ...]) -> None:
        for picture in self._pictures:
            picture.show_apps(icons)
