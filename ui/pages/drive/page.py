"""Drive: which drive the apps go to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QPushButton, QWidget

from app.drive.udisks.ejecting import Removal
from app.errors import SatchelError
from ui.controllers.drive import DriveController, DriveState, DriveView, LostTarget, Operation
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models import place_words
from ui.models.places import PlacesModel
from ui.pages.base import Page
from ui.pages.drive.format_drive import FormatDialog
from ui.pages.drive.place_details import PlaceDetails
from ui.pages.drive.place_list import PlaceList
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import tall
from ui.widgets.notice import NoticeLabel
from ui.widgets.state_panel import Stateful


class DrivePage(Page):
    """Drives as they come and go; a folder for those who build media."""

    name = PageName.DRIVE
    icon = Symbol.DRIVE

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._dialog: FormatDialog | None = None
        self._drawing = False
        self._build()
        self._controller = DriveController(session, bridge, self)
        self._controller.changed.connect(self._draw)
        self._controller.target_lost.connect(self._tell_it_is_lost)
        self._controller.format_wanted.connect(self._ask_to_format)
        self._controller.format_drive_gone.connect(self._tell_it_is_gone)
        self._connect()
        self._draw(self._controller.view)

    def _build(self) -> None:
        self._missing = NoticeLabel(self)
        self._model = PlacesModel(self)
        self._list = PlaceList(self)
        self._list.setModel(self._model)
        self._list.setAccessibleName(self.tr("Drives and folders"))
        self._places = Stateful(self._list, self)
        self._details = PlaceDetails(self)
        self._folder = QPushButton(self.tr("Choose a folder…"), self)
        icons.give(self._folder, Symbol.FOLDER)
        # Without any place, the panel offers the demo.
        self._demo = QPushButton(self.tr("Try the demo"), self)
        tall(self._folder, self._demo)
        row = QHBoxLayout()
        row.addWidget(self._folder)
        row.addStretch(1)
        row.addWidget(self._demo)
        self.body.addWidget(self._missing)
        self.body.addWidget(self._places, 1)
        self.body.addWidget(self._details)
        self.body.addLayout(row)
        self.setFocusProxy(self._list)

    def _connect(self) -> None:
        self._list.selectionModel().currentChanged.connect(self._select)
        self._list.activated.connect(self._activate)
        self._places.panel.acted.connect(self.demo_wanted)
        self._details.mount_wanted.connect(self._controller.mount)
        self._details.eject_wanted.connect(self._controller.eject)
        self._details.format_wanted.connect(self._controller.format)
        self._folder.clicked.connect(self._ask_for_folder)
        self._demo.clicked.connect(self.demo_wanted)

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Drive")

    @property
    def title(self) -> str:
        return self.tr("Where should the apps go?")

    @property
    def primary_text(self) -> str:
        return self.tr("Choose apps")

    @property
    def primary_enabled(self) -> bool:
        return self.complete

    @property
    def primary_reason(self) -> str:
        view = self._controller.view
        return self.tr("Choose a drive.") if view.chosen is None and view.places else ""

    @property
    def complete(self) -> bool:
        return self._controller.complete

    @property
    def notices(self) -> tuple[str, ...]:
        """What is said about the chosen place."""
        return self._details.notices

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    # What is drawn

    def _draw(self, view: DriveView) -> None:
        focused = self._list.hasFocus()
        self._drawing = True
        self._model.show(view.places)
        row = self._model.row_of(view.chosen.key) if view.chosen is not None else None
        self._list.setCurrentIndex(self._model.index(row) if row is not None else QModelIndex())
        if row is None:
            self._list.clearSelection()
        self._drawing = False
        self._demo.setVisible(bool(view.places) and not self.session.environment.is_demo)
        if view.places:
            self._places.show_content()
        else:
            self._draw_panel(view)
        lines = (worded_together(notice.message, notice.hint) for notice in view.notices)
        self._missing.say("\n".join(lines), icon=Symbol.WARNING, tone=style.Tone.WARN)
        self._draw_details(view)
        if focused and view.places:
            self._list.setFocus()
        self.changed.emit()

    def _draw_panel(self, view: DriveView) -> None:
        panel = self._places.show_panel()
        if view.state is DriveState.LOOKING:
            panel.show_loading(self.tr("Looking for drives…"))
        elif view.problem is not None:
            panel.show_error(
                view.problem,
                meaning=self.tr("Drives cannot be found, but you can choose a folder."),
                action=self.tr("Try the demo"),
            )
        else:
            panel.show_empty(
                self.tr("Plug in a USB drive"),
                self.tr("It shows up here by itself. To look around first, try the demo."),
                action=self.tr("Try the demo"),
                icon=Symbol.DRIVE,
            )

    def _draw_details(self, view: DriveView) -> None:
        busy = view.operation is not None
        if busy and self._details.isAncestorOf(QApplication.focusWidget() or self):
            # Its buttons cannot be pressed for a while, and some of them go.
            self._list.setFocus()
        match view.result:
            case SatchelError() as error:
                text = worded_together(error.message, error.hint)
                self._details.say(text, icon=Symbol.ERROR, tone=style.Tone.BAD)
            case None:
                self._details.say(self._in_words(view.operation, view.state), icon=Symbol.CLOCK)
            case ejection:
                texts = {
                    Removal.POWERED_OFF: self.tr("%1 is switched off and can be pulled out."),
                    Removal.EJECTED: self.tr("%1 is ejected and can be taken out."),
                    Removal.SAFE: self.tr("%1 can be pulled out now; everything is written."),
                }
                text = filled(texts[ejection.removal], ejection.name)
                self._details.say(text, icon=Symbol.CIRCLE_CHECK, tone=style.Tone.GOOD)
        self._details.show_place(view.chosen, busy=busy)

    def _in_words(self, operation: Operation | None, state: DriveState) -> str:
        """What is being done, as long as it is."""
        if operation is None or state is DriveState.SETTLING:
            return ""
        texts = {
            DriveState.MOUNTING: self.tr("Mounting…"),
            DriveState.EJECTING: self.tr("Writing everything out and ejecting…"),
        }
        return texts.get(operation.state, "")

    def _tell_it_is_lost(self, target: LostTarget) -> None:
        if target.plugged_in:
            text = self.tr("%1 was unmounted. Mount it again, or choose another drive.")
        else:
            text = self.tr("%1 was unplugged. Plug it in again, or choose another drive.")
        self.session.set_notice(filled(text, target.name))

    # What the person does

    def _select(self, current: QModelIndex) -> None:
        if not self._drawing and current.isValid():
            self._controller.choose(current.data(PlacesModel.PLACE).key)

    def _activate(self) -> None:
        """Enter or a double click on a card."""
        if self.complete:
            self.proceed.emit()

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"))
        if chosen:
            self._controller.choose_folder(Path(chosen))

    def _ask_to_format(self, operation: Operation) -> None:
        place = operation.place
        self._dialog = FormatDialog(
            operation.drive,
            place_words.contents(place) if place.overview is not None else "",
            self.bridge,
            loops_are_removable=self.session.environment.loops_are_removable,
            parent=self,
        )
        self._dialog.finished.connect(self._asked)
        self._dialog.open()

    def _tell_it_is_gone(self) -> None:
        if self._dialog is not None:
            self._dialog.show_gone()

    def _asked(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            formatted = dialog.formatted
            dialog.deleteLater()
            self._controller.end_format(formatted.mount_point if formatted else None)
