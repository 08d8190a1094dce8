"""What the real `ostree pull` accepts, `Keyring.verify` may call good, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

from app.trust.keyring import Keyring

STRICTER = {
    # gpg takes the armour off; no upstream puts it on.
    "armoured",
}


def _framed(body: bytes, ends: list[int]) -> bytes:
    """A GVariant container: content, then offsets as wide as the whole needs."""
    for width in (1, 2, 4):
        if len(body) + width * len(ends) < 256**width:
            return body + b"".join(end.to_bytes(width, "little") for end in ends)
    raise AssertionError


def _commitmeta(signatures: list[bytes]) -> bytes:
    """The detached metadata ``{'ostree.gpgsigs': <signatures>}``, of type ``a{sv}``."""
    ends = []
    position = 0
    for signature in signatures:
        position += len(signature)
        ends.append(position)
    value = _framed(b"".join(signatures), ends) + b"\0aay"
    key = b"ostree.gpgsigs\0"
    entry = _framed(key.ljust(16, b"\0") + value, [len(key)])
    return _framed(entry, [len(entry)])


def _ostree(*args: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ostree", *args], check=check, capture_output=True, text=True)


def test_good_is_what_ostree_accepts(
    tmp_path: Path,
    keys: SimpleNamespace,
    keyring: Keyring,
    signed: Callable[[bytes], dict[str, list[bytes]]],
) -> None:
    upstream = tmp_path / "upstream"
    (tmp_path / "empty").mkdir()
    _ostree(f"--repo={upstream}", "init", "--mode=archive")
    _ostree(f"--repo={upstream}", "commit", "-b", "main", f"--tree=dir={tmp_path / 'empty'}")
    commit = _ostree(f"--repo={upstream}", "rev-parse", "main").stdout.strip()
    known = [key.public for name, key in vars(keys).items() if name != "stranger"]
    (tmp_path / "keys").write_bytes(b"".join(known))

    def accepted(number: int, signatures: list[bytes]) -> bool:
        here = tmp_path / str(number)
        # Links would do, but each case has its own detached metadata.
        shutil.copytree(upstream, here / "upstream")
        path = here / "upstream" / "objects" / commit[:2] / f"{commit[2:]}.commitmeta"
        path.write_bytes(_commitmeta(signatures))
        client = f"--repo={here / 'client'}"
        _ostree(client, "init", "--mode=archive")
        gpg_import = f"--gpg-import={tmp_path / 'keys'}"
        _ostree(client, "remote", "add", gpg_import, "up", f"file://{here / 'upstream'}")
        pull = _ostree(client, "pull", "up", "main", check=False)
        assert pull.returncode == 0 or "GPG" in pull.stderr or "ignature" in pull.stderr, pull
        return pull.returncode == 0

    data = (upstream / "objects" / commit[:2] / f"{commit[2:]}.commit").read_bytes()
    cases = signed(data)
    with ThreadPoolExecutor(4) as pool:
        by_ostree = dict(zip(cases, pool.map(accepted, range(99), cases.values()), strict=True))
    judged = keyring.verify_many((data, signatures) for signatures in cases.values())
    by_us = {name: verdict.good for name, verdict in zip(cases, judged, strict=True)}
    assert by_ostree["good"]
    assert not by_ostree["expired key"]
    disagree = {name for name in cases if by_ostree[name] != by_us[name]}
    assert disagree == STRICTER
    assert all(by_ostree[name] for name in disagree), "we accept what ostree does not"
