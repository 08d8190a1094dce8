"""The page's part of the foot, with the choice that opens from it, and what is told of changes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.flatpak.catalogue.remote_catalogue import Row
from ui.controllers.choice import ChoiceController, ChoiceStatus, Tick
from ui.i18n.filling import filled
from ui.models.app_rows import row_key
from ui.pages.apps.app_facts import refusal
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.choice_words import Part, Ticked, place
from ui.pages.apps.saved_sets import SavedSets
from ui.pages.apps.your_choice import YourChoice
from ui.state.choice import Choice
from ui.state.session import Session
from ui.tasks.bridge import Bridge
from ui.widgets.toast import Toast


class ChoiceFoot(QObject):
    """Signals:
    told(object): a `Toast`.
    computers_wanted(): what each computer gets that said what it needs.

    Attributes:
        strip: for the foot.
        saved: sets that are kept, and lists that are opened.
    """

    told = Signal(object)
    computers_wanted = Signal()

    def __init__(
        self, session: Session, bridge: Bridge, choosing: ChoiceController, page: QWidget
    ) -> None:
        super().__init__(page)
        self._choosing = choosing
        self.strip = ChoiceStrip(session.pictures, page)
        self._yours = YourChoice(session.pictures, self.strip.button)
        self.saved = SavedSets(session, bridge, page)
        yours, saved = self._yours, self.saved
        self.strip.opened.connect(yours.toggle)
        yours.removed.connect(self._remove)
        yours.kept.connect(self._keep)
        yours.cleared.connect(self._clear)
        yours.save_wanted.connect(saved.ask_for_name)
        yours.saved_wanted.connect(saved.load)
        yours.list_wanted.connect(saved.ask_for_file)
        yours.manage_wanted.connect(saved.manage)
        yours.computers_wanted.connect(self.computers_wanted)
        saved.listed.connect(yours.show_saved)
        saved.told.connect(self.told)
        choosing.changed.connect(self._show)
        yours.show_saved(saved.entries)
        self._show(choosing.status)

    def toggle(self, row: Row, name: str) -> None:
        """Choose it, or take it away."""
        tick = self._choosing.status.tick(row_key(row))
        some = row.ref in self._choosing.status.on_some
        came_off = row.ref in self._choosing.status.off
        before = self._choosing.toggle(row, name)
        if came_off:
            self._tell_kept(row.ref, name, before)
        elif tick is Tick.ON_DRIVE or (tick is Tick.CHOSEN and some):
            self._tell_taken_off(row.ref, name, before)
        elif tick is Tick.ON_SOME:
            self._tell_for_all(name, before)
        elif tick is Tick.CHOSEN:
            self._tell_removed(name, before)

    def refuse(self, row: Row, name: str) -> None:
        """Somebody wanted to choose what cannot go on a drive."""
        assert row.facts.bar is not None
        self.told.emit(Toast(refusal(name, row.facts.bar)))

    def tell_added(self, text: str, before: Choice) -> None:
        """Several were added at once."""
        self.told.emit(Toast(text, undo=partial(self._choosing.restore, before)))

    def _show(self, status: ChoiceStatus) -> None:
        self.strip.show_status(status)
        self._yours.show_status(status)

    def _remove(self, app: Ticked) -> None:
        if app.part in (Part.STAYS, Part.STAYS_ON_SOME):
            before = self._choosing.take_off(app.ref, app.name)
            self._tell_taken_off(app.ref, app.name, before)
        else:
            self._tell_removed(app.name, self._choosing.remove([(app.remote, app.ref)]))

    def _keep(self, app: Ticked) -> None:
        self._tell_kept(app.ref, app.name, self._choosing.keep(app.ref))

    def _place(self, ref: str) -> str:
        """Where an app is."""
        status = self._choosing.status
        return place(status, status.on_some.get(ref, 0))

    def _tell_for_all(self, name: str, before: Choice) -> None:
        text = filled(self.tr("%1 goes to all of the drives"), name)
        self.told.emit(Toast(text, undo=partial(self._choosing.restore, before)))

    def _tell_kept(self, ref: str, name: str, before: Choice) -> None:
        text = filled(self.tr("%1 stays on %2"), name, self._place(ref))
        self.told.emit(Toast(text, undo=partial(self._choosing.restore, before)))

    def _tell_taken_off(self, ref: str, name: str, before: Choice) -> None:
        text = filled(self.tr("%1 comes off %2"), name, self._place(ref))
        self.told.emit(Toast(text, undo=partial(self._choosing.restore, before)))

    def _tell_removed(self, name: str, before: Choice) -> None:
        text = filled(self.tr("%1 removed from your choice"), name)
        self.told.emit(Toast(text, undo=partial(self._choosing.restore, before)))

    def _clear(self) -> None:
        before = self._choosing.clear()
        text = self.tr("%n app(s) removed from your choice", "", len(before.refs))
        if not before.refs:
            text = filled(self.tr("Nothing comes off %1"), place(self._choosing.status))
        self.told.emit(Toast(text, undo=partial(self._choosing.restore, before)))
