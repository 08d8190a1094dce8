"""An upstream with everything that comes along or does not, and plans of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.build_contents import PLATFORM, PLATFORM_EXTENSIONS, PLUGIN_EXTENSION, ExtraData
from tests.satchel import Done, satchel
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
OTHER_ARCH = "aarch64" if ARCH != "aarch64" else "x86_64"
APPSTREAM = f"appstream2/{ARCH}"


def app(id: str, branch: str = "stable", arch: str = ARCH) -> str:
    return f"app/org.test.{id}/{arch}/{branch}"


def runtime(id: str, branch: str = "1", arch: str = ARCH) -> str:
    return f"runtime/org.test.{id}/{arch}/{branch}"


def fill(upstream: Upstream) -> None:
    """The kinds of things that come along or do not."""
    platform = upstream.add_runtime(
        extensions=f"{PLATFORM_EXTENSIONS}\n[Extension {PLATFORM}.Codec]\ndirectory=lib/codec\n",
        languages=("de", "en"),
        runnable=False,
    )
    payload = ExtraData(b"only from its maker", "http://127.0.0.1:9/payload.bin")
    for driver in ("default", "nvidia-550-54-14", "nvidia-545-1"):
        upstream.add_extension(f"{PLATFORM}.GL.{driver}", "1", of=platform)
    upstream.add_extension(f"{PLATFORM}.Codec", "1", of=platform, extra_data=payload)
    upstream.add_extension("org.test.Theme.Night", "3.22")
    hello = upstream.add_app("org.test.Hello", extensions=PLUGIN_EXTENSION, languages=("de",))
    upstream.add_extension("org.test.Hello.Plugin.fun", "v1", of=hello)
    upstream.add_app("org.test.Payload", extra_data=payload)
    upstream.add_app("org.test.Old", eol="Nobody looks after it.")
    upstream.add_app("org.test.Former", eol="It has a new name", eol_rebase="org.test.Hello")
    upstream.add_runtime(arch=OTHER_ARCH, runnable=False)
    upstream.add_app("org.test.Hello", arch=OTHER_ARCH)
    upstream.update()


class Planning:
    """A drive, and plans for it."""

    def __init__(self, directory: Path, upstream: Upstream, url: str) -> None:
        self.home = directory / "home"
        self.drive = directory / "drive"
        self.file = directory / "up.flatpakrepo"
        self.file.write_text(upstream.flatpakrepo(url))
        self.home.mkdir()
        self.drive.mkdir()

    def run(self, verb: str, *arguments: str | Path, check: bool | int = True) -> Done:
        """VERB with this drive and remote."""
        return satchel(
            verb, self.drive, *arguments, "--remote", self.file, home=self.home, check=check
        )

    def plan(self, *arguments: str | Path, check: bool | int = True) -> Any:
        return self.run("plan", *arguments, "--json", check=check).json

    def items(self, *arguments: str | Path) -> dict[str, dict[str, Any]]:
        return {item["ref"]: item for item in self.plan(*arguments)["items"]}
