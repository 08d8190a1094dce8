"""What a job does not touch never stops it: others' damage is named, and left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from app.ostree.objects import Commit, ObjectKind, ObjectName
from tests.stick import damage
from tests.stick.damage import HELLO, OTHER, Stick
from tests.upstream import Upstream

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def later(directory: Path, upstream: Upstream) -> Upstream:
    """Upstream went on with Hello, and no longer has Other."""
    without_other = upstream.copy(directory / "upstream-without-other")
    without_other.bump(HELLO)
    without_other.remove(OTHER)
    without_other.update()
    for path in (without_other.path / "objects").glob("*/*.commit*"):
        if path.name.startswith(upstream.refs[OTHER][2:]):
            path.unlink()
    return without_other


def commit(stick: Stick) -> Iterable[Path]:
    return [stick.commit_path(OTHER)]


def signatures(stick: Stick) -> Iterable[Path]:
    return [stick.signatures(OTHER)]


def tree(stick: Stick) -> Iterable[Path]:
    name = ObjectName(Commit.parse(stick.commit_path(OTHER).read_bytes()).tree, ObjectKind.DIRTREE)
    return [stick.path(name)]


def ref(stick: Stick) -> Iterable[Path]:
    return [stick.ref(OTHER)]


@pytest.mark.parametrize("what", [commit, signatures, tree, ref])
@pytest.mark.parametrize(
    "change",
    [damage.delete, damage.flip_middle, damage.garbage, damage.into_directory, damage.into_pipe],
)
def test_damage_of_another_app(
    stick: Stick,
    later: Upstream,
    stranger: Path,
    what: Callable[[Stick], Iterable[Path]],
    change: Callable[[Path], None],
) -> None:
    other = stick.commit(OTHER)
    for path in what(stick):
        change(path)
    remote = stick.root.parent / "later.flatpakrepo"
    remote.write_text(later.flatpakrepo(later.path.as_uri()))
    status, said = damage.run(
        stranger, "make", stick.root, "org.test.Hello", "--remote", remote, "--json"
    )
    last = json.loads(said.splitlines()[-1])
    assert status in (0, 1), said
    assert last["event"] == "finished", said
    assert stick.commit(HELLO) == later.refs[HELLO]
    assert not stick.satchel.joinpath("journal.json").exists()
    errors = {
        (finding["code"], finding["subject"])
        for finding in last["verify"]["findings"]
        if finding["severity"] == "error"
    }
    assert (status == 0) is not bool(errors)
    for code, subject in errors:
        named = "org.test.Other" in subject or other[:8] in subject
        assert named or code in {"object-missing", "object-corrupt"}, (code, subject)
