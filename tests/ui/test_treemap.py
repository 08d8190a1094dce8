"""The picture of what takes the space: where its cells are, and how one goes through them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.drive.space import Space
from app.fs.root import Root
from app.stick.inspecting.inspect import Inspection
from app.stick.inspecting.sizes import Share, Sizes
from app.stick.store.location import Location
from ui.pages.contents.space_cells import CellKind, SpaceCell, SpaceModel, cells_of
from ui.pages.contents.squarify import Area, squarify
from ui.pages.contents.treemap import TreeMap

SIZES = st.lists(st.integers(0, 10**12), max_size=40)
SIDES = st.floats(1, 5000)


@given(SIZES, SIDES, SIDES)
def test_areas_are_to_each_other_as_the_sizes(
    sizes: list[int], width: float, height: float
) -> None:
    areas = squarify(sizes, Area(0, 0, width, height))
    assert len(areas) == len(sizes)
    total = sum(sizes)
    for size, area in zip(sizes, areas, strict=True):
        wanted = size / total * width * height if total else 0.0
        assert area.width * area.height == pytest.approx(
            wanted, rel=1e-4, abs=1e-4 * width * height
        )


@given(SIZES, SIDES, SIDES)
def test_areas_stay_inside_and_do_not_overlap(
    sizes: list[int], width: float, height: float
) -> None:
    slack = 1e-6 * max(width, height)
    areas = [
        area for area in squarify(sizes, Area(10, 20, width, height)) if area.width * area.height
    ]
    for area in areas:
        assert area.left >= 10 - slack
        assert area.top >= 20 - slack
        assert area.left + area.width <= 10 + width + slack
        assert area.top + area.height <= 20 + height + slack
    for area, other in combinations(areas, 2):
        apart = (
            area.left + area.width <= other.left + slack
            or other.left + other.width <= area.left + slack
            or area.top + area.height <= other.top + slack
            or other.top + other.height <= area.top + slack
        )
        assert apart


def test_cells_are_about_as_wide_as_high() -> None:
    areas = squarify([6, 6, 4, 3, 2, 2, 1], Area(0, 0, 600, 400))
    assert areas[0] == Area(0, 0, 300, 200)
    assert all(max(area.width / area.height, area.height / area.width) < 4 for area in areas)


def measured(*bytes: int) -> tuple[Inspection, Sizes]:
    """A drive with apps of these sizes."""
    refs = [f"app/org.test.App{number}/x86_64/stable" for number in range(len(bytes))]
    shares = tuple(
        Share((("org.test.Apps", ref),), 1, size) for ref, size in zip(refs, bytes, strict=True)
    )
    space = Space(Path("/drive"), "ext4", 4096, 10**12, 10**12, None, None, False)
    inspection = Inspection(Location(Root(Path("/drive")), "."), "", None, False, (), space)
    return inspection, Sizes({}, shares, 0, 0)


def test_what_is_small_is_put_together() -> None:
    cells = cells_of(*measured(10**6, 10**6, *[100] * 300))
    assert len(cells) == 3
    assert cells[-1].kind is CellKind.SMALL


def test_many_of_one_size_are_not_hidden_in_one_cell() -> None:
    cells = cells_of(*measured(*[10**6] * 300))
    [small] = [cell for cell in cells if cell.kind is CellKind.SMALL]
    assert small.bytes <= 30 * 10**6
    assert len(cells) > 200


def test_nothing_and_no_room() -> None:
    assert squarify([], Area(0, 0, 10, 10)) == []
    assert squarify([0, 0], Area(0, 0, 10, 10)) == [Area(0, 0, 0, 0)] * 2
    assert squarify([1, 2], Area(0, 0, 0, 10)) == [Area(0, 0, 0, 0)] * 2


@pytest.fixture
def picture(qtbot: QtBot) -> TreeMap:
    """Large on the left; on the right two above each other."""
    model = SpaceModel()
    tree_map = TreeMap(model)
    model.setParent(tree_map)
    qtbot.addWidget(tree_map)
    model.show_cells(
        (
            SpaceCell(CellKind.APP, "Large", 4_000_000, "An app."),
            SpaceCell(CellKind.RUNTIME, "Upper", 2_000_000, "A runtime."),
            SpaceCell(CellKind.SHARED, "Lower", 2_000_000, "Shared."),
        )
    )
    tree_map.resize(QSize(600, 400))
    tree_map.show()
    qtbot.waitUntil(lambda: tree_map.view.visualRect(model.index(2)).height() > 0)
    return tree_map


def press(picture: TreeMap, qtbot: QtBot, *keys: Qt.Key) -> str:
    for key in keys:
        qtbot.keyClick(picture.view, key)
    return str(picture.view.currentIndex().data())


def test_the_arrow_keys_lead_to_what_lies_there(picture: TreeMap, qtbot: QtBot) -> None:
    picture.view.setFocus()
    assert press(picture, qtbot, Qt.Key.Key_Home) == "Large"
    assert press(picture, qtbot, Qt.Key.Key_Left) == "Large"
    beside = press(picture, qtbot, Qt.Key.Key_Right)
    assert beside in {"Upper", "Lower"}
    assert press(picture, qtbot, Qt.Key.Key_Up) == "Upper"
    assert press(picture, qtbot, Qt.Key.Key_Down) == "Lower"
    assert press(picture, qtbot, Qt.Key.Key_Left) == "Large"
    assert press(picture, qtbot, Qt.Key.Key_End) == "Lower"


def test_what_is_looked_at_is_told(picture: TreeMap, qtbot: QtBot) -> None:
    picture.view.setFocus()
    press(picture, qtbot, Qt.Key.Key_Home)
    assert picture.about == "Large, 4.0\N{NO-BREAK SPACE}MB. An app."


def test_the_pointer_tells_as_well_and_the_keyboard_again_when_it_goes(
    picture: TreeMap, qtbot: QtBot
) -> None:
    press(picture, qtbot, Qt.Key.Key_Home)
    lower = picture.view.visualRect(picture.view.model().index(2, 0)).center()
    move(picture, lower)
    assert picture.about.startswith("Lower")
    QApplication.sendEvent(picture.view, QEvent(QEvent.Type.Leave))
    assert picture.about.startswith("Large")


def move(picture: TreeMap, place: QPoint) -> None:
    viewport = picture.view.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(viewport.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


def test_a_click_chooses(picture: TreeMap, qtbot: QtBot) -> None:
    place = picture.view.visualRect(picture.view.model().index(1, 0)).center()
    qtbot.mouseClick(picture.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picture.view.currentIndex().data() == "Upper"


def test_screen_readers_find_every_cell_with_name_and_size(picture: TreeMap) -> None:
    interface = QAccessible.queryAccessibleInterface(picture.view)
    spoken = [
        interface.child(number).text(QAccessible.Text.Name)
        for number in range(interface.childCount())
    ]
    assert "Upper, 2.0\N{NO-BREAK SPACE}MB. A runtime." in spoken


def test_kinds_are_told_apart_without_colour(picture: TreeMap) -> None:
    """In shades of grey, every two kinds still look different."""
    model = picture.view.model()
    assert isinstance(model, SpaceModel)
    model.show_cells(tuple(SpaceCell(kind, "", 1000, "") for kind in CellKind))
    picture.view.doItemsLayout()
    image = picture.view.viewport().grab().toImage()
    seen = set()
    for row in range(len(CellKind)):
        area = picture.view.visualRect(model.index(row)).center()
        patch = image.copy(area.x() - 8, area.y() - 8, 16, 16)
        seen.add(bytes(patch.convertToFormat(patch.Format.Format_Grayscale8).constBits()))
    assert len(seen) == len(CellKind)


def test_it_follows_the_size_of_the_window(picture: TreeMap, qtbot: QtBot) -> None:
    picture.resize(900, 300)
    view = picture.view
    last = view.model().index(2, 0)
    qtbot.waitUntil(lambda: view.visualRect(last).right() >= view.viewport().width() - 2)


def test_empty_is_no_trouble(qtbot: QtBot) -> None:
    model = SpaceModel()
    picture = TreeMap(model)
    model.setParent(picture)
    qtbot.addWidget(picture)
    picture.show()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(picture.view, key)
    assert not picture.view.currentIndex().isValid()
