"""What languages are called, by those who speak them and by the reader."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from app.languages import LanguageName
from ui.i18n.territory_names import territory_name

COMMON = (
    QT_TRANSLATE_NOOP("LanguageNames", "Albanian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Amharic"),
    QT_TRANSLATE_NOOP("LanguageNames", "Arabic"),
    QT_TRANSLATE_NOOP("LanguageNames", "Armenian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Azerbaijani"),
    QT_TRANSLATE_NOOP("LanguageNames", "Basque"),
    QT_TRANSLATE_NOOP("LanguageNames", "Belarusian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Bangla"),
    QT_TRANSLATE_NOOP("LanguageNames", "Bosnian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Bulgarian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Burmese"),
    QT_TRANSLATE_NOOP("LanguageNames", "Catalan"),
    QT_TRANSLATE_NOOP("LanguageNames", "Central Kurdish"),
    QT_TRANSLATE_NOOP("LanguageNames", "Chinese"),
    QT_TRANSLATE_NOOP("LanguageNames", "Croatian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Czech"),
    QT_TRANSLATE_NOOP("LanguageNames", "Danish"),
    QT_TRANSLATE_NOOP("LanguageNames", "Dutch"),
    QT_TRANSLATE_NOOP("LanguageNames", "English"),
    QT_TRANSLATE_NOOP("LanguageNames", "Esperanto"),
    QT_TRANSLATE_NOOP("LanguageNames", "Estonian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Finnish"),
    QT_TRANSLATE_NOOP("LanguageNames", "French"),
    QT_TRANSLATE_NOOP("LanguageNames", "Galician"),
    QT_TRANSLATE_NOOP("LanguageNames", "Georgian"),
    QT_TRANSLATE_NOOP("LanguageNames", "German"),
    QT_TRANSLATE_NOOP("LanguageNames", "Greek"),
    QT_TRANSLATE_NOOP("LanguageNames", "Hausa"),
    QT_TRANSLATE_NOOP("LanguageNames", "Hebrew"),
    QT_TRANSLATE_NOOP("LanguageNames", "Hindi"),
    QT_TRANSLATE_NOOP("LanguageNames", "Hungarian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Icelandic"),
    QT_TRANSLATE_NOOP("LanguageNames", "Indonesian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Irish"),
    QT_TRANSLATE_NOOP("LanguageNames", "Italian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Japanese"),
    QT_TRANSLATE_NOOP("LanguageNames", "Kazakh"),
    QT_TRANSLATE_NOOP("LanguageNames", "Khmer"),
    QT_TRANSLATE_NOOP("LanguageNames", "Korean"),
    QT_TRANSLATE_NOOP("LanguageNames", "Kurdish"),
    QT_TRANSLATE_NOOP("LanguageNames", "Kyrgyz"),
    QT_TRANSLATE_NOOP("LanguageNames", "Lao"),
    QT_TRANSLATE_NOOP("LanguageNames", "Latin"),
    QT_TRANSLATE_NOOP("LanguageNames", "Latvian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Lithuanian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Low German"),
    QT_TRANSLATE_NOOP("LanguageNames", "Luxembourgish"),
    QT_TRANSLATE_NOOP("LanguageNames", "Macedonian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Malay"),
    QT_TRANSLATE_NOOP("LanguageNames", "Maltese"),
    QT_TRANSLATE_NOOP("LanguageNames", "Mongolian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Nepali"),
    QT_TRANSLATE_NOOP("LanguageNames", "Norwegian Bokmål"),
    QT_TRANSLATE_NOOP("LanguageNames", "Norwegian Nynorsk"),
    QT_TRANSLATE_NOOP("LanguageNames", "Pashto"),
    QT_TRANSLATE_NOOP("LanguageNames", "Persian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Polish"),
    QT_TRANSLATE_NOOP("LanguageNames", "Portuguese"),
    QT_TRANSLATE_NOOP("LanguageNames", "Punjabi"),
    QT_TRANSLATE_NOOP("LanguageNames", "Romanian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Russian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Serbian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Sinhala"),
    QT_TRANSLATE_NOOP("LanguageNames", "Slovak"),
    QT_TRANSLATE_NOOP("LanguageNames", "Slovenian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Somali"),
    QT_TRANSLATE_NOOP("LanguageNames", "Spanish"),
    QT_TRANSLATE_NOOP("LanguageNames", "Swahili"),
    QT_TRANSLATE_NOOP("LanguageNames", "Swedish"),
    QT_TRANSLATE_NOOP("LanguageNames", "Swiss German"),
    QT_TRANSLATE_NOOP("LanguageNames", "Tajik"),
    QT_TRANSLATE_NOOP("LanguageNames", "Tamil"),
    QT_TRANSLATE_NOOP("LanguageNames", "Telugu"),
    QT_TRANSLATE_NOOP("LanguageNames", "Thai"),
    QT_TRANSLATE_NOOP("LanguageNames", "Tibetan"),
    QT_TRANSLATE_NOOP("LanguageNames", "Tigrinya"),
    QT_TRANSLATE_NOOP("LanguageNames", "Turkish"),
    QT_TRANSLATE_NOOP("LanguageNames", "Turkmen"),
    QT_TRANSLATE_NOOP("LanguageNames", "Ukrainian"),
    QT_TRANSLATE_NOOP("LanguageNames", "Urdu"),
    QT_TRANSLATE_NOOP("LanguageNames", "Uzbek"),
    QT_TRANSLATE_NOOP("LanguageNames", "Vietnamese"),
    QT_TRANSLATE_NOOP("LanguageNames", "Welsh"),
    QT_TRANSLATE_NOOP("LanguageNames", "Yoruba"),
    QT_TRANSLATE_NOOP("LanguageNames", "Zulu"),
)
"""As Qt names them in English, for translators: it knows none in the reader's language."""


def language_name(code: str) -> LanguageName:
    """Its names; the code for all of them if it is unknown.

    “German” and “Deutsch” for ``de``, “German (Austria)” and “Deutsch (Österreich)” for ``de_AT``.
    """
    plain = code.partition("@")[0].replace("-", "_")
    locale = QLocale(plain)
    own = _own_name(locale.language(), locale.script())
    if not is_known(code) or not own:
        return LanguageName(code, code, code, code)
    english = QLocale.languageToString(locale.language())
    local = QCoreApplication.translate("LanguageNames", english)
    if "_" in plain and (territory := locale.nativeTerritoryName()):
        own = f"{own} ({territory})"
        english = f"{english} ({QLocale.territoryToString(locale.territory())})"
        local = f"{local} ({territory_name(locale)})"
    return LanguageName(code, own, english, local)


def named(code: str) -> str:
    """In the reader's language: for sentences."""
    return language_name(code).local


def is_known(code: str) -> bool:
    """Whether it is the code of a language at all, unlike ``C``."""
    return QLocale(code.partition("@")[0]).language() not in (
        QLocale.Language.C,
        QLocale.Language.AnyLanguage,
    )


def all_languages() -> tuple[LanguageName, ...]:
    """Every language and its varieties, by what the reader calls them."""
    names = map(language_name, _all_codes())
    return tuple(sorted(names, key=lambda name: (name.local.casefold(), name.code)))


@lru_cache(maxsize=1)
def _all_codes() -> tuple[str, ...]:
    codes: dict[str, None] = {}
    for locale in QLocale.matchingLocales(
        QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyTerritory
    ):
        if locale.language() != QLocale.Language.C:
            code = locale.name()
            codes |= {code.partition("_")[0]: None, code: None}
    return tuple(codes)


@lru_cache(maxsize=512)
def _own_name(language: QLocale.Language, script: QLocale.Script) -> str:
    """Without the country that Qt names with some: “English”, not “American English”."""
    locales = QLocale.matchingLocales(language, script, QLocale.Country.AnyTerritory)
    names = [name for locale in locales if (name := locale.nativeLanguageName())]
    shortest = min(names, key=len, default="")
    return shortest[:1].upper() + shortest[1:]
