"""The addresses of remotes, which lead to the stick meanwhile, are put back whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from app.client.receiving.installation import Place, Scope
from app.client.receiving.lending import Lending, ReceivingBusyError, recover
from tests.satchel import command
from tests.stick.damage import HELLO
from tests.stick.receiving.computers import URL, Computer
from tests.upstream import Upstream

CONFIG = """[core]
repo_version=1
mode=bare-user-only

# Somebody's remark
[remote "other"]
url=https://other.example/

[remote "up"]
gpg-verify=true
url=https://up.example/repo/
xa.title=Ünten\xa0und oben
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "user/repo").mkdir(parents=True)
    (tmp_path / "user/repo/config").write_text(CONFIG)
    return Place(Scope.USER, tmp_path / "user")


def test_a_remote_leads_elsewhere_and_back(place: Place) -> None:
    with Lending(place) as lending:
        lending.lead("up", "file:///view")
        text = place.config.read_text()
        assert "url=file:///view\n" in text
        assert "url-is-set=true\n" in text
        assert "url=https://other.example/\n" in text
        lending.lead("up", "file:///other-view")
        lending.restore("up")
        assert place.config.read_text() == CONFIG
        lending.lead("up", "file:///view")
    assert place.config.read_text() == CONFIG
    assert [path.name for path in place.path.iterdir()] == ["repo"]


def test_what_somebody_else_changed_meanwhile_stays(place: Place) -> None:
    with Lending(place) as lending:
        lending.lead("up", "file:///view")
        place.config.write_text(
            place.config.read_text()
            .replace("file:///view", "https://moved.example/")
            .replace("[remote", "[core2]\nnew=1\n[remote", 1)
        )
    assert "url=https://moved.example/\n" in place.config.read_text()
    assert "new=1" in place.config.read_text()


def test_one_at_a_time(place: Place) -> None:
    with Lending(place), pytest.raises(ReceivingBusyError), Lending(place):
        pass


def test_a_killed_run_is_made_good(place: Place, tmp_path: Path) -> None:
    """As by a power cut: nothing was done at the end."""
    pid = os.fork()
    if not pid:
        lending = Lending(place).__enter__()
        lending.directory(tmp_path / "cache")
        lending.lead("up", "file:///view")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    assert "url=file:///view\n" in place.config.read_text()
    cache = tmp_path / "cache"
    assert list((cache / "receiving").iterdir())
    assert recover(place, cache)
    assert place.config.read_text() == CONFIG
    assert not list((cache / "receiving").iterdir())
    assert not recover(place, cache)


def test_what_a_run_has_copied_stays_while_it_is_at_work(place: Place, tmp_path: Path) -> None:
    with Lending(place) as lending:
        mine = lending.directory(tmp_path)
        with Lending(Place(Scope.SYSTEM, tmp_path / "system")) as other:
            other.directory(tmp_path)
            assert not recover(place, tmp_path)
            assert mine.exists()
    assert not mine.exists()


def test_an_installation_that_may_not_be_changed() -> None:
    """By an ordinary user, who installs for everybody: nothing is lent, and nothing is left."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        (directory / "system/repo").mkdir(parents=True)
        (directory / "system/repo/config").write_text(CONFIG)
        (directory / "home").mkdir(mode=0o777)
        (directory / "home").chmod(0o777)
        pid = os.fork()
        if not pid:
            os.setuid(65534)
            place = Place(Scope.SYSTEM, directory / "system")
            with Lending(place) as lending:
                done = lending.directory(directory / "home").is_dir() and not place.writable
            os._exit(0 if done else 1)
        assert os.waitpid(pid, 0)[1] == 0
        assert not list((directory / "home/receiving").iterdir())
        assert [path.name for path in (directory / "system").iterdir()] == ["repo"]


@pytest.mark.parametrize("record", [b"", b"{", b"[1]", b'{"lent": [{}], "addresses": 3}'])
def test_a_record_that_cannot_be_read_is_left_behind(place: Place, record: bytes) -> None:
    (place.path / "satchel-receiving.json").write_bytes(record)
    with Lending(place):
        pass
    assert place.config.read_text() == CONFIG


@pytest.mark.thorough
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_stopped_while_flatpak_installs(
    good: Path, upstream: Upstream, computer: Computer, tmp_path: Path, number: signal.Signals
) -> None:
    """Killed, the next run puts the address back, also one that changes nothing."""
    real = tmp_path / "bin"
    real.mkdir()
    (real / "flatpak").write_text(
        "#!/bin/sh\n"
        'case "$1 $2" in *--help) ;; install*) touch "$0.installs"; exec sleep 60 ;; esac\n'
        'exec /usr/bin/flatpak "$@"\n'
    )
    (real / "flatpak").chmod(0o755)
    variables = {
        **computer.variables,
        "PATH": f"{real}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    with subprocess.Popen(
        command("receive", good, computer.scope), env=variables, stdout=subprocess.DEVNULL
    ) as process:
        while not (real / "flatpak.installs").exists():
            assert process.poll() is None
        assert f"\nurl={URL}" not in computer.config
        process.send_signal(number)
    if number == signal.SIGKILL:
        assert f"\nurl={URL}" not in computer.config
        said = computer.receive(good, "--dry-run").stderr
        assert "the addresses of sources are put back" in said
    assert f"\nurl={URL}" in computer.config
    assert computer.untouched()
    computer.receive(good)
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
