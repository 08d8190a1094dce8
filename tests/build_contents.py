"""What is in the build directories that upstreams export."""

from __future__ import annotations

import functools
import hashlib
import random
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PLATFORM = "org.test.Platform"

PLATFORM_EXTENSIONS = f"""
[Extension {PLATFORM}.GL]
versions=1;1.4
directory=lib/GL
subdirectories=true
no-autodownload=true
autodelete=false
add-ld-path=lib
merge-dirs=glvnd
download-if=active-gl-driver
enable-if=active-gl-driver

[Extension org.test.Theme]
directory=share/runtime/themes
version=3.22
subdirectories=true
no-autodownload=true
download-if=active-gtk-theme
"""
"""How org.freedesktop.Platform declares GL drivers and themes."""

PLUGIN_EXTENSION = """
[Extension org.test.Hello.Plugin]
directory=share/hello/plugins
version=v1
subdirectories=true
no-autodownload=true
autodelete=true
"""

Content = Mapping[str, str | bytes]
"""Path below the build's root → content. A text that starts with ``#!`` becomes executable."""


@dataclass(frozen=True)
class ExtraData:
    """A payload that the client downloads itself from ``uri``, where the test must serve it."""

    payload: bytes
    uri: str
    name: str = "payload.bin"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.payload).hexdigest()


def fill_tree(root: Path, files: Content, size: int, seed: str) -> None:
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        path.chmod(0o755 if data.startswith(b"#!") else 0o644)
    if size:
        (root / "share").mkdir(exist_ok=True)
        (root / "share" / "noise").write_bytes(random.Random(seed).randbytes(size))


def link_languages(root: Path, languages: Sequence[str]) -> None:
    for language in languages:
        (root / "share" / "runtime" / "locale" / language).mkdir(parents=True)
        (root / "share" / "locale").mkdir(parents=True, exist_ok=True)
        link = root / "share" / "locale" / language
        link.symlink_to(f"../runtime/locale/{language}/share/{language}")


def make_mount_points(root: Path, extensions: str) -> None:
    """Where extensions go has to be there: nothing can be made in an installed app."""
    for place in re.findall(r"^directory=(.+)$", extensions, re.MULTILINE):
        (root / place).mkdir(parents=True, exist_ok=True)


def app_files(id: str, name: str, says: str) -> dict[str, str | bytes]:
    component = (
        f"<component type='desktop-application'><id>{id}</id><name>{name}</name>"
        f"<summary>Prints a greeting</summary>"
        "<metadata_license>CC0-1.0</metadata_license><project_license>MIT</project_license>"
        f"<description><p>{name} is for tests.</p></description>"
        f"<launchable type='desktop-id'>{id}.desktop</launchable>"
        "<categories><category>Utility</category></categories>"
        "<releases><release version='1.0' date='2025-01-01'/></releases>{more}</component>"
    )
    xml = "<?xml version='1.0' encoding='UTF-8'?>\n"
    icon = f"<icon type='cached' width='64' height='64'>{id}.png</icon>"
    collected = f"<components version='0.16'>{component.replace('{more}', icon)}</components>"
    png = _icon(id)
    return {
        "bin/start": f'#!/bin/sh\necho "{says}"\n',
        f"share/applications/{id}.desktop": (
            f"[Desktop Entry]\nType=Application\nName={name}\nExec=start\nIcon={id}\n"
        ),
        f"share/icons/hicolor/64x64/apps/{id}.png": png,
        f"share/metainfo/{id}.metainfo.xml": xml + component.replace("{more}", ""),
        f"share/app-info/icons/flatpak/64x64/{id}.png": png,
        f"share/app-info/xmls/{id}.xml.gz": _gzip((xml + collected).encode()),
    }


def _gzip(data: bytes) -> bytes:
    """Without a time in it, unlike the module's."""
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()


def _icon(id: str) -> bytes:
    """A 64x64 PNG of one colour, another one for each app."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    row = b"\0" + hashlib.sha256(id.encode()).digest()[:3] * 64
    header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * 64))
        + chunk(b"IEND", b"")
    )


@functools.cache
def programs() -> tuple[tuple[str, Path], ...]:
    """Place below /usr and source of ``sh``, ``cat`` and the libraries they need."""
    files: dict[str, Path] = {}
    for name in ("sh", "cat"):
        program = shutil.which(name)
        assert program is not None
        files[f"bin/{name}"] = Path(program).resolve()
        linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"(/\S+) \(0x", linked):
            files[f"lib/{Path(library).name}"] = Path(library).resolve()
    return tuple(files.items())


def add_programs(usr: Path) -> None:
    for name, source in programs():
        (usr / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, usr / name)
        (usr / name).chmod(0o755)
    # Where x86_64 looks for the loader.
    (usr / "lib64").symlink_to("lib")
