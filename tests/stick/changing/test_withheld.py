"""An update of which upstream does not hand out everything: what stays keeps what it needs."""

from __future__ import annotations

from pathlib import Path

from tests.client import Client
from tests.servers import HostileServer
from tests.stick.changing.changed import HELLO, assert_sound, change, install, refs
from tests.stick.made_drive import MadeDrive
from tests.upstream import Upstream


def test_the_runtime_of_before_stays(
    made: MadeDrive, newer: Upstream, client: Client, tmp_path: Path
) -> None:
    """The newer version would run on another one, and cannot come."""
    change(made, "remove", "org.test.Large", "org.test.Other")
    before = {ref for ref in refs(made) if "/org.test.Platform/" in ref}
    upstream = newer.copy(tmp_path / "withholding")
    listed = upstream.ostree("ls", "-C", HELLO, "/files/share/news").split()
    (checksum,) = (word for word in listed if len(word) == 64)
    (upstream.path / f"objects/{checksum[:2]}/{checksum[2:]}.filez").unlink()
    with HostileServer(upstream.path) as web:
        now = MadeDrive(made.directory, upstream, web)
        told = change(now, "update", "--remote", now.remote, check=7)
    assert told.finished["held"] == [HELLO]
    assert "stays as it is" in told.said
    assert before <= refs(made)
    assert_sound(made)
    install(made, client, HELLO)
