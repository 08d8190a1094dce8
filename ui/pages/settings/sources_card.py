"""Where apps come from: the sources, each with its state, and the ready-made sets."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.credentials import public_address
from app.flatpak.remotes.addresses import split_address
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from ui.controllers.settings import SettingsView, SourceFacts
from ui.i18n.filling import filled
from ui.i18n.numbers import counted, day_told
from ui.i18n.stick_words import needs_flatpak, unsigned
from ui.pages.settings.rows import SettingRow, SettingsCard
from ui.pages.settings.sets_dialog import SetsDialog
from ui.style import icons, style
from ui.style.look import look
from ui.style.symbol import Symbol
from ui.style.tokens import radius
from ui.widgets import labels
from ui.widgets.buttons import Button, Kind, MenuButton
from ui.widgets.menu import Menu
from ui.widgets.pill import Pill, PillTone
from ui.widgets.text_and_control import TextAndControl

_SIGN = 36


class SourcesCard(SettingsCard):
    """Signals:
    add_wanted(): a source is to be added.
    key_wanted(object), removal_wanted(object): of this `Remote`.
    unsigned_wanted(object, bool): whether what comes from this `Remote` is taken though nobody
        vouches for it.
    listing_wanted(str, bool): whether the source of that name is searched for apps.
    changed(str, object): the setting of that name shall have this value.
    """

    add_wanted = Signal()
    key_wanted = Signal(object)
    removal_wanted = Signal(object)
    unsigned_wanted = Signal(object, bool)
    listing_wanted = Signal(str, bool)
    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Where apps come from"), parent)
        self._address = ""
        self._dialog: SetsDialog | None = None
        self._rows: list[SourceRow] = []
        add = Button(self.tr("Add a source"), Kind.LINK, symbol=Symbol.PLUS)
        add.clicked.connect(self.add_wanted)
        self.rows.add_row(_padded(add))
        change = Button(self.tr("Change…"), small=True)
        change.setAccessibleName(self.tr("Change where the ready-made sets come from"))
        change.clicked.connect(self._ask)
        self._sets = SettingRow(self.tr("Ready-made sets"), " ", change)
        self.rows.add_row(self._sets)

    def show_settings(self, view: SettingsView) -> None:
        self._address = view.settings.sets_address
        self._sets.say(_host(self._address) if self._address else self.tr("Those of Satchel"))

    def show_sources(self, remotes: Sequence[Remote]) -> None:
        names = [remote.name for remote in remotes]
        if names != [row.remote.name for row in self._rows]:
            self._make(remotes)
        for row, remote in zip(self._rows, remotes, strict=True):
            row.show_source(remote)

    def show_facts(self, facts: Sequence[SourceFacts]) -> None:
        known = {each.remote.name: each for each in facts}
        for row in self._rows:
            if row.remote.name in known:
                row.show_facts(known[row.remote.name])

    def _make(self, remotes: Sequence[Remote]) -> None:
        """The two last rows stay."""
        for row in self._rows:
            self.rows.remove_row(row)
        self._rows = [SourceRow(remote) for remote in remotes]
        for number, row in enumerate(self._rows):
            row.key_wanted.connect(self.key_wanted)
            row.removal_wanted.connect(self.removal_wanted)
            row.unsigned_wanted.connect(self.unsigned_wanted)
            row.listing_wanted.connect(self.listing_wanted)
            self.rows.add_row(row, number)

    def _ask(self) -> None:
        self._dialog = SetsDialog(self._address, self.window())
        self._dialog.accepted.connect(self._take)
        self._dialog.open()

    def _take(self) -> None:
        if self._dialog is not None:
            self.changed.emit("sets_address", self._dialog.address)


class SourceRow(QWidget):
    """Signals: as those of `SourcesCard`.

    Attributes: remote: as it is shown.
    """

    key_wanted = Signal(object)
    removal_wanted = Signal(object)
    unsigned_wanted = Signal(object, bool)
    listing_wanted = Signal(str, bool)

    def __init__(self, remote: Remote, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.remote = remote
        self._facts: SourceFacts | None = None
        name = labels.body(remote.label, parent=self)
        name.setProperty("upstream", True)
        self._about = labels.small(parent=self)
        self._pill = Pill(parent=self)
        menu = Menu(self)
        key = menu.entry(self.tr("Key…"))
        key.triggered.connect(self._want_key)
        key.setVisible(not remote.is_registry)
        self._switch = menu.entry("")
        self._switch.triggered.connect(self._want_listing)
        self._unsigned = menu.entry("")
        self._unsigned.triggered.connect(self._want_unsigned)
        if remote.origin is RemoteOrigin.ADDED:
            menu.entry(self.tr("Remove…")).triggered.connect(self._want_removal)
        more = filled(self.tr("More about %1"), remote.label)
        said = QWidget(self)
        lines = QVBoxLayout(said)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(name)
        lines.addWidget(self._about)
        row = QHBoxLayout(self)
        edge, around = style.px(style.CARD), style.px(style.INNER)
        row.setContentsMargins(edge, around, edge, around)
        row.setSpacing(style.px(style.INNER))
        row.addWidget(_Sign(_symbol(remote), self))
        row.addLayout(TextAndControl(said, self._pill), 1)
        row.addWidget(MenuButton(menu, more, kind=Kind.QUIET))
        self._draw()

    def show_source(self, remote: Remote) -> None:
        """The same, as it is now."""
        self.remote = remote
        self._draw()

    def show_facts(self, facts: SourceFacts) -> None:
        self._facts = facts
        self._draw()

    def _draw(self) -> None:
        listed = self.remote.listed
        self._switch.setText(self.tr("Turn off") if listed else self.tr("Turn on"))
        about = self._contents() or self._origin() or _host(self.remote.address)
        self._about.setText(needs_flatpak() if self.remote.is_registry else about)
        accepted = self.remote.unsigned_accepted
        self._unsigned.setText(
            self.tr("Do not take its apps") if accepted else self.tr("Take its apps anyway…")
        )
        self._unsigned.setVisible(accepted or self._has_no_key)
        if not listed:
            self._pill.say(self.tr("Off"), Symbol.MINUS, PillTone.MUTE)
        elif accepted or self.remote.is_registry:
            self._pill.say(unsigned(), Symbol.SHIELD_WARNING, PillTone.WARM)
        elif self._facts is not None and not self._facts.fingerprints:
            self._pill.say(self.tr("Key unknown"), Symbol.SHIELD_WARNING, PillTone.BAD)
        else:
            self._pill.say(self.tr("Signed"), Symbol.SHIELD_CHECK, PillTone.GOOD)

    @property
    def _has_no_key(self) -> bool:
        return not self.remote.keys and not self.remote.is_registry

    def _contents(self) -> str:
        """How much there is; empty where nobody has looked yet."""
        facts = self._facts
        if facts is None or facts.apps is None or facts.written is None:
            return ""
        day = day_told(int(facts.written))
        return filled(self.tr("%1 apps, list of %2"), counted(facts.apps), day)

    def _origin(self) -> str:
        return {
            RemoteOrigin.ADDED: _host(self.remote.address),
            RemoteOrigin.USER: self.tr("Your flatpak has it"),
            RemoteOrigin.SYSTEM: self.tr("flatpak on this computer has it"),
            RemoteOrigin.PREDEFINED: self.tr("This computer came with it"),
            RemoteOrigin.OPERATING_SYSTEM: self.tr("For updates of this computer's system"),
            RemoteOrigin.BUILT_IN: self.tr("Comes with Satchel"),
        }.get(self.remote.origin, "")

    def _want_key(self) -> None:
        self.key_wanted.emit(self.remote)

    def _want_listing(self) -> None:
        self.listing_wanted.emit(self.remote.name, not self.remote.listed)

    def _want_unsigned(self) -> None:
        self.unsigned_wanted.emit(self.remote, not self.remote.unsigned_accepted)

    def _want_removal(self) -> None:
        self.removal_wanted.emit(self.remote)


class _Sign(QWidget):
    """On a square ground, as apps have icons."""

    def __init__(self, symbol: Symbol, parent: QWidget) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self.setFixedSize(style.px(_SIGN), style.px(_SIGN))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().accent_tint)
        round_ = style.px(radius("field"))
        painter.drawRoundedRect(self.rect(), round_, round_)
        side = style.px(style.Icon.SMALL)
        picture = icons.pixmap(self._symbol, side, look().accent_text, self.devicePixelRatioF())
        edge = (self.width() - side) // 2
        painter.drawPixmap(edge, edge, picture)
        painter.end()


def _symbol(remote: Remote) -> Symbol:
    return Symbol.FOLDER if remote.url.startswith("file:") else Symbol.GLOBE


def _host(address: str) -> str:
    parts = split_address(public_address(address))
    return (parts.hostname or parts.path) if parts is not None else address


def _padded(button: Button) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    edge = style.px(style.GAP)
    layout.setContentsMargins(edge, style.px(style.GRID), edge, style.px(style.GRID))
    layout.addWidget(button)
    layout.addStretch(1)
    return row
