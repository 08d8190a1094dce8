"""Catalogues as Flathub has them, and such as nobody should send."""

import gzip
import tracemalloc
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flatpak.catalogue import appstream
from app.flatpak.catalogue.appstream import parse_catalogue
from app.flatpak.catalogue.appstream_icons import AppIcon
from app.flatpak.catalogue.component import Component, main_components
from app.formats.gvariant import FormatError

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<components version="0.8" origin="flatpak">'
MAPS = """
  <component type="desktop-application">
    <id>org.gnome.Maps.desktop</id>
    <name>Maps</name>
    <name xml:lang="de">Karten</name>
    <name xml:lang="pt-BR">Mapas</name>
    <name xml:lang="sr-Latn">Mape</name>
    <name xml:lang="x-test">xxMapsxx</name>
    <summary>Find places
        around the world</summary>
    <summary xml:lang="de">Orte auf der ganzen Welt finden</summary>
    <developer id="org.gnome">
      <name>The GNOME Project</name><name xml:lang="de">Das</name>
    </developer>
    <description><p>Maps <em>gives</em> you</p><name>not a name</name></description>
    <description xml:lang="de"><p>Karten</p></description>
    <icon type="cached" width="64" height="64">org.gnome.Maps.png</icon>
    <icon type="cached" width="128" height="128">org.gnome.Maps.png</icon>
    <icon type="cached">../../etc/passwd</icon>
    <icon type="cached">64x64/../../etc/passwd</icon>
    <icon type="cached">64x64/..</icon>
    <icon type="cached">32x32@2/org.gnome.Maps.png</icon>
    <icon type="cached" width="48" scale="2">org.gnome.Maps.png</icon>
    <icon type="remote" width="128">https://example.com/a.png</icon>
    <categories><category>Utility</category><category>Maps</category></categories>
    <keywords><keyword>geography</keyword><keyword xml:lang="de">Erdkunde</keyword></keywords>
    <keywords xml:lang="fr"><keyword>atlas</keyword></keywords>
    <project_license>GPL-2.0-or-later AND LGPL-2.0-or-later</project_license>
    <releases>
      <release version="46.rc" type="development" date="2024-03-03"/>
      <release version="45.1" timestamp="1700000000"><description><p/></description></release>
      <release version="45.5" date="2024-02-10T12:00:00Z" type="stable"/>
      <release version="45.0"/>
    </releases>
    <languages><lang percentage="96">de</lang><lang>fr</lang><lang>en_US</lang></languages>
    <custom>
      <value key="flathub::verification::verified">true</value>
      <value key="flathub::verification::website">gnome.org</value>
    </custom>
    <screenshots><screenshot><caption>one</caption></screenshot></screenshots>
    <bundle type="flatpak" runtime="org.gnome.Platform/x86_64/45">
      app/org.gnome.Maps/x86_64/stable</bundle>
  </component>"""


def catalogue(*components: str) -> bytes:
    return "\n".join([HEAD, *components, "</components>"]).encode()


def component(inside: str = "", *, name: str = "org.example.App", **attributes: str) -> str:
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (
        f"<component{extra}><id>{name}</id>{inside}"
        f'<bundle type="flatpak">app/{name}/x86_64/stable</bundle></component>'
    )


def parse_one(inside: str = "", **attributes: str) -> Component:
    (parsed,) = parse_catalogue(catalogue(component(inside, **attributes)))
    return parsed


@pytest.fixture(scope="module")
def maps() -> Component:
    (component,) = parse_catalogue(catalogue(MAPS))
    return component


def test_what_is_kept(maps: Component) -> None:
    assert maps == Component(
        id="org.gnome.Maps",
        ref="app/org.gnome.Maps/x86_64/stable",
        kind="desktop-application",
        names={"": "Maps", "de": "Karten", "pt_BR": "Mapas", "sr@latin": "Mape"},
        summaries={"": "Find places around the world", "de": "Orte auf der ganzen Welt finden"},
        keywords={"": ("geography",), "de": ("Erdkunde",), "fr": ("atlas",)},
        developer="The GNOME Project",
        categories=("Utility", "Maps"),
        license="GPL-2.0-or-later AND LGPL-2.0-or-later",
        version="45.5",
        release_date=date(2024, 2, 10),
        icons=(
            AppIcon("org.gnome.Maps.png", 64, 64),
            AppIcon("org.gnome.Maps.png", 128, 128),
            AppIcon("org.gnome.Maps.png", 32, 32, 2),
            AppIcon("org.gnome.Maps.png", 48, 48, 2),
        ),
        verified=True,
        languages={"de": 96, "fr": 100},
        end_of_life=None,
    )
    assert maps.is_free
    assert maps.is_main


def test_gzipped_is_the_same(maps: Component) -> None:
    assert list(parse_catalogue(gzip.compress(catalogue(MAPS)))) == [maps]


def test_older_ways_to_write_it() -> None:
    component = parse_one(
        "<developer_name>Someone</developer_name>"
        '<metadata><value key="flathub::verification::verified">true</value></metadata>',
        type="desktop",
    )
    assert component.developer == "Someone"
    assert component.verified
    assert component.kind == "desktop-application"


def test_little_is_needed() -> None:
    component = parse_one()
    assert component == Component("org.example.App", "app/org.example.App/x86_64/stable")
    assert component.name(["de"]) == "org.example.App"
    assert component.summary(["de"]) == ""
    assert not component.is_free


def test_end_of_life() -> None:
    assert parse_one(date_eol="2021-06-30T00:00:00Z").end_of_life == date(2021, 6, 30)
    assert parse_one(date_eol="soon").end_of_life is None


@pytest.mark.parametrize(
    ("component_id", "app", "expected"),
    [
        ("org.gnome.Maps.desktop", "org.gnome.Maps", "org.gnome.Maps"),
        ("org.gnome.Maps", "org.gnome.Maps", "org.gnome.Maps"),
        ("org.telegram.desktop", "org.telegram.desktop", "org.telegram.desktop"),
        ("org.telegram.desktop.desktop", "org.telegram.desktop", "org.telegram.desktop"),
        ("org.example.Suite.Writer.desktop", "org.example.Suite", "org.example.Suite.Writer"),
    ],
)
def test_ids_lose_desktop_unless_it_is_the_apps_own(
    component_id: str, app: str, expected: str
) -> None:
    (component,) = parse_catalogue(
        catalogue(
            f"<component><id>{component_id}</id>"
            f'<bundle type="flatpak">app/{app}/x86_64/stable</bundle></component>'
        )
    )
    assert component.id == expected


@pytest.mark.parametrize(
    "bundle",
    [
        "",
        '<bundle type="snap">app/org.example.App/x86_64/stable</bundle>',
        '<bundle type="flatpak">app/../x86_64/stable</bundle>',
        '<bundle type="flatpak">org.example.App</bundle>',
    ],
)
def test_what_has_no_ref_is_left_out(bundle: str) -> None:
    odd = f"<component><id>org.example.App</id>{bundle}</component>"
    assert [component.id for component in parse_catalogue(catalogue(odd, MAPS))] == [
        "org.gnome.Maps"
    ]


def test_the_main_component_of_a_ref_wins() -> None:
    part = component(name="org.example.App").replace(
        "<id>org.example.App", "<id>org.example.App.Part"
    )
    for order in ((part, component()), (component(), part)):
        by_ref = main_components(parse_catalogue(catalogue(*order)))
        assert [main.id for main in by_ref.values()] == ["org.example.App"]


@pytest.mark.parametrize(
    ("releases", "version", "when"),
    [
        ("", "", None),
        ('<release version="2"/><release version="1"/>', "2", None),
        ('<release version="1"/><release version="2" date="2020-01-01"/>', "2", date(2020, 1, 1)),
        ('<release version="3" type="development"/>', "3", None),
        ('<release date="2020-01-01"/>', "", None),
        ('<release version="1" timestamp="99999999999999999999"/>', "1", None),
        ('<release version="1" timestamp="-5" date="x"/>', "1", date(1969, 12, 31)),
    ],
)
def test_the_newest_release(releases: str, version: str, when: date | None) -> None:
    component = parse_one(f"<releases>{releases}</releases>")
    assert (component.version, component.release_date) == (version, when)


def test_nothing_that_a_terminal_obeys_is_left() -> None:
    component = parse_one("<name>A\u009b31mred\u202e\u2066 \u200dB\nC\x7f</name>")
    assert component.names == {"": "A31mred \u200dB C"}


# Damaged and hostile

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE components [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<components><component><id>&c;</id></component></components>"""
EXTERNAL = """<?xml version="1.0"?>
<!DOCTYPE components [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<components><component><id>&a;</id></component></components>"""


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS.encode(),
        EXTERNAL.encode(),
        b'<!DOCTYPE components SYSTEM "http://example.com/a.dtd"><components/>',
        b"<!DOCTYPE components><components/>",
        catalogue("<component><id>&undefined;</id></component>"),
        b"",
        b"\0",
        b"no xml",
        b"<component/>",
        b"<html><components/></html>",
        catalogue(MAPS)[:-200],
        catalogue(MAPS) + b"more",
        catalogue(MAPS).replace(b"Karten", b"K\xe4rten"),
        catalogue(MAPS).replace(b"Karten", b"\xed\xa0\x80"),
        catalogue("<a>" * 1000 + "</a>" * 1000),
        catalogue(component("<description>" + "<a>" * 100 + "</a>" * 100 + "</description>")),
        catalogue(component(f"<name>{'a' * (appstream.MAX_COMPONENT_TEXT + 1)}</name>")),
        catalogue(component("<keywords>" + "<keyword>abcdef</keyword>" * 60000 + "</keywords>")),
        gzip.compress(catalogue(MAPS))[:-9],
        gzip.compress(catalogue(MAPS)) + b"more",
        gzip.compress(catalogue(MAPS)) * 2,
        b"\x1f\x8b\x08\x00rubbish that is not deflated",
        b"\x1f\x8b",
    ],
    ids=range(23),
)
def test_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        list(parse_catalogue(data))


def test_a_declared_encoding_does_not_count() -> None:
    data = catalogue(component("<name>ä</name>")).replace(b"UTF-8", b"ISO-8859-1", 1)
    (parsed,) = parse_catalogue(data)
    assert parsed.names == {"": "ä"}


def test_too_many_components(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appstream, "MAX_COMPONENTS", 3)
    with pytest.raises(FormatError, match="more components"):
        list(parse_catalogue(catalogue(*[MAPS] * 4)))


def peak_while(action: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "filling", [b" ", b"<a/>", b"<!--aaaaaaa-->"], ids=["blanks", "elements", "comments"]
)
def test_a_bomb_is_cut_off_and_takes_no_memory(
    filling: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appstream, "MAX_CATALOGUE_SIZE", 8 * 1024 * 1024)
    bomb = gzip.compress(b"<components>" + filling * (10 * 1024 * 1024 // len(filling)), 1)

    def parse() -> None:
        with pytest.raises(FormatError, match="larger than it can be"):
            list(parse_catalogue(bomb))

    assert peak_while(parse) < 4 * 1024 * 1024


@pytest.mark.parametrize("opening", [b"<components a='", b"<components><!--", b"<components><"])
def test_endless_tags_are_cut_off(opening: bytes) -> None:
    with pytest.raises(FormatError, match="tag longer"):
        list(parse_catalogue(gzip.compress(opening + b"a" * (32 * 1024 * 1024), 1)))


@pytest.mark.thorough
def test_memory_does_not_grow_with_the_catalogue() -> None:
    def parse(count: int) -> int:
        data = gzip.compress(catalogue(*[MAPS] * count), 1)
        return peak_while(lambda: [None for _ in parse_catalogue(data)])

    assert parse(1500) < parse(400) + 1024 * 1024


GOOD = catalogue(MAPS, component("<name xml:lang='de'>x</name>"))


@given(st.data())
def test_damage_is_only_ever_a_format_error(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([GOOD, gzip.compress(GOOD)])))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        for component in parse_catalogue(bytes(content[: data.draw(st.integers(0, len(content)))])):
            assert isinstance(component, Component)
    except FormatError:
        pass
