"""Where a drive is to be copied: the other drives, and what each would become."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from app.drive.drive import Drive
from app.message import Message
from app.stick.cloning.place import OtherStickError
from app.stick.inspecting.inspection import Inspection
from ui.controllers.copying import CopyingController, CopyingView, CopyRow
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.wording import worded, worded_together
from ui.models import place_words
from ui.models.place import PlaceKey, PlaceKind
from ui.state.session import Session
from ui.style import style
from ui.style.meter import MeterParts, MeterState
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.buttons import Button, Kind, Link
from ui.widgets.card import RowsCard
from ui.widgets.check_box import CheckBox
from ui.widgets.dialog import Dialog
from ui.widgets.drive_meter import DriveMeter
from ui.widgets.labels import Ink

_WIDTH = 560
_METER = (72, 26)
_ROW = 72
_WIDEST_VERB = 240


class CopyDialog(Dialog):
    """It looks at the drives and writes nothing; accepted once somebody has said which of them are
    meant, which Make begins with.

    Signals:
        drives_wanted(): to where drives are erased and set up.
        repair_wanted(): of what is to be copied.
    """

    drives_wanted = Signal()
    repair_wanted = Signal()

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        title = self.tr("Copy to another drive")
        super().__init__(title, self.tr("Copy"), width=_WIDTH, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._controller = CopyingController(session, bridge, self)
        self._controller.changed.connect(self.show_view)
        self._rows: dict[PlaceKey, _Row] = {}
        self._view = CopyingView()
        # What somebody has ticked; None as long as nobody has: then the only one is meant.
        self._ticked: frozenset[PlaceKey] | None = None
        self._sentence = labels.body(parent=self)
        self._card = RowsCard(self)
        self._drives = Link(self.tr("Erase or set up a drive"), self)
        self._drives.clicked.connect(self._leave_for_drives)
        self._repair = Button(self.tr("Repair"), parent=self)
        self._repair.clicked.connect(self._leave_for_repair)
        self._folder = Button(self.tr("Use a folder"), Kind.QUIET, parent=self)
        self._folder.clicked.connect(self._ask_for_folder)
        self._folder.setVisible(not session.environment.is_demo)
        for widget in (self._sentence, self._card, self._drives, self._repair):
            self.body.addWidget(widget)
        self.acted.connect(self._copy)
        self.add_before_cancel(self._folder)
        self.show_view(self._controller.view)

    def begin(self, inspection: Inspection, source: str) -> None:
        """What is to be copied, and what people call it."""
        self.retitle(filled(self.tr("Copy %1 to another drive"), source))
        self._controller.start(inspection, source)

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    def done(self, result: int) -> None:
        self._controller.stop()
        super().done(result)

    # What a person does

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Use a folder"))
        if chosen:
            self._controller.add_folder(Path(chosen))

    def _copy(self) -> None:
        if self._controller.copy_to(self._meant()):
            self.accept()

    def _meant(self) -> list[CopyRow]:
        """Those that are ticked; nobody has to tick the only one."""
        possible = [row for row in self._view.rows if row.room is not None]
        if self._ticked is None:
            return possible if len(possible) == 1 else []
        return [row for row in possible if row.place.key in self._ticked]

    def _tick(self, key: PlaceKey, wanted: bool) -> None:
        meant = frozenset(row.place.key for row in self._meant())
        self._ticked = meant | {key} if wanted else meant - {key}
        self._show_ticks()

    def _leave_for_drives(self) -> None:
        self.reject()
        self.drives_wanted.emit()

    def _leave_for_repair(self) -> None:
        self.reject()
        self.repair_wanted.emit()

    # What there is

    def show_view(self, view: CopyingView) -> None:
        self._view = view
        said = self._about(view)
        if said != self._sentence.text():
            self._sentence.setText(said)
            announce(self._sentence, said)
        self._sentence.set_ink(Ink.BAD if view.error is not None else Ink.TEXT)
        self._repair.setVisible(view.error is not None)
        self._drives.setVisible(any(row.error is not None for row in view.rows))
        drives = self._session.drives.drives
        keys = {row.place.key for row in view.rows}
        for key in [key for key in self._rows if key not in keys]:
            self._card.remove_row(self._rows.pop(key))
        for row in view.rows:
            widget = self._rows.get(row.place.key)
            if widget is None:
                widget = self._rows[row.place.key] = _Row(self._card)
                widget.ticked.connect(self._tick)
                self._card.add_row(widget)
            widget.show_row(row, drives)
        self._card.setVisible(bool(view.rows))
        self._show_ticks()

    def _show_ticks(self) -> None:
        meant = self._meant()
        keys = {row.place.key for row in meant}
        for key, widget in self._rows.items():
            widget.show_tick(key in keys)
        text = self.tr("Copy to %n drive(s)", "", len(meant)) if meant else self.tr("Copy")
        if len(meant) == 1:
            named = filled(self.tr("Copy to %1"), meant[0].place.name)
            # Its row has the name of it, however long that is.
            fits = self.fontMetrics().horizontalAdvance(named) <= style.px(_WIDEST_VERB)
            text = named if fits else text
        if text != self.verb.text():
            self.rename_verb(text)
        rows = self._view.rows
        hopeless = bool(rows) and all(row.error is not None for row in rows)
        self.verb.setVisible(self._view.error is None and not hopeless)
        self.verb.explain("" if meant else self._what_is_missing())
        self._lead_to_ticks(asks=not meant)

    def _what_is_missing(self) -> str:
        """Before anything can be copied."""
        if not self._view.rows:
            return self.tr("Plug in another drive first.")
        if any(row.room is not None for row in self._view.rows):
            return self.tr("Tick a drive first.")
        return self.tr("Looking at what is on it…")

    def _lead_to_ticks(self, *, asks: bool) -> None:
        """Where one of several is to be ticked, from the buttons, which do nothing before."""
        if not asks or self.is_led or self.focusWidget() not in (None, self.verb, self.cancel):
            return
        first = next((row for row in self._rows.values() if row.can_be_ticked), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _about(self, view: CopyingView) -> str:
        if view.error is not None:
            return worded_together(view.error.message, view.error.hint)
        if not view.rows:
            return self.tr("Plug in another drive: it shows up here by itself.")
        return self.tr(
            "Each drive gets the same apps, every file checked. What else is on it stays."
        )


class _Row(QWidget):
    """Signals: ticked(object, bool): whether the place with that key is meant."""

    ticked = Signal(object, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row: CopyRow | None = None
        self._meter = DriveMeter(*_METER, self)
        self._name = labels.strong(parent=self)
        self._about = labels.small(parent=self)
        self._text = labels.small(ink=Ink.TEXT, parent=self)
        self._tick = CheckBox(parent=self)
        self._tick.clicked.connect(self._choose)
        self.setFocusProxy(self._tick)
        lines = (self._name, self._about, self._text)
        for label in lines:
            label.setMinimumWidth(1)
        texts = labels.in_the_middle(*lines)
        layout = QHBoxLayout(self)
        edge = style.px(style.INNER)
        layout.setContentsMargins(edge, style.px(style.GRID), edge, style.px(style.GRID))
        layout.setSpacing(style.px(style.INNER))
        layout.addStrut(style.px(_ROW - 2 * style.GRID))
        layout.addWidget(self._meter)
        layout.addLayout(texts, 1)
        layout.addWidget(self._tick)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Anywhere on it."""
        here = self.rect().contains(event.position().toPoint()) and self._tick.isVisible()
        if here and event.button() is Qt.MouseButton.LeftButton:
            self._tick.click()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # Else the release goes to whatever is below.
        event.accept()

    def _choose(self, wanted: bool) -> None:
        if self._row is not None:
            self.ticked.emit(self._row.place.key, wanted)

    @property
    def can_be_ticked(self) -> bool:
        return self._row is not None and self._row.room is not None

    def show_tick(self, wanted: bool) -> None:
        self._tick.setChecked(wanted)

    def show_row(self, row: CopyRow, drives: Iterable[Drive]) -> None:
        self._row = row
        place = row.place
        self._name.setText(place.name)
        self._about.setText(place_words.about(place, drives))
        text = self._words(row)
        self._text.setText(text)
        refused = row.error is not None
        self._text.set_ink(Ink.WARM if refused else Ink.TEXT)
        self._tick.setVisible(row.room is not None)
        self._tick.setAccessibleName(filled(self.tr("Copy to %1"), place.name))
        state = MeterState.GHOST if row.room is None else MeterState.ROOM
        self._meter.show_parts(_parts(row), state, text, plug=place.kind is not PlaceKind.FOLDER)
        self._meter.setAccessibleName(place.name)

    def _words(self, row: CopyRow) -> str:
        if row.error is not None:
            if isinstance(row.error, OtherStickError):
                return self.tr("Other apps are on it. They stay until it is erased.")
            return worded(_named(row.error.message, row))
        room = row.room
        if room is None:
            return self.tr("Looking at what is on it…")
        if not room.objects:
            return self.tr("It has all of it already, and is checked and put in order.")
        return filled(
            self.tr("%1 to copy, %2 stay free"),
            sized(room.bytes),
            sized(max(room.space.free - room.bytes, 0)),
        )


def _named(message: Message, row: CopyRow) -> Message:
    """What is called by its path there is called by its name here."""
    arguments = {
        gap: row.place.name if str(value) == str(row.root) else value
        for gap, value in message.arguments
    }
    return Message.with_arguments(message.template, arguments, message.remedy)


def _parts(row: CopyRow) -> MeterParts:
    room = row.room
    if room is None or not room.space.total:
        return MeterParts()
    total = room.space.total
    return MeterParts(used=(total - room.space.free) / total, new=room.bytes / total)
