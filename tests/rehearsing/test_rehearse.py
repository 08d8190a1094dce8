"""``satchel rehearse``: what an offline computer would get, tried with the real flatpak."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.build_contents import PLATFORM
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import environment, satchel
from tests.stick.conftest import make
from tests.stick.damage import ARCH, HELLO, copy_stick, flip_middle
from tests.upstream import Upstream

NEEDY = f"app/org.test.Needy/{ARCH}/stable"


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(languages=("de", "en"))
    upstream.add_app("org.test.Hello", languages=("de",), files={"share/big": "x\n" * 5000})
    upstream.add_app(
        "org.test.Needy", extensions="[Application]\nrequired-flatpak=99.1.0\n", name="Needy One"
    )
    upstream.update()


@pytest.fixture(scope="session")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("rehearse") / "upstream", upstream_key, fill)


@pytest.fixture(scope="session")
def good(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("rehearse-good") / "made", upstream, "org.test.Hello")


@pytest.fixture(scope="session")
def both(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that installs everywhere, and one that needs a newer flatpak."""
    place = tmp_path_factory.mktemp("rehearse-both") / "made"
    return make(place, upstream, "org.test.Hello", "org.test.Needy")


def rehearsal(*arguments: str | Path, home: Path, check: bool | int = True) -> Any:
    return satchel("rehearse", *arguments, "--json", home=home, check=check).json


def ways(value: Any) -> dict[str, Any]:
    return {way["way"]: way for way in value["ways"]}


def test_a_sound_drive_installs_in_both_ways_and_starts(
    good: Path, upstream: Upstream, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    file = tmp_path / "up.flatpakrepo"
    file.write_text(upstream.flatpakrepo("http://127.0.0.1:9/"))
    satchel("remotes", "add", file, home=home)
    told = rehearsal(good, "--language", "de", home=home)
    assert told["ok"] is True
    assert told["findings"] == []
    assert told["isolation"] in {"bubblewrap", "namespace"}
    assert set(ways(told)) == {"install.sh", "sideload-repo"}
    for way in told["ways"]:
        [app] = way["apps"]
        assert (app["ref"], app["installed"], app["started"]) == (HELLO, True, "yes")
        assert app["missing"] == []
        assert app["bytes"] > 0
    # Nothing of it stays, and the person's own installation was not touched.
    assert not list((home / ".cache").rglob("*org.test*"))
    assert not (Path(environment(home)["FLATPAK_USER_DIR"]) / "app").exists()


@pytest.mark.thorough
def test_a_language_that_is_not_there_is_told(good: Path, tmp_path: Path) -> None:
    told = rehearsal(good, "--language", "fr", home=tmp_path)
    assert told["ok"] is True
    for way in told["ways"]:
        [app] = way["apps"]
        assert app["missing"] == [{"kind": "language", "name": "fr"}]


def test_as_a_computer_that_said_what_it_needs(good: Path, tmp_path: Path) -> None:
    file = tmp_path / "lab-3.json"
    satchel("needs", "-o", file, home=tmp_path)
    told = json.loads(file.read_text())
    told |= {"host": "lab-3", "flatpak": "1.10.8", "languages": ["fr"]}
    file.write_text(json.dumps(told))
    value = rehearsal(good, "--needs", file, home=tmp_path)
    assert value["computer"]["name"] == "lab-3"
    assert "That computer has flatpak 1.10.8" in value["notices"][0]
    [app] = ways(value)["sideload-repo"]["apps"]
    assert app["missing"] == [{"kind": "language", "name": "fr"}]


@pytest.mark.parametrize(
    "collection", ["org.test.Upstream", pytest.param("", marks=pytest.mark.thorough)]
)
def test_one_of_another_kind_installs_and_starts_nothing(
    upstream_key: SigningKey, tmp_path: Path, collection: str
) -> None:
    """What it would get, in either way: also of sources that install.sh alone installs from."""

    def fill_arm(upstream: Upstream) -> None:
        upstream.add_runtime(runnable=False, arch="aarch64")
        upstream.add_app("org.test.Hello", arch="aarch64")
        upstream.add_app("org.test.Boxed", arch="aarch64")
        upstream.update()

    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill_arm, collection=collection)
    file = tmp_path / "up.flatpakrepo"
    file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    box = tmp_path / "box.flatpak"
    subprocess.run(
        [
            "flatpak", "build-bundle", "--arch=aarch64", upstream.path, box, "org.test.Boxed",
            "stable",
        ],
        check=True,
    )  # fmt: skip
    drive = tmp_path / "drive"
    drive.mkdir()
    arch = ("--arch", "aarch64")
    words = "org.test.Hello", box, "--remote", file, *arch, "--json"
    satchel("make", drive, *words, home=tmp_path)
    told = rehearsal(drive, *arch, home=tmp_path, check=False)
    apps = ways(told)["install.sh"]["apps"]
    tried = {app["ref"]: (app["installed"], app["started"]) for app in apps}
    there = (True, "not-tried")
    hello, boxed = (f"app/org.test.{name}/aarch64/stable" for name in ("Hello", "Boxed"))
    assert tried == {hello: there, boxed: there}
    if collection:
        [app] = ways(told)["sideload-repo"]["apps"]
        assert (app["ref"], app["installed"], app["started"]) == (hello, *there)
    assert any("aarch64" in notice for notice in told["notices"])


def test_nothing_of_a_stranger_is_started(good: Path, tmp_path: Path) -> None:
    """Nobody on this computer knows the key."""
    told = rehearsal(good, home=tmp_path)
    assert {app["started"] for way in told["ways"] for app in way["apps"]} == {"not-tried"}


def test_only_a_kit_of_satchel_is_run(good: Path, tmp_path: Path) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    installer = stick.root / "satchel/install.sh"
    trace = tmp_path / "trace"
    installer.write_text(f"#!/bin/sh\ntouch {trace}\n")
    told = ways(rehearsal(stick.root, home=tmp_path))
    assert told["install.sh"]["tried"] is False
    assert "none of Satchel's" in told["install.sh"]["reason"]
    assert told["sideload-repo"]["installed"] == 1
    assert not trace.exists()


@pytest.mark.thorough
def test_what_nobody_vouches_for_was_tried_only_where_something_was(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    def fill_unsigned(upstream: Upstream) -> None:
        upstream.add_runtime(runnable=False)
        upstream.add_app("org.test.Hello")
        upstream.update()

    plain = kept_upstream(
        tmp_path / "upstream", upstream_key, fill_unsigned, collection="", signed=False
    )
    drive = make(tmp_path / "made", plain, "org.test.Hello", "--allow-unsigned")
    [tried] = rehearsal(drive, home=tmp_path)["notices"]
    assert tried.endswith("and so they were tried.")
    (drive / "satchel/install.sh").write_text("#!/bin/sh\n")
    done = satchel("rehearse", drive, "--json", home=tmp_path, check=1)
    [told] = done.json["notices"]
    assert "Nobody vouches for" in told
    assert "tried" not in told


def test_without_a_shell_nobody_looks_for_the_program(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    """As in the demo, whose runtime has nothing in it: it installs, and that is what is told."""

    def fill_bare(upstream: Upstream) -> None:
        upstream.add_runtime(runnable=False)
        upstream.add_app("org.test.Hello")
        upstream.update()

    bare = kept_upstream(tmp_path / "upstream", upstream_key, fill_bare)
    drive = make(tmp_path / "made", bare, "org.test.Hello")
    file = tmp_path / "up.flatpakrepo"
    file.write_text(bare.flatpakrepo("http://127.0.0.1:9/"))
    satchel("remotes", "add", file, home=tmp_path)
    told = rehearsal(drive, home=tmp_path)
    assert told["ok"]
    for way in ways(told).values():
        [app] = way["apps"]
        assert (app["installed"], app["started"]) == (True, "not-tried")
        assert "no shell" in app["reason"]
        assert "bwrap" not in app["reason"]


def test_an_app_that_needs_a_newer_flatpak(both: Path, tmp_path: Path) -> None:
    done = satchel("rehearse", both, "--json", home=tmp_path, check=1)
    told = done.json
    assert told["ok"] is False
    [finding] = told["findings"]
    assert (finding["code"], finding["severity"]) == ("not-installable", "error")
    assert finding["subject"] == NEEDY
    assert "Needy One does not install from this drive: It needs flatpak 99.1.0" in str(finding)
    assert "Update flatpak" in finding["hint"]
    for way in told["ways"]:
        assert {app["ref"]: app["installed"] for app in way["apps"]} == {HELLO: True, NEEDY: False}


def test_a_missing_runtime_is_the_reason(upstream: Upstream, tmp_path: Path) -> None:
    file = tmp_path / "up.flatpakrepo"
    file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    drive = tmp_path / "drive"
    drive.mkdir()
    options = ("--remote", file, "--no-runtime", "--rehearse", "--json")
    done = satchel("make", drive, "org.test.Hello", *options, home=tmp_path, check=1)
    told = done.finished["rehearsal"]
    assert done.finished["ok"] is False
    [finding] = told["findings"]
    assert f"What it runs on is not on the drive: runtime/{PLATFORM}" in finding["message"]
    assert {missing["kind"] for missing in told["ways"][0]["apps"][0]["missing"]} == {"runtime"}


def test_what_is_gone_from_the_drive_is_told_in_flatpaks_words(good: Path, tmp_path: Path) -> None:
    stick = copy_stick(good, tmp_path / "stick")
    stick.path(stick.object("filez")).unlink()
    told = rehearsal(stick.root, home=tmp_path, check=1)
    assert told["ok"] is False
    assert not ways(told)["sideload-repo"]["apps"][0]["installed"]


def test_apps_can_be_named_and_what_is_not_there_is_said(good: Path, tmp_path: Path) -> None:
    assert rehearsal(good, "org.test.Hello//stable", home=tmp_path)["ok"] is True
    done = satchel("rehearse", good, "org.test.Nothing", home=tmp_path, check=2)
    assert "org.test.Nothing is no app on the drive" in done.stderr


def test_a_directory_that_is_no_drive(tmp_path: Path) -> None:
    """Nobody who was told to try a drive is told to make one."""
    empty = tmp_path / "empty"
    empty.mkdir()
    said = satchel("rehearse", empty, home=tmp_path, check=6).stderr
    assert f"There is no Flatpak repository on {empty}." in said
    assert "Look whether it is the right drive" in said
    assert "make" not in said


def test_without_flatpak(good: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("gpg", "gpgconf", "gpg-agent", "gpgv"):
        program = shutil.which(name)
        if program is not None:
            (tools / name).symlink_to(program)
    done = satchel("rehearse", good, home=tmp_path, env={"PATH": str(tools)}, check=1)
    assert "no flatpak" in done.stderr
    drive = tmp_path / "drive"
    drive.mkdir()
    make_it = ("make", drive, "org.test.Hello", "--rehearse")
    satchel(*make_it, home=tmp_path, env={"PATH": str(tools)}, check=1)
    assert list(drive.iterdir()) == []


def test_several_drives_and_the_newer_version_counts(
    good: Path, upstream: Upstream, tmp_path: Path
) -> None:
    later = upstream.copy(tmp_path / "later")
    later.bump(HELLO)
    later.update()
    second = make(tmp_path / "second", later, "org.test.Hello")
    told = rehearsal(good, second, "org.test.Hello", home=tmp_path)
    assert told["ok"] is True
    [app] = ways(told)["sideload-repo"]["apps"]
    assert app["commit"] == later.commit(HELLO)


def test_a_place_that_somebody_killed_has_left_goes(good: Path, tmp_path: Path) -> None:
    stale = tmp_path / ".cache/satchel/rehearsals/tmpold"
    stale.mkdir(parents=True)
    (stale / "lock").touch()
    (stale / "user").mkdir(mode=0)
    rehearsal(good, home=tmp_path)
    assert not stale.exists()


def test_damage_in_contents_stops_only_the_start(good: Path, tmp_path: Path) -> None:
    """flatpak looks at no contents when it sideloads: the check has to say it."""
    stick = copy_stick(good, tmp_path / "stick")
    flip_middle(stick.path(stick.object("filez")))
    told = ways(rehearsal(stick.root, home=tmp_path, check=False))
    assert {app["started"] for app in told["sideload-repo"]["apps"]} == {"not-tried"}


def test_where_nothing_can_be_read_it_is_damaged(good: Path, tmp_path: Path) -> None:
    """And not a drive without apps, on which all is well."""
    stick = copy_stick(good, tmp_path / "stick")
    shutil.rmtree(stick.repo / "objects")
    (stick.repo / "objects").mkdir()
    done = satchel("rehearse", stick.root, home=tmp_path, check=6)
    assert "is damaged: no app on it can be read" in done.stderr
    assert f"satchel repair {stick.root}" in done.stderr


@pytest.mark.thorough
def test_an_app_that_cannot_be_read_does_not_install(both: Path, tmp_path: Path) -> None:
    """The others are tried."""
    stick = copy_stick(both, tmp_path / "stick")
    stick.commit_path(NEEDY).unlink()
    told = rehearsal(stick.root, home=tmp_path, check=1)
    assert [each["subject"] for each in told["findings"]] == [NEEDY]
    assert "it is damaged" in told["findings"][0]["message"]
