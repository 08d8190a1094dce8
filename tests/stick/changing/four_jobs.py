"""What changes a stick, each on one that it has something to do for."""

from __future__ import annotations

from pathlib import Path

from tests.stick.changing.changed import HELLO, LARGE, OTHER, change
from tests.stick.damage import Stick
from tests.stick.made_drive import MadeDrive
from tests.stick.test_repair_killed import damage_hello
from tests.upstream import Upstream

STAYING = {
    "update": (HELLO, OTHER, LARGE),
    "remove": (OTHER,),
    "prune": (OTHER,),
    "repair": (OTHER,),
}
"""Job → the apps that are whole before it, and that it leaves on the stick."""


def prepare(job: str, made: MadeDrive, upstream: Upstream, url: str = "") -> list[str | Path]:
    """The stick as it is before the job; what the job is told. ``url``: where it takes ``upstream``
    from, if not by its path."""
    if job == "remove":
        return ["org.test.Large", "org.test.Hello"]
    if job == "prune":
        change(made, "remove", "org.test.Large", "org.test.Hello", "--no-prune")
        return []
    if job == "repair":
        damage_hello(Stick(made.drive))
    remote = made.directory / "upstream.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(url or upstream.path.as_uri()))
    return ["--remote", remote, *(["--trust-drive-keys"] if job == "repair" else [])]
