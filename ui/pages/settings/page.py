"""Settings: what is set once. Everything counts as soon as it is changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.progress import Notice
from ui.controllers.settings import SettingsController, SettingsView
from ui.dialogs.add_remote import AddRemoteDialog
from ui.i18n.wording import worded_together
from ui.models.messages import from_notice
from ui.pages.base import Page
from ui.pages.settings.cache_settings import CacheSettings
from ui.pages.settings.computer_settings import ComputerSettings
from ui.pages.settings.remote_settings import RemoteSettings
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets.language_chips import LanguageChips
from ui.widgets.message_list import MessageList
from ui.widgets.notice import NoticeLabel
from ui.widgets.section import Section

_WIDTH = 100 * style.GRID


class SettingsPage(Page):
    """Remotes, languages, architecture, cache, connections."""

    name = PageName.SETTINGS
    icon = Symbol.SETTINGS

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._controller = SettingsController(session, bridge, self)
        self._build()
        self._connect()
        self._draw(self._controller.view)

    @property
    def label(self) -> str:
        return self.tr("Settings")

    @property
    def title(self) -> str:
        return self.tr("Settings")

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    # What it is made of

    def _build(self) -> None:
        self._problem = NoticeLabel(self)
        self._demo = NoticeLabel(self)
        if self.session.environment.is_demo:
            self._demo.say(self.tr("This is the demo: what you set here counts until it closes."))
        self.body.addWidget(self._demo)
        self.body.addWidget(self._problem)
        self._notice_list = MessageList(self.tr("Good to know"), self)
        self._remotes = RemoteSettings(self)
        self._languages = LanguageChips(self)
        self._computer = ComputerSettings(self)
        self._cache = CacheSettings(self)
        self._notices = Section(self.tr("Good to know"), parent=self)
        self._notices.body.addWidget(self._notice_list)
        self._notices.hide()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, style.GRID, 0)
        column.setSpacing(style.MARGIN)
        column.addWidget(self._notices)
        for heading, meaning, part in self._parts():
            section = Section(heading, meaning, self)
            section.body.addWidget(part)
            column.addWidget(section)
        column.addStretch(1)
        inside.setMaximumWidth(_WIDTH)
        self.body.addWidget(self._scrolled(inside), 1)

    def _parts(self) -> tuple[tuple[str, str, QWidget], ...]:
        """Heading, meaning, and what can be set."""
        return (
            (
                self.tr("Remotes"),
                self.tr("Where apps come from. What comes from there is judged by these keys."),
                self._remotes,
            ),
            (
                self.tr("Languages"),
                self.tr(
                    "Apps are described in the first of these that there is. The window follows "
                    "the next time Satchel starts."
                ),
                self._languages,
            ),
            (self.tr("Computers and network"), "", self._computer),
            (
                self.tr("Kept on this computer"),
                self.tr("Catalogues and lists of remotes, so that little is fetched twice."),
                self._cache,
            ),
        )

    def _scrolled(self, inside: QWidget) -> QScrollArea:
        scroll = QScrollArea(self)
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        inside.setBackgroundRole(QPalette.ColorRole.Window)
        return scroll

    def _connect(self) -> None:
        controller = self._controller
        controller.changed.connect(self._draw)
        controller.notices_changed.connect(self._draw_notices)
        controller.remotes_changed.connect(self._remotes.show_remotes)
        controller.keys_read.connect(self._remotes.show_keys)
        controller.cache_measured.connect(self._cache.show_size)
        self._remotes.add_wanted.connect(self._ask_for_remote)
        self._remotes.remove_wanted.connect(controller.remove_remote)
        self._languages.wanted.connect(controller.set_languages)
        self._computer.architecture_wanted.connect(controller.set_architecture)
        self._computer.connections_wanted.connect(controller.set_connections)
        self._cache.limit_wanted.connect(controller.set_cache_limit)
        self._cache.place_wanted.connect(controller.set_cache_place)
        self._cache.clear_wanted.connect(controller.clear_cache)

    # What is drawn

    def _draw(self, view: SettingsView) -> None:
        problem = view.problem
        text = worded_together(problem.message, problem.hint) if problem else ""
        self._problem.say(text, icon=Symbol.ERROR, tone=style.Tone.BAD)
        self._languages.show_languages(view.languages, own=bool(view.settings.languages))
        self._computer.show_settings(view)
        self._cache.show_settings(view)

    def _draw_notices(self, notices: Sequence[Notice]) -> None:
        self._notices.setVisible(bool(notices))
        if self._notice_list.count != len(notices):
            self._notice_list.show_messages(map(from_notice, notices))

    # What the person does

    def _ask_for_remote(self) -> None:
        dialog = AddRemoteDialog(self.session, self.bridge, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
