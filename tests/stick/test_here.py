"""What of a stick is newer than what this computer has."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.flatpak.refs import Ref
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed_versions import InstalledVersion, installed_versions
from app.flatpak.sideloading.decision import Outcome
from app.flatpak.sideloading.situation import Version
from app.progress import CancelToken
from app.stick.inspecting.inspect import inspect_stick
from app.stick.inspecting.inspection import Inspection
from app.stick.store.location import find_stick
from app.stick.store.stick_state import load_stick
from tests.client import Client
from tests.satchel import satchel
from tests.stick.damage import HELLO, OTHER, Stick, copy_stick
from tests.upstream import COLLECTION, Upstream


def look(drive: Path, *installed: InstalledVersion) -> Inspection:
    stick = load_stick(find_stick(drive))
    return inspect_stick(stick, (), ("en",), CancelToken(), installed=installed)


def here(drive: Path, *installed: InstalledVersion) -> dict[str, Outcome | None]:
    return {ref.ref: ref.here for _, ref in look(drive, *installed).refs}


def had(ref: str, version: Version, collection: str | None = COLLECTION) -> InstalledVersion:
    return InstalledVersion(Ref.parse(ref), version, "up", collection)


def versions(drive: Path) -> dict[str, Version]:
    return {ref.ref: Version(ref.commit, ref.timestamp) for _, ref in look(drive).refs}


def test_newer_the_same_and_older(good: Path, newer: Path) -> None:
    old, new = versions(good), versions(newer)
    installed = had(HELLO, old[HELLO]), had(OTHER, old[OTHER])
    assert here(newer, *installed)[HELLO] is Outcome.UPDATE
    assert here(newer, *installed)[OTHER] is Outcome.KEEP
    assert look(newer, *installed).newer_apps_here == 1
    assert here(good, had(HELLO, new[HELLO]))[HELLO] is Outcome.KEEP
    assert look(good, had(HELLO, new[HELLO])).newer_apps_here == 0
    # Nothing is newer than what is not there.
    assert here(newer)[HELLO] is Outcome.INSTALL
    assert look(newer).newer_apps_here == 0


@pytest.mark.parametrize("collection", ["org.test.Another", None])
def test_what_somebody_else_publishes_is_another_thing(
    good: Path, newer: Path, collection: str | None
) -> None:
    assert here(newer, had(HELLO, versions(good)[HELLO], collection))[HELLO] is Outcome.INSTALL


def test_what_is_there_in_part_is_no_update(good: Path, newer: Path, tmp_path: Path) -> None:
    damaged: Stick = copy_stick(newer, tmp_path / "stick")
    (damaged.repo / f"state/{damaged.commit(HELLO)}.commitpartial").write_text("")
    inspection = look(tmp_path / "stick", had(HELLO, versions(good)[HELLO]))
    assert inspection.newer_apps_here == 0


def test_as_flatpak_has_it(
    good: Path, newer: Path, upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    client.remote_add("up", upstream.path.as_uri(), upstream.key.public, COLLECTION)
    client.install("up", HELLO)
    (each,) = (
        version
        for version in installed_versions(
            FlatpakDirectories(client.directory / "user", tmp_path, (), tmp_path)
        )
        if str(version.ref) == HELLO
    )
    assert each == had(HELLO, versions(good)[HELLO])
    told = satchel("inspect", newer, "--json", home=tmp_path, env=client.environment).json
    assert told["newer_here"] == [{"collection": COLLECTION, "ref": HELLO}]
    said = satchel("inspect", newer, home=tmp_path, env=client.environment).stdout
    assert "Newer than on this computer: 1 of the apps." in said
