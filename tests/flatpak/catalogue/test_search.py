"""Catalogues are searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flatpak.catalogue.appstream import parse_catalogue
from app.flatpak.catalogue.database import Catalogue, Match
from app.replacing import replace
from tests.flatpak.catalogue.upstreams import names


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("maps", [], ["Maps", "desktop", "LibreOffice"]),
        ("MAP", ["de"], ["Maps", "desktop", "LibreOffice"]),
        ("kart", ["de_AT"], ["Maps"]),
        ("kart", ["fr"], []),
        ("kart", ["en_US", "de"], ["Maps"]),
        ("erdk", ["de"], ["Maps"]),
        ("office", [], ["LibreOffice"]),
        ("libre off", [], ["LibreOffice"]),
        ("libreoff", [], ["LibreOffice"]),
        ("unicode", [], ["Maps"]),
        ("ÜNÏ", [], ["Maps"]),
        ("地图", ["zh-Hans"], ["Maps"]),
        ("图地", ["zh_CN"], []),
        ("maps geography", [], ["Maps"]),
        ("karten places", ["de"], ["Maps"]),
        ("education", [], ["Maps"]),
        ("org.example.desktop", [], ["desktop"]),
        ("ORG.EXAMPLE.LIBREOFFICE", [], ["LibreOffice"]),
        ("example", [], ["Maps", "desktop", "LibreOffice"]),
        ("aps", [], []),
        ("", [], []),
        (' "*() ', [], []),
    ],
)
def test_search(
    maps_and_more: Catalogue, text: str, languages: list[str], expected: list[str]
) -> None:
    assert names(maps_and_more.search(text, languages, 10)) == expected


def test_where_it_was_found(maps_and_more: Catalogue) -> None:
    hits = maps_and_more.search("maps", [], 10)
    assert [hit.match for hit in hits] == [Match.NAME, Match.NAME, Match.TEXT]
    assert [hit.match for hit in maps_and_more.search("geogr", [], 10)] == [Match.HANDLE]


@pytest.mark.parametrize("limit", [-1, 0, 1, 2, 3, 100])
def test_limit(maps_and_more: Catalogue, limit: int) -> None:
    whole = names(maps_and_more.search("example", [], 10))
    assert names(maps_and_more.search("example", [], limit)) == whole[: max(limit, 0)]


ODD = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["maps", "AND", "OR", "NOT", "NEAR(", '"', "'", "*", "^", ":", "name:", "{", "}", "-",
             "+", "(", ")", "%", "_", "\\", ";", "--", "\0", "地", "图", "ü", "=", "@", "\ud800"]
        ),
        max_size=20,
    ).map(" ".join),
)  # fmt: skip


@given(ODD, st.lists(st.one_of(st.text(max_size=8), st.sampled_from(["de", "zh_CN"])), max_size=4))
def test_no_query_is_too_odd(maps_and_more: Catalogue, text: str, languages: list[str]) -> None:
    for hit in maps_and_more.search(text, languages, 5):
        assert hit.component.id.startswith("org.example.")


@pytest.mark.parametrize("text", ["a" * 10**6, "a " * 10**5, '"' * 10**5, "地" * 10**5])
def test_no_query_is_too_long(maps_and_more: Catalogue, text: str) -> None:
    languages = [f"l{char}" for char in "abcdefghijklmnopqrstuvwxyz"]
    assert len(maps_and_more.search(text, languages, 5)) <= 1


def test_every_name_is_found_by_itself(maps_and_more: Catalogue) -> None:
    for component in maps_and_more.components():
        for language, name in component.names.items():
            assert maps_and_more.search(name, [language], 1)[0].component == component


@given(st.data())
def test_components_survive_the_database(data: st.DataObject) -> None:
    text = st.text(max_size=10)
    (base,) = parse_catalogue(
        b"<components><component><id>org.example.App</id>"
        b"<releases><release version='1' date='2024-01-01'/></releases>"
        b"<icon type='cached' width='64'>a.png</icon>"
        b"<bundle type='flatpak'>app/org.example.App/x86_64/stable</bundle>"
        b"</component></components>"
    )
    component = replace(
        base,
        names=data.draw(st.dictionaries(st.sampled_from(["", "de", "fr"]), text)),
        keywords=data.draw(st.dictionaries(text, st.lists(text, max_size=2).map(tuple))),
        categories=tuple(data.draw(st.lists(text, max_size=2))),
        end_of_life=data.draw(st.none() | st.dates()),
    )
    about = {"commit": "", "collection": ""}
    with Catalogue.build(iter([(component, b"")]), about) as built:
        assert built.get(component.ref) == component
