"""Installing what is on a drive on this computer: which apps, for whom, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.client.receiving.installation import Scope
from app.client.receiving.unvouched import Unvouched
from ui.controllers.receiving import ReceivingController
from ui.controllers.receiving_view import ReceivingState, ReceivingView, RowState
from ui.dialogs.nobody_vouches import TypedName
from ui.dialogs.receiving_rows import ReceivingRow
from ui.dialogs.receiving_words import ReceivingWords
from ui.i18n.fingerprints import grouped
from ui.i18n.wording import worded
from ui.state.session import Session
from ui.style import style
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.card import Card, RowsCard, Surface
from ui.widgets.dialog import Dialog
from ui.widgets.fold import Fold
from ui.widgets.labels import Ink
from ui.widgets.page_scroll import PageScroll
from ui.widgets.segments import Segments

_WIDTH = 560
_ROW = 52
_MOST_ROWS = 4
_SCOPES = (Scope.USER, Scope.SYSTEM)
_LISTED = frozenset(
    {
        ReceivingState.CHOOSING,
        ReceivingState.INSTALLING,
        ReceivingState.STOPPING,
        ReceivingState.STOPPED,
        ReceivingState.DONE,
    }
)


class ReceivingDialog(Dialog):
    """It looks at the drive when it is shown, and changes nothing before its verb is pressed.

    While something is being installed, closing it stops that.

    Signals:
        installed(): something may be on this computer that was not.
    """

    installed = Signal()

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__("", "-", width=_WIDTH, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._controller = ReceivingController(session, bridge, self)
        self._pictures = session.pictures
        self._words = ReceivingWords()
        self._is_demo = session.environment.is_demo
        self._rows: dict[tuple[str, str], ReceivingRow] = {}
        self._build()
        self.acted.connect(self._act)
        self._controller.changed.connect(self._show)
        self._show(self._controller.view)

    def _build(self) -> None:
        self._sentence = labels.body(parent=self)
        texts = (self.tr("Only for me"), self.tr("For everybody on this computer"))
        self._scopes = Segments(self.tr("Whom to install for"), texts, self)
        self._scopes.chosen.connect(self._choose_scope)
        self._card = RowsCard(self)
        self._scroll = PageScroll(self._card, self)
        self._key = Card(Surface.SUNKEN, padding=style.INNER, parent=self)
        self._owner = labels.strong(parent=self._key)
        self._fingerprint = labels.body(parent=self._key)
        self._fingerprint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._source = labels.small(parent=self._key)
        for label in (self._owner, self._fingerprint, self._source):
            self._key.body.addWidget(label)
        self._asked: Unvouched | None = None
        self._unsigned = TypedName(self)
        self._unsigned.changed.connect(self._typed)
        self._unsigned.hide()
        self._notes = labels.small(parent=self)
        self._fold = Fold(self.tr("Details for builders"), parent=self)
        self._details = labels.small(parent=self)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._fold.body.addWidget(self._details)
        for widget in (
            self._sentence,
            self._key,
            self._unsigned,
            self._scopes,
            self._scroll,
            self._notes,
            self._fold,
        ):
            self.body.addWidget(widget)

    def begin(self, root: Path, names: Mapping[str, str]) -> None:
        """Look at the drive at ``root``; as of `ReceivingController.start`."""
        self._controller.start(root, names)

    @property
    def view(self) -> ReceivingView:
        """What is shown."""
        return self._controller.view

    @property
    def sentence(self) -> str:
        """What is said above the apps."""
        return self._sentence.text()

    @property
    def notes(self) -> str:
        """What is said below them."""
        return self._notes.text()

    @property
    def rows(self) -> tuple[ReceivingRow, ...]:
        """The apps that are shown."""
        return tuple(row for row in self._rows.values() if not row.isHidden())

    def reject(self) -> None:
        """While this computer is changed, it is stopped first, and what became of it is shown."""
        if self.view.state is ReceivingState.KEY:
            self._controller.answer(agree=False)
        elif self.view.state is ReceivingState.UNSIGNED:
            self._controller.answer_unsigned(accept=False)
        elif self.view.under_way:
            self._controller.stop()
        else:
            super().reject()

    def done(self, result: int) -> None:
        self._controller.stop()
        super().done(result)

    # What a person does

    def _act(self) -> None:
        match self.view.state:
            case ReceivingState.CLOCK if self.view.sets_clock:
                self._controller.set_clock()
            case ReceivingState.CLOCK | ReceivingState.FAILED:
                self._controller.look_again()
            case ReceivingState.KEY:
                self._controller.answer(agree=True)
            case ReceivingState.UNSIGNED:
                self._controller.answer_unsigned(accept=True)
            case ReceivingState.CHOOSING:
                self._controller.install()

    def _choose_scope(self, number: int) -> None:
        self._scopes.show_segment(number)
        self._controller.choose_scope(_SCOPES[number])

    # What there is

    def _show(self, view: ReceivingView) -> None:
        said = self._words.sentence(view)
        self._sentence.setVisible(bool(said))
        if said != self._sentence.text():
            self._sentence.setText(said)
            announce(self._sentence, said)
        is_bad = view.state in {ReceivingState.FAILED, ReceivingState.CLOCK} or (
            view.state is ReceivingState.DONE and view.failed
        )
        self._sentence.set_ink(Ink.BAD if is_bad else Ink.TEXT)
        self.retitle(self._words.title(view))
        self._show_key(view)
        self._show_unsigned(view)
        self._scopes.setVisible(view.state is ReceivingState.CHOOSING and view.scope_matters)
        self._scopes.show_segment(_SCOPES.index(view.scope))
        self._show_rows(view)
        notes = self._words.notes(view, is_demo=self._is_demo)
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))
        self._show_details(view)
        self._show_buttons(view)
        if view.state in {ReceivingState.DONE, ReceivingState.STOPPED}:
            self.installed.emit()

    def _show_key(self, view: ReceivingView) -> None:
        self._key.setVisible(view.question is not None)
        if view.question is not None:
            self._owner.setText(view.question.owner)
            self._fingerprint.setText(grouped(view.question.fingerprint))
            self._source.setText(self._words.source(view, view.question.collection))

    def _show_unsigned(self, view: ReceivingView) -> None:
        asks = view.state is ReceivingState.UNSIGNED
        if view.unsigned != self._asked:
            self._unsigned.ask(self._words.unsigned(view), self._words.unsigned_beside(view))
        self._asked = view.unsigned
        self._unsigned.setVisible(asks)
        if asks:
            self._unsigned.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> None:
        if self.view.state is ReceivingState.UNSIGNED:
            self.verb.explain(self._unsigned.missing)

    def _missing(self, view: ReceivingView) -> str:
        """What has to be done before the verb does anything."""
        if view.state is ReceivingState.UNSIGNED:
            return self._unsigned.missing
        nothing = view.state is ReceivingState.CHOOSING and not view.ticked
        return self._words.nothing_ticked() if nothing else ""

    def _show_rows(self, view: ReceivingView) -> None:
        listed = view.state in _LISTED
        shown = [row for row in view.rows if row.state is not RowState.HERE] if listed else []
        with self._card.still():
            for row in shown:
                if row.key not in self._rows:
                    self._rows[row.key] = ReceivingRow(self._pictures, self._words, self._card)
                    self._rows[row.key].ticked.connect(self._tick)
                    self._card.add_row(self._rows[row.key])
                self._rows[row.key].show_row(row)
            keys = {row.key for row in shown}
            for key, widget in self._rows.items():
                widget.setVisible(key in keys)
            self._card.arrange()
        # Half a row more tells that there are others.
        rows = len(shown) if len(shown) <= _MOST_ROWS else _MOST_ROWS + 0.5
        self._scroll.setFixedHeight(round(max(rows, 1) * (style.px(_ROW) + 1)) + 2)
        self._scroll.setVisible(bool(shown))

    def _tick(self, row: ReceivingRow, wanted: bool) -> None:
        if row.row is not None:
            self._controller.choose(row.row.key, wanted=wanted)

    def _show_details(self, view: ReceivingView) -> None:
        """What was found out, and what flatpak said, for those who build."""
        rows = [row for row in view.rows if row.reason] if view.state in _LISTED else []
        self._details.setText("\n".join(f"{row.ref}: {worded(row.reason)}" for row in rows))
        self._fold.setVisible(bool(rows))

    def _show_buttons(self, view: ReceivingView) -> None:
        verb, cancel = self._words.verb(view), self._words.cancel(view)
        if verb and verb != self.verb.text():
            self.rename_verb(verb)
        self.verb.setVisible(bool(verb))
        # A key is agreed to by who reads, not by who presses Return.
        self.verb.setDefault(bool(verb) and view.state is not ReceivingState.KEY)
        self.verb.explain(self._missing(view))
        self.rename_cancel(cancel)
        self.cancel.setVisible(view.state is not ReceivingState.STOPPING)
        # Return presses the button that has the focus.
        if view.state is ReceivingState.KEY and self.focusWidget() is self.verb:
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
