"""Plans: what comes along and why, what it costs to plan, and how much room it will take."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.build_contents import PLATFORM, PLATFORM_EXTENSIONS, PLUGIN_EXTENSION, ExtraData
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.servers import Server
from tests.upstream import Upstream, host_arch
from tests.volumes import mounted

ARCH = host_arch()
OTHER_ARCH = "aarch64" if ARCH != "aarch64" else "x86_64"
APPSTREAM = f"appstream2/{ARCH}"


def app(id: str, branch: str = "stable", arch: str = ARCH) -> str:
    return f"app/org.test.{id}/{arch}/{branch}"


def runtime(id: str, branch: str = "1", arch: str = ARCH) -> str:
    return f"runtime/org.test.{id}/{arch}/{branch}"


def fill(upstream: Upstream) -> None:
    """The kinds of things that come along or do not."""
    platform = upstream.add_runtime(
        extensions=f"{PLATFORM_EXTENSIONS}\n[Extension {PLATFORM}.Codec]\ndirectory=lib/codec\n",
        languages=("de", "en"),
        runnable=False,
    )
    payload = ExtraData(b"only from its maker", "http://127.0.0.1:9/payload.bin")
    for driver in ("default", "nvidia-550-54-14", "nvidia-545-1"):
        upstream.add_extension(f"{PLATFORM}.GL.{driver}", "1", of=platform)
    upstream.add_extension(f"{PLATFORM}.Codec", "1", of=platform, extra_data=payload)
    upstream.add_extension("org.test.Theme.Night", "3.22")
    hello = upstream.add_app("org.test.Hello", extensions=PLUGIN_EXTENSION, languages=("de",))
    upstream.add_extension("org.test.Hello.Plugin.fun", "v1", of=hello)
    upstream.add_app("org.test.Payload", extra_data=payload)
    upstream.add_app("org.test.Old", eol="Nobody looks after it.")
    upstream.add_app("org.test.Former", eol="It has a new name", eol_rebase="org.test.Hello")
    upstream.add_runtime(arch=OTHER_ARCH, runnable=False)
    upstream.add_app("org.test.Hello", arch=OTHER_ARCH)
    upstream.update()


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("plan") / "up", upstream_key, fill)


@pytest.fixture(scope="module")
def server(upstream: Upstream) -> Iterator[Server]:
    with Server(upstream.path) as server:
        yield server


class Planning:
    """A drive, and plans for it."""

    def __init__(self, directory: Path, upstream: Upstream, url: str) -> None:
        self.home = directory / "home"
        self.drive = directory / "drive"
        self.file = directory / "up.flatpakrepo"
        self.file.write_text(upstream.flatpakrepo(url))
        self.home.mkdir()
        self.drive.mkdir()

    def run(self, verb: str, *arguments: str | Path, check: bool | int = True) -> Done:
        """VERB with this drive and remote."""
        return satchel(
            verb, self.drive, *arguments, "--remote", self.file, home=self.home, check=check
        )

    def plan(self, *arguments: str | Path, check: bool | int = True) -> Any:
        return self.run("plan", *arguments, "--json", check=check).json

    def items(self, *arguments: str | Path) -> dict[str, dict[str, Any]]:
        return {one["ref"]: one for one in self.plan(*arguments)["items"]}


@pytest.fixture
def planning(upstream: Upstream, server: Server, tmp_path: Path) -> Planning:
    return Planning(tmp_path, upstream, f"{server.url}/")


# ---- What comes along


def test_what_an_app_needs_and_why(planning: Planning) -> None:
    items = planning.items("org.test.Hello")
    assert {ref: (one["chosen"], one["needed_by"]) for ref, one in items.items()} == {
        app("Hello"): (True, []),
        runtime("Hello.Locale", "stable"): (False, [app("Hello")]),
        runtime("Platform"): (False, [app("Hello")]),
        runtime("Platform.Locale"): (False, [runtime("Platform")]),
        runtime("Platform.GL.default"): (False, [runtime("Platform")]),
        APPSTREAM: (False, []),
    }
    for one in items.values():
        assert re.fullmatch(r"[A-Z][^\n]{5,100}\.", one["reason"]), one
        assert one["action"] == "add"
        assert one["collection"] == "org.test.Upstream"


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
    notices = planning.plan("org.test.Hello", "org.test.Old", *arguments)["notices"]
    assert [one["message"] for one in notices if "translation" in one["message"]] == [
        f"No translation into the language {code}: org.test.Hello." for code in lacking
    ]
    assert all(one["severity"] == "warning" for one in notices)


def test_two_branches_of_one_app_in_different_languages(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    upstream = Upstream(tmp_path / "up", upstream_key)
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Twice", branch="beta", languages=("fr",))
    upstream.add_app("org.test.Twice", branch="stable", languages=("de",))
    upstream.update()
    planning = Planning(tmp_path, upstream, upstream.path.as_uri())
    both = "org.test.Twice//beta", "org.test.Twice//stable"
    for arguments, lacks in ((both, True), (both[1:], False), (both[:1], True)):
        notices = planning.plan(*arguments, "--language", "de")["notices"]
        assert any("translation" in one["message"] for one in notices) == lacks


def test_languages_meant_where_none_is_named(planning: Planning) -> None:
    """The person's first one, or those of the saved choice."""

    def told(*arguments: str) -> list[str]:
        notices = planning.plan("org.test.Hello", *arguments)["notices"]
        return [one["message"] for one in notices if "translation" in one["message"]]

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
    found = planning.plan("org.test.Hello", "--gpu", gpu)
    refs = [one["ref"] for one in found["items"]]
    wanted = {runtime(f"Platform.GL.{driver}") for driver in ("default", *drivers)}
    assert {ref for ref in refs if ".GL." in ref} == wanted
    warned = [one for one in found["notices"] if "graphics driver" in one["message"]]
    assert bool(warned) is not bool(drivers)


def test_optional_ones_when_named(planning: Planning) -> None:
    plugin = runtime("Hello.Plugin.fun", "v1")
    assert plugin not in planning.items("org.test.Hello")
    named = planning.items("org.test.Hello", "org.test.Hello.Plugin.fun", "org.test.Theme.Night")
    assert named[plugin]["chosen"]
    assert named[runtime("Theme.Night", "3.22")]["chosen"]


def test_nothing_related(planning: Planning) -> None:
    found = set(planning.items("org.test.Hello", "--no-related"))
    assert found == {app("Hello"), runtime("Platform"), APPSTREAM}


def test_two_architectures_on_one_stick(planning: Planning) -> None:
    planning.run("make", "org.test.Hello", "--no-related")
    found = planning.items("org.test.Hello", "--arch", OTHER_ARCH)
    assert found[f"appstream2/{OTHER_ARCH}"]["action"] == "add"
    assert found[APPSTREAM]["action"] == "keep"
    assert found[app("Hello", arch=OTHER_ARCH)]["action"] == "add"
    planning.run("make", "org.test.Hello", "--arch", OTHER_ARCH)
    refs = planning.drive / ".ostree/repo/refs/mirrors/org.test.Upstream/appstream2"
    assert sorted(path.name for path in refs.iterdir()) == sorted((ARCH, OTHER_ARCH))
    assert satchel("verify", planning.drive, "--json", home=planning.home).json["ok"]


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
    left = {one["ref"]: one for one in done["left_out"]}
    assert left[app("Payload")]["chosen"]
    assert left[app("Payload")]["code"] == "extra-data-missing"
    assert not left[runtime("Platform.Codec")]["chosen"]
    said = planning.run("make", *both, check=7).stdout
    assert f"LEFT OUT: {app('Payload')}. 19 bytes of it" in " ".join(said.split())
    assert planning.plan(*both, check=7)["items"]
    told = satchel("verify", planning.drive, "--json", home=planning.home).json["findings"]
    assert app("Payload") in [one["subject"] for one in told]
    page = (planning.drive / "satchel/START-HERE.html").read_text()
    assert app("Payload") in page


def test_a_runtime_that_everybody_has(planning: Planning) -> None:
    """Left out on purpose, and said to be missing, by what only looks at the drive as an error."""
    finished = planning.run("make", "org.test.Hello", "--no-runtime", "--json").finished
    found = [one for one in finished["verify"]["findings"] if one["code"] == "runtime-missing"]
    assert [(one["subject"], one["severity"]) for one in found] == [(app("Hello"), "warning")]
    assert [(one["ref"], one["code"]) for one in finished["left_out"]] == [
        (runtime("Platform"), "runtime-missing")
    ]
    refs = planning.drive / ".ostree/repo/refs/mirrors/org.test.Upstream/runtime"
    assert sorted(path.name for path in refs.iterdir()) == ["org.test.Hello.Locale"]
    report = satchel("verify", planning.drive, "--json", home=planning.home, check=1).json
    (told,) = (one for one in report["findings"] if one["severity"] == "error")
    assert told["code"] == "runtime-missing"
    assert "left out on purpose" in told["message"]
    # Named, it is carried; and the next job without the option brings it.
    named = planning.items("org.test.Old", "org.test.Platform", "--no-runtime")
    assert named[runtime("Platform")]["chosen"]
    assert planning.items("org.test.Old")[runtime("Platform")]["needed_by"] == [
        app("Old"), app("Hello"),
    ]  # fmt: skip


def test_extra_data_of_a_related_one(planning: Planning) -> None:
    found = planning.plan("org.test.Hello")
    codec = runtime("Platform.Codec")
    assert codec not in [one["ref"] for one in found["items"]]
    assert [(one["ref"], one["code"]) for one in found["left_out"]] == [
        (codec, "extra-data-missing")
    ]
    warnings = [one["message"] for one in found["notices"] if one["severity"] == "warning"]
    assert any(codec in one and "left out" in one for one in warnings)


def test_end_of_life(planning: Planning) -> None:
    found = planning.plan("org.test.Old", "org.test.Former")
    items = {one["ref"]: one for one in found["items"]}
    assert items[app("Old")]["eol"] == "Nobody looks after it."
    assert items[app("Former")]["eol_rebase"] == app("Hello")
    said = planning.run("plan", "org.test.Old", "org.test.Former").stdout
    flat = " ".join(said.split())
    assert "is at its end of life: Nobody looks after it. It gets no more updates." in flat
    assert f"it is replaced by {app('Hello')}." in flat


# ---- What planning costs


def tree(root: Path) -> dict[str, tuple[int, int, str]]:
    """Everything that can be seen to change: times, modes, contents."""
    found = {}
    for path in (root, *sorted(root.rglob("*"))):
        status = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (status.st_mtime_ns, status.st_mode, hashlib.sha256(data).hexdigest())
    return found


@pytest.mark.parametrize("index", [True, False], ids=["index", "summary"])
def test_a_plan_writes_nothing_and_a_second_asks_once(
    upstream: Upstream,
    serve: Callable[..., Server],
    tmp_path: Path,
    index: bool,
) -> None:
    own = upstream.copy(tmp_path / "own")
    own.update(index=index)
    server = serve(own.path)
    planning = Planning(tmp_path, own, f"{server.url}/")
    before = tree(planning.drive)
    first = planning.plan("org.test.Hello")
    assert tree(planning.drive) == before
    server.forget()
    again = planning.plan("org.test.Hello")
    assert (again["items"], again["collections"]) == (first["items"], first["collections"])
    asked = [(one.path, one.status) for one in server.requests()]
    assert asked == [("/summary.idx" if index else "/summary", 304)]

    planning.run("make", "org.test.Hello")
    before = tree(planning.drive)
    server.forget()
    kept = planning.plan("org.test.Hello")
    assert {one["action"] for one in kept["items"]} == {"keep"}
    assert kept["estimate"]["fetch"] == kept["estimate"]["objects"] == 0
    assert tree(planning.drive) == before
    assert [one.status for one in server.requests()] == [304]

    own.bump(app("Hello"))
    own.update(index=index)
    found = planning.plan("org.test.Old")
    actions = {one["ref"]: one["action"] for one in found["items"]}
    assert actions[app("Hello")] == "update"
    assert actions[app("Old")] == "add"
    assert any("--keep-versions" in one["hint"] for one in found["notices"])
    kept = planning.plan("org.test.Old", "--keep-versions")
    assert {one["ref"]: one["action"] for one in kept["items"]}[app("Hello")] == "keep"
    assert tree(planning.drive) == before


# ---- Room


def tell_sizes(upstream: Upstream, ref: str) -> None:
    """Commit again what ``ref`` has, so that the commit names its objects' sizes."""
    checkout = upstream.directory / "checkout"
    upstream.ostree("checkout", "--user-mode", ref, str(checkout))
    keep = [f"--keep-metadata={key}" for key in ("xa.metadata", "xa.ref", "xa.download-size")]
    upstream.now += 60
    upstream.ostree(
        "commit", f"--branch={ref}", f"--tree=dir={checkout}", "--generate-sizes", *keep,
        "--owner-uid=0", "--owner-gid=0", "--no-xattrs", f"--timestamp=@{upstream.now}",
        f"--gpg-sign={upstream.key.fingerprint}", f"--gpg-homedir={upstream.key.homedir}",
    )  # fmt: skip
    shutil.rmtree(checkout)
    upstream.refs[ref] = upstream.commit(ref)


def spread(seed: str, files: int) -> dict[str, bytes]:
    """Files as packed runtimes have them: many small ones, few large ones."""
    dice = random.Random(seed)
    return {
        f"share/{number % 40}/{number}": dice.randbytes(
            min(400_000, int(dice.lognormvariate(math.log(1250), 2.31)))
        )
        for number in range(files)
    }


def fill_large(upstream: Upstream) -> None:
    """Two apps that share half of what is in them, and a runtime."""
    shared, own = spread("shared", 300), spread("own", 300)
    upstream.add_runtime(runnable=False)
    first = upstream.add_app("org.test.First", files=shared)
    second = upstream.add_app("org.test.Second", files={**shared, **{f"{k}+": own[k] for k in own}})
    upstream.update()
    assert (first, second) == (app("First"), app("Second"))


@pytest.fixture(scope="module")
def large(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("room") / "up", upstream_key, fill_large)


@pytest.fixture(scope="module")
def telling(large: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """The same, where every commit tells."""
    upstream = large.copy(tmp_path_factory.mktemp("telling") / "up")
    for ref in upstream.refs:
        tell_sizes(upstream, ref)
    upstream.update()
    return upstream


KINDS = [
    ("ext4", ("-b", "4096")),
    ("exfat", ("-c", "4K")),
    ("exfat", ("-c", "128K")),
]


@contextmanager
def drive_on(
    kind: str, options: tuple[str, ...], upstream: Upstream, directory: Path
) -> Iterator[Planning]:
    with mounted(kind, directory / "mnt", megabytes=300, options=options) as mount:
        planning = Planning(directory, upstream, upstream.path.as_uri())
        planning.drive = mount
        yield planning


def used(path: Path) -> int:
    status = os.statvfs(path)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


@pytest.mark.devices
@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_room_to_the_cluster(
    telling: Upstream, tmp_path: Path, kind: str, options: tuple[str, ...]
) -> None:
    """What commits tell is counted, shared objects once, and what is there not at all."""
    with drive_on(kind, options, telling, tmp_path) as planning:
        cluster = int(options[1].removesuffix("K")) * (1024 if "K" in options[1] else 1)
        for name in ("First", "Second"):
            found = planning.plan(f"org.test.{name}")["estimate"]
            assert found["space"]["cluster"] == cluster
            before = used(planning.drive)
            finished = planning.run("make", f"org.test.{name}", "--no-verify", "--json").finished
            took = used(planning.drive) - before
            assert found["least"] <= found["write"]
            assert found["write"] == pytest.approx(took, rel=0.05), name
            assert found["fetch"] == pytest.approx(finished["bytes"], rel=0.05)
            assert found["objects"] == pytest.approx(finished["objects"], rel=0.05)


@pytest.mark.devices
@pytest.mark.parametrize(("kind", "options"), KINDS[2:])
def test_room_where_nobody_tells(
    large: Upstream, tmp_path: Path, kind: str, options: tuple[str, ...]
) -> None:
    """Commits made by flatpak keep it to themselves: an honest guess, said to be one."""
    with drive_on(kind, options, large, tmp_path) as planning:
        found = planning.plan("org.test.Second")["estimate"]
        assert found["exact"] is False
        before = used(planning.drive)
        planning.run("make", "org.test.Second", "--no-verify")
        took = used(planning.drive) - before
        assert 0.7 * took < found["write"] < 1.4 * took
        assert found["least"] < took


@pytest.mark.devices
def test_what_clearly_does_not_fit_is_refused(large: Upstream, tmp_path: Path) -> None:
    """Small files take a whole cluster each: 20 MB do not hold these 10."""
    with mounted("exfat", tmp_path / "mnt", megabytes=20, options=("-c", "128K")) as mount:
        planning = Planning(tmp_path, large, large.path.as_uri())
        planning.drive = mount
        for verb in ("plan", "make"):
            done = planning.run(verb, "org.test.Second", "--json", check=3)
            error = json.loads(done.stdout.splitlines()[-1])["error"]
            assert error["kind"] == "DoesNotFitError"
            assert re.search(
                r"needs about \d+ MB .* only \d+ MB of \d+ MB are free", error["message"]
            )
        assert not list(mount.iterdir())
