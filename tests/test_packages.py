"""What distributions and software centres get: desktop entry, metainfo, manual, .deb, flatpak."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from app import __version__
from tests.satchel import ROOT, environment

PACKAGING = ROOT / "packaging"
DESKTOP = PACKAGING / "org.satchel.Satchel.desktop"
METAINFO = PACKAGING / "org.satchel.Satchel.metainfo.xml"
MANIFEST = PACKAGING / "org.satchel.Satchel.yml"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
DEADLINE = 180


def output(*command: str | Path, **options: Any) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=DEADLINE,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DESKTOP, "utf-8")
    return parser["Desktop Entry"]


class TestDesktopEntry:
    def test_is_valid(self) -> None:
        assert output("desktop-file-validate", DESKTOP) == ""

    def test_starts_the_window(self) -> None:
        assert (entry()["Exec"], entry()["Terminal"]) == ("satchel", "false")

    def test_speaks_german(self) -> None:
        translatable = {"GenericName", "Comment", "Keywords"}

        assert all(entry()[f"{key}[de]"] for key in translatable)


class TestMetainfo:
    def test_is_valid(self) -> None:
        output("appstreamcli", "validate", "--no-net", METAINFO)

    def test_belongs_to_the_desktop_entry(self) -> None:
        root = ET.parse(METAINFO).getroot()

        assert root.findtext("launchable") == DESKTOP.name
        assert root.findtext("id") == DESKTOP.stem == entry()["Icon"]
        assert root.findtext("provides/binary") == entry()["Exec"]
        assert root.findtext("summary") == entry()["Comment"]
        categories = [category.text for category in root.findall("categories/category")]
        assert categories == entry()["Categories"].rstrip(";").split(";")

    def test_says_everything_in_german_too(self) -> None:
        root = ET.parse(METAINFO).getroot()
        for place in (*root.iter("description"), *root.iter("ul")):
            languages = [one.get(LANGUAGE) for one in place if one.tag in ("p", "li")]
            assert languages == [None, "de"] * (len(languages) // 2)

    def test_tells_of_the_releases_in_the_changelog(self) -> None:
        changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
        released = re.findall(r"^## \[(\d[^\]]*)\] - (\S+)$", changelog, re.MULTILINE)
        told = [
            (release.get("version"), release.get("date"))
            for release in ET.parse(METAINFO).getroot().iter("release")
            if release.get("type", "stable") == "stable"
        ]

        assert told == released

    def test_the_newest_release_is_this_version(self) -> None:
        newest = ET.parse(METAINFO).getroot().find("releases/release")

        assert newest is not None
        assert newest.get("version") == __version__


def test_the_manual_names_every_verb(tmp_path: Path) -> None:
    listed = output(sys.executable, "-m", "app.cli.main", "--help", env=environment(tmp_path))
    verbs = re.findall(r"^ {4}([a-z]+) ", listed, re.MULTILINE)
    manual = (PACKAGING / "satchel.1").read_text("utf-8")
    headings = re.findall(r"^\.TP\n\.BR? (.+)$", manual, re.MULTILINE)

    assert set(verbs) == set(re.findall("[a-z]+", " ".join(headings)))
    assert "make" in verbs


def pinned() -> dict[str, tuple[Version, set[str]]]:
    """From wheels.txt: name → version and the SHA-256 of its files."""
    text = (PACKAGING / "wheels.txt").read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            requirement, *hashes = line.split()
            name, _, version = requirement.partition("==")
            digests = {word.removeprefix("--hash=sha256:") for word in hashes}
            found[canonicalize_name(name)] = (Version(version), digests)
    return found


def project(group: str, key: str) -> list[Requirement]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[group]
    return [Requirement(text) for text in table[key]]


class TestWheels:
    def test_are_what_pyproject_allows(self) -> None:
        pins = pinned()
        needed = {
            canonicalize_name(one.name): one.specifier for one in project("project", "dependencies")
        }

        assert needed.keys() <= pins.keys()
        assert {
            name: pins[name][0] for name, allowed in needed.items() if pins[name][0] not in allowed
        } == {}

    def test_the_flatpak_takes_the_same(self) -> None:
        machines: dict[str, set[str]] = {}
        for source in json.loads((PACKAGING / "wheels.json").read_bytes()):
            name, version, _, _ = parse_wheel_filename(source["url"].rsplit("/", 1)[-1])
            assert version == pinned()[name][0]
            assert source["sha256"] in pinned()[name][1]
            machines.setdefault(name, set()).update(
                source.get("only-arches", ("x86_64", "aarch64"))
            )

        assert machines.keys() == pinned().keys() - {"pyside6-essentials", "shiboken6"}
        assert all(there == {"x86_64", "aarch64"} for there in machines.values())

    def test_what_builds_it_is_what_pyproject_allows(self) -> None:
        sources = json.loads((PACKAGING / "wheels-build.json").read_bytes())
        tools = dict(parse_wheel_filename(one["url"].rsplit("/", 1)[-1])[:2] for one in sources)
        (needed,) = project("build-system", "requires")

        assert tools[canonicalize_name(needed.name)] in needed.specifier

    @pytest.mark.parametrize("name", ["wheels.json", "wheels-build.json"])
    def test_come_from_where_everybody_gets_them(self, name: str) -> None:
        for source in json.loads((PACKAGING / name).read_bytes()):
            assert source["url"].startswith("https://files.pythonhosted.org/packages/")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Any:
    # It leaves a directory where it is started.
    place = tmp_path_factory.mktemp("flatpak")
    return json.loads(output("flatpak-builder", "--show-manifest", MANIFEST, cwd=place))


class TestFlatpak:
    def test_is_the_same_program(self, manifest: Any) -> None:
        assert (manifest["id"], manifest["command"]) == (DESKTOP.stem, entry()["Exec"])

    def test_takes_its_base_for_the_runtime_it_runs_on(self, manifest: Any) -> None:
        assert manifest["base-version"] == manifest["runtime-version"]

    def test_brings_qt_that_pyproject_allows(self, manifest: Any) -> None:
        (qt,) = (one for one in project("project", "dependencies") if "PySide6" in one.name)

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


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .deb, hardly compressed, which would take most of the time."""
    quick = {"DPKG_DEB_COMPRESSOR_TYPE": "gzip", "DPKG_DEB_COMPRESSOR_LEVEL": "1"}
    place = tmp_path_factory.mktemp("deb")
    built = output(PACKAGING / "deb", place, env={**os.environ, **quick})
    (found,) = place.iterdir()
    assert built.splitlines()[-1] == str(found)
    return found


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("unpacked")
    output("dpkg-deb", "-x", package, place)
    return place


def listed(package: Path) -> Iterator[tuple[str, str, str]]:
    """Mode, owner and path of everything in a package."""
    for line in output("dpkg-deb", "-c", package).splitlines():
        mode, owner, _, _, _, path = line.split(maxsplit=5)
        yield mode, owner, path


class TestDeb:
    def test_says_what_it_is(self, package: Path) -> None:
        def field(name: str) -> str:
            return output("dpkg-deb", "-f", package, name).strip()

        assert (field("Package"), field("Version")) == ("satchel", __version__)
        assert field("Architecture") == output("dpkg", "--print-architecture").strip()
        assert package.name == f"satchel_{__version__}_{field('Architecture')}.deb"

    def test_what_it_depends_on_can_be_had(self, package: Path) -> None:
        said = output("apt-get", "install", "--simulate", "--no-install-recommends", package)

        assert re.search(r"^Inst satchel ", said, re.MULTILINE)

    def test_belongs_to_root_and_only_root_writes(self, package: Path) -> None:
        for mode, owner, path in listed(package):
            assert owner == "root/root", path
            assert mode[0] == "l" or mode[5] + mode[8] == "--", path

    def test_brings_what_desktops_look_for(self, unpacked: Path) -> None:
        share = unpacked / "usr/share"

        assert (share / "applications" / DESKTOP.name).read_bytes() == DESKTOP.read_bytes()
        assert (share / "metainfo" / METAINFO.name).read_bytes() == METAINFO.read_bytes()
        assert (share / f"icons/hicolor/scalable/apps/{DESKTOP.stem}.svg").is_file()
        assert (share / f"icons/hicolor/symbolic/apps/{DESKTOP.stem}-symbolic.svg").is_file()
        assert (share / "man/man1/satchel.1.gz").is_file()

    def test_names_the_licence_of_everything_in_it(self, unpacked: Path) -> None:
        said = (unpacked / "usr/share/doc/satchel/copyright").read_text("utf-8")
        for name, (version, _) in pinned().items():
            assert f"{name} {version}\n" in said.lower().replace("_", "-")
        for text in re.findall(r"^Text: (.*)$", said, re.MULTILINE):
            assert (unpacked / text.removeprefix("/")).is_file()

    def test_its_checksums_are_right(self, package: Path, unpacked: Path, tmp_path: Path) -> None:
        output("dpkg-deb", "-e", package, tmp_path)

        output("md5sum", "--check", "--quiet", tmp_path / "md5sums", cwd=unpacked)

    def test_every_library_finds_its_own(self, unpacked: Path) -> None:
        libraries = sorted((unpacked / "usr/lib/satchel").rglob("*.so*"))
        # GTK's is for desktops that have GTK.
        said = output("ldd", *(path for path in libraries if path.stem != "libqgtk3"))

        assert [line for line in said.splitlines() if "not found" in line] == []

    def test_tells_nothing_of_where_it_was_built(self, unpacked: Path) -> None:
        for path in unpacked.rglob("*"):
            if path.is_file() and path.suffix in ("", ".txt", ".py", ".json"):
                assert str(ROOT).encode() not in path.read_bytes(), path

    def test_the_command_runs(self, unpacked: Path, tmp_path: Path) -> None:
        said = output(unpacked / "usr/bin/satchel", "--version", env=environment(tmp_path))

        assert said == f"satchel {__version__}\n"

    def test_the_demo_runs(self, unpacked: Path, tmp_path: Path) -> None:
        said = output(unpacked / "usr/bin/satchel", "demo", env=environment(tmp_path), cwd=tmp_path)

        assert "Sound (" in said

    def test_qt_has_the_screens_it_needs(self, unpacked: Path, tmp_path: Path) -> None:
        done = subprocess.run(
            [unpacked / "usr/bin/satchel"],
            env={**environment(tmp_path), "QT_QPA_PLATFORM": "none-such"},
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )

        assert done.returncode == 2
        assert "none-such" in done.stderr

    def test_every_part_of_the_window_is_there(self, unpacked: Path, tmp_path: Path) -> None:
        load = """\
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import ui
for module in pkgutil.walk_packages(ui.__path__, "ui."):
    importlib.import_module(module.name)
from PySide6.QtGui import QImageReader
from PySide6.QtWidgets import QApplication
application = QApplication(["satchel"])
from ui.icons import program_icon
print(program_icon().isNull(), sorted(map(bytes, QImageReader.supportedImageFormats())))
"""
        said = output(
            *("/usr/bin/python3", "-I", "-c", load, unpacked / "usr/lib/satchel"),
            env={**environment(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        )

        assert said.startswith("False ")
        assert {"jpeg", "png", "svg", "webp"} <= set(re.findall(r"b'(\w+)'", said))
