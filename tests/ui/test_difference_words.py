"""What differs between two drives, in people's words."""

from __future__ import annotations

import pytest

from app.stick.comparing.difference import Held, Side, compare
from ui.models.difference_words import DifferenceSummary, summary_of

pytestmark = pytest.mark.usefixtures("qapp")

MAY, JUNE = 1_778_000_000, 1_781_000_000


def app(name: str) -> tuple[str, str]:
    return "org.test", f"app/org.test.{name}/x86_64/stable"


PART = ("org.test", "runtime/org.test.Platform/x86_64/1")
LIST = ("org.test", "appstream2/x86_64")


def summary(
    first: dict[tuple[str, str], Held], second: dict[tuple[str, str], Held], other: str = "SMALL"
) -> DifferenceSummary:
    names = {app(name): name for name in ("Maps", "Chess", "Paint", "Music")}
    return summary_of(compare(Side("CLASSROOM", first, names), Side(other, second, names)))


def rows(told: DifferenceSummary) -> dict[str, list[tuple[str, str]]]:
    return {group.heading: [(row.name, row.text) for row in group.rows] for group in told.groups}


def test_each_way_to_differ_has_its_heading_the_most_urgent_first() -> None:
    told = summary(
        {
            app("Maps"): Held("a", MAY, "4.1"),
            app("Chess"): Held("b", MAY, "1.0"),
            app("Paint"): Held("c", MAY, "5.2", whole=False),
        },
        {
            app("Maps"): Held("d", JUNE, "4.3"),
            app("Paint"): Held("c", MAY, "5.2"),
            app("Music"): Held("e", MAY, "2.0"),
        },
    )
    assert told.headline == "4 of 4 app(s) differ(s)"
    assert rows(told) == {
        "Damaged": [("Paint", "Not all of it is whole on CLASSROOM")],
        "Newer on SMALL": [("Maps", "4.1 → 4.3")],
        "Only on CLASSROOM": [("Chess", "1.0")],
        "Only on SMALL": [("Music", "2.0")],
    }
    assert next(iter(rows(told))) == "Damaged"


def test_without_versions_days_tell_them_apart() -> None:
    told = summary({app("Maps"): Held("a", MAY, "4.1")}, {app("Maps"): Held("b", JUNE, "4.1")})
    [[(_, text)]] = rows(told).values()
    before, after = text.split(" → ")
    assert before != after
    assert before.startswith("4.1 of ")


def test_nothing_differs() -> None:
    same = {app("Maps"): Held("a", MAY), PART: Held("p", MAY)}
    assert summary(same, same).headline == "Both hold the same"
    assert summary(same, same).same
    assert summary(same, same, "").headline == "All of it is the newest"


def test_what_is_no_app_is_counted_and_lists_are_not() -> None:
    first = {app("Maps"): Held("a", MAY), PART: Held("p", MAY), LIST: Held("l", MAY)}
    told = summary(first, {**first, LIST: Held("m", JUNE)})
    assert told.same
    told = summary(first, {**first, PART: Held("q", JUNE)})
    assert told.headline == "The apps are the same"
    assert told.beside == "1 part(s) that apps need differ(s)."


def test_the_internet_is_called_so() -> None:
    told = summary({app("Maps"): Held("a", MAY, "4.1")}, {app("Maps"): Held("b", JUNE, "4.3")}, "")
    assert list(rows(told)) == ["Newer on the internet"]
