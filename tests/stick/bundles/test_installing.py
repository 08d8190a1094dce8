"""Computers without internet install apps that a drive has as files, with the real flatpak.

The files name a repository for their runtime, as most do, and nobody can reach that: flatpak alone
would not install them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.client.receiving.bundles import install_bundles
from app.client.receiving.installation import Place, Scope
from app.client.receiving.plan import BundleItem, State
from app.errors import InterruptedByUser
from app.flatpak.program import FlatpakProgram
from app.flatpak.refs import Ref
from app.fs.root import Root
from app.message import Message
from app.progress import CancelToken, silent
from app.stick.demo import DemoRemote
from tests.bundles import ATLAS, ATLAS_REF, LOCALE_REF, bundle_bytes
from tests.environments import environment_in
from tests.privileges import AS_ROOT
from tests.satchel import satchel
from tests.stick.bundles.conftest import Maker
from tests.stick.install_sh.computers import Client, short

pytestmark = pytest.mark.slow

RUNTIME_REF = "runtime/org.satchel.Demo.Platform/x86_64/1"
KEY = "5D37236FA39CDD45D6AC889AD60067BA999CD2B0"
FILE = f"satchel/bundles/{ATLAS}.flatpak"


@pytest.fixture(scope="module")
def made(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A drive with one of the files; its remote is not there any more."""
    drives: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in drives:
            directory = tmp_path_factory.mktemp(name)
            (directory / "drive").mkdir()
            with DemoRemote() as demo:
                environment = environment_in(directory / "maker", demo.remote)
                known = environment.known_remotes()
                Maker(directory / "drive", environment, known, files).make(files / name)
            drives[name] = directory / "drive"
        return drives[name]

    return make


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(tmp_path / "client")


def checked(client: Client) -> bool:
    """Whether flatpak checks signatures of what comes from where the app has its updates from."""
    listed = client.flatpak("remotes", "--user", "--show-disabled", "--columns=name,options")
    [options] = [line.split("\t")[-1] for line in listed.splitlines() if line[:5] == "atlas"]
    assert "no-enumerate" in options
    return "no-gpg-verify" not in options


def test_it_is_installed_after_its_runtime_with_its_translations(
    made: Callable[[str], Path], client: Client
) -> None:
    said = client.install(made("signed.flatpak"), "--user")
    assert "Installed:\n  Classroom Atlas" in said
    assert short(ATLAS_REF, RUNTIME_REF, LOCALE_REF) <= client.refs()
    assert "hello from the stick" in client.run(ATLAS)
    assert checked(client)
    again = client.install(made("signed.flatpak"), "--user")
    assert "Already there" in again
    assert "flatpak:" not in again


@pytest.mark.thorough
def test_what_is_copied_of_a_file_is_told(
    made: Callable[[str], Path], client: Client, tmp_path: Path
) -> None:
    drive = made("signed.flatpak")
    client.install(drive, "--user")
    client.flatpak("uninstall", "--user", "-y", ATLAS)
    words = ("receive", "--user", "--yes", f"--trust-key={KEY}", "--json", drive)
    told = satchel(*words, home=tmp_path / "home", env=client.env).finished
    assert told["bytes"] >= (drive / FILE).stat().st_size


_WATCHED = """#!/bin/sh
case "$*" in
    install*--bundle*) cp "{config}" "$0.config" ;;
    install*.Locale/*) cp "{config}" "$0.locale" ;;
esac
exec /usr/bin/flatpak "$@"
"""


@pytest.mark.thorough
@pytest.mark.parametrize("verb", ["install.sh", "receive"])
def test_sources_have_their_own_addresses_meanwhile(
    made: Callable[[str], Path], client: Client, tmp_path: Path, verb: str
) -> None:
    """A file may take long, and if the power goes meanwhile, nothing has to be put right."""
    drive = made("signed.flatpak")
    programs = tmp_path / "bin"
    programs.mkdir()
    config = tmp_path / "client/user/repo/config"
    (programs / "flatpak").write_text(_WATCHED.format(config=config))
    (programs / "flatpak").chmod(0o755)
    path = f"{programs}:{client.env['PATH']}"
    if verb == "receive":
        words = ("receive", "--user", "--yes", f"--trust-key={KEY}", "--json", drive)
        satchel(*words, home=tmp_path / "home", env={**client.env, "PATH": path})
    else:
        client.install(drive, "--user", PATH=path)
    assert short(ATLAS_REF, RUNTIME_REF, LOCALE_REF) <= client.refs()
    lent = "xa.satchel-url"
    # Its translations are taken through the drive's list, as all that comes from a source.
    assert lent in (programs / "flatpak.locale").read_text()
    assert lent not in (programs / "flatpak.config").read_text()
    assert lent not in config.read_text()


def test_whoever_agrees_to_the_key_of_its_source_has_agreed_to_it(
    made: Callable[[str], Path], client: Client, tmp_path: Path
) -> None:
    words = "receive", "--user", "--json", made("signed.flatpak")

    def receive(*options: str, check: int = 0) -> Any:
        home, env = tmp_path / "home", client.env
        return satchel(*words, *options, home=home, env=env, check=check or True).finished

    refused = receive(check=5)
    assert [key["fingerprint"] for key in refused["unknown_keys"]] == [KEY]
    assert receive(f"--trust-key={KEY[::-1]}", check=5)["unknown_keys"]
    receive(f"--trust-key={KEY}")
    assert short(ATLAS_REF, RUNTIME_REF, LOCALE_REF) <= client.refs()
    assert checked(client)


@pytest.mark.thorough
@pytest.mark.parametrize("verb", ["install.sh", "receive"])
@pytest.mark.parametrize("languages", ["de", "de;xx", "*all*"])
def test_its_translations_come_in_the_languages_of_the_computer(
    made: Callable[[str], Path], client: Client, tmp_path: Path, verb: str, languages: str
) -> None:
    """They are named to flatpak, which takes all that there are of what is named."""
    drive = made("signed.flatpak")
    client.flatpak("config", "--user", "--set", "languages", languages)
    if verb == "receive":
        words = ("receive", "--user", "--yes", f"--trust-key={KEY}", "--json", drive)
        satchel(*words, home=tmp_path / "home", env=client.env)
    else:
        client.install(drive, "--user")
    files = tmp_path / "client/user" / LOCALE_REF / "active/files"
    there = {path.name for path in files.iterdir()} - {".ref"}
    assert there == {"de"} if languages != "*all*" else there > {"de"}


@pytest.mark.thorough
@AS_ROOT
def test_it_is_installed_for_everyone(made: Callable[[str], Path], client: Client) -> None:
    client.install(made("signed.flatpak"), "--system")
    assert short(ATLAS_REF, RUNTIME_REF, LOCALE_REF) <= client.refs("--system")


@pytest.mark.thorough
def test_what_nobody_vouches_for_needs_a_word(made: Callable[[str], Path], client: Client) -> None:
    drive = made("unsigned.flatpak")
    said = client.install(drive, "--user", expect=1)
    assert f"Nobody vouches for {ATLAS} (the drive calls it Classroom Atlas)" in said
    assert "--allow-unsigned" in said
    # Nor what nothing else on the drive needs.
    assert not client.refs()
    client.install(drive, "--user", "--allow-unsigned")
    assert short(ATLAS_REF) <= client.refs()


@pytest.mark.thorough
def test_a_newer_file_is_an_update_and_an_older_one_is_not(
    made: Callable[[str], Path], client: Client
) -> None:
    client.install(made("signed.flatpak"), "--user")
    said = client.install(made("unsigned.flatpak"), "--user", expect=1)
    assert "--allow-unsigned" in said
    assert checked(client)
    said = client.install(made("unsigned.flatpak"), "--user", "--allow-unsigned")
    assert "Updated:\n  Classroom Atlas" in said
    assert not checked(client)
    said = client.install(made("signed.flatpak"), "--user")
    assert "not older than on the drive:\n  Classroom Atlas" in said


@pytest.mark.thorough
def test_a_damaged_one_is_not_handed_to_flatpak(
    made: Callable[[str], Path], client: Client, tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    shutil.copytree(made("signed.flatpak"), drive, symlinks=True)
    data = bytearray((drive / FILE).read_bytes())
    data[4000] ^= 1
    (drive / FILE).write_bytes(data)
    said = client.install(drive, "--user", expect=1)
    assert "damaged on this drive" in said
    assert "NOT installed:\n  Classroom Atlas" in said


@pytest.mark.thorough
def test_only_what_is_asked_for_is_installed(made: Callable[[str], Path], client: Client) -> None:
    drive = made("signed.flatpak")
    assert f"{ATLAS}: Classroom Atlas" in client.install(drive, "--user", "--list")
    said = client.install(drive, "--user", "--dry-run", ATLAS)
    assert "would be installed: Classroom Atlas" in said
    client.install(drive, "--user", ATLAS)
    assert short(ATLAS_REF, RUNTIME_REF) <= client.refs()


@pytest.mark.thorough
def test_an_app_may_run_on_what_is_a_file_as_well(
    files: Path, client: Client, tmp_path: Path
) -> None:
    for name in ("build", "drive"):
        (tmp_path / name).mkdir()
    runtime = tmp_path / "runtime.flatpak"
    made = bundle_bytes(
        tmp_path / "build", "--runtime", app="org.satchel.Demo.Platform", branch="1"
    )
    runtime.write_bytes(made)
    environment = environment_in(tmp_path / "maker")
    maker = Maker(tmp_path / "drive", environment, environment.known_remotes(), files)
    outcome = maker.make(maker.signed, runtime)
    assert outcome.check is not None
    assert outcome.check.ok
    said = client.install(maker.drive, "--user", "--allow-unsigned", ATLAS)
    assert "Installed:\n  Classroom Atlas" in said
    assert "hello from the stick" in client.run(ATLAS)


@pytest.mark.thorough
def test_a_computer_with_satchel_receives_it(
    made: Callable[[str], Path], client: Client, tmp_path: Path
) -> None:
    words = ("receive", "--user", "--yes", f"--trust-key={KEY}")
    home = tmp_path / "home"
    drive = made("unsigned.flatpak")
    refused = satchel(*words, drive, home=home, env=client.env, check=5)
    assert "Nobody vouches for it" in refused.stdout
    assert not short(ATLAS_REF, LOCALE_REF) & client.refs()
    done = satchel(*words, drive, "--allow-unsigned", home=home, env=client.env)
    assert "Installed:\n  Classroom Atlas" in done.stdout
    assert short(ATLAS_REF, RUNTIME_REF, LOCALE_REF) <= client.refs()
    # Nothing of it stays for ever because it was named.
    assert "Platform" not in client.flatpak("pin", "--user")
    again = satchel(*words, drive, "--allow-unsigned", home=home, env=client.env)
    assert "Already there" in again.stdout
    damaged = tmp_path / "damaged"
    shutil.copytree(drive, damaged, symlinks=True)
    client.flatpak("uninstall", "--user", "-y", ATLAS)
    data = bytearray((damaged / FILE).read_bytes())
    data[4000] ^= 1
    (damaged / FILE).write_bytes(data)
    bad = satchel(*words, damaged, "--allow-unsigned", home=home, env=client.env, check=6)
    assert "damaged" in bad.stdout


@pytest.mark.thorough
def test_why_its_runtime_is_not_installed_is_told(
    made: Callable[[str], Path], client: Client, tmp_path: Path
) -> None:
    """It is on the drive, of a source whose key nobody here knows."""
    words = ("receive", "--user", "--yes", "--allow-unsigned", made("signed.flatpak"))
    done = satchel(*words, home=tmp_path / "satchel", env=client.env, check=False)
    assert done.returncode != 0
    said = " ".join(done.said.split())
    assert "neither on the drive nor on this computer" not in said
    assert f"Its runtime {RUNTIME_REF} cannot be installed: " in said
    assert f"--trust-key {KEY}" in said


@pytest.mark.thorough
def test_what_receive_installs_is_checked_from_then_on(
    made: Callable[[str], Path], client: Client, tmp_path: Path
) -> None:
    """Also where the one that installed it was killed before it said so to flatpak; and what a
    person agrees to comes all the same."""
    words = ("receive", "--user", "--yes", f"--trust-key={KEY}")
    signed, unsigned = made("signed.flatpak"), made("unsigned.flatpak")

    def receive(drive: Path, *more: str) -> str:
        return satchel(*words, drive, *more, home=tmp_path / "home", env=client.env).stdout

    receive(signed, RUNTIME_REF)
    assert "Installed:\n  Classroom Atlas" in receive(signed)
    assert checked(client)
    client.flatpak("remote-modify", "--user", "--no-gpg-verify", "atlas-origin")
    receive(signed)
    assert checked(client)
    client.flatpak("remote-modify", "--user", "--no-gpg-verify", "atlas-origin")
    client.install(signed, "--user")
    assert checked(client)

    assert "Updated:\n  Classroom Atlas" in receive(unsigned, "--allow-unsigned")
    assert not checked(client)


@pytest.mark.thorough
def test_who_stops_it_leaves_what_is_checked_as_it_was(
    made: Callable[[str], Path], client: Client, tmp_path: Path
) -> None:
    """Also in the moment in which flatpak looks at no signatures."""

    class StoppedThen(CancelToken):
        def check(self) -> None:
            if not checked(client):
                raise InterruptedByUser(Message("Stopped."))

    signed, unsigned = made("signed.flatpak"), made("unsigned.flatpak")
    client.install(signed, "--user")
    assert checked(client)
    item = BundleItem(
        source="",
        ref=Ref.parse(ATLAS_REF),
        name="Atlas",
        drive=Root(unsigned),
        path=FILE,
        sha256=sha256((unsigned / FILE).read_bytes()).hexdigest(),
        commit="",
        state=State.UPDATE,
        size=(unsigned / FILE).stat().st_size,
    )
    user = Path(client.env["FLATPAK_USER_DIR"])
    program, place = FlatpakProgram(client.env), Place(Scope.USER, user)
    with pytest.raises(InterruptedByUser):
        install_bundles([item], place, program, tmp_path, silent, StoppedThen())
    assert checked(client)


_STOPPED_THEN = """#!/bin/sh
case "$*" in
    *--bundle*)
        if [ -e "$0.refused" ]; then kill -INT 0; fi
        touch "$0.refused"
        ;;
esac
exec /usr/bin/flatpak "$@"
"""


@pytest.mark.thorough
def test_who_stops_install_sh_leaves_what_is_checked_as_it_was(
    made: Callable[[str], Path], client: Client, tmp_path: Path
) -> None:
    """Also in the moment in which flatpak looks at no signatures."""
    client.install(made("signed.flatpak"), "--user")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "flatpak").write_text(_STOPPED_THEN)
    (programs / "flatpak").chmod(0o755)
    client.install(
        made("unsigned.flatpak"),
        *("--user", "--allow-unsigned"),
        expect=130,
        shell="setsid sh",
        PATH=f"{programs}:{client.env['PATH']}",
    )
    assert (programs / "flatpak.refused").exists()
    assert checked(client)
