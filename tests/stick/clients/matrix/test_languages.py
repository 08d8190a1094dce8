"""A stick with some languages, and computers of people who read others, with each flatpak.

flatpak by itself takes no translations at all where one of its languages is missing on the stick;
install.sh and receive bring what both have.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.build_contents import PLATFORM_EXTENSIONS
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.clients.matrix.computers import SYSTEM, USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, Release, root_of
from tests.stick.clients.matrix.test_matrix import by_install_sh, by_receive, by_sideloading
from tests.stick.clients.sticks import HELLO, HELLO_LOCALE, NEW, OLD, PLATFORM_LOCALE, Made
from tests.stick.makers import make
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough

LANGUAGES = ("de", "en", "fr", "pl", "zh")
READERS = {
    "german": (("de",), {"de"}),
    "polish": (("pl",), set()),
    "chinese": (("zh",), set()),
    "german-french": (("de", "fr"), {"de"}),
    "dutch": (("nl",), set()),
    "everybody": (("*all*",), {"de"}),
}
"""Languages of a computer, and those of them that it gets; Dutch is nowhere to be had."""


def fill(upstream: Upstream) -> None:
    platform = upstream.add_runtime(extensions=PLATFORM_EXTENSIONS, languages=LANGUAGES)
    upstream.add_extension(
        "org.test.Platform.GL.default", "1", of=platform, files={"lib/driver.so": "a driver\n"}
    )
    upstream.add_app("org.test.Hello", languages=LANGUAGES, says=OLD.strip())
    upstream.update()


@pytest.fixture(scope="module")
def german(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A stick with Hello in German."""
    here = tmp_path_factory.mktemp("german")
    upstream = kept_upstream(here / "up", upstream_key, fill)
    made = make(upstream, here / "stick", "org.test.Hello", "--language", "de", home=here / "home")
    assert made.finished["ok"]
    return Made(here / "stick", upstream)


@pytest.fixture(scope="module")
def newer(german: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same later."""
    here = tmp_path_factory.mktemp("newer")
    upstream = german.upstream.copy(here / "upstream")
    upstream.bump(HELLO, {"bin/start": "#!/bin/sh\necho newer\n"})
    news = {f"{code}/share/{code}/LC_MESSAGES/news.txt": f"{code}\n" for code in LANGUAGES}
    upstream.bump(HELLO_LOCALE, news)
    upstream.update()
    made = make(upstream, here / "stick", "org.test.Hello", "--language", "de", home=here / "home")
    assert made.finished["ok"]
    return Made(here / "stick", upstream)


@pytest.fixture(scope="module")
def whole(german: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A stick with all languages."""
    here = tmp_path_factory.mktemp("whole")
    assert make(german.upstream, here / "stick", "org.test.Hello", home=here / "home").finished[
        "ok"
    ]
    return Made(here / "stick", german.upstream)


def computer_of(
    release: Release, scope: str, languages: tuple[str, ...], sticks: Path, directory: Path
) -> ForeignComputer:
    computer = ForeignComputer(directory, root_of(release), scope, sticks)
    computer.flatpak("config", "--set", "languages", ";".join(languages))
    return computer


def commit_of(computer: ForeignComputer, ref: str) -> str:
    """Of translations flatpak calls a deployment by its languages as well."""
    return computer.installed()[ref].partition("-")[0]


def languages_of(computer: ForeignComputer, ref: str) -> set[str]:
    """Those that are installed of a Locale extension."""
    files = computer.installation / ref / "active/files"
    return {name for name in os.listdir(files) if name != ".ref"} if files.exists() else set()


@pytest.mark.parametrize("scope", [USER, SYSTEM])
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("way", [by_install_sh, by_receive], ids=["install_sh", "receive"])
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.flatpak)
def test_each_gets_what_it_has_and_the_stick_has(
    release: Release,
    way: Callable[[ForeignComputer, Path], None],
    reader: str,
    scope: str,
    german: Made,
    newer: Made,
    tmp_path: Path,
) -> None:
    reads, gets = READERS[reader]
    sticks = german.stick.parent.parent
    computer = computer_of(release, scope, reads, sticks, tmp_path / "computer")

    way(computer, german.stick)

    assert computer.flatpak("run", "org.test.Hello") == OLD
    assert languages_of(computer, HELLO_LOCALE) == gets
    assert languages_of(computer, PLATFORM_LOCALE) == gets

    way(computer, newer.stick)

    assert computer.flatpak("run", "org.test.Hello") == NEW
    assert languages_of(computer, HELLO_LOCALE) == gets
    if gets:
        assert commit_of(computer, HELLO_LOCALE) == newer.upstream.refs[HELLO_LOCALE]


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.flatpak)
def test_flatpak_alone_takes_all_or_nothing(release: Release, german: Made, tmp_path: Path) -> None:
    """So START-HERE says which languages are there."""
    sticks = german.stick.parent.parent
    for number, (reads, gets) in enumerate([(("de",), {"de"}), (("de", "fr"), set())]):
        computer = computer_of(release, USER, reads, sticks, tmp_path / f"computer-{number}")
        by_sideloading(computer, german.stick)
        assert computer.flatpak("run", "org.test.Hello") == OLD
        assert languages_of(computer, HELLO_LOCALE) == gets


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.flatpak)
def test_what_was_there_in_more_languages(
    release: Release, german: Made, whole: Made, newer: Made, tmp_path: Path
) -> None:
    """An update in those that the stick has: the others would not fit the app any more."""
    sticks = german.stick.parent.parent
    computer = computer_of(release, USER, ("de", "fr"), sticks, tmp_path / "computer")
    by_install_sh(computer, whole.stick)
    assert languages_of(computer, HELLO_LOCALE) == {"de", "fr"}

    by_install_sh(computer, newer.stick)

    assert computer.flatpak("run", "org.test.Hello") == NEW
    assert "de" in languages_of(computer, HELLO_LOCALE)
    assert commit_of(computer, HELLO_LOCALE) == newer.upstream.refs[HELLO_LOCALE]
