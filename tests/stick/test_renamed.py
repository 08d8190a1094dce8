"""Renamed apps, runtimes and extensions (eol-rebase), judged by what the real flatpak installs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.build_contents import PLATFORM
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.stick.makers import REPO, carry, findings, update_summary
from tests.stick.receiving.computers import Computer
from tests.upstream import COLLECTION, Upstream, host_arch

pytestmark = pytest.mark.slow

ARCH = host_arch()
PLATFORM_REF = f"runtime/{PLATFORM}/{ARCH}/1"
NEW_LOCALE = f"runtime/org.test.New.Locale/{ARCH}/stable"
OLD_RUNTIME = f"runtime/org.test.OldPlatform/{ARCH}/1"
DEAD = "http://127.0.0.1:9/"
EOLR = "--add-metadata-string=ostree.endoflife-rebase="


def app(name: str) -> str:
    return f"app/org.test.{name}/{ARCH}/stable"


def extension(name: str) -> str:
    return f"runtime/org.test.{name}/{ARCH}/1"


def point(name: str) -> str:
    return f"\n[Extension org.test.{name}]\nversion=1\ndirectory=share/{name}\n"


def fill(upstream: Upstream) -> None:
    """Names that lead somewhere, and names that lead nowhere."""
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.New", languages=("de",))
    upstream.add_app("org.test.Middle", eol_rebase="org.test.New")
    upstream.add_app("org.test.Old", eol="It has a new name", eol_rebase="org.test.Middle")
    upstream.add_runtime("org.test.OldPlatform", runnable=False, eol_rebase=PLATFORM)
    upstream.add_app("org.test.OnOld", runtime="org.test.OldPlatform//1")
    upstream.add_app("org.test.Extended", extensions=point("OldExtension"))
    upstream.add_extension("org.test.OldExtension", "1", eol_rebase="org.test.NewExtension")
    upstream.add_extension("org.test.NewExtension", "1")
    upstream.add_app("org.test.Gone", eol_rebase="org.test.Nowhere")
    upstream.add_app("org.test.Lame", extensions=point("GoneExtension"))
    upstream.add_extension("org.test.GoneExtension", "1", eol_rebase="org.test.Nowhere")
    for name, said in (
        ("Circle", app("Circle")),
        ("Rubbish", "rubbish"),
        ("Nothing", ""),
        ("Otherwise", PLATFORM_REF),
    ):
        upstream.republish(upstream.add_app(f"org.test.{name}"), f"{EOLR}{said}")
    upstream.update()


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("renamed") / "up", upstream_key, fill)


NOWHERE = ("Gone", "Circle", "Rubbish", "Nothing", "Otherwise")


class Maker:
    """Somebody with a home, a drive and the upstream in a directory."""

    def __init__(self, directory: Path, upstream: Upstream) -> None:
        self.home = directory / "home"
        self.drive = directory / "drive"
        self.home.mkdir(parents=True)
        self.drive.mkdir()
        self.file = directory / "up.flatpakrepo"
        self.file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))

    def run(self, verb: str, *arguments: str, check: bool | int = True) -> Done:
        return satchel(
            verb, self.drive, *arguments, "--remote", self.file, "--json",
            home=self.home, check=check,
        )  # fmt: skip

    def plan(self, *arguments: str, check: bool | int = True) -> Any:
        return self.run("plan", *arguments, check=check).json


@pytest.fixture
def maker(upstream: Upstream, tmp_path: Path) -> Maker:
    return Maker(tmp_path, upstream)


@pytest.fixture(scope="module")
def stick(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of what leads somewhere; found sound."""
    maker_of_renamed = Maker(tmp_path_factory.mktemp("renamed-stick"), upstream)
    chosen = [f"org.test.{name}" for name in ("Old", "OnOld", "Extended", "Lame")]
    assert maker_of_renamed.run("make", *chosen).finished["verify"]["ok"]
    return maker_of_renamed.drive


@pytest.fixture
def offline(upstream: Upstream, client: Client) -> Client:
    """Knows the remote, which it cannot reach."""
    client.remote_add_upstream("up", upstream, DEAD)
    return client


def test_what_replaces_it_comes_along(maker: Maker) -> None:
    plan = maker.plan("org.test.Old")
    items = {item["ref"]: item for item in plan["items"]}
    del items[f"appstream2/{ARCH}"]
    assert set(items) == {app("Old"), app("Middle"), app("New"), NEW_LOCALE, PLATFORM_REF}
    assert items[app("New")]["needed_by"] == [app("Middle")]
    assert items[app("Middle")]["needed_by"] == [app("Old")]
    assert "org.test.Old, which was renamed" in items[app("Middle")]["reason"]
    assert items[PLATFORM_REF]["needed_by"] == [app("New")]
    said = [notice["message"] for notice in plan["notices"]]
    assert any(
        app("Old") in sentence and f"replaced by {app('Middle')}" in sentence for sentence in said
    )


def test_the_real_flatpak_installs_the_new_names(stick: Path, offline: Client) -> None:
    offline.install("up", "org.test.Old", sideload=stick / REPO)
    assert set(offline.installed()) == {app("New"), NEW_LOCALE, PLATFORM_REF}
    offline.install("up", "org.test.Extended", sideload=stick / REPO)
    assert set(offline.installed()) == {
        app("New"), NEW_LOCALE, app("Extended"), extension("NewExtension"), PLATFORM_REF,
    }  # fmt: skip
    offline.install("up", "org.test.Lame", "org.test.OnOld", sideload=stick / REPO)
    assert {app("Lame"), app("OnOld")} <= set(offline.installed())


def test_who_has_the_old_one_gets_the_new_one(upstream: Upstream, tmp_path: Path) -> None:
    """A stick that was made before the renaming moves with its next job, whatever that is for."""
    own = upstream.copy(tmp_path / "up")
    old = own.add_app("org.test.Before")
    own.update()
    maker = Maker(tmp_path / "maker", own)
    maker.run("make", "org.test.Before")
    client = Client(tmp_path / "client")
    client.remote_add_upstream("up", own, DEAD)
    client.install("up", "org.test.Before", sideload=maker.drive / REPO)
    own.republish(old, f"{EOLR}{app('New')}")
    own.update()
    maker.run("make", "org.test.Extended")
    assert "replacement-missing" not in findings(maker.drive, home=maker.home)
    client.run(
        "update", "--user", "-y", "--noninteractive", f"--sideload-repo={maker.drive / REPO}"
    )
    assert {app("New"), PLATFORM_REF} <= set(client.installed())
    assert app("Before") not in client.installed()


def test_its_languages_are_those_of_the_new_one(maker: Maker) -> None:
    for code, lacks in (("de", False), ("fr", True)):
        said = [
            notice["message"]
            for notice in maker.plan("org.test.Old", "--language", code)["notices"]
        ]
        assert any(sentence.endswith(": org.test.New.") for sentence in said) == lacks
        assert not any(
            "translation" in sentence and "org.test.Old" in sentence for sentence in said
        )


def test_what_the_kit_is_told(stick: Path) -> None:
    lines = (stick / "satchel/contents.tsv").read_text().splitlines()
    replaced = {tuple(line.split("\t")[1:]) for line in lines if line.startswith("replaced\t")}
    assert replaced == {
        (app("Old"), COLLECTION, app("Middle")),
        (app("Middle"), COLLECTION, app("New")),
        (OLD_RUNTIME, COLLECTION, PLATFORM_REF),
        (extension("OldExtension"), COLLECTION, extension("NewExtension")),
    }
    assert f"needs\t{app('Old')}\t{COLLECTION}\t{app('Middle')}" in lines
    assert f"needs\t{app('OnOld')}\t{COLLECTION}\t{OLD_RUNTIME}" in lines
    assert f"needs\t{OLD_RUNTIME}\t{COLLECTION}\t{PLATFORM_REF}" in lines


def test_a_renamed_runtime_is_told(maker: Maker, stick: Path) -> None:
    """flatpak installs the app and not the runtime that it looks for."""
    said = [notice["message"] for notice in maker.plan("org.test.OnOld")["notices"]]
    assert any(app("OnOld") in sentence and "will not start" in sentence for sentence in said)
    assert app("OnOld") in findings(stick, home=maker.home)["end-of-life"]


def test_computers_are_told_what_will_not_start(
    stick: Path, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """install.sh installs it, for those that have the old one; receive does only there."""
    computer = Computer(tmp_path / "computer")
    computer.knows(upstream_key)
    refused = computer.receive(stick, "org.test.OnOld", "--yes", check=1).said
    assert f"flatpak installs {PLATFORM_REF} in its place" in refused
    assert app("OnOld") not in computer.installed()
    words = ("sh", stick / "satchel/install.sh", "--user", "org.test.OnOld")
    said = subprocess.run(
        words,
        env=computer.client.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    old, new = OLD_RUNTIME.removeprefix("runtime/"), PLATFORM_REF.removeprefix("runtime/")
    assert f"will not start: it looks for {old}, in whose place flatpak installs {new}." in said


def test_a_renamed_runtime_that_is_listed_no_more(
    upstream_key: SigningKey, tmp_path: Path, client: Client
) -> None:
    """flatpak finds it neither for itself nor for the app."""
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill)
    maker = Maker(tmp_path, upstream)
    maker.run("make", "org.test.OnOld", "org.test.New")
    upstream.remove(OLD_RUNTIME)
    upstream.update()
    assert maker.run("update", "--yes", check=1).finished["verify"]["ok"] is False
    told = findings(maker.drive, home=maker.home)
    assert told["runtime-missing"] == [app("OnOld")]
    assert app("OnOld") not in told.get("end-of-life", [])
    # The list on the drive becomes the computer's.
    installed = subprocess.run(
        ["sh", maker.drive / "satchel/install.sh", "--user"],
        env=client.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert installed.returncode == 1
    assert f"requires the runtime {OLD_RUNTIME.removeprefix('runtime/')}" in installed.stdout
    assert app("OnOld") not in client.installed()
    assert app("New") in client.installed()


def test_what_leads_nowhere_is_left_out(maker: Maker) -> None:
    plan = maker.plan("org.test.New", *(f"org.test.{name}" for name in NOWHERE), check=7)
    assert {item["ref"] for item in plan["items"]} == {
        app("New"),
        NEW_LOCALE,
        PLATFORM_REF,
        f"appstream2/{ARCH}",
    }
    left = {(item["ref"], item["code"], item["chosen"]) for item in plan["left_out"]}
    assert left == {(app(name), "replacement-missing", True) for name in NOWHERE}
    for arguments in (("org.test.Gone",), ("org.test.New", "org.test.Gone", "--strict")):
        error = maker.plan(*arguments, check=4)["error"]
        assert app("Gone") in error["message"]
    error = maker.plan("org.test.Gone", "org.test.Circle", check=4)["error"]
    assert app("Gone") in error["message"]
    assert app("Circle") in error["message"]
    assert not list(maker.drive.iterdir())


def test_an_extension_that_leads_nowhere_is_left_out(maker: Maker, stick: Path) -> None:
    """With it, flatpak would not even install the app."""
    plan = maker.plan("org.test.Lame")
    assert [(item["ref"], item["chosen"]) for item in plan["left_out"]] == [
        (extension("GoneExtension"), False)
    ]
    told = findings(stick, home=maker.home)
    assert told["related-missing"] == [extension("GoneExtension")]


def test_a_stick_with_what_leads_nowhere_is_not_sound(
    upstream: Upstream, stick: Path, offline: Client, maker: Maker
) -> None:
    """As Satchel once made them; flatpak installs nothing then."""
    shutil.copytree(stick, maker.drive, dirs_exist_ok=True, symlinks=True)
    repo = maker.drive / REPO
    carry(repo, upstream, *map(app, NOWHERE))
    told = findings(maker.drive, home=maker.home)["replacement-missing"]
    assert told == sorted(app(name) for name in NOWHERE)
    for name in NOWHERE:
        offline.install("up", f"org.test.{name}", sideload=repo, check=False)
    assert offline.installed() == {}


def test_a_replacement_that_was_taken_away(stick: Path, offline: Client, maker: Maker) -> None:
    shutil.copytree(stick, maker.drive, dirs_exist_ok=True, symlinks=True)
    repo = maker.drive / REPO
    (repo / "refs/mirrors" / COLLECTION / app("New")).unlink()
    update_summary(repo)
    told = findings(maker.drive, home=maker.home)["replacement-missing"]
    assert told == [app("Middle"), app("Old")]
    assert offline.install("up", "org.test.Old", sideload=repo, check=False).returncode
    # As the finding's hint says.
    maker.run("make", "org.test.Old")
    assert "replacement-missing" not in findings(maker.drive, home=maker.home)
