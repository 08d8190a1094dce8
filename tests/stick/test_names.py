"""IDs and collections that differ only in case, on drives that take them for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import main
from app.drive import case_folding as folding_names
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, environment, satchel
from tests.stick.made_drive import published
from tests.upstream import Upstream, host_arch
from tests.volumes import mounted

pytestmark = pytest.mark.devices

ARCH = host_arch()


def app(name: str, branch: str = "stable") -> str:
    return f"app/org.test.{name}/{ARCH}/{branch}"


def fill(upstream: Upstream) -> None:
    """Apps that differ in case."""
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Other")
    upstream.add_app("org.test.Hello")
    upstream.add_app("org.test.hello", "beta")
    upstream.add_app("org.test.Hello", "Stable")
    upstream.update()


def fill_second(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Other")
    upstream.update()


@pytest.fixture(scope="module")
def upstreams(
    upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Upstream, Upstream]:
    """One with apps that differ in case, and one whose collection does."""
    directory = tmp_path_factory.mktemp("names")
    first = kept_upstream(directory / "first", upstream_key, fill)
    collection = first.collection.lower()
    return first, kept_upstream(directory / "second", upstream_key, fill_second, collection)


class Maker:
    """A home and a drive."""

    def __init__(self, directory: Path, drive: Path) -> None:
        self.home = directory / "home"
        self.home.mkdir()
        self.drive = drive

    def run(self, verb: str, upstream: Upstream, *refs: str, check: bool | int = True) -> Done:
        file = self.home / f"{upstream.collection}.flatpakrepo"
        file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        return satchel(
            verb, self.drive, *refs, "--remote", file, "--json", home=self.home, check=check
        )

    def verify(self) -> Any:
        return satchel("verify", self.drive, "--json", home=self.home).json


@pytest.fixture(scope="module")
def folding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    """An exFAT drive."""
    directory = tmp_path_factory.mktemp("folding")
    with mounted("exfat", directory / "mnt", megabytes=64, options=("-c", "4K")) as mount:
        yield Maker(directory, mount)


def test_refused_before_anything_is_written(
    folding: Maker, upstreams: tuple[Upstream, Upstream]
) -> None:
    first, second = upstreams
    # On an empty drive, and in one job.
    error = folding.run("plan", first, app("Hello"), app("hello", "beta"), check=3).json["error"]
    assert app("Hello") in error["message"]
    assert app("hello", "beta") in error["message"]
    assert not list(folding.drive.iterdir())

    folding.run("make", first, app("Hello"))
    before = published(folding.drive)
    for upstream, ref, names in (
        (first, app("hello", "beta"), (app("Hello"), app("hello", "beta"))),
        (first, app("Hello", "Stable"), (app("Hello"), app("Hello", "Stable"))),
        (second, app("Other"), (first.collection, second.collection)),
    ):
        for verb in ("plan", "make"):
            done = folding.run(verb, upstream, ref, check=3)
            error = done.json["error"] if verb == "plan" else done.finished["error"]
            for name in names:
                assert name in error["message"]
    assert published(folding.drive) == before
    assert folding.verify()["ok"]


def test_names_of_which_only_capitals_are_left(
    folding: Maker, upstreams: tuple[Upstream, Upstream]
) -> None:
    """As FAT has them once the entries with the small letters are lost: they are the same files,
    and neither a check nor a job takes them for others."""
    folding.run("make", upstreams[0], app("Hello"))
    repo = folding.drive / ".ostree/repo"
    apps = repo / "refs/mirrors" / upstreams[0].collection / "app"
    branch = apps / "org.test.Hello" / ARCH / "stable"
    for path in (branch, branch.parent, apps, *(repo / "objects").iterdir()):
        path.rename(path.with_name(path.name.upper()))
    assert folding.verify()["findings"] == []
    repaired = folding.run("repair", upstreams[0], check=False)
    assert repaired.finished["ok"]
    assert not repaired.finished["moved"]
    folding.run("make", upstreams[0], app("Other"))
    assert folding.verify()["ok"]
    done = satchel("remove", folding.drive, app("Hello"), home=folding.home)
    assert done.returncode == 0
    assert folding.verify()["ok"]
    assert not any(apps.rglob("org.test.Hello"))


@pytest.mark.thorough
def test_another_case_is_the_same_file(
    folding: Maker, upstreams: tuple[Upstream, Upstream]
) -> None:
    """As a program that copies drives may leave it: clients find it, and it is not lost."""
    folding.run("make", upstreams[0], app("Hello"))
    refs = folding.drive / ".ostree/repo/refs/mirrors" / upstreams[0].collection / "app"
    collection = upstreams[0].collection
    for path, name in (
        (refs, "App"),
        (refs / "org.test.Hello", "org.test.hello"),
        (refs.parent, collection.upper()),
    ):
        path.rename(refs.parents[1] / "between").rename(path.with_name(name))
    assert {each["code"] for each in folding.verify()["findings"]} <= {"orphan-objects"}
    inspected = satchel("inspect", folding.drive, "--json", home=folding.home).json
    assert [each["id"] for each in inspected["collections"]] == [collection]
    folding.run("make", upstreams[0], app("Other"))
    assert {each.name.lower() for each in refs.iterdir()} == {"org.test.hello", "org.test.other"}
    assert folding.verify()["ok"]


def test_where_case_counts_all_fit(tmp_path: Path, upstreams: tuple[Upstream, Upstream]) -> None:
    (tmp_path / "drive").mkdir()
    maker = Maker(tmp_path, tmp_path / "drive")
    maker.run("make", upstreams[0], app("Hello"), app("hello", "beta"), app("Hello", "Stable"))
    maker.run("make", upstreams[1], app("Other"))
    assert maker.verify()["ok"]


def test_a_file_system_that_nobody_knows(
    tmp_path: Path, upstreams: tuple[Upstream, Upstream], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty, it tells nothing; it is asked again before any ref gets its name."""
    first, _ = upstreams
    home = tmp_path / "home"
    home.mkdir()
    file = home / "up.flatpakrepo"
    file.write_text(first.flatpakrepo(first.path.as_uri()))
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    with mounted("exfat", tmp_path / "mnt", megabytes=64, options=("-c", "4K")) as mount:
        monkeypatch.setattr(folding_names, "_FOLDING", frozenset())
        both = app("Hello"), app("hello", "beta")
        assert main(["make", str(mount), *both, "--remote", str(file), "--yes"]) == 3
        refs = mount / ".ostree/repo/refs/mirrors"
        assert not list(refs.iterdir())
        assert not (mount / ".ostree/repo/summary").exists()
