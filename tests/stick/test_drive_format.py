"""FORMAT.md is what sticks are like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.message import Message
from app.stick.store.journal import Journal
from app.stick.store.record import CollectionRecord, LeftOut, RefRecord, StickRecord
from tests.satchel import ROOT

TEXT = (ROOT / "app/stick/store/FORMAT.md").read_text("utf-8")
GAPS = {
    **dict.fromkeys(("XX", "CHECKSUM", "KIND", "COLLECTION", "DIGEST", "REMOTE"), "[^/]+"),
    **dict.fromkeys(("REF", "NAME"), ".+"),
}
"""What capitals stand for."""


def described() -> dict[str, bool]:
    """Paths with their capitals, and whether every stick has them."""
    block = TEXT.split("```")[1].strip()
    lines = (re.split(r"\s{2,}", line, maxsplit=1) for line in block.splitlines())
    return {path: not condition for path, *condition in lines}


def pattern(path: str) -> re.Pattern[str]:
    return re.compile(
        "".join(GAPS.get(word, re.escape(word)) for word in re.split(r"([A-Z]+)", path))
    )


def files(drive: Path) -> Iterable[str]:
    return (str(path.relative_to(drive)) for path in drive.rglob("*") if not path.is_dir())


def table(section: str, first: str = "key") -> set[str]:
    """The keys in a table of a section, known by the first word of its head."""
    _, _, text = TEXT.partition(f"## {section}")
    _, _, rows = text.partition(f"| {first} |")
    cells = (row.split(" | ")[0] for row in rows.split("\n\n")[0].splitlines()[2:])
    return {key for cell in cells for key in re.findall("`([^`]+)`", cell)}


def of(kind: type[Any]) -> set[str]:
    """The keys of a value of this kind; a message has three."""
    fields = kind.__annotations__
    messages = [name for name, words in fields.items() if words in (Message, "Message")]
    parts = {f"{name}_{part}" for name in messages for part in ("id", "args")}
    return fields.keys() | parts


def test_every_file_of_a_stick_is_described(good: Path, warned: Path) -> None:
    patterns = [pattern(path) for path in described()]
    for drive in (good, warned):
        for path in files(drive):
            assert any(known.fullmatch(path) for known in patterns), path


def test_what_every_stick_has_is_there(good: Path, warned: Path) -> None:
    for drive in (good, warned):
        there = list(files(drive))
        for path, always in described().items():
            if always:
                assert any(map(pattern(path).fullmatch, there)), path


def test_the_keys_of_the_record_are_described(warned: Path) -> None:
    data = json.loads((warned / ".ostree/repo/extensions/satchel/stick.json").read_bytes())
    collections = list(data["collections"].values())
    refs = [entry for names in data["refs"].values() for entry in names.values()]
    section = "`stick.json`"
    for described_keys, kind, written in (
        (table(section) - {"version"}, StickRecord, [data]),
        (table(section, "key in `collections`"), CollectionRecord, collections),
        (table(section, "key in `refs`"), RefRecord, refs),
        (table(section, "key in `left_out`"), LeftOut, data["left_out"]),
    ):
        assert described_keys == of(kind)
        assert written
        assert all(entry.keys() - {"version"} == of(kind) for entry in written)


def test_the_keys_of_the_journal_are_described() -> None:
    assert table("`journal.json`") == of(Journal) | {"version"}


def test_the_facts_for_installers_are_described(warned: Path) -> None:
    lines = (warned / "satchel/contents.tsv").read_text("utf-8").splitlines()

    assert {line.partition("\t")[0] for line in lines} <= table("The kit", "first field")
