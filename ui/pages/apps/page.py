"""Apps: what goes on the drive."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QTabBar,
    QToolButton,
    QWidget,
)

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.catalogue.app_info import About
from app.flatpak.catalogue.browse import Sort, Wanted
from app.flatpak.catalogue.remote_catalogue import Row
from app.progress import Advanced
from app.stick.planning.plan import Addition
from ui.controllers.catalogue import CatalogueController, QueryResult
from ui.controllers.cost import ChoiceCost, CostController
from ui.dialogs.add_remote import AddRemoteDialog
from ui.i18n.filling import filled
from ui.i18n.numbers import dated
from ui.i18n.wording import worded
from ui.pages.apps.app_details import AppDetails
from ui.pages.apps.app_icons import AppIcons
from ui.pages.apps.app_list import AppListModel, RowKey, RowList, row_key
from ui.pages.apps.app_view import AppView
from ui.pages.apps.cost_meter import CostMeter
from ui.pages.apps.filter_bar import FilterBar
from ui.pages.apps.languages_and_graphics import LanguagesAndGraphicsDialog
from ui.pages.apps.saved_choices_button import SavedChoicesButton
from ui.pages.base import Page
from ui.state.page_name import PageName
from ui.state.session import ChosenRef, Session
from ui.style import icons, style
from ui.tasks.bridge import Bridge
from ui.widgets.buttons import tall
from ui.widgets.flow import Flow
from ui.widgets.notice import NoticeLabel
from ui.widgets.state_panel import Stateful

_SORTS = (Sort.APPS, Sort.OTHERS)


class AppsPage(Page):
    """The catalogue, the choice, and what it costs."""

    name = PageName.APPS
    icon = "apps"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._shopping = CatalogueController(session, bridge, self)
        self._till = CostController(session, bridge, self)
        self._opened_for: object = None
        self._refusal = ""
        self._carried: frozenset[str] = frozenset()
        ratio = self.devicePixelRatioF()
        self._pictures = AppIcons(bridge, round(style.Icon.LARGE * max(ratio, 1.0)), self)
        self._model = AppListModel(self._notes, self)
        self._build()
        self._connect()
        self._show_choice()

    def _build(self) -> None:
        self.body.setSpacing(style.GRID)
        self._build_top()
        self._build_shop()
        self._build_bottom()

    def _build_top(self) -> None:
        self._tabs = QTabBar(self)
        self._tabs.setAccessibleName(self.tr("What to choose from"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.addTab(self.tr("Apps"))
        self._tabs.addTab(self.tr("Runtimes and extensions"))
        self._for_whom = QPushButton(self.tr("Languages and graphics…"), self)
        icons.give(self._for_whom, "language", role=self._for_whom.foregroundRole())
        self._add = QPushButton(self.tr("Add a remote…"), self)
        icons.give(self._add, "add", role=self._add.foregroundRole())
        top = Flow()
        top.addWidget(self._tabs)
        top.add_stretch()
        top.addWidget(self._for_whom)
        top.addWidget(self._add)
        self._remark = NoticeLabel(self)
        self._again = QPushButton(self.tr("Try again"), self)
        self._again.hide()
        tall(self._for_whom, self._add, self._again)
        missed = QHBoxLayout()
        missed.setSpacing(style.GRID)
        missed.addWidget(self._remark, 1)
        missed.addWidget(self._again, 0, Qt.AlignmentFlag.AlignTop)
        self._filters = FilterBar(self)
        self.head.addWidget(SavedChoicesButton(self.session, self.bridge, self))
        self.body.addLayout(top)
        self.body.addWidget(self._filters)
        self.body.addLayout(missed)

    def _build_shop(self) -> None:
        self._view = AppView(self._model, self._pictures, self)
        self._details = AppDetails(self)
        both = QSplitter(Qt.Orientation.Horizontal, self)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(style.GRID)
        self._found = Stateful(self._view, self)
        both.addWidget(self._found)
        both.addWidget(self._details)
        both.setStretchFactor(0, 1)
        both.setStretchFactor(1, 0)
        self._shop = Stateful(both, self)
        self.body.addWidget(self._shop, 1)

    def _build_bottom(self) -> None:
        self._chosen = QToolButton(self)
        self._chosen.setCheckable(True)
        tall(self._chosen)
        self._chosen.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._chosen.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._chosen.setToolTip(self.tr("Show only what is chosen"))
        icons.give(self._chosen, "done", role=self._chosen.foregroundRole())
        self._meter = CostMeter(self._chosen, self)
        self.body.addWidget(self._meter)

    def _connect(self) -> None:
        session, shopping, till = self.session, self._shopping, self._till
        session.choice_changed.connect(self._show_choice)
        session.target_changed.connect(self._another_drive)
        session.remotes_changed.connect(self._open_if_shown)
        session.environment_changed.connect(self._open_if_shown)
        session.outcome_changed.connect(till.look_again)
        shopping.opened.connect(self._show_catalogues)
        shopping.progress.connect(self._show_progress)
        shopping.failed.connect(self._show_failure)
        shopping.answered.connect(self._show_answer)
        shopping.described.connect(self._show_about)
        till.priced.connect(self._show_price)
        till.refused.connect(self._show_refusal)
        till.compared.connect(self._show_addition)
        self._pictures.arrived.connect(self._show_picture)
        self._model.toggled.connect(self._toggle)
        self._details.toggled.connect(self._toggle)
        self._view.looked_at.connect(self._look_at)
        self._view.typed.connect(self._filters.search.type_on)
        self._filters.changed.connect(self._ask)
        self._filters.grid_wanted.connect(self._view.set_grid)
        self._filters.search.left_downwards.connect(self._view.enter)
        self._filters.search.confirmed.connect(self._view.enter)
        self._tabs.currentChanged.connect(self._ask)
        self._chosen.toggled.connect(self._ask)
        self._again.clicked.connect(self._open)
        self._add.clicked.connect(self._ask_for_remote)
        self._for_whom.clicked.connect(self._ask_for_whom)
        self._found.panel.acted.connect(self._show_all)
        self._shop.panel.acted.connect(self._act)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._filters.search.setFocus)

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Apps")

    @property
    def title(self) -> str:
        return self.tr("Which apps?")

    @property
    def primary_text(self) -> str:
        return self.tr("Review")

    @property
    def primary_enabled(self) -> bool:
        return self.complete

    @property
    def primary_reason(self) -> str:
        if not self.session.choice.refs:
            return self.tr("Choose at least one app.")
        return self._refusal

    @property
    def complete(self) -> bool:
        return bool(self.session.choice.refs) and not self._refusal

    def entered(self) -> None:
        self._till.look_again()
        if not self._open_if_shown():
            self._till.weigh()

    # The catalogues

    def _open_if_shown(self) -> bool:
        """Open the catalogues if they are not, or others are meant; whether that was so."""
        session = self.session
        if not self.isVisible() or not session.knows_remotes:
            return False
        meant = session.remotes, session.choice.options.arch, session.environment.languages
        if meant == self._opened_for:
            return False
        self._opened_for = meant
        self._open()
        return True

    def _open(self) -> None:
        self._missed("")
        self._shop.show_panel().show_loading(
            self.tr("Fetching the catalogue"),
            self.tr("The first time this takes a while; it is kept on this computer."),
            action=self.tr("Stop"),
        )
        self._shopping.open(self.session.choice.options.arch)

    def _show_progress(self, event: object) -> None:
        if isinstance(event, Advanced) and event.objects_total > 1:
            text = self.tr("Fetching the catalogues, %1 of %2")
            text = filled(text, str(event.objects), str(event.objects_total))
            self._shop.panel.show_loading(
                text,
                self.tr("The first time this takes a while; it is kept on this computer."),
                action=self.tr("Stop"),
            )

    def _show_catalogues(self) -> None:
        catalogues = self._shopping.catalogues
        assert catalogues is not None
        self._pictures.use(catalogues)
        for part in (self._model, self._details):
            part.speak(self.session.environment.languages)
        # Rows are read in the catalogues that they were found in.
        self._model.show(RowList(()))
        stale = any(catalogue.stale is not None for catalogue in catalogues.opened)
        self._till.start_anew(offline=stale)
        if not catalogues.opened:
            self._show_nothing_opened()
            # Of the drive there is something to say all the same.
            self._till.weigh()
            return
        self._missed(self._what_is_missing())
        self._filters.show_remotes([catalogue.remote for catalogue in catalogues.opened])
        self._shop.show_content()
        self._details.show_nothing()
        self._view.look_anew()
        self._ask()
        self._till.weigh()
        self._filters.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_nothing_opened(self) -> None:
        catalogues = self._shopping.catalogues
        assert catalogues is not None
        if catalogues.failures:
            _, error = catalogues.failures[0]
            self._show_failure(error)
            return
        self._shop.show_panel().show_empty(
            self.tr("No remote is known"),
            self.tr("Add one to choose from: the address or file its makers publish."),
            action=self.tr("Add a remote…"),
            icon="network",
        )

    def _show_failure(self, error: SatchelError) -> None:
        panel = self._shop.show_panel()
        if isinstance(error, InterruptedByUser):
            panel.show_empty(
                self.tr("The catalogue was not fetched"),
                self.tr("You stopped it. Nothing on the drive has changed."),
                action=self.tr("Fetch it"),
                icon="apps",
            )
            return
        panel.show_error(
            error,
            meaning=self.tr("Without it no apps can be chosen. The drive is as it was."),
            action=self.tr("Try again"),
            icon="network",
        )

    def _what_is_missing(self) -> str:
        """Which remotes are not as they are now, and why."""
        catalogues = self._shopping.catalogues
        assert catalogues is not None
        lines, hints = [], []
        for catalogue in catalogues.opened:
            if catalogue.stale is not None:
                text = self.tr("%1 could not be reached; this is how it was on %2.")
                text = filled(text, catalogue.remote.label, dated(catalogue.made))
                lines.append(text)
                hints.append(worded(catalogue.stale.hint))
            if catalogue.undescribed is not None:
                text = self.tr("Of %1 only names are known: %2")
                reason = worded(catalogue.undescribed.message)
                lines.append(filled(text, catalogue.remote.label, reason))
        for remote, error in catalogues.failures:
            text = self.tr("%1 is missing here: %2")
            lines.append(filled(text, remote.label, worded(error.message)))
            hints.append(worded(error.hint))
        # What helps with one of them mostly helps with all.
        return "\n".join([*lines, *dict.fromkeys(filter(None, hints))])

    def _missed(self, text: str) -> None:
        self._remark.say(text, icon="warning", tone=style.Tone.WARN)
        self._again.setVisible(bool(text))

    def _act(self) -> None:
        """The button of the panel in place of the catalogues."""
        catalogues = self._shopping.catalogues
        if self._shopping.opening:
            self._shopping.cancel()
        elif catalogues is not None and not catalogues.opened and not catalogues.failures:
            self._ask_for_remote()
        else:
            self._open()

    # The list

    def _ask(self) -> None:
        question = self._filters.question(Wanted(sort=_SORTS[self._tabs.currentIndex()]))
        if self._chosen.isChecked():
            question = replace(question, only=self.session.choice.refs)
        self._filters.setEnabled(not self._chosen.isChecked())
        self._shopping.ask(question)

    def _show_answer(self, answer: QueryResult) -> None:
        self._filters.show_categories(answer.categories)
        self._model.show(answer.selection)
        if len(answer.selection):
            self._found.show_content()
            return
        panel = self._found.show_panel()
        if self._filters.narrowed:
            panel.show_empty(
                self.tr("Nothing fits"),
                self.tr("Try fewer letters, or fewer filters."),
                action=self.tr("Show everything"),
                icon="search",
            )
        else:
            panel.show_empty(self.tr("There is nothing of this kind here."))

    def _show_all(self) -> None:
        self._filters.reset()
        self._filters.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _notes(self, row: Row) -> list[str]:
        """What sets a row apart, in a word or two each."""
        notes = []
        if row.ended:
            notes.append(self.tr("end of life"))
        if row.ref in self._carried:
            notes.append(self.tr("on the drive"))
        catalogues = self._shopping.catalogues
        if catalogues is not None and len(catalogues.opened) > 1:
            notes.append(row.remote.label)
        return notes

    def _look_at(self, row: Row) -> None:
        chosen = self.session.choice.has(row.ref, row.remote.name)
        self._details.show_row(row, self._pictures.get(row), chosen=chosen)
        self._shopping.describe(row)
        self._till.compare(row.remote.name, row.ref)

    def _show_picture(self) -> None:
        row = self._details.row
        if row is not None:
            self._details.show_picture(self._pictures.get(row))

    def _show_about(self, about: About) -> None:
        self._details.show_about(about)

    def _show_addition(self, ref: str, addition: Addition | SatchelError) -> None:
        if isinstance(addition, SatchelError):
            self._details.show_no_addition(ref, addition)
        else:
            self._details.show_addition(ref, addition)

    # The choice

    def _keys(self) -> list[RowKey]:
        return [(one.remote, one.ref) for one in self.session.choice.refs]

    def _toggle(self, row: Row) -> None:
        choice = self.session.choice
        refs = tuple(one for one in choice.refs if (one.remote, one.ref) != row_key(row))
        if len(refs) == len(choice.refs):
            refs = (*refs, ChosenRef(row.ref, row.remote.name, self._model.name(row)))
        self.session.set_choice(replace(choice, refs=refs))

    def _show_choice(self) -> None:
        keys = frozenset(self._keys())
        self._model.show_chosen(keys)
        count = len(keys)
        self._chosen.setText(self.tr("%n chosen", "", count))
        self._chosen.setEnabled(bool(count))
        if not count:
            self._chosen.setChecked(False)
        elif self._chosen.isChecked():
            self._ask()
        row = self._details.row
        if row is not None:
            self._details.show_chosen(row_key(row) in keys)
            self._till.compare(*row_key(row))
        if self._shopping.catalogues is not None:
            self._till.weigh()
        self.changed.emit()

    # The cost

    def _another_drive(self) -> None:
        catalogues = self._shopping.catalogues
        stale = catalogues is not None and any(
            catalogue.stale is not None for catalogue in catalogues.opened
        )
        self._till.start_anew(offline=stale)
        self._refusal = ""

    def _show_price(self, priced: ChoiceCost) -> None:
        self._meter.show_cost(priced.cost)
        self._refuse("" if priced.cost.fits else self._meter.sentence)
        if priced.carried != self._carried:
            self._carried = priced.carried
            self._filters.show_carried(priced.carried)
            self._model.refresh()

    def _show_refusal(self, error: SatchelError) -> None:
        if isinstance(error, InterruptedByUser):
            return
        self._meter.show_error(error)
        self._refuse(self._meter.sentence)

    def _refuse(self, why: str) -> None:
        if why != self._refusal:
            self._refusal = why
            self.changed.emit()

    # Dialogs

    def _ask_for_remote(self) -> None:
        dialog = AddRemoteDialog(self.session, self.bridge, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _ask_for_whom(self) -> None:
        catalogues = self._shopping.catalogues
        dialog = LanguagesAndGraphicsDialog(
            self.session.choice.options,
            self.session.default_options.languages,
            catalogues.drivers() if catalogues is not None else (),
            self,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._take_options)
        self._whom_dialog = dialog
        dialog.open()

    def _take_options(self) -> None:
        choice = self.session.choice
        self.session.set_choice(replace(choice, options=self._whom_dialog.options))
