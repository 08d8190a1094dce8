"""``satchel resolve`` as people and programs use it: with sticks that Satchel made."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client
from tests.resolving.test_as_flatpak import DEAD
from tests.satchel import Done, satchel
from tests.stick.damage import Stick
from tests.stick.makers import make
from tests.upstream import COLLECTION, Upstream, host_arch

HELLO = f"app/org.test.Hello/{host_arch()}/stable"
THEME = f"runtime/org.test.Theme.Night/{host_arch()}/3.22"


class Sticks:
    """One of before and one of after upstream published a newer theme; read-only."""

    def __init__(self, here: Path, upstream: Upstream) -> None:
        self.upstream = upstream
        self.old, self.new = here / "old", here / "new"
        self.first = upstream.refs[THEME]
        make(upstream, self.old, "org.test.Theme.Night", home=here / "home")
        self.second = upstream.bump(THEME)
        upstream.update()
        make(upstream, self.new, "org.test.Theme.Night", home=here / "home")


@pytest.fixture(scope="module")
def sticks(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Sticks:
    here = tmp_path_factory.mktemp("resolve")
    return Sticks(here, default_upstream.copy(here / "upstream"))


@pytest.fixture
def computer(sticks: Sticks, client: Client) -> Client:
    """It knows the remote, which it cannot reach."""
    client.remote_add("up", sticks.upstream.path.as_uri(), sticks.upstream.key.public, COLLECTION)
    client.run("remote-modify", "--user", f"--url={DEAD}", "up")
    return client


def resolve(client: Client, *arguments: str | Path, check: bool | int = True) -> Done:
    home = client.directory / "satchel"
    home.mkdir(exist_ok=True)
    return satchel(
        *("resolve", "--remote", "up", *arguments), home=home, env=client.environment, check=check
    )


def one(done: Done) -> dict[str, Any]:
    (entry,) = done.json["refs"]
    assert isinstance(entry, dict)
    return entry


def test_three_things_stay_apart(sticks: Sticks, computer: Client) -> None:
    entry = one(resolve(computer, "--json", THEME, "--stick", sticks.old))
    decision = entry["decision"]
    assert (entry["ref"], entry["collection"], entry["remote"]) == (THEME, COLLECTION, "up")
    assert not entry["online"]
    # The stick carries upstream's list, which names what is on it.
    assert decision["named"]["kind"] == "carried"
    assert decision["named"]["names"]["commit"] == sticks.first
    assert decision["deliverable"] is None
    assert [each["version"]["commit"] for each in decision["in_hand"]] == [sticks.first]
    assert (decision["outcome"], decision["stick"]) == ("install", str(sticks.old))
    assert decision["metadata_from"] == "ostree-metadata"
    assert "[Runtime]" in decision["metadata"]


def test_the_newer_list_is_not_taken_for_what_a_stick_has(
    sticks: Sticks, computer: Client, tmp_path: Path
) -> None:
    """A stick with everybody's newest list and last week's app."""
    mixed = tmp_path / "mixed"
    shutil.copytree(sticks.old, mixed)
    place = f".ostree/repo/extensions/satchel/upstream/{COLLECTION}"
    shutil.rmtree(mixed / place)
    shutil.copytree(sticks.new / place, mixed / place)
    decision = one(resolve(computer, "--json", THEME, "--stick", mixed))["decision"]
    assert decision["named"]["names"]["commit"] == sticks.second
    assert decision["version"]["commit"] == sticks.first
    assert any("cannot be had here" in reason for reason in decision["reasons"])


def test_a_forged_list_is_not_upstreams_word(
    sticks: Sticks, computer: Client, tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(sticks.old, forged)
    copies = forged / f".ostree/repo/extensions/satchel/upstream/{COLLECTION}"
    for signature in copies.glob("*.sig"):
        signature.unlink()
    entry = one(resolve(computer, "--json", THEME, "--stick", forged))
    assert entry["decision"]["named"] is None
    # What is in hand is in hand all the same.
    assert entry["decision"]["version"]["commit"] == sticks.first


def test_two_sticks_of_different_weeks(sticks: Sticks, computer: Client) -> None:
    both = ("--stick", sticks.old, "--stick", sticks.new)
    for manner in ("published", "flatpak"):
        done = resolve(computer, "--json", "--as", manner, "org.test.Theme.Night", *both)
        assert one(done)["decision"]["stick"] == str(sticks.new)
    computer.install("up", THEME, sideload=sticks.old)
    entry = one(resolve(computer, "--json", THEME, *both))
    assert entry["installed"]["commit"] == sticks.first
    assert entry["decision"]["outcome"] == "update"
    computer.update(f"--sideload-repo={sticks.new}")
    kept = one(resolve(computer, "--json", THEME, *both))
    assert (kept["decision"]["outcome"], kept["decision"]["source"]) == ("keep", None)
    assert kept["decision"]["version"]["commit"] == sticks.second


def test_another_installation_has_an_older_one(sticks: Sticks, computer: Client) -> None:
    computer.install("up", THEME, sideload=sticks.old)
    system = computer.directory / "system"
    system.rmdir()
    shutil.copytree(computer.directory / "user", system, symlinks=True)
    computer.update(f"--sideload-repo={sticks.new}")
    done = resolve(computer, "--json", THEME, "--stick", sticks.new)
    entry = one(done)
    assert (entry["installed"]["commit"], entry["decision"]["outcome"]) == (sticks.second, "keep")
    (other,) = entry["others"]
    assert (other["name"], other["installed"]["commit"]) == ("system", sticks.first)
    assert (other["outcome"], other["version"]["commit"]) == ("update", sticks.second)
    said = resolve(computer, THEME, "--stick", sticks.new).stdout
    assert f"In system: {sticks.first[:12]}" in said
    computer.run("update", "--system", "-y", f"--sideload-repo={sticks.new}", THEME)
    assert one(resolve(computer, "--json", THEME))["others"][0]["outcome"] == "keep"


def test_sticks_that_flatpak_finds_by_itself(sticks: Sticks, computer: Client) -> None:
    links = computer.directory / "run/sideload-repos"
    links.mkdir()
    (links / "stick").symlink_to(sticks.new)
    (links / "nowhere").symlink_to(computer.directory / "gone")
    decision = one(resolve(computer, "--json", THEME, "--stick", sticks.old))["decision"]
    assert decision["version"]["commit"] == sticks.second
    assert decision["stick"] == str(links / "stick")


def test_a_list_that_somebody_wrote_over(sticks: Sticks, computer: Client, tmp_path: Path) -> None:
    """The newer commit on the older stick, as ``ostree pull-local`` and ``summary -u`` leave it."""
    ahead = tmp_path / "ahead"
    shutil.copytree(sticks.old, ahead)
    stick = Stick(ahead)
    upstream = str(sticks.upstream.path)
    stick.ostree("pull-local", "--disable-verify-bindings", upstream, sticks.second)
    stick.ref(THEME).write_text(f"{sticks.second}\n")
    stick.update_summary()
    published = one(resolve(computer, "--json", THEME, "--stick", ahead, check=7))
    assert published["decision"]["outcome"] == "unavailable"
    assert "ostree-metadata" in published["decision"]["in_hand"][0]["ignored"]
    real = one(resolve(computer, "--json", "--as", "flatpak", THEME, "--stick", ahead))
    assert real["decision"]["version"]["commit"] == sticks.second
    computer.install("up", THEME, sideload=ahead)
    assert computer.installed()[THEME] == sticks.second


def test_in_words(sticks: Sticks, computer: Client) -> None:
    said = resolve(computer, "--offline", THEME, "--stick", sticks.old).stdout
    lines = [line.strip() for line in said.splitlines()]
    assert lines[0] == f"{THEME} ({COLLECTION} from up)"
    assert f"on {sticks.old}" in lines[1]
    assert lines[2] == "It could deliver now: nothing"
    assert lines[5].startswith(f"Result: install {sticks.first[:12]}")


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("org.test.Nobody",), 2, "Nobody here knows org.test.Nobody"),
        (("not-a-name",), 2, "not-a-name"),
        (("other:org.test.Hello",), 2, "Nobody here knows"),
        ((HELLO, "--online", "--offline"), 2, "contradict"),
        ((HELLO, "--as", "other"), 2, "published or flatpak"),
        ((HELLO, "--online"), 4, ""),
        ((HELLO, "--stick", "/nowhere"), 3, "/nowhere"),
    ],
)
def test_what_can_go_wrong(
    computer: Client, arguments: tuple[str, ...], status: int, text: str
) -> None:
    done = resolve(computer, *arguments, check=status)
    assert text in done.stderr


def test_who_was_not_asked_may_know_it(computer: Client) -> None:
    """Nor is it misspelt then."""
    said = " ".join(resolve(computer, "org.test.Nobody", check=2).stderr.split())
    assert "was not asked" in said
    assert "Check the network connection" in said
    assert "spelling" not in said
    offline = resolve(computer, "org.test.Nobody", "--offline", check=2)
    assert "spelling" in offline.stderr


def test_a_directory_without_apps(computer: Client, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = resolve(computer, HELLO, "--stick", tmp_path / "empty", check=6)
    assert "no Flatpak repository" in done.stderr


def test_a_drive_without_a_list_is_told(sticks: Sticks, computer: Client, tmp_path: Path) -> None:
    """Not that nobody knows the app."""
    drive = tmp_path / "drive"
    shutil.copytree(sticks.old, drive, symlinks=True)
    summary = drive / ".ostree/repo/summary"
    for damage, reason in (
        (lambda: summary.write_bytes(b"garbage"), "The summary is damaged: the summary is not"),
        (lambda: summary.write_bytes(b""), "The summary is damaged: it is empty."),
        (summary.unlink, "The repository has no summary."),
    ):
        damage()
        done = resolve(computer, THEME, "--stick", drive, "--offline", check=6)
        assert f"No computer finds anything on {drive}: {reason}" in done.stderr
