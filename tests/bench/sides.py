"""The sides that are compared, what they are compared by, and the table."""

from __future__ import annotations

import base64
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.processes import Sample, call, measure, say
from tests.bench.targets import drop_caches, empty
from tests.bench.upstream import APP, COLLECTION, RUNTIME, Upstream
from tests.bench.web_server import Server

# How many times as fast as the other side Satchel has to be.
REQUIRED = {
    ("pull", "ostree"): 4.5,
    ("pull", "cp + sync"): 1 / 1.25,
    ("latency-h1", "ostree"): 3.5,
    ("latency-h2", "ostree"): 8.0,
    ("pull", "cp + sync, and reading"): 1 / 1.35,
    ("verify warm", "ostree fsck"): 4.5,
    ("verify warm", "reading"): 1 / 1.2,
    ("verify cold", "one reader"): 1 / 1.25,
    ("receive", "sideload"): 1 / 2.5,
    ("install.sh", "sideload"): 1 / 2.2,
    ("installed", "create-usb"): 5.0,
    ("installed, in memory", "create-usb"): 5.0,
    ("three drives", "one after another"): 1 / 0.75,
    ("slow drives", "one drive"): 1 / 1.2,
    ("clone", "cp + sync, and reading"): 1 / 1.35,
    ("repair", "making it anew"): 1.0,
    ("update", "satchel make"): 1 / 0.15,
    ("prune", "ostree prune"): 1.0,
    ("cache", "cp + sync, and reading"): 1 / 1.3,
    ("30 clients", "plain nginx"): 1 / 1.2,
    ("pulling through", "proxy_store"): 1.5,
}

READ_ALL = """
import os, sys
buffer = bytearray(1 << 20)
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(folder, name), "rb", buffering=0) as file:
            while file.readinto(buffer):
                pass
"""


@dataclass
class Bench:
    """What all sections share.

    Attributes:
        base: where the targets go.
        root: what the web server serves; upstreams are folders in it.
        satchel: Satchel's command, or None to measure the other sides only.
    """

    base: Path
    root: Path
    server: Server
    satchel: list[str] | None
    runs: int
    scratch: Path
    rows: list[tuple[str, str, list[Sample]]] = field(default_factory=list)

    def url(self, server: str, upstream: Upstream) -> str:
        return f"{server}/{upstream.repo.relative_to(self.root)}"

    def ostree_pull(self, server: str, upstream: Upstream, target: Path) -> Sample:
        empty(target)
        call("ostree", "init", f"--repo={target}", "--mode=archive")
        call("ostree", "remote", "add", f"--repo={target}", f"--gpg-import={upstream.key}",
             f"--set=tls-ca-path={self.server.certificate}", f"--collection-id={COLLECTION}",
             "bench", self.url(server, upstream))  # fmt: skip
        os.sync()
        return measure(["ostree", "pull", f"--repo={target}", "--mirror", "bench", APP, RUNTIME,
                        "appstream2/x86_64"])  # fmt: skip

    def satchel_env(self) -> dict[str, str]:
        """A home that has never seen Satchel, and trust in the server's certificate."""
        home = Path(tempfile.mkdtemp(prefix="home-", dir=self.scratch))
        env = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
        # What is installed is compiled.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        for name in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR"):
            env[f"XDG_{name}"] = str(home / name.lower())
            (home / name.lower()).mkdir(mode=0o700)
        certificate = str(self.server.certificate)
        return {
            **env,
            "HOME": str(home),
            "SSL_CERT_FILE": certificate,
            "CURL_CA_BUNDLE": certificate,
        }

    def satchel_make(
        self,
        server: str,
        upstream: Upstream,
        target: Path,
        env: dict[str, str] | None = None,
        *further: str,
        checked: bool = False,
    ) -> Sample:
        """``env``: of a home that is used again; a new one without. ``checked``: read back."""
        empty(target)
        target.mkdir()
        remote = self.repo_file(server, upstream)
        os.sync()
        assert self.satchel
        check = () if checked else ("--no-verify",)
        return measure(
            [*self.satchel, "make", str(target), APP.rpartition("/x86_64")[0],
             "--remote", str(remote), "--arch", "x86_64", *check, "--yes", *further],
            env or self.satchel_env(),
        )  # fmt: skip

    def repo_file(self, server: str, upstream: Upstream) -> Path:
        """The upstream's ``.flatpakrepo``."""
        remote = self.scratch / "bench.flatpakrepo"
        key = base64.b64encode(dearmor(upstream.key)).decode()
        remote.write_text(
            "[Flatpak Repo]\nTitle=Satchel bench\n"
            f"Url={self.url(server, upstream)}/\nGPGKey={key}\n"
            f"DeploySideloadCollectionID={COLLECTION}\nDeployCollectionID={COLLECTION}\n"
        )
        return remote

    def satchel_verify(self, target: Path, upstream: Upstream) -> Sample:
        assert self.satchel
        command = [*self.satchel, "verify", str(target), "--gpg-key", str(upstream.key)]
        return measure(command, self.satchel_env())

    def copy(self, upstream: Upstream, target: Path) -> Sample:
        empty(target)
        script = 'cp -r -- "$1" "$2" && sync -f -- "$2"'
        return measure(["sh", "-c", script, "sh", str(upstream.repo / "objects"), str(target)])

    # --- the sections ---

    def take_turns(
        self, what: str, sides: dict[str, Callable[[], Sample]], runs: int | None = None
    ) -> None:
        """Runs the sides one after the other, several times; each second time the other way round,
        for what one leaves behind the next finds."""
        samples: dict[str, list[Sample]] = {name: [] for name in sides}
        for number in range(runs or self.runs):
            for name in sides if number % 2 == 0 else reversed(sides):
                sample = sides[name]()
                say(f"  {what}, {name}, run {number + 1}: {sample.seconds:.2f} s")
                samples[name].append(sample)
        self.rows += [(what, name, samples[name]) for name in sides]

    def pull(
        self,
        what: str,
        upstream: Upstream,
        server: str,
        further: Mapping[str, Callable[[], Sample]] | None = None,
        runs: int | None = None,
    ) -> None:
        """``further``: more sides."""
        sides: dict[str, Callable[[], Sample]] = {}
        sides["ostree"] = lambda: self.ostree_pull(server, upstream, self.base / "ostree")
        if self.satchel:
            sides["satchel"] = lambda: self.satchel_make(server, upstream, self.base / "satchel")
        sides.update(further or {})
        self.take_turns(what, sides, runs)
        for name in ("ostree", "satchel", "cp"):
            empty(self.base / name)

    def verify(self, upstream: Upstream, cold: bool, bound: Callable[[], Sample]) -> None:
        """``bound``: every object inflated and hashed, from memory."""
        mirror, stick = self.base / "ostree", self.base / "satchel"
        say("  verify: filling the targets")
        self.ostree_pull(self.server.plain, upstream, mirror)
        if self.satchel:
            self.satchel_make(self.server.plain, upstream, stick)
        readable = stick if self.satchel else mirror

        def fsck() -> Sample:
            return measure(["ostree", "fsck", f"--repo={mirror}", "--quiet"])

        def read_all() -> Sample:
            return measure([sys.executable, "-c", READ_ALL, str(readable)])

        def from_medium(side: Callable[[], Sample]) -> Callable[[], Sample]:
            def run() -> Sample:
                drop_caches()
                return side()

            return run

        sides = {"ostree fsck": fsck}
        if self.satchel:
            sides["satchel"] = lambda: self.satchel_verify(stick, upstream)
        sides["one reader"] = read_all
        os.sync()
        for side in sides.values():
            side()
        self.take_turns("verify warm", {**sides, "reading": bound})
        if cold:
            self.take_turns("verify cold", {n: from_medium(s) for n, s in sides.items()})
        empty(mirror)
        empty(stick)

    def memory(self, upstream: Upstream, what: str) -> None:
        """Pull and verify once, for the column of peaks."""
        self.pull(f"memory, pull {what}", upstream, self.server.plain, runs=1)
        if not self.satchel:
            return
        stick = self.base / "satchel"
        self.satchel_make(self.server.plain, upstream, stick)
        sides = {"satchel": lambda: self.satchel_verify(stick, upstream)}
        self.take_turns(f"memory, verify {what}", sides, runs=1)
        empty(stick)

    def table(self) -> str:
        head = (
            "what",
            "side",
            "median s",
            "min",
            "max",
            "satchel times as fast",
            "required",
            "peak MB",
        )
        lines: list[tuple[str, ...]] = [head]
        medians = {
            (what, name): statistics.median(sample.seconds for sample in samples)
            for what, name, samples in self.rows
        }
        for what, name, samples in self.rows:
            seconds = [sample.seconds for sample in samples]
            median = medians[what, name]
            ours = medians.get((what, "satchel"))
            ratio = median / ours if ours and name != "satchel" else None
            required = REQUIRED.get((what, name))
            lines.append(
                (
                    what,
                    name,
                    f"{median:.2f}",
                    f"{min(seconds):.2f}",
                    f"{max(seconds):.2f}",
                    f"{ratio:.2f}" if ratio else "",
                    f"{required:.1f}" if required else "",
                    f"{max(sample.peak_mb for sample in samples):.0f}",
                )
            )
        widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
        return "\n".join(
            "  ".join(
                cell.ljust(width) if column < 2 else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )


def dearmor(key: Path) -> bytes:
    command = ["gpg", "--batch", "--dearmor", "--output", "-", str(key)]
    return subprocess.run(command, check=True, capture_output=True).stdout
