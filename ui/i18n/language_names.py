"""What languages are called, by those who speak them."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QLocale


def named(code: str) -> str:
    """“Deutsch” for ``de``, “Deutsch (Österreich)” for ``de_AT``; the code if it is unknown."""
    plain = code.partition("@")[0].replace("-", "_")
    locale = QLocale(plain)
    name = _name(locale.language(), locale.script())
    if not is_known(code) or not name:
        return code
    territory = locale.nativeTerritoryName() if "_" in plain else ""
    return f"{name} ({territory})" if territory else name


def is_known(code: str) -> bool:
    """Whether it is the code of a language at all, unlike ``C``."""
    return QLocale(code.partition("@")[0]).language() not in (
        QLocale.Language.C,
        QLocale.Language.AnyLanguage,
    )


@lru_cache(maxsize=512)
def _name(language: QLocale.Language, script: QLocale.Script) -> str:
    """Without the country that Qt names with some: “English”, not “American English”."""
    locales = QLocale.matchingLocales(language, script, QLocale.Country.AnyTerritory)
    names = [name for locale in locales if (name := locale.nativeLanguageName())]
    shortest = min(names, key=len, default="")
    return shortest[:1].upper() + shortest[1:]


@lru_cache(maxsize=1)
def all_languages() -> tuple[tuple[str, str], ...]:
    """(code, name) of every language and of its varieties, by name."""
    names: dict[str, str] = {}
    for locale in QLocale.matchingLocales(
        QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyTerritory
    ):
        if locale.language() != QLocale.Language.C:
            code = locale.name()
            for each in (code.partition("_")[0], code):
                names.setdefault(each, named(each))
    return tuple(sorted(names.items(), key=lambda item: (item[1].casefold(), item[0])))
