"""The real ostree, as computers without Satchel have it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def ostree(command: str, repo: Path, *arguments: str | Path, home: Path | None = None) -> str:
    """What it said."""
    done = subprocess.run(
        ["ostree", command, f"--repo={repo}", *map(str, arguments)],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home or repo)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"ostree {command} {arguments}\n{done.stdout}"
    return done.stdout


def receiver(path: Path, mode: str, remote: str, key: bytes, collection: str) -> Path:
    """An empty repository that knows the key of a collection, and an address where nobody is."""
    ostree("init", path, f"--mode={mode}")
    file = path.with_suffix(".gpg")
    file.write_bytes(key)
    ostree(
        "remote", path, "add", f"--gpg-import={file}", f"--collection-id={collection}", remote,
        "http://127.0.0.1:9/",
    )  # fmt: skip
    return path
