"""Contents: what is on a drive, and whether it is sound."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import SatchelError
from app.stick.findings import Help
from app.stick.inspect import Inspection
from ui import icons, look
from ui.again import choice_again
from ui.bridge import Bridge
from ui.dialogs.collections import CollectionsDialog
from ui.looking import Looking
from ui.models.carried import CarriedModel
from ui.models.findings import names_of
from ui.models.places import Kind, Place, PlacesModel, places_of
from ui.models.space_cells import SpaceModel, cells_of
from ui.numbers import dated
from ui.pages.page import Page
from ui.session import Session, Target
from ui.widgets import labels
from ui.widgets.carried_table import CarriedTable
from ui.widgets.check_view import CheckView
from ui.widgets.flow import Flow
from ui.widgets.remark import Remark
from ui.widgets.state_panel import Stateful
from ui.widgets.treemap import TreeMap
from ui.wording import worded


class ContentsPage(Page):
    """Any drive with a repository, made by Satchel or not."""

    name = "contents"
    icon = "contents"

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session, bridge, parent)
        self._looking = Looking(session, bridge, self)
        self._folders: list[Path] = []
        self._chosen: tuple[object, ...] | None = None
        self._gone = ""
        self._action: str | None = None
        self._details: CollectionsDialog | None = None
        self._syncing = False
        self._shown: Inspection | None = None
        self._build()
        self._looking.found_changed.connect(self._show)
        self._looking.sizes_changed.connect(self._show_sizes)
        self._looking.check_changed.connect(self._show_check)
        self._looking.progressed.connect(self._check.show_progress)
        self._looking.written.connect(self._say_written)
        self._looking.not_written.connect(self._say_not_written)
        session.drives.changed.connect(self._sync)
        session.target_changed.connect(self._follow)
        session.remotes_changed.connect(self._judge_again)
        self._follow()

    def _build(self) -> None:
        self._places = PlacesModel(self)
        self._drive = QComboBox(self)
        self._drive.setModel(self._places)
        self._drive.setAccessibleName(self.tr("Drive or folder to look at"))
        self._drive.setMinimumContentsLength(16)
        self._drive.setMinimumHeight(4 * look.GRID)
        self._drive.currentIndexChanged.connect(self._choose)
        self._folder = QPushButton(self.tr("Open a folder…"), self)
        icons.give(self._folder, "folder", role=self._folder.foregroundRole())
        self._folder.clicked.connect(self._ask_for_folder)
        self._export = QPushButton(self.tr("Save a report…"), self)
        icons.give(self._export, "write", role=self._export.foregroundRole())
        self._export.clicked.connect(self._ask_for_report)
        self._repository = QComboBox(self)
        self._repository.setAccessibleName(self.tr("Repository on the drive"))
        self._repository.setMinimumHeight(4 * look.GRID)
        self._repository.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._repository.activated.connect(self._choose_repository)
        self._several = labels.body(parent=self)
        several = QHBoxLayout()
        several.setSpacing(look.GRID)
        several.addWidget(self._several, 1)
        several.addWidget(self._repository)
        self._drive.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        top = Flow()
        top.addWidget(self._drive)
        for button in (self._folder, self._export):
            button.setMinimumHeight(4 * look.GRID)
            top.addWidget(button)
        self._said = Remark(self)
        self.body.addLayout(top)
        self.body.addLayout(several)
        self.body.addWidget(self._said)
        self._state = Stateful(self._build_content(), self)
        self._state.panel.acted.connect(self._act)
        self.body.addWidget(self._state, 1)
        self.setFocusProxy(self._drive)

    def _build_content(self) -> QWidget:
        content = QWidget(self)
        self._facts = labels.body(parent=content)
        self._agree = Remark(content)
        self._more = QPushButton(self.tr("Details…"), content)
        self._more.setMinimumHeight(4 * look.GRID)
        self._more.clicked.connect(self._show_details)
        texts = QVBoxLayout()
        texts.setSpacing(look.HALF)
        texts.addWidget(self._facts)
        texts.addWidget(self._agree)
        row = QHBoxLayout()
        row.setSpacing(look.GAP)
        row.addLayout(texts, 1)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignVCenter)
        self._cells = SpaceModel(self)
        self._space = Stateful(TreeMap(self._cells, content), content)
        self._space.panel.acted.connect(self._measure_again)
        self._carried = CarriedModel(self)
        self._table = CarriedTable(self._carried, content)
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
        layout.setSpacing(look.GRID)
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
        self._sync()
        self._look()

    def left(self) -> None:
        self._looking.stop()

    # Which drive

    def _found(self) -> list[Place]:
        demo = self.session.surroundings.demo_drive
        places = []
        if demo is not None:
            places.append(Place(Kind.DEMO, self.tr("Demo drive"), root=demo))
        for drive in self.session.drives.drives:
            places += places_of(drive)
        places += [Place(Kind.FOLDER, str(path), root=path) for path in self._folders]
        return places

    def _follow(self) -> None:
        """The session's target is what one wants to look at, unless one says otherwise."""
        target = self.session.target
        if target is not None:
            known = [place.root for place in self._found()]
            if target.drive is None and target.root not in known:
                self._folders.append(target.root)
            chosen = next((one for one in self._found() if _is_target(target, one)), None)
            if chosen is not None:
                self._chosen = chosen.key
        self._sync()

    def _sync(self) -> None:
        """The list as drives and folders are now."""
        before = self._place
        found = self._found()
        keys = [place.key for place in found]
        if before is not None and before.key not in keys:
            self._gone = before.name
        elif self._chosen in keys:
            self._gone = ""
        if self._chosen not in keys:
            # Nothing takes the place of what was pulled out but by choice.
            self._chosen = keys[0] if keys and not self._gone else None
        self._syncing = True
        self._places.show(found)
        row = self._places.row_of(self._chosen) if self._chosen is not None else None
        self._drive.setCurrentIndex(row if row is not None else -1)
        self._syncing = False
        self._drive.setEnabled(bool(found))
        place = self._place
        if self.isVisible() and self._looking.root != (place.root if place else None):
            self._look()
        self._show()

    @property
    def _place(self) -> Place | None:
        """The chosen one."""
        return next((one for one in self._places.places if one.key == self._chosen), None)

    def _choose(self, row: int) -> None:
        if self._syncing or row < 0:
            return
        self._chosen = self._places.places[row].key
        self._gone = ""
        self._say("")
        self._look()

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a folder"))
        if chosen:
            path = Path(chosen)
            if path not in self._folders:
                self._folders.append(path)
            self._gone = ""
            self._chosen = Place(Kind.FOLDER, str(path), root=path).key
            self._say("")
            self._sync()
            self._look()

    def _look(self) -> None:
        """At the chosen place; again at the same repository on it."""
        place = self._place
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
        place, found, inspection = self._place, self._looking.found, self._inspection
        self._export.setEnabled(inspection is not None)
        self._show_repositories()
        if place is None:
            self._show_no_place()
        elif place.root is None:
            self._action = "drive"
            self._state.show_panel().show_empty(
                self.tr("%1 is not mounted").replace("%1", place.name),
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
                heading.replace("%1", place.name),
                self.tr("Choose it on the Drive page, and then apps to put on it."),
                action=self.tr("To the drives"),
                icon="apps",
            )
        else:
            self._show_content(inspection)
        self.changed.emit()

    def _show_no_place(self) -> None:
        self._action = "folder"
        if self._gone:
            heading = self.tr("%1 was unplugged").replace("%1", self._gone)
            advice = self.tr("Plug it in again, choose another drive, or open a folder.")
        elif self._places.rowCount():
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
            self._agree.say(" ".join(problems), icon="warning", tone=look.Tone.WARN)
        else:
            text = self.tr("Everything agrees: what is listed is there, and signed.")
            self._agree.say(text, icon="ok", tone=look.Tone.GOOD)

    def _summed_up(self, inspection: Inspection) -> str:
        kinds = [ref.kind for _, ref in inspection.refs]
        apps = kinds.count("app")
        others = len(kinds) - apps - kinds.count("list")
        parts = [self.tr("%n app(s)", "", apps), self.tr("%n thing(s) they need", "", others)]
        if inspection.made is not None:
            parts.append(self.tr("made on %1").replace("%1", dated(inspection.made)))
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
                self._ask_for_folder()
            case "look":
                self._look()
            case str(page):
                self.go.emit(page)

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
                self._take_as_target()
                self.go.emit("drive")
            case Help.ADD_REMOTE:
                self.go.emit("settings")

    def _write_again(self) -> None:
        """What is on it, together with what is chosen already; the plan is seen first."""
        inspection, session = self._inspection, self.session
        if inspection is None:
            return
        self._take_as_target()
        choice, complete = choice_again(inspection, session.choice, session.remotes)
        session.set_choice(choice)
        # The drive is not what an old plan was made for.
        session.set_plan(None)
        self.go.emit("review" if complete else "apps")

    def _take_as_target(self) -> None:
        place, target = self._place, self.session.target
        if place is None or place.root is None:
            return
        if target is None or not _is_target(target, place):
            self.session.set_target(Target(place.root, place.name, place.drive, place.volume))

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
        text = self.tr("The report is in %1.").replace("%1", str(path))
        self._said.say(text, icon="ok", tone=look.Tone.GOOD)

    def _say_not_written(self, error: SatchelError) -> None:
        text = f"{worded(error.message)} {worded(error.hint)}".strip()
        self._said.say(text, icon="error", tone=look.Tone.BAD)


def _is_target(target: Target, place: Place) -> bool:
    return target.root == place.root and (target.drive is None) == (place.drive is None)


def _with_margin(part: QWidget) -> QWidget:
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, look.GRID, 0, 0)
    layout.addWidget(part)
    whole.setFocusProxy(part)
    return whole
