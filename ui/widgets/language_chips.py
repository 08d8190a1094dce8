"""The person's languages as chips, each with both of its names, and a way to add one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.folding import fold
from ui.dialogs.add_language import AddLanguageDialog
from ui.i18n.filling import filled
from ui.i18n.language_names import is_known, language_name
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button, IconButton, Kind, Link
from ui.widgets.flow import Flow
from ui.widgets.labels import Label
from ui.widgets.menu import Menu


class LanguageChips(QWidget):
    """Best first; the menu of a chip makes it the first.

    Signals: wanted(object): a tuple of codes, best first; empty for those of the computer.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Languages, best first"))
        self._dialog: AddLanguageDialog | None = None
        self._languages: tuple[str, ...] = ()
        self._chips: list[_LanguageChip] = []
        self._none = labels.small(self.tr("This computer names none: texts are English"))
        self._add = Button(self.tr("Add"), Kind.LINK, symbol=Symbol.PLUS, parent=self)
        self._add.setAccessibleName(self.tr("Add a language"))
        self._usual = Link(self.tr("As on this computer"), self)
        self._usual.setAccessibleName(self.tr("Languages as on this computer"))
        self.setFocusProxy(self._add)
        self._add.clicked.connect(self._ask)
        self._usual.clicked.connect(self._reset)
        self._flow = Flow(style.px(style.GRID))
        self._flow.addWidget(self._add)
        self._flow.addWidget(self._usual)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._none)
        layout.addLayout(self._flow)

    @property
    def languages(self) -> tuple[str, ...]:
        return self._languages

    def show_languages(self, languages: Sequence[str], *, own: bool) -> None:
        """``own``: the person has set them; else they are the computer's."""
        shown = tuple(code for code in languages if is_known(code))
        self._usual.setVisible(own)
        self._none.setVisible(not shown)
        if shown == self._languages:
            return
        self._languages = shown
        focused = next((n for n, chip in enumerate(self._chips) if chip.has_focus), None)
        self._make(shown)
        if focused is not None:
            after = self._chips[focused : focused + 1]
            (after[0].cross if after else self._add).setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self, codes: tuple[str, ...]) -> None:
        while self._flow.count():
            self._flow.takeAt(0)
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [_LanguageChip(code, self) for code in codes]
        for chip in self._chips:
            chip.removed.connect(self._take_away)
            chip.preferred.connect(self._prefer)
            self._flow.addWidget(chip)
            chip.show()
        for button in (self._add, self._usual):
            self._flow.addWidget(button)
        self.updateGeometry()

    def _ask(self) -> None:
        self._dialog = AddLanguageDialog(self._languages, self)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.accepted.connect(self._take)
        self._dialog.open()

    def _take(self) -> None:
        if self._dialog is not None and self._dialog.chosen:
            self.wanted.emit((*self._languages, self._dialog.chosen))

    def _take_away(self, code: str) -> None:
        self.wanted.emit(tuple(each for each in self._languages if each != code))

    def _prefer(self, code: str) -> None:
        rest = (each for each in self._languages if each != code)
        self.wanted.emit((code, *rest))

    def _reset(self) -> None:
        self.wanted.emit(())


class _LanguageChip(QFrame):
    """Signals: removed(str), preferred(str): with its code."""

    removed = Signal(str)
    preferred = Signal(str)

    def __init__(self, code: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._code = code
        self.setProperty("surface", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        name = language_name(code)
        self.setAccessibleName(name.both)
        self.cross = IconButton(
            Symbol.CROSS, filled(self.tr("Remove %1"), name.local), small=True, parent=self
        )
        self.cross.clicked.connect(self._remove)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.HALF))
        layout.addSpacing(style.px(style.GRID))
        layout.addWidget(Label(name.local))
        if fold(name.own) != fold(name.local):
            own = Label(name.own, quiet=True)
            own.setProperty("upstream", True)
            layout.addWidget(own)
        layout.addWidget(self.cross)

    @property
    def has_focus(self) -> bool:
        return self.cross.hasFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the mouse, or by the menu key on its cross."""
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.entry(self.tr("Make it the first")).triggered.connect(self._prefer)
        menu.entry(self.tr("Remove")).triggered.connect(self._remove)
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.mapToGlobal(QPoint(0, self.height()))
        menu.popup(place)

    def _remove(self) -> None:
        self.removed.emit(self._code)

    def _prefer(self) -> None:
        self.preferred.emit(self._code)
