"""Drives with remotes without a collection ID are brought up to date, and added to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.damage import HELLO, OTHER, RUNTIME
from tests.stick.remotes.carrying import ORIGIN, Carrier
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.thorough


def fill_other(upstream: Upstream) -> None:
    """An app that runs on what another source has."""
    upstream.add_app("org.test.Guest")
    upstream.update()


GUEST = OTHER.replace("Other", "Guest")


def test_everything_moves_to_the_new_list(carrier: Carrier) -> None:
    newer = carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    carrier.run("update", "--yes")
    assert carrier.refs[HELLO] == newer
    assert (carrier.copy / "summary").read_bytes() == (
        carrier.upstream.path / "summary"
    ).read_bytes()
    assert carrier.errors() == set()


def test_versions_cannot_be_kept(carrier: Carrier) -> None:
    """Computers take what the list on the drive names: another one would be lost to them."""
    newer = carrier.upstream.bump(HELLO)
    carrier.upstream.add_app("org.test.Third")
    carrier.upstream.update()
    done = carrier.run("make", "org.test.Third", "--keep-versions", "--yes")
    assert "since computers take only the versions that" in done.stdout.replace("\n", " ")
    assert carrier.refs[HELLO] == newer
    assert carrier.errors() == set()


def test_what_upstream_lists_no_more_leaves(carrier: Carrier) -> None:
    carrier.upstream.remove(OTHER)
    carrier.upstream.update()
    done = carrier.run("update", "--yes")
    assert "org.test.Other" in done.stdout
    assert OTHER not in carrier.refs
    assert HELLO in carrier.refs
    assert carrier.errors() == set()


def test_an_older_list_is_refused(carrier: Carrier, nameless: Upstream) -> None:
    carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    carrier.run("update", "--yes")
    before = carrier.refs
    shutil.rmtree(carrier.upstream.path)
    shutil.copytree(nameless.path, carrier.upstream.path)
    carrier.make("org.test.Other", check=5)
    assert carrier.refs == before
    assert carrier.make("org.test.Other", "--allow-older")["ok"]
    assert carrier.errors() == set()


def test_one_address_is_one_remote_whatever_it_is_called(carrier: Carrier) -> None:
    carrier.upstream.add_app("org.test.Third")
    carrier.upstream.update()
    again = Carrier(carrier.upstream, carrier.directory, "renamed")
    assert again.make("org.test.Third")["ok"]
    assert list(carrier.record["collections"]) == [ORIGIN]
    assert OTHER.replace("Other", "Third") in carrier.refs


def test_each_drive_has_its_own_name_for_it(carrier: Carrier, tmp_path: Path) -> None:
    """Of several that are written at once."""
    carrier.upstream.add_app("org.test.Third")
    carrier.upstream.update()
    other = tmp_path / "other"
    other.mkdir()
    again = Carrier(carrier.upstream, carrier.directory, "renamed")
    again.run("make", "org.test.Third", "--also", other, "--yes")
    third = OTHER.replace("Other", "Third")
    assert (carrier.repo / f"refs/remotes/up/{third}").exists()
    assert (other / f".ostree/repo/refs/remotes/renamed/{third}").exists()
    difference = satchel("diff", "--json", carrier.drive, other, home=carrier.home).json
    # What only one of them has, or both have: never the same thing twice.
    refs = [each["ref"] for each in difference["refs"]]
    assert len(refs) == len(set(refs))
    for drive in (carrier.drive, other):
        assert satchel("verify", drive, home=carrier.home).returncode == 0


def test_two_of_one_name_are_kept_apart(
    carrier: Carrier, upstream_key: SigningKey, tmp_path: Path
) -> None:
    place = tmp_path / "second"
    second = Carrier(kept_upstream(place, upstream_key, fill_other, ""), carrier.directory, "Up")
    assert second.make("org.test.Guest")["ok"]
    assert set(carrier.record["collections"]) == {ORIGIN, "remote:Up-2"}
    assert (carrier.repo / "extensions/satchel/remotes/Up-2/Up-2.flatpakrepo").exists()
    # Its runtime is the one that the other has.
    assert RUNTIME in carrier.refs
    assert carrier.errors() == set()


def test_beside_a_collection(carrier: Carrier, upstream_key: SigningKey, tmp_path: Path) -> None:
    """Either has its own list; a runtime may be the other's."""
    place = tmp_path / "second"
    second = kept_upstream(place, upstream_key, fill_other)
    remote = tmp_path / "second.flatpakrepo"
    remote.write_text(second.flatpakrepo(second.path.as_uri()))
    words = ("make", carrier.drive, "org.test.Guest", "--remote", remote, "--yes")
    said = satchel(*words, home=carrier.home).said
    assert "Computers will not be able to install" not in said
    assert "Not every computer will take" not in said
    assert (carrier.repo / f"refs/mirrors/{COLLECTION}/{GUEST}").exists()
    assert not (carrier.repo / "summary.idx").exists()
    assert carrier.errors() == set()
    satchel("remove", carrier.drive, "org.test.Guest", "--yes", home=carrier.home)
    assert carrier.errors() == set()


def test_it_stays_one_when_upstream_gets_a_collection(carrier: Carrier) -> None:
    carrier.upstream.collection = COLLECTION
    carrier.upstream.ostree("config", "set", "core.collection-id", COLLECTION)
    newer = carrier.upstream.bump(HELLO)
    carrier.upstream.update()
    carrier.run("update", "--yes")
    assert carrier.refs[HELLO] == newer
    assert carrier.errors() == set()
