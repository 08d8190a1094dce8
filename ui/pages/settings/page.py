"""Settings: what is set once. Everything counts as soon as it is changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.refs import COMMON_ARCHES, host_arch
from app.flatpak.remotes.remote import RemoteOrigin
from app.settings import MAX_CONNECTIONS
from ui.dialogs.add_remote import AddRemoteDialog
from ui.i18n.filling import filled
from ui.i18n.wording import worded
from ui.models.messages import from_notice
from ui.pages.base import Page
from ui.pages.settings.cache_settings import CacheSettings
from ui.pages.settings.remote_list import RemoteList
from ui.pages.settings.wheel_safe_fields import WheelSafeComboBox, WheelSafeSpinBox
from ui.state.page_name import PageName
from ui.state.preferences import Keyed, Preferences
from ui.state.session import Session
from ui.style import icons, style
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import tall
from ui.widgets.language_list import LanguageList
from ui.widgets.message_list import MessageList
from ui.widgets.notice import NoticeLabel
from ui.widgets.section import Section

_WIDTH = 100 * style.GRID


class SettingsPage(Page):
    """Remotes, languages, architecture, cache, connections."""

    name = PageName.SETTINGS
    icon = "settings"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._preferences = Preferences(session, bridge, self)
        self._doomed = ""
        self._build()
        self._connect()
        self._show_settings()

    @property
    def label(self) -> str:
        return self.tr("Settings")

    @property
    def title(self) -> str:
        return self.tr("Settings")

    def entered(self) -> None:
        self._problem.say("")
        self._show_notices()
        self._show_remotes()
        self._preferences.measure()

    # What it is made of

    def _build(self) -> None:
        self._problem = NoticeLabel(self)
        self._demo = NoticeLabel(self)
        if self.session.environment.is_demo:
            self._demo.say(self.tr("This is the demo: what you set here counts until it closes."))
        self.body.addWidget(self._demo)
        self.body.addWidget(self._problem)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, style.GRID, 0)
        column.setSpacing(style.MARGIN)
        for part in (
            self._notice_part(),
            self._remote_part(),
            self._language_part(),
            self._computer_part(),
            self._cache_part(),
        ):
            column.addWidget(part)
        column.addStretch(1)
        inside.setMaximumWidth(_WIDTH)
        scroll = QScrollArea(self)
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        inside.setBackgroundRole(QPalette.ColorRole.Window)
        self.body.addWidget(scroll, 1)

    def _notice_part(self) -> QWidget:
        self._notices = Section(self.tr("Good to know"), parent=self)
        self._notice_list = MessageList(self.tr("Good to know"), self)
        self._notices.body.addWidget(self._notice_list)
        self._notices.hide()
        return self._notices

    def _remote_part(self) -> QWidget:
        part = Section(
            self.tr("Remotes"),
            self.tr("Where apps come from. What comes from there is judged by these keys."),
            self,
        )
        self._remotes = RemoteList(self.tr("Remotes"), self)
        self._add = QPushButton(self.tr("Add a remote…"), self)
        icons.give(self._add, "add", role=self._add.foregroundRole())
        self._remove = QPushButton(self.tr("Remove"), self)
        self._remove.setAccessibleName(self.tr("Remove the remote"))
        icons.give(self._remove, "remove", role=self._remove.foregroundRole())
        tall(self._add, self._remove)
        self._why_not = NoticeLabel(self)
        row = QHBoxLayout()
        row.setSpacing(style.GRID)
        row.addWidget(self._add)
        row.addWidget(self._remove)
        row.addStretch(1)
        part.body.addWidget(self._remotes)
        part.body.addLayout(row)
        part.body.addWidget(self._why_not)
        return part

    def _language_part(self) -> QWidget:
        part = Section(
            self.tr("Languages"),
            self.tr(
                "Apps are described in the first of these that there is. The window follows the "
                "next time Satchel starts."
            ),
            self,
        )
        self._languages = LanguageList(self)
        part.body.addWidget(self._languages)
        return part

    def _computer_part(self) -> QWidget:
        part = Section(self.tr("Computers and network"), parent=self)
        self._arch = WheelSafeComboBox(self)
        self._arch.setAccessibleName(self.tr("Drives are for computers of the kind"))
        self._connections = WheelSafeSpinBox(self)
        self._connections.setRange(1, MAX_CONNECTIONS)
        self._connections.setKeyboardTracking(False)
        self._connections.setAccessibleName(self.tr("Connections at once"))
        form = QFormLayout()
        form.setSpacing(style.GRID)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.addRow(self.tr("Drives are for computers of the kind:"), self._arch)
        form.addRow(self.tr("Connections at once:"), self._connections)
        part.body.addLayout(form)
        return part

    def _cache_part(self) -> QWidget:
        part = Section(
            self.tr("Kept on this computer"),
            self.tr("Catalogues and lists of remotes, so that little is fetched twice."),
            self,
        )
        self._cache = CacheSettings(movable=not self.session.environment.is_demo, parent=self)
        part.body.addWidget(self._cache)
        return part

    def _connect(self) -> None:
        session, preferences = self.session, self._preferences
        session.environment_changed.connect(self._show_settings)
        session.remotes_changed.connect(self._show_remotes)
        session.notice_changed.connect(self._show_notices)
        preferences.failed.connect(self._show_problem)
        preferences.changed.connect(self._show_changed)
        preferences.measured.connect(self._cache.show_size)
        preferences.keyed.connect(self._show_keys)
        self._add.clicked.connect(self._ask_for_remote)
        self._remove.clicked.connect(self._ask_whether_to_remove)
        self._remotes.selectionModel().currentChanged.connect(self._refresh)
        self._languages.wanted.connect(self._set_languages)
        self._arch.activated.connect(self._set_arch)
        self._connections.valueChanged.connect(self._set_connections)
        self._cache.limit_wanted.connect(self._set_limit)
        self._cache.place_wanted.connect(self._set_place)
        self._cache.clear_wanted.connect(preferences.clear)

    # What is shown

    def _show_settings(self) -> None:
        environment = self.session.environment
        settings = environment.settings
        self._languages.show_languages(environment.languages, own=bool(settings.languages))
        usual = filled(self.tr("This computer's (%1)"), host_arch())
        others = dict.fromkeys((*COMMON_ARCHES, *filter(None, [settings.architecture])))
        self._arch.clear()
        self._arch.addItem(usual, "")
        for arch in others:
            self._arch.addItem(arch, arch)
        self._arch.setCurrentIndex(self._arch.findData(settings.architecture))
        with QSignalBlocker(self._connections):
            self._connections.setValue(settings.connections)
        self._cache.show_settings(settings, environment.cache)

    def _show_changed(self) -> None:
        self._problem.say("")
        if self.isVisible():
            self._preferences.measure()

    def _show_problem(self, error: SatchelError) -> None:
        if isinstance(error, InterruptedByUser):
            return
        text = f"{worded(error.message)} {worded(error.hint)}".rstrip()
        self._problem.say(text, icon="error", tone=style.Tone.BAD)
        # What was not taken is not shown as if it were.
        self._show_settings()

    def _show_notices(self) -> None:
        notices = self.session.notices
        self._notices.setVisible(bool(notices))
        if self._notice_list.count != len(notices):
            self._notice_list.show_messages(map(from_notice, notices))
        if self.isVisible() and self.session.unread:
            self.session.mark_read()

    def _show_remotes(self) -> None:
        if self.isVisible():
            self._remotes.remotes.show_remotes(self.session.remotes)
            self._preferences.read_keys()
            self._refresh()

    def _show_keys(self, found: Sequence[Keyed]) -> None:
        self._remotes.remotes.show_keys({one.remote.name: one.fingerprints for one in found})

    def _refresh(self) -> None:
        """Only what was added here can be removed here."""
        remote = self._remotes.current
        own = remote is not None and remote.origin is RemoteOrigin.ADDED
        self._remove.setEnabled(own)
        self._why_not.say(
            ""
            if remote is None or own
            else filled(
                self.tr("%1 was not added here, so it cannot be removed here."), remote.label
            )
        )

    # What the person wants

    def _set_languages(self, languages: tuple[str, ...]) -> None:
        self._preferences.set("languages", languages)

    def _set_arch(self) -> None:
        self._preferences.set("architecture", self._arch.currentData())

    def _set_connections(self, number: int) -> None:
        self._preferences.set("connections", number)

    def _set_limit(self, limit: int) -> None:
        self._preferences.set("cache_limit", limit)

    def _set_place(self, place: str) -> None:
        self._preferences.set("cache", place)

    def _ask_for_remote(self) -> None:
        dialog = AddRemoteDialog(self.session, self.bridge, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _ask_whether_to_remove(self) -> None:
        remote = self._remotes.current
        if remote is None:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Remove the remote?"))
        box.setText(filled(self.tr("Remove %1?"), remote.label))
        box.setInformativeText(
            self.tr("Nothing more can be chosen from it. Drives keep what they have from there.")
        )
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(stay)
        remove.clicked.connect(self._remove_remote)
        self._doomed = remote.name
        box.open()

    def _remove_remote(self) -> None:
        self._preferences.remove_remote(self._doomed)
