"""``satchel resolve`` says where nobody vouches for what a drive has."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.stick.makers import REPO
from tests.stick.nameless.conftest import carried, fill
from tests.stick.nameless.sticks import OTHER, Made
from tests.stick.receiving.computers import Computer
from tests.upstream import COLLECTION

pytestmark = pytest.mark.slow


def resolve(computer: Computer, *words: str | Path, check: int = 0) -> Done:
    computer.home.mkdir(exist_ok=True)
    variables = computer.client.environment
    return satchel("resolve", *words, home=computer.home, env=variables, check=check)


def signatures(drive: Path, made: Made, ref: str) -> Path:
    name = ObjectName(made.upstream.refs[ref], ObjectKind.COMMITMETA)
    return drive / REPO / "objects" / name.path


@pytest.fixture
def signing(upstream_key: SigningKey, tmp_path: Path) -> Made:
    return carried(kept_upstream(tmp_path / "up", upstream_key, fill, COLLECTION), tmp_path)


def test_a_commit_that_has_lost_its_signature(
    signing: Made, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """flatpak sideloads it without a word."""
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    signed = tmp_path / "signed"
    shutil.copytree(signing.drive, signed, symlinks=True)
    signatures(signing.drive, signing, OTHER).unlink()
    words = ("--remote", "up", OTHER)
    for drive, lost in ((signing.drive, True), (signed, False)):
        done = resolve(computer, *words, "--stick", drive, "--json")
        (entry,) = done.json["refs"]
        assert entry["unsigned"] is lost
        assert [each["unsigned"] for each in entry["decision"]["in_hand"]] == [lost]
        assert (f"Nobody vouches for {OTHER} on {drive}" in " ".join(done.stderr.split())) is lost
    done = resolve(computer, *words, "--stick", signing.drive)
    assert f"on {signing.drive}, nobody vouches for it" in done.stdout
    assert "--allow-unsigned" in done.stderr
    # What flatpak takes is what is told: of two drives the first.
    both = ("--stick", signed, "--stick", signing.drive)
    (entry,) = resolve(computer, *words, *both, "--json").json["refs"]
    assert not entry["unsigned"]
    assert [each["unsigned"] for each in entry["decision"]["in_hand"]] == [False, True]
    computer.flatpak("install", "-y", f"--sideload-repo={signing.drive}", "up", OTHER)


@pytest.mark.parametrize("signed", [True, False])
def test_a_source_without_a_collection(
    upstream_key: SigningKey, tmp_path: Path, *, signed: bool
) -> None:
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill, "", signed=signed)
    made = carried(upstream, tmp_path)
    if signed:
        signatures(made.drive, made, OTHER).unlink()
    done = resolve(
        Computer(tmp_path / "computer"),
        OTHER,
        "--stick",
        made.drive,
        "--json",
        "--offline",
        check=7,
    )
    (entry,) = done.json["refs"]
    # Nothing comes of it.
    assert not entry["unsigned"]
    assert [each["unsigned"] for each in entry["decision"]["in_hand"]] == [True]
    said = " ".join(done.stderr.split())
    if signed:
        assert f"The signature of {OTHER} is missing on {made.drive}" in said
    else:
        assert f"Nobody vouches for {OTHER} on {made.drive}: there is no key of its source" in said
        assert "--allow-unsigned" in said
