"""Languages as people and catalogues write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.languages import (
    LanguageName,
    fallbacks,
    find_languages,
    first_language,
    is_language,
    normal_language,
    pick,
)

NAMES = {"": "Colours", "de": "Farben", "de_CH": "Farbe", "en_GB": "Colour", "sr@latin": "Boje"}


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ([], "Colours"),
        (["de_AT"], "Farben"),
        (["de_AT.UTF-8@euro"], "Farben"),
        (["de_CH"], "Farbe"),
        (["fr", "de-CH"], "Farbe"),
        (["fr_FR"], "Colours"),
        (["en_GB", "de"], "Colour"),
        (["en_US", "de"], "Colours"),
        (["en_AU", "de"], "Colours"),
        (["C.UTF-8"], "Colours"),
        (["sr_RS@latin"], "Boje"),
        (["sr-Latn-RS"], "Boje"),
        (["sr"], "Colours"),
        (["../..", "", "de"], "Farben"),
    ],
)
def test_preferred_languages(languages: list[str], expected: str) -> None:
    assert pick(NAMES, languages) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pt-br", "pt_BR"),
        ("zh-Hans", "zh_CN"),
        ("zh_Hant", "zh_TW"),
        ("zh_Hant_HK", "zh_HK"),
        ("es_419", "es_419"),
        ("ca@valencia", "ca@valencia"),
        ("x-test", None),
        ("d" * 100, None),
        ("de_", None),
    ],
)
def test_ways_to_write_a_language(text: str, expected: str | None) -> None:
    assert normal_language(text) == expected


@given(st.lists(st.text(max_size=20), max_size=5))
def test_any_list_of_languages_ends_untranslated(languages: list[str]) -> None:
    assert "" in fallbacks(languages)


@pytest.mark.parametrize("text", ["de", "de_AT", "en_US", "pt-BR", "sr@latin", "es_419"])
def test_languages_that_can_be_chosen(text: str) -> None:
    assert is_language(text)


@pytest.mark.parametrize("text", ["", "C", "POSIX", "C.UTF-8", "de_DE.UTF-8", "../de", "?", "d"])
def test_what_is_none(text: str) -> None:
    assert not is_language(text)


def test_the_first_is_enough() -> None:
    assert first_language(("C", "de_AT", "en")) == ("de_AT",)
    assert first_language(("C",)) == ()


LANGUAGES = (
    LanguageName("ar", "العربية", "Arabic", "Arabic"),
    LanguageName("de_AT", "Deutsch (Österreich)", "German (Austria)", "German (Austria)"),
    LanguageName("de", "Deutsch", "German", "German"),
    LanguageName("en_DE", "English (Germany)", "English (Germany)", "English (Germany)"),
    LanguageName("fr", "Français", "French", "Französisch"),
    LanguageName("gsw", "Schwiizertüütsch", "Swiss German", "Swiss German"),
    LanguageName("ru", "Русский", "Russian", "Russian"),
    LanguageName("tr", "Türkçe", "Turkish", "Turkish"),
    LanguageName("uz", "O\u2018zbek", "Uzbek", "Uzbek"),
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("germ", ["de", "de_AT", "gsw", "en_DE"]),
        ("deu", ["de", "de_AT"]),
        ("arabic", ["ar"]),
        ("العربية", ["ar"]),
        ("russ", ["ru"]),
        ("русский", ["ru"]),
        ("francais", ["fr"]),
        ("french", ["fr"]),
        ("franzos", ["fr"]),
        ("turkce", ["tr"]),
        ("ozbek", ["uz"]),
        ("de", ["de", "de_AT", "en_DE"]),
        ("de-at", ["de_AT"]),
        ("de_AT", ["de_AT"]),
        ("german austria", ["de_AT"]),
        ("austria", ["de_AT"]),
        ("klingon", []),
    ],
)
def test_languages_are_found_by_either_name_in_any_script(text: str, codes: list[str]) -> None:
    assert [name.code for name in find_languages(LANGUAGES, text)] == codes


def test_nothing_typed_leaves_nothing_out() -> None:
    assert find_languages(LANGUAGES, "  ") == list(LANGUAGES)


def test_both_names_where_there_are_two() -> None:
    assert [LANGUAGES[2].both, LANGUAGES[3].both] == ["German Deutsch", "English (Germany)"]
