"""Dialogs that need more room than the screen has."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.widget_tree import focused
from ui.widgets.buttons import Button
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Field


def test_what_does_not_fit_is_scrolled_not_crushed(qtbot: QtBot) -> None:
    dialog = Dialog("Erase?", "Erase")
    qtbot.addWidget(dialog)
    fields = [Field(f"Field {number}") for number in range(20)]
    for field in fields:
        dialog.body.addWidget(field)
    fields[0].line.setFocus()
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    QApplication.processEvents()

    assert dialog.height() <= dialog.screen().availableGeometry().height()
    assert all(field.height() >= field.minimumSizeHint().height() for field in fields)
    assert all(field.isVisible() for field in fields)
    bars = [bar for bar in dialog.findChildren(QScrollBar) if bar.isVisible()]
    assert len(bars) == 1
    assert dialog.cancel.geometry().bottom() < dialog.height()
    assert fields[0].line.hasFocus()
    qtbot.keyClick(fields[0].line, Qt.Key.Key_Tab)
    assert fields[1].line.hasFocus()


def test_its_buttons_stay_on_the_screen_with_the_frame_around_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = Dialog("Erase?", "Erase", parent=window)
    for number in range(20):
        dialog.body.addWidget(Field(f"Field {number}"))
    dialog.show()
    QApplication.processEvents()

    assert window.frameGeometry().height() > window.height()
    assert dialog.frameGeometry().height() <= dialog.screen().availableGeometry().height()


def test_what_is_left_of_it_stays_at_the_top(qtbot: QtBot) -> None:
    dialog = Dialog("Erase?", "Erase")
    qtbot.addWidget(dialog)
    fields = [Field(f"Field {number}") for number in range(20)]
    for field in fields:
        dialog.body.addWidget(field)
    dialog.show()
    QApplication.processEvents()
    for field in fields[2:]:
        field.hide()
    QApplication.processEvents()

    gap = fields[1].y() - fields[0].geometry().bottom()
    assert gap <= 2 * dialog.body.spacing()


def test_what_fits_is_not(qtbot: QtBot) -> None:
    dialog = Dialog("Erase?", "Erase")
    qtbot.addWidget(dialog)
    dialog.body.addWidget(Field("Name"))
    dialog.show()
    QApplication.processEvents()
    assert not dialog.findChildren(QScrollBar)


class TestReturn:
    """It does what the dialog is for, from the first moment on, unless that destroys something."""

    @pytest.fixture
    def dialog(self, qtbot: QtBot) -> Dialog:
        return self.shown(Dialog("Copy?", "Copy"), qtbot)

    def shown(self, dialog: Dialog, qtbot: QtBot) -> Dialog:
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    def test_the_focus_is_on_the_verb(self, dialog: Dialog) -> None:
        assert focused() is dialog.verb

    def test_what_destroys_is_gone_to_by_who_means_it(self, qtbot: QtBot) -> None:
        dialog = self.shown(Dialog("Erase?", "Erase", destroys=True), qtbot)
        assert focused() is dialog.cancel

    def test_the_field_that_a_dialog_begins_with_comes_first(self, qtbot: QtBot) -> None:
        dialog, field = Dialog("Rename?", "Rename"), Field("Name")
        dialog.body.addWidget(field)
        field.line.setFocus()
        self.shown(dialog, qtbot)
        assert focused() is field.line

    def test_a_verb_that_comes_later_has_the_focus_then(self, qtbot: QtBot) -> None:
        dialog = Dialog("Copy?", "Copy")
        dialog.verb.hide()
        self.shown(dialog, qtbot)
        assert focused() is dialog.cancel
        dialog.verb.show()
        qtbot.waitUntil(dialog.verb.hasFocus)

    def test_a_verb_that_goes_leaves_the_focus_to_the_other_button(
        self, dialog: Dialog, qtbot: QtBot
    ) -> None:
        """And not to the first control of the dialog, which Return would then press."""
        dialog.body.addWidget(Button("Details"))
        QApplication.processEvents()
        dialog.verb.hide()
        assert focused() is dialog.cancel
        dialog.verb.show()
        qtbot.waitUntil(dialog.verb.hasFocus)

    def test_but_not_from_where_somebody_went(self, qtbot: QtBot) -> None:
        dialog = Dialog("Copy?", "Copy")
        dialog.verb.hide()
        other = Button("Use a folder")
        dialog.add_before_cancel(other)
        self.shown(dialog, qtbot)
        qtbot.keyClick(dialog.cancel, Qt.Key.Key_Tab)
        qtbot.keyClick(other, Qt.Key.Key_Tab)
        assert focused() is dialog.cancel
        dialog.verb.show()
        QApplication.processEvents()
        assert focused() is dialog.cancel
