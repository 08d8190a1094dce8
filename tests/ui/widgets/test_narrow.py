"""What stands beside each other goes below each other where letters are large, or names long."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.stick.checking.soundness import Soundness, Verdict
from app.stick.findings import Help
from tests.ui.widget_tree import cut_off, the_only
from ui.controllers.many_view import DriveRow, RowState
from ui.models.place import PlaceKey
from ui.pages.contents.check_banner import CheckBanner
from ui.pages.contents.place_title import PlaceTitle
from ui.pages.make.keep_going_card import KeepGoingCard
from ui.pages.make.many_row import ManyRow
from ui.pages.settings.rows import SettingRow
from ui.style import style
from ui.widgets import labels
from ui.widgets.labels import FittingLabel
from ui.widgets.toast import Toast, ToastBar
from ui.widgets.verdict_line import VerdictLine
from ui.window.foot_bar import FootBar

WIDTH = 640
"""Of a page in a window of 900 by 600 with letters twice as large."""
UNVOUCHED = Verdict(Soundness.UNVOUCHED)


@pytest.fixture
def points() -> float:
    return 22.0


@pytest.fixture
def large(qapp: QApplication, points: float) -> Iterator[None]:
    usual = qapp.font()
    font = QFont(usual)
    font.setPointSizeF(points)
    qapp.setFont(font)
    yield
    qapp.setFont(usual)


@pytest.fixture
def laid_out(qtbot: QtBot, large: None) -> Callable[[QWidget], None]:
    """Put it into a page, as wide as that is."""
    del large
    pages: list[QWidget] = []

    def show(widget: QWidget) -> None:
        page = QWidget()
        pages.append(page)
        qtbot.addWidget(page)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(widget)
        layout.addStretch(1)
        page.setFixedSize(WIDTH, WIDTH)
        page.show()
        qtbot.waitUntil(lambda: widget.isVisible() and widget.width() == WIDTH)

    return show


def test_a_verdict_and_when_it_was_checked(
    laid_out: Callable[[QWidget], None], qtbot: QtBot
) -> None:
    line = VerdictLine()
    line.say(UNVOUCHED, "Checked today at twenty past eleven", "10 apps, 2.6 MB of 8 GB")
    laid_out(line)
    qtbot.waitUntil(lambda: not [*cut_off(line)])


def test_where_there_is_room_a_verdict_is_one_line(show: Callable[[QWidget], QWidget]) -> None:
    line = VerdictLine()
    line.say(UNVOUCHED, "Checked today", "10 apps, 2.6 MB of 8 GB")
    show(line).resize(900, 100)
    when, about = (
        next(each for each in line.findChildren(labels.Label) if each.text().startswith(text))
        for text in ("Checked", "10 apps")
    )
    assert when.geometry().center().y() == about.geometry().center().y()
    assert when.geometry().right() < about.geometry().left()


def test_a_drives_name_as_a_title_is_read_whole(laid_out: Callable[[QWidget], None]) -> None:
    title = PlaceTitle()
    title.show_places("SCHOOL-CLASSROOM", (), PlaceKey("x"))
    laid_out(title)
    one = title.heightForWidth(WIDTH)
    narrow = QFontMetrics(style.font(style.Text.BODY)).horizontalAdvance("SCHOOL-CLASS")
    assert title.heightForWidth(narrow) > one


def test_a_headline_is_no_narrow_column_beside_a_button(
    laid_out: Callable[[QWidget], None],
) -> None:
    banner = CheckBanner()
    headline = "Nothing is damaged, but nobody vouches for it"
    banner.say(UNVOUCHED, headline, "Take the apps if you know.", {Help.ADD_REMOTE})
    banner.show()
    laid_out(banner)
    said = next(each for each in banner.findChildren(labels.Label) if each.text() == headline)
    assert said.width() > WIDTH / 2


def test_whether_it_keeps_going_is_no_narrow_column_beside_a_number(
    laid_out: Callable[[QWidget], None],
) -> None:
    card = KeepGoingCard()
    card.show_state(on=True, made=14)
    laid_out(card)
    longest = max(card.findChildren(labels.Label), key=lambda label: len(label.text()))
    assert longest.width() > WIDTH / 2


def test_the_name_of_one_of_several_drives_is_not_broken(
    laid_out: Callable[[QWidget], None], qtbot: QtBot
) -> None:
    row = ManyRow()
    row.show_row(
        DriveRow(1, "CLASSROOM", "Norden USB drive, 8 GB", state=RowState.READY),
        paused=False,
        ends=(True, True),
    )
    laid_out(row)
    qtbot.waitUntil(lambda: not [*cut_off(row)])
    name = next(each for each in row.findChildren(labels.Label) if each.text() == "CLASSROOM")
    assert name.width() >= name.fontMetrics().horizontalAdvance("CLASSROOM")


def test_an_address_is_read_whole(laid_out: Callable[[QWidget], None], qtbot: QtBot) -> None:
    address = FittingLabel(style.Text.NUMBER)
    address.setText("[2001:db8:1234:5678:9abc:def0:1234:5678]:58080")
    laid_out(address)
    qtbot.waitUntil(lambda: not [*cut_off(address)])
    assert address.heightForWidth(WIDTH) >= 2 * address.fontMetrics().lineSpacing()


def test_a_toast_above_the_primary_button_is_read_whole(
    laid_out: Callable[[QWidget], None], qtbot: QtBot
) -> None:
    foot = FootBar()
    laid_out(foot)
    text = "Beaker comes off 1 of 2 drives that are plugged in now, and stays on all of the others"
    foot.toast(Toast(text, lambda: None))
    qtbot.waitUntil(lambda: not [*cut_off(the_only(foot, ToastBar))])
    foot.end_toast()


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("points", [11.0])
@pytest.mark.parametrize(
    ("name", "remark", "is_beside"),
    [
        ("Grafikkarte", "Nur wichtig für Spiele und 3D", True),
        ("Die Computer dort", "Die meisten PCs und Laptops", False),
    ],
)
def test_a_setting_is_no_column_of_single_words_beside_what_it_is(
    show: Callable[[QWidget], QWidget], qtbot: QtBot, name: str, remark: str, is_beside: bool
) -> None:
    choice = QPushButton()
    choice.setFixedSize(223, 38)
    row = SettingRow(name, remark, choice)
    show(row).setFixedWidth(398)
    label = next(each for each in row.findChildren(labels.Label) if each.text() == name)
    qtbot.waitUntil(lambda: 0 < label.width() < 398 and not [*cut_off(row)])
    above = choice.mapTo(row, QPoint()).y() > label.mapTo(row, QPoint()).y() + label.height()
    assert above is not is_beside
