"""Another Linux that fails says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.upstream import host_arch
from tests.user_mode import elsewhere
from tests.volumes import run

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


# Only there is user-mode Linux.
@pytest.mark.parametrize("arch", ["x86_64"] if host_arch() == "x86_64" else [])
@pytest.mark.parametrize(
    ("formatted", "command", "told"),
    [
        (True, "echo c > /proc/sysrq-trigger", "the other Linux failed.*(?s:.*)sysrq triggered"),
        (False, "true", "did not run the command:\n(?s:.*)mount: "),
    ],
    ids=["kernel", "mount"],
)
def test_failure(arch: str, formatted: bool, command: str, told: str, tmp_path: Path) -> None:
    assert arch == host_arch()
    image, place = tmp_path / "drive.img", tmp_path / "mounted"
    place.mkdir()
    image.write_bytes(bytes(8_000_000))
    if formatted:
        run("mkfs.ext4", "-q", "-F", image)
    with pytest.raises(AssertionError, match=told):
        elsewhere(place, "ext4", image, ["/bin/sh", "-c", command])
