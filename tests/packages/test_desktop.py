"""What software centres and shells get: desktop entry, metainfo, manual."""

from __future__ import annotations

import os
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from app import __version__
from app.stick.choices.app_sets import MIME_TYPE
from app.stick.choices.profile import SET_SUFFIX
from tests.cli.test_syntax import COMMANDS
from tests.packages.files import (
    DESKTOP,
    LANGUAGE,
    MANUAL,
    METAINFO,
    MIME,
    PACKAGING,
    entry,
    output,
)
from tests.satchel import ROOT

pytestmark = pytest.mark.packages


class TestDesktopEntry:
    def test_is_valid(self) -> None:
        assert output("desktop-file-validate", DESKTOP) == ""

    def test_starts_the_window(self) -> None:
        assert (entry()["Exec"], entry()["Terminal"]) == ("satchel %U", "false")

    def test_opens_what_hands_on_apps(self) -> None:
        types = entry()["MimeType"].rstrip(";").split(";")
        root = ET.parse(METAINFO).getroot()

        assert types == [
            "application/vnd.flatpak",
            "application/vnd.flatpak.ref",
            "application/vnd.flatpak.repo",
            MIME_TYPE,
        ]
        assert [each.text for each in root.findall("provides/mediatype")] == types

    def test_speaks_german(self) -> None:
        translatable = {"GenericName", "Comment", "Keywords"}

        assert all(entry()[f"{key}[de]"] for key in translatable)


class TestMimeType:
    def test_desktops_know_a_set_by_its_name(self, tmp_path: Path) -> None:
        packages = tmp_path / "packages"
        packages.mkdir()
        shutil.copy(MIME, packages)
        output("update-mime-database", tmp_path)

        globs = (tmp_path / "globs").read_text("utf-8").splitlines()
        assert f"{MIME_TYPE}:*{SET_SUFFIX}" in globs


class TestMetainfo:
    def test_is_valid(self) -> None:
        output("appstreamcli", "validate", "--no-net", METAINFO)

    def test_belongs_to_the_desktop_entry(self) -> None:
        root = ET.parse(METAINFO).getroot()

        assert root.findtext("launchable") == DESKTOP.name
        assert root.findtext("id") == DESKTOP.stem == entry()["Icon"]
        assert root.findtext("provides/binary") == entry()["Exec"].partition(" ")[0]
        assert root.findtext("summary") == entry()["Comment"]
        categories = [category.text for category in root.findall("categories/category")]
        assert categories == entry()["Categories"].rstrip(";").split(";")

    def test_says_everything_in_german_too(self) -> None:
        root = ET.parse(METAINFO).getroot()
        for place in (*root.iter("description"), *root.iter("ul")):
            languages = [element.get(LANGUAGE) for element in place if element.tag in ("p", "li")]
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
            assert f" {option.name}{option.usage}" in said
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
