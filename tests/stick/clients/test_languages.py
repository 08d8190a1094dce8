"""A computer gets the languages that it has and the stick has; more in matrix/test_languages.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.stick.clients.sticks import HELLO_LOCALE, OLD, PLATFORM_LOCALE, install_sh
from tests.stick.makers import make
from tests.stick.receiving.computers import USER, Computer
from tests.upstream import Upstream

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
