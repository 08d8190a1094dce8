"""A drive on the network: its address, who is there, and what is in the way."""

from __future__ import annotations

import shlex

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.serve.errors import PortForbiddenError, PortInUseError, WebServerMissingError
from app.settings import MAX_PORT, MIN_PORT
from ui.controllers.sharing import SharingController
from ui.dialogs.sharing_sheet import SheetWords, address_sheet
from ui.i18n.numbers import counted, sized
from ui.i18n.wording import worded
from ui.models.sharing import SharingState, SharingView
from ui.models.sharing_words import SharingWords
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.buttons import Button
from ui.widgets.card import Line
from ui.widgets.dialog import Dialog, Question
from ui.widgets.fields import Combo, NumberField
from ui.widgets.fold import Fold
from ui.widgets.labels import FittingLabel, Ink, Label
from ui.widgets.message_card import MessageCard, Sign
from ui.widgets.message_list import MessageList
from ui.widgets.notice import NoticeLabel
from ui.widgets.printing import ask_for_printer
from ui.widgets.qr_code import QrView

_WIDTH = 560
_CODE = 206
_LIST = 200
"""The height of the list of computers, at most; it scrolls."""
_COPIED_MS = 3000
_SIGNS = {
    SharingState.DRIVE_GONE: Sign.DRIVE,
    SharingState.WAITING: Sign.LOCK,
    SharingState.RUNNING: Sign.OFFLINE,
}
_NEXT_PORT = 1


class SharingDialog(Dialog):
    """Closing it ends nothing.

    Signals: stop_wanted(): nobody is to get anything any more.
    """

    stop_wanted = Signal()

    def __init__(self, controller: SharingController, parent: QWidget | None = None) -> None:
        super().__init__("", "", width=_WIDTH, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._controller = controller
        self._words = SharingWords(self)
        self._seen = SharingState.OFF
        self._build()
        self._connect()
        self._show(controller.view)
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    # What it is made of

    def _build(self) -> None:
        self._sentence = labels.body(quiet=True, parent=self)
        self._message = MessageCard(self)
        self._port = NumberField(self.tr("Port"), self)
        self._port.setRange(MIN_PORT, MAX_PORT)
        self._port_row = _row(labels.body(self.tr("Port"), parent=self), self._port, self)
        self._port_row.hide()
        self._place = self._address_part()
        self._lock = self._lock_part()
        self._remark = labels.small(parent=self)
        self._warning = NoticeLabel(self)
        self._line = labels.small(ink=Ink.TEXT, parent=self)
        self._line.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._line.setProperty("upstream", True)
        self._line.setAccessibleName(self.tr("What an administrator runs"))
        self._notes = labels.small(parent=self)
        self._fold = Fold(self.tr("Who took what"), parent=self)
        self._computers = MessageList(self.tr("Who took what"), self)
        self._computers.setMaximumHeight(style.px(_LIST))
        self._fold.body.addWidget(self._computers)
        for widget in (
            *(self._sentence, self._message, self._port_row, self._place, self._fold),
            *(self._notes, self._lock, self._remark_part()),
        ):
            self.body.addWidget(widget)
        self._stop = Button(self.tr("Stop sharing"), parent=self)
        self._stop.setProperty("tall", True)
        self.foot.insertWidget(self.foot.indexOf(self.verb), self._stop)
        # One closes it, and does not cancel.
        self.rename_cancel(self.tr("Close"))

    def _address_part(self) -> QWidget:
        self._code = QrView(_CODE, self)
        self._address = FittingLabel(style.Text.NUMBER, self)
        self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._networks = Combo(self.tr("Network"), self)
        self._copy = Button(self.tr("Copy"), symbol=Symbol.COPY, small=True, parent=self)
        self._print = Button(self.tr("Print"), symbol=Symbol.PRINTER, small=True, parent=self)
        self._here = Label("", style.Text.STRONG, parent=self)
        self._given = Label("", style.Text.STRONG, parent=self)
        buttons = QHBoxLayout()
        buttons.setSpacing(style.px(style.GRID))
        buttons.addWidget(self._copy)
        buttons.addWidget(self._print)
        buttons.addStretch(1)
        told = QVBoxLayout()
        told.setSpacing(style.px(style.HALF))
        told.addStretch(1)
        told.addWidget(labels.small(self.tr("Open this address there"), parent=self))
        told.addWidget(self._address)
        told.addWidget(self._networks, 0, Qt.AlignmentFlag.AlignLeading)
        told.addSpacing(style.px(style.HALF))
        told.addLayout(buttons)
        told.addSpacing(style.px(style.GRID))
        told.addWidget(Line(self))
        told.addWidget(_row(labels.body(self.tr("Computers here now")), self._here, self))
        told.addWidget(Line(self))
        told.addWidget(_row(labels.body(self.tr("Handed out")), self._given, self))
        told.addStretch(1)
        place = QWidget(self)
        row = QHBoxLayout(place)
        row.setContentsMargins(0, style.px(style.HALF), 0, style.px(style.HALF))
        row.setSpacing(style.px(style.SECTION + style.HALF))
        row.addWidget(self._code, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(told, 1)
        return place

    def _remark_part(self) -> QWidget:
        """What helps those who cannot get here, and the line for whoever can open the way."""
        place = QWidget(self)
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.px(style.HALF))
        for widget in (self._warning, self._remark, self._line):
            column.addWidget(widget)
        return place

    def _lock_part(self) -> QWidget:
        place, sign = QWidget(self), QLabel(self)
        icons.give(sign, Symbol.LOCK, side=style.Icon.PILL)
        text = self.tr("Only this network sees it. Nobody can change the drive from there.")
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(style.GRID))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(labels.small(text, parent=self), 1)
        return place

    def _connect(self) -> None:
        self._controller.changed.connect(self._show)
        self._networks.activated.connect(self._controller.choose)
        self._copy.clicked.connect(self._copy_address)
        self._print.clicked.connect(self._print_address)
        self._stop.clicked.connect(self._ask)
        self.acted.connect(self._again)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.timeout.connect(self._offer_copy)

    # What is shown

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    @property
    def address(self) -> str:
        return self._address.text()

    @property
    def computers(self) -> MessageList:
        return self._computers

    def _show(self, view: SharingView) -> None:
        if view.state is SharingState.OFF:
            if self.isVisible():
                self.close()
            return
        self.retitle(self._words.title(view))
        self._sentence.setText(self._words.sentence(view))
        self._show_message(view)
        self._show_address(view)
        self._show_computers(view)
        works = view.state in {SharingState.STARTING, SharingState.RUNNING}
        remark = self._words.remark(view) if works and not view.has_no_network else ""
        firewall = view.firewall if not view.computers else None
        is_closed = firewall is not None and firewall.closed
        self._warning.say(remark if is_closed else "", icon=Symbol.WARNING, tone=style.Tone.WARN)
        self._remark.setText("" if is_closed else remark)
        self._remark.setVisible(bool(remark) and not is_closed)
        self._line.setText(shlex.join(firewall.command) if firewall is not None else "")
        self._line.setVisible(bool(remark) and firewall is not None)
        notes = " ".join(map(worded, view.notices))
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))
        self._lock.setVisible(view.is_on and not view.has_no_network)
        self._show_buttons(view)
        if view.state is not self._seen:
            self._seen = view.state
            headline, _ = self._words.message(view)
            announce(self, headline or f"{self._words.title(view)}. {self._address.text()}")

    def _show_message(self, view: SharingView) -> None:
        headline, meaning = self._words.message(view)
        self._message.setVisible(bool(headline))
        if (headline, meaning) != (self._message.headline, self._message.meaning):
            missing = isinstance(view.error, WebServerMissingError)
            details = worded(view.error.hint) if missing and view.error is not None else ""
            sign = _SIGNS.get(view.state, Sign.WARNING)
            self._message.say(sign, headline, meaning, details)
        port = _port_of(view)
        if port and self._port_row.isHidden():
            self._port.setValue(port + _NEXT_PORT if port < MAX_PORT else MIN_PORT)
            self._port_row.show()
            self._port.setFocus(Qt.FocusReason.OtherFocusReason)
            self._port.selectAll()
        self._port_row.setVisible(bool(port))

    def _show_address(self, view: SharingView) -> None:
        address, failed = view.address, view.state is SharingState.FAILED
        self._place.setVisible(not failed and not view.has_no_network)
        url = address.url if address is not None else ""
        self._code.show_text(url, self._words.described(address) if address is not None else "")
        self._address.setText(_typed(url))
        for button in (self._copy, self._print):
            button.explain("" if url else self.tr("It has no address yet."))
        names = [self._words.network(each) for each in view.addresses]
        self._networks.setVisible(len(names) > 1)
        with QSignalBlocker(self._networks):
            if names != [self._networks.itemText(n) for n in range(self._networks.count())]:
                self._networks.clear()
                self._networks.addItems(names)
            self._networks.setCurrentIndex(view.chosen)
        self._here.setText(counted(view.here))
        self._given.setText(sized(view.bytes))

    def _show_computers(self, view: SharingView) -> None:
        items = self._words.computers(view)
        self._fold.setVisible(bool(items))
        self._computers.show_anew(items)

    def _show_buttons(self, view: SharingView) -> None:
        failed = view.state is SharingState.FAILED
        waits = view.state is SharingState.WAITING and view.is_interrupted
        verb = self.tr("Share again") if waits else self.tr("Try again")
        if (failed or waits) and self.verb.text() != verb:
            self.rename_verb(verb)
        self.verb.setVisible(failed or waits)
        self.verb.setDefault(failed)
        self._stop.setVisible(view.is_on)
        stopping = view.state is SharingState.STOPPING
        self._stop.explain(self.tr("It is being stopped.") if stopping else "")

    # What the person does

    def _again(self) -> None:
        self._controller.again(0 if self._port_row.isHidden() else self._port.value())

    def _ask(self) -> None:
        """Where nobody is here, nobody loses anything."""
        view = self._controller.view
        if not view.here:
            self.stop_wanted.emit()
            return
        question = Question(
            self.tr("Stop sharing?"),
            self._words.stopping(view.here),
            self.tr("Stop sharing"),
            stay=self.tr("Go on sharing"),
            parent=self,
        )
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.accepted.connect(self.stop_wanted)
        question.open()

    def _copy_address(self) -> None:
        address = self._controller.view.address
        if address is not None:
            QGuiApplication.clipboard().setText(address.url)
            self._copy.setMinimumWidth(self._copy.width())
            self._copy.setText(self.tr("Copied"))
            self._copy.set_symbol(Symbol.CHECK)
            announce(self._copy, self.tr("Copied"))
            self._copied.start(_COPIED_MS)

    def _offer_copy(self) -> None:
        self._copy.setText(self.tr("Copy"))
        self._copy.setAccessibleName(self.tr("Copy"))
        self._copy.set_symbol(Symbol.COPY)

    def _print_address(self) -> None:
        address = self._controller.view.address
        if address is not None:
            sheet = address_sheet(address.url, _typed(address.url))
            ask_for_printer(self, SheetWords().title(), sheet)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous() and self._controller.view.state is SharingState.FAILED:
            # It has been told.
            self._controller.stop()


def _row(label: Label, value: QWidget, parent: QWidget) -> QWidget:
    """What it is on the left, what it comes to on the right."""
    place = QWidget(parent)
    row = QHBoxLayout(place)
    row.setContentsMargins(0, style.px(style.HALF), 0, style.px(style.HALF))
    row.setSpacing(style.px(style.INNER))
    row.addWidget(label, 1)
    row.addWidget(value)
    return place


def _typed(url: str) -> str:
    """As people type it: “10.0.4.17:8080”."""
    return url.removeprefix("http://").removesuffix("/")


def _port_of(view: SharingView) -> int:
    """The one that cannot be had; 0 where that is not what is wrong."""
    wrong = isinstance(view.error, PortInUseError | PortForbiddenError)
    return view.port if wrong and view.state is SharingState.FAILED else 0
