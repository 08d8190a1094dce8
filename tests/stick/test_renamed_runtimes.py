"""Runtimes that get another name while a drive has apps that look for the old one."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.conftest import make
from tests.stick.damage import ARCH, HELLO, OTHER, RUNTIME
from tests.stick.makers import findings
from tests.stick.receiving.computers import Computer
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

NEW = RUNTIME.replace("/1", "/2")
LOCALE = RUNTIME.replace("Platform/", "Platform.Locale/")
THOROUGH = pytest.mark.thorough


class Drive:
    """With Hello or ``words``, from before the runtime was renamed, for which a newer Hello asks
    still."""

    def __init__(
        self, directory: Path, source: Upstream, *words: str, languages: Sequence[str] = ()
    ) -> None:
        """``languages``: of the runtime by its new name."""
        self.source = source
        self.directory = directory / "made"
        self.path = make(self.directory, source, *(words or ("org.test.Hello",)))
        self.before = self.refs
        assert source.add_runtime(branch="2", runnable=False, languages=languages) == NEW
        source.republish(RUNTIME, f"--add-metadata-string=ostree.endoflife-rebase={NEW}")
        source.bump(HELLO)
        source.update()

    @property
    def home(self) -> Path:
        return self.directory / "home"

    @property
    def refs(self) -> dict[str, str]:
        top = self.path / ".ostree/repo/refs/mirrors" / COLLECTION
        files = (path for path in top.rglob("*") if path.is_file())
        return {str(path.relative_to(top)): path.read_text().strip() for path in files}

    def languages(self, ref: str) -> list[str] | None:
        """The only ones that it is there in, as is written down."""
        record = json.loads((self.path / ".ostree/repo/extensions/satchel/stick.json").read_bytes())
        told: list[str] | None = record["refs"][COLLECTION][ref]["languages"]
        return told

    def run(self, verb: str, *words: str) -> dict[str, Any]:
        remote = self.directory / "test.flatpakrepo"
        options = ("--remote", remote, "--yes", "--json")
        finished: dict[str, Any] = satchel(
            verb, self.path, *words, *options, home=self.home
        ).finished
        assert finished.get("verify", {"ok": True})["ok"]
        return finished

    @property
    def told(self) -> dict[str, list[str]]:
        return findings(self.path, home=self.home)


@pytest.fixture
def drive(upstream: Upstream, tmp_path: Path) -> Drive:
    return Drive(tmp_path, upstream.copy(tmp_path / "upstream"))


@pytest.mark.parametrize("how", ["install.sh", pytest.param("flatpak", marks=THOROUGH)])
def test_an_update_leaves_it_to_the_apps_that_look_for_it(
    drive: Drive, client: Client, upstream_key: SigningKey, how: str
) -> None:
    """flatpak would install the new name, and the app would not start with that."""
    drive.run("update")
    assert drive.refs[HELLO] == drive.source.commit(HELLO) != drive.before[HELLO]
    assert drive.refs[RUNTIME] == drive.before[RUNTIME]
    assert NEW not in drive.refs
    assert "end-of-life" not in drive.told
    assert drive.run("update")["changed"] is False
    if how == "flatpak":
        client.remote_add("up", "http://127.0.0.1:9/", upstream_key.public, COLLECTION, check=False)
        client.install("up", "org.test.Hello", sideload=drive.path / ".ostree/repo")
    else:
        subprocess.run(
            ["sh", drive.path / "satchel/install.sh", "--user"],
            env=client.environment,
            stdin=subprocess.DEVNULL,
            check=True,
        )
    installed = client.installed()
    assert installed[HELLO] == drive.refs[HELLO]
    assert installed[RUNTIME] == drive.refs[RUNTIME]


@pytest.mark.parametrize("how", ["install.sh", "receive"])
def test_nobody_is_brought_the_new_name_in_its_place(
    upstream: Upstream, upstream_key: SigningKey, tmp_path: Path, how: str
) -> None:
    """The list that goes along has it, for which flatpak would look with an app that asks for the
    old one."""
    source = upstream.copy(tmp_path / "upstream")
    drive = Drive(tmp_path, source, "org.test.Hello", "org.test.Other", languages=("de",))
    drive.run("update")
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    if how == "receive":
        said = computer.receive(drive.path, "--yes").said
    else:
        said = subprocess.run(
            ["sh", drive.path / "satchel/install.sh", "--user"],
            env=computer.client.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        ).stdout
    assert NEW not in said
    installed = computer.installed()
    assert {installed[each] for each in (HELLO, OTHER, RUNTIME)} == {
        drive.refs[each] for each in (HELLO, OTHER, RUNTIME)
    }


def test_it_is_said(drive: Drive) -> None:
    said = satchel(
        "update", drive.path, "--remote", drive.directory / "test.flatpakrepo", "--dry-run",
        home=drive.home,
    ).stdout  # fmt: skip
    assert f"has renamed it to {NEW}" in " ".join(said.split())


def test_no_check_advises_another_update(drive: Drive) -> None:
    drive.run("update")
    report = satchel("verify", drive.path, "--json", home=drive.home, check=False).json
    hints = {
        each["subject"]: each["hint"]
        for each in report["findings"]
        if each["code"] == "upstream-newer"
    }
    assert "old name" in hints[RUNTIME]


def test_another_app_that_looks_for_it_finds_it_too(drive: Drive) -> None:
    drive.run("make", "org.test.Other")
    assert drive.refs[RUNTIME] == drive.before[RUNTIME]
    assert OTHER in drive.refs
    assert "end-of-life" not in drive.told


@THOROUGH
def test_it_goes_when_nothing_looks_for_it(drive: Drive) -> None:
    drive.source.add_app("org.test.Third", runtime="org.test.Platform//2")
    drive.source.update()
    drive.run("make", "org.test.Third")
    assert {RUNTIME, NEW} <= drive.refs.keys()
    satchel("remove", drive.path, "org.test.Hello", "--yes", home=drive.home)
    assert RUNTIME not in drive.refs
    assert f"app/org.test.Third/{ARCH}/stable" in drive.refs
    assert "end-of-life" not in drive.told


class TestWhatBelongsToIt:
    """Translations, drivers: they stay its own."""

    @pytest.mark.parametrize("verb", ["update", pytest.param("make", marks=THOROUGH)])
    def test_it_gets_newer(self, drive: Drive, verb: str) -> None:
        newer = drive.source.bump(LOCALE)
        drive.source.update()
        drive.run(verb, *(["org.test.Other"] if verb == "make" else []))
        assert drive.refs[LOCALE] == newer
        assert drive.refs[RUNTIME] == drive.before[RUNTIME]

    @pytest.mark.parametrize("verb", ["update", "make"])
    def test_other_languages_come(
        self, default_upstream: Upstream, tmp_path: Path, verb: str
    ) -> None:
        source = default_upstream.copy(tmp_path / "upstream")
        drive = Drive(tmp_path, source, "org.test.Hello", "--language", "de")
        words = ["org.test.Hello"] if verb == "make" else []
        drive.run(verb, *words, "--language", "de", "--language", "en")
        assert drive.languages(LOCALE) == ["de", "en"]
        assert "language-missing" not in drive.told

    @pytest.mark.parametrize("verb", ["update", pytest.param("make", marks=THOROUGH)])
    def test_nor_does_its_new_name_come(self, drive: Drive, verb: str) -> None:
        new = LOCALE.replace("/1", "/2")
        drive.source.republish(LOCALE, f"--add-metadata-string=ostree.endoflife-rebase={new}")
        drive.source.update()
        drive.run(verb, *(["org.test.Other"] if verb == "make" else []))
        assert drive.refs[LOCALE] == drive.before[LOCALE]
        assert "end-of-life" not in drive.told


class TestChosenByItself:
    """The runtime, as well as what runs on it."""

    def test_it_moves_where_no_app_looks_for_it(self, upstream: Upstream, tmp_path: Path) -> None:
        drive = Drive(tmp_path, upstream.copy(tmp_path / "upstream"), RUNTIME)
        assert drive.run("update")["held"] == []
        assert drive.refs[RUNTIME] == drive.source.commit(RUNTIME)
        assert NEW in drive.refs

    def test_and_with_the_app_that_does_not_any_more(
        self, upstream: Upstream, tmp_path: Path
    ) -> None:
        source = upstream.copy(tmp_path / "upstream")
        drive = Drive(tmp_path, source, RUNTIME, "org.test.Hello")
        shutil.rmtree(source.directory / "build" / HELLO)
        source.add_app("org.test.Hello", runtime="org.test.Platform//2")
        source.update()
        assert drive.run("update")["held"] == []
        assert drive.refs[RUNTIME] == source.commit(RUNTIME)
        assert drive.run("update")["changed"] is False


class TestOfAnAppAsAFile:
    @pytest.fixture
    def source(self, upstream: Upstream, tmp_path: Path) -> Upstream:
        return upstream.copy(tmp_path / "upstream")

    @pytest.fixture
    def file(self, source: Upstream, tmp_path: Path) -> str:
        file = tmp_path / "hello.flatpak"
        words = ("flatpak", "build-bundle", source.path, file, "org.test.Hello", "stable")
        subprocess.run(words, check=True)
        return str(file)

    def test_it_stays_for_that(self, source: Upstream, file: str, tmp_path: Path) -> None:
        """And what belongs to it gets newer."""
        drive = Drive(tmp_path, source, file)
        newer = source.bump(LOCALE)
        source.update()
        drive.run("update")
        assert NEW not in drive.refs
        assert drive.refs[RUNTIME] == drive.before[RUNTIME]
        assert drive.refs[LOCALE] == newer
        assert "end-of-life" not in drive.told
        assert drive.run("update")["changed"] is False

    def test_the_app_is_installed_with_it(
        self, source: Upstream, file: str, upstream_key: SigningKey, tmp_path: Path
    ) -> None:
        drive = Drive(tmp_path, source, file)
        drive.run("update")
        computer = Computer(tmp_path / "computer")
        computer.knows(upstream_key)
        computer.receive(drive.path, "--yes")
        assert {HELLO, RUNTIME} <= computer.installed().keys()

    def test_that_it_came_too_late_is_told(
        self, source: Upstream, file: str, tmp_path: Path
    ) -> None:
        source.add_runtime(branch="2", runnable=False)
        source.republish(RUNTIME, f"--add-metadata-string=ostree.endoflife-rebase={NEW}")
        source.update()
        path = make(tmp_path / "late", source, file)
        assert HELLO in findings(path, home=tmp_path / "late/home")["end-of-life"]
