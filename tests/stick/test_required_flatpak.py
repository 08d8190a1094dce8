"""``required-flatpak``: told before and after, and measured as the real flatpak measures it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app.flatpak.required_flatpak import lacking, parse_version
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.makers import REPO, carry
from tests.upstream import Upstream, host_arch

pytestmark = pytest.mark.slow

ARCH = host_arch()
_SAID = subprocess.run(["flatpak", "--version"], capture_output=True, text=True, check=True).stdout
HERE = parse_version(_SAID.split()[1])
assert HERE is not None
MAJOR, MINOR, MICRO = HERE

LISTS = {
    "Plain": "",
    "Older": "1.7.0",
    "Same": f"{MAJOR}.{MINOR}.{MICRO}",
    "Micro": f"{MAJOR}.{MINOR}.{MICRO + 1}",
    "Minor": f"{MAJOR}.{MINOR + 2}.0",
    "Series": f"{MAJOR}.{MINOR + 2}.4;{MAJOR}.{MINOR}.{MICRO};",
    "SeriesNewer": f"{MAJOR}.{MINOR + 2}.4;{MAJOR}.{MINOR}.{MICRO + 1};",
    "OtherSeries": f"{MAJOR}.{MINOR + 2}.4;{MAJOR}.{MINOR - 2}.1;",
    "OlderSeries": f"{MAJOR}.{MINOR - 2}.99;",
    "First": f"{MAJOR}.{MINOR}.0;{MAJOR}.{MINOR}.{MICRO + 9};",
    "Signs": f" +{MAJOR}. {MINOR}.-3rc1",
    "Short": f"{MAJOR}.{MINOR}",
    "Rubbish": "new",
    "Late": f"{MAJOR}.{MINOR}.0;new",
}
NO_VERSION = {"Short", "Rubbish", "Late"}


def app(name: str) -> str:
    return f"app/org.test.{name}/{ARCH}/stable"


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    for name, required in LISTS.items():
        more = f"[Application]\nrequired-flatpak={required}\n" if required else ""
        upstream.add_app(f"org.test.{name}", extensions=more)
    point = "[Extension org.test.Extension]\nversion=1\ndirectory=share/extension\n"
    upstream.add_app("org.test.Extended", extensions=point)
    upstream.add_extension(
        "org.test.Extension", "1", metadata="[Runtime]\nrequired-flatpak=9.1.0\n"
    )
    upstream.update()


@pytest.fixture(scope="module")
def place(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an upstream, a home and a stick of all that Satchel carries of it."""
    directory = tmp_path_factory.mktemp("required")
    upstream = kept_upstream(directory / "up", upstream_key, fill)
    (directory / "offline.flatpakrepo").write_text(upstream.flatpakrepo("http://127.0.0.1:9/"))
    (directory / "up.flatpakrepo").write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    for name in ("drive", "home"):
        (directory / name).mkdir()
    chosen = [f"org.test.{name}" for name in (*LISTS, "Extended")]
    arguments: tuple[str | Path, ...] = *chosen, "--remote", directory / "up.flatpakrepo", "--json"
    done = satchel("make", directory / "drive", *arguments, home=directory / "home", check=7)
    assert done.finished["ok"]
    carry(directory / "drive" / REPO, upstream, *map(app, NO_VERSION))
    return directory


def test_told_by_plan_page_and_check(place: Path) -> None:
    home, drive = place / "home", place / "drive"
    chosen = [f"org.test.{name}" for name in (*LISTS, "Extended")]
    (place / "other").mkdir()
    arguments: tuple[str | Path, ...] = *chosen, "--remote", place / "up.flatpakrepo", "--json"
    plan = satchel("plan", place / "other", *arguments, home=home, check=7).json
    left = {item["ref"] for item in plan["left_out"] if item["chosen"]}
    assert left == set(map(app, NO_VERSION))
    needed = [
        notice["message"] for notice in plan["notices"] if "or newer is needed" in notice["message"]
    ]
    assert f"flatpak 9.1.0 or newer is needed by: runtime/org.test.Extension/{ARCH}/1." in needed
    (series,) = (sentence for sentence in needed if app("SeriesNewer") in sentence)
    assert f"{MAJOR}.{MINOR + 2}.4 (or {MAJOR}.{MINOR}.{MICRO + 1})" in series

    findings = satchel("verify", drive, "--json", home=home, check=1).json["findings"]
    told = {finding["subject"] for finding in findings if finding["code"] == "needs-newer-flatpak"}
    newer = {name for name, text in LISTS.items() if lacking(filter(None, text.split(";")))}
    extension = f"runtime/org.test.Extension/{ARCH}/1"
    assert told == {*(app(name) for name in newer - NO_VERSION), extension}
    errors = {finding["subject"]: finding for finding in findings if finding["severity"] == "error"}
    for name in NO_VERSION:
        assert errors[app(name)]["code"] == "metadata-mismatch"

    lines = (drive / "satchel/contents.tsv").read_text().splitlines()
    assert f"requires\t{app('Series')}\t{MAJOR}.{MINOR + 2}.4\t{MAJOR}.{MINOR}.{MICRO}" in lines
    assert f"requires\t{extension}\t9.1.0" in lines
    assert not [line for line in lines if line.startswith(f"requires\t{app('Plain')}")]
    assert "needs flatpak 9.1.0 or newer" in (drive / "satchel/START-HERE.html").read_text()


def test_as_the_real_flatpak_says(place: Path, client: Client) -> None:
    client.run("remote-add", "--user", "up", place / "offline.flatpakrepo")
    repo = place / "drive" / REPO
    for name, text in LISTS.items():
        done = client.install("up", f"org.test.{name}", sideload=repo, check=False)
        lacks = lacking(filter(None, text.split(";")), (MAJOR, MINOR, MICRO))
        assert (done.returncode == 0) == (lacks is None), done.stdout
