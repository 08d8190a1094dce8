"""What ``--as flatpak`` says is what the real flatpak installs, in all kinds of situations."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.resolving.world import Case, Computer, World, cases
from tests.satchel import satchel
from tests.servers import Server
from tests.upstream import Upstream

DEAD = "http://127.0.0.1:9/repo"

CHOSEN = (
    # Two sticks: the newer counts, the first of two as new.
    ("c|b|d||a", "c|a|b||", "c|a|b||a", "c|b|a||a", "b|b|d||", "b|d|b||", "c|d|b||a"),
    # Never back.
    ("b|b|a||c", "b|a|||b", "a|a|||c", "a|b|||b", "b|d|||b", "b||||c", "c||||c"),
    # Not upstream any more, not on any stick.
    ("|b|||", "c||||b", "|b|||a", "|b|||c", "c||||"),
    # Out of sync, or not described: flatpak does not look.
    ("c|b~|a||", "c|b-|a||", "c|c~|b||a", "b|b~|||"),
    # Partial, or not there.
    ("c|c?|b||", "b|b!|a||", "c|c?|||b", "b|a|b?||", "c|c!|||a", "a|a|c!||", "c||c?|b|"),
    # A list that lies about the time, or does not tell it.
    ("b|a>|b||", "c|b0|||a", "b|a>|b||b", "c|b0|a||", "c|b0|||c", "b|a>|||b"),
    # What a stick has beside what it lists.
    ("c|a+c|b||", "c||a+c||b", "c|a+c|||", "b|a+b|c||a"),
    # Three sticks.
    ("c|a|b|c|", "|a|b|d|", "c|c|b|a|", "c|b|c|c|a", "c|c?|b|c|"),
    # Names are not looked for in a stick's main list, which is that of the third.
    ("c|||c|", "|||b|a", "c|||b|a", "c|||c-|"),
)
_EACH = 2
"""So many of each kind are tried in the gate, which are those that differ most."""


def drawn(count: int, seed: int) -> tuple[str, ...]:
    """Any, of everything that can be written."""
    source = random.Random(seed)
    letters, marks = "abcd", ("", "", "", "", "~", "-", "?", "!", "0", ">", "+a", "+b", "+c")

    def stick() -> str:
        if source.random() < 0.3:
            return ""
        letter, mark = source.choice(letters), source.choice(marks)
        return letter if mark == f"+{letter}" else letter + mark

    return tuple(
        "|".join(
            (
                source.choice(("", *letters, "b", "c")),
                *(stick() for _ in range(3)),
                source.choice(("", "", *letters)),
            )
        )
        for _ in range(count)
    )


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([text for kind in CHOSEN for text in kind[:_EACH]], id="of each kind"),
        pytest.param(
            [text for kind in CHOSEN for text in kind], id="chosen", marks=pytest.mark.thorough
        ),
        pytest.param(drawn(300, 2), id="drawn", marks=pytest.mark.thorough),
    ],
)
def test_what_flatpak_installs(
    texts: Sequence[str], upstream_key: SigningKey, tmp_path: Path
) -> None:
    world = World(tmp_path / "world", Upstream(tmp_path / "upstream", upstream_key), cases(texts))
    with Server(world.upstream.path) as server:
        for online, url in ((True, server.url), (False, DEAD)):
            computer = Computer(Client(tmp_path / f"client-{online}"), world, url)
            told = _told(world, computer, online=online, home=tmp_path / f"home-{online}")
            _compare(world, computer, told)


def _told(world: World, computer: Computer, *, online: bool, home: Path) -> dict[str, Any]:
    """Ref → what satchel says; that nobody knows a ref is told at once for each."""
    home.mkdir()
    sticks = [word for stick in world.sticks for word in ("--stick", str(stick))]
    known = [case.ref for case in world.cases if _is_known(case, online=online)]
    done = satchel(
        *("resolve", "--json", "--as", "flatpak", "--remote", "up"),
        *("--online" if online else "--offline", *sticks, *known),
        home=home,
        env=computer.environment,
        check=False,
    )
    assert done.returncode in (0, 7), done.said
    return {entry["ref"]: entry for entry in done.json["refs"]}


def _is_known(case: Case, *, online: bool) -> bool:
    return any(case.sticks) or bool(case.installed) or (online and bool(case.upstream))


def _compare(world: World, computer: Computer, told: dict[str, Any]) -> None:
    before = computer.has()
    expected = {}
    changed = []
    for case in world.cases:
        entry = told.get(case.ref)
        outcome = entry["decision"]["outcome"] if entry is not None else "unavailable"
        version = entry["decision"]["version"] if entry is not None else None
        expected[case.text, case.ref] = world.letter(version["commit"] if version else None)
        if outcome in {"install", "update"}:
            changed.append(case.ref)
            assert expected[case.text, case.ref] != before.get(case.ref, "")
    # One that fails ends all of them; so what has not come is asked for again, alone.
    computer.take(*changed)
    has = computer.has()
    said = {
        case.text: computer.take(case.ref)
        for case in world.cases
        if case.ref not in changed or has.get(case.ref, "") != expected[case.text, case.ref]
    }
    has = computer.has()
    wrong = {
        (text, letter, has.get(ref, ""), said.get(text))
        for (text, ref), letter in expected.items()
        if has.get(ref, "") != letter
    }
    assert wrong == set()
