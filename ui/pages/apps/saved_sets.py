"""Keeping the choice as a set, and bringing sets and lists back: dialogs, and what is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.errors import InterruptedByUser, SatchelError
from app.progress import Notice
from app.severity import Severity
from app.stick.choices.availability import Missing
from ui.controllers.choice_loading import ChoiceLoader, TakenChoice
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models.messages import MessageItem, from_notice
from ui.pages.apps.choice_notes import ChoiceNotesDialog
from ui.pages.apps.manage_sets import ManageSetsDialog, where_to
from ui.pages.apps.save_set import SaveSetDialog
from ui.state.saved_choices import ChoiceList, SavedChoices
from ui.state.session import Session
from ui.style import style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.toast import Toast


class SavedSets(QObject):
    """For the page that owns it, above which its dialogs open.

    Signals:
        listed(object): a `ChoiceList`, what is saved now.
        told(object): a `Toast`.
    """

    listed = Signal(object)
    told = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._session = session
        self._saved = SavedChoices(session, bridge, self)
        self._loader = ChoiceLoader(session, self)
        self._naming: SaveSetDialog | None = None
        self._saved.listed.connect(self._tell_list)
        self._saved.loaded.connect(self._loader.take)
        self._saved.stored.connect(self._tell_stored)
        self._saved.failed.connect(self._show_error)
        self._loader.taken.connect(self._sum_up)
        session.environment_changed.connect(self._saved.refresh)
        self._saved.refresh()

    @property
    def entries(self) -> ChoiceList:
        return self._saved.entries

    def load(self, name: str) -> None:
        self._saved.load(name)

    def open_file(self, path: Path) -> None:
        """A set, a list of apps of any kind, what flatpak wrote."""
        self._saved.import_file(path)

    def ask_for_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self._page, self.tr("Open a list"))
        if chosen:
            self.open_file(Path(chosen))

    def ask_for_name(self) -> None:
        names = tuple(choice.name for choice in self._saved.entries.choices)
        self._naming = SaveSetDialog(names, self._page)
        self._naming.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._naming.accepted.connect(self._save)
        self._naming.open()

    def manage(self) -> None:
        ManageSetsDialog(self._saved, self._page).open()

    def _save(self) -> None:
        if self._naming is not None:
            self._saved.save(self._naming.name, self._naming.audience)

    def _tell_list(self) -> None:
        self.listed.emit(self._saved.entries)

    def _tell_stored(self, name: str) -> None:
        if isinstance(QApplication.activeModalWidget(), ManageSetsDialog):
            return
        text = filled(self.tr("Saved as %1"), name)
        again: Callable[[], None] = partial(self._export, name)
        self.told.emit(Toast(text, act=(self.tr("Save to a file…"), again)))

    def _export(self, name: str) -> None:
        path = where_to(self._page, self.tr("Save the set"), name)
        if path is not None:
            self._saved.export_saved(name, path)

    def _sum_up(self, taken: TakenChoice) -> None:
        """A line if all is there, a list if something is not."""
        loaded = taken.loaded
        missing = loaded.availability.missing
        text = filled(self.tr("%1: %n app(s) added", "", taken.added), loaded.name)
        if not taken.added and not missing:
            text = filled(self.tr("%1: all of it is chosen already"), loaded.name)
        undo = partial(self._session.set_choice, taken.before) if taken.added else None
        self.told.emit(Toast(text, undo=undo))
        notes = [
            *map(_not_there, missing),
            *map(from_notice, (*loaded.notices, *loaded.availability.notices)),
        ]
        if notes:
            ChoiceNotesDialog(self.tr("What was found"), text, notes, self._page).open()

    def _show_error(self, error: SatchelError) -> None:
        managing = isinstance(QApplication.activeModalWidget(), ManageSetsDialog)
        if self._page.isVisible() and not managing and not isinstance(error, InterruptedByUser):
            title = self.tr("That did not work")
            notice = Notice(Severity.WARNING, error.message, error.hint)
            ChoiceNotesDialog(title, title, [from_notice(notice)], self._page).open()


def _not_there(missing: Missing) -> MessageItem:
    error = missing.error
    return MessageItem(
        Symbol.WARNING,
        style.Tone.WARN,
        missing.text,
        worded_together(error.message, error.hint),
    )
