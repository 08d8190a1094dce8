"""Plans: what comes along and why, and what does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.plans.planned import APPSTREAM, ARCH, OTHER_ARCH, Planning, app, runtime
from tests.upstream import Upstream

# ---- What comes along


def test_what_an_app_needs_and_why(planning: Planning) -> None:
    items = planning.items("org.test.Hello")
    assert {ref: (item["chosen"], item["needed_by"]) for ref, item in items.items()} == {
        app("Hello"): (True, []),
        runtime("Hello.Locale", "stable"): (False, [app("Hello")]),
        runtime("Platform"): (False, [app("Hello")]),
        runtime("Platform.Locale"): (False, [runtime("Platform")]),
        runtime("Platform.GL.default"): (False, [runtime("Platform")]),
        APPSTREAM: (False, []),
    }
    for item in items.values():
        assert re.fullmatch(r"[A-Z][^\n]{5,100}\.", item["reason"]), item
        assert item["action"] == "add"
        assert item["collection"] == "org.test.Upstream"


def test_the_runtime_has_what_flatpak_would_give_it(planning: Planning) -> None:
    """And nothing of the extension points that look at the computer it will be."""
    assert set(planning.items("org.test.Platform")) == {
        runtime("Platform"),
        runtime("Platform.Locale"),
        runtime("Platform.GL.default"),
        APPSTREAM,
    }


@pytest.mark.parametrize(
    ("arguments", "lacking"),
    [
        ([], []),
        (["--language", "de_AT"], []),
        (["--language", "en_GB"], []),
        (["--language", "fr"], ["fr"]),
        (["--language", "fr_CA", "--language", "de", "--language", "pt_BR"], ["fr", "pt"]),
        (["--language", "de", "--no-related"], ["de"]),
    ],
)
def test_languages_that_the_chosen_do_not_come_in(
    planning: Planning, arguments: list[str], lacking: list[str]
) -> None:
    """Of Old, which keeps no translations apart, nobody can tell."""
    told = planning.plan("org.test.Hello", "org.test.Old", *arguments)["notices"]
    notices = [notice for notice in told if notice["message"].startswith("No translation")]
    assert [notice["message"] for notice in notices] == [
        f"No translation into the language {code}: org.test.Hello." for code in lacking
    ]
    assert all(notice["severity"] == "warning" for notice in notices)


def test_two_branches_of_one_app_in_different_languages(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    upstream = Upstream(tmp_path / "up", upstream_key)
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Twice", branch="beta", languages=("fr",))
    upstream.add_app("org.test.Twice", branch="stable", languages=("de", "sr@latin"))
    upstream.update()
    planning = Planning(tmp_path, upstream, upstream.path.as_uri())
    both = "org.test.Twice//beta", "org.test.Twice//stable"
    for arguments, language, lacks in (
        (both, "de", True), (both[1:], "de", False), (both[:1], "de", True),
        # As its directory is called for a script or a country it is carried, too.
        (both[1:], "sr", False),
    ):  # fmt: skip
        notices = planning.plan(*arguments, "--language", language)["notices"]
        assert any(each["message"].startswith("No translation") for each in notices) == lacks


def test_languages_meant_where_none_is_named(planning: Planning) -> None:
    """The person's first one, or those of the saved choice."""

    def told(*arguments: str) -> list[str]:
        notices = planning.plan("org.test.Hello", *arguments)["notices"]
        return [notice["message"] for notice in notices if "translation" in notice["message"]]

    satchel("settings", "languages", "fr", "es", home=planning.home)
    assert told() == ["No translation into the language fr: org.test.Hello."]
    satchel("profiles", "save", "class", "org.test.Hello", "--language", "de", home=planning.home)
    assert told("--profile", "class") == []
    assert "a language" in planning.run("plan", "org.test.Hello", "--language", "?", check=2).stderr


@pytest.mark.parametrize(
    ("gpu", "drivers"),
    [
        ("nvidia-550-54-14", ["nvidia-550-54-14"]),
        ("nvidia-550.54.14", ["nvidia-550-54-14"]),
        ("nvidia-550", ["nvidia-550-54-14"]),
        ("nvidia-999", []),
        ("", []),
    ],
)
def test_a_driver_by_name(planning: Planning, gpu: str, drivers: list[str]) -> None:
    plan = planning.plan("org.test.Hello", "--gpu", gpu)
    refs = [item["ref"] for item in plan["items"]]
    wanted = {runtime(f"Platform.GL.{driver}") for driver in ("default", *drivers)}
    assert {ref for ref in refs if ".GL." in ref} == wanted
    warned = [notice for notice in plan["notices"] if "graphics driver" in notice["message"]]
    assert bool(warned) is not bool(drivers)


def test_optional_ones_when_named(planning: Planning) -> None:
    plugin = runtime("Hello.Plugin.fun", "v1")
    assert plugin not in planning.items("org.test.Hello")
    named = planning.items("org.test.Hello", "org.test.Hello.Plugin.fun", "org.test.Theme.Night")
    assert named[plugin]["chosen"]
    assert named[runtime("Theme.Night", "3.22")]["chosen"]


def test_nothing_related(planning: Planning) -> None:
    alone = set(planning.items("org.test.Hello", "--no-related"))
    assert alone == {app("Hello"), runtime("Platform"), APPSTREAM}


def test_two_architectures_on_one_stick(planning: Planning) -> None:
    planning.run("make", "org.test.Hello", "--no-related")
    items = planning.items("org.test.Hello", "--arch", OTHER_ARCH)
    assert items[f"appstream2/{OTHER_ARCH}"]["action"] == "add"
    assert items[APPSTREAM]["action"] == "keep"
    assert items[app("Hello", arch=OTHER_ARCH)]["action"] == "add"
    planning.run("make", "org.test.Hello", "--arch", OTHER_ARCH)
    refs = planning.drive / ".ostree/repo/refs/mirrors/org.test.Upstream/appstream2"
    assert sorted(path.name for path in refs.iterdir()) == sorted((ARCH, OTHER_ARCH))
    assert satchel("verify", planning.drive, "--json", home=planning.home).json["ok"]


def test_several_architectures_at_once(planning: Planning) -> None:
    both = ("--arch", ARCH, "--arch", OTHER_ARCH)
    items = planning.items("org.test.Hello", "--no-related", *both)
    assert all(items[app("Hello", arch=arch)]["chosen"] for arch in (ARCH, OTHER_ARCH))
    assert {f"appstream2/{arch}" for arch in (ARCH, OTHER_ARCH)} <= items.keys()
    one = planning.items(f"org.test.Hello/{OTHER_ARCH}", "--no-related", *both)
    assert app("Hello", arch=OTHER_ARCH) in one
    assert app("Hello") not in one
    assert "not an architecture" in planning.run("plan", "x", *both, "--arch", "a/b", check=2).said


# ---- What does not, and what to know


def test_extra_data_of_a_chosen_app(planning: Planning) -> None:
    error = planning.plan("org.test.Payload", check=2)["error"]
    assert app("Payload") in error["message"]
    assert "19 bytes" in error["message"]
    assert "Leave it out" in error["hint"]
    assert not list(planning.drive.iterdir())
    both = "org.test.Hello", "org.test.Payload"
    strict = planning.run("make", *both, "--strict", check=2)
    assert app("Payload") in strict.stderr
    assert not list(planning.drive.iterdir())
    # Else the rest goes on, and whoever asked is told: by name, and by the exit status.
    done = planning.run("make", *both, "--json", check=7).finished
    assert done["ok"]
    left = {item["ref"]: item for item in done["left_out"]}
    assert left[app("Payload")]["chosen"]
    assert left[app("Payload")]["code"] == "extra-data-missing"
    assert not left[runtime("Platform.Codec")]["chosen"]
    said = planning.run("make", *both, check=7).stdout
    assert f"LEFT OUT: {app('Payload')}. 19 bytes of it" in " ".join(said.split())
    assert planning.plan(*both, check=7)["items"]
    told = satchel("verify", planning.drive, "--json", home=planning.home).json["findings"]
    assert app("Payload") in [finding["subject"] for finding in told]
    page = (planning.drive / "satchel/START-HERE.html").read_text()
    assert app("Payload") in page


def test_a_runtime_that_everybody_has(planning: Planning) -> None:
    """Left out on purpose, and said to be missing, by what only looks at the drive as an error."""
    finished = planning.run("make", "org.test.Hello", "--no-runtime", "--json").finished
    missing = [
        finding
        for finding in finished["verify"]["findings"]
        if finding["code"] == "runtime-missing"
    ]
    assert [(finding["subject"], finding["severity"]) for finding in missing] == [
        (app("Hello"), "warning")
    ]
    assert [(item["ref"], item["code"]) for item in finished["left_out"]] == [
        (runtime("Platform"), "runtime-missing")
    ]
    refs = planning.drive / ".ostree/repo/refs/mirrors/org.test.Upstream/runtime"
    assert sorted(path.name for path in refs.iterdir()) == ["org.test.Hello.Locale"]
    report = satchel("verify", planning.drive, "--json", home=planning.home, check=1).json
    (told,) = (finding for finding in report["findings"] if finding["severity"] == "error")
    assert told["code"] == "runtime-missing"
    assert "left out on purpose" in told["message"]
    # Named, it is carried; and the next job without the option brings it.
    named = planning.items("org.test.Old", "org.test.Platform", "--no-runtime")
    assert named[runtime("Platform")]["chosen"]
    assert planning.items("org.test.Old")[runtime("Platform")]["needed_by"] == [
        app("Old"), app("Hello"),
    ]  # fmt: skip


def test_extra_data_of_a_related_one(planning: Planning) -> None:
    plan = planning.plan("org.test.Hello")
    codec = runtime("Platform.Codec")
    assert codec not in [item["ref"] for item in plan["items"]]
    assert [(item["ref"], item["code"]) for item in plan["left_out"]] == [
        (codec, "extra-data-missing")
    ]
    warnings = [notice["message"] for notice in plan["notices"] if notice["severity"] == "warning"]
    assert any(codec in warning and "left out" in warning for warning in warnings)


def test_end_of_life(planning: Planning) -> None:
    plan = planning.plan("org.test.Old", "org.test.Former")
    items = {item["ref"]: item for item in plan["items"]}
    assert items[app("Old")]["eol"] == "Nobody looks after it."
    assert items[app("Former")]["eol_rebase"] == app("Hello")
    said = planning.run("plan", "org.test.Old", "org.test.Former").stdout
    flat = " ".join(said.split())
    assert "is at its end of life: Nobody looks after it. It gets no more updates." in flat
    assert f"it is replaced by {app('Hello')}." in flat
