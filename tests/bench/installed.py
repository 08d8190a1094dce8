"""A drive of what is installed, without a network: flatpak create-usb, and Satchel."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.bench.bounds import packing
from tests.bench.processes import Sample, measure, say
from tests.bench.sides import Bench
from tests.bench.targets import empty
from tests.bench.upstream import COLLECTION, Upstream

_APP = "org.satchel.Bench"


def installed(bench: Bench, upstream: Upstream, what: str) -> None:
    """Installed on the file system of the drives, from a remote that is asked for nothing then."""
    client, stick = bench.base / "client", bench.base / "stick"
    say(f"  {what}: installing")
    env = _installed(bench, upstream, client)

    def fresh() -> Path:
        empty(stick)
        stick.mkdir()
        return stick

    def create_usb() -> Sample:
        return measure(["flatpak", "create-usb", "--user", str(fresh()), _APP], env)

    def make(*further: str) -> Sample:
        assert bench.satchel
        options = ["--from-installed", "--offline", "--arch", "x86_64", "--yes", *further]
        return measure([*bench.satchel, "make", str(fresh()), _APP, *options], env)

    sides: dict[str, Callable[[], Sample]] = {
        "create-usb": create_usb,
        "cp + sync": lambda: bench.copy(upstream, bench.base / "cp"),
        "packing": lambda: packing(bench, client / "user/repo", bench.base / "cp"),
    }
    if bench.satchel:
        sides["satchel"] = lambda: make("--no-verify")
        sides["satchel, checked"] = make
    create_usb()
    bench.take_turns(what, sides)
    for path in (stick, client, bench.base / "cp"):
        empty(path)


def _installed(bench: Bench, upstream: Upstream, client: Path) -> dict[str, str]:
    """The variables of a computer that has the app."""
    empty(client)
    client.mkdir()
    env = bench.satchel_env()
    for name in ("USER", "SYSTEM", "CONFIG", "RUN"):
        (client / name.lower()).mkdir()
        env[f"FLATPAK_{name}_DIR"] = str(client / name.lower())
    add = [f"--gpg-import={upstream.key}", f"--collection-id={COLLECTION}"]
    url = bench.url(bench.server.plain, upstream)
    for words in (
        ["remote-add", "--user", *add, "bench", url],
        ["install", "--user", "-y", "--noninteractive", "bench", _APP],
        ["update", "--user", "--appstream", "bench"],
    ):
        subprocess.run(["flatpak", *words], env=env, check=False, capture_output=True)
    return env
