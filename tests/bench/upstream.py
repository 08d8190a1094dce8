"""The upstream that is pulled: a signed archive repository, built once."""

from __future__ import annotations

import contextlib
import functools
import os
import random
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import MB, call, say

COLLECTION = "org.satchel.Bench"
APP = "app/org.satchel.Bench/x86_64/stable"
RUNTIME = "runtime/org.satchel.BenchPlatform/x86_64/1"
# Raised when what build_upstream writes changes: an upstream cached by an older one is not used.
UPSTREAM_VERSION = 3


@dataclass(frozen=True)
class Upstream:
    """A signed archive repository with an app, its runtime, a summary and an index."""

    repo: Path
    key: Path

    def bytes(self) -> int:
        """Of all its objects."""
        return sum(path.stat().st_size for path in (self.repo / "objects").glob("??/*"))

    def describe(self) -> str:
        files = others = size = 0
        for folder, _, names in os.walk(self.repo / "objects"):
            for name in names:
                size += os.stat(os.path.join(folder, name)).st_size
                if name.endswith(".filez"):
                    files += 1
                else:
                    others += 1
        return f"{files} files, {others} metadata objects, {size / MB:.0f} MB"


@functools.cache
def pool() -> bytes:
    """Bytes that deflate to two fifths, as programs do: words of all lengths and ranks."""
    rng = random.Random(19_850_101)
    words = [rng.randbytes(rng.randint(2, 14)) for _ in range(12_000)]
    weights = [1 / (rank + 2) ** 1.2 for rank in range(len(words))]
    return b"".join(rng.choices(words, weights, k=POOL_SIZE // 7))[:POOL_SIZE]


POOL_SIZE = 48 * MB
POOL_RATIO = 0.42


def write_content(path: Path, size: int, dense: float, rng: random.Random) -> int:
    """Writes a file of which about the fraction ``dense`` is incompressible, as images are.

    The rest compresses as programs do. Returns about how much is left when it is compressed.
    """
    compressed = 0
    with path.open("wb") as file:
        while size > 0:
            block = min(size, MB)
            noise = int(block * dense)
            start = rng.randrange(POOL_SIZE - MB)
            file.write(rng.randbytes(noise))
            file.write(pool()[start : start + block - noise])
            compressed += noise + int((block - noise) * POOL_RATIO)
            size -= block
    return compressed


def fill_app(root: Path, objects: int, budget: int) -> None:
    """Many small files in a deep tree, and large ones up to the budget of compressed bytes.

    About two folders for five files, each with a content of its own, as a dirtree object each.
    """
    rng = random.Random(20_240_607)
    folders = [root / "files"]
    for number in range(max(1, objects * 2 // 5)):
        parent = folders[rng.randrange(max(0, len(folders) - 400), len(folders))]
        # No path grows too long: deep ones start again near the top.
        if len(parent.parts) - len(root.parts) > 9:
            parent = folders[rng.randrange(min(20, len(folders)))]
        folder = parent / f"d{number:05}"
        folder.mkdir()
        folders.append(folder)
    left = budget
    for number in range(objects):
        # Every folder gets a file first, so that no two dirtrees are the same.
        folder = folders[number] if number < len(folders) else rng.choice(folders)
        size = int(200 * 200 ** rng.random())  # log-uniform, 200 B to 40 kB
        path = folder / f"f{number:05}"
        left -= write_content(path, size, rng.random() ** 4, rng)
        path.chmod(0o755 if number % 10 == 0 else 0o644)
        if number % 50 == 0:
            (folder / f"l{number:05}").symlink_to(path.name)
    number = 0
    while left > 0:
        size = min(int(MB * 50 ** rng.random()), max(left, 1000))  # log-uniform, 1 to 50 MB
        left -= write_content(folders[number] / f"large{number:03}", size, 0.15, rng)
        number += 1


def fill_large(root: Path, gigabytes: float) -> None:
    """One file of that size: every eighth megabyte random, the rest a hole."""
    rng = random.Random(3)
    with (root / "files" / "large").open("wb") as file:
        for number in range(int(gigabytes * 1000)):
            if number % 8 == 0:
                file.seek(number * MB)
                file.write(rng.randbytes(MB))
        file.truncate(int(gigabytes * 1000) * MB)


def build_upstream(
    target: Path, fill: Callable[[Path], None], change: Callable[[Path], None] | None = None
) -> Upstream:
    """With ``change`` as well as it is after that, in ``later`` beside ``repo``."""
    upstream = Upstream(target / "repo", target / "key.asc")
    if target.exists():
        return upstream
    say(f"building the upstream in {target}; this is done once and takes a minute or two")
    with contextlib.ExitStack() as stack:
        # In the same folder, to be put in place by a rename when it is complete.
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=target.parent)))
        # gpg's socket wants a short path.
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="gpg"))
        stack.callback(subprocess.run, ["gpgconf", "--homedir", home, "--kill", "all"], check=False)
        env = {**os.environ, "GNUPGHOME": home, "HOME": home, "XDG_DATA_HOME": home}
        user = "Satchel bench <bench@example.org>"
        call("gpg", "--batch", "--passphrase", "", "--quick-gen-key", user,
             "ed25519", "sign", "never", env=env)  # fmt: skip
        new = work / "new"
        new.mkdir()
        call("gpg", "--armor", "--output", str(new / "key.asc"), "--export", env=env)
        repo = str(new / "repo")
        call("ostree", "init", "--mode=archive", f"--repo={repo}",
             f"--collection-id={COLLECTION}")  # fmt: skip

        platform = work / "platform"
        (platform / "usr").mkdir(parents=True)
        (platform / "files").mkdir()
        (platform / "metadata").write_text("[Runtime]\nname=org.satchel.BenchPlatform\n")
        write_content(platform / "usr" / "data", MB, 0.5, random.Random(1))
        app = work / "app"
        (app / "files").mkdir(parents=True)
        (app / "export").mkdir()
        (app / "metadata").write_text(
            "[Application]\nname=org.satchel.Bench\nruntime=org.satchel.BenchPlatform/x86_64/1\n"
            "sdk=org.satchel.BenchPlatform/x86_64/1\ncommand=bench\n"
        )
        fill(app)
        export = ["flatpak", "build-export", "--no-update-summary", "--disable-sandbox",
                  "--disable-fsync", "--arch=x86_64", f"--gpg-sign={user}",
                  f"--gpg-homedir={home}", f"--collection-id={COLLECTION}"]  # fmt: skip
        call(*export, "--runtime", repo, str(platform), "1", env=env)
        call(*export, repo, str(app), "stable", env=env)
        call("flatpak", "build-update-repo", f"--gpg-sign={user}", f"--gpg-homedir={home}",
             f"--collection-id={COLLECTION}", repo, env=env)  # fmt: skip
        if change is not None:
            later = str(new / "later")
            call("cp", "-a", repo, later)
            change(app)
            call(*export, later, str(app), "stable", env=env)
            call("flatpak", "build-update-repo", f"--gpg-sign={user}", f"--gpg-homedir={home}",
                 f"--collection-id={COLLECTION}", later, env=env)  # fmt: skip
        new.rename(target)
    return upstream
