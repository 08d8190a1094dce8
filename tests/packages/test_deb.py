"""The .deb."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import __version__
from tests.kept import once_a_run
from tests.packages.files import (
    DEADLINE,
    DESKTOP,
    MANUAL,
    METAINFO,
    MIME,
    PACKAGING,
    output,
    pinned,
)
from tests.satchel import ROOT, environment

pytestmark = pytest.mark.packages


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .deb, not compressed, which would take most of the time."""

    def build(place: Path) -> None:
        environment = {**os.environ, "DPKG_DEB_COMPRESSOR_TYPE": "none"}
        built = output(PACKAGING / "deb", place, env=environment)
        (file,) = place.iterdir()
        assert built.splitlines()[-1] == str(file)

    (file,) = once_a_run("deb", tmp_path_factory.getbasetemp(), build).iterdir()
    return file


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def unpack(place: Path) -> None:
        output("dpkg-deb", "-x", package, place)

    return once_a_run("unpacked", tmp_path_factory.getbasetemp(), unpack)


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
        assert (share / "mime/packages" / MIME.name).read_bytes() == MIME.read_bytes()
        assert (share / "metainfo" / METAINFO.name).read_bytes() == METAINFO.read_bytes()
        assert (share / f"icons/hicolor/scalable/apps/{DESKTOP.stem}.svg").is_file()
        assert (share / f"icons/hicolor/symbolic/apps/{DESKTOP.stem}-symbolic.svg").is_file()

    def test_brings_the_units_and_turns_none_on(self, unpacked: Path) -> None:
        for scope in ("system", "user"):
            unit = unpacked / "usr/lib/systemd" / scope / "satchel-watch.service"
            assert unit.read_bytes() == (PACKAGING / "units" / scope / unit.name).read_bytes()
        assert (unpacked / "usr/lib/tmpfiles.d/satchel.conf").is_file()
        assert not (unpacked / "etc").exists()

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
