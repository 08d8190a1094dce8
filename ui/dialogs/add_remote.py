"""Add a source: whose it is, and the fingerprint of its key before anything is trusted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.errors import SatchelError
from app.flatpak.remotes.adding import (
    NameTakenError,
    OfferedRemote,
    add_remote,
    read_offer,
    remove_remote,
    renamed,
)
from app.flatpak.remotes.given import is_repo_file
from app.flatpak.remotes.known import REPO_FILE, Known, read_key
from app.ostree.pull.fetch import Network
from app.progress import CancelToken, Reporter
from app.settings import load_settings, save_settings
from app.stick.environment import Environment
from ui.dialogs.nobody_vouches import TypedName, heading, take_anyway
from ui.i18n.filling import filled
from ui.i18n.fingerprints import grouped
from ui.i18n.wording import worded
from ui.state.session import Session
from ui.state.vouched import accepting
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge, Task, Work
from ui.widgets import labels
from ui.widgets.buttons import Button
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Field

_WIDTH = 528


class AddRemoteDialog(Dialog):
    """While the remote is being added it stays: that takes a moment, and ends in a remote that is
    known or in a reason why not.

    Signals: added(str): the remote of that name is known now.
    """

    added = Signal(str)

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Add a source"), self.tr("Look at it"), width=_WIDTH, parent=parent
        )
        self._session = session
        self._bridge = bridge
        self._task: Task | None = None
        self._is_adding = False
        self._offer: OfferedRemote | None = None
        self._considered: OfferedRemote | None = None
        self._build()
        self._show_question()
        self._source.setFocus(Qt.FocusReason.OtherFocusReason)
        self.acted.connect(self._next)
        self.finished.connect(self._stop)

    def consider(self, offer: OfferedRemote) -> None:
        """Whether to trust this one, instead of one whose address is typed."""
        self._considered = offer
        self._asked.hide()
        self._bare.hide()
        self._show_offer(offer)

    def _build(self) -> None:
        self._source = self._field(
            self.tr("&Address or file"), self.tr("https://… or the name of a .flatpakrepo file")
        )
        self._asked = self._with_files(self._source, self._choose_source)
        self._bare = QWidget(self)
        bare = QVBoxLayout(self._bare)
        bare.setContentsMargins(0, 0, 0, 0)
        bare.setSpacing(style.px(style.INNER))
        bare.addWidget(
            labels.body(
                self.tr("An address like this one needs the key of its makers, often an ID too:"),
                quiet=True,
            )
        )
        # Tab goes through them in the order in which they are made.
        self._key = self._field(self.tr("&Key file"))
        bare.addWidget(self._with_files(self._key, self._choose_key))
        self._collection = self._field(self.tr("Its &ID"), "org.example.Apps")
        bare.addWidget(self._collection)
        self._typed = TypedName(self)
        self._typed.changed.connect(self._refresh)
        self._naming = Field(self.tr("&Name"), parent=self)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        for widget in (self._asked, self._bare, self._typed, self._naming, self._bar):
            self.body.addWidget(widget)
        self.body.addLayout(self._answer())

    def _answer(self) -> QHBoxLayout:
        """What is known of the remote, beside an icon."""
        self._icon = QLabel(self)
        self._heading = labels.strong(parent=self)
        self._text = labels.body(parent=self)
        self._prints = labels.body(parent=self)
        self._prints.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._prints.setAccessibleName(self.tr("Fingerprint of the key"))
        self._advice = labels.body(quiet=True, parent=self)
        said = QVBoxLayout()
        said.setSpacing(style.px(style.GRID))
        for label in (self._heading, self._text, self._prints, self._advice):
            said.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(style.px(style.GAP))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        return row

    def _field(self, name: str, example: str = "") -> Field:
        field = Field(name, example, self)
        field.line.textChanged.connect(self._show_question)
        return field

    def _with_files(self, field: Field, choose: Callable[[], None]) -> QWidget:
        button = Button(self.tr("Browse…"), parent=self)
        button.setAccessibleName(filled(self.tr("Browse for: %1"), field.line.accessibleName()))
        button.clicked.connect(choose)
        whole = QWidget(self)
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(style.GRID))
        row.addWidget(field, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        whole.setFocusProxy(field.line)
        return whole

    def _choose_source(self) -> None:
        kinds = self.tr("Sources of apps") + f" (*{REPO_FILE})"
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a source"), "", kinds)
        if chosen:
            self._source.line.setText(chosen)

    def _choose_key(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a key"))
        if chosen:
            self._key.line.setText(chosen)

    # What is shown

    def _show_question(self) -> None:
        """Another address than the one looked at: nothing is known of it."""
        self._stop()
        self._offer = None
        text = self._source.text
        bare = "://" in text and not is_repo_file(text)
        self._bare.setVisible(bare)
        self._naming.hide()
        self._typed.hide()
        self.retitle(self.tr("Add a source"))
        self._say(None, None, "", self.tr("First its key is shown; nothing is trusted yet."))
        self.rename_verb(self.tr("Look at it"))
        self.verb.explain("" if text else self.tr("First type an address, or choose a file."))

    def _show_offer(self, offer: OfferedRemote) -> None:
        self._offer = offer
        if not offer.fingerprints:
            self._show_unsigned(offer)
            return
        text = filled(self.tr("It is at %1. Its key has the fingerprint:"), offer.remote.address)
        advice = self.tr(
            "Compare it with what its makers publish. Whoever has this key decides what comes "
            "from there."
        )
        prints = "\n".join(map(grouped, offer.fingerprints))
        doubts = [worded(offer.doubt)] if offer.doubt is not None else []
        if not offer.protected:
            doubts.append(
                self.tr(
                    "It came without encryption: anybody on the way may have put another key in."
                )
            )
        icon, tone = (Symbol.WARNING, style.Tone.WARN) if doubts else (Symbol.KEY, None)
        advice = " ".join([*doubts, advice])
        self._say(icon, tone, offer.remote.label, advice, text, prints)
        self.rename_verb(self.tr("Trust and add"))
        self.verb.explain("")
        self.verb.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_unsigned(self, offer: OfferedRemote) -> None:
        """It has no key: only who types its name gets it."""
        self.retitle(heading(offer.remote))
        self._asked.hide()
        self._bare.hide()
        self._say(None, None, "", "")
        self._typed.ask_about(offer.remote)
        self._typed.show()
        self._typed.setFocus(Qt.FocusReason.OtherFocusReason)
        self.rename_verb(take_anyway())
        self._refresh()

    def _refresh(self) -> None:
        if self._typed.isVisibleTo(self):
            self.verb.explain(self._typed.missing)

    def _show_error(self, error: SatchelError) -> None:
        self._task = None
        self._let_change(True)
        if isinstance(error, NameTakenError):
            self._naming.show()
            self._naming.line.setFocus(Qt.FocusReason.OtherFocusReason)
            self._offer = self._considered
        self._say(Symbol.ERROR, style.Tone.BAD, worded(error.message), worded(error.hint))
        self.rename_verb(self.tr("Try again"))
        self.verb.explain("")

    def _show_working(self, doing: str) -> None:
        self._say(None, None, "", doing)
        self._bar.setAccessibleName(doing)
        self._bar.show()
        self.verb.explain(doing)

    def _let_change(self, can: bool) -> None:
        """``can``: nothing is being added, so that what is asked for may become something else."""
        self._is_adding = not can
        for widget in (self._asked, self._bare, self._typed, self._naming):
            widget.setEnabled(can)
        self.cancel.explain("" if can else self.tr("The source is being added."))

    def reject(self) -> None:
        if not self._is_adding:
            super().reject()

    def _say(
        self,
        icon: Symbol | None,
        tone: style.Tone | None,
        heading: str,
        advice: str,
        text: str = "",
        prints: str = "",
    ) -> None:
        self._bar.hide()
        self._icon.setVisible(icon is not None)
        if icon is not None:
            icons.give(self._icon, icon, tone=tone, side=style.Icon.MEDIUM)
        for label, words in (
            (self._heading, heading),
            (self._text, text),
            (self._prints, prints),
            (self._advice, advice),
        ):
            label.setText(words)
            label.setVisible(bool(words))

    # What is done

    def _next(self) -> None:
        self._stop()
        if self._offer is None:
            self._task = self._bridge.run(
                partial(
                    _read,
                    self._source.text,
                    self._key.text if self._bare.isVisible() else "",
                    self._collection.text if self._bare.isVisible() else "",
                    self._naming.text if self._naming.isVisible() else "",
                    self._session.environment.network,
                ),
                done=self._show_offer,
                failed=self._show_error,
            )
            self._show_working(self.tr("Looking at the source…"))
            return
        name = self._naming.text if self._naming.isVisible() else ""
        self._let_change(False)
        self._bridge.in_turn(
            partial(_adding, self._session, self._offer, name), self._finish, self._show_error
        )
        self._show_working(self.tr("Adding the source…"))

    def _finish(self, added: tuple[str, Known, Environment]) -> None:
        self._let_change(True)
        name, known, environment = added
        if environment is not self._session.environment:
            self._session.set_environment(environment)
        self._session.set_known(known)
        self.added.emit(name)
        self.accept()

    def _stop(self) -> None:
        if self._task is not None and self._task.running:
            self._task.drop()
        self._task = None


def _read(
    text: str,
    key: str,
    collection: str,
    name: str,
    network: Network,
    _report: Reporter,
    cancel: CancelToken,
) -> OfferedRemote:
    return read_offer(
        text,
        network,
        cancel,
        name=name or None,
        key=read_key(Path(key)) if key else b"",
        collection_id=collection or None,
        unsigned=True,
    )


def _adding(session: Session, offer: OfferedRemote, name: str) -> Work:
    return partial(_add, session.environment, offer, name, session.known)


def _add(
    environment: Environment,
    offer: OfferedRemote,
    name: str,
    known: Known,
    _report: Reporter,
    _cancel: CancelToken,
) -> tuple[str, Known, Environment]:
    """The name that it is known by now, all that are known, and the environment, in which one that
    nobody vouches for is accepted. ``name``: empty for its own."""
    added = add_remote(environment.config, renamed(offer, name) if name else offer, known)
    if not offer.fingerprints:
        settings = load_settings(environment.config).settings
        wanted = settings.with_value("unsigned_sources", accepting(settings, added))
        try:
            save_settings(environment.config, wanted)
        except SatchelError:
            # One that is there and not accepted is not what anybody asked for.
            remove_remote(environment.config, added.name, known)
            raise
        environment = environment.reloaded()
    return added.name, environment.known_remotes(), environment
