"""Others at the same repository: flatpak's create-usb, computers that install, another Satchel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.servers import Server
from tests.stick.changing.changed import (
    HELLO,
    LARGE,
    OTHER,
    assert_sound,
    assert_whole,
    change,
    goes_on,
    halted,
    install,
    refs,
    resolved,
)
from tests.stick.damage import Stick, flip_middle
from tests.stick.made_drive import MadeDrive, copy_drive, objects

REMOVAL = "app.ostree.object_files:ObjectFiles.remove"


@pytest.fixture
def online(made: MadeDrive, tmp_path: Path) -> Client:
    """Somebody's computer that has Large from the network."""
    with Server(made.upstream.path) as server:
        client = Client(tmp_path / "online")
        client.remote_add_upstream("up", made.upstream, server.url)
        client.install("up", "org.test.Large")
    return client


def test_what_create_usb_brought_stays(made: MadeDrive, online: Client, client: Client) -> None:
    """Into the same repository, before pruning and after it; computers install all of it."""
    change(made, "remove", "org.test.Large", "--no-prune")
    online.run("create-usb", "--user", made.drive, "org.test.Large")
    brought = objects(made.drive)
    change(made, "prune")
    # The description of the refs of before, which taking Large off replaced.
    assert [name.partition(".")[2] for name in brought - objects(made.drive)] == ["commit"]
    install(made, client, LARGE, HELLO)
    change(made, "remove", "org.test.Large")
    assert LARGE not in refs(made)
    online.run("create-usb", "--user", made.drive, "org.test.Large")
    brought = objects(made.drive)
    change(made, "prune")
    assert objects(made.drive) == brought
    another = Client(made.directory / "another")
    install(made, another, LARGE, HELLO, OTHER)


@pytest.mark.parametrize(
    ("by", "times"),
    [
        ("a record that was lost", 2),
        pytest.param("a record that was lost", 3, marks=pytest.mark.thorough),
        pytest.param("create-usb", 3, marks=pytest.mark.thorough),
    ],
)
def test_no_update_takes_off_what_nobody_has_explained(
    made: MadeDrive, online: Client, tmp_path: Path, by: str, times: int
) -> None:
    """The first writes down that it was there; what the next ones make of that is the point."""
    if by == "create-usb":
        change(made, "remove", "org.test.Large")
        online.run("create-usb", "--user", made.drive, "org.test.Large")
    else:
        (made.drive / ".ostree/repo/extensions/satchel/stick.json").write_bytes(b"")
    before = refs(made)
    upstream = made.upstream.copy(tmp_path / "up")
    with Server(upstream.path) as server:
        remote = tmp_path / "up.flatpakrepo"
        remote.write_text(upstream.flatpakrepo(server.url))
        for _ in range(times):
            upstream.bump(HELLO)
            upstream.update()
            told = change(made, "update", "--remote", remote, "--dry-run").json
            assert told["removed"] == []
            change(made, "update", "--remote", remote)
            assert refs(made) == before
    assert_sound(made)
    apps = {ref for ref in before if ref.startswith("app/")}
    listed = satchel("inspect", made.drive, "--json", home=made.home).json["collections"]
    chosen = {each["ref"] for collection in listed for each in collection["refs"] if each["chosen"]}
    assert apps <= chosen


@pytest.mark.thorough
def test_off_a_stick_of_create_usb(made: MadeDrive, online: Client) -> None:
    """What it has not had before is told, and no failure."""
    theirs = made.directory / "theirs"
    theirs.mkdir()
    online.run("create-usb", "--user", theirs, "org.test.Large")
    done = satchel("remove", "--json", theirs, "org.test.Platform.GL.default", home=made.home)
    told = {each["code"]: each["severity"] for each in done.finished["verify"]["findings"]}
    assert told["upstream-missing"] == told["metadata-missing"] == "warning"
    assert "it has no ostree-metadata" in done.said
    assert "does not fit" not in done.said


@pytest.mark.thorough
def test_a_repository_of_create_usb_beside_ours_stays(
    made: MadeDrive, online: Client, client: Client
) -> None:
    """With a place of its own on the drive nothing of ours is its own, and the reverse."""
    online.run(
        "create-usb", "--user", "--destination-repo=theirs/repo", made.drive, "org.test.Large"
    )
    theirs = made.drive / "theirs/repo/objects"
    before = {path.name for path in theirs.glob("??/*")}
    change(made, "remove", "org.test.Large", "--destination-repo", ".ostree/repo")
    assert {path.name for path in theirs.glob("??/*")} == before
    client.remote_add(
        "up", "http://127.0.0.1:9/", made.upstream.key.public, made.upstream.collection, check=False
    )
    client.install("up", LARGE, HELLO, sideload=made.drive)
    assert {LARGE, HELLO} <= client.installed().keys()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("verb", "place"),
    [
        ("remove", "app.stick.writing.removal:unname:1"),
        ("remove", "app.stick.writing.job:stick_summary:1"),
        ("remove", "app.stick.writing.job:name_refs:1"),
        ("remove", "app.stick.writing.pruning:prune:1"),
        ("remove", f"{REMOVAL}:1"),
        ("remove", f"{REMOVAL}:9"),
        ("prune", f"{REMOVAL}:1"),
        ("prune", f"{REMOVAL}:5"),
    ],
)
def test_somebody_installs_between_two_steps(
    made: MadeDrive, client: Client, verb: str, place: str
) -> None:
    """Before, meanwhile and afterwards: what stays can be installed."""
    install(made, client, HELLO)
    if verb == "prune":
        change(made, "remove", "org.test.Large", "--no-prune")
    app = ("org.test.Large",) if verb == "remove" else ()
    with halted(made, place, verb, *app):
        install(made, Client(made.directory / "meanwhile"), HELLO, OTHER)
    assert_sound(made)
    assert_whole(made)
    install(made, Client(made.directory / "afterwards"), HELLO, OTHER)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "place",
    [
        "app.stick.mending.repairing:respell:1",
        "app.stick.mending.repairing:heal_lists:1",
        "app.fs.root:Root.rename:1",
        "app.fs.root:Root.rename:3",
        "app.fs.root:Root.rename:9",
        "app.stick.mending.repairing:heal_signatures:1",
        "app.stick.mending.repairing:_write_anew:1",
        "app.stick.writing.job:put_names_aside:1",
        "app.stick.writing.job:exchange_copies:1",
        "app.stick.writing.job:name_refs:1",
        "app.stick.mending.repairing:_put_strangers_aside:1",
    ],
)
def test_somebody_installs_between_two_steps_of_a_repair(
    made: MadeDrive, client: Client, place: str, tmp_path: Path
) -> None:
    """What was whole before is whole all the time, and what was not is afterwards."""
    good = tmp_path / "good"
    copy_drive(made.drive, good)
    stick = Stick(made.drive)
    for path in {stick.path(name) for name in stick.tree(OTHER).values()} - {
        stick.path(name) for ref in (HELLO, LARGE) for name in stick.tree(ref).values()
    }:
        path.unlink(missing_ok=True)
    flip_middle(stick.signatures(OTHER))
    stick.ref(LARGE).rename(stick.ref(LARGE).with_name("STABLE"))
    stick.partial(OTHER).touch()
    flip_middle(stick.sub_summary)
    (stick.satchel / "stick.json").write_bytes(b"")
    (stick.root / "satchel/install.sh").unlink()
    (stick.repo / "refs/heads/x").mkdir()
    install(made, client, HELLO)
    words = ("--from", good, "--remote", made.remote, "--trust-drive-keys")
    with halted(made, place, "repair", *words):
        install(made, Client(made.directory / "meanwhile"), HELLO)
    assert_sound(made)
    install(made, Client(made.directory / "afterwards"), HELLO, LARGE, OTHER)


@pytest.mark.thorough
@pytest.mark.parametrize("verb", ["remove", "prune", "update"])
def test_another_satchel_waits_its_turn(made: MadeDrive, verb: str) -> None:
    """While one frees, the other is told that the repository is in use, and changes nothing."""
    change(made, "remove", "org.test.Large", "--no-prune")
    with halted(made, f"{REMOVAL}:2", "prune"):
        before = objects(made.drive), refs(made)
        others = {
            "remove": ("org.test.Other",),
            "prune": (),
            "update": ("--remote", made.remote),
        }
        change(made, verb, *others[verb], check=4 if verb == "update" else 3)
        assert (objects(made.drive), refs(made)) == before
    assert_sound(made)
    assert_whole(made)
    change(made, "remove", "org.test.Other")
    assert OTHER not in refs(made)
    assert_whole(made)


@pytest.mark.thorough
def test_what_is_being_installed_stays_until_it_is(made: MadeDrive, client: Client) -> None:
    """The app is taken off while somebody is asked whether to install it."""
    before = objects(made.drive)
    with resolved(made, client, LARGE) as installing:
        for app in ("org.test.Large", "org.test.Other"):
            done = change(made, "remove", app)
            assert done.finished["pruned"] is None
            [notice] = [each for each in done.events if each["event"] == "notice"]
            assert "flatpak (process" in notice["message"]
        assert "flatpak (process" in change(made, "prune", check=3).stderr
        assert objects(made.drive) >= before
        goes_on(installing)
    assert LARGE in client.installed()
    assert change(made, "prune").json["objects"] > 0
    assert_sound(made)
    assert_whole(made)
