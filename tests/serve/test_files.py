"""Files for people, on the page and to be downloaded, if they are what they should be."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from tests.serve.conftest import Stick
from tests.serve.served import serving
from tests.stick.damage import copy_stick

pytestmark = pytest.mark.thorough


def test_extra_data(stick: Stick, tmp_path: Path) -> None:
    copied = copy_stick(stick.path, tmp_path / "stick")
    data = b"what its maker hands out"
    right, wrong = sha256(data).hexdigest(), "0" * 64
    for digest in (right, wrong):
        place = copied.root / "satchel/extra-data" / digest
        place.mkdir(parents=True)
        (place / "part.bin").write_bytes(data)
    with serving(copied.root, home=stick.home) as served:
        assert served.get(f"extra-data/{right}/part.bin") == (200, data)
        assert served.get(f"extra-data/{wrong}/part.bin")[0] == 404
        page = served.get("")[1].decode()
        assert f"/extra-data/{right}/part.bin" in page
        assert wrong not in page
