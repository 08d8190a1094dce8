"""The rows of the apps on a drive, as they are painted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QListView, QStyleOptionViewItem, QTableView
from pytestqt.qtbot import QtBot

from app.fs.root import Root
from app.stick.inspecting.inspection import InspectedCollection, Inspection
from app.stick.store.location import Location
from tests.ui.controllers.values import drive_ref, space
from tests.ui.seen import colours_in
from ui.models.drive_apps import DriveApp
from ui.pages.contents.apps_delegate import AppsDelegate
from ui.pages.contents.apps_model import AppLine, AppsModel, AppState, Upkeep
from ui.pages.contents.apps_view import AppsList
from ui.pages.contents.refs_model import RefsModel
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.look import look

_ROW = (520, 60)


class _OneRow(QStringListModel):
    def __init__(self, line: AppLine) -> None:
        super().__init__(["app"])
        self._line = line

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        del index
        return self._line if role == Qt.ItemDataRole.UserRole else None


def painted(
    qtbot: QtBot, summary: str, *, name: str = "Xyz", pill: str = "Is called Sketchbook now"
) -> QImage:
    """A narrow row with a long pill."""
    app = DriveApp("app/org.test.App/x86_64/stable", name, summary, "1.0", (), False, 1, 1)
    line = AppLine(app, AppState.RENAMED, pill, "", "106 kB")
    view = QListView()
    qtbot.addWidget(view)
    model = _OneRow(line)
    view.setModel(model)
    image = QImage(*_ROW, QImage.Format.Format_RGB32)
    image.fill(look().card)
    option = QStyleOptionViewItem()
    option.initFrom(view)
    option.rect = image.rect()
    painter = QPainter(image)
    AppsDelegate(AppPictures(view), view).paint(painter, option, model.index(0, 0))
    painter.end()
    return image


def test_no_text_lies_below_a_long_pill(qtbot: QtBot) -> None:
    """What is right of where the summary ends is the same with a longer one."""
    short, long = painted(qtbot, "Draws"), painted(qtbot, "Draws and paints " * 5)
    ground = look().warm_tint
    columns = range(short.width())
    pill = next(x for x in columns if ground.rgb() in colours_in(short.copy(x, 20, 1, 20)))
    place = (pill, 0, short.width() - pill, short.height())
    assert short.copy(*place) == long.copy(*place)


def test_the_name_is_read_whatever_a_pill_has_to_say(qtbot: QtBot) -> None:
    """Of the widest pill there is only the sign: it would cover the name."""
    pill = "Is called Sketchbook and Paper and much else now " * 2
    first, second = painted(qtbot, "", name="App", pill=pill), painted(qtbot, "", pill=pill)
    assert first != second, "the name is not there"
    ground = look().warm_tint
    columns = range(first.width())
    signs = [x for x in columns if ground.rgb() in colours_in(first.copy(x, 20, 1, 20))]
    assert 0 < len(signs) < style.px(60)


def written_to(qtbot: QtBot, *, languages: tuple[str, ...]) -> int:
    """How far a long summary goes in the list, in columns, where another app has languages."""
    summary = "Draws and paints and writes " * 9
    model = AppsModel()
    card = AppsList(model, AppPictures(model))
    qtbot.addWidget(card)
    apps = [
        DriveApp("app/org.test.A/x86_64/stable", "A", summary, "", (), False, 1, 1),
        DriveApp("app/org.test.B/x86_64/stable", "B", "", "", languages, False, 1, 1),
    ]
    model.show_apps(apps, Upkeep())
    card.resize(1100, 300)
    card.show()
    qtbot.waitExposed(card)
    row = card.view.visualRect(model.index(0))
    image = card.view.viewport().grab(row).toImage().convertToFormat(QImage.Format.Format_RGB32)
    ground = image.pixel(image.width() // 2, 3)
    size_from = image.width() * 85 // 100
    half = image.height() // 2
    return max(
        x for x in range(size_from) if set(colours_in(image.copy(x, half, 1, half - 4))) != {ground}
    )


def test_what_no_app_has_takes_no_room_from_names_and_summaries(qtbot: QtBot) -> None:
    among_others = written_to(qtbot, languages=("de", "fr"))
    alone = written_to(qtbot, languages=())
    assert among_others + 100 < alone


def app_called(name: str) -> DriveApp:
    return DriveApp(f"app/org.test.{name}/x86_64/stable", name, "", "1", (), False, 1, 1)


def test_the_keyboard_stays_at_its_app_where_others_come_and_go(qtbot: QtBot) -> None:
    model = AppsModel()
    apps = AppsList(model, AppPictures(model))
    qtbot.addWidget(apps)
    model.show_apps([app_called(name) for name in "BCD"], Upkeep())
    apps.view.setCurrentIndex(model.index(1, 0))
    told = []
    for names in ("ABCD", "CD", "ABD", ""):
        model.show_apps([app_called(name) for name in names], Upkeep())
        told.append(apps.view.currentIndex().data())
    # What is at its place where it has gone itself; of nothing none.
    assert told == ["C", "C", "A", None]


def test_the_table_stays_where_it_is_when_the_same_is_looked_at_again(qtbot: QtBot) -> None:
    refs = tuple(drive_ref(f"app/org.test.{name}/x86_64/stable") for name in "ABC")
    collection = InspectedCollection("org.test", "up", "", "", False, None, None, refs, ())
    location = Location(Root(Path("/media/APPS")), ".ostree/repo")
    seen = Inspection(location, "Satchel", 1, False, (collection,), space())
    model = RefsModel()
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    model.show_refs(seen, None)
    table.setCurrentIndex(model.index(2, 0))
    model.show_refs(seen, None)
    assert table.currentIndex().row() == 2
