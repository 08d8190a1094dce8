"""Looking through thousands of apps: lists, filters, counts, details and icons, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.flatpak.catalogue.app_facts import Coverage, Hindrance, Internet
from app.flatpak.catalogue.app_info import about
from app.flatpak.catalogue.appstream import parse_catalogue, read_catalogue
from app.flatpak.catalogue.appstream_details import (
    BlockKind,
    Details,
    ScreenshotImage,
    TextBlock,
    parse_details,
)
from app.flatpak.catalogue.browse import AppFilter, Browser, Order, Sort
from app.flatpak.catalogue.database import Catalogue
from app.flatpak.catalogue.icons import Icons
from app.flatpak.catalogue.remote_catalogue import RemoteCatalogue, Row
from app.flatpak.catalogue.source import load_catalogue
from app.flatpak.metadata import Metadata
from app.flatpak.permissions import Power, permissions
from app.flatpak.refs import Ref
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.flatpak.upstream.upstream import Upstream
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from tests.examples import examples
from tests.gpg import SigningKey
from tests.large import (
    ARCH,
    CATEGORIES,
    EXTRA,
    MADE,
    LargeRemote,
    app,
    app_id,
    app_name,
    png,
    runtime,
)
from tests.satchel import satchel
from tests.servers import Server
from tests.work import counted

APPS = 2000
TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def large(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> LargeRemote:
    return LargeRemote(tmp_path_factory.mktemp("browse") / "remote", upstream_key, APPS)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browse-cache")


def opened(url: str, key: SigningKey, cache: Path, *, offline: bool = False) -> Upstream:
    remote = Remote("large", url, keys=(key.public,))
    opener = UpstreamOpener(cache, Network(retries=0), CancelToken())
    return opener.open(remote, offline=offline)


@pytest.fixture(scope="module")
def upstream(large: LargeRemote, upstream_key: SigningKey, cache: Path) -> Iterator[Upstream]:
    offered = opened(large.path.as_uri(), upstream_key, cache)
    yield offered
    offered.close()


@pytest.fixture(scope="module")
def catalogue(upstream: Upstream, cache: Path) -> Iterator[Catalogue]:
    with load_catalogue(upstream, ARCH, cache) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def browser(upstream: Upstream, catalogue: Catalogue) -> Browser:
    ended = upstream.table(ARCH).ended(app(number) for number in range(APPS))
    return Browser(catalogue, ("de",), TODAY, ended)


@pytest.fixture(scope="module")
def offered(upstream: Upstream, cache: Path) -> Iterator[RemoteCatalogue]:
    catalogue = load_catalogue(upstream, ARCH, cache)
    offered = RemoteCatalogue(
        upstream, Icons(upstream, ARCH), catalogue, ARCH, ("de",), MADE, None, None
    )
    yield offered
    offered.close()


def rows(offered: RemoteCatalogue, wanted: AppFilter, order: Order = Order.BEST) -> list[Row]:
    described, bare = offered.select(wanted, order)
    return offered.rows([*described, *bare])


def refs(browser: Browser, wanted: AppFilter, order: Order = Order.BEST) -> list[str]:
    return [row.ref for row in browser.rows(browser.select(wanted, order))]


class TestLists:
    def test_everything_by_name_in_the_persons_language(self, browser: Browser) -> None:
        names = [row.name(("de",)).casefold() for row in browser.rows(browser.select(AppFilter()))]
        assert len(names) == APPS
        assert names == sorted(names)
        assert names[0].startswith("zett ")

    def test_each_filter_alone_and_all_together(self, browser: Browser) -> None:
        def those(test: range, wanted: AppFilter) -> None:
            assert set(refs(browser, wanted)) == {app(number) for number in test}

        those(range(0, APPS, 3), AppFilter(verified=True))
        those(range(2, APPS, 7), AppFilter(category=CATEGORIES[2]))
        few = frozenset({app(1), app(5), runtime(1), "app/org.not.There/x/y"})
        assert set(refs(browser, AppFilter(refs=few))) == {app(1), app(5)}
        assert set(refs(browser, AppFilter(free=True))) == {
            app(number) for number in range(APPS) if number % 5
        }
        assert set(refs(browser, AppFilter(supported=True))) == {
            app(number) for number in range(APPS) if number % 10
        }
        together = AppFilter(
            text="tool", category=CATEGORIES[1], free=True, verified=True, supported=True
        )
        assert set(refs(browser, together)) == {
            app(number)
            for number in range(APPS)
            if number % 5 and number % 10 and not number % 3 and number % 7 == 1
        }

    def test_a_search_is_best_first_or_as_wanted(self, browser: Browser) -> None:
        text = AppFilter(text=app_name(7))
        assert refs(browser, text)[0] == app(7)
        by_name = browser.rows(browser.select(AppFilter(text="atlas"), Order.NAME))
        labels = [component.name(("de",)).casefold() for component in by_name]
        assert labels == sorted(labels)
        newest = browser.rows(browser.select(AppFilter(text="atlas"), Order.NEWEST))
        days = [component.release_date or date.min for component in newest]
        assert days == sorted(days, reverse=True)
        assert len(days) == len(labels)

    def test_what_works_offline_and_can_be_carried(self, offered: RemoteCatalogue) -> None:
        wanted = AppFilter(offline=True)
        assert {row.ref for row in rows(offered, wanted)} == {
            app(number) for number in range(0, APPS, 2) if number % 50 != EXTRA
        }

    def test_what_comes_in_a_language(self, offered: RemoteCatalogue) -> None:
        def numbers(language: str) -> set[str]:
            return {row.ref for row in rows(offered, AppFilter(language=language))}

        assert numbers("de_AT") == {app(number) for number in range(0, APPS, 4)}
        assert numbers("fr") == numbers("de") | {app(number) for number in range(1, APPS, 4)}
        assert len(numbers("en_GB")) == APPS

    def test_what_is_small(self, offered: RemoteCatalogue) -> None:
        few = rows(offered, AppFilter(largest=1_000_000 + 10_000 * 20), Order.SIZE)
        assert [row.ref for row in few] == [app(number) for number in range(21)]
        assert few[1].facts.download_size == 1_010_000

    def test_what_rows_say(self, offered: RemoteCatalogue) -> None:
        def row(number: int) -> Row:
            found = offered.find(app(number))
            assert found is not None
            return found

        assert row(0).facts.internet is Internet.OFFLINE
        assert row(1).facts.internet is Internet.OPTIONAL
        assert {row(n).facts.internet for n in range(APPS) if n % 2 and CATEGORIES[n % 7] ==
                "Network"} == {Internet.NEEDED}  # fmt: skip
        assert [row(number).comes_in("de") for number in range(3)] == [
            Coverage.YES,
            Coverage.NO,
            Coverage.UNKNOWN,
        ]
        assert row(EXTRA).facts.hindrance is Hindrance.EXTRA_DATA
        assert row(0).facts.hindrance is None
        assert [row(number).unverified for number in range(2)] == [False, True]

    def test_spelling_is_forgiven(self, offered: RemoteCatalogue) -> None:
        assert offered.suggestion(AppFilter(text="atlsa birhc")) == "atlas birch"
        assert offered.suggestion(AppFilter(text="xqzw")) == ""
        # Not where what was meant does not fit either.
        assert offered.suggestion(AppFilter(text="atlsa", largest=1)) == ""

    def test_translations_come_with_what_they_belong_to(self, offered: RemoteCatalogue) -> None:
        everything = rows(offered, AppFilter(sort=Sort.OTHERS))
        folded = rows(offered, AppFilter(sort=Sort.OTHERS, folded=True))
        assert any(".Locale/" in row.ref for row in everything)
        assert not any(".Locale/" in row.ref for row in folded)
        assert any(".GL." in row.ref for row in folded)

    def test_nothing_fits(self, browser: Browser) -> None:
        for wanted in (
            AppFilter(text="nosuchword"),
            AppFilter(category="Nonsense"),
            AppFilter(refs=frozenset()),
            AppFilter(sort=Sort.OTHERS),
        ):
            assert browser.select(wanted) == []
        assert browser.rows([]) == []

    def test_categories_are_counted_for_what_is_shown(self, browser: Browser) -> None:
        assert sum(browser.categories(AppFilter()).values()) == APPS
        counts = browser.categories(AppFilter(free=True, category=CATEGORIES[0]))
        assert set(counts) == set(CATEGORIES)
        for category, count in counts.items():
            assert count == len(browser.select(AppFilter(free=True, category=category)))

    def test_a_keystroke_among_thousands_is_answered_at_once(self, browser: Browser) -> None:
        for text in ("t", "to", "too", "tool", "tool 1", "a", "at", "at 5", "", "zett"):
            with counted() as work:
                numbers = browser.select(AppFilter(text=text, free=True, supported=True))
                browser.rows(numbers[:50])
                browser.categories(AppFilter(text=text))
            assert work.calls < 150_000  # 29,000 as it is

    def test_a_second_look_opens_at_once(self, upstream: Upstream, cache: Path) -> None:
        with counted() as work, load_catalogue(upstream, ARCH, cache) as catalogue:
            Browser(catalogue, ("de",), TODAY)
        assert work.calls < 80_000  # 16,000 as it is


class TestDetails:
    def test_of_one_app(self, catalogue: Catalogue) -> None:
        details = catalogue.details(app(7), ("de_AT",))
        assert [block.kind for block in details.description] == [BlockKind.PARAGRAPH]
        assert details.description[0].texts[0].startswith("Deutsch 7.")
        assert details.captions == ("Das Hauptfenster",)
        (screenshot,) = details.screenshots
        assert screenshot.caption == "Das Hauptfenster"
        assert screenshot.images == (ScreenshotImage("http://127.0.0.1:9/1.png"),)
        assert details.urls == {"homepage": "https://example.org/7"}
        assert details.content_license == "CC0-1.0"
        (release,) = details.releases
        assert (release.version, release.made, release.stable) == ("1.7", date(2025, 1, 8), True)
        assert release.description == (TextBlock(BlockKind.PARAGRAPH, ("Mended.",)),)

    def test_in_english_it_has_a_list(self, catalogue: Catalogue) -> None:
        description = catalogue.details(app_id(7), ("fr",)).description
        assert description[1] == TextBlock(BlockKind.BULLETS, ("Fast", "Small & neat"))

    def test_of_what_is_not_there(self, catalogue: Catalogue) -> None:
        assert catalogue.details("org.not.There", ()) == Details()

    def test_paragraphs_translated_one_by_one(self) -> None:
        xml = (
            b"<component><description><p>One <em>and</em> two</p><p xml:lang='de'>Eins\n zwei</p>"
            b"<ol><li>First</li><li xml:lang='de'>Erstens</li><li xml:lang='x-test'>xx</li></ol>"
            b"<script>evil()</script></description><url type='x'>javascript:alert(1)</url>"
            b"</component>"
        )
        german = parse_details(xml, ("de",))
        assert german.description == (
            TextBlock(BlockKind.PARAGRAPH, ("Eins zwei",)),
            TextBlock(BlockKind.NUMBERS, ("Erstens",)),
        )
        english = parse_details(xml, ("fr", "en"))
        assert english.description[0].texts == ("One and two",)
        assert english.urls == {}

    @given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
    def test_any_bytes_are_details_or_none(self, data: bytes) -> None:
        assert isinstance(parse_details(data, ("de",)), Details)
        assert isinstance(parse_details(b"<component>" + data + b"</component>", ()), Details)

    def test_what_all_is_known_of_an_app(self, upstream: Upstream, catalogue: Catalogue) -> None:
        info = about(upstream, catalogue, Ref.parse(app(20)), ("de",))
        assert info.component is not None
        assert info.download_size == 1_200_000
        assert str(info.runtime) == runtime(0)
        assert info.runtime_size == 250_000_000
        assert info.extensions == (f"runtime/{app_id(20)}.Locale/{ARCH}/stable",)
        assert info.branches == ("stable",)
        assert info.eol == "Nobody looks after it"
        assert info.permissions == ()
        other = about(upstream, catalogue, Ref.parse(app(21)), ("de",)).permissions
        assert other is not None
        assert [permission.power for permission in other] == [Power.NETWORK]
        base = about(upstream, catalogue, Ref.parse(runtime(0)), ())
        assert base.component is None
        assert any("nvidia" in ref for ref in base.optional)
        assert len(base.branches) == 20


class TestElements:
    """`read_catalogue` hands on what `parse_details` needs, wherever its input is cut."""

    @settings(max_examples=examples(30))
    @given(st.lists(st.integers(0, 300_000), max_size=6))
    @example([280_000, 300_000, 300_000, 300_000])
    def test_every_element_is_whole(self, lengths: list[int]) -> None:
        parts = [
            f"<component><id>org.a.B{number}</id><bundle type='flatpak'>app/org.a.B{number}/x/y"
            f"</bundle><description><p>{'ä' * length}</p></description></component  >"
            for number, length in enumerate(lengths)
        ]
        data = ("<components> " + " \n ".join(parts) + "</components>").encode()
        read = list(read_catalogue(data))
        assert [component for component, _ in read] == list(parse_catalogue(data))
        for (_, element), length in zip(read, lengths, strict=True):
            description = parse_details(element, ()).description
            assert sum(len(block.texts[0]) for block in description) == min(length, 5000)

    def test_one_too_large_is_left_without(self) -> None:
        part = "<component><id>org.a.B</id><bundle type='flatpak'>app/org.a.B/x/y</bundle>{}"
        big = part.format(f"<description><p>{'x' * 3_000_000}</p></description></component>")
        small = part.format("<description><p>y</p></description></component>")
        data = f"<components>{small}{big}{small}</components>".encode()
        elements = [element for _, element in read_catalogue(data)]
        assert [bool(element) for element in elements] == [True, False, True]
        assert parse_details(elements[2], ()).description[0].texts == ("y",)


class TestIcons:
    def test_fetched_once_and_kept(
        self, large: LargeRemote, upstream_key: SigningKey, catalogue: Catalogue, tmp_path: Path
    ) -> None:
        apps = [
            component
            for number in (0, 1, 2)
            if (component := catalogue.get(app(number))) is not None
        ]
        with Server(large.path) as server:
            upstream = opened(server.url, upstream_key, tmp_path)
            icons = Icons(upstream, ARCH)
            assert icons.get(apps, 64) == {app(0): png(64, 0), app(2): png(64, 2)}
            assert icons.get(apps, 128)[app(2)] == png(128, 2)
            upstream.close()
        offline = opened(server.url, upstream_key, tmp_path, offline=True)
        assert Icons(offline, ARCH).get(apps, 64)[app(0)] == png(64, 0)
        offline.close()

    @pytest.mark.parametrize(
        "named",
        [
            "width='{size}' height='{size}'>{size}x{size}/{id}.png",
            ">{size}x{size}/{id}.png",
            # What the directory is called counts.
            "width='32' height='32'>{size}x{size}/{id}.png",
        ],
    )
    def test_names_with_their_directories(
        self, upstream_key: SigningKey, tmp_path: Path, named: str
    ) -> None:
        remote = LargeRemote(tmp_path / "large", upstream_key, 3, icons=named)
        upstream = opened(remote.path.as_uri(), upstream_key, tmp_path / "cache")
        with load_catalogue(upstream, ARCH, tmp_path / "cache") as catalogue:
            apps = [
                component
                for number in (0, 2)
                if (component := catalogue.get(app(number))) is not None
            ]
        for size in (64, 128):
            icons = Icons(upstream, ARCH).get(apps, size)
            assert icons == {app(0): png(size, 0), app(2): png(size, 2)}
        upstream.close()

    def test_damaged_ones_come_again_and_forged_ones_never(
        self, large: LargeRemote, upstream_key: SigningKey, catalogue: Catalogue, tmp_path: Path
    ) -> None:
        first = catalogue.get(app(0))
        assert first is not None
        upstream = opened(large.path.as_uri(), upstream_key, tmp_path)
        assert Icons(upstream, ARCH).get([first], 64)
        for kept in tmp_path.rglob("*.filez"):
            kept.write_bytes(b"rubbish")
        for kept in tmp_path.rglob("*.dirtree"):
            kept.write_bytes(kept.read_bytes() + b"\0")
        assert Icons(upstream, ARCH).get([first], 64)[app(0)] == png(64, 0)
        upstream.close()


class TestPermissions:
    @pytest.mark.parametrize(
        ("context", "expected"),
        [
            ("", set()),
            ("shared=network;", {Power.NETWORK}),
            ("filesystems=host;xdg-download", {Power.ALL_FILES}),
            ("filesystems=!host;xdg-music:create", {Power.SOME_FILES}),
            ("devices=all;dri;", {Power.ALL_DEVICES}),
            ("sockets=x11;cups;unknown", {Power.WATCH_WINDOWS, Power.PRINT}),
            ("[Session Bus Policy]\norg.freedesktop.Flatpak=talk", {Power.ESCAPE}),
            ("[Session Bus Policy]\norg.freedesktop.Flatpak=none", set()),
        ],
    )
    def test_in_few_words(self, context: str, expected: set[Power]) -> None:
        text = f"[Application]\nname=org.a.B\n[Context]\n{context}\n"
        assert {
            permission.power for permission in permissions(Metadata.parse(text.encode()))
        } == expected


class TestCommand:
    @pytest.fixture
    def home(self, large: LargeRemote, tmp_path: Path) -> Path:
        (tmp_path / "large.flatpakrepo").write_text(large.flatpakrepo(large.path.as_uri()))
        return tmp_path

    def test_search_with_filters(self, home: Path) -> None:
        remote = ("--remote", home / "large.flatpakrepo", "--json", "--limit", "5000")
        hits = satchel("search", "--category", "Science", "--free", *remote, home=home).json
        assert {hit["ref"] for hit in hits} == {
            app(number) for number in range(5, APPS, 7) if number % 5
        }
        hits = satchel("search", "tool", "--verified", "--supported", *remote, home=home).json
        assert {hit["ref"] for hit in hits} == {
            app(number) for number in range(0, APPS, 3) if number % 10
        }
        assert all(hit["verified"] for hit in hits)
        satchel("search", *remote, home=home, check=2)

    def test_info(self, home: Path) -> None:
        remote = ("--remote", home / "large.flatpakrepo")
        shown = satchel("info", app_id(7), *remote, home=home).stdout
        assert app_name(7) in shown
        assert "uses the network" in shown
        value = satchel("info", app_id(7), *remote, "--json", home=home).json
        assert value["ref"] == app(7)
        assert value["details"]["releases"][0]["made"] == "2025-01-08"
        assert [permission["power"] for permission in value["permissions"]] == ["network"]
        bare = satchel("info", "org.large.Platform//3", *remote, "--json", home=home).json
        assert bare["component"] is None
        satchel("info", "org.not.There", *remote, home=home, check=2)
