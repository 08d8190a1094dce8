"""As root: whoever answers strangers has no rights but to read."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from tests.privileges import AS_ROOT
from tests.satchel import satchel
from tests.serve.conftest import Stick
from tests.serve.served import serving
from tests.stick.damage import copy_stick

pytestmark = [pytest.mark.thorough, AS_ROOT]


def whose(pid: int) -> str:
    return pwd.getpwuid(os.stat(f"/proc/{pid}").st_uid).pw_name


def test_nobody_reads(stick: Stick) -> None:
    """Also below directories that only root may enter."""
    assert stick.path.parent.stat().st_mode & 0o077 == 0
    with serving(stick.path, home=stick.home) as served:
        first, *workers = served.workers()
        assert whose(first) == "root"
        assert {whose(each) for each in workers} == {"nobody"}
        assert served.get("up/summary.idx")[0] == 200


def test_whose_it_is_reads(stick: Stick, tmp_path: Path) -> None:
    """Where nobody else may, as on a drive that was mounted for one person."""
    copied = copy_stick(stick.path, tmp_path / "stick")
    user = pwd.getpwnam("www-data")
    for above, directories, files in os.walk(copied.root):
        for name in (*directories, *files, "."):
            os.chown(os.path.join(above, name), user.pw_uid, user.pw_gid)
            os.chmod(os.path.join(above, name), 0o600 if name in files else 0o700)
    with serving(copied.root, home=stick.home) as served:
        assert {whose(each) for each in served.workers()[1:]} == {"www-data"}
        assert served.get("up/summary.idx")[0] == 200


def test_only_root_could_read(stick: Stick, tmp_path: Path) -> None:
    """Then it is not served, rather than by root."""
    copied = copy_stick(stick.path, tmp_path / "stick")
    (copied.root / ".ostree/repo/objects").chmod(0o700)
    done = satchel("serve", copied.root, "--listen", "127.0.0.1:0", home=stick.home, check=3)
    assert "start satchel serve as yourself" in done.said
