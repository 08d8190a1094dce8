"""The four facts about an app that people ask first: its size, internet, languages, ages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.flatpak.catalogue.app_facts import Coverage, Hindrance, Internet, coverage
from app.flatpak.catalogue.app_info import AppInfo
from app.flatpak.catalogue.remote_catalogue import Row
from app.stick.planning.cost import Addition
from ui.i18n.filling import filled
from ui.i18n.numbers import counted, sized
from ui.pages.apps.badges import foreign, hindered, shown_language
from ui.style.symbol import Symbol
from ui.widgets.facts import Fact

_MONEY = ("money-advertising", "money-purchasing")


def fact_of_size(row: Row, addition: Addition | None, *, there: str) -> Fact:
    """What it adds to the drive, once that is known. ``there``: that it is on it already; empty
    where it is not."""
    if row.facts.bar is not None:
        text = QCoreApplication.translate("AppFacts", "Not for drives")
        return Fact(Symbol.CLOUD_OFF, text, why_not(row.facts.bar))
    if there:
        return Fact(Symbol.DRIVE, there, sized(row.facts.download_size))
    if addition is None:
        text = QCoreApplication.translate("AppFacts", "Counting what it adds…")
        return Fact(Symbol.DOWNLOAD, sized(row.facts.download_size), text)
    text = filled(QCoreApplication.translate("AppFacts", "Adds %1"), sized(addition.write))
    if addition.shared:
        rest = QCoreApplication.translate("AppFacts", "The rest is there already")
    elif addition.added:
        rest = QCoreApplication.translate("AppFacts", "With all that it needs")
    else:
        rest = QCoreApplication.translate("AppFacts", "It needs nothing else")
    return Fact(Symbol.DOWNLOAD, text, rest)


def why_not(hindrance: Hindrance) -> str:
    """Why an app cannot go on a drive, in a sentence."""
    match hindrance:
        case Hindrance.EXTRA_DATA:
            return QCoreApplication.translate(
                "AppFacts", "A part of it comes from its maker, on the maker's terms."
            )
        case Hindrance.TOKEN:
            return QCoreApplication.translate("AppFacts", "Only those who log in can have it.")


def refusal(name: str, hindrance: Hindrance) -> str:
    """What is said to somebody who wants to choose it."""
    return f"{name}: {hindered(hindrance)}"


def fact_of_internet(row: Row) -> Fact:
    match row.facts.internet:
        case Internet.OFFLINE if row.facts.hindrance is not Hindrance.EXTRA_DATA:
            return Fact(
                Symbol.CHECK,
                QCoreApplication.translate("AppFacts", "Works offline"),
                QCoreApplication.translate("AppFacts", "Nothing is fetched later"),
                good=True,
            )
        case Internet.OFFLINE:
            return Fact(
                Symbol.GLOBE,
                QCoreApplication.translate("AppFacts", "Works offline"),
                QCoreApplication.translate("AppFacts", "Once its maker's terms are accepted"),
            )
        case Internet.OPTIONAL:
            return Fact(
                Symbol.GLOBE,
                QCoreApplication.translate("AppFacts", "Can use the internet"),
                QCoreApplication.translate("AppFacts", "Whether it needs it is not known"),
            )
        case Internet.NEEDED:
            return Fact(
                Symbol.GLOBE,
                QCoreApplication.translate("AppFacts", "Needs internet"),
                QCoreApplication.translate("AppFacts", "It is made for it"),
            )
        case Internet.UNKNOWN:
            return Fact(
                Symbol.QUESTION,
                QCoreApplication.translate("AppFacts", "Works offline?"),
                QCoreApplication.translate("AppFacts", "Its source does not say"),
            )


def fact_of_languages(row: Row, about: AppInfo | None, languages: Sequence[str]) -> Fact:
    """Those that are read in the classroom, and how many more there are."""
    translated = about.languages if about is not None else row.component.languages
    english = shown_language("en")
    if not translated:
        return Fact(
            Symbol.GLOBE,
            english,
            QCoreApplication.translate("AppFacts", "Other languages are not known"),
        )
    wanted = foreign(languages)
    missing = [code for code in wanted if coverage(translated, code) is Coverage.NO]
    if missing:
        text = QCoreApplication.translate("AppFacts", "Not in %1")
        more = _more_languages(len(translated) - len(wanted) + len(missing))
        said = " ".join(part for part in (english, more) if part)
        return Fact(Symbol.GLOBE, filled(text, shown_language(missing[0])), said)
    known = dict.fromkeys([english, *map(shown_language, wanted)])
    more = _more_languages(len(translated) - len(wanted))
    return Fact(Symbol.GLOBE, ", ".join(known), more, good=bool(wanted))


def _more_languages(number: int) -> str:
    """Empty for none."""
    # lupdate finds plurals in calls of tr alone.
    if number == 1:
        return QCoreApplication.translate("AppFacts", "and one more language")
    text = QCoreApplication.translate("AppFacts", "and %1 more languages")
    return filled(text, counted(number)) if number > 1 else ""


def fact_of_ages(about: AppInfo | None) -> Fact:
    age = about.details.age if about is not None else None
    if about is None or age is None:
        return Fact(
            Symbol.USERS,
            QCoreApplication.translate("AppFacts", "Ages"),
            QCoreApplication.translate("AppFacts", "Its maker does not say"),
        )
    rating = about.details.content_rating
    if age:
        text = filled(QCoreApplication.translate("AppFacts", "From %1 years"), counted(age))
    else:
        text = QCoreApplication.translate("AppFacts", "All ages")
    if any(kind in rating for kind in _MONEY):
        return Fact(Symbol.USERS, text, QCoreApplication.translate("AppFacts", "Ads or purchases"))
    return Fact(Symbol.USERS, text, QCoreApplication.translate("AppFacts", "No ads, no purchases"))
