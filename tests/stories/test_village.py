"""A village: a computer that never had a network, and whose clock stands in 2001."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.clocks import WrongClock
from tests.satchel import Done, satchel
from tests.servers import Server
from tests.stick.clients.sticks import HELLO, NEW, OLD
from tests.stick.receiving.computers import SYSTEM, Computer
from tests.stories.readme import commands
from tests.upstream import Upstream

pytestmark = pytest.mark.slow


class Village:
    """``computer`` has flatpak, and nothing else."""

    def __init__(self, directory: Path) -> None:
        self.stick = directory / "STICK"
        self.stick.mkdir()
        self.home = directory / "home"
        self.home.mkdir()
        self.computer = Computer(directory / "computer", SYSTEM)
        self.clock = WrongClock(directory, "2001-01-01 00:10:00")

    def at_home(self, upstream: Upstream, *words: str) -> Done:
        """A command of somebody who has internet and Satchel."""
        with Server(upstream.path) as server:
            remote = self.home / "up.flatpakrepo"
            remote.write_text(upstream.flatpakrepo(server.url))
            satchel("remotes", "remove", "up", home=self.home, check=False)
            satchel("remotes", "add", remote, home=self.home)
            return satchel(*words, "--json", home=self.home)

    def there(self, *words: str, expect: int = 0) -> str:
        """A command on the computer; both outputs."""
        done = subprocess.run(
            [*self.clock.command, *words],
            env=self.clock.environment(self.computer.client.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == expect, done.stdout
        return done.stdout

    def story(self) -> list[list[str]]:
        """The README's commands: on the computer, where there is internet, on the computer."""
        return commands(
            "A village", {"/media/you/STICK": str(self.stick), "org.gnome.Maps": "org.test.Hello"}
        )

    def needs(self) -> list[str]:
        return [str(path) for path in sorted((self.stick / "satchel/needs").glob("*.json"))]

    def starts(self) -> str:
        return self.computer.client.run("run", SYSTEM, "org.test.Hello").stdout


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path)


def test_two_visits(village: Village, own_upstream: Upstream) -> None:
    tells, make, install = village.story()
    assert (tells[0], make[:2], install[0]) == ("sh", ["satchel", "make"], "sudo")
    # Any drive will do to ask with.
    village.at_home(own_upstream, "make", str(village.stick), "org.test.Other")

    village.there(*tells)
    (needs,) = village.needs()
    assert "2001-01-01" in needs
    make = [word for word in make[1:] if "*" not in word]
    made = village.at_home(own_upstream, *make, needs)
    (told,) = made.finished["computers"]
    assert [get["ref"] for get in told["gets"] if get["ref"] == HELLO] == [HELLO]

    # The clock is behind the drive: nothing is begun.
    said = village.there(*install[1:3], expect=1)
    assert "2001" in said
    assert not (village.computer.installation / "repo/config").exists()
    village.there(*install[1:])
    assert village.clock.says >= "2026"
    assert village.computer.installed()[HELLO] == own_upstream.refs[HELLO]
    assert village.starts() == OLD

    own_upstream.bump(HELLO, {"bin/start": "#!/bin/sh\necho newer\n"})
    own_upstream.update()
    village.there(*tells)
    newest = max(village.needs())
    assert newest != needs
    nameless = [word for word in make if word != "org.test.Hello"]
    made = village.at_home(own_upstream, *nameless, newest)
    (told,) = made.finished["computers"]
    assert {get["ref"]: get["update"] for get in told["gets"]} == {HELLO: True}
    village.there(*install[1:])
    assert village.computer.installed()[HELLO] == own_upstream.refs[HELLO]
    assert village.starts() == NEW
