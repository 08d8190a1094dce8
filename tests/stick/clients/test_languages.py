"""A computer gets the languages that it has and the stick has; more in matrix/test_languages.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.clients.sticks import HELLO_LOCALE, OLD, PLATFORM_LOCALE, install_sh
from tests.stick.makers import make
from tests.stick.receiving.computers import USER, Computer
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow


def test_german_for_somebody_who_reads_french_too(
    default_upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    """By itself flatpak would take no translations at all from a stick in German."""
    stick = tmp_path / "stick"
    make(default_upstream, stick, "org.test.Hello", "--language", "de", home=tmp_path / "home")
    client.languages("de", "fr")

    said = install_sh(client, stick, "--user")

    assert client.flatpak_run("org.test.Hello") == OLD
    for ref in (HELLO_LOCALE, PLATFORM_LOCALE):
        there = {path.name for path in client.location(ref).iterdir()}
        assert there - {".ref"} == {"de"}
    assert "Translations that are not on this drive: fr." in said
    assert "Warning" not in said
    assert client.run("pin", "--user").stdout.split() == []
    german = "/app/share/locale/de/LC_MESSAGES/org.test.Hello.txt"
    assert client.flatpak_run("org.test.Hello", german, command="cat") == "org.test.Hello in de\n"


@pytest.mark.thorough
def test_nothing_is_missing_for_somebody_who_reads_english(
    default_upstream: Upstream, client: Client, tmp_path: Path, upstream_key: SigningKey
) -> None:
    """Apps are in English by themselves, whatever translations the stick has."""
    stick = tmp_path / "stick"
    make(default_upstream, stick, "org.test.Hello", "--language", "de", home=tmp_path / "home")
    client.languages("en")
    computer = Computer(client.directory, USER, client)
    computer.knows(upstream_key)
    told = computer.receive(stick, "--json").finished
    assert {each["result"] for each in told["refs"]} == {"installed"}


CHINESE = ("zh", "zh_CN", "zh_TW")


def fill_chinese(upstream: Upstream) -> None:
    """As few do: flatpak-builder puts all of them below ``zh``."""
    upstream.add_runtime(languages=("de", "en", "fr", *CHINESE))
    upstream.add_app("org.test.Hello", languages=("de", "en", "fr", *CHINESE))
    upstream.update()


@pytest.mark.thorough
@pytest.mark.parametrize("chosen", [("zh",), ("zh_TW",), ("zh-Hant",), ("de", "zh_CN")])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("languages", "zh"),
        ("languages", "zh_CN"),
        ("languages", "fr;zh_CN"),
        ("extra-languages", "zh_TW.UTF-8"),
    ],
)
def test_chinese_as_flatpak_decides(
    upstream_key: SigningKey, tmp_path: Path, chosen: tuple[str, ...], key: str, value: str
) -> None:
    """Online and from the drive a computer gets the same directories: flatpak cuts its own
    languages before the country, and takes what somebody has set to the letter."""
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill_chinese, COLLECTION)
    stick = tmp_path / "stick"
    words = [word for language in chosen for word in ("--language", language)]
    make(upstream, stick, "org.test.Hello", *words, home=tmp_path / "home")
    online, client = Client(tmp_path / "online"), Client(tmp_path / "client")
    for each in (online, client):
        config = each.repo / "config"
        each.run("remotes", "--user")
        config.write_text(config.read_text().replace("[core]\n", f"[core]\nxa.{key}={value}\n"))
    online.remote_add("up", upstream.path.as_uri(), upstream_key.public, COLLECTION)
    online.install("up", "org.test.Hello")
    install_sh(client, stick, "--user")
    offline = Computer(tmp_path / "computer")
    offline.flatpak("remotes")
    settings = offline.client.repo / "config"
    settings.write_text(settings.read_text().replace("[core]\n", f"[core]\nxa.{key}={value}\n"))
    offline.knows(upstream_key)
    offline.receive(stick)
    said = [
        {path.name for path in each.location(HELLO_LOCALE).iterdir()} - {".ref"}
        if HELLO_LOCALE in each.installed()
        else set()
        for each in (online, client, offline.client)
    ]
    assert said[0] & set(CHINESE)
    assert said[1] == said[2] == said[0] - {"fr"}, said
