"""A drive with everything that a drive can carry, from sources of every kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.build_contents import PLATFORM, ExtraData
from tests.satchel import Done, satchel
from tests.upstream import COLLECTION, Upstream, host_arch

ARCH = host_arch()
PART = ExtraData(b"its maker's " * 4000, "http://makers.example/part.bin", "part.bin")
NAMED, NAMELESS, UNSIGNED, REGISTRY = "named", "nameless", "unsigned", "reg"


def app(id: str) -> str:
    return f"app/org.test.{id}/{ARCH}/stable"


HELLO, EXTRA, PACKED, LOOSE = app("Hello"), app("Extra"), app("Packed"), app("Loose")
QUIET, RAW, NOTES = app("Quiet"), app("Raw"), app("Notes")
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
BUNDLES = {("org.test.Packed.flatpak", PACKED), ("org.test.Loose.flatpak", LOOSE)}


def fill_named(upstream: Upstream) -> None:
    """With a collection ID: an app with languages, one with a part of its maker's."""
    upstream.add_runtime(languages=("de", "en", "fr"))
    upstream.add_app("org.test.Hello", languages=("de", "en", "fr"))
    upstream.add_app("org.test.Extra", extra_data=PART)
    upstream.add_app("org.test.Packed")
    upstream.update()


def fill_nameless(upstream: Upstream) -> None:
    """Without one; an app of the same name too."""
    upstream.add_runtime("org.quiet.Platform", languages=("de", "en"))
    upstream.add_app("org.test.Quiet", runtime="org.quiet.Platform//1", languages=("de", "en"))
    upstream.add_app("org.test.Hello", runtime="org.quiet.Platform//1")
    upstream.update()


def fill_unsigned(upstream: Upstream) -> None:
    upstream.add_runtime("org.raw.Platform")
    upstream.add_app("org.test.Raw", runtime="org.raw.Platform//1")
    upstream.add_app("org.test.Loose", runtime=f"{PLATFORM}//1")
    upstream.update()


def fill_registry(upstream: Upstream) -> None:
    upstream.add_runtime("org.image.Platform")
    upstream.add_app("org.test.Notes", runtime="org.image.Platform//1")


@dataclass(frozen=True)
class Kinds:
    """The drive, and a home that knows where all of it is from.

    Attributes:
        directory: has ``drive``, ``home`` and ``NAME.flatpakrepo``.
        proxy: the server through which makers are asked.
    """

    directory: Path
    proxy: str

    @property
    def drive(self) -> Path:
        return self.directory / "drive"

    @property
    def kit(self) -> Path:
        return self.drive / "satchel"

    @property
    def repo(self) -> Path:
        return self.drive / ".ostree/repo"

    @property
    def satchel(self) -> Path:
        return self.repo / "extensions/satchel"

    @property
    def lists(self) -> Path:
        """The copies of the lists of the remote without a collection ID."""
        return self.satchel / "remotes" / NAMELESS

    @property
    def remotes(self) -> list[Path]:
        return [self.directory / f"{name}.flatpakrepo" for name in (NAMED, NAMELESS, UNSIGNED)]

    @property
    def index(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((self.kit / "oci/index.json").read_bytes())
        return value

    def blob(self, digest: str) -> Path:
        return self.kit / "oci/blobs/sha256" / digest.removeprefix("sha256:")

    @property
    def manifest(self) -> Path:
        return self.blob(self.index["manifests"][0]["digest"])

    @property
    def layer(self) -> Path:
        return self.blob(json.loads(self.manifest.read_bytes())["layers"][0]["digest"])

    @property
    def payload(self) -> Path:
        return self.kit / "extra-data" / PART.sha256 / PART.name

    def ref(self, name: str, collection: str = COLLECTION) -> Path:
        return self.repo / "refs/mirrors" / collection / name

    @property
    def record(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((self.satchel / "stick.json").read_bytes())
        return value

    def run(
        self,
        verb: str,
        *words: str | Path,
        check: bool | int = True,
        env: Mapping[str, str] | None = None,
    ) -> Done:
        home = self.directory / "home"
        variables = {"http_proxy": self.proxy, "no_proxy": "127.0.0.1", **(env or {})}
        return satchel(verb, *words, home=home, env=variables, check=check)

    def make(self, *words: str | Path) -> None:
        self.run("make", self.drive, *words, "--yes")

    def errors(self) -> set[tuple[str, str]]:
        """Code and subject of what is wrong, but for whom nobody vouches for."""
        report = self.run("verify", self.drive, "--json", check=False).json
        return {
            (each["code"], each["subject"])
            for each in report["findings"]
            if each["severity"] == "error" and each["code"] != "unvouched"
        }

    def edit_record(self, *keys: str | int, to: object) -> None:
        path = self.satchel / "stick.json"
        record: Any = json.loads(path.read_bytes())
        value = record
        for key in keys[:-1]:
            value = value[key]
        value[keys[-1]] = to
        path.write_text(json.dumps(record))

    def edit_index(self, index: dict[str, Any]) -> None:
        (self.kit / "oci/index.json").write_text(json.dumps(index))
