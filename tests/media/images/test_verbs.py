"""A stick as an image: what verbs that read drives say of it, and real computers that mount it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.media.images.making.make import make_image
from app.media.images.request import Form, image_request
from app.progress import CancelToken, silent
from tests.client import Client
from tests.media.images.test_making import FORMS, run
from tests.satchel import Done, satchel
from tests.serve.served import serving
from tests.servers import Server
from tests.upstream import Upstream
from tests.volumes import turn

HELLO = "org.test.Hello"
THOROUGH = pytest.mark.thorough


class Sticks:
    """A stick made from an upstream, and images of it.

    Attributes:
        home: of who made it.
        stick: what it is.
    """

    def __init__(self, directory: Path, upstream: Upstream) -> None:
        self.directory = directory
        self.home = directory / "home"
        self.home.mkdir()
        self.remote = directory / "test.flatpakrepo"
        self.remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        self.stick = directory / "stick"
        self.stick.mkdir()
        satchel("make", "--json", self.stick, HELLO, "--remote", self.remote, home=self.home)

    def image(self, form: Form, *, label: str = "") -> Path:
        name, file_system = FORMS[form]
        path = self.directory / f"{form}{label}{Path(name).suffix}"
        if not path.exists():
            make_image(self.stick, image_request(path, None, file_system), silent, CancelToken())
        return path

    def say(self, verb: str, *arguments: str | Path, check: bool | int = True) -> Done:
        return satchel(verb, *arguments, home=self.home, check=check)

    def left(self) -> list[str]:
        """What verbs have left where they unpack images."""
        return [name for name in os.listdir(self.home / "tmp") if "image" in name]


@pytest.fixture(scope="module")
def sticks(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Sticks:
    return Sticks(tmp_path_factory.mktemp("images"), default_upstream)


@pytest.mark.parametrize(
    "form",
    [Form.EXT4, *(pytest.param(form, marks=THOROUGH) for form in list(FORMS)[1:])],
)
def test_an_image_is_as_its_stick(form: Form, sticks: Sticks) -> None:
    image = sticks.image(form)
    sound = sticks.say("verify", image, "--json", "--remote", sticks.remote).json
    assert sound["ok"]
    assert [finding["code"] for finding in sound["findings"]] == [
        finding["code"]
        for finding in sticks.say("verify", sticks.stick, "--json", "--remote", sticks.remote).json[
            "findings"
        ]
    ]
    about = sticks.say("inspect", image, "--json").json
    there = sticks.say("inspect", sticks.stick, "--json").json
    assert about["target"] == str(image)
    assert about["collections"] == there["collections"]
    assert about["space"]["total"] == image.stat().st_size
    assert about["space"]["file_system"] == form
    difference = sticks.say("diff", image, sticks.stick, "--json", "--contents").json
    assert difference["same"]
    assert difference["first"] == str(image)
    assert sticks.left() == []


@THOROUGH
def test_in_words(sticks: Sticks) -> None:
    image = sticks.image(Form.TAR)
    said = sticks.say("inspect", image)
    assert str(image) in said.stdout
    assert "read only" in said.stdout
    for verb in ("inspect", "verify"):
        assert "satchel-image" not in sticks.say(verb, image, check=False).said
    other = sticks.image(Form.SQUASHFS)
    assert f"{image} and {other} are the same" in " ".join(
        sticks.say("diff", image, other).stdout.split()
    )


def test_damage_is_found_in_it(sticks: Sticks, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(sticks.stick, tree, symlinks=True)
    objects = tree / ".ostree/repo/objects"
    victim = max(objects.rglob("*.filez"), key=lambda path: path.stat().st_size)
    data = bytearray(victim.read_bytes())
    data[-1] ^= 0xFF
    victim.write_bytes(data)
    image = tmp_path / "damaged.tar"
    make_image(tree, image_request(image), silent, CancelToken())
    found = sticks.say("verify", image, "--json", "--remote", sticks.remote, check=1).json
    [damaged] = [each for each in found["findings"] if each["code"] == "object-corrupt"]
    assert victim.parent.name + victim.stem in damaged["subject"].replace("/", "")
    assert not sticks.say("diff", image, sticks.stick, "--contents", "--json").json["same"]


@THOROUGH
def test_other_verbs_take_from_it(sticks: Sticks, tmp_path: Path) -> None:
    image = sticks.image(Form.EXT4)
    copy = tmp_path / "copy"
    copy.mkdir()
    sticks.say("clone", image, copy, "--yes", "--trust-drive-keys")
    assert sticks.say("diff", image, copy, "--json", "--contents").json["same"]
    new = tmp_path / "new"
    new.mkdir()
    made = sticks.say("make", new, HELLO, "--from", image, "--remote", sticks.remote, "--json")
    assert made.finished["ok"]
    sticks.say("remotes", "add", sticks.remote)
    other = tmp_path / "other"
    other.mkdir()
    made = sticks.say("make", other, HELLO, "--remote", image, "--json")
    assert made.finished["ok"]
    assert sticks.say("diff", image, other, "--json", "--contents").json["same"]
    assert sticks.left() == []


def test_it_is_called_as_it_was_named(
    default_upstream: Upstream, sticks: Sticks, tmp_path: Path
) -> None:
    """Not as the directory that it is unpacked to meanwhile."""
    image, home, remote = sticks.image(Form.EXT4), tmp_path / "home", tmp_path / "up.flatpakrepo"
    there = f"{image}/.ostree/repo"
    home.mkdir()
    (tmp_path / "drive").mkdir()
    broken = tmp_path / "broken"
    shutil.copytree(sticks.stick, broken, symlinks=True)
    lost = max((broken / ".ostree/repo/objects").rglob("*.filez"), key=lambda it: it.stat().st_size)
    lost.unlink()
    options = ("--from", image, "--remote", remote)
    words = ("plan", tmp_path / "drive", HELLO, *options)
    with Server(default_upstream.path) as server:
        remote.write_text(default_upstream.flatpakrepo(server.url))
        assert list(satchel(*words, "--json", home=home).json["estimate"]["beside"]) == [there]
        assert f"in {there}" in satchel(*words, home=home).stdout
        assert f"1 from {there}" in satchel("repair", broken, *options, "--yes", home=home).stdout


def test_nothing_writes_to_it(sticks: Sticks) -> None:
    image = sticks.image(Form.EXT4)
    before = image.read_bytes()
    for words in (("update", image), ("remove", image, HELLO), ("prune", image), ("repair", image)):
        said = sticks.say(*map(str, words), check=2).stderr
        assert "only read" in said
    assert image.read_bytes() == before


def test_what_is_no_image(sticks: Sticks, tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Dear")
    assert "neither a directory nor an image" in sticks.say("verify", text, check=3).stderr
    image = tmp_path / "half.img"
    image.write_bytes(sticks.image(Form.EXT4).read_bytes()[:1_000_000])
    said = sticks.say("verify", image, "--json", check=6)
    assert said.events[-1]["error"]["exit_code"] == 6
    assert str(image) in said.stderr


def test_an_image_without_a_stick(sticks: Sticks, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/letter").write_text("Dear")
    image = tmp_path / "other.tar"
    make_image(tmp_path / "tree", image_request(image), silent, CancelToken())
    said = sticks.say("inspect", image, check=6).stderr
    assert str(image) in said


@contextmanager
def mounted(image: Path, form: Form, place: Path) -> Iterator[Path]:
    """By the kernel, or as computers without exFAT in it do."""
    place.mkdir()
    with turn.held():
        device = run("losetup", "--find", "--show", "--read-only", image).strip()
        try:
            if form is Form.EXFAT:
                run("mount.exfat-fuse", "-o", "ro", device, place)
            else:
                kind = {Form.ISO: "iso9660"}.get(form, form.value)
                run("mount", "-t", kind, "-o", "ro", device, place)
            try:
                yield place
            finally:
                run("umount", place)
        finally:
            run("losetup", "-d", device)


@pytest.mark.devices
@pytest.mark.parametrize(
    "form",
    [Form.EXT4, *(pytest.param(form, marks=THOROUGH) for form in (Form.EXFAT, Form.SQUASHFS))],
)
def test_a_computer_installs_from_it(
    form: Form, sticks: Sticks, default_upstream: Upstream, tmp_path: Path
) -> None:
    client = Client(tmp_path / "client")
    client.remote_add_upstream("test", default_upstream, "http://127.0.0.1:9/")
    with mounted(sticks.image(form), form, tmp_path / "mounted") as place:
        client.install("test", HELLO, sideload=place / ".ostree/repo")
        assert sticks.say("verify", place, "--json", "--remote", sticks.remote).json["ok"]
    assert any(HELLO in ref for ref in client.installed())


@THOROUGH
def test_it_is_served(sticks: Sticks, tmp_path: Path) -> None:
    client = Client(tmp_path / "client")
    with serving(sticks.image(Form.SQUASHFS), home=sticks.home) as served:
        file = f"{served.base}/{served.remote['name']}.flatpakrepo"
        client.run("remote-add", "--user", "test", file)
        client.install("test", HELLO)
    assert any(HELLO in ref for ref in client.installed())
    assert sticks.left() == []
