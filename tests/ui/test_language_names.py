"""Languages by both of their names, wherever one is picked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from tests.ui.user_actions import everything_said, find_control
from tests.ui.widget_tree import focused
from ui.dialogs.add_language import AddLanguageDialog
from ui.i18n import territory_names
from ui.i18n.language_names import COMMON, all_languages, language_name, named
from ui.widgets.language_chips import LanguageChips
from ui.widgets.search_field import SearchField


class InGerman(QTranslator):
    """A few names."""

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        del context, disambiguation, n
        names = {"German": "Deutsch", "English": "Englisch", "Austria": "Österreich"}
        return names.get(source, "")

    def isEmpty(self) -> bool:
        return False


def test_languages_have_the_readers_name_and_their_speakers() -> None:
    assert language_name("de").both == "German Deutsch"
    assert language_name("en").both == "English"
    assert language_name("de_AT").own == "Deutsch (Österreich)"
    assert named("de_AT") == "German (Austria)"
    assert language_name("xx-unknown").both == "xx-unknown"
    codes = {name.code for name in all_languages()}
    assert {"de", "pt_BR", "sw", "ar"} <= codes


def test_what_translators_see_is_what_qt_says() -> None:
    assert {str(name) for name in COMMON} <= {
        QLocale.languageToString(language) for language in QLocale.Language
    }
    assert {str(name) for name in territory_names.COMMON} <= {
        QLocale.territoryToString(territory) for territory in QLocale.Country
    }


def test_countries_are_named_in_the_readers_language_too(qapp: QApplication) -> None:
    translator = InGerman(qapp)
    qapp.installTranslator(translator)
    assert language_name("de_AT").both == "Deutsch (Österreich)"
    assert named("en_AT") == "Englisch (Österreich)"


@pytest.mark.parametrize(
    ("typed", "first"),
    [("germ", "de"), ("arabic", "ar"), ("french", "fr"), ("russian", "ru"), ("العر", "ar")],
)
def test_a_language_is_found_by_either_name(qtbot: QtBot, typed: str, first: str) -> None:
    dialog = AddLanguageDialog(("en",))
    qtbot.addWidget(dialog)
    search = dialog.findChild(SearchField)
    assert search is not None
    search.setText(typed)
    assert dialog.chosen == first


def test_nothing_that_is_present_is_offered(qtbot: QtBot) -> None:
    dialog = AddLanguageDialog(("en", "de"))
    qtbot.addWidget(dialog)
    search = dialog.findChild(SearchField)
    assert search is not None
    search.setText("german")
    assert dialog.chosen == "de_AT"
    search.setText("klingon")
    assert dialog.chosen == ""


def test_a_computer_without_a_language_says_so(qtbot: QtBot) -> None:
    """As under the C locale: an empty list says nothing."""
    languages = LanguageChips()
    qtbot.addWidget(languages)
    languages.show_languages(("C",), own=False)
    languages.show()
    assert "texts are English" in everything_said(languages)
    assert languages.languages == ()
    languages.show_languages(("de",), own=True)
    assert "texts are English" not in everything_said(languages)
    assert "German Deutsch" in everything_said(languages)


def test_removing_a_language_leaves_the_focus_where_one_goes_on(qtbot: QtBot) -> None:
    languages = LanguageChips()
    qtbot.addWidget(languages)
    languages.wanted.connect(lambda wanted: languages.show_languages(wanted, own=True))
    languages.show_languages(("en", "de", "fr"), own=True)
    languages.show()
    languages.activateWindow()
    qtbot.waitUntil(languages.isActiveWindow)
    german = find_control(languages, QToolButton, "Remove German")
    german.setFocus()

    qtbot.keyClick(german, Qt.Key.Key_Delete)

    assert languages.languages == ("en", "fr")
    assert focused().accessibleName() == "Remove French"
