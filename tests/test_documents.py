"""What the pages for maintainers name is there, and what points at them finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.satchel import ROOT

DECISIONS = ROOT / "app/DECISIONS.md"
PAGES = (
    ROOT / "app/README.md",
    ROOT / "app/ROOMS.md",
    ROOT / "ui/README.md",
    DECISIONS,
    ROOT / "app/stick/store/FORMAT.md",
    ROOT / "app/stick/choices/FORMAT.md",
    ROOT / "app/media/locks/LOCK.md",
    ROOT / "CONTRIBUTING.md",
)


def decisions() -> list[int]:
    before, _, section = DECISIONS.read_text("utf-8").partition("\n## Decisions\n")
    section, _, after = section.partition("\n## ")
    assert not re.search(r"^- D\d+ ", before + after, re.MULTILINE), "one is in another section"
    assert section.count("\n- ") == len(re.findall(r"^- D\d+ \*\*", section, re.MULTILINE))
    return [int(number) for number in re.findall(r"^- D(\d+) \*\*", section, re.MULTILINE)]


def sources() -> Iterator[Path]:
    for place in ("app", "ui", "packaging", "tests"):
        for path in (ROOT / place).rglob("*"):
            if path.suffix in (".py", ".md", ".sh") or (path.is_file() and not path.suffix):
                yield path


def test_decisions_are_numbered_in_order() -> None:
    numbers = decisions()

    assert numbers == list(range(1, len(numbers) + 1))


def test_pointers_lead_to_decisions() -> None:
    pointers = {
        int(number)
        for path in sources()
        for number in re.findall(r"\bdecision D(\d+)\b", path.read_text("utf-8"))
    }

    assert pointers
    assert pointers <= set(decisions())


def is_there(name: str, directory: Path) -> bool:
    """Capitals may stand for what differs."""
    pattern = re.sub("[A-Z]{2,}", "*", name)
    places = (directory, ROOT / "app", ROOT / "ui", ROOT)
    return any((place / name).exists() or any(place.glob(pattern)) for place in places)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_files_that_pages_name_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = set(re.findall(r"`((?:[\w.-]+/)*[\w.-]+\.py)`", text))
    named |= set(re.findall(r"`((?:packaging|tests|app|ui)/[\w./-]+)`", text))
    named |= set(re.findall(r"\]\(([^)#:]+)\)", text))

    assert named
    assert [name for name in sorted(named) if not is_there(name, page.parent)] == []


@pytest.mark.parametrize("page", ["app/ROOMS.md", "ui/README.md"])
def test_rooms_and_modules_that_tables_name_are_there(page: str) -> None:
    here = (path for place in ("app", "ui", "resources") for path in (ROOT / place).rglob("*"))
    there = {path.stem for path in here} | {"app", "ui", "resources"}
    rows = [line for line in (ROOT / page).read_text("utf-8").splitlines() if line[:1] == "|"]
    named = {
        step
        for row in rows
        for name in re.findall(r"`([a-z_/]+)`", row)
        for step in name.strip("/").split("/")
    }

    assert len(named) > 20
    assert named - there == set()
