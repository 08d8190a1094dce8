"""Names of languages, and which serves a reader of which.

POSIX locales without their encoding: ``de``, ``pt_BR``, ``sr@latin``; as glib compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from app.folding import fold

UNTRANSLATED = ""
"""The language of texts without ``xml:lang``, which AppStream wants to be English."""

_LANGUAGE = re.compile(
    r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{2,8})*(?:\.[\w-]{1,16})?(?:@\w{1,16})?", re.ASCII
)
_NOBODY = frozenset({"C", "POSIX"})
# BCP 47 names a script where POSIX has a modifier or a country.
_SCRIPTS = {"latn": "@latin", "cyrl": "@cyrillic", "deva": "@devanagari"}
_CHINESE = {"hans": "zh_CN", "hant": "zh_TW"}


def is_language(text: str) -> bool:
    """Whether it is written as a language is, without an encoding: neither ``C`` nor ``../de``."""
    return "." not in text and text not in _NOBODY and normal_language(text) is not None


def first_language(languages: Sequence[str]) -> tuple[str, ...]:
    """The one that a person likes best, if any is one: what comes in it serves them."""
    return tuple(filter(is_language, languages))[:1]


def language_text(code: str) -> str:
    """``the language de``: what it is called only those who speak it know."""
    return f"the language {code}"


@lru_cache(maxsize=1024)
def normal_language(text: str) -> str | None:
    """As POSIX writes it: ``pt-BR``, ``pt_BR.UTF-8`` → ``pt_BR``; None if it is no language.

    ``C`` and the English of the USA are what AppStream calls untranslated.
    """
    if text in {"C", "POSIX", "en_US", "en-US"} or text.startswith(("C.", "POSIX.", "en_US.")):
        return UNTRANSLATED
    if len(text) > 64 or not _LANGUAGE.fullmatch(text):
        return None
    text, _, modifier = text.partition("@")
    language, *rest = re.split("[-_]", text.partition(".")[0])
    language = language.lower()
    country = ""
    for part in rest:
        if language == "zh" and part.lower() in _CHINESE:
            country = country or _CHINESE[part.lower()][2:]
        elif part.lower() in _SCRIPTS:
            modifier = modifier or _SCRIPTS[part.lower()][1:]
        elif len(part) in {2, 3}:
            country = f"_{part.upper()}"
    return language + country + (f"@{modifier.lower()}" if modifier else "")


def variants(language: str) -> tuple[str, ...]:
    """What serves a reader of ``language``, best first, as ``g_get_locale_variants``.

    One difference: English is also served by what is not translated, so that a list such as
    (en_GB, de) does not give German where there is no British English.
    """
    normal = normal_language(language)
    if normal is None:
        return ()
    base, _, modifier = normal.partition("@")
    code = base.partition("_")[0]
    codes = [code]
    if base != code:
        codes.insert(0, base)
    if modifier:
        codes = [f"{plain}@{modifier}" for plain in codes] + codes
    if code == "en":
        codes.append(UNTRANSLATED)
    return tuple(dict.fromkeys(codes))


def fallbacks(languages: Sequence[str]) -> tuple[str, ...]:
    """All `variants` in order of preference; what is not translated comes last."""
    return _fallbacks(tuple(languages))


@lru_cache(maxsize=64)
def _fallbacks(languages: tuple[str, ...]) -> tuple[str, ...]:
    codes = [variant for language in languages for variant in variants(language)]
    return tuple(dict.fromkeys([*codes, UNTRANSLATED]))


def pick(texts: Mapping[str, str], languages: Sequence[str]) -> str:
    """The text for a reader of ``languages``; empty if there is none that serves."""
    return next((texts[language] for language in fallbacks(languages) if language in texts), "")


# Found by what people type


class LanguageName(Struct, frozen=True):
    """What a language is called.

    Attributes:
        own: by those who speak it.
        english: in English.
        local: in the reader's language; as in English where nobody knows better.
    """

    code: str
    own: str
    english: str
    local: str

    @property
    def both(self) -> str:
        """“German Deutsch”: for those who ask for it, and for those who speak it."""
        return self.local if fold(self.own) == fold(self.local) else f"{self.local} {self.own}"


def find_languages(names: Iterable[LanguageName], text: str) -> list[LanguageName]:
    """Those that somebody may mean by ``text``, best first; all of them for an empty one.

    Every word has to be in one of the names or the code. First stands the exact code, then names
    that begin so, languages before their varieties; equals stay in their order.
    """
    typed = _searched(text)
    if not typed:
        return list(names)
    fitting = [(fit, name) for name in names if (fit := _fit(name, typed)) is not None]
    return [name for _, name in sorted(fitting, key=lambda pair: pair[0])]


def _fit(name: LanguageName, typed: str) -> tuple[bool, int, bool] | None:
    """To sort by; None where it does not fit."""
    code = _searched(name.code)
    names = [_searched(each) for each in (name.local, name.own, name.english)]
    everything = " ".join((*names, code))
    if not all(word in everything for word in typed.split()):
        return None
    if any(each.startswith(typed) for each in names):
        place = 0
    elif any(f" {typed}" in each for each in names):
        place = 1
    else:
        place = 2
    return code != typed, place, " " in code


def _searched(text: str) -> str:
    """Folded words: what separates them and what stands for a breath says nothing."""
    kept = (char if char.isalnum() else "" if char in _BREATHS else " " for char in fold(text))
    return " ".join("".join(kept).split())


_BREATHS = frozenset("'\u2018\u2019\u02bb\u02bc\u02be\u02bf")
