"""The facts of an app in words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.flatpak.catalogue.app_facts import AppFacts, Hindrance, Internet
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.remotes.remote import Remote
from app.replacing import replace
from app.stick.planning.cost import Addition
from ui.controllers.apps import RowNotes
from ui.pages.apps.app_facts import (
    fact_of_ages,
    fact_of_internet,
    fact_of_languages,
    fact_of_size,
)
from ui.pages.apps.badges import badges

pytestmark = pytest.mark.usefixtures("qapp")
REF = "app/org.test.App/x86_64/stable"


def row(
    *,
    ended: bool = False,
    languages: Mapping[str, int] | None = None,
    facts: AppFacts | None = None,
    unverified: bool = False,
) -> Row:
    component = Component(id="org.test.App", ref=REF, languages=languages or {})
    return Row(Remote("up", ""), component, ended, facts or AppFacts(), unverified)


def texts(shown: Row, *, on_drive: bool = False, source: str = "") -> list[str]:
    return told(shown, RowNotes(shown.ended, on_drive, source))


def told(shown: Row, notes: RowNotes) -> list[str]:
    return [badge.text for badge in badges(shown, ("de_AT",), notes)]


class TestBadges:
    def test_what_matters_most_comes_first_and_three_are_enough(self) -> None:
        offline = AppFacts(internet=Internet.OFFLINE)
        shown = row(ended=True, languages={"de": 90}, facts=offline, unverified=True)
        assert texts(shown) == ["Works offline", "German", "No more updates"]
        # What is decided here is always told.
        assert texts(shown, on_drive=True) == ["Works offline", "German", "On the drive"]

    def test_how_it_stands_with_it_on_the_drive(self) -> None:
        here = RowNotes(ended=False, on_drive=True, remote="")
        component = Component(id="org.test.App", ref=REF, version="4.3")
        newer = Row(Remote("up", ""), component, False)
        assert told(newer, here) == ["On the drive"]
        assert told(newer, replace(here, update=True)) == ["On the drive, update to 4.3"]
        assert told(row(), replace(here, update=True)) == ["On the drive, update"]
        assert told(newer, replace(here, update=True, comes_off=True)) == ["Comes off the drive"]
        several = replace(here, drives=3)
        assert told(newer, replace(several, update=True)) == ["On all drives, update to 4.3"]
        assert told(newer, replace(several, comes_off=True)) == ["Comes off all drives"]
        some = replace(several, on_drive=False, on_some=1)
        assert told(newer, some) == ["On 1 of 3 drives"]
        assert told(newer, replace(some, comes_off=True)) == ["Comes off 1 drive(s)"]

    def test_what_is_not_known_is_not_claimed(self) -> None:
        assert texts(row(facts=AppFacts(internet=Internet.OPTIONAL))) == []
        assert texts(row(languages={"fr": 100})) == ["Not in German"]

    def test_what_cannot_be_carried_says_only_that(self) -> None:
        for hindrance in set(Hindrance) - {Hindrance.EXTRA_DATA}:
            (text,) = texts(row(ended=True, facts=AppFacts(hindrance=hindrance)), on_drive=True)
            assert "drive" in text

    def test_what_its_maker_has_terms_for_is_no_exception_otherwise(self) -> None:
        facts = AppFacts(hindrance=Hindrance.EXTRA_DATA)
        assert texts(row(facts=facts), source="Flathub") == ["Its maker has terms", "Flathub"]

    def test_the_rest(self) -> None:
        shown = row(unverified=True, facts=AppFacts(internet=Internet.NEEDED))
        assert texts(shown, on_drive=True) == [
            "Needs internet",
            "From an unverified developer",
            "On the drive",
        ]
        assert texts(row(), source="Flathub") == ["Flathub"]


class TestTiles:
    @pytest.mark.parametrize("internet", Internet)
    def test_only_what_works_offline_is_called_good(self, internet: Internet) -> None:
        fact = fact_of_internet(row(facts=AppFacts(internet=internet)))
        assert fact.good is (internet is Internet.OFFLINE)

    def test_a_payload_comes_along_on_its_makers_terms(self) -> None:
        facts = AppFacts(internet=Internet.OFFLINE, hindrance=Hindrance.EXTRA_DATA)
        fact = fact_of_internet(row(facts=facts))
        assert (fact.strong, fact.good) == ("Works offline", False)
        assert "terms" in fact.text

    def test_what_it_adds(self) -> None:
        shown = row(facts=AppFacts(download_size=5_000_000))
        assert fact_of_size(shown, None, there="").strong.startswith("5.0")
        added = Addition(9_000_000, 9_000_000, (), ())
        assert fact_of_size(shown, added, there="").strong.startswith("Adds 9.0")
        assert fact_of_size(shown, added, there="On the drive").strong == "On the drive"
        refused = row(facts=AppFacts(hindrance=Hindrance.TOKEN))
        assert fact_of_size(refused, None, there="").strong == "Not for drives"

    @pytest.mark.parametrize(
        ("translated", "strong", "text"),
        [
            ({"de": 90, "fr": 90, "it": 90}, "English, German", "and 2 more languages"),
            ({"de": 90, "fr": 90}, "English, German", "and one more language"),
            ({"de": 90}, "English, German", ""),
            ({"fr": 90}, "Not in German", "English and one more language"),
            ({}, "English", "Other languages are not known"),
        ],
    )
    def test_languages(self, translated: Mapping[str, int], strong: str, text: str) -> None:
        fact = fact_of_languages(row(languages=translated), None, ("de",))
        assert (fact.strong, fact.text) == (strong, text)

    def test_ages_that_nobody_told(self) -> None:
        assert fact_of_ages(None).text == "Its maker does not say"
