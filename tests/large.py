"""A remote as large as real ones, in a second: signed summaries and a catalogue of made-up apps.

There is nothing to install behind the names: plans cost, searches and lists can be tried, jobs not.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.formats.gvariant import serialise
from app.formats.gvariant.types import Variant
from app.ostree.objects import COMMIT_TYPE, DIRMETA_TYPE, DIRTREE_TYPE, byteswap64
from tests.gpg import SigningKey
from tests.upstream import host_arch

COLLECTION = "org.large.Apps"
ARCH = host_arch()
MADE = 1_750_000_000
RUNTIMES = 20
CATEGORIES = ("Game", "Office", "Education", "Graphics", "Network", "Science", "Utility")
_WORDS = ("Atlas", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Heron", "Iris", "Kelp")
_DRIVERS = 40
EXTRA = 48
"""The remainder by fifty of those that cannot be carried."""

_EXTRA_DATA = (
    f"[Extra Data]\nname=payload\nchecksum={'0' * 64}\nsize=5000\nuri=https://example.org/p\n"
)
_LANGUAGES = {
    0: "<languages><lang percentage='80'>de</lang><lang>fr</lang></languages>",
    1: "<languages><lang>fr</lang><lang percentage='20'>de</lang></languages>",
}


def app(number: int) -> str:
    return f"app/{app_id(number)}/{ARCH}/stable"


def app_id(number: int) -> str:
    return f"org.large.{_WORDS[number % len(_WORDS)]}{number}"


def app_name(number: int) -> str:
    return f"{_WORDS[number % len(_WORDS)]} {_WORDS[number // 10 % len(_WORDS)]} {number}"


def runtime(number: int) -> str:
    return f"runtime/org.large.Platform/{ARCH}/{number}"


@dataclass
class LargeRemote:
    """``apps`` apps, each with translations, on `RUNTIMES` runtimes with graphics drivers.

    Every tenth app is at its end of life in the summary; every fifth is not free; every third is
    verified; every second may not use the network; every fiftieth has a payload of its maker's.
    Every fourth is translated into German, and the next one only into French. ``icons``: how the
    catalogue names them; ``screenshots``: the server that has them, by itself none.
    """

    path: Path
    key: SigningKey
    apps: int
    icons: str = "width='{size}' height='{size}'>{id}.png"
    screenshots: str = "http://127.0.0.1:9"
    _objects: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.path.mkdir(parents=True)
        refs = self._refs()
        refs[f"appstream2/{ARCH}"] = (self._catalogue(), None, {})
        summary = self._summary(refs)
        digest = hashlib.sha256(summary).digest()
        (self.path / "summaries").mkdir()
        (self.path / f"summaries/{digest.hex()}.gz").write_bytes(gzip.compress(summary, 1))
        index = serialise(
            "(a{s(ayaaya{sv})}a{sv})",
            (
                [(ARCH, (digest, [], []))],
                [
                    ("ostree.summary.collection-id", Variant("s", COLLECTION)),
                    ("ostree.summary.last-modified", Variant("t", byteswap64(MADE))),
                ],
            ),
        )
        (self.path / "summary.idx").write_bytes(index)
        (self.path / "summary.idx.sig").write_bytes(self._signature(index))

    def flatpakrepo(self, url: str) -> str:
        return (
            f"[Flatpak Repo]\nTitle=Large\nUrl={url}\nDeployCollectionID={COLLECTION}\n"
            f"GPGKey={base64.b64encode(self.key.public).decode()}\n"
        )

    def _signature(self, data: bytes) -> bytes:
        return serialise("a{sv}", [("ostree.gpgsigs", Variant("aay", [self.key.sign(data)]))])

    # The summary

    def _refs(self) -> dict[str, tuple[str, tuple[int, int, str] | None, dict[str, Any]]]:
        """Ref → commit, (installed size, download size, metadata), sparse data."""
        refs: dict[str, tuple[str, tuple[int, int, str] | None, dict[str, Any]]] = {}

        def add(ref: str, size: int, metadata: str, **sparse: str) -> None:
            commit = hashlib.sha256(ref.encode()).hexdigest()
            refs[ref] = commit, (3 * size, size, metadata), sparse

        for number in range(RUNTIMES):
            name = runtime(number).removeprefix("runtime/")
            add(
                runtime(number),
                250_000_000,
                f"[Runtime]\nname=org.large.Platform\nruntime={name}\n"
                "[Extension org.large.Platform.Locale]\nlocale-subset=true\n"
                "[Extension org.large.Platform.GL]\nsubdirectories=true\nno-autodownload=true\n"
                "download-if=active-gl-driver\n",
            )
            add(f"runtime/org.large.Platform.Locale/{ARCH}/{number}", 90_000_000, _plain("Locale"))
            for driver in ("default", *(f"nvidia-{number}-1" for number in range(_DRIVERS))):
                ref = f"runtime/org.large.Platform.GL.{driver}/{ARCH}/{number}"
                add(ref, 60_000_000, _plain(f"GL.{driver}"))
        for number in range(self.apps):
            id = app_id(number)
            sparse = {} if number % 10 else {"eol": "Nobody looks after it"}
            add(
                app(number),
                1_000_000 + 10_000 * number,
                f"[Application]\nname={id}\nruntime=org.large.Platform/{ARCH}/{number % RUNTIMES}\n"
                f"[Context]\nshared={'network;' * (number % 2)}ipc;\n"
                "sockets=wayland;fallback-x11;\n"
                f"[Extension {id}.Locale]\nlocale-subset=true\n"
                + ("" if number % 50 != EXTRA else _EXTRA_DATA),
                **sparse,
            )
            add(f"runtime/{id}.Locale/{ARCH}/stable", 200_000, _plain(f"{id}.Locale"))
        return refs

    def _summary(
        self, refs: dict[str, tuple[str, tuple[int, int, str] | None, dict[str, Any]]]
    ) -> bytes:
        entries = []
        for name, (commit, data, sparse) in sorted(refs.items()):
            metadata = {key: Variant("s", text) for key, text in sparse.items()}
            if data is not None:
                installed, download, text = data
                metadata["xa.data"] = Variant(
                    "(tts)", (byteswap64(installed), byteswap64(download), text)
                )
            metadata["ostree.commit.timestamp"] = Variant("t", byteswap64(MADE))
            entries.append((name, (1000, bytes.fromhex(commit), sorted(metadata.items()))))
        about = [
            ("ostree.summary.collection-id", Variant("s", COLLECTION)),
            ("ostree.summary.last-modified", Variant("t", byteswap64(MADE))),
            ("xa.summary-version", Variant("u", 1)),
        ]
        return serialise("(a(s(taya{sv}))a{sv})", (entries, about))

    # The catalogue

    def _catalogue(self) -> str:
        """Commit of a tree with the catalogue and icons."""
        xml = "".join(["<components>", *(self._component(number) for number in range(self.apps))])
        files = {"appstream.xml": self._file(f"{xml}</components>".encode())}
        meta = self._store("dirmeta", serialise(DIRMETA_TYPE, _DIRMETA))
        sizes = {}
        for size in (64, 128):
            icons = {
                f"{app_id(number)}.png": self._file(png(size, number))
                for number in range(0, 200, 2)
            }
            sizes[f"{size}x{size}"] = self._tree(icons, {}, meta)
        icons_tree = self._tree({}, sizes, meta)
        root = self._tree(files, {"icons": icons_tree}, meta)
        about = [
            ("ostree.collection-binding", Variant("s", COLLECTION)),
            ("ostree.ref-binding", Variant("as", [f"appstream2/{ARCH}"])),
        ]
        commit = serialise(
            COMMIT_TYPE,
            (about, b"", [], "", "", byteswap64(MADE), bytes.fromhex(root), bytes.fromhex(meta)),
        )
        checksum = self._store("commit", commit)
        path = self.path / "objects" / checksum[:2] / f"{checksum[2:]}.commitmeta"
        path.write_bytes(self._signature(commit))
        return checksum

    def _component(self, number: int) -> str:
        id = app_id(number)
        license = "MIT" if number % 5 else "LicenseRef-proprietary"
        verified = "<value key='flathub::verification::verified'>true</value>"
        icons = "".join(
            f"<icon type='cached' {self.icons.format(size=size, id=id)}</icon>"
            for size in (64, 128)
        )
        text = f"{app_name(number)} does what number {number} is for. " * 8
        return (
            f"<component type='desktop-application'><id>{id}</id><name>{app_name(number)}</name>"
            f"<name xml:lang='de'>Zett {app_name(number)}</name>"
            f"<summary>Tool number {number} for {CATEGORIES[number % len(CATEGORIES)]}</summary>"
            f"<summary xml:lang='de'>Werkzeug {number}</summary>"
            f"<project_license>{license}</project_license><metadata_license>CC0-1.0</metadata_license>"
            f"<description><p>{text}</p><ul><li>Fast</li><li>Small &amp; neat</li></ul>"
            f"<p xml:lang='de'>Deutsch {number}. {text}</p></description>"
            f"<url type='homepage'>https://example.org/{number}</url>{icons}"
            "<screenshots><screenshot type='default'><caption>The main window</caption>"
            "<caption xml:lang='de'>Das Hauptfenster</caption>"
            f"<image type='source'>{self.screenshots}/1.png</image></screenshot></screenshots>"
            f"<categories><category>{CATEGORIES[number % len(CATEGORIES)]}</category></categories>"
            f"<releases><release version='1.{number}' date='2025-01-0{number % 9 + 1}'>"
            "<description><p>Mended.</p></description></release></releases>"
            f"<custom>{'' if number % 3 else verified}</custom>{_LANGUAGES.get(number % 4, '')}"
            f"<bundle type='flatpak' runtime='org.large.Platform/{ARCH}/{number % RUNTIMES}'>"
            f"{app(number)}</bundle></component>"
        )

    def _tree(self, files: dict[str, str], directories: dict[str, str], meta: str) -> str:
        return self._store(
            "dirtree",
            serialise(
                DIRTREE_TYPE,
                (
                    [(name, bytes.fromhex(checksum)) for name, checksum in sorted(files.items())],
                    [
                        (name, bytes.fromhex(checksums), bytes.fromhex(meta))
                        for name, checksums in sorted(directories.items())
                    ],
                ),
            ),
        )

    def _file(self, content: bytes) -> str:
        """A filez; the format is in ``docs/formats.md`` of ostree."""
        mode = byteswap32(0o100644)
        plain = serialise("(uuuusa(ayay))", (0, 0, mode, 0, "", []))
        checksum = hashlib.sha256(struct.pack(">II", len(plain), 0) + plain + content).hexdigest()
        header = serialise("(tuuuusa(ayay))", (byteswap64(len(content)), 0, 0, mode, 0, "", []))
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        data = struct.pack(">II", len(header), 0) + header
        data += packer.compress(content) + packer.flush()
        return self._store("filez", data, checksum)

    def _store(self, ending: str, data: bytes, checksum: str = "") -> str:
        checksum = checksum or hashlib.sha256(data).hexdigest()
        path = self.path / "objects" / checksum[:2] / f"{checksum[2:]}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return checksum


def byteswap32(value: int) -> int:
    return int.from_bytes(value.to_bytes(4, "little"), "big")


_DIRMETA: tuple[int, int, int, list[tuple[bytes, bytes]]] = (0, 0, byteswap32(0o40755), [])


def _plain(name: str) -> str:
    return f"[Runtime]\nname=org.large.{name}\n"


def png(size: int, number: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    row = b"\0" + hashlib.sha256(str(number).encode()).digest()[:3] * size
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * size))
        + chunk(b"IEND", b"")
    )
