"""Where choosing begins: sets, and apps that are good in a classroom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.replacing import replace
from tests.demo import ENGLISH_ONLY, NEEDS_INTERNET
from tests.ui.apps.person import LONG
from tests.ui.user_actions import everything_said
from tests.ui.widget_tree import the_only
from ui.controllers.sets import SetsState, SetsStatus
from ui.pages.apps.category_chips import CategoryChips
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.pages.apps.set_card import SetCard, WaitingCard
from ui.pages.apps.set_details import SetDetails
from ui.pages.apps.start_view import StartView
from ui.state.page_name import PageName
from ui.style import style
from ui.widgets.primary_button import PrimaryButton
from ui.widgets.toast import ToastBar
from ui.window.main_window import MainWindow


class Beginner:
    """On the Apps page, the sets before them."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        window.open(PageName.APPS)
        self.page = window.page
        self.view = the_only(self.page, StartView)
        self.until(lambda: bool(self.view.cards))

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG)

    def card(self, name: str) -> SetCard:
        return next(card for card in self.view.cards if card.accessibleName().startswith(name))

    def click(self, widget: object) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def chosen(self) -> list[str]:
        return [ref.ref.split("/")[1].rpartition(".")[2] for ref in self.window.session.choice.refs]

    def good(self) -> list[str]:
        model = self.view.tiles.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]


@pytest.fixture
def beginner(window: MainWindow, qtbot: QtBot) -> Beginner:
    return Beginner(window, qtbot)


def test_a_set_is_added_with_one_click_and_taken_back(beginner: Beginner) -> None:
    card = beginner.card("Maps and sky")
    beginner.click(card.button)
    assert sorted(beginner.chosen()) == ["Atlas", "Planets"]
    assert card.state_word == "Added"
    assert not card.button.isVisible()
    toast = the_only(beginner.window, ToastBar)
    assert toast.toast is not None
    assert toast.toast.text.startswith("Maps and sky: 2")
    toast.undo()
    assert beginner.chosen() == []
    assert card.state_word == "Add"


def test_of_a_set_that_is_there_in_part_the_rest_is_added(beginner: Beginner) -> None:
    beginner.click(beginner.card("Maps and sky").button)
    card = beginner.card("For lessons")
    assert card.state_word == "Add 1"
    beginner.click(card.button)
    assert card.state_word == "Added"
    assert len(beginner.chosen()) == 3


@pytest.mark.thorough
def test_a_set_is_looked_at_and_left(beginner: Beginner) -> None:
    card = beginner.card("Maps and sky")
    card.setFocus()
    beginner.qtbot.keyClick(card, Qt.Key.Key_Return)
    details = the_only(beginner.page, SetDetails)
    beginner.until(details.isVisible)
    model = details.list.model()
    assert {model.index(row, 0).data() for row in range(2)} == {"Classroom Atlas", "Planets"}
    model.setData(model.index(0, 0), None, Qt.ItemDataRole.CheckStateRole)
    assert len(beginner.chosen()) == 1
    assert card.state_word == "Add 1"
    beginner.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    beginner.until(lambda: not details.isVisible())


@pytest.mark.thorough
def test_until_the_sets_are_known_their_places_are_there(beginner: Beginner) -> None:
    """As high as the cards will be, so that nothing below them jumps."""
    high = {card.height() for card in beginner.view.cards if card.isVisible()}
    beginner.view.show_sets(SetsStatus(SetsState.CHECKING))
    QApplication.processEvents()
    places = [each for each in beginner.view.findChildren(WaitingCard) if each.isVisible()]
    assert places
    assert {each.visibleRegion().boundingRect().height() for each in places} == high


@pytest.mark.thorough
def test_nothing_reaches_beyond_the_edge_of_a_small_window(beginner: Beginner) -> None:
    beginner.until(lambda: bool(beginner.good()))
    beginner.window.resize(900, 600)
    beginner.view.show_languages("English, German, French, Spanish, " * 3)
    QApplication.processEvents()
    parts = [part for part in beginner.view.viewport().findChildren(QWidget) if part.isVisible()]
    edge = beginner.view.viewport().rect()
    assert all(
        part.mapTo(beginner.view.viewport(), part.rect().topRight()).x() <= edge.right()
        for part in parts
    )
    assert beginner.view.width() == beginner.page.width() - 2 * style.px(style.MARGIN_NARROW)


@pytest.mark.thorough
def test_the_strip_says_less_where_there_is_little_room(beginner: Beginner) -> None:
    """Qt left out the middle: “10 app…2.3 MB”."""
    strip = the_only(beginner.window, ChoiceStrip)
    beginner.click(beginner.card("Maps and sky").button)
    beginner.until(lambda: "Fits" in strip.sentence)
    the_only(beginner.window, ToastBar).end()
    assert strip.button.text().startswith("2 app(s), ")
    strip.setFixedWidth(strip.button.sizeHint().width() - 1)
    QApplication.processEvents()
    assert strip.button.text() == "2 app(s)"


def test_what_is_good_in_a_classroom_works_offline(beginner: Beginner) -> None:
    beginner.until(lambda: bool(beginner.good()))
    assert "Classroom Atlas" in beginner.good()
    assert NEEDS_INTERNET not in beginner.good()


@pytest.mark.thorough
def test_and_speaks_the_classrooms_languages(beginner: Beginner) -> None:
    session = beginner.window.session
    beginner.until(lambda: ENGLISH_ONLY in beginner.good())
    options = session.choice.options
    session.set_choice(
        type(session.choice)((), type(options)(options.arch, languages=("de",), strict=True))
    )
    beginner.until(lambda: bool(beginner.good()) and ENGLISH_ONLY not in beginner.good())


def test_all_apps_are_nothing_for_you(beginner: Beginner) -> None:
    chips = the_only(beginner.page, CategoryChips).findChildren(QToolButton)
    for_you = next(chip for chip in chips if chip.text() == "For you")
    assert for_you.isChecked()
    beginner.view.all_wanted.emit()
    beginner.until(lambda: not beginner.view.isVisible())
    assert not for_you.isChecked()
    beginner.click(for_you)
    beginner.until(beginner.view.isVisible)
    assert for_you.isChecked()


def test_a_category_gives_the_list_and_the_way_back(beginner: Beginner) -> None:
    chips = [chip for chip in beginner.page.findChildren(QToolButton) if chip.isVisible()]
    learning = next(chip for chip in chips if chip.text() == "Learning")
    beginner.click(learning)
    beginner.until(lambda: not beginner.view.isVisible())
    assert learning.isVisible()
    beginner.click(next(chip for chip in chips if chip.text() == "For you"))
    beginner.until(beginner.view.isVisible)


def test_choosing_needs_no_drive(beginner: Beginner) -> None:
    window = beginner.window
    window.session.set_target(None)
    beginner.click(beginner.card("Maps and sky").button)
    strip = the_only(window, ChoiceStrip)
    beginner.until(lambda: "Needs a drive of 2" in strip.sentence)
    primary = the_only(window, PrimaryButton)
    beginner.until(lambda: primary.text() == "Choose a drive")
    assert primary.action.enabled
    primary.click()
    assert window.page.name is PageName.DRIVE


@pytest.mark.thorough
def test_sets_of_a_school_take_their_place_at_once(beginner: Beginner, tmp_path: Path) -> None:
    (tmp_path / "list.satchel-set").write_text('sets = ["ours.satchel-set", "gone.satchel-set"]')
    (tmp_path / "ours.satchel-set").write_text(
        'refs = ["org.satchel.Demo.Atlas", "org.satchel.Demo.Gone"]\n[about]\nname = "Ours"\n'
    )
    session = beginner.window.session
    settings = replace(
        session.environment.settings, sets_address=(tmp_path / "list.satchel-set").as_uri()
    )
    session.set_environment(replace(session.environment, settings=settings))
    beginner.until(lambda: [card.accessibleName()[:4] for card in beginner.view.cards] == ["Ours"])
    assert "gone.satchel-set" in everything_said(beginner.view)
    beginner.view.set_opened.emit(beginner.view.cards[0].id)
    details = the_only(beginner.page, SetDetails)
    beginner.until(details.isVisible)
    # What cannot be had is told there, and not counted.
    assert "org.satchel.Demo.Gone" in everything_said(details)
    assert details.list.model().rowCount() == 1
