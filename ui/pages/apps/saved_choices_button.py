"""The button that saves the present choice and brings others back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox, QPushButton, QWidget

from app.errors import InterruptedByUser, SatchelError
from app.progress import Notice
from app.severity import Severity
from app.stick.choices.availability import Missing
from ui.controllers.choice_loading import ChoiceLoader
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models.messages import MessageItem, from_notice
from ui.pages.apps.choice_notes import ChoiceNotesDialog
from ui.pages.apps.manage_choices import ManageChoicesDialog, where_to
from ui.pages.apps.save_choice import SaveChoiceDialog
from ui.state.saved_choices import LoadedChoice, SavedChoices
from ui.state.session import Session
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import tall


class SavedChoicesButton(QPushButton):
    """A menu: save, what is saved, import, export, manage. It changes the session's choice."""

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._saved = SavedChoices(session, bridge, self)
        self._loader = ChoiceLoader(session, self)
        self._naming: SaveChoiceDialog | None = None
        self.setText(self.tr("Saved choices"))
        icons.give(self, Symbol.LIST)
        tall(self)
        self._menu = QMenu(self)
        self._menu.setAccessibleName(self.tr("Saved choices"))
        self._save = self._menu.addAction(self.tr("Save this choice…"))
        self._save.triggered.connect(self._ask_for_name)
        self._before = self._menu.addSeparator()
        self._choices: list[QAction] = []
        self._after = self._menu.addSeparator()
        self._import = self._menu.addAction(self.tr("Import…"))
        self._import.setToolTip(
            self.tr("The output of flatpak list, a .preinstall file, or an exported choice")
        )
        self._menu.setToolTipsVisible(True)
        self._import.triggered.connect(self._ask_for_file)
        self._export = self._menu.addAction(self.tr("Export this choice…"))
        self._export.triggered.connect(self._ask_where)
        self._manage = self._menu.addAction(self.tr("Manage…"))
        self._manage.triggered.connect(self._open_manager)
        self.setMenu(self._menu)
        self._menu.triggered.connect(self._triggered)
        self._saved.listed.connect(self._show_list)
        self._saved.loaded.connect(self._loader.take)
        self._loader.replacement_asked.connect(self._ask_to_replace)
        self._loader.taken.connect(self._sum_up)
        self._saved.stored.connect(self._show_stored)
        self._saved.failed.connect(self._show_error)
        self._saved.busy_changed.connect(self._refresh)
        session.choice_changed.connect(self._refresh)
        session.environment_changed.connect(self._saved.refresh)
        self._show_list()
        self._saved.refresh()

    # The menu

    def _show_list(self) -> None:
        for action in self._choices:
            self._menu.removeAction(action)
            action.deleteLater()
        self._choices = []
        for choice in self._saved.entries.choices:
            if choice.refs is None:
                continue
            # An ampersand would underline what follows.
            action = QAction(choice.name.replace("&", "&&"), self._menu)
            action.setData(choice.name)
            self._choices.append(action)
        if not self._choices:
            nothing = QAction(self.tr("Nothing saved yet"), self._menu)
            nothing.setEnabled(False)
            self._choices.append(nothing)
        self._menu.insertActions(self._after, self._choices)
        self._refresh()

    def _refresh(self) -> None:
        chosen = bool(self._session.choice.refs)
        self._save.setEnabled(chosen)
        self._export.setEnabled(chosen)
        self._manage.setEnabled(bool(self._saved.entries.choices))
        self.setEnabled(not self._saved.busy)

    def _triggered(self, action: QAction) -> None:
        if action.data():
            self._saved.load(action.data())

    # Saving and giving away

    def _ask_for_name(self) -> None:
        names = tuple(choice.name for choice in self._saved.entries.choices)
        self._naming = SaveChoiceDialog(names, self)
        self._naming.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._naming.accepted.connect(self._save_it)
        self._naming.open()

    def _save_it(self) -> None:
        if self._naming is not None:
            self._saved.save(self._naming.name)

    def _ask_where(self) -> None:
        path = where_to(self, self.tr("Export this choice"), self.tr("choice"))
        if path is not None:
            self._saved.export(path)

    def _show_stored(self, name: str) -> None:
        self._loader.tell(filled(self.tr("The choice was saved as %1."), name))

    def _open_manager(self) -> None:
        ManageChoicesDialog(self._saved, self).open()

    # Bringing back

    def _ask_for_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Import a choice"))
        if chosen:
            self._saved.import_file(Path(chosen))

    def _ask_to_replace(self, loaded: LoadedChoice, present: int) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Replace the choice?"))
        box.setText(self.tr("%n are chosen already.", "", present))
        box.setInformativeText(
            filled(self.tr("Shall %1 take their place, or be added to them?"), loaded.name)
        )
        put = box.addButton(self.tr("Replace"), QMessageBox.ButtonRole.AcceptRole)
        add = box.addButton(self.tr("Add"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(add)
        put.clicked.connect(self._loader.replace)
        add.clicked.connect(self._loader.add)
        box.open()

    def _sum_up(self, loaded: LoadedChoice) -> None:
        """A line if all is there, a list if something is not."""
        count = len(loaded.availability.offered)
        missing = len(loaded.availability.missing)
        if not missing:
            text = self.tr("%1: %n chosen.", "", count)
        else:
            text = self.tr("%1: %n chosen, %2 not found.", "", count)
        text = filled(text, loaded.name, str(missing))
        notes = [
            *map(_not_there, loaded.availability.missing),
            *map(from_notice, (*loaded.notices, *loaded.availability.notices)),
        ]
        self._loader.tell(text)
        if notes:
            ChoiceNotesDialog(self.tr("What was found"), text, notes, self).open()

    def _show_error(self, error: SatchelError) -> None:
        managing = isinstance(QApplication.activeModalWidget(), ManageChoicesDialog)
        if self.isVisible() and not managing and not isinstance(error, InterruptedByUser):
            title = self.tr("That did not work")
            notice = Notice(Severity.WARNING, error.message, error.hint)
            ChoiceNotesDialog(title, title, [from_notice(notice)], self).open()


def _not_there(missing: Missing) -> MessageItem:
    error = missing.error
    return MessageItem(
        Symbol.WARNING,
        style.Tone.WARN,
        missing.text,
        worded_together(error.message, error.hint),
    )
