"""What else is made of a lock: install media, repositories of one's own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_key
from tests.media.locks.locks import (
    HELLO,
    JOURNEY,
    Builder,
    differences,
    elsewhere,
    forget_lists,
)
from tests.satchel import satchel
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough


@pytest.fixture
def builder(tmp_path: Path, own_upstream: Upstream) -> Builder:
    """Whose upstream has moved on since."""
    builder = Builder(tmp_path / "builder", own_upstream, own_upstream.path.as_uri())
    builder.lock("org.test.Hello")
    own_upstream.bump(HELLO)
    own_upstream.update()
    forget_lists(own_upstream)
    return builder


@pytest.mark.parametrize("layout", ["stick", "iso-root"])
def test_install_media(builder: Builder, tmp_path: Path, layout: str) -> None:
    trees = [tmp_path / "one", tmp_path / "far away" / "other"]
    for tree in trees:
        home = tmp_path / f"home-{tree.name}"
        home.mkdir()
        tree.parent.mkdir(exist_ok=True)
        satchel(
            *("media", tree, "--layout", layout, "--locked", builder.path, *builder.remote),
            home=home,
            env={"SOURCE_DATE_EPOCH": "1600000000"},
        )
    assert differences(*trees) == []
    assert {path.lstat().st_mtime for path in trees[0].rglob("*")} == {1_600_000_000}


@pytest.fixture
def publishing_key() -> Iterator[SigningKey]:
    key = kept_key("Maker <maker@example.org>")
    yield key
    key.close()


def test_a_repository_of_ones_own(
    builder: Builder, tmp_path: Path, publishing_key: SigningKey
) -> None:
    published = tmp_path / "published"
    said = satchel(
        *("publish", published, "--locked", builder.path, *builder.remote, "--json"),
        *("--collection-id", "org.example.School", "--sign-key", publishing_key.fingerprint),
        home=builder.home,
        env={"GNUPGHOME": publishing_key.homedir},
    )
    assert said.finished["ok"]
    # What was locked, without what upstream has put in since.
    listed = ["ostree", f"--repo={published}", "ls", "-R", HELLO, "/files/share"]
    there = subprocess.run(listed, check=True, capture_output=True, text=True).stdout
    assert "applications" in there
    assert "bump" not in there


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.tar", ()),
        ("a.iso", ("--layout", "iso-root")),
        ("a.img", ("--fs", "squashfs")),
        ("a.img", ("--fs", "ext4")),
        ("a.img", ("--fs", "exfat")),
    ],
)
def test_images(builder: Builder, tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    made = []
    for place in ("one", "other"):
        home, directory = tmp_path / f"home {place}", tmp_path / place
        home.mkdir()
        directory.mkdir()
        with elsewhere() if place == "other" else nullcontext():
            satchel(
                "media",
                "--image",
                directory / name,
                *options,
                "--locked",
                builder.path,
                *builder.remote,
                home=home,
                env=JOURNEY if place == "other" else {},
            )
        made.append((directory / name).read_bytes())
    assert made[0] == made[1]
