"""Contents: what is on a drive, and whether it is sound."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import SatchelError
from app.stick.findings import Help
from app.stick.inspecting.inspect import Inspection, RefKind
from ui.controllers.inspection import InspectionController
from ui.controllers.rewrite import choice_to_rewrite
from ui.i18n.filling import filled
from ui.i18n.numbers import dated
from ui.i18n.wording import worded
from ui.models.findings import names_of
from ui.pages.base import Page
from ui.pages.contents.check_view import CheckView
from ui.pages.contents.collections import CollectionsDialog
from ui.pages.contents.place_bar import PlaceBar
from ui.pages.contents.refs_model import RefsModel
from ui.pages.contents.refs_table import RefsTable
from ui.pages.contents.space_cells import SpaceModel, cells_of
from ui.pages.contents.treemap import TreeMap
from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import icons, style
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.notice import NoticeLabel
from ui.widgets.state_panel import Stateful


class ContentsPage(Page):
    """Any drive with a repository, made by Satchel or not."""

    name = PageName.CONTENTS
    icon = "contents"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._looking = InspectionController(session, bridge, self)
        self._action: str | None = None
        self._details: CollectionsDialog | None = None
        self._shown: Inspection | None = None
        self._build()
        self._looking.found_changed.connect(self._show)
        self._looking.sizes_changed.connect(self._show_sizes)
        self._looking.check_changed.connect(self._show_check)
        self._looking.progressed.connect(self._check.show_progress)
        self._looking.written.connect(self._say_written)
        self._looking.not_written.connect(self._say_not_written)
        self._bar.changed.connect(self._place_changed)
        self._bar.chosen.connect(self._place_chosen)
        session.remotes_changed.connect(self._judge_again)
        self._show()

    def _build(self) -> None:
        self._bar = PlaceBar(self.session, self)
        self._export = QPushButton(self.tr("Save a report…"), self)
        icons.give(self._export, "write", role=self._export.foregroundRole())
        self._export.clicked.connect(self._ask_for_report)
        self._bar.add(self._export)
        self._repository = QComboBox(self)
        self._repository.setAccessibleName(self.tr("Repository on the drive"))
        self._repository.setMinimumHeight(4 * style.GRID)
        self._repository.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._repository.activated.connect(self._choose_repository)
        self._several = labels.body(parent=self)
        several = QHBoxLayout()
        several.setSpacing(style.GRID)
        several.addWidget(self._several, 1)
        several.addWidget(self._repository)
        self._said = NoticeLabel(self)
        self.body.addWidget(self._bar)
        self.body.addLayout(several)
        self.body.addWidget(self._said)
        self._state = Stateful(self._build_content(), self)
        self._state.panel.acted.connect(self._act)
        self.body.addWidget(self._state, 1)
        self.setFocusProxy(self._bar)

    def _build_content(self) -> QWidget:
        content = QWidget(self)
        self._facts = labels.body(parent=content)
        self._agree = NoticeLabel(content)
        self._more = QPushButton(self.tr("Details…"), content)
        tall(self._more)
        self._more.clicked.connect(self._show_details)
        texts = QVBoxLayout()
        texts.setSpacing(style.HALF)
        texts.addWidget(self._facts)
        texts.addWidget(self._agree)
        row = QHBoxLayout()
        row.setSpacing(style.GAP)
        row.addLayout(texts, 1)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignVCenter)
        self._cells = SpaceModel(self)
        self._space = Stateful(TreeMap(self._cells, content), content)
        self._space.panel.acted.connect(self._measure_again)
        self._carried = RefsModel(self)
        self._table = RefsTable(self._carried, content)
        self._check = CheckView(content)
        self._check.chosen.connect(self._help)
        self._tabs = QTabWidget(content)
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setAccessibleName(self.tr("What to look at"))
        for part, title in (
            (self._space, self.tr("Space")),
            (self._table, self.tr("Apps and what they need")),
            (self._check, self.tr("Check")),
        ):
            self._tabs.addTab(_with_margin(part), title)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.GRID)
        layout.addLayout(row)
        layout.addWidget(self._tabs, 1)
        return content

    # What the window asks

    @property
    def label(self) -> str:
        return self.tr("Contents")

    @property
    def title(self) -> str:
        return self.tr("What is on the drive")

    @property
    def primary_text(self) -> str:
        if self._state.currentWidget() is self._state.panel:
            return ""
        if self._looking.checking:
            return self.tr("Stop checking")
        again = self._looking.check is not None or self._looking.check_error is not None
        return self.tr("Check again") if again else self.tr("Check now")

    def primary(self) -> None:
        if self._looking.checking:
            self._looking.stop_check()
            return
        sizes = self._looking.sizes
        objects = sum(share.objects for share in sizes.shares) if sizes is not None else 0
        self._check.show_start(objects)
        self._tabs.setCurrentIndex(self._tabs.count() - 1)
        self._looking.start_check()

    def entered(self) -> None:
        self._say("")
        self._bar.sync()
        self._look()

    def left(self) -> None:
        self._looking.stop()

    # Which drive

    def _place_changed(self) -> None:
        place = self._bar.place
        if self.isVisible() and self._looking.root != (place.root if place else None):
            self._look()
        self._show()

    def _place_chosen(self) -> None:
        self._say("")
        self._look()

    def _look(self) -> None:
        """At the chosen place; again at the same repository on it."""
        place = self._bar.place
        root = place.root if place is not None else None
        self._looking.look(root, self._looking.path if root == self._looking.root else None)

    def _choose_repository(self, row: int) -> None:
        self._say("")
        self._looking.look(self._looking.root, self._looking.places[row])

    def _show_repositories(self) -> None:
        """Only where there is a choice."""
        places, path = self._looking.places, self._looking.path
        several = len(places) > 1
        self._several.setVisible(several)
        self._repository.setVisible(several)
        if several:
            text = self.tr("There are %n repositories on it. You are looking at:", "", len(places))
            self._several.setText(text)
        if [self._repository.itemText(row) for row in range(self._repository.count())] != [*places]:
            self._repository.clear()
            self._repository.addItems(places)
        self._repository.setCurrentIndex(places.index(path) if path in places else 0)

    def _judge_again(self) -> None:
        """Other keys may be known now."""
        if self.isVisible():
            self._look()

    # What there is

    @property
    def _inspection(self) -> Inspection | None:
        found = self._looking.found
        return found.inspection if found is not None else None

    def _show(self) -> None:
        place, found, inspection = self._bar.place, self._looking.found, self._inspection
        self._export.setEnabled(inspection is not None)
        self._show_repositories()
        if place is None:
            self._show_no_place()
        elif place.root is None:
            self._action = "drive"
            self._state.show_panel().show_empty(
                filled(self.tr("%1 is not mounted"), place.name),
                self.tr("Mount it on the Drive page to see what is on it."),
                action=self.tr("To the drives"),
                icon="drive",
            )
        elif self._looking.found_error is not None:
            self._action = "look"
            self._state.show_panel().show_error(
                self._looking.found_error,
                meaning=self.tr("As it is, apps cannot be installed from it."),
                action=self.tr("Look again"),
            )
        elif found is None:
            self._action = None
            self._state.show_panel().show_loading(self.tr("Looking at what is on it…"))
        elif inspection is None or (not inspection.collections and inspection.made is None):
            self._action = "drive"
            if inspection is None:
                heading = self.tr("There are no apps on %1 yet")
            else:
                heading = self.tr("On %1 is a repository, but no apps that computers would find")
            self._state.show_panel().show_empty(
                filled(heading, place.name),
                self.tr("Choose it on the Drive page, and then apps to put on it."),
                action=self.tr("To the drives"),
                icon="apps",
            )
        else:
            self._show_content(inspection)
        self.changed.emit()

    def _show_no_place(self) -> None:
        self._action = "folder"
        if self._bar.gone:
            heading = filled(self.tr("%1 was unplugged"), self._bar.gone)
            advice = self.tr("Plug it in again, choose another drive, or open a folder.")
        elif not self._bar.is_empty:
            heading = self.tr("No drive chosen yet")
            advice = self.tr("Choose one above, or open a folder.")
        else:
            heading = self.tr("No drive to look at")
            advice = self.tr("Plug in a USB drive with apps, or open a folder.")
        self._state.show_panel().show_empty(
            heading, advice, action=self.tr("Open a folder…"), icon="drive"
        )

    def _show_content(self, inspection: Inspection) -> None:
        self._action = None
        self._facts.setText(self._summed_up(inspection))
        self._show_agreement(inspection)
        if inspection is not self._shown:
            self._shown = inspection
            self._carried.show_refs(inspection, self._looking.sizes)
        self._show_sizes()
        self._state.show_content()

    def _show_agreement(self, inspection: Inspection) -> None:
        """What can be seen without reading everything; a check knows better."""
        problems = [worded(one) for one in inspection.disagreements]
        if not inspection.collections:
            problems.append(self.tr("None of its apps can be found."))
        if inspection.interrupted:
            problems.insert(0, self.tr("It was not finished. Make it again to go on."))
        check = self._looking.check
        if not problems and check is not None and not check.ok:
            problems.append(self.tr("The check found something damaged or missing."))
        if problems:
            self._agree.say(" ".join(problems), icon="warning", tone=style.Tone.WARN)
        else:
            text = self.tr("Everything agrees: what is listed is there, and signed.")
            self._agree.say(text, icon="ok", tone=style.Tone.GOOD)

    def _summed_up(self, inspection: Inspection) -> str:
        kinds = [ref.kind for _, ref in inspection.refs]
        apps = kinds.count(RefKind.APP)
        others = len(kinds) - apps - kinds.count(RefKind.LIST)
        parts = [self.tr("%n app(s)", "", apps), self.tr("%n thing(s) they need", "", others)]
        if inspection.made is not None:
            parts.append(filled(self.tr("made on %1"), dated(inspection.made)))
        elif inspection.collections:
            parts.append(self.tr("not made by Satchel"))
        return ", ".join(parts)

    def _show_sizes(self) -> None:
        inspection, looking = self._inspection, self._looking
        if inspection is None:
            return
        if looking.sizes is not None:
            cells = cells_of(inspection, looking.sizes)
            if cells != self._cells.cells:
                self._cells.show_cells(cells)
            self._carried.show_sizes(inspection, looking.sizes)
            self._space.show_content()
        elif looking.sizes_error is not None:
            self._space.show_panel().show_error(
                looking.sizes_error, action=self.tr("Measure again")
            )
        else:
            self._space.show_panel().show_loading(
                self.tr("Measuring what takes the space…"),
                self.tr("You can look at the rest meanwhile."),
            )

    def _measure_again(self) -> None:
        self._looking.sizes_error = None
        self._looking.measure()

    def _show_check(self) -> None:
        looking, inspection = self._looking, self._inspection
        if inspection is not None:
            self._show_agreement(inspection)
        if looking.check is not None:
            self._check.show_report(
                looking.check, names_of(inspection), writable=self._is_first(inspection)
            )
        elif looking.check_error is not None:
            self._check.show_error(looking.check_error)
        elif not looking.checking:
            self._check.show_nothing()
        self.changed.emit()

    def _act(self) -> None:
        match self._action:
            case "folder":
                self._bar.ask_for_folder()
            case "look":
                self._look()
            case "drive":
                self.go.emit(PageName.DRIVE)

    # What helps

    def _is_first(self, inspection: Inspection | None) -> bool:
        """Whether it is the repository on the drive that Satchel writes to."""
        if inspection is None:
            return False
        path = inspection.location.repository_path
        return path != "." and self._looking.places[:1] == (path,)

    def _help(self, chosen: Help) -> None:
        match chosen:
            case Help.WRITE_AGAIN:
                self._write_again()
            case Help.MAKE_ANEW:
                self._bar.take_as_target()
                self.go.emit(PageName.DRIVE)
            case Help.ADD_REMOTE:
                self.go.emit(PageName.SETTINGS)

    def _write_again(self) -> None:
        """What is on it, together with what is chosen already; the plan is seen first."""
        inspection, session = self._inspection, self.session
        if inspection is None:
            return
        self._bar.take_as_target()
        choice, complete = choice_to_rewrite(inspection, session.choice, session.remotes)
        session.set_choice(choice)
        # The drive is not what an old plan was made for.
        session.set_plan(None)
        self.go.emit(PageName.REVIEW if complete else PageName.APPS)

    def _show_details(self) -> None:
        inspection, found = self._inspection, self._looking.found
        if inspection is not None and found is not None:
            self._details = CollectionsDialog(inspection, found.places, self)
            self._details.finished.connect(self._close_details)
            self._details.open()

    def _close_details(self) -> None:
        if self._details is not None:
            self._details.deleteLater()
            self._details = None

    # The report

    def _ask_for_report(self) -> None:
        kinds = {self.tr("Page for a browser (*.html)"): ".html", self.tr("Data (*.json)"): ".json"}
        chosen, kind = QFileDialog.getSaveFileName(
            self, self.tr("Save a report"), self.tr("report.html"), ";;".join(kinds)
        )
        if chosen:
            path = Path(chosen)
            if not path.suffix:
                path = path.with_suffix(kinds.get(kind, ".html"))
            self._looking.write(path)

    def _say(self, text: str) -> None:
        self._said.say(text)

    def _say_written(self, path: Path) -> None:
        text = filled(self.tr("The report is in %1."), str(path))
        self._said.say(text, icon="ok", tone=style.Tone.GOOD)

    def _say_not_written(self, error: SatchelError) -> None:
        text = f"{worded(error.message)} {worded(error.hint)}".strip()
        self._said.say(text, icon="error", tone=style.Tone.BAD)


def _with_margin(part: QWidget) -> QWidget:
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, style.GRID, 0, 0)
    layout.addWidget(part)
    whole.setFocusProxy(part)
    return whole
