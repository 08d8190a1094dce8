"""The picture of what takes the space: where its cells are, and how one goes through them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.drive.space import Space
from app.fs.root import Root
from app.stick.inspecting.inspection import InspectedCollection, InspectedRef, Inspection
from app.stick.inspecting.sizes import Share, Sizes
from app.stick.store.location import Location
from tests.ui.controllers.values import drive_ref
from ui.models.drive_apps import apps_of, users_of
from ui.pages.contents.space_cells import MOST, CellKind, SpaceCell, SpaceModel, cells_of
from ui.pages.contents.squarify import Area, squarify
from ui.pages.contents.treemap import TreeMap
from ui.pages.contents.treemap_drawing import cell_colour
from ui.state.app_pictures import AppPictures
from ui.style.app_icons import hue_of_name
from ui.style.colours import contrast
from ui.style.dressing import dress
from ui.style.look import Scheme, look
from ui.style.style import READABLE_CONTRAST

COLLECTION = "org.test.Apps"
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


def measured(
    sizes: Mapping[tuple[str, ...], int], *refs: InspectedRef, overhead: int = 0
) -> tuple[Inspection, Sizes]:
    """A drive with ``refs``; ``sizes``: what which of them need."""
    space = Space(Path("/drive"), "ext4", 4096, 10**12, 10**12, None, None, False)
    collection = InspectedCollection(COLLECTION, "", "", "", False, None, None, refs, ())
    inspection = Inspection(
        Location(Root(Path("/drive")), "."), "", None, False, (collection,), space
    )
    shares = tuple(
        Share(tuple((COLLECTION, ref) for ref in names), 1, size) for names, size in sizes.items()
    )
    return inspection, Sizes({}, shares, 0, overhead)


def apps(*bytes: int) -> tuple[Inspection, Sizes]:
    """A drive with apps of these sizes."""
    names = [f"app/org.test.App{number}/x86_64/stable" for number in range(len(bytes))]
    sizes: dict[tuple[str, ...], int] = {
        (name,): size for name, size in zip(names, bytes, strict=True)
    }
    return measured(sizes, *map(drive_ref, names))


ONE, TWO = "app/org.test.One/x86_64/stable", "app/org.test.Two/x86_64/stable"
LOCALE = "runtime/org.test.One.Locale/x86_64/stable"
RUNTIME, EXTENSION = "runtime/org.test.Platform/x86_64/1", "runtime/org.gl.Driver/x86_64/1"


def test_what_only_one_app_needs_is_the_apps() -> None:
    cells = cells_of(
        *measured(
            {
                (ONE,): 500,
                (LOCALE,): 100,
                (ONE, LOCALE): 50,
                (TWO,): 300,
                (RUNTIME,): 1000,
                (EXTENSION,): 40,
            },
            drive_ref(ONE),
            drive_ref(TWO),
            drive_ref(LOCALE),
            drive_ref(RUNTIME, needed_by=(ONE, TWO)),
            drive_ref(EXTENSION, needed_by=(RUNTIME,)),
            overhead=10,
        )
    )
    assert [(cell.kind, cell.bytes) for cell in cells] == [
        (CellKind.SHARED, 1050),
        (CellKind.APP, 650),
        (CellKind.APP, 300),
    ]
    shared, first, _ = cells
    assert sum(cell.bytes for cell in shared.inside) == shared.bytes
    assert first.ref == ONE
    assert "1.0" in first.detail


def test_a_runtime_of_one_app_goes_with_it() -> None:
    cells = cells_of(
        *measured(
            {(ONE,): 500, (RUNTIME,): 1000, (TWO,): 300},
            drive_ref(ONE),
            drive_ref(TWO),
            drive_ref(RUNTIME, needed_by=(ONE,)),
        )
    )
    assert [(cell.ref, cell.bytes) for cell in cells] == [(ONE, 1500), (TWO, 300)]


def test_where_nobody_wrote_down_who_needs_what_all_do() -> None:
    inspection, _ = measured({}, drive_ref(ONE), drive_ref(TWO), drive_ref(RUNTIME))
    assert users_of(inspection)[RUNTIME] == {ONE, TWO}


def test_needs_that_go_round_in_circles_come_to_an_end() -> None:
    inspection, _ = measured(
        {},
        drive_ref(ONE),
        drive_ref(RUNTIME, needed_by=(EXTENSION,)),
        drive_ref(EXTENSION, needed_by=(RUNTIME,)),
    )
    assert users_of(inspection)[RUNTIME] <= {ONE}


def test_what_is_small_is_put_together_and_can_be_opened() -> None:
    cells = cells_of(*apps(10**6, 10**6, *[100] * 300))
    assert len(cells) == 3
    assert cells[-1].kind is CellKind.SMALL
    assert sum(cell.bytes for cell in cells[-1].inside) == cells[-1].bytes == 30000


def test_many_of_one_size_lie_in_cells_that_can_be_opened() -> None:
    cells = cells_of(*apps(*[10**6] * 300))
    assert len(cells) <= MOST + 1

    def count(cells: tuple[SpaceCell, ...]) -> int:
        return sum(count(cell.inside) if cell.inside else 1 for cell in cells)

    assert count(cells) == 300


def test_nothing_and_no_room() -> None:
    assert squarify([], Area(0, 0, 10, 10)) == []
    assert squarify([0, 0], Area(0, 0, 10, 10)) == [Area(0, 0, 0, 0)] * 2
    assert squarify([1, 2], Area(0, 0, 0, 10)) == [Area(0, 0, 0, 0)] * 2


INNER = (
    SpaceCell(CellKind.PART, "Platform", 1_500_000, "Needed by Large."),
    SpaceCell(CellKind.LIST, "Lists", 500_000, "So that they are found."),
)
CELLS = (
    SpaceCell(CellKind.APP, "Large", 4_000_000, "An app.", ONE),
    SpaceCell(CellKind.APP, "Upper", 2_000_000, "Another.", TWO),
    SpaceCell(CellKind.SHARED, "Lower", 2_000_000, "Shared.", inside=INNER),
)


@pytest.fixture
def picture(qtbot: QtBot) -> TreeMap:
    """Large on the left; on the right two above each other."""
    model = SpaceModel()
    tree_map = TreeMap(model, AppPictures(model))
    model.setParent(tree_map)
    qtbot.addWidget(tree_map)
    tree_map.show_cells(CELLS, plug=True)
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
    assert picture.about == "Large An app."


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
    assert "Upper, 2.0\N{NO-BREAK SPACE}MB. Another." in spoken


def test_what_is_shared_can_be_opened_and_closed_again(picture: TreeMap, qtbot: QtBot) -> None:
    place = picture.view.visualRect(picture.view.model().index(2, 0)).center()
    qtbot.mouseClick(picture.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert names(picture) == ["Platform", "Lists"]
    assert picture.about.startswith("Platform 1.5")
    qtbot.keyClick(picture.view, Qt.Key.Key_Escape)
    assert names(picture) == ["Large", "Upper", "Lower"]
    assert picture.view.currentIndex().data() == "Lower"
    qtbot.keyClick(picture.view, Qt.Key.Key_Return)
    assert names(picture) == ["Platform", "Lists"]
    [back] = [each for each in picture.findChildren(QPushButton) if each.isVisible()]
    back.click()
    assert names(picture) == ["Large", "Upper", "Lower"]


def names(picture: TreeMap) -> list[str]:
    model = picture.view.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_every_hue_can_be_read(qapp: QApplication, scheme: Scheme) -> None:
    dresser = dress(qapp)
    dresser.wish(scheme)
    try:
        for hue in range(0, 360, 3):
            fill = cell_colour("fill", hue)
            for part in ("text", "size"):
                ratio = contrast(cell_colour(part, hue), fill)
                assert ratio >= READABLE_CONTRAST, (hue, part)
    finally:
        dresser.wish(None)


def test_an_app_has_its_own_colour_and_what_is_shared_has_none(picture: TreeMap) -> None:
    image = picture.view.viewport().grab().toImage()

    def ground(row: int) -> QColor:
        area = picture.view.visualRect(picture.view.model().index(row, 0))
        return image.pixelColor(area.right() - 6, area.bottom() - 10)

    assert ground(0).rgb() == cell_colour("fill", hue_of_name("Large")).rgb()
    assert ground(1).rgb() == cell_colour("fill", hue_of_name("Upper")).rgb()
    assert ground(2).rgb() == look().sunken.rgb()


def test_it_follows_the_size_of_the_window(picture: TreeMap, qtbot: QtBot) -> None:
    picture.resize(900, 300)
    view = picture.view
    last = view.model().index(2, 0)
    qtbot.waitUntil(lambda: view.visualRect(last).right() >= view.viewport().width() - 8)


def test_empty_is_no_trouble(qtbot: QtBot) -> None:
    model = SpaceModel()
    picture = TreeMap(model, AppPictures(model))
    model.setParent(picture)
    qtbot.addWidget(picture)
    picture.show()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(picture.view, key)
    assert not picture.view.currentIndex().isValid()


def test_of_thousands_of_shares_the_small_ones_are_told_together() -> None:
    sizes: dict[tuple[str, ...], int] = {(ONE,): 10**9, (TWO,): 10**9}
    sizes |= {(ONE, TWO, f"runtime/org.test.R{n}/x86_64/1"): 10**6 - n for n in range(2000)}
    cells = cells_of(*measured(sizes, drive_ref(ONE), drive_ref(TWO)))
    [shared] = [cell for cell in cells if cell.kind is CellKind.SHARED]
    assert shared.bytes == sum(size for refs, size in sizes.items() if len(refs) > 1)
    assert sum(cell.bytes for cell in cells) == sum(sizes.values())


def test_an_operating_system_needs_nothing_of_what_apps_need() -> None:
    system = "os/example/amd64/os6"
    sizes: dict[tuple[str, ...], int] = {(RUNTIME,): 1000, (system,): 2000, (ONE,): 300}
    inspection, measures = measured(
        sizes, drive_ref(ONE), drive_ref(TWO), drive_ref(RUNTIME), drive_ref(system)
    )
    assert users_of(inspection)[RUNTIME] == {ONE, TWO}
    listed = {app.ref: app for app in apps_of(inspection, measures)}
    assert (listed[system].name, listed[system].summary, listed[system].alone) == (
        "Operating system update",
        COLLECTION,
        2000,
    )
    assert cells_of(inspection, measures)[0].name == "Operating system update"
