"""What is installed here with some of its languages only."""

from __future__ import annotations

import pytest

from tests.stick.person import LOCALE, Person

pytestmark = pytest.mark.slow


def test_a_plan_says_how_the_languages_that_are_here_come_along(person: Person) -> None:
    """Without any chosen a drive has all of them, which nobody here has."""
    person.client.run("uninstall", "--user", "-y", "org.test.Hello")
    person.client.run("uninstall", "--user", "-y", "--unused")
    person.client.languages("de")
    person.client.install("school", "org.test.Hello")
    person.disconnect()
    words = ("org.test.Hello", "--from-installed", "--offline")
    said = person.run("plan", "drive", *words).stdout
    print(said)
    assert "org.test.Hello.Locale" in said
    assert "--language de" in said
    done = person.make("drive", *words, "--language", "de")
    assert LOCALE in person.commits("drive")
    assert done.finished["ok"]
