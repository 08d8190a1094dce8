"""What distributions and software centres get: desktop entry, metainfo, manual, .deb, flatpak."""

from __future__ import annotations

import configparser
import gzip
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from app import __version__
from tests.cli.test_syntax import COMMANDS
from tests.satchel import ROOT, environment
from tests.waiting import GUARD

pytestmark = pytest.mark.packages

PACKAGING = ROOT / "packaging"
DESKTOP = PACKAGING / "org.satchel.Satchel.desktop"
METAINFO = PACKAGING / "org.satchel.Satchel.metainfo.xml"
MANUAL = PACKAGING / "satchel.1"
MANIFEST = PACKAGING / "org.satchel.Satchel.yml"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
DEADLINE = GUARD


def output(*command: str | Path, **options: Any) -> str:
    """What a command prints; it must succeed."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
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


@pytest.fixture(scope="module")
def manual() -> dict[str, str]:
    """The text under each heading, as people see it; ``make`` and ``remotes add`` are some."""
    shown = output("mandoc", "-T", "utf8", MANUAL)
    # What is bold or underlined is struck twice.
    text = re.sub(".\x08", "", shown)
    parts = re.split(r"^ {0,3}(?! )(\S.*)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


class TestManual:
    def test_is_up_to_date(self) -> None:
        assert output(sys.executable, PACKAGING / "manual", "--check") == ""

    def test_is_sound(self) -> None:
        assert output("mandoc", "-T", "lint", "-W", "warning", MANUAL) == ""
        # What it complains of, and not the page.
        groff = 'man --warnings -Tutf8 -Z -l "$0" 2>&1 >/dev/null'
        locale = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}
        assert output("bash", "-c", groff, MANUAL, env=locale) == ""

    @pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
    def test_tells_what_every_command_takes(
        self, path: tuple[str, ...], manual: dict[str, str]
    ) -> None:
        command, said = COMMANDS[path], " ".join(manual[" ".join(path)].split())

        assert said.startswith(f"satchel {' '.join(path)}")
        for option in command.options:
            assert f" {option.name} {option.metavar}".rstrip() in said
            assert " ".join(option.help.split()) in said
        for argument in command.arguments:
            assert argument.metavar in said
            assert argument.help in said

    def test_names_every_command(self, manual: dict[str, str]) -> None:
        headings = [name for name in manual if name.islower()]

        assert headings == [" ".join(path) for path in COMMANDS]

    def test_names_what_is_read_of_the_environment(self, manual: dict[str, str]) -> None:
        source = (ROOT / "app/cli/environment.py").read_text("utf-8")
        variables = set(re.findall(r'"([A-Z][A-Z_]{3,})"', source)) - {"HOME"}

        assert len(variables) > 10
        for name in variables - {"SATCHEL_LOOP_IS_REMOVABLE"}:
            assert re.search(rf"\b{name}\b", manual["ENVIRONMENT"]), name

    def test_tells_every_exit_status(self, manual: dict[str, str]) -> None:
        said = re.findall(r"^ {7}(\d+)\b", manual["EXIT STATUS"], re.MULTILINE)

        assert said == ["0", "1", "2", "3", "4", "5", "6", "7", "130"]


def locked(name: str) -> dict[str, tuple[Version, set[str]]]:
    """From a lock: name → version and the SHA-256 of its files."""
    text = (PACKAGING / name).read_text("utf-8").replace("\\\n", " ")
    pins: dict[str, tuple[Version, set[str]]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            requirement, *hashes = line.split()
            package, _, version = requirement.partition("==")
            assert all(re.fullmatch("--hash=sha256:[0-9a-f]{64}", word) for word in hashes)
            digests = {word.removeprefix("--hash=sha256:") for word in hashes}
            pins[canonicalize_name(package)] = (Version(version), digests)
    return pins


def pinned() -> dict[str, tuple[Version, set[str]]]:
    return locked("wheels.txt")


def project(group: str, key: str) -> list[Requirement]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[group]
    return [Requirement(text) for text in table[key]]


def wanted(requirements: Iterable[Requirement]) -> dict[str, list[Requirement]]:
    """What these requirements name, and what that requires as it is installed here."""
    by_name: dict[str, list[Requirement]] = {}
    left = list(requirements)
    while left:
        requirement = left.pop()
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            name = canonicalize_name(requirement.name)
            if name not in by_name:
                left += map(Requirement, distribution(name).requires or ())
            by_name.setdefault(name, []).append(requirement)
    return by_name


class TestLock:
    def test_names_what_satchel_needs_and_what_that_needs(self) -> None:
        assert pinned().keys() == wanted(project("project", "dependencies")).keys()

    def test_names_versions_that_pyproject_allows(self) -> None:
        pins = pinned()
        refused = [
            requirement
            for requirement in project("project", "dependencies")
            if pins[canonicalize_name(requirement.name)][0] not in requirement.specifier
        ]

        assert refused == []

    def test_what_builds_it_is_what_pyproject_allows(self) -> None:
        (needed,) = project("build-system", "requires")

        version, _ = locked("wheels-build.txt")[canonicalize_name(needed.name)]
        assert version in needed.specifier

    @pytest.mark.parametrize("name", ["wheels.txt", "wheels-build.txt"])
    def test_every_file_has_its_digest(self, name: str) -> None:
        assert all(digests for _, digests in locked(name).values())


# Not what Flatpak gets apps from: that is what the product is about. Written so that this file does
# not name them itself.
REGISTRIES = re.compile(
    r"""
      pypi[.]org | pythonhosted[.]org | (?:conda|anaconda)[.](?:org|com)
    | (?:deb|ftp|security|archive|mirrors?|ports|snapshot|packages|httpredir)[.\w]*
      [.](?:debian|ubuntu|fedoraproject|archlinux|kernel)[.](?:org|net|com)
    | (?:www[.])?debian[.](?:org|net)
    | registry[.](?!example)[\w.]+[.](?:org|io|com) | npmjs[.](?:org|com)
    | crates[.]io | proxy[.]golang[.]org
    | (?:docker|quay|ghcr)[.]io
    """,
    re.VERBOSE,
)


def sources() -> Iterator[Path]:
    """Every file of the project, but not what was made from it."""
    for place in ("app", "ui", "resources", "packaging", "tests", ".ci"):
        yield from (path for path in (ROOT / place).rglob("*") if path.is_file())
    yield from (path for path in ROOT.iterdir() if path.is_file())


def test_no_address_of_a_package_registry_stands_in_the_project() -> None:
    named = []
    for path in sources():
        if path.suffix not in (".pyc", ".png", ".webp", ".qm"):
            text = path.read_bytes().decode("latin-1")
            named += [f"{path.relative_to(ROOT)}: {host}" for host in REGISTRIES.findall(text)]

    assert named == []


@pytest.mark.parametrize(
    "address",
    [
        "https://files.pythonhosted" + ".org/packages/ab/cd/some-1.0-py3-none-any.whl",
        "https://pypi" + ".org/simple/",
        "http://deb.debian" + ".org/debian",
        "http://ftp.de.debian" + ".org/debian",
        "http://archive.ubuntu" + ".com/ubuntu",
        "https://mirrors.kernel" + ".org/fedora",
        "oci+https://registry.fedoraproject" + ".org",
    ],
)
def test_addresses_of_registries_are_known(address: str) -> None:
    assert REGISTRIES.search(address)


def stand_in(directory: Path, name: str, script: str) -> None:
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


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
        ("machine", "options", "passed_on"),
        [
            (platform.machine(), (), "--install"),
            ("aarch64", ("--arch=aarch64", "--repo=there"), "--repo=there"),
        ],
        ids=["usual", "aarch64"],
    )
    def test_puts_what_the_locks_name_where_the_manifest_looks(
        self,
        checkout: Path,
        programs: Path,
        tmp_path: Path,
        machine: str,
        options: tuple[str, ...],
        passed_on: str,
        manifest: Any,
    ) -> None:
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
            ((source,), pins) = (modules[module], locked(lock))
            assert source["type"] == "dir"
            wheels = list((checkout / "packaging" / source["path"]).iterdir())
            assert {parse_wheel_filename(path.name)[0] for path in wheels} == pins.keys() - brought
            for path in wheels:
                name, version, _, tags = parse_wheel_filename(path.name)
                assert version == pins[name][0]
                assert hashlib.sha256(path.read_bytes()).hexdigest() in pins[name][1]
                assert all(tag.platform == "any" or machine in tag.platform for tag in tags)

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

    def test_brings_the_manual(self, unpacked: Path) -> None:
        pages = unpacked / "usr/share/man"
        (page,) = (path for path in pages.rglob("*") if path.is_file())

        assert page == pages / "man1/satchel.1.gz"
        assert gzip.decompress(page.read_bytes()) == MANUAL.read_bytes()

    @pytest.mark.parametrize(
        ("shell", "place"),
        [
            ("bash", "bash-completion/completions/satchel"),
            ("zsh", "zsh/vendor-completions/_satchel"),
            ("fish", "fish/vendor_completions.d/satchel.fish"),
        ],
    )
    def test_shells_complete(self, unpacked: Path, tmp_path: Path, shell: str, place: str) -> None:
        printed = output(
            *(unpacked / "usr/bin/satchel", "completion", shell), env=environment(tmp_path)
        )
        answered = output(
            *(unpacked / "usr/bin/satchel", "__complete", shell, "satchel settings "),
            env=environment(tmp_path),
        )

        assert (unpacked / "usr/share" / place).read_text("utf-8") == printed
        assert not (unpacked / "usr/share/zsh/site-functions").exists()
        assert answered.startswith("languages")

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
from ui.style.icons import program_icon
print(program_icon().isNull(), sorted(map(bytes, QImageReader.supportedImageFormats())))
"""
        said = output(
            *("/usr/bin/python3", "-I", "-c", load, unpacked / "usr/lib/satchel"),
            env={**environment(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        )

        assert said.startswith("False ")
        assert {"jpeg", "png", "svg", "webp"} <= set(re.findall(r"b'(\w+)'", said))
