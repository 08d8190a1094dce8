"""What flatpak itself refuses of a source without a collection ID, and what install.sh does."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.install_sh.computers import NOBODY
from tests.stick.install_sh.computers import Client as AnyClient
from tests.stick.install_sh.computers import run as run_command
from tests.stick.installer.running import run
from tests.stick.nameless.conftest import Making, carried, fill
from tests.stick.nameless.sticks import HELLO, OTHER, Made, leads_home, settings
from tests.stick.receiving.computers import Computer
from tests.terminal import Terminal
from tests.upstream import COLLECTION, Upstream

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


def copied(stick: Made, tmp_path: Path) -> Made:
    drive = tmp_path / "copy"
    shutil.copytree(stick.drive, drive, symlinks=True)
    return Made(drive, stick.upstream)


def commit_file(stick: Made, ref: str, kind: str) -> Path:
    commit = stick.upstream.refs[ref]
    return stick.repo / "objects" / commit[:2] / f"{commit[2:]}.{kind}"


def test_a_commit_without_its_signature(made: Making, computer: Computer, tmp_path: Path) -> None:
    stick = copied(made(), tmp_path)
    commit_file(stick, OTHER, "commitmeta").unlink()
    said = run(computer, stick.drive, expect=1)
    assert "Installed:\n  Hello" in said
    assert "NOT installed:\n  Other" in said
    assert leads_home(computer, stick)


@pytest.mark.parametrize("index", [True, False])
def test_a_list_that_somebody_changed(
    made: Making, computer: Computer, tmp_path: Path, *, index: bool
) -> None:
    stick = copied(made(index=index), tmp_path)
    copy = stick.repo / "extensions/satchel/remotes/up"
    file = copy / ("summary.idx" if index else "summary")
    data = file.read_bytes()
    file.write_bytes(data.replace(b"Test upstream", b"Evil upstream"))
    assert data != file.read_bytes()
    run(computer, stick.drive, expect=1)
    assert not computer.installed()
    assert leads_home(computer, stick)


def test_an_object_that_is_damaged(made: Making, computer: Computer, tmp_path: Path) -> None:
    """flatpak would not notice; the drive's checksums tell."""
    stick = copied(made(), tmp_path)
    listed = (stick.drive / "satchel/checksums" / stick.upstream.refs[OTHER]).read_text()
    mine = (stick.drive / "satchel/checksums" / stick.upstream.refs[HELLO]).read_text()
    only = next(line for line in listed.splitlines() if line not in mine)
    path = stick.repo / "objects" / only.split()[1]
    data = path.read_bytes()
    path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    said = run(computer, stick.drive, expect=1)
    assert "Other is damaged on this drive, so it is not installed." in said
    assert HELLO in computer.installed()
    assert OTHER not in computer.installed()


def test_a_source_that_has_moved(
    computer: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Its list says so. Offline nobody can go there, so flatpak follows the next time online."""
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill_moved, "")
    stick = carried(upstream, tmp_path)
    run(computer, stick.drive)
    assert computer.installed() == stick.commits()
    assert leads_home(computer, stick)


def fill_moved(upstream: Upstream) -> None:
    fill(upstream)
    upstream.update(options=("--redirect-url=http://127.0.0.1:9/moved/",))


def test_an_unsigned_collection_is_a_source_without_one(
    computer: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """flatpak wants a key for a collection. Its list may say all the same that clients are to know
    its ID, and they install from it then as well."""
    upstream = kept_upstream(
        tmp_path / "upstream", upstream_key, fill_collection, COLLECTION, signed=False
    )
    stick = carried(upstream, tmp_path)
    run(computer, stick.drive, "--allow-unsigned", "org.test.Hello")
    assert f"collection-id={COLLECTION}" in settings(computer, "up")
    run(computer, stick.drive, "--allow-unsigned")
    assert computer.installed() == stick.commits()
    assert leads_home(computer, stick)


def fill_collection(upstream: Upstream) -> None:
    fill(upstream)
    upstream.update(options=("--deploy-collection-id",))


@pytest.mark.parametrize(("answer", "status"), [("y", 1), ("yes", 0), ("ja", 0), ("", 1)])
def test_asked_on_a_terminal(
    made: Making, somebody: Computer, tmp_path: Path, answer: str, status: int
) -> None:
    """Only the whole word counts."""
    stick = made(signed=False)
    program: list[str | Path] = ["sh", stick.drive / "satchel/install.sh", "--user"]
    terminal = Terminal(tmp_path, program=program, env=somebody.client.environment)
    try:
        terminal.until("type yes, in full.")
        terminal.type(f"{answer}\n")
        assert terminal.end() == status
    finally:
        terminal.close()
    assert bool(somebody.installed()) is (status == 0)


@pytest.mark.parametrize(("answer", "status"), [("y", 5), ("yes", 0)])
def test_receive_asks_as_well(made: Making, somebody: Computer, answer: str, status: int) -> None:
    stick = made(signed=False)
    somebody.home.mkdir()
    terminal = Terminal(
        somebody.home, "receive", stick.drive, somebody.scope, env=somebody.variables
    )
    try:
        terminal.until("type yes, in full: ")
        terminal.type(f"{answer}\n")
        if not status:
            terminal.until("Install this? [Y/n] ")
            terminal.type("y\n")
        assert terminal.end() == status
    finally:
        terminal.close()
    assert bool(somebody.installed()) is (status == 0)


def test_an_ordinary_person(made: Making) -> None:
    """Not root; flatpak then asks the system bus about parental controls."""
    stick = made()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        drive = Path(shutil.copytree(stick.drive, base / "stick", symlinks=True))
        client = AnyClient(base / "client")
        run_command("chown", "-R", f"{NOBODY}:{NOBODY}", client.home)
        someone = [
            "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
            "dbus-run-session", "--",
        ]  # fmt: skip
        bus = """sh -c 'DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS exec "$@"' sh """
        said = client.install(drive, shell=f"{shlex.join(someone)} {bus} sh")
        assert "Installing for your account." in said
        assert "Installed:\n  Hello  (org.test.Hello)\n  Other" in said
        config = (client.home / "user/repo/config").read_text()
        assert f"\nurl={stick.url}\n" in config
        assert "satchel" not in config
