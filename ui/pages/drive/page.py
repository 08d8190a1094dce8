"""Drive: which drive the apps go to."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from app.drive.udisks.ejecting import Removal
from ui.controllers.drive import DriveController
from ui.controllers.drive_view import DriveView, Ejection, LostTarget
from ui.controllers.drive_work import mounted_at
from ui.dialogs.ejecting import eject_once_agreed
from ui.i18n.filling import filled
from ui.i18n.numbers import drive_sized
from ui.models.place import Place
from ui.pages.base import Page
from ui.pages.drive.asking import Asking
from ui.pages.drive.card_menu import CardMenu
from ui.pages.drive.foot_words import FootWords, Next
from ui.pages.drive.places_view import PlacesView
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import Button, Kind
from ui.widgets.toast import Toast


class DrivePage(Page):
    """Drives as they come and go; a folder for those who build media."""

    name = PageName.DRIVE
    icon = Symbol.DRIVE

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._places = PlacesView(is_demo=session.environment.is_demo, parent=self)
        self.body.addWidget(self._places)
        self._places.hang_bars(self)
        self._change = Button(self.tr("Change apps"), Kind.QUIET)
        self._change.clicked.connect(self._change_apps)
        self.foot.side.addWidget(self._change)
        self._controller = DriveController(session, bridge, self)
        self._asking = Asking(self._controller, session, bridge, self)
        self._words = FootWords(self._controller.view, session.choice)
        self._connect()
        self._draw(self._controller.view)
        self.setFocusProxy(self._places.list)

    def _connect(self) -> None:
        controller, places = self._controller, self._places
        controller.changed.connect(self._draw)
        controller.target_lost.connect(self._tell_it_is_lost)
        controller.ejected.connect(self._tell_it_is_ejected)
        controller.gone_on.connect(self._make)
        controller.not_gone_on.connect(self._review)
        places.list.chosen.connect(self._choose)
        places.list.ticked.connect(self._tick)
        places.all_wanted.connect(controller.choose_all)
        places.list.started_afresh.connect(self._start_afresh)
        places.list.updates_wanted.connect(self._show_contents)
        places.list.asked_why.connect(self._asking.tell_why)
        places.list.menu_wanted.connect(self._open_menu)
        places.folder_wanted.connect(self._ask_for_folder)
        places.demo_wanted.connect(self.demo_wanted)
        places.help_wanted.connect(self._asking.tell_why_one_is_missing)
        self.session.choice_changed.connect(self._redraw)

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Drive")

    @property
    def value(self) -> str:
        target = self.session.target
        if target is None:
            return "" if self._controller.view.places else self.tr("Not plugged in yet")
        if len(self.session.targets) > 1:
            return self.tr("%n drive(s)", "", len(self.session.targets))
        if target.drive is None:
            return target.name
        return filled("%1, %2", target.name, drive_sized(target.drive.size))

    @property
    def title(self) -> str:
        return self.tr("Where should the apps go?")

    @property
    def sentence(self) -> str:
        return self.tr(
            "Satchel puts apps on a USB drive, so that computers without internet can install them."
        )

    @property
    def foot_text(self) -> str:
        return self._words.text

    @property
    def primary_text(self) -> str:
        return self._words.primary

    @property
    def primary_enabled(self) -> bool:
        return self._words.enabled

    @property
    def primary_reason(self) -> str:
        return self._words.reason

    @property
    def complete(self) -> bool:
        return self._controller.complete

    @property
    def behind(self) -> bool:
        return self._controller.behind

    def primary(self) -> None:
        match self._words.next:
            case Next.GO_ON:
                self._controller.go_on()
            case Next.REVIEW:
                self._review()
            case Next.APPS:
                self.go.emit(PageName.APPS)

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    @property
    def view(self) -> DriveView:
        """What it shows."""
        return self._controller.view

    # What is drawn

    def _draw(self, view: DriveView) -> None:
        self._words = FootWords(view, self.session.choice)
        self._places.draw(view)
        self._change.setVisible(self._words.can_change)
        self.changed.emit()

    def _redraw(self) -> None:
        self._draw(self._controller.view)

    def _tell_it_is_lost(self, target: LostTarget) -> None:
        if target.others:
            text = self.tr("%1 is gone. What else you chose stays chosen.")
        elif target.plugged_in:
            text = self.tr("Another program has let go of %1. Choose it again to use it.")
        else:
            text = self.tr("%1 was pulled out. Plug it in again, or choose another drive.")
        self.session.set_notice(filled(text, target.name))

    def _tell_it_is_ejected(self, ejection: Ejection) -> None:
        texts = {
            Removal.POWERED_OFF: self.tr("%1 is switched off and can be pulled out."),
            Removal.EJECTED: self.tr("%1 is ejected and can be taken out."),
            Removal.SAFE: self.tr("%1 can be pulled out now; everything is written."),
        }
        self.toast(Toast(filled(texts[ejection.removal], ejection.name)))

    # What the person does

    def _choose(self, place: Place) -> None:
        if place.is_usable:
            self._controller.choose(place.key)

    def _tick(self, place: Place) -> None:
        if place.is_usable:
            self._controller.tick(place.key)

    def _change_apps(self) -> None:
        if self._words.next is Next.GO_ON:
            self._controller.change_apps()
        self.go.emit(PageName.APPS)

    def _review(self) -> None:
        self.go.emit(PageName.REVIEW)

    def _make(self) -> None:
        self.go.emit(PageName.MAKE)

    def _start_afresh(self, place: Place) -> None:
        before = self._controller.start_afresh(place.key)
        if before is not None:
            text = filled(self.tr("%1 does not go on any more."), place.name)
            self.toast(Toast(text, undo=lambda: self._controller.take_up(before)))

    def _open_menu(self, place: Place, point: QPoint) -> None:
        menu = CardMenu(place, in_use=self._controller.view.operation is not None, parent=self)
        menu.afresh_wanted.connect(self._start_afresh)
        menu.opened.connect(self._open)
        menu.contents_wanted.connect(self._show_contents)
        menu.rename_wanted.connect(self._asking.for_name)
        menu.erase_wanted.connect(self._erase)
        menu.eject_wanted.connect(self._eject)
        menu.details_wanted.connect(self._asking.show_details)
        menu.popup_at(point)

    def _open(self, place: Place) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(place.root)))

    def _show_contents(self, place: Place) -> None:
        self._controller.choose(place.key)
        self.go.emit(PageName.CONTENTS)

    def _erase(self, place: Place) -> None:
        self._controller.erase(place.key)

    def _eject(self, place: Place) -> None:
        roots = mounted_at(place.drive) if place.drive is not None else ()
        eject = partial(self._controller.eject, place.key)
        eject_once_agreed(self.bridge, roots, self, eject)

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Use a folder"))
        if chosen:
            self._controller.choose_folder(Path(chosen))
