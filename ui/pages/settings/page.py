"""Settings: what is set once. Everything counts as soon as it is changed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app import __version__
from app.flatpak.remotes.remote import Remote
from app.progress import Notice
from ui.controllers.recovery import RemoteKeys
from ui.controllers.settings import SettingsController, SettingsView, SourceFacts
from ui.dialogs.about import AboutDialog
from ui.dialogs.add_remote import AddRemoteDialog
from ui.dialogs.help import HelpDialog
from ui.dialogs.keys import KeysDialog
from ui.dialogs.nobody_vouches import NobodyVouchesDialog
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models.messages import from_notice
from ui.pages.base import Page
from ui.pages.settings.classroom_card import ClassroomCard
from ui.pages.settings.columns import Columns
from ui.pages.settings.computer_card import ComputerCard
from ui.pages.settings.network_card import NetworkCard
from ui.pages.settings.sources_card import SourcesCard
from ui.pages.settings.window_card import WindowCard
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.buttons import Link
from ui.widgets.card import Card
from ui.widgets.message_list import MessageList
from ui.widgets.notice import NoticeLabel
from ui.widgets.section import Section
from ui.widgets.toast import Toast

_FIELD = 190
"""Width of fields in design pixels."""


class SettingsPage(Page):
    """This window, the classroom, where apps come from, this computer, and the network."""

    name = PageName.SETTINGS
    icon = Symbol.SETTINGS
    scrolls = True

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        self._view: SettingsView | None = None
        super().__init__(session, bridge, parent)
        self._controller = SettingsController(session, bridge, self)
        self._facts: dict[str, SourceFacts] = {}

    @property
    def label(self) -> str:
        return self.tr("Settings")

    @property
    def title(self) -> str:
        return self.tr("Settings")

    @property
    def sentence(self) -> str:
        return self.tr("Every change takes effect at once.")

    @property
    def foot_text(self) -> str:
        return self.tr("Saved") if self._view is not None and self._view.saved else ""

    def entered(self) -> None:
        self._controller.enter()

    def left(self) -> None:
        self._controller.leave()

    # What it is made of

    def fill(self) -> None:
        self._build()
        self._connect()

    def _build(self) -> None:
        self._problem = NoticeLabel(self)
        self._notice_list = MessageList(self.tr("Good to know"), self)
        self._notices = Section(self.tr("Good to know"), parent=self)
        card = Card(padding=style.INNER)
        card.body.addWidget(self._notice_list)
        self._notices.body.addWidget(card)
        self._notices.hide()
        self._window = WindowCard()
        self._classroom = ClassroomCard()
        self._sources = SourcesCard()
        self._computer = ComputerCard()
        self._network = NetworkCard()
        self._cards = (
            self._window,
            self._classroom,
            self._sources,
            self._computer,
            self._network,
        )
        for widget in (self._problem, self._notices):
            self.body.addWidget(widget)
        columns = Columns(
            (self._window, self._classroom),
            (self._sources, self._computer, self._network, self._program()),
        )
        self.body.addWidget(columns, 1)
        columns.show()

    def _program(self) -> QWidget:
        """What this is, and where to read more."""
        row = QWidget()
        layout = QHBoxLayout(row)
        edge = style.px(style.HALF)
        layout.setContentsMargins(edge, 0, edge, 0)
        version = self.tr("Satchel %1, free software")
        layout.addWidget(labels.small(filled(version, __version__)), 1)
        for text, show in ((self.tr("Help"), self._help), (self.tr("About"), self._about)):
            link = Link(text)
            link.clicked.connect(show)
            layout.addWidget(link)
        return row

    def _connect(self) -> None:
        controller = self._controller
        controller.changed.connect(self._draw)
        controller.notices_changed.connect(self._draw_notices)
        controller.remotes_changed.connect(self._sources.show_sources)
        controller.facts_read.connect(self._take_facts)
        controller.cache_measured.connect(self._computer.show_size)
        controller.source_removed.connect(self._tell_removal)
        for card in self._cards:
            card.changed.connect(controller.change)
        self._sources.add_wanted.connect(self._ask_for_source)
        self._sources.key_wanted.connect(self._show_key)
        self._sources.removal_wanted.connect(controller.remove_source)
        self._sources.unsigned_wanted.connect(self._ask_about_unsigned)
        self._sources.listing_wanted.connect(controller.list_source)
        self._computer.clear_wanted.connect(controller.clear_cache)

    # What is drawn

    def _draw(self, view: SettingsView) -> None:
        self._view = view
        problem = view.problem
        text = worded_together(problem.message, problem.hint) if problem else ""
        self._problem.say(text, icon=Symbol.ERROR, tone=style.Tone.BAD)
        for card in self._cards:
            card.show_settings(view)
        fields = (*self._window.fields, *self._classroom.fields)
        width = max(style.px(_FIELD), *(field.sizeHint().width() for field in fields))
        for field in fields:
            field.setMinimumWidth(width)
        self.changed.emit()

    def _draw_notices(self, notices: Sequence[Notice]) -> None:
        self._notices.setVisible(bool(notices))
        if self._notice_list.count != len(notices):
            self._notice_list.show_messages(map(from_notice, notices))

    def _take_facts(self, facts: Sequence[SourceFacts]) -> None:
        self._facts = {each.remote.name: each for each in facts}
        self._sources.show_facts(facts)

    def _tell_removal(self, name: str) -> None:
        text = filled(self.tr("%1 removed from your sources"), name)
        self.toast(Toast(text, undo=self._controller.restore_source))

    # What the person does

    def _ask_for_source(self) -> None:
        dialog = AddRemoteDialog(self.session, self.bridge, self.window())
        dialog.open()

    def _show_key(self, remote: Remote) -> None:
        facts = self._facts.get(remote.name)
        prints = facts.fingerprints if facts is not None else ()
        KeysDialog([RemoteKeys(remote.label, remote.address, prints)], self.window()).open()

    def _ask_about_unsigned(self, remote: Remote, wanted: bool) -> None:
        """Whoever takes it types its name; whoever does not any more says so once."""
        if not wanted:
            self._controller.accept_unsigned(remote, False)
            return
        dialog = NobodyVouchesDialog(remote, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self._controller.accept_unsigned, remote, True))
        dialog.open()

    def _help(self) -> None:
        HelpDialog(self.window()).show()

    def _about(self) -> None:
        AboutDialog(self.bridge, self.window()).open()
