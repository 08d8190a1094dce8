"""What is told about an app beforehand: from which age, in which languages, with what spelling."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.flatpak.catalogue.ages import youngest
from app.flatpak.catalogue.app_facts import Coverage, Hindrance, Internet, app_facts, coverage
from app.flatpak.catalogue.appstream_details import parse_details
from app.flatpak.catalogue.spelling import Vocabulary
from app.flatpak.upstream.ref_table import UpstreamRef

ANSWERED: Mapping[str, str] = {"violence-fantasy": "mild", "social-info": "intense", "new": "mild"}


def entry(metadata: str | None, extra: int | None = None, token: int = 0) -> UpstreamRef:
    return UpstreamRef(
        "app/org.test.App/x86_64/stable", "0" * 64, 0, None, 30, 10, metadata, None, None, extra,
        token,
    )  # fmt: skip


def metadata(*lines: str) -> str:
    return "\n".join(("[Application]", "name=org.test.App", "[Context]", *lines, ""))


class TestAges:
    def test_nobody_was_asked(self) -> None:
        assert parse_details(b"<component/>", ()).age is None

    def test_nothing_to_mind(self) -> None:
        xml = b"<component><content_rating type='oars-1.1'/></component>"
        assert parse_details(xml, ()).age == 0

    def test_the_strictest_answer_counts(self) -> None:
        assert youngest(ANSWERED) == 13

    def test_what_nobody_asks_counts_for_nothing(self) -> None:
        assert youngest({"unheard-of": "intense", "violence-fantasy": "terrible"}) == 0


class TestInternet:
    @pytest.mark.parametrize(
        ("text", "categories", "expected"),
        [
            (metadata("shared=ipc;"), (), Internet.OFFLINE),
            (metadata(), ("Network",), Internet.OFFLINE),
            (metadata("shared=network;ipc;"), ("Office",), Internet.OPTIONAL),
            (metadata("shared=network;"), ("Network", "WebBrowser"), Internet.NEEDED),
            (None, (), Internet.UNKNOWN),
            ("nonsense", (), Internet.UNKNOWN),
        ],
    )
    def test_it_is_judged_by_what_it_may_do(
        self, text: str | None, categories: tuple[str, ...], expected: Internet
    ) -> None:
        assert app_facts(entry(text), categories).internet is expected


class TestWhatCannotBeCarried:
    def test_a_payload_by_the_list_or_by_the_metadata(self) -> None:
        payload = "[Extra Data]\nuri=https://example.org/x\nchecksum=00\n"
        assert app_facts(entry(metadata(), 500), ()).hindrance is Hindrance.EXTRA_DATA
        assert app_facts(entry(metadata() + payload), ()).hindrance is Hindrance.EXTRA_DATA

    def test_what_only_few_get(self) -> None:
        assert app_facts(entry(metadata(), token=1), ()).hindrance is Hindrance.TOKEN

    def test_all_else(self) -> None:
        assert app_facts(entry(metadata()), ()).hindrance is None


@pytest.mark.parametrize(
    ("translated", "language", "expected"),
    [
        ({"de": 100}, "de_AT", Coverage.YES),
        ({"de": 49}, "de", Coverage.NO),
        ({"fr": 100}, "de", Coverage.NO),
        ({}, "de", Coverage.UNKNOWN),
        ({"fr": 100}, "en_GB", Coverage.YES),
        ({"pt_BR": 90}, "pt_BR", Coverage.YES),
        ({"pt_BR": 90}, "pt", Coverage.NO),
    ],
)
def test_languages(translated: Mapping[str, int], language: str, expected: Coverage) -> None:
    assert coverage(translated, language) is expected


class TestSpelling:
    words = Vocabulary({"make": 9, "maze": 2, "music": 5, "libreoffice": 1, "tool": 3, "malen": 4})

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("mxke", "make"),
            ("maek", "make"),
            ("mke", "make"),
            ("libreofice", "libreoffice"),
            ("librofice tool", "libreoffice tool"),
            ("musci", "music"),
        ],
    )
    def test_a_mistake_or_two(self, typed: str, meant: str) -> None:
        assert self.words.corrected(typed.split()) == meant.split()

    @pytest.mark.parametrize("typed", ["make", "mak", "zzzz", "xk", "mxke zzzz", "xyke"])
    def test_no_idea(self, typed: str) -> None:
        assert self.words.corrected(typed.split()) is None

    def test_the_more_usual_of_equals(self) -> None:
        assert self.words.corrected(["mae"]) == ["make"]
