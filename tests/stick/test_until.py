"""Until when a stick can be installed, wherever that is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.stick.kit.rendering import render
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.servers import Server
from tests.stick.damage import Stick, verify
from tests.stick.kit_contents import contents
from tests.stick.makers import make
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

APP = "org.test.Hello"
_DAY = 24 * 3600


def at(year: int) -> int:
    """The first day of a year; gpg takes a date as noon of it."""
    return int(datetime(year, 1, 1, 12, tzinfo=UTC).timestamp())


def near(moment: int | None, expected: int) -> bool:
    return moment is not None and abs(moment - expected) <= _DAY


@pytest.fixture(scope="module")
def lasting() -> Iterator[SigningKey]:
    """A key that ends in 2045, whose subkey signs until 2040."""
    key = SigningKey("Lasting <lasting@example.org>", subkey=True)
    key.prolong("2045-01-01")
    key.gpg("--quick-set-expire", key.fingerprint, "2040-01-01", "*")
    key.public = key.gpg("--export", key.fingerprint)
    yield key
    key.close()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, lasting: SigningKey) -> Upstream:
    made = Upstream(tmp_path_factory.mktemp("until") / "upstream", lasting)
    made.add_runtime(runnable=False)
    made.add_app(APP)
    made.update()
    return made


def test_it_is_told_everywhere(base: Upstream, tmp_path: Path) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    drive.mkdir()
    home.mkdir()
    with Server(base.path) as server:
        remote = home / "up.flatpakrepo"
        remote.write_text(base.flatpakrepo(server.url))
        plan = satchel("plan", drive, APP, "--remote", remote, "--json", home=home).json
        shown = satchel("plan", drive, APP, "--remote", remote, home=home).stdout
    assert near(plan["installable_until"], at(2040))
    assert near(plan["collections"][0]["installable_until"], at(2040))
    assert "until 2040-01-01" in shown
    done = make(base, drive, APP, home=home)
    assert near(done.finished["verify"]["installable_until"], at(2040))
    told = satchel("inspect", "--json", drive, home=home).json
    assert near(told["installable_until"], at(2040))
    assert near(told["collections"][0]["installable_until"], at(2040))
    assert "installable until 2040-01-01" in satchel("inspect", drive, home=home).stdout
    page = (drive / "satchel/START-HERE.html").read_text()
    assert "Good until" in page
    assert 'datetime="2040-01-01"' in page
    assert "1. Januar 2040" in page
    # 2040 is more than a school year away.
    assert verify(Stick(drive), home) == set()
    # What is added later from elsewhere may end earlier: the stick does then.
    soon = SigningKey("Soon <soon@example.org>")
    ends = datetime.now(UTC) + timedelta(days=390)
    soon.prolong(f"{ends:%Y-%m-%d}")
    other = Upstream(tmp_path / "other", soon, "org.test.Second")
    other.add_runtime(id="org.test.Base", runnable=False)
    other.add_app("org.test.Second", runtime="org.test.Base//1")
    other.update()
    make(other, drive, "org.test.Second", home=home, name="second")
    soon.close()
    told = satchel("inspect", "--json", drive, home=home).json
    by_id = {
        collection["id"]: collection["installable_until"] for collection in told["collections"]
    }
    assert near(by_id[COLLECTION], at(2040))
    assert near(by_id["org.test.Second"], int(ends.timestamp()))
    assert told["installable_until"] == by_id["org.test.Second"]
    assert f'datetime="{ends:%Y-%m-%d}"' in (drive / "satchel/START-HERE.html").read_text()
    assert verify(Stick(drive), home) == {("key-expires-soon", "org.test.Second")}


def test_a_signature_may_end_before_its_key(
    base: Upstream, lasting: SigningKey, tmp_path: Path
) -> None:
    upstream = base.copy(tmp_path / "upstream")
    config = Path(lasting.homedir, "gpg.conf")
    config.write_text("default-sig-expire 30d\n")
    try:
        upstream.bump(f"app/{APP}/{upstream.arch}/stable")
    finally:
        config.unlink()
    upstream.update()
    drive, home = tmp_path / "drive", tmp_path / "home"
    done = make(upstream, drive, APP, home=home)
    assert done.finished["ok"]
    month = int((datetime.now(UTC) + timedelta(days=30)).timestamp())
    assert near(done.finished["verify"]["installable_until"], month)
    assert near(satchel("inspect", "--json", drive, home=home).json["installable_until"], month)
    assert verify(Stick(drive), home) == {("key-expires-soon", COLLECTION)}
    assert near(_recorded(drive), month)


def _recorded(drive: Path) -> int | None:
    from app.fs.root import Root
    from app.stick.store.location import Location
    from app.stick.store.record import read_record

    record = read_record(Location(Root(drive), ".ostree/repo"))
    assert record is not None
    return record.collections[COLLECTION].until


def test_what_never_ends_is_not_told(good: Path, friend: Path) -> None:
    assert satchel("inspect", "--json", good, home=friend).json["installable_until"] is None
    assert "Good until" not in (good / "satchel/START-HERE.html").read_text()


@pytest.mark.parametrize("moment", [None, 2**62, -(2**62)])
def test_impossible_moments(moment: int | None) -> None:
    assert b"Good until" not in render(contents(until=moment))["START-HERE.html"]


def test_a_plan_made_again_asks_for_no_signature(base: Upstream, tmp_path: Path) -> None:
    drive, home = tmp_path / "drive", tmp_path / "home"
    drive.mkdir()
    home.mkdir()
    with Server(base.path) as server:
        remote = home / "up.flatpakrepo"
        remote.write_text(base.flatpakrepo(server.url))
        for _ in range(2):
            server.forget()
            plan = satchel("plan", drive, APP, "--remote", remote, "--json", home=home).json
            assert near(plan["installable_until"], at(2040))
        assert not [
            request.path for request in server.requests() if request.path.endswith(".commitmeta")
        ]
        # The job asks again: signatures may have changed.
        server.forget()
        satchel("make", drive, APP, "--remote", remote, "--json", home=home)
        asked = [
            request.path for request in server.requests() if request.path.endswith(".commitmeta")
        ]
        assert asked
        assert len(asked) == len(set(asked))
    shutil.rmtree(drive)
