"""Whatever is shown can be seen: in both palettes, with large text, in a small window, mirrored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTranslator
from PySide6.QtGui import QFont, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.stick.environment import Environment
from tests.ui.dialog_states import DIALOG_STATES
from tests.ui.essential_states import ESSENTIAL, in_turn
from tests.ui.seen import colours_in, picture, strongest_contrast
from tests.ui.widget_tree import cut_off, front, shown, the_only
from tests.ui.window_states import WINDOW_STATES
from ui.pages.base import Page
from ui.style import style
from ui.style.dressing import dress
from ui.style.look import Scheme
from ui.widgets.primary_button import PrimaryButton
from ui.widgets.slide_over import SlideOver
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow

ALL = WINDOW_STATES | DIALOG_STATES
SIZES = [QSize(720, 480), QSize(900, 600), QSize(1280, 800)]
LARGE_TEXT = 1.75


def test_the_states_that_the_gate_looks_at_are_there() -> None:
    assert set(ALL) >= ESSENTIAL


# Contrast


@pytest.fixture
def wish(qapp: QApplication) -> Iterator[Callable[[Scheme], None]]:
    """Light, or dark from when it is called. Ask for it before a window: that is styled anew."""
    dresser = dress(qapp)
    dresser.wish(Scheme.LIGHT)
    yield dresser.wish
    dresser.wish(None)


@pytest.mark.parametrize("state", in_turn(ALL))
def test_texts_and_signs_stand_out(
    wish: Callable[[Scheme], None], window: MainWindow, qtbot: QtBot, state: str
) -> None:
    """Texts 4.5 to 1, also of what is disabled and of prompts; signs without a text 3 to 1."""
    ALL[state](window, qtbot)
    root = front(window)
    QApplication.processEvents()
    in_light = list(too_faint(root, picture(root)))
    wish(Scheme.DARK)
    QApplication.processEvents()
    in_dark = list(too_faint(root, picture(root)))

    assert (in_light, in_dark) == ([], [])


def too_faint(root: QWidget, image: QImage) -> Iterator[str]:
    for widget in shown(root):
        wanted = style.READABLE_CONTRAST
        match widget:
            case QLabel() | QLineEdit() if widget.text() or isinstance(widget, QLineEdit):
                place = widget.rect()
            case QAbstractButton() if not widget.text():
                # What it says is a sign.
                place, wanted = widget.rect(), style.SHAPE_CONTRAST
            case QAbstractButton():
                place = widget.rect().adjusted(4, 3, -4, -3)
            case _:
                continue
        seen = visible_part(widget, root, place)
        if is_empty(widget) or seen.width() < 8 or seen.height() < 8:
            continue
        if is_covered(widget, root, seen):
            continue
        contrast = strongest_contrast(image, seen)
        if contrast < wanted:
            yield f"{contrast:.1f} to 1: {widget!r} {getattr(widget, 'text', str)()!r}"
    for widget in shown(root):
        if isinstance(widget, QAbstractItemView):
            yield from faint_rows(widget, root, image)


def is_covered(widget: QWidget, root: QWidget, seen: QRect) -> bool:
    """Whether it lies below what has slid over the page, even in part."""
    return any(
        not panel.isAncestorOf(widget)
        and seen.intersects(QRect(panel.mapTo(root, QPoint()), panel.size()))
        for panel in root.findChildren(SlideOver)
        if panel.isVisible()
    )


def is_empty(widget: QWidget) -> bool:
    if isinstance(widget, QLineEdit):
        return not (widget.text() or widget.placeholderText())
    return isinstance(widget, QAbstractButton) and not widget.text() and widget.icon().isNull()


def faint_rows(view: QAbstractItemView, root: QWidget, image: QImage) -> Iterator[str]:
    model = view.model()
    for row in range(min(model.rowCount(view.rootIndex()), 20)):
        index = model.index(row, 0, view.rootIndex())
        area = view.visualRect(index)
        seen = visible_part(view.viewport(), root, area)
        least = max(style.px(16), area.height() // 2)
        if not index.data() or seen.height() < least or seen.width() < style.px(84):
            # Too little room for a text.
            continue
        if is_covered(view, root, seen):
            continue
        contrast = strongest_contrast(image, seen)
        if contrast < style.READABLE_CONTRAST:
            yield f"{contrast:.1f} to 1: row {row} of {view!r} {index.data()!r}"


def visible_part(widget: QWidget, root: QWidget, place: QRect) -> QRect:
    """``place`` in ``widget`` as far as it is not scrolled away, in ``root``."""
    seen = widget.visibleRegion().boundingRect().intersected(place)
    return seen.translated(widget.mapTo(root, QPoint()))


# Room


@pytest.mark.parametrize("state", in_turn(ALL))
def test_nothing_is_scrolled_sideways_or_cut_off(
    window: MainWindow, qtbot: QtBot, state: str
) -> None:
    """Nor is the primary button off the screen, where it is not behind a dialog."""
    ALL[state](window, qtbot)
    for size in SIZES:
        window.resize(size)
        qtbot.waitUntil(partial(has_size, window, size))
        QApplication.processEvents()
        assert not list(scrolled_sideways(front(window))), size
        if state in WINDOW_STATES:
            assert on_screen(window), size
        wait_for_room(window, qtbot)


def has_size(window: MainWindow, size: QSize) -> bool:
    return window.size() == size


def wait_for_room(window: MainWindow, qtbot: QtBot) -> None:
    """Layouts follow a little later."""

    def has_room() -> None:
        assert not list(cut_off(front(window)))

    qtbot.waitUntil(has_room)


def scrolled_sideways(root: QWidget) -> Iterator[str]:
    for widget in shown(root):
        if isinstance(widget, QAbstractScrollArea) and widget.horizontalScrollBar().isVisible():
            yield f"{widget!r} scrolls by {widget.horizontalScrollBar().maximum()}"


@pytest.fixture
def large_text(qapp: QApplication) -> Iterator[None]:
    usual = qapp.font()
    font = QFont(usual)
    font.setPointSizeF(usual.pointSizeF() * LARGE_TEXT)
    qapp.setFont(font)
    yield
    qapp.setFont(usual)


def on_screen(window: MainWindow) -> bool:
    button = the_only(window, PrimaryButton)
    place = QRect(button.mapTo(window, QPoint()), button.size())
    return window.rect().contains(place)


@pytest.mark.usefixtures("large_text")
@pytest.mark.parametrize("state", in_turn(WINDOW_STATES))
def test_large_text_has_room_and_leaves_the_primary_button_on_the_screen(
    window: MainWindow, qtbot: QtBot, state: str
) -> None:
    """On a laptop's screen: the window does not become larger than that by itself."""
    WINDOW_STATES[state](window, qtbot)
    window.resize(SIZES[2])
    qtbot.waitUntil(lambda: window.size() == SIZES[2])

    assert on_screen(window)
    wait_for_room(window, qtbot)


def title_of(page: Page) -> QWidget:
    """What stands where the title does."""
    items = (page.head.itemAt(place) for place in range(page.head.count()))
    widgets = (item.widget() for item in items if item is not None)
    return next(widget for widget in widgets if widget is not None and widget.isVisible())


def top_of_text(widget: QWidget) -> int:
    """The first row in which something is drawn."""
    image = picture(widget)
    rows = (QRect(0, row, widget.width(), 1) for row in range(widget.height()))
    return next(row.y() for row in rows if len(colours_in(image, row)) > 1)


@pytest.mark.parametrize("size", SIZES[1:], ids=lambda size: f"{size.width()}")
def test_titles_and_the_primary_button_stay_where_they_are(
    window: MainWindow, qtbot: QtBot, size: QSize
) -> None:
    window.resize(size)
    qtbot.waitUntil(lambda: window.size() == size)
    titles, buttons = {}, {}
    for name, page in window.pages.items():
        page.make()
        window._stack.setCurrentWidget(page)
        QApplication.processEvents()
        title = title_of(page)
        place = title.mapTo(window, QPoint())
        titles[name] = (place.x(), place.y() + top_of_text(title))
        button = the_only(window, PrimaryButton)
        if button.isVisible():
            right = button.mapTo(window, button.rect().topRight())
            buttons[name] = (right.toTuple(), button.height())

    # A round letter is a pixel higher than a flat one.
    assert len({left for left, _ in titles.values()}) == 1, titles
    tops = [top for _, top in titles.values()]
    assert max(tops) - min(tops) <= 2, titles
    assert len(set(buttons.values())) <= 1, buttons


# From right to left


class Mirrored(QTranslator):
    """English as if it were written from the right."""

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        del context, disambiguation
        return f"\N{RIGHT-TO-LEFT MARK}{source.replace('%n', str(n))}"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def mirrored_window(
    qapp: QApplication, open_window: Callable[..., MainWindow], demo: Environment
) -> Iterator[MainWindow]:
    translator = Mirrored()
    qapp.installTranslator(translator)
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    window = open_window(demo)
    window.resize(SIZES[1])
    yield window
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    qapp.removeTranslator(translator)


@pytest.mark.parametrize("state", in_turn(ALL))
def test_from_the_right_everything_is_on_the_other_side(
    mirrored_window: MainWindow, qtbot: QtBot, state: str
) -> None:
    window = mirrored_window
    ALL[state](window, qtbot)
    QApplication.processEvents()
    root = front(window)

    assert not list(scrolled_sideways(root))
    wait_for_room(window, qtbot)
    assert not list(at_the_wrong_side(root))
    if root is window:
        button = the_only(window, PrimaryButton)
        if button.isVisible():
            assert button.mapTo(window, button.rect().center()).x() < window.width() / 2


def at_the_wrong_side(root: QWidget) -> Iterator[str]:
    """Texts that do not begin where lines begin."""
    for label in shown(root):
        if not isinstance(label, QLabel) or not label.text():
            continue
        alignment = label.alignment()
        if alignment & Qt.AlignmentFlag.AlignLeft and alignment & Qt.AlignmentFlag.AlignAbsolute:
            yield f"{label.text()!r} begins at the left"
