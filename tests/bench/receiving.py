"""Installing from a stick: flatpak alone, which checks nothing then, Satchel, and install.sh."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.bench.processes import Sample, measure, say
from tests.bench.sides import Bench
from tests.bench.targets import empty
from tests.bench.upstream import COLLECTION, Upstream

_APP = "org.satchel.Bench"
_NOWHERE = "http://127.0.0.1:9/"


def receive(bench: Bench, upstream: Upstream) -> None:
    """An offline computer with the remote, as new each time; on the file system of the stick."""
    if not bench.satchel:
        return
    stick, client = bench.base / "satchel", bench.base / "client"
    say("  receive: filling the stick")
    bench.satchel_make(bench.server.plain, upstream, stick)

    def sideload() -> Sample:
        env = _fresh(bench, upstream, client)
        options = ["--user", "-y", "--noninteractive", f"--sideload-repo={stick}"]
        return measure(["flatpak", "install", *options, "bench", _APP], env)

    def satchel() -> Sample:
        env = _fresh(bench, upstream, client)
        assert bench.satchel
        return measure([*bench.satchel, "receive", str(stick), _APP, "--user", "--yes"], env)

    sides: dict[str, Callable[[], Sample]] = {"sideload": sideload, "satchel": satchel}
    for side in sides.values():
        side()
    bench.take_turns("receive", sides)

    def installer() -> Sample:
        env = _fresh(bench, upstream, client)
        return measure(["sh", str(stick / "satchel/install.sh"), "--user", _APP], env)

    installer()
    bench.take_turns("install.sh", {"sideload": sideload, "satchel": installer})
    empty(stick)
    empty(client)


def _fresh(bench: Bench, upstream: Upstream, client: Path) -> dict[str, str]:
    """The variables of a computer that has nothing but the remote and its key."""
    empty(client)
    client.mkdir()
    env = bench.satchel_env()
    for name in ("USER", "SYSTEM", "CONFIG", "RUN"):
        (client / name.lower()).mkdir()
        env[f"FLATPAK_{name}_DIR"] = str(client / name.lower())
    # The private copy is made on the computer's disk, as what is installed is.
    env["XDG_CACHE_HOME"] = str(client / "cache")
    options = ["--user", f"--gpg-import={upstream.key}", f"--collection-id={COLLECTION}"]
    subprocess.run(
        ["flatpak", "remote-add", *options, "bench", _NOWHERE],
        env=env,
        check=False,
        capture_output=True,
    )
    return env
