"""Who makes drives with extra data, and what is in it."""

from __future__ import annotations

import random
from pathlib import Path

from tests.build_contents import PLATFORM, PLATFORM_EXTENSIONS, ExtraData
from tests.satchel import Done, satchel
from tests.servers import HostileServer
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
SITE = "http://makers.example"
PART = ExtraData(random.Random(1).randbytes(300_000), f"{SITE}/part.bin", "part.bin")
CODEC = ExtraData(b"a codec that is its maker's", f"{SITE}/codec.so", "libcodec.so.1")
GPU = "nvidia-550-54-14"
DRIVER = ExtraData(b"a driver", f"{SITE}/driver.run", "NVIDIA-550.run")
DRIVER_REF = f"runtime/{PLATFORM}.GL.{GPU}/{ARCH}/1"
APP = f"app/org.test.Extra/{ARCH}/stable"
HELLO = f"app/org.test.Hello/{ARCH}/stable"
CODEC_REF = f"runtime/{PLATFORM}.Codec/{ARCH}/1"


def fill(upstream: Upstream) -> None:
    platform = upstream.add_runtime(
        extensions=f"{PLATFORM_EXTENSIONS}\n[Extension {PLATFORM}.Codec]\ndirectory=lib/codec\n"
    )
    upstream.add_extension(f"{PLATFORM}.Codec", "1", of=platform, extra_data=CODEC)
    upstream.add_extension(f"{PLATFORM}.GL.{GPU}", "1", of=platform, extra_data=DRIVER)
    upstream.add_app("org.test.Hello")
    upstream.add_app("org.test.Extra", extra_data=PART)
    applies = {"bin/apply_extra": "#!/bin/sh\ncat part.bin >unpacked\n"}
    upstream.add_app("org.test.Applied", files=applies, extra_data=PART)
    upstream.update()


class Maker:
    """Makes drives, and asks the makers of payloads by way of ``server``.

    Attributes:
        drive: to begin with, an empty directory.
    """

    def __init__(self, directory: Path, upstream: Upstream, server: HostileServer) -> None:
        self.home = directory / "maker"
        self.home.mkdir()
        self.drive = directory / "drive"
        self.drive.mkdir()
        self.server = server
        self.upstream = upstream
        self.remote = directory / "up.flatpakrepo"
        self.use(upstream)
        for payload in (PART, CODEC, DRIVER):
            self.serve(payload)

    def use(self, upstream: Upstream) -> None:
        """Its apps are put on drives."""
        self.remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))

    def serve(self, payload: ExtraData) -> None:
        """At its address, for whoever asks by way of the server."""
        # For rules, which look for it by what a proxy is asked, and for what goes well.
        for name in (payload.uri, payload.uri.rpartition("/")[2]):
            file = self.server.root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(payload.payload)

    @property
    def variables(self) -> dict[str, str]:
        return {"http_proxy": self.server.url}

    def run(self, verb: str, *arguments: str | Path, check: bool | int = True) -> Done:
        return self.run_on(self.drive, verb, *arguments, check=check)

    def run_on(
        self, drive: Path, verb: str, *arguments: str | Path, check: bool | int = True
    ) -> Done:
        return satchel(
            verb,
            drive,
            *arguments,
            home=self.home,
            env=self.variables,
            check=check,
        )

    def make(self, *arguments: str | Path, check: bool | int = True) -> Done:
        return self.run("make", *arguments, "--remote", self.remote, check=check)

    def plan(self, *arguments: str | Path, check: bool | int = True) -> Done:
        return self.run("plan", *arguments, "--remote", self.remote, check=check)

    def update(self, *arguments: str | Path, check: bool | int = True) -> Done:
        return self.run("update", *arguments, "--remote", self.remote, check=check)

    def repair(self, *arguments: str | Path, check: bool | int = True) -> Done:
        return self.run("repair", "--yes", *arguments, "--remote", self.remote, check=check)

    def clear_cache(self) -> None:
        satchel("cache", "--clear", home=self.home)

    def next_drive(self) -> None:
        """An empty one."""
        self.drive = self.drive.with_name(f"{self.drive.name}-next")
        self.drive.mkdir()

    def offsets(self, extra: ExtraData) -> list[int]:
        """From where it was asked for."""
        name = extra.uri.rpartition("/")[2]
        return [each.offset for each in self.server.asked if each.path.endswith(name)]

    def damaged(self) -> list[str]:
        """The apps that a check calls damaged."""
        apps: list[str] = self.run("verify", "--json", check=False).json["damaged_apps"]
        return apps

    def payload(self, extra: ExtraData) -> Path:
        """Where it is on the drive."""
        return self.drive / "satchel/extra-data" / extra.sha256 / extra.name

    def codes(self, *arguments: str) -> dict[str, str]:
        """What a check finds: code → subject."""
        report = self.run("verify", *arguments, "--json", check=False).json
        return {each["code"]: each["subject"] for each in report["findings"]}
