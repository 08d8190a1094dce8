"""What a drive or an upstream says reaches nobody's terminal, page or file as it stands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.upstream import Upstream, host_arch

EVIL = "\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\r\n\u2028FAKE: Sound (all is well)."
FORBIDDEN = frozenset("\x1b\x07\x9b\u202e\u2066\r\u2028\x85")
ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
LONG = "a" * 100_000


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello", eol=f"{EVIL}{LONG}", files={f"share/{EVIL[:10]}": "x"})
    upstream.update()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, upstream_key: SigningKey) -> Iterator[Path]:
    """A home, a drive and a remote, all of whose words are hostile."""
    directory = tmp_path_factory.mktemp("words")
    upstream = kept_upstream(directory / "upstream", upstream_key, fill)
    text = upstream.flatpakrepo(upstream.path.as_uri())
    evil = EVIL.replace("\r\n", " ").replace("\u2028", " ")
    lines = [line for line in text.splitlines() if not line.startswith("Title=")]
    lines.insert(1, f"Title={evil}{'b' * 3000}")
    (directory / "evil.flatpakrepo").write_text("\n".join(lines) + "\n")
    (directory / "home").mkdir()
    (directory / "drive").mkdir()
    yield directory
    shutil.rmtree(directory)


def run(place: Path, *arguments: str | Path, check: bool | int = False) -> Done:
    done = satchel(*arguments, home=place / "home", check=check)
    seen = set(done.said) & FORBIDDEN
    assert not seen, (arguments, seen)
    assert not [line for line in done.said.splitlines() if line.startswith("FAKE")]
    return done


@pytest.mark.parametrize("json_too", [(), ("--json",)])
def test_an_upstream_that_says_such_things(place: Path, json_too: tuple[str, ...]) -> None:
    remote = ("--remote", place / "evil.flatpakrepo")
    for words in (
        ("search", "hello"),
        ("info", "org.test.Hello"),
        ("plan", place / "drive", "org.test.Hello"),
    ):
        done = run(place, *words, *remote, *json_too)
        assert len(done.said) < 100_000, words
    done = run(place, "make", place / "drive", "org.test.Hello", *remote, "--yes", *json_too)
    assert len(done.said) < 100_000


def test_the_files_that_are_written(place: Path) -> None:
    remote = ("--remote", place / "evil.flatpakrepo")
    run(place, "make", place / "drive", "org.test.Hello", *remote, "--yes")
    for ending in ("html", "json"):
        report = place / f"report.{ending}"
        run(place, "verify", place / "drive", "--trust-drive-keys", "--report", report)
        text = report.read_text()
        assert not set(text) & FORBIDDEN, ending
        assert len(text) < 200_000
    for name in ("START-HERE.html", "contents.tsv"):
        text = (place / "drive/satchel" / name).read_text()
        assert not set(text) & FORBIDDEN, name
        assert len(text) < 200_000


@pytest.mark.parametrize("json_too", [(), ("--json",)])
def test_a_drive_that_says_such_things(place: Path, json_too: tuple[str, ...]) -> None:
    remote = ("--remote", place / "evil.flatpakrepo")
    run(place, "make", place / "drive", "org.test.Hello", *remote, "--yes")
    drive = place / f"evil{json_too}"
    shutil.copytree(place / "drive", drive, symlinks=True)
    repository = drive / ".ostree/repo"
    name = EVIL.replace("/", "_")[:60]
    (drive / "satchel" / name).write_text("x")
    (repository / "refs/mirrors" / name).mkdir()
    (repository / "refs/mirrors" / name / name).write_text("0" * 64)
    (repository / name).symlink_to("/")
    (repository / "extensions/satchel" / name).mkdir()
    (repository / "extensions/satchel" / name / name).symlink_to("/")
    (drive / ".ostree/repos.d").mkdir()
    (drive / ".ostree/repos.d" / name).symlink_to("/")
    config = repository / "config"
    config.write_text(config.read_text() + f"{name}={EVIL}\n".replace("\r\n", " "))
    for words in (
        ("verify", drive, "--trust-drive-keys"),
        ("inspect", drive, "--sizes"),
        ("plan", drive, "org.test.Hello", *remote),
        ("make", drive, "org.test.Hello", *remote, "--yes"),
    ):
        done = run(place, *words, *json_too)
        assert len(done.said) < 200_000, words
        for line in done.stdout.splitlines() if json_too else ():
            json.loads(line)
