"""Add a remote: whose it is, and the fingerprint of its key before anything is trusted."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import SatchelError
from app.flatpak.remotes.adding import (
    NameTakenError,
    OfferedRemote,
    add_remote,
    read_offer,
    renamed,
)
from app.flatpak.remotes.given import is_repo_file
from app.flatpak.remotes.known import REPO_FILE, Known, read_key
from app.ostree.pull.fetch import Network
from app.progress import CancelToken, Reporter
from app.stick.environment import Environment
from ui.i18n.filling import filled
from ui.i18n.fingerprints import grouped
from ui.i18n.wording import worded
from ui.state.session import Session
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge, Task
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.primary_button import PrimaryButton

_WIDTH = 64


class AddRemoteDialog(QDialog):
    """Signals: added(str): the remote of that name is known now."""

    added = Signal(str)

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self._task: Task | None = None
        self._offer: OfferedRemote | None = None
        self._considered: OfferedRemote | None = None
        self.setWindowTitle(self.tr("Add a remote"))
        self.setMinimumWidth(style.grown(_WIDTH))
        self._build()
        self._show_question()
        self._source.setFocus(Qt.FocusReason.OtherFocusReason)
        self.finished.connect(self._stop)

    def consider(self, offer: OfferedRemote) -> None:
        """Whether to trust this one, instead of one whose address is typed."""
        self._considered = offer
        self._asked.hide()
        self._bare.hide()
        self._show_offer(offer)

    def _build(self) -> None:
        self._source = self._line(
            self.tr("Address"), self.tr("https://… or the name of a .flatpakrepo file")
        )
        self._asked = QWidget(self)
        form = QFormLayout(self._asked)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(style.GRID)
        form.addRow(self.tr("&Address:"), self._with_files(self._source, self._choose_source))
        self._bare = QWidget(self)
        bare = QFormLayout(self._bare)
        bare.setContentsMargins(0, 0, 0, 0)
        bare.setSpacing(style.GRID)
        bare.addRow(
            labels.body(
                self.tr("A repository's own address needs its key, and often its collection ID:"),
                quiet=True,
            )
        )
        # Tab goes through them in the order in which they are made.
        self._key = self._line(self.tr("Key file"), "")
        bare.addRow(self.tr("&Key file:"), self._with_files(self._key, self._choose_key))
        self._collection = self._line(self.tr("Collection"), "org.example.Apps")
        bare.addRow(self.tr("C&ollection:"), self._collection)
        self._build_naming()
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Looking at the remote"))
        self._icon = QLabel(self)
        self._heading = labels.heading(parent=self)
        self._text = labels.body(parent=self)
        self._prints = labels.body(parent=self)
        self._prints.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._prints.setAccessibleName(self.tr("Fingerprint of the key"))
        self._advice = labels.body(quiet=True, parent=self)
        answer = self._answer()
        buttons = self._buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.MARGIN, style.MARGIN, style.MARGIN, style.GAP)
        layout.setSpacing(style.GAP)
        layout.addWidget(self._asked)
        layout.addWidget(self._bare)
        layout.addWidget(self._naming)
        layout.addWidget(self._bar)
        layout.addLayout(answer)
        layout.addStretch(1)
        layout.addWidget(buttons)

    def _answer(self) -> QHBoxLayout:
        """What is known of the remote, beside an icon."""
        said = QVBoxLayout()
        said.setSpacing(style.GRID)
        for label in (self._heading, self._text, self._prints, self._advice):
            said.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(style.GAP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        return row

    def _buttons(self) -> QDialogButtonBox:
        self._go = PrimaryButton(parent=self)
        self._go.setDefault(True)
        self._go.clicked.connect(self._next)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        buttons.addButton(self._go, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        tall(*buttons.buttons())
        return buttons

    def _build_naming(self) -> None:
        """Asked for only where the remote's own name is taken."""
        self._naming = QWidget(self)
        naming = QFormLayout(self._naming)
        naming.setContentsMargins(0, 0, 0, 0)
        naming.setSpacing(style.GRID)
        self._name = QLineEdit(self)
        self._name.setAccessibleName(self.tr("Name"))
        naming.addRow(self.tr("&Name:"), self._name)
        self._naming.hide()

    def _line(self, name: str, example: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setAccessibleName(name)
        line.setPlaceholderText(example)
        line.textChanged.connect(self._show_question)
        return line

    def _with_files(self, line: QLineEdit, choose: object) -> QWidget:
        button = QPushButton(self.tr("Browse…"), self)
        button.setAccessibleName(filled(self.tr("Browse for: %1"), line.accessibleName()))
        button.setAutoDefault(False)
        icons.give(button, Symbol.FOLDER)
        button.clicked.connect(choose)
        whole = QWidget(self)
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.GRID)
        row.addWidget(line, 1)
        row.addWidget(button)
        whole.setFocusProxy(line)
        return whole

    def _choose_source(self) -> None:
        kinds = self.tr("Flatpak remotes") + f" (*{REPO_FILE})"
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a remote"), "", kinds)
        if chosen:
            self._source.setText(chosen)

    def _choose_key(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a key"))
        if chosen:
            self._key.setText(chosen)

    # What is shown

    def _show_question(self) -> None:
        """Another address than the one looked at: nothing is known of it."""
        self._stop()
        self._offer = None
        text = self._source.text().strip()
        bare = "://" in text and not is_repo_file(text)
        self._bare.setVisible(bare)
        self._naming.hide()
        self._say(None, None, "", self.tr("First its key is shown; nothing is trusted yet."))
        self._go.setText(self.tr("Look at it"))
        self._go.setEnabled(bool(text))
        self._fit()

    def _show_offer(self, offer: OfferedRemote) -> None:
        self._offer = offer
        text = filled(self.tr("It is at %1. Its key has the fingerprint:"), offer.remote.address)
        advice = self.tr(
            "Compare it with what its makers publish. Whoever has this key decides what comes "
            "from there."
        )
        prints = "\n".join(map(grouped, offer.fingerprints))
        if offer.protected:
            self._say(Symbol.KEY, None, offer.remote.label, advice, text, prints)
        else:
            unsafe = self.tr(
                "It came without encryption: anybody on the way may have put another key in."
            )
            self._say(
                Symbol.WARNING,
                style.Tone.WARN,
                offer.remote.label,
                f"{unsafe} {advice}",
                text,
                prints,
            )
        self._go.setText(self.tr("Trust and add"))
        self._go.setEnabled(True)
        self._go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_error(self, error: SatchelError) -> None:
        self._task = None
        if isinstance(error, NameTakenError):
            self._naming.show()
            self._name.setFocus(Qt.FocusReason.OtherFocusReason)
            self._offer = self._considered
        self._say(Symbol.ERROR, style.Tone.BAD, worded(error.message), worded(error.hint))
        self._go.setText(self.tr("Try again"))
        self._go.setEnabled(True)

    def _show_working(self) -> None:
        self._say(None, None, "", self.tr("Looking at the remote…"))
        self._bar.show()
        self._go.setEnabled(False)

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
        self._fit()

    def _fit(self) -> None:
        """As high as what is said needs."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        width = max(self.width(), style.grown(_WIDTH))
        self.resize(width, max(layout.totalHeightForWidth(width), self.height()))

    # What is done

    def _next(self) -> None:
        self._stop()
        environment = self._session.environment
        if self._offer is None:
            self._task = self._bridge.run(
                partial(
                    _read,
                    self._source.text().strip(),
                    self._key.text().strip() if self._bare.isVisible() else "",
                    self._collection.text().strip() if self._bare.isVisible() else "",
                    self._name.text().strip() if self._naming.isVisible() else "",
                    environment.network,
                ),
                done=self._show_offer,
                failed=self._show_error,
            )
        else:
            self._task = self._bridge.run(
                partial(
                    _add,
                    environment,
                    self._offer,
                    self._name.text().strip() if self._naming.isVisible() else "",
                    self._session.known,
                ),
                done=self._finish,
                failed=self._show_error,
            )
        self._show_working()

    def _finish(self, added: tuple[str, Known]) -> None:
        name, known = added
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
    )


def _add(
    environment: Environment,
    offer: OfferedRemote,
    name: str,
    known: Known,
    _report: Reporter,
    _cancel: CancelToken,
) -> tuple[str, Known]:
    """The name that it is known by now, and all that are known. ``name``: empty for its own."""
    added = add_remote(environment.config, renamed(offer, name) if name else offer, known)
    return added.name, environment.known_with_news()
