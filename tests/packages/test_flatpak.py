"""The flatpak, and what builds it."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from tests.packages.files import (
    DEADLINE,
    DESKTOP,
    MANIFEST,
    PACKAGING,
    entry,
    locked,
    output,
    project,
)

pytestmark = pytest.mark.packages


def stand_in(directory: Path, name: str, script: str) -> None:
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


def leave_few(lock: Path) -> None:
    """Of what it names the first two, and what the flatpak's base brings."""
    entries = re.split(r"^(?=[a-z])", lock.read_text("utf-8"), flags=re.MULTILINE)
    brought = [entry for entry in entries[3:] if entry.startswith(("pyside6", "shiboken6"))]
    lock.write_text("".join([*entries[:3], *brought]), "utf-8")


class TestFlatpakScript:
    """packaging/flatpak, in a copy of the project; no runtimes can be had, so nothing is built."""

    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        shutil.copytree(PACKAGING, tmp_path / "checkout/packaging")
        return tmp_path / "checkout"

    @pytest.fixture
    def programs(self, tmp_path: Path) -> Path:
        directory = tmp_path / "bin"
        directory.mkdir()
        told = tmp_path / "told"
        stand_in(
            directory,
            "flatpak-builder",
            f'[ "$1" = --version ] && echo flatpak-builder 1.4.4 || echo "$@" >{told}',
        )
        stand_in(directory, "flatpak", "printf 'fedora\\nflathub\\n'")
        return directory

    def start(
        self, checkout: Path, programs: Path, *options: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [checkout / "packaging/flatpak", *options],
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )

    @pytest.mark.parametrize(
        ("machine", "options", "passed_on", "few"),
        [
            pytest.param(platform.machine(), (), "--install", True, id="usual"),
            pytest.param(
                platform.machine(), (), "--install", False, marks=pytest.mark.thorough, id="all"
            ),
            pytest.param(
                "aarch64",
                ("--arch=aarch64", "--repo=there"),
                "--repo=there",
                False,
                marks=pytest.mark.thorough,
                id="aarch64",
            ),
        ],
    )
    def test_puts_what_the_locks_name_where_the_manifest_looks(
        self,
        checkout: Path,
        programs: Path,
        tmp_path: Path,
        machine: str,
        options: tuple[str, ...],
        passed_on: str,
        few: bool,
        manifest: Any,
    ) -> None:
        if few:
            for name in ("wheels.txt", "wheels-build.txt"):
                leave_few(checkout / "packaging" / name)
        old = checkout / "build/wheels/needed/old-1.0-py3-none-any.whl"
        old.parent.mkdir(parents=True)
        old.touch()

        done = self.start(checkout, programs, *options)

        assert done.returncode == 0, done.stderr
        told = (tmp_path / "told").read_text("utf-8").split()
        assert {f"--arch={machine}", "--user", "--install-deps-from=flathub"} <= set(told)
        assert told[-3:] == [
            passed_on,
            str(checkout / "build/flatpak"),
            str(checkout / "packaging/org.satchel.Satchel.yml"),
        ]
        modules = {module["name"]: module["sources"] for module in manifest["modules"]}
        for module, lock, brought in (
            ("python-packages", "wheels.txt", {"pyside6-essentials", "shiboken6"}),
            ("build-tools", "wheels-build.txt", set()),
        ):
            ((source,), pins) = (modules[module], locked(lock, checkout / "packaging"))
            assert source["type"] == "dir"
            wheels = list((checkout / "packaging" / source["path"]).iterdir())
            assert {parse_wheel_filename(path.name)[0] for path in wheels} == pins.keys() - brought
            assert wheels
            for path in wheels:
                name, version, _, tags = parse_wheel_filename(path.name)
                assert version == pins[name][0]
                assert hashlib.sha256(path.read_bytes()).hexdigest() in pins[name][1]
                assert all(tag.platform == "any" or machine in tag.platform for tag in tags)

    @pytest.mark.thorough
    def test_takes_nothing_that_the_locks_do_not_name(self, checkout: Path, programs: Path) -> None:
        lock = checkout / "packaging/wheels.txt"
        text = re.sub("sha256:[0-9a-f]{4}", "sha256:0000", lock.read_text("utf-8"))
        lock.write_text(text, "utf-8")

        done = self.start(checkout, programs)

        assert done.returncode == 1
        assert "DO NOT MATCH THE HASHES" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize(
        ("program", "script", "said"),
        [
            ("flatpak-builder", "echo flatpak-builder 1.2.3", "needs flatpak-builder 1.4; here is"),
            ("flatpak", "echo fedora", "README.md says how to add it."),
        ],
    )
    def test_says_what_is_missing(
        self, checkout: Path, programs: Path, program: str, script: str, said: str
    ) -> None:
        stand_in(programs, program, script)

        done = self.start(checkout, programs)

        assert done.returncode == 1
        assert said in done.stderr
        assert not (checkout / "build").exists()


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Any:
    # It leaves a directory where it is started.
    place = tmp_path_factory.mktemp("flatpak")
    return json.loads(output("flatpak-builder", "--show-manifest", MANIFEST, cwd=place))


class TestFlatpak:
    def test_is_the_same_program(self, manifest: Any) -> None:
        # What follows is for the desktop: the files to open.
        command, _, files = entry()["Exec"].partition(" ")
        assert (manifest["id"], manifest["command"]) == (DESKTOP.stem, command)
        assert files == "%U"

    def test_takes_its_base_for_the_runtime_it_runs_on(self, manifest: Any) -> None:
        assert manifest["base-version"] == manifest["runtime-version"]

    def test_brings_qt_that_pyproject_allows(self, manifest: Any) -> None:
        (qt,) = (
            requirement
            for requirement in project("project", "dependencies")
            if "PySide6" in requirement.name
        )

        assert Version(manifest["base-version"]) in qt.specifier

    def test_sees_the_nodes_of_drives(self, manifest: Any) -> None:
        # Without, no drive can be formatted: that its node is the drive chosen is looked at before.
        assert "--device=all" in manifest["finish-args"]

    def test_leaves_the_sdk_its_own_python_packages(self, manifest: Any) -> None:
        commands = [line for module in manifest["modules"] for line in module["build-commands"]]
        installs = [line for line in commands if "pip3 install" in line]

        assert installs
        assert all("--ignore-installed" in line for line in installs)

    def test_reaches_no_more_than_drives_and_what_is_configured(self, manifest: Any) -> None:
        prefix = "--filesystem="
        places = {
            word.removeprefix(prefix) for word in manifest["finish-args"] if word.startswith(prefix)
        }

        assert {place for place in places if not place.endswith(":ro")} == {
            "/run/media",
            "/media",
            "/mnt",
        }
