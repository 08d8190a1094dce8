"""What flatpak has on this computer."""

from __future__ import annotations

from pathlib import Path

from app.flatpak.refs import Ref
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.installed import InstalledRef, installed_apps, installed_refs
from app.formats.gvariant import serialise
from tests.client import Client
from tests.upstream import Upstream


def test_nothing_is_installed(tmp_path: Path) -> None:
    assert installed_apps(FlatpakDirectories.below(tmp_path / "nowhere")) == ()


def test_as_flatpak_itself_lists_them(default_upstream: Upstream, tmp_path: Path) -> None:
    client = Client(tmp_path)
    repo = tmp_path / "up.flatpakrepo"
    repo.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
    client.run("remote-add", "--user", "up", repo)
    client.run("install", "--user", "-y", "--noninteractive", "up", "org.test.Hello")
    apps = installed_apps(FlatpakDirectories.below(tmp_path))
    listed = client.run("list", "--user", "--app", "--columns=ref,origin").stdout.split()
    assert [str(app.ref).removeprefix("app/") for app in apps] == listed[::2]
    assert [app.origin for app in apps] == listed[1::2] == ["up"]


def test_all_of_an_installation_as_flatpak_lists_it(
    default_upstream: Upstream, tmp_path: Path
) -> None:
    client = Client(tmp_path)
    repo = tmp_path / "up.flatpakrepo"
    repo.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
    client.run("remote-add", "--user", "up", repo)
    client.run("install", "--user", "-y", "--noninteractive", "up", "org.test.Hello")
    refs = installed_refs(tmp_path / "user")
    columns = "--columns=ref,active"
    listed = client.run("list", "--user", "--all", columns).stdout.split()
    told = dict(zip(listed[::2], listed[1::2], strict=True))
    assert {str(each.ref).partition("/")[2]: each.commit[:12] for each in refs} == told
    assert {each.ref.kind for each in refs} == {"app", "runtime"}
    assert all(each.size for each in refs if not each.subpaths)


def test_what_is_in_two_installations_counts_once(tmp_path: Path) -> None:
    directories = FlatpakDirectories.below(tmp_path)
    for place in (directories.user, directories.system):
        deployed(place, "org.test.App", "x86_64", "stable", origin=place.name)
    deployed(directories.system, "org.test.Other", "x86_64", "stable", origin=None)
    deployed(directories.system, "not-an-id", "x86_64", "stable", origin="system")
    (directories.system / "app/org.test.Gone/x86_64/stable/active").mkdir(parents=True)
    assert installed_apps(directories) == (
        InstalledRef(Ref.parse("app/org.test.App/x86_64/stable"), "user", "0" * 64),
        InstalledRef(Ref.parse("app/org.test.Other/x86_64/stable"), ""),
    )


def deployed(place: Path, id: str, arch: str, branch: str, *, origin: str | None) -> None:
    active = place / "app" / id / arch / branch / "active"
    active.mkdir(parents=True)
    data = b"damaged"
    if origin is not None:
        data = serialise("(ssasta{sv})", (origin, "0" * 64, [], 0, []))
    (active / "deploy").write_bytes(data)
