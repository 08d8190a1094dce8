"""Of several drives: what is told of each beforehand, what then is said, and what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.units import size_text
from tests.satchel import Done
from tests.stick.amounts import Before, Change, is_told
from tests.stick.several.conftest import School

TRUST = ("--trust-drive-keys", "--yes")

pytestmark = pytest.mark.thorough


def plans(done: Done) -> list[dict[str, Any]]:
    """One a line."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def changes(places: list[Path], before: list[Before], told: list[Any], done: Done) -> list[Change]:
    drives = done.finished["drives"]
    assert [Path(each["target"]) for each in told] == places
    assert [Path(each["target"]) for each in drives] == places
    return [
        each.change(plan, drive) for each, plan, drive in zip(before, told, drives, strict=True)
    ]


def assert_told(found: list[Change], said: str) -> None:
    """Of each, and of all: what several lack comes once."""
    assert found
    for change in found:
        change.assert_told_each()
    together = re.findall(r"^Together: (.*) to download", said, re.MULTILINE)
    downloaded = sum(each.finished["bytes"] - each.finished["kept"] for each in found)
    assert together == [size_text(downloaded)]


def test_of_making(school: School) -> None:
    """One has an app already. How large new ones are upstream says, and nothing of their names."""
    places = school.directories(3)
    school.make(places[:1], "org.test.Other")
    also = [word for place in places[1:] for word in ("--also", place)]
    words = ("org.test.Hello", "--keep-versions", "--remote", school.remote)
    told = [school.satchel("plan", place, *words, "--json").json for place in places]
    before = [Before.of(place) for place in places]
    done = school.satchel("make", places[0], *also, *words, "--json")
    for each in changes(places, before, told, done):
        came = sum(size for path, size in each.came.items() if is_told(path)) - sum(each.written)
        assert each.finished["bytes"] == came
        assert each.estimate["fetch"] == pytest.approx(came, rel=0.01)


def test_of_updates(school: School) -> None:
    """One of them has nothing that is newer."""
    places = school.directories(3)
    school.make(places[:2], "org.test.Hello")
    school.make(places[2:], "org.test.Other")
    school.publish()
    words: tuple[str | Path, ...] = ("update", *places, "--remote", school.remote)
    told = plans(school.satchel(*words, "--dry-run", "--json"))
    said = school.satchel(*words, "--dry-run").stdout
    before = [Before.of(place) for place in places]
    done = school.satchel(*words, "--json")
    found = changes(places, before, told, done)
    assert [each.finished["bytes"] > 0 for each in found] == [True, True, False]
    for each in found:
        each.assert_told_what_went(school.directory)
    assert_told(found, said)
    assert said.count("Newer on") == 2
    assert f"The apps on {places[2]} are the newest there are." in said


def test_of_copies(school: School) -> None:
    """One of them has an older copy."""
    old, source, *places = school.directories(4)
    school.make([old], "org.test.Hello", "org.test.Other")
    school.satchel("clone", old, places[0], *TRUST)
    school.publish()
    school.make([source], "org.test.Hello", "org.test.Other")
    before = [Before.of(place) for place in places]
    said = school.satchel("clone", source, *places, *TRUST).stdout
    told = re.findall(r"→ (.*): ([\d,]+) objects to copy \((.*)\)", said)
    done = re.findall(r"Copied ([\d,]+) objects \((.*)\) to (.*) in", said)
    assert len(told) == len(places)
    assert sorted(told) == sorted((place, count, size) for count, size, place in done)
    counts = {place: int(count.replace(",", "")) for place, count, _ in told}
    for each in before:
        came = [path for path in each.change({}, {}).came if "/objects/" in path]
        assert counts[str(each.drive)] == len([path for path in came if is_told(path)])
