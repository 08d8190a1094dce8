"""``satchel media --layout stick``: a drive in a directory, as a script makes it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import DriveError
from app.media.trees import place as places
from app.media.trees.place import (
    INSTALLATION,
    MARK,
    WORK,
    Mark,
    OccupiedError,
    open_place,
    open_system,
    require_nobody_elses,
)
from app.media.trees.tree import Layout
from tests.client import Client
from tests.media.mediums import HELLO, Maker
from tests.satchel import satchel


def names(directory: Path) -> set[str]:
    return set(os.listdir(directory))


def test_is_a_drive_and_nothing_else(maker: Maker, client: Client, tmp_path: Path) -> None:
    out = tmp_path / "out"

    finished = maker.media(out, "org.test.Hello").finished

    assert (finished["ok"], finished["layout"], finished["out"]) == (True, "stick", str(out))
    assert names(out) == {".ostree", "satchel"}
    assert maker.findings(out) == set()
    client.run("remote-add", "--user", "up", out / "satchel/up.flatpakrepo")
    client.install("up", "org.test.Hello", sideload=out)
    assert client.installed()[HELLO] == maker.upstream.refs[HELLO]


def test_what_can_be_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    publish = ("--collection-id", "org.example.School", "--sign-key", "x")

    for name, says in (("file", "not a directory"), ("file/x", "file is"), ("link", "link")):
        for verb, more in (("media", ()), ("publish", publish)):
            said = satchel(verb, tmp_path / name, "x", *more, home=tmp_path, check=2).said
            assert says in said
            assert "rive" not in said
    said = satchel("media", tmp_path / "a/b", "x", home=tmp_path, check=2).said
    assert f"There is no directory {tmp_path}/a." in said


@pytest.mark.thorough
def test_what_this_computer_has_set_or_seen_is_not_in_it(maker: Maker, tmp_path: Path) -> None:
    home = maker.home
    for name, value in (
        ("classroom_languages", "de"),
        ("only_languages", "on"),
        ("architecture", "riscv64"),
    ):
        satchel("settings", name, value, home=home)

    out = tmp_path / "out"
    maker.media(out, "org.test.Hello", env={"LANG": "de_DE.UTF-8", "LANGUAGE": "de"})

    record = json.loads((out / ".ostree/repo/extensions/satchel/stick.json").read_text())
    assert HELLO in maker.refs(out)
    assert not record["languages"]
    # Nor does this computer remember it.
    assert not list((home / ".local/state/satchel").glob("*"))


@pytest.mark.thorough
def test_made_anew_it_has_just_what_was_asked_for(maker: Maker, tmp_path: Path) -> None:
    out = tmp_path / "out"
    maker.media(out, "org.test.Hello", "org.test.Large")

    finished = maker.media(out, "org.test.Other").finished

    assert finished["ok"]
    assert "app/org.test.Other" in str(sorted(maker.refs(out)))
    assert HELLO not in maker.refs(out)
    assert maker.findings(out) <= {"end-of-life"}
    assert names(out) == {".ostree", "satchel"}


def test_leaves_alone_what_it_has_not_made(maker: Maker, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.odt").write_text("mine")

    done = maker.media(out, "org.test.Hello", check=3)

    assert "thesis.odt" in done.finished["error"]["message"]
    assert names(out) == {"thesis.odt"}
    (out / "thesis.odt").unlink()
    maker.media(out, "org.test.Hello")
    (out / "thesis.odt").write_text("mine")
    maker.media(out, "org.test.Hello", check=3)
    assert (out / "thesis.odt").read_text() == "mine"


@pytest.mark.thorough
def test_what_cannot_be_made_leaves_nothing(maker: Maker, tmp_path: Path) -> None:
    out = tmp_path / "out"

    maker.media(out, "org.test.Nothing", check=2)
    assert not out.exists()

    out.mkdir()
    maker.media(out, "org.test.Nothing", check=2)
    assert names(out) == set()
    assert maker.media(out, "org.test.Hello", "--layout", "tape", check=2)


@pytest.mark.thorough
def test_a_drive_made_by_make_is_none_of_its_own(maker: Maker, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with maker.online():
        satchel("make", out, "org.test.Hello", "--remote", maker.remote, home=maker.home)

    assert ".ostree" in maker.media(out, "org.test.Hello", check=3).finished["error"]["message"]


# ---- The place


def fill(tree: Path, text: str, *more: str) -> None:
    """A tree like those that are made."""
    for name in (".ostree/repo/objects/00", "satchel/install.sh", *more):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    (tree / MARK).parent.mkdir(parents=True, exist_ok=True)


def texts(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): path.read_text()
        for path in out.rglob("*")
        if path.is_file() and path.name != "media.json"
    }


OLD = {"etc/old": "one", "etc/shared": "one"}
NEW = {".ostree/repo/objects/00": "two", "satchel/install.sh": "two", "etc/shared": "two"}


@pytest.mark.parametrize("moment", range(1, 12))
def test_stopped_while_it_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    out = tmp_path / "out"
    with open_place(out) as place:
        fill(place.tree, "one", *OLD)
        place.move_up(Mark(Layout.ISO_ROOT, tuple(OLD)))
    steps = 0

    def stopping(real: Callable[..., None]) -> Callable[..., None]:
        def step(*given: object, **more: object) -> None:
            nonlocal steps
            steps += 1
            if steps == moment:
                raise KeyboardInterrupt
            real(*given, **more)

        return step

    with monkeypatch.context() as patch, open_place(out) as place:
        assert place.before is not None
        fill(place.tree, "two", "etc/shared")
        for name in ("rename", "replace"):
            patch.setattr(os, name, stopping(getattr(os, name)))
        with contextlib.suppress(KeyboardInterrupt):
            place.move_up(Mark(Layout.ISO_ROOT, ("etc/shared",)))
    begun = (out / WORK / "whole").exists()
    if not begun and (out / WORK).exists():
        assert texts(out).items() >= {**OLD, "satchel/install.sh": "one"}.items()
        return

    with open_place(out) as place:
        assert place.before == Mark(Layout.ISO_ROOT, ("etc/shared",))
    assert texts(out) == NEW


def test_one_at_a_time(tmp_path: Path) -> None:
    with open_place(tmp_path / "out"), pytest.raises(OccupiedError), open_place(tmp_path / "out"):
        pass


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"version": 2}', '{"version": 1, "layout": "stick", "files": ["../x"]}'],
)
def test_a_mark_that_says_nothing(tmp_path: Path, text: str) -> None:
    mark = tmp_path / MARK
    mark.parent.mkdir(parents=True)
    mark.write_text(text)

    with pytest.raises(OccupiedError), open_place(tmp_path):
        pass


def test_a_link_at_the_top_is_none_of_its_own(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open_place(out) as place:
        fill(place.tree, "one")
        place.move_up(Mark(Layout.STICK, ()))
    (out / "satchel").rename(tmp_path / "elsewhere")
    (out / "satchel").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OccupiedError), open_place(out):
        pass
    assert places.WORK not in names(out)


def leading_out(out: Path, victim: Path, kind: str) -> None:
    """Somebody has put a link to ``victim`` into ``out``, where something was made or begun."""
    work = out / WORK
    if kind == "below":
        with open_place(out) as place:
            fill(place.tree, "one", "etc/flatpak/file")
            place.move_up(Mark(Layout.ISO_ROOT, ("etc/flatpak/file",)))
        (out / "etc/flatpak/file").unlink()
        (out / "etc/flatpak").rmdir()
        (out / "etc/flatpak").symlink_to(victim)
        return
    work.mkdir(parents=True)
    if kind == "tree":
        (work / "tree").symlink_to(victim)
        return
    (work / "tree").mkdir()
    if kind == "in the tree":
        (work / "tree/etc").symlink_to(victim)
        return
    if kind == "moving":
        (work / "tree/etc").mkdir()
        (work / "tree/etc/new").write_text("one")
    (work / "whole").write_text('["etc/precious"]' if kind == "removing" else "[]")
    (out / "etc").symlink_to(victim)


@pytest.mark.parametrize("kind", ["below", "tree", "in the tree", "moving", "removing"])
def test_links_lead_nowhere(tmp_path: Path, kind: str) -> None:
    out, victim = tmp_path / "out", tmp_path / "victim"
    victim.mkdir()
    (victim / "precious").write_text("precious")
    leading_out(out, victim, kind)

    with contextlib.suppress(DriveError), open_place(out) as place:
        fill(place.tree, "two", "etc/flatpak/new", "etc/new")
        place.move_up(Mark(Layout.ISO_ROOT, ("etc/flatpak/new", "etc/new")))

    assert texts(victim) == {"precious": "precious"}


@pytest.mark.parametrize(
    "link",
    ["repo", "repo/objects", "app", "app/org.test.App/x86_64/stable/active", "exports/share"],
)
def test_no_link_of_an_installation_leads_out(tmp_path: Path, link: str) -> None:
    """flatpak itself follows them."""
    path = tmp_path / "root" / INSTALLATION / link
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path)

    with pytest.raises(OccupiedError, match="leads out"), open_system(tmp_path / "root"):
        pass


def test_links_that_an_installation_has_stay(tmp_path: Path) -> None:
    installation = tmp_path / "root" / INSTALLATION
    deployed = installation / "app/org.test.App/x86_64/stable/commit/files"
    for path in (deployed, installation / "sideload-repos"):
        path.mkdir(parents=True)
    (deployed / "link").symlink_to("/run/host")
    (installation / "sideload-repos/drive").symlink_to("/media/drive")
    (installation / "app/org.test.App/current").symlink_to("x86_64/stable")

    with open_system(tmp_path / "root"):
        pass

    assert os.readlink(deployed / "link") == "/run/host"
    assert os.readlink(installation / "sideload-repos/drive") == "/media/drive"
    assert os.readlink(installation / "app/org.test.App/current") == "x86_64/stable"


def test_what_lies_beside_an_image_has_to_be_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "stick.img.satchel-media"
    require_nobody_elses(scratch)
    scratch.symlink_to(tmp_path)
    with pytest.raises(OccupiedError):
        require_nobody_elses(scratch)
    scratch.unlink()
    scratch.mkdir()
    require_nobody_elses(scratch)
    status = os.stat_result((*os.stat(scratch)[:4], os.geteuid() + 1, *os.stat(scratch)[5:10]))
    monkeypatch.setattr(Path, "lstat", lambda _: status)
    with pytest.raises(OccupiedError):
        require_nobody_elses(scratch)
