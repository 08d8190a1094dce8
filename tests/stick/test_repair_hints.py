"""What a repair says of what it leaves: never that a repair puts it in order."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.satchel import satchel
from tests.stick.damage import HELLO, METADATA, RUNTIME, Stick, delete, flip_middle
from tests.upstream import Upstream

TRUST = "--trust-drive-keys"
AGAIN = "Run satchel repair: "


def told(unhealed: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {tuple(each[key] for key in ("code", "subject", "means", "hint")) for each in unhealed}


def _object_gone(stick: Stick) -> None:
    delete(stick.path(stick.object("filez")))


def _object_damaged(stick: Stick) -> None:
    flip_middle(stick.path(stick.object("dirtree")))


def _commit_gone(stick: Stick) -> None:
    delete(stick.commit_path(RUNTIME))


def _signatures_gone(stick: Stick) -> None:
    delete(stick.signatures(HELLO))


def _metadata_unsigned(stick: Stick) -> None:
    delete(stick.signatures(METADATA))


def _lists_gone(stick: Stick) -> None:
    shutil.rmtree(stick.upstream)


def _lists_damaged(stick: Stick) -> None:
    flip_middle(stick.sub_summary)


def _keys_emptied(stick: Stick) -> None:
    for path in stick.key_files:
        path.write_bytes(b"")


CASES = (
    *(_object_gone, _object_damaged, _commit_gone, _signatures_gone, _metadata_unsigned),
    *(_lists_gone, _lists_damaged, _keys_emptied),
)


@pytest.mark.parametrize("damage", CASES)
def test_without_its_source(damage: Callable[[Stick], None], stick: Stick, stranger: Path) -> None:
    """The plan says the same, and both name what would help: the source, or another drive."""
    damage(stick)
    words = ("repair", stick.root, TRUST)
    plan = satchel(*words, "--dry-run", "--json", home=stranger).json
    said = satchel(*words, "--dry-run", home=stranger).said
    done = satchel(*words, "--yes", "--json", home=stranger, check=False).finished
    assert told(plan["unhealed"]) == told(done["unhealed"])
    for each in done["unhealed"]:
        assert each["hint"], each
        assert AGAIN not in each["hint"], each
        assert each["hint"] in " ".join(said.split())
    assert not any(AGAIN in each["hint"] for each in done["verify"]["findings"])


def test_what_its_source_does_not_have_either(
    stick: Stick, upstream: Upstream, stranger: Path, tmp_path: Path
) -> None:
    """The key that signs there is another one by now."""
    delete(stick.signatures(HELLO))
    later = upstream.copy(tmp_path / "later")
    (later.path / "objects" / stick.object("commit").path).with_suffix(".commitmeta").unlink()
    remote = tmp_path / "test.flatpakrepo"
    remote.write_text(later.flatpakrepo(later.path.as_uri()))
    words = ("repair", stick.root, "--remote", remote, "--yes", "--json")
    done = satchel(*words, home=stranger, check=False)
    left = done.finished["unhealed"]
    assert left
    assert not any(AGAIN in each["hint"] for each in left)
