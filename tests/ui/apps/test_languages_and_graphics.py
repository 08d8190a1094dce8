"""Languages and graphics drivers, chosen once for all apps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.gpg import SigningKey
from tests.large import LargeRemote
from tests.ui.apps.person import SOME, Person, dialog_of, remote_of
from tests.ui.user_actions import everything_said, press
from tests.ui.widget_tree import the_only
from tests.upstream import Upstream
from ui.dialogs.add_language import AddLanguageDialog
from ui.pages.apps.languages_and_graphics import LanguagesAndGraphicsDialog
from ui.state.page_name import PageName
from ui.widgets.search_field import SearchField


def test_graphics_drivers_are_chosen_once(
    visit: Callable[..., Person], large: LargeRemote, upstream_key: SigningKey
) -> None:
    person = visit(remote_of(large.path, upstream_key))
    person.until(lambda: person.count() == SOME)

    person.filter("Languages…")
    dialog = dialog_of(person, LanguagesAndGraphicsDialog)
    search = the_only(dialog, SearchField)
    assert search is not None
    search.setFocus()
    person.type("nvidia 7-1")
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Space)
    dialog.accept()

    assert person.window.session.choice.options.gpus
    assert all("7-1" in gpu for gpu in person.window.session.choice.options.gpus)


def test_languages_are_chosen_once(
    visit: Callable[..., Person], default_upstream: Upstream, upstream_key: SigningKey
) -> None:
    """By whom the drive is used, not by whom it is made."""
    person = visit(remote_of(default_upstream.path, upstream_key))
    person.until(lambda: person.count() > 1)
    session = person.window.session
    assert session.choice.options.languages == session.environment.languages[:1]

    person.filter("Languages…")
    dialog = dialog_of(person, LanguagesAndGraphicsDialog)
    press(person.qtbot, dialog, "Add a language")
    dialog_of(person, AddLanguageDialog)
    # No language's name begins like this; one has it as its code.
    person.type("pt")
    person.press(Qt.Key.Key_Return)
    person.until(lambda: QApplication.activeModalWidget() is dialog)
    dialog.accept()
    assert "pt" in session.choice.options.languages


@pytest.mark.thorough
def test_only_the_chosen_languages_are_carried_where_that_is_wanted(person: Person) -> None:
    """And Review says what that saves."""
    session = person.window.session
    assert session.choice.options.carry is None
    person.choose("Abacus")
    person.filter("Languages…")
    dialog = dialog_of(person, LanguagesAndGraphicsDialog)
    press(person.qtbot, dialog, "Carry only these")
    dialog.acted.emit()
    assert session.choice.options.carry == session.default_options.languages

    person.window.open(PageName.REVIEW)
    person.until(lambda: "Files of others" in everything_said(person.window.page))
    said = "Languages on the drive: English. Files of others, about "
    person.until(lambda: said in everything_said(person.window.page))

    person.window.open(PageName.APPS)
    person.filter("Languages…")
    again = dialog_of(person, LanguagesAndGraphicsDialog)
    press(person.qtbot, again, "Carry only these")
    again.acted.emit()
    # Said by somebody who knew of it: also of a drive that has some only.
    assert session.choice.options.carry == ()
