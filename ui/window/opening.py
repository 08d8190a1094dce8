"""Files for the window: dragged onto it, or opened with Satchel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QWidget

from app.flatpak.remotes.adding import OfferedRemote
from app.stick.choices.taking import OfferedFile
from ui.controllers.given_files import GivenFiles, GivenResult
from ui.dialogs.add_remote import AddRemoteDialog
from ui.dialogs.computers import ComputersDialog
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style.icon_image import ENOUGH, icon_image
from ui.tasks.bridge import Bridge
from ui.widgets.toast import Toast
from ui.window.drop_overlay import DropOverlay

_FETCHED = frozenset({"https", "http", "file"})


class Opening(QObject):
    """Signals:
    go(object): to the page of that `PageName`, where what was added is seen.
    toasted(object): a `Toast` that says what came of it.
    file_offered(object): an `OfferedFile` is to be looked at; `choose_file` takes it.
    folder_given(object): there may be apps on this `Path`.
    """

    go = Signal(object)
    toasted = Signal(object)
    file_offered = Signal(object)
    folder_given = Signal(object)

    def __init__(self, session: Session, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._bridge = bridge
        self._window = window
        self._files = GivenFiles(session, bridge, self)
        self._files.source_offered.connect(self._ask)
        self._files.ended.connect(self._tell)
        self._overlay = DropOverlay(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def open(self, words: Sequence[str]) -> None:
        """Take apps and sources from these paths and addresses."""
        self._files.open(words)

    def choose_file(self, offered: OfferedFile) -> None:
        """The person wants that app."""
        self._files.choose_file(offered)

    # Dragging

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.DragEnter if isinstance(event, QDragEnterEvent):
                return self._enter(event)
            case QEvent.Type.Resize if self._overlay.isVisible():
                self._overlay.rise()
            case QEvent.Type.DragLeave:
                self._overlay.hide()
            case QEvent.Type.Drop if isinstance(event, QDropEvent):
                self._overlay.hide()
                words = _words(event.mimeData())
                if words:
                    _take_copy(event)
                    self._files.open(words)
                    return True
        return False

    def _enter(self, event: QDragEnterEvent) -> bool:
        if not _words(event.mimeData()):
            return False
        _take_copy(event)
        for field in self._window.findChildren(QWidget):
            # Else a field that the pointer comes across would take the file's name as a text.
            if field.acceptDrops():
                field.setAcceptDrops(False)
        self._overlay.rise()
        return True

    # What comes of it

    def _ask(self, offer: OfferedRemote) -> None:
        dialog = AddRemoteDialog(self._session, self._bridge, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.consider(offer)
        dialog.finished.connect(self._answer)
        dialog.open()

    def _answer(self, result: int) -> None:
        self._files.answer(result == QDialog.DialogCode.Accepted)

    def _tell(self, result: GivenResult) -> None:
        self._session.pictures.put(
            {each.ref: icon_image(each.file.bundle.icon, ENOUGH) for each in result.files}
        )
        if result.offered is not None:
            self.go.emit(PageName.APPS)
            self.file_offered.emit(result.offered)
            return
        if result.folder is not None:
            self.go.emit(PageName.CONTENTS)
            self.folder_given.emit(result.folder)
            return
        if result.added or result.computers:
            self.go.emit(PageName.APPS)
        undo = self._files.undo if result.added or result.computers else None
        self.toasted.emit(Toast(self._text(result), undo))
        if result.computers:
            ComputersDialog(self._session.choice, self._window).open()

    def _text(self, result: GivenResult) -> str:
        """In one line what was added, and the first reason why something was not."""
        names = (*result.added, *result.sources)
        if result.computers and not result.refused:
            for_whom = self.tr("For %n computer(s)", "", result.computers)
            return filled(self.tr("%1: %2 added"), for_whom, f"{len(names)}")
        if result.refused:
            error = result.refused[0].error
            reason = worded_together(error.message, error.hint)
            if not names and len(result.refused) == 1:
                return reason
            text = self.tr("%1 added, %2 not: %3")
            return filled(text, f"{len(names)}", f"{len(result.refused)}", reason)
        if len(names) > 1:
            return filled(self.tr("%1 added"), f"{len(names)}")
        if result.added:
            return filled(self.tr("%1 added to your choice"), result.added[0])
        if result.sources:
            return filled(self.tr("%1 added to your sources"), result.sources[0])
        if result.known:
            return filled(self.tr("%1 is among your sources already"), result.known[0])
        if len(result.present) > 1:
            return self.tr("All of it is chosen already")
        return filled(self.tr("%1 is chosen already"), "".join(result.present))


def _words(data: QMimeData) -> list[str]:
    """Paths and addresses that are dragged; a text only if it is one address."""
    urls = data.urls()
    if not urls and data.hasText():
        url = QUrl(data.text().strip(), QUrl.ParsingMode.StrictMode)
        urls = [url] if url.isValid() and url.scheme() in _FETCHED else []
    return [
        url.toLocalFile() if url.isLocalFile() else bytes(url.toEncoded().data()).decode("ascii")
        for url in urls
        # Those of a letter or a script lead nowhere.
        if "://" in url.toString()
    ]


def _take_copy(event: QDropEvent) -> None:
    """Whoever drags it keeps it."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
