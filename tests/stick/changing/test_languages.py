"""Which languages a stick carries: chosen when it is made, and changed later."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.servers import HostileServer, lasting_port
from tests.stick.changing.changed import (
    ARCH,
    HELLO,
    assert_sound,
    change,
    changes,
    install,
    killed,
)
from tests.stick.made_drive import MadeDrive, copy_drive, objects
from tests.upstream import Upstream

LOCALES = {
    f"runtime/org.test.Hello.Locale/{ARCH}/stable",
    f"runtime/org.test.Platform.Locale/{ARCH}/1",
}
KILLS = 24
_SPARE = 8


def record(made: MadeDrive) -> dict[str, Any]:
    path = made.drive / ".ostree/repo/extensions/satchel/stick.json"
    written: dict[str, Any] = json.loads(path.read_bytes())
    return written


def carried(made: MadeDrive) -> dict[str, list[str] | None]:
    """Ref → languages, of Locale extensions as they are written down."""
    return {
        ref: entry["languages"]
        for names in record(made)["refs"].values()
        for ref, entry in names.items()
        if ".Locale/" in ref
    }


def marked(made: MadeDrive) -> set[str]:
    return {path.name for path in (made.drive / ".ostree/repo/state").iterdir()}


def there(made: MadeDrive, ref: str) -> set[str]:
    """The languages of a Locale extension that a checkout by ostree itself finds."""
    repository = f"--repo={made.drive / '.ostree/repo'}"
    path = made.drive / ".ostree/repo/refs/mirrors" / made.upstream.collection / ref
    commit = path.read_text().strip()
    languages = subprocess.run(
        ["ostree", "ls", repository, commit, "/files"], capture_output=True, text=True, check=False
    )
    names = [line.rpartition("/")[2] for line in languages.stdout.splitlines()[1:]]
    return {
        name
        for name in names
        if not subprocess.run(
            [
                "ostree",
                "cat",
                repository,
                commit,
                f"/files/{name}/share/{name}/LC_MESSAGES/{_text(ref)}",
            ],
            capture_output=True,
            check=False,
        ).returncode
    }


def _text(ref: str) -> str:
    return f"{ref.split('/')[1].removesuffix('.Locale')}.txt"


@pytest.fixture(scope="module")
def german(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> MadeDrive:
    """Hello with all that it needs, in German; the server is gone."""
    directory = tmp_path_factory.mktemp("german")
    (directory / "drive").mkdir()
    with HostileServer(default_upstream.path, lasting_port()) as web:
        made = MadeDrive(directory, default_upstream, web)
        assert made.make("org.test.Hello", "--language", "de").finished["ok"]
    return made


@pytest.fixture
def in_german(german: MadeDrive, tmp_path: Path) -> MadeDrive:
    """A copy, and a server again."""
    copy_drive(german.drive, tmp_path / "drive")
    return MadeDrive(tmp_path, german.upstream, german.web)


def test_a_stick_in_german(german: MadeDrive) -> None:
    """flatpak's marks stay, the record says why, and so nothing is wrong with it."""
    assert record(german)["languages"] == ["de"]
    assert carried(german) == {ref: ["de"] for ref in LOCALES}
    assert len(marked(german)) == 2
    assert assert_sound(german) == set()
    for ref in LOCALES:
        assert there(german, ref) == {"de"}


def test_more_fewer_and_all_languages(in_german: MadeDrive) -> None:
    made = in_german
    before = objects(made.drive)
    with HostileServer(made.upstream.path, made.web.port) as web:
        made = MadeDrive(made.directory, made.upstream, web)

        def update(*languages: str) -> None:
            words = [word for language in languages for word in ("--language", language)]
            finished = change(made, "update", *words, "--remote", made.remote).finished
            assert finished["ok"]
            assert assert_sound(made) == set()

        update("de", "fr_FR")
        assert carried(made) == {ref: ["de", "fr"] for ref in LOCALES}
        assert objects(made.drive) > before
        update()
        assert carried(made) == {ref: ["de", "fr"] for ref in LOCALES}
        update("de")
        assert objects(made.drive) == before
        assert (made.drive / "satchel/contents.tsv").read_text().count("\tde\ten,fr\n") == 2
        # What nothing comes in yet counts as soon as something does.
        update("de", "sr")
        assert record(made)["languages"] == ["de", "sr"]
        assert carried(made) == {ref: ["de"] for ref in LOCALES}
        assert objects(made.drive) == before


@pytest.mark.thorough
def test_all_languages_and_back(in_german: MadeDrive) -> None:
    before = objects(in_german.drive)
    with HostileServer(in_german.upstream.path, in_german.web.port) as web:
        made = MadeDrive(in_german.directory, in_german.upstream, web)
        assert change(made, "update", "--language", "all", "--remote", made.remote).finished["ok"]
        assert carried(made) == dict.fromkeys(LOCALES, None)
        assert marked(made) == set()
        assert record(made)["languages"] == []
        assert there(made, next(iter(LOCALES))) == {"de", "en", "fr"}
        assert assert_sound(made) == set()
        assert change(made, "update", "--language", "de", "--remote", made.remote).finished["ok"]
        assert objects(made.drive) == before
        assert len(marked(made)) == 2
        assert assert_sound(made) == set()


@pytest.mark.thorough
def test_make_adds_languages(in_german: MadeDrive) -> None:
    made = in_german
    with HostileServer(made.upstream.path, made.web.port) as web:
        made = MadeDrive(made.directory, made.upstream, web)
        assert made.make("org.test.Large", "--language", "fr").finished["ok"]
        assert carried(made) == {ref: ["de", "fr"] for ref in LOCALES}
        assert made.make("org.test.Other").finished["ok"]
        assert carried(made) == {ref: ["de", "fr"] for ref in LOCALES}


def test_a_plan_tells_what_it_spares(default_upstream: Upstream, tmp_path: Path) -> None:
    with HostileServer(default_upstream.path) as web:
        made = MadeDrive(tmp_path, default_upstream, web)
        made.drive.mkdir()
        words = ("--json", made.drive, "org.test.Hello", "--remote", made.remote)
        whole = satchel("plan", *words, home=made.home).json
        part = satchel("plan", *words, "--language", "de", home=made.home).json
        finished = made.make("org.test.Hello", "--language", "de").finished
    assert part["carried_languages"] == ["de"]
    assert part["estimate"]["spared"] > 0
    assert part["estimate"]["fetch"] < whole["estimate"]["fetch"]
    items = {item["ref"]: item for item in part["items"]}
    for ref in LOCALES:
        assert items[ref]["languages"] == ["de"]
        assert items[ref]["left_languages"] == ["en", "fr"]
    assert finished["ok"]


def test_a_mark_that_nobody_explains_stays_an_error(in_german: MadeDrive) -> None:
    path = in_german.drive / ".ostree/repo/extensions/satchel/stick.json"
    written = record(in_german)
    for names in written["refs"].values():
        for entry in names.values():
            entry["languages"] = None
    path.write_text(json.dumps(written))
    report = verify(in_german)
    assert {entry["code"] for entry in report} >= {"language-missing"}
    assert {entry["subject"] for entry in report if entry["code"] == "language-missing"} == LOCALES


def verify(made: MadeDrive) -> list[dict[str, Any]]:
    done = satchel(
        "verify", "--json", "--trust-drive-keys", made.drive, home=made.home, check=False
    )
    found: list[dict[str, Any]] = done.json["findings"]
    return found


def test_a_chosen_language_is_lost(in_german: MadeDrive) -> None:
    """All of it: it is missing. A file of it: that is damage as any other."""
    made = in_german
    ref = min(LOCALES)
    repository = made.drive / ".ostree/repo"
    path = repository / "refs/mirrors" / made.upstream.collection / ref
    tree = subprocess.run(
        ["ostree", "ls", "-dC", f"--repo={repository}", path.read_text().strip(), "/files/de"],
        capture_output=True, text=True, check=True,
    ).stdout.split()[4]  # fmt: skip
    tree_file = repository / "objects" / tree[:2] / f"{tree[2:]}.dirtree"
    content = tree_file.read_bytes()
    tree_file.unlink()
    severities = {(e["code"], e["subject"]): e["severity"] for e in verify(made)}
    # It was promised: a computer that wants it fails.
    assert severities["language-missing", ref] == "error"
    assert "object-missing" not in {code for code, _ in severities}
    tree_file.write_bytes(content)
    assert assert_sound(made) == set()


@pytest.mark.parametrize("told_by", ["record", pytest.param("journal", marks=pytest.mark.thorough)])
def test_only_translations_come_in_part(in_german: MadeDrive, told_by: str) -> None:
    """Of an app no client leaves anything out, whatever a drive says."""
    made = in_german
    repository = made.drive / ".ostree/repo"
    path = repository / "refs/mirrors" / made.upstream.collection / HELLO
    commit = path.read_text().strip()
    words = ["ostree", "ls", "-dC", f"--repo={repository}", commit, "/files/share"]
    tree = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[4]
    (repository / "objects" / tree[:2] / f"{tree[2:]}.dirtree").unlink()
    (repository / "state" / f"{commit}.commitpartial").touch()
    satchel = repository / "extensions/satchel"
    if told_by == "record":
        written = record(made)
        written["refs"][made.upstream.collection][HELLO]["languages"] = []
        (satchel / "stick.json").write_text(json.dumps(written))
    else:
        journal = {"version": 1, "stage": "checking", "started": 1, "languages": {commit: []}}
        (satchel / "journal.json").write_text(json.dumps(journal))
    found = {(each["code"], each["subject"]) for each in verify(made)}
    assert found >= {("commit-partial", HELLO)}


@pytest.mark.kills
@pytest.mark.thorough
@pytest.mark.parametrize("languages", [("de",), ("de", "fr"), ("all",)], ids="-".join)
@pytest.mark.parametrize("number", range(KILLS))
def test_killed(
    default_upstream: Upstream,
    german: MadeDrive,
    languages: tuple[str, ...],
    number: int,
    client: Client,
    tmp_path: Path,
) -> None:
    """While languages come and go a stick is sound, and the same command goes on."""
    words = [word for language in languages for word in ("--language", language)]
    with HostileServer(default_upstream.path, german.web.port) as web:
        made = MadeDrive(tmp_path, default_upstream, web)
        copy_drive(german.drive, made.drive)
        if languages == ("de",):
            change(made, "update", "--language", "all", "--remote", made.remote)
        goal = MadeDrive(tmp_path / "goal", default_upstream, web)
        goal.directory.mkdir()
        copy_drive(made.drive, goal.drive)
        count = changes(goal, "update", *words, "--remote", goal.remote)
        chance = random.Random(number)
        # A few changes more or less are the cache's.
        moment = 1 + int((number + chance.random()) * (count - _SPARE) / KILLS)
        killed(made, moment, "update", *words, "--remote", made.remote)
        assert_sound(made)
        copy = MadeDrive(tmp_path / "copy", default_upstream, web)
        copy.directory.mkdir()
        shutil.copytree(made.drive, copy.drive, symlinks=True)
        client.languages("de")
        install(copy, client, HELLO)
        change(made, "update", *words, "--remote", made.remote)
    assert objects(made.drive) == objects(goal.drive)
    assert marked(made) == marked(goal)
    assert carried(made) == carried(goal)
    assert_sound(made)


def test_translations_are_not_freed_when_nothing_names_them(in_german: MadeDrive) -> None:
    """What was left out of them is told by the record alone, which is lost with all lists."""
    made = in_german
    repository = made.drive / ".ostree/repo"
    for place in (repository / "refs", repository / "extensions", made.drive / "satchel"):
        shutil.rmtree(place)
    (repository / "summary").unlink()
    before = objects(made.drive)
    change(made, "prune")
    assert before <= objects(made.drive)
    change(made, "repair", "--yes", check=False)
    change(made, "prune")
    assert before <= objects(made.drive)
