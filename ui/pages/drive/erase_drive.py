"""Asks whether a drive is really meant, and erases it."""

from __future__ import annotations

from enum import Enum
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QRadioButton, QWidget

from app.drive.choosing import is_typed_name, typed_names
from app.drive.drive import Drive
from app.drive.loss import Loss, count_loss
from app.drive.udisks.formatting import FormatPlan, Formatted, plan_format, run_format
from app.drive.udisks.mkfs_options import DEFAULT_LABEL, FILE_SYSTEMS, check_label
from app.errors import SatchelError, UsageError
from app.progress import CancelToken, Reporter
from ui.controllers.drive_work import mounted_at
from ui.i18n.filling import filled
from ui.i18n.numbers import drive_sized, sized
from ui.i18n.wording import worded_together
from ui.models.place import Place
from ui.style import style
from ui.style.meter import MeterParts, MeterState
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge, Task
from ui.widgets import labels
from ui.widgets.dialog import Dialog
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.fields import Field
from ui.widgets.fold import Fold
from ui.widgets.notice import NoticeLabel

_METER = (112, 36)


class EraseStep(Enum):
    """How far it has come."""

    PLANNING = "planning"
    """Whether and how it can be done is being found out."""
    POSSIBLE = "possible"
    """It can be done as soon as the drive's name is typed."""
    IMPOSSIBLE = "impossible"
    """Not with this file system, or not from here."""
    ERASING = "erasing"
    """The dialog cannot be closed."""
    OVER = "over"
    """It was done, failed, or the drive has gone."""


class EraseDialog(Dialog):
    """Names the drive, counts what gets lost, says whether that is needed, wants the name typed.

    It ends by itself once the drive is ready.

    Signals: counted(): what gets lost is known.

    Attributes:
        drive: as it is shown; only this very drive is erased.
        formatted: what has become of it, once it has.
    """

    counted = Signal()

    def __init__(
        self,
        place: Place,
        bridge: Bridge,
        *,
        loops_are_removable: bool,
        parent: QWidget | None = None,
    ) -> None:
        drive = place.drive
        assert drive is not None
        super().__init__("", self.tr("Erase"), destroys=True, parent=parent)
        self.drive = drive
        self.formatted: Formatted | None = None
        self._place = place
        self._step = EraseStep.PLANNING
        self._refusal = ""
        self._bridge = bridge
        self._loops = loops_are_removable
        self._planning: Task | None = None
        self._counting: Task | None = None
        self.retitle(filled(self.tr("Erase %1 (%2)?"), place.name, drive_sized(drive.size)))
        self._build()
        self.acted.connect(self._start)
        self._count()
        self._choose()
        self._typed.setFocus()

    def _build(self) -> None:
        used = 0.0
        if self._place.free is not None and self._place.size:
            used = 1 - self._place.free / self._place.size
        meter = DriveMeter(*_METER, self)
        # What gets lost is what the drawing shows in the colour of damage.
        meter.show_parts(MeterParts(0, used), MeterState.FAILED, "")
        meter.setAccessibleName(self._place.name)
        self.above_title(meter)
        self._lost = labels.body(parent=self)
        self._label = Field(self.tr("New name"), parent=self)
        self._label.line.setText(self._usual_label())
        self._label.line.textChanged.connect(self._refresh)
        self._typed = Field("", parent=self)
        self._typed.rename(filled(self.tr("Type %1 to go on"), self._typed_name()))
        self._typed.line.textChanged.connect(self._refresh)
        self._fold = Fold("", parent=self)
        self._kinds: dict[str, QRadioButton] = {}
        self._add_kinds()
        self._notice = NoticeLabel(self)
        for widget in (self._lost, self._label, self._typed, self._fold, self._notice):
            self.body.addWidget(widget)

    def _add_kinds(self) -> None:
        for kind, title, meaning in (
            (
                FILE_SYSTEMS[0],
                self.tr("For computers with Linux (ext4)"),
                self.tr("The best choice: apps take the least room, and it bears being unplugged."),
            ),
            (
                FILE_SYSTEMS[1],
                self.tr("Also for Windows and macOS (exFAT)"),
                self.tr(
                    "If other files are to travel on it as well. Apps take a little more room."
                ),
            ),
        ):
            button = QRadioButton(title, self)
            button.setAccessibleDescription(meaning)
            self._kinds[kind] = button
            sentence = labels.small(meaning, parent=self)
            sentence.setContentsMargins(style.px(style.SECTION), 0, 0, 0)
            self._fold.body.addWidget(button)
            self._fold.body.addWidget(sentence)
        self._kinds[FILE_SYSTEMS[0]].setChecked(True)
        for button in self._kinds.values():
            button.toggled.connect(self._toggled)

    def _typed_name(self) -> str:
        """The name that the card shows, where that is one that may be typed."""
        names = typed_names(self.drive)
        return self._place.name if self._place.name in names else names[0]

    def _usual_label(self) -> str:
        volume = self._place.volume
        label = volume.label if volume is not None else ""
        try:
            for kind in FILE_SYSTEMS:
                check_label(kind, label)
        except UsageError:
            return DEFAULT_LABEL
        return label or DEFAULT_LABEL

    # What gets lost

    def _count(self) -> None:
        self._lost.setText(self._loss_in_words(None))
        self._counting = self._bridge.run(
            partial(_count, self.drive), done=self._tell_loss, failed=self._tell_no_loss
        )

    def _tell_loss(self, loss: Loss) -> None:
        self._counting = None
        self._lost.setText(self._loss_in_words(loss))
        self._refresh()
        self.counted.emit()

    def _tell_no_loss(self, _error: SatchelError) -> None:
        self._counting = None
        self._refresh()
        self.counted.emit()

    def _loss_in_words(self, loss: Loss | None) -> str:
        if self._place.is_usable:
            needed = self.tr("It is not needed: Satchel can use the drive as it is.")
        else:
            needed = self.tr("It is needed: Satchel cannot use the drive as it is.")
        everything = self.tr("Everything on this drive gets lost.")
        if loss is not None and loss.is_whole:
            things = [
                self.tr("%n folder(s)", "", loss.folders) if loss.folders else "",
                self.tr("%n file(s)", "", loss.files) if loss.files else "",
            ]
            listed = [each for each in things if each]
            if not listed:
                everything = self.tr("There are no files on this drive.")
            else:
                both = self.tr("%1 and %2") if len(listed) > 1 else "%1"
                lost = self.tr("Everything on this drive gets lost: %1 with %2.")
                everything = filled(lost, filled(both, *listed), sized(loss.used))
        return filled("%1 %2", everything, needed)

    # Whether and how it can be done

    @property
    def working(self) -> bool:
        """It is being erased."""
        return self._step is EraseStep.ERASING

    @property
    def file_system(self) -> str:
        return next(name for name, button in self._kinds.items() if button.isChecked())

    def _toggled(self, checked: bool) -> None:
        if checked:
            self._choose()

    def _choose(self) -> None:
        """Whether and how it can be done, asked for each file system."""
        is_linux = self.file_system == FILE_SYSTEMS[0]
        self._fold.say(
            self.tr("Readable by Linux computers only")
            if is_linux
            else self.tr("Readable by Windows and macOS too")
        )
        self._stop_planning()
        self._step = EraseStep.PLANNING
        self._notice.say("")
        self._planning = self._bridge.run(
            partial(_plan, self.drive, self.file_system, "", self._loops),
            done=self._planned,
            failed=self._impossible,
        )
        self._refresh()

    def _stop_planning(self) -> None:
        if self._planning is not None:
            self._planning.drop()
            self._planning = None

    def _planned(self, plan: FormatPlan) -> None:
        self._planning = None
        self._step = EraseStep.POSSIBLE
        notice = next(iter(plan.notices), None)
        self._notice.say(worded_together(notice.message, notice.hint) if notice else "")
        self._refresh()

    def _impossible(self, error: SatchelError) -> None:
        self._planning = None
        self._step = EraseStep.IMPOSSIBLE
        self._refuse(error)
        self._refresh()

    def _refuse(self, error: SatchelError) -> None:
        self._refusal = worded_together(error.message, error.hint)
        self._notice.say(self._refusal, icon=Symbol.ERROR, tone=style.Tone.BAD)

    def _refresh(self) -> None:
        misfit = ""
        try:
            check_label(self.file_system, self._label.line.text())
        except UsageError as error:
            misfit = worded_together(error.message, error.hint)
        self._label.refuse(misfit)
        self.verb.explain(self._missing(misfit))

    def _missing(self, misfit: str) -> str:
        """Why it cannot be erased yet; empty if it can."""
        match self._step:
            case EraseStep.IMPOSSIBLE:
                return self._refusal
            case EraseStep.POSSIBLE if self._counting is None:
                named = is_typed_name(self._typed.line.text(), self.drive)
                first = filled(self.tr("First type %1."), self._typed_name())
                return misfit or ("" if named else first)
            case EraseStep.PLANNING | EraseStep.POSSIBLE:
                return self.tr("The drive is being looked at.")
        return self.tr("It is being erased.")

    # Doing it

    def _start(self) -> None:
        self._step = EraseStep.ERASING
        self._close_form()
        self.cancel.explain(self.tr("It is being erased."))
        self._lost.setText(self.tr("Erasing. Leave the drive plugged in, it takes a moment."))
        label = self._label.line.text()
        work = partial(_format, self.drive, self.file_system, label, self._loops)
        self._bridge.run(
            self._bridge.lending.freeing(work, mounted_at(self.drive), for_good=True),
            done=self._done,
            failed=self._failed,
        )

    def _close_form(self) -> None:
        for widget in (self._label, self._typed, self._fold):
            widget.setEnabled(False)
        self.verb.explain(self.tr("It is being erased."))

    def _done(self, formatted: Formatted) -> None:
        self.formatted = formatted
        self._step = EraseStep.OVER
        self.accept()

    def _failed(self, error: SatchelError) -> None:
        self._end(self.tr("The drive was not erased to the end."))
        self._refuse(error)

    def show_gone(self) -> None:
        """It was pulled out before anything was done."""
        if self._step not in (EraseStep.ERASING, EraseStep.OVER):
            self._end(self.tr("The drive was pulled out. Nothing was written to it."))

    def _end(self, text: str) -> None:
        self._stop_planning()
        self._step = EraseStep.OVER
        self._close_form()
        self._lost.setText(text)
        self._notice.say("")
        self.verb.hide()
        self.cancel.explain("")
        self.rename_cancel(self.tr("Close"))
        self.cancel.setDefault(True)
        self.cancel.setFocus()

    def reject(self) -> None:
        if not self.working:
            self._stop_planning()
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.working:
            event.ignore()
        else:
            super().closeEvent(event)


def _count(drive: Drive, _report: Reporter, _cancel: CancelToken) -> Loss:
    return count_loss(drive)


def _plan(
    drive: Drive,
    file_system: str,
    label: str,
    loops: bool,
    _report: Reporter,
    _cancel: CancelToken,
) -> FormatPlan:
    return plan_format(drive, file_system, label, loops_are_removable=loops)


def _format(
    drive: Drive,
    file_system: str,
    label: str,
    loops: bool,
    _report: Reporter,
    _cancel: CancelToken,
) -> Formatted:
    return run_format(plan_format(drive, file_system, label, loops_are_removable=loops))
