"""Colours can be read, icons are there, both in light and dark."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.resources import resource
from ui.style import colours, icons, style
from ui.style.dressing import dress
from ui.style.look import Scheme, is_loud, look, look_of, qpalette
from ui.style.symbol import Symbol
from ui.style.tokens import tokens

SCHEMES = (Scheme.LIGHT, Scheme.DARK)


@pytest.fixture(params=SCHEMES, ids=lambda scheme: scheme.value)
def palette(request: pytest.FixtureRequest, qapp: QApplication) -> QPalette:
    del qapp
    return qpalette(look_of(request.param, QPalette()))


def rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def pairs(kind: str) -> list[tuple[Scheme, str, str, float]]:
    """Every pair that ``tokens.json`` promises: scheme, upper, lower, ratio."""
    return [
        (scheme, *pair.split(" on "), ratio)
        for scheme in SCHEMES
        for pair, ratio in tokens()["contrast"][scheme.value][kind].items()
    ]


@pytest.mark.parametrize(("scheme", "upper", "lower", "ratio"), pairs("text"))
def test_text_can_be_read(scheme: Scheme, upper: str, lower: str, ratio: float) -> None:
    look = look_of(scheme, QPalette())
    measured = colours.contrast(look.named(upper), look.named(lower))
    assert measured >= style.READABLE_CONTRAST
    assert measured == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(("scheme", "upper", "lower", "ratio"), pairs("shapes"))
def test_shapes_can_be_seen(scheme: Scheme, upper: str, lower: str, ratio: float) -> None:
    look = look_of(scheme, QPalette())
    measured = colours.contrast(look.named(upper), look.named(lower))
    assert measured >= style.SHAPE_CONTRAST
    assert measured == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_others_draw_can_be_read_too(scheme: Scheme) -> None:
    """Qt's own widgets take the palette: also what is disabled, also placeholders."""
    palette = qpalette(look_of(scheme, QPalette()))
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    for above, below in (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.ButtonText, role.Button),
        (role.PlaceholderText, role.Base),
        (role.HighlightedText, role.Highlight),
        (role.ToolTipText, role.ToolTipBase),
        (role.Link, role.Window),
    ):
        for each in (group.Active, group.Inactive, group.Disabled):
            ratio = colours.contrast(palette.color(each, above), palette.color(each, below))
            assert ratio >= style.READABLE_CONTRAST, (above, below, each)


def test_high_contrast_takes_the_colours_of_the_platform() -> None:
    platform = QPalette(QColor("black"), QColor("black"))
    platform.setColor(QPalette.ColorRole.Highlight, QColor("#ffff00"))
    assert is_loud(platform)
    look = look_of(Scheme.CONTRAST, platform)
    assert look.page == platform.window().color()
    assert look.accent == QColor("#ffff00")
    assert look.accent_tint == platform.base().color()
    assert look.line_width == 2


def test_the_platforms_usual_colours_are_no_high_contrast() -> None:
    assert not is_loud(QPalette(QColor("#efefef"), QColor("#efefef")))


def test_light_or_dark_can_be_wished(qapp: QApplication) -> None:
    dresser = dress(qapp)
    assert dress(qapp) is dresser
    try:
        dresser.wish(Scheme.DARK)
        assert look().is_dark
        assert qapp.palette().window().color() == look().page
        assert look().card.name() in qapp.styleSheet()
    finally:
        dresser.wish(None)
    assert not look().is_dark


class TestTheRing:
    @pytest.fixture
    def window(self, qtbot: QtBot) -> QWidget:
        window = QWidget()
        qtbot.addWidget(window)
        return window

    @pytest.fixture
    def buttons(
        self, qtbot: QtBot, qapp: QApplication, window: QWidget
    ) -> tuple[QPushButton, QPushButton]:
        """In the window; the first has the focus."""
        dress(qapp)
        layout = QVBoxLayout(window)
        first, second = QPushButton(window), QPushButton(window)
        for button in (first, second):
            layout.addWidget(button)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        first.setFocus()
        return first, second

    def test_is_drawn_from_the_first_key_on(
        self, buttons: tuple[QPushButton, QPushButton], qtbot: QtBot
    ) -> None:
        """Around what has the focus already, too."""
        first, second = buttons
        assert not first.property("keyed")
        qtbot.keyClick(first, Qt.Key.Key_Shift)
        assert not first.property("keyed")
        qtbot.keyClick(first, Qt.Key.Key_A)
        assert first.property("keyed") is True
        qtbot.keyClick(first, Qt.Key.Key_Tab)
        assert second.property("keyed") is True
        assert first.property("keyed") is False

    def test_follows_the_focus_by_itself_while_keys_are_used(
        self, buttons: tuple[QPushButton, QPushButton], qtbot: QtBot
    ) -> None:
        """To the first control of a page or a dialog that a key has opened."""
        first, second = buttons
        qtbot.keyClick(first, Qt.Key.Key_Space)
        second.setFocus(Qt.FocusReason.OtherFocusReason)
        assert second.property("keyed") is True

    def test_is_not_drawn_for_the_mouse(
        self, buttons: tuple[QPushButton, QPushButton], qtbot: QtBot
    ) -> None:
        """Nor where what was pressed goes away: Qt says then that the tab key was used."""
        first, second = buttons
        qtbot.keyClick(first, Qt.Key.Key_Tab)
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
        assert QApplication.focusWidget() is first
        assert first.property("keyed") is False
        first.hide()
        assert QApplication.focusWidget() is second
        assert not second.property("keyed")


def test_a_ring_does_not_stay_where_the_focus_never_was(qtbot: QtBot, qapp: QApplication) -> None:
    """Qt tells the first widget of a dialog so before its window is the active one."""
    dress(qapp)
    dialog = QDialog()
    qtbot.addWidget(dialog)
    first, field = QPushButton(dialog), QLineEdit(dialog)
    first.setFocus()
    dialog.show()
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    dialog.activateWindow()
    qtbot.waitUntil(field.hasFocus)
    assert not first.property("keyed")


@pytest.mark.parametrize("size", style.Text)
def test_sizes_of_text_are_shares_of_the_applications(qapp: QApplication, size: style.Text) -> None:
    own = qapp.font().pointSizeF()
    described = tokens()["type"][size.value]
    assert style.font(size).pointSizeF() == pytest.approx(
        max(own * described["scale"], min(own, described.get("minimum-pt", 0)))
    )


def test_sizes_grow_with_the_font(qapp: QApplication) -> None:
    before = qapp.font()
    try:
        large = QFont(before)
        large.setPointSizeF(before.pointSizeF() * 3)
        qapp.setFont(large)
        assert style.px(100) > 150
    finally:
        qapp.setFont(before)
    assert style.px(100) >= 100


def test_every_sign_has_a_stencil_and_every_stencil_a_name() -> None:
    stencils = {path.stem for path in resource("icons").glob("*.svg")} - {icons.PROGRAM}
    assert stencils == {symbol.value for symbol in Symbol}


def test_the_programs_own_icon_is_there(qapp: QApplication) -> None:
    del qapp
    assert not icons.program_icon().pixmap(64, 64).isNull()


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("symbol", Symbol)
def test_signs_are_drawn_in_the_looks_colour(
    qapp: QApplication, symbol: Symbol, scheme: Scheme
) -> None:
    dresser = dress(qapp)
    dresser.wish(scheme)
    try:
        image = icons.icon(symbol, side=32).pixmap(32, 32).toImage()
        wanted = rgb(look().text)
    finally:
        dresser.wish(None)
    drawn = {
        rgb(image.pixelColor(x, y))
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 250
    }
    assert drawn
    # Colours that are multiplied by their opacity and divided again are off by one.
    assert all(max(abs(a - b) for a, b in zip(each, wanted, strict=True)) <= 1 for each in drawn)


def test_a_sign_follows_the_look(qtbot: QtBot, qapp: QApplication) -> None:
    dresser = dress(qapp)
    label, button = QLabel(), QPushButton()
    qtbot.addWidget(label)
    qtbot.addWidget(button)
    icons.give(label, Symbol.DRIVE, side=32)
    icons.give(button, Symbol.DRIVE, token="soft", side=32)
    before = label.pixmap().toImage(), button.icon().pixmap(32, 32).toImage()
    dresser.wish(Scheme.DARK)
    try:
        assert label.pixmap().toImage() != before[0]
        assert button.icon().pixmap(32, 32).toImage() != before[1]
    finally:
        dresser.wish(None)
    assert label.pixmap().toImage() == before[0]


def test_signs_that_point_along_the_text_turn_with_it(qapp: QApplication) -> None:
    def drawn(symbol: Symbol) -> QImage:
        return icons.pixmap(symbol, 32, look().text, 1.0).toImage()

    onward, check = drawn(Symbol.CHEVRON_RIGHT), drawn(Symbol.CHECK)
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert drawn(Symbol.CHEVRON_RIGHT) == onward.flipped(Qt.Orientation.Horizontal)
        assert drawn(Symbol.CHECK) == check
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
