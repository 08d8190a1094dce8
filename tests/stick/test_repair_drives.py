"""``satchel repair`` on drives with several repositories, of others, of before, and real ones."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import Done, satchel
from tests.stick.damage import HELLO, OTHER, Stick, delete, flip_middle, verify
from tests.stick.several.halted import halted
from tests.upstream import COLLECTION, Upstream
from tests.volumes import Image, mount, run

pytestmark = pytest.mark.slow

TRUST = "--trust-drive-keys"
SECOND = ".ostree/repos.d/other"


@pytest.fixture
def remote(upstream: Upstream, tmp_path: Path) -> Path:
    file = tmp_path / "test.flatpakrepo"
    file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    return file


def repair(root: Path, home: Path, *words: str | Path, check: int | bool = True) -> Done:
    return satchel("repair", root, TRUST, "--json", *words, home=home, check=check)


# ---- Several repositories


def test_every_repository_of_a_drive(stick: Stick, remote: Path, stranger: Path) -> None:
    shutil.copytree(stick.repo, stick.root / SECOND)
    name = stick.object("filez")
    second = stick.root / SECOND / "objects" / name.path
    for path in (stick.path(name), second):
        flip_middle(path)
    delete(stick.root / SECOND / "summary")
    plan = repair(stick.root, stranger, "--remote", remote, "--dry-run").json
    assert [(each["way"], each["objects"]) for each in plan["supplies"]] == [("upstream", 2)]
    done = repair(stick.root, stranger, "--remote", remote)
    assert len(done.finished["jobs"]) == 2
    report = json.loads(
        satchel("verify", stick.root, TRUST, "--json", home=stranger, check=False).stdout
    )
    assert report["ok"], report["findings"]
    assert len(report["repositories"]) == 2
    assert second.read_bytes() == stick.path(name).read_bytes()


# ---- Of others, and of before


@pytest.mark.thorough
def test_a_stick_of_flatpaks_own(
    upstream: Upstream, remote: Path, client: Client, stranger: Path, tmp_path: Path
) -> None:
    """As ``flatpak create-usb`` leaves it: it has what Satchel adds afterwards."""
    client.remote_add("up", upstream.path.as_uri(), upstream.key.public, COLLECTION)
    client.install("up", "org.test.Hello")
    drive = tmp_path / "drive"
    drive.mkdir()
    client.run("create-usb", "--user", drive, "org.test.Hello")
    stick = Stick(drive)
    flip_middle(stick.path(stick.object("filez")))
    delete(stick.summary)
    assert repair(drive, stranger, "--remote", remote).finished["ok"]
    assert verify(stick, stranger) <= {("orphan-objects", "objects")}
    fresh = Client(tmp_path / "fresh")
    fresh.remote_add("up", "http://127.0.0.1:9/", upstream.key.public, COLLECTION, check=False)
    fresh.install("up", "org.test.Hello", sideload=stick.repo)
    assert fresh.installed()[HELLO] == upstream.refs[HELLO]


@pytest.mark.thorough
@pytest.mark.parametrize("lacking", ["checksums", "record", "journal-form", "kit"])
def test_a_stick_of_an_older_version(
    lacking: str, stick: Stick, remote: Path, stranger: Path
) -> None:
    """Which had no checksums, another record, and other files for people."""
    if lacking == "checksums":
        shutil.rmtree(stick.root / "satchel/checksums")
    elif lacking == "record":
        delete(stick.satchel / "stick.json")
    elif lacking == "journal-form":
        (stick.satchel / "journal.json").write_text('{"stage": "writing"}')
    else:
        shutil.rmtree(stick.root / "satchel")
    delete(stick.path(stick.object("filez")))
    assert repair(stick.root, stranger, "--remote", remote).finished["ok"]
    assert verify(stick, stranger) == set()
    assert stick.ref(OTHER).is_file()


# ---- Real drives


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "drive"
    path.mkdir()
    yield path
    if path.is_mount():
        run("umount", "--lazy", path)


def _install(client: Client, stick: Stick) -> str:
    client.install("up", "org.test.Other", sideload=stick.repo)
    return client.installed()[OTHER]


@pytest.mark.devices
@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["ext4", "exfat"])
def test_a_real_drive(
    kind: str,
    good: Path,
    upstream: Upstream,
    remote: Path,
    stranger: Path,
    place: Path,
    tmp_path: Path,
) -> None:
    """The real flatpak installs what is whole before, and everything afterwards; also once the
    file system was repaired."""
    image = Image(tmp_path / "images")
    try:
        image.fill(kind)
        mount(kind, image.plug(), place)
        subprocess.run(["cp", "-r", f"{good}/.", place], check=True)
        stick = Stick(place)
        flip_middle(stick.path(stick.object("filez")))
        delete(stick.root / "satchel/START-HERE.html")
        before = Client(tmp_path / "before")
        before.remote_add("up", "http://127.0.0.1:9/", upstream.key.public, COLLECTION, check=False)
        assert _install(before, stick) == upstream.refs[OTHER]
        assert repair(place, stranger, "--remote", remote).finished["ok"]
        assert verify(stick, stranger) == set()
        run("umount", place)
        checker = {"ext4": ("e2fsck", "-f", "-y"), "exfat": ("fsck.exfat", "-y")}[kind]
        subprocess.run([*checker, image.device], check=False, capture_output=True)
        mount(kind, image.device, place)
        assert verify(stick, stranger) == set()
        after = Client(tmp_path / "after")
        after.remote_add("up", "http://127.0.0.1:9/", upstream.key.public, COLLECTION, check=False)
        after.install("up", "org.test.Hello", sideload=stick.repo)
        assert after.installed()[HELLO] == upstream.refs[HELLO]
        run("umount", place)
    finally:
        image.close()


def _damage(stick: Stick) -> None:
    """Of Hello only."""
    needed = {name for ref in stick.refs() if ref != HELLO for name in stick.tree(ref).values()}
    for name in set(stick.tree(HELLO).values()) - needed:
        stick.path(name).unlink(missing_ok=True)
    flip_middle(stick.sub_summary)
    delete(stick.root / "satchel/install.sh")


PULLED = [
    pytest.param(where, marks=() if where.endswith("take:4") else pytest.mark.thorough)
    for where in (
        "app.stick.checking.check:check_stick:1",
        "app.stick.mending.sources:NearRepository.take:4",
        "app.stick.mending.repairing:heal_signatures:1",
        "app.stick.writing.job:stage_refs:1",
        "app.stick.writing.job:name_refs:1",
        "app.stick.mending.repairing:_put_strangers_aside:1",
    )
]


@pytest.mark.devices
@pytest.mark.slow
@pytest.mark.parametrize("where", PULLED)
def test_pulled_out_in_the_middle(
    where: str, good: Path, upstream: Upstream, place: Path, tmp_path: Path
) -> None:
    """It is told; what was whole is whole still, and the same command goes on."""
    home = tmp_path / "home"
    home.mkdir()
    image = Image(tmp_path / "images")
    words = ("repair", place, TRUST, "--json", "--from", good)
    try:
        image.fill("ext4")
        mount("ext4", image.plug(), place)
        subprocess.run(["cp", "-r", f"{good}/.", place], check=True)
        stick = Stick(place)
        _damage(stick)
        run("sync", "--file-system", place)
        with halted(where, *words, home=home, env={}) as repairing:
            run("umount", "--lazy", place)
            image.unplug()
        assert repairing.done.returncode == 3, repairing.done.said[-2000:]
        mount("ext4", image.plug(), place)
        client = Client(tmp_path / "client")
        client.remote_add("up", "http://127.0.0.1:9/", upstream.key.public, COLLECTION, check=False)
        assert _install(client, stick) == upstream.refs[OTHER]
        done = satchel(*words, home=home)
        assert done.finished["ok"]
        assert verify(stick, home) <= {("orphan-objects", "objects")}
        run("umount", place)
    finally:
        image.close()


@pytest.mark.thorough
@pytest.mark.devices
@pytest.mark.slow
def test_a_source_is_pulled_out_in_the_middle(
    good: Path, stick: Stick, remote: Path, place: Path, tmp_path: Path
) -> None:
    """The rest comes from the next one."""
    home = tmp_path / "home"
    home.mkdir()
    _damage(stick)
    image = Image(tmp_path / "images")
    try:
        image.fill("ext4")
        mount("ext4", image.plug(), place)
        subprocess.run(["cp", "-r", f"{good}/.", place], check=True)
        run("sync", "--file-system", place)
        words = ("repair", stick.root, TRUST, "--json", "--from", place, "--remote", remote)
        where = "app.stick.mending.sources:NearRepository.take:4"
        with halted(where, *words, home=home, env={}) as repairing:
            run("umount", "--lazy", place)
            image.unplug()
        assert repairing.done.finished["ok"]
        assert verify(stick, home) == set()
    finally:
        image.close()


@pytest.mark.devices
@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("app.ostree.fsck:measured:1", ("diff", "--upstream")),
        pytest.param(
            *("app.ostree.fsck:measured:1", ("verify",)),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            *("app.stick.inspecting.sizes:SizeWalk.follow:1", ("inspect", "--sizes")),
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_pulled_out_while_it_is_read(
    where: str, words: tuple[str, ...], good: Path, place: Path, tmp_path: Path
) -> None:
    """That is what is said, and not that everything is damaged."""
    home = tmp_path / "home"
    home.mkdir()
    image = Image(tmp_path / "images")
    try:
        image.fill("ext4")
        mount("ext4", image.plug(), place)
        subprocess.run(["cp", "-r", f"{good}/.", place], check=True)
        run("sync", "--file-system", place)
        with halted(where, *words, place, "--json", home=home, env={}) as reading:
            run("umount", "--lazy", place)
            image.unplug()
        assert reading.done.returncode == 3, reading.done.said
        assert "was unplugged or exchanged" in reading.done.stdout
    finally:
        image.close()
