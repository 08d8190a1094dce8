"""A drive for computers of two kinds, of a source of which nothing is signed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.makers import make
from tests.upstream import Upstream, host_arch

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


def fill(upstream: Upstream) -> None:
    for arch in (upstream.arch, "riscv64"):
        upstream.add_runtime(arch=arch)
        upstream.add_app("org.test.Hello", arch=arch)
    upstream.update()


def test_an_app_is_named_once(upstream_key: SigningKey, tmp_path: Path) -> None:
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill, "", signed=False)
    words = ("org.test.Hello", "--arch", host_arch(), "--arch", "riscv64", "--allow-unsigned")
    home, drive = tmp_path / "home", tmp_path / "drive"
    done = make(upstream, drive, *words, home=home)
    told = [each["message"] for each in done.events if each["event"] == "notice"]
    [vouching] = [text for text in told if text.startswith("Nobody vouches for")]
    assert vouching.startswith(
        "Nobody vouches for org.test.Hello: there is no key of Test upstream"
    )
    said = satchel("verify", drive, home=home, check=1).stdout
    assert "org.test.Hello, org.test.Hello" not in said
