"""What says something: pills, facts, figures, banners, cards, folds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.seen import picture, strongest_contrast
from tests.ui.user_actions import everything_said, press
from ui.style import style
from ui.style.look import Scheme
from ui.style.symbol import Symbol
from ui.widgets.app_message import AppMessage, AppMessages, AppRemark, Urgency
from ui.widgets.card import RowsCard
from ui.widgets.empty_state import EmptyState
from ui.widgets.facts import Fact, FactGrid, Figure, Figures, FigureView
from ui.widgets.fold import Fold
from ui.widgets.message_card import MessageCard, Sign
from ui.widgets.pill import Pill, PillTone

Show = Callable[[QWidget], QWidget]


@pytest.mark.parametrize("tone", PillTone)
def test_a_pill_can_be_read_and_is_read_out(scheme: Scheme, show: Show, tone: PillTone) -> None:
    del scheme
    pill = Pill("Interrupted", Symbol.PAUSE, tone)
    show(pill)

    assert strongest_contrast(picture(pill), pill.rect().adjusted(24, 4, -8, -4)) >= (
        style.READABLE_CONTRAST
    )
    assert pill.accessibleName() == "Interrupted"
    pill.say("Ready", Symbol.CHECK, PillTone.GOOD)
    assert pill.accessibleName() == "Ready"


def labels_of(widget: QWidget) -> list[QLabel]:
    return [label for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def sayers() -> list[QWidget]:
    grid, figures = FactGrid(), Figures()
    grid.show_facts(
        [
            Fact(Symbol.DOWNLOAD, "Adds 314 MB", "The rest is there already"),
            Fact(Symbol.CHECK, "Works offline", "Nothing is fetched later", good=True),
        ]
    )
    figures.show_figures(
        [Figure("To download", "1.4 GB", "0.7 GB is here"), Figure("Takes", "2.1 GB", "too much")]
    )
    card = MessageCard()
    card.say(Sign.OFFLINE, "No internet connection", "Nothing is lost.", "curl: 6")
    banners = [
        AppMessage(AppRemark("eol", "x", "Timelore ends.", "It works.", "Leave it out", urgency))
        for urgency in Urgency
    ]
    return [grid, figures, card, *banners]


@pytest.mark.parametrize("number", range(5))
def test_all_text_can_be_read(scheme: Scheme, show: Show, number: int) -> None:
    del scheme
    widget = sayers()[number]
    show(widget)
    QApplication.processEvents()

    assert labels_of(widget)
    for label in labels_of(widget):
        assert strongest_contrast(picture(label)) >= style.READABLE_CONTRAST, label.text()


def test_figures_go_below_each_other_where_there_is_little_room(show: Show) -> None:
    figures = Figures()
    figures.show_figures([Figure(str(n), "2.1 GB") for n in range(3)])
    window = show(figures)

    window.resize(style.px(900), 300)
    QApplication.processEvents()
    assert len({view.y() for view in figures.findChildren(FigureView)}) == 1
    window.resize(style.px(300), 300)
    QApplication.processEvents()
    assert len({view.x() for view in figures.findChildren(FigureView)}) == 1


REMARKS = (
    AppRemark("end", "a", "Timelore gets no more updates.", "It works.", "Leave it out"),
    AppRemark("language", "b", "Plotline is not in German."),
    AppRemark("language", "c", "Beakerly is not in German."),
    AppRemark("offline", "d", "Meetly needs internet.", "", "Leave it out", Urgency.BAD),
)


def in_one(kind: str, count: int) -> str:
    return f"{count} apps: {kind}."


@pytest.mark.parametrize("place", [0, 2])
def test_numbers_stand_on_one_line_whatever_is_remarked(
    show: Show, qtbot: QtBot, place: int
) -> None:
    figures = Figures()
    window = show(figures)
    said = [Figure("To download", "1.4 GB"), Figure("Takes", "2.1 GB", "5 GB stay free")]
    said.insert(place, Figure("Takes about", "4 min", "at 6 MB a second, which is slow " * 3))
    figures.show_figures(said)
    for width in (640, 900):
        window.resize(width, 200)
        qtbot.waitUntil(lambda: window.width() == width and len(lines_of(figures)) == 1)  # noqa: B023


def lines_of(figures: Figures) -> set[int]:
    numbers = (
        label for label in labels_of(figures) if label.text() in ("1.4 GB", "2.1 GB", "4 min")
    )
    return {label.mapTo(figures, QPoint()).y() for label in numbers}


def test_several_of_a_kind_are_one_until_asked_for(show: Show, qtbot: QtBot) -> None:
    messages = AppMessages()
    acted: list[str] = []
    messages.acted.connect(acted.append)
    show(messages)

    messages.show_remarks(REMARKS, in_one)

    assert len(messages.banners) == 3
    said = everything_said(messages)
    assert "2 apps: language." in said
    assert "Plotline" not in said
    press(qtbot, messages, "Show 2")
    assert len(messages.banners) == 4
    assert "Plotline" in everything_said(messages)
    press(qtbot, messages.banners[0], "Leave it out")
    assert acted == ["a"]
    messages.show_remarks(REMARKS[1:], in_one)
    assert "Timelore" not in everything_said(messages)
    messages.show_remarks((), in_one)
    assert not messages.isVisible()


def test_a_banner_is_read_out_as_a_whole(show: Show) -> None:
    banner = AppMessage(REMARKS[0])
    show(banner)

    assert banner.accessibleName() == "Timelore gets no more updates. It works."
    assert banner.button.accessibleDescription() == "Timelore gets no more updates."


def test_details_of_a_message_are_shown_when_asked_for(show: Show, qtbot: QtBot) -> None:
    card = MessageCard()
    show(card)
    card.say(Sign.KEY, "The key has changed", "Nothing was written.", "gpg: BADSIG")
    assert "BADSIG" not in everything_said(card)

    press(qtbot, card, "Details")

    assert "BADSIG" in everything_said(card)
    card.say(Sign.OFFLINE, "No internet connection", "")
    assert "Details" not in everything_said(card)
    assert card.accessibleName() == "No internet connection"


def test_an_empty_state_says_what_to_do(show: Show) -> None:
    empty = EmptyState()
    show(empty)
    empty.say("Plug in a USB drive", "It shows up here by itself.")

    assert empty.accessibleName() == "Plug in a USB drive"
    assert empty.accessibleDescription() == "It shows up here by itself."


def test_a_fold_opens_by_key_and_by_mouse(show: Show, qtbot: QtBot) -> None:
    fold = Fold("Details for builders")
    fold.body.addWidget(QLabel("app/org.test.App"))
    fold.say("Details for builders", "1.0 GB", "13 parts")
    unfolded: list[bool] = []
    fold.unfolded.connect(unfolded.append)
    show(fold)
    assert "org.test" not in everything_said(fold)

    fold.head.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(fold.head, Qt.Key.Key_Space)
    assert "org.test" in everything_said(fold)
    qtbot.mouseClick(fold.head, Qt.MouseButton.LeftButton)
    assert not fold.is_open
    assert unfolded == [True, False]
    assert fold.head.accessibleName() == "Details for builders"
    assert fold.head.accessibleDescription() == "13 parts 1.0 GB"


def test_lines_are_only_between_rows_that_are_shown(show: Show) -> None:
    card = RowsCard()
    rows = [QLabel(str(number)) for number in range(3)]
    for row in rows:
        card.add_row(row)
    show(card)

    rows[0].hide()
    card.arrange()

    lines = [card.body.itemAt(place).widget() for place in range(0, 6, 2)]  # type: ignore[union-attr]
    assert [line.isHidden() for line in lines if line is not None] == [True, True, False]
    card.clear()
    assert isinstance(card.layout(), QVBoxLayout)
    assert not card.body.count()
