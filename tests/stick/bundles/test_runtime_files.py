"""Apps of a source whose runtime no source has, only a file."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.flatpak.remotes.remote import Remote
from app.stick.checking.report import CheckReport
from app.stick.findings import Code
from app.stick.planning.changes import Changes
from app.stick.planning.leaving import NeededError
from app.stick.planning.refusal import RuntimeMissingError
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.bundles.conftest import Maker
from tests.stick.install_sh.computers import Client, short
from tests.upstream import Upstream, host_arch

PLATFORM = "org.test.Platform"
APP = "org.test.Hello"
APP_REF = f"app/{APP}/{host_arch()}/stable"
RUNTIME_REF = f"runtime/{PLATFORM}/{host_arch()}/1"


@dataclass(frozen=True)
class Given:
    """A source with an app, and a file with its runtime."""

    maker: Maker
    runtime: Path
    key: SigningKey

    def make(self) -> CheckReport:
        check = self.maker.make(self.runtime, refs=[APP]).check
        assert check is not None
        return check


@pytest.fixture
def given(own_upstream: Upstream, upstream_key: SigningKey, tmp_path: Path) -> Given:
    file = tmp_path / "runtime.flatpak"
    command: list[Path | str] = ["flatpak", "build-bundle", "--runtime", own_upstream.path]
    subprocess.run([*command, file, PLATFORM, "1"], check=True, capture_output=True)
    own_upstream.remove(RUNTIME_REF)
    own_upstream.update()
    url = own_upstream.path.as_uri()
    remote = Remote("school", url, "School apps", keys=(upstream_key.public,))
    (tmp_path / "drive").mkdir()
    environment = environment_in(tmp_path / "maker", remote)
    maker = Maker(tmp_path / "drive", environment, environment.known_remotes(), tmp_path)
    return Given(maker, file, upstream_key)


@pytest.mark.slow
def test_the_file_is_what_the_app_runs_on(given: Given) -> None:
    with pytest.raises(RuntimeMissingError):
        given.maker.plan(refs=[APP])
    check = given.make()
    assert check.ok
    assert Code.RUNTIME_MISSING not in {each.code for each in check.findings}


@pytest.mark.slow
@pytest.mark.thorough
def test_it_is_installed_after_its_runtime(given: Given, tmp_path: Path) -> None:
    given.make()
    client = Client(tmp_path / "client")
    said = client.install(given.maker.drive, "--user", "--allow-unsigned", APP)
    assert "Installed:" in said
    assert short(APP_REF, RUNTIME_REF) <= client.refs()


@pytest.mark.slow
@pytest.mark.thorough
def test_a_computer_with_satchel_receives_it(given: Given, tmp_path: Path) -> None:
    given.make()
    client = Client(tmp_path / "client")
    words = ("receive", "--user", "--yes", f"--trust-key={given.key.fingerprint}")
    home, drive = tmp_path / "home", given.maker.drive
    satchel(*words, drive, APP, "--allow-unsigned", home=home, env=client.env)
    assert short(APP_REF, RUNTIME_REF) <= client.refs()


@pytest.mark.thorough
def test_its_runtime_is_not_taken_off_alone(given: Given) -> None:
    given.make()
    with pytest.raises(NeededError, match=APP):
        given.maker.plan(changes=Changes(without=(RUNTIME_REF,)))
    plan = given.maker.plan(changes=Changes(without=(RUNTIME_REF, APP)))
    assert len(plan.removed_bundles) == 1


@pytest.mark.slow
@pytest.mark.thorough
def test_a_rehearsal_installs_it(given: Given, tmp_path: Path) -> None:
    given.make()
    done = satchel("rehearse", given.maker.drive, APP, home=tmp_path / "home")
    assert "1 of 1 apps install" in done.stdout


def nobodys(signed: Path) -> Path:
    """The same runtime in a file that nobody has signed."""
    repository, file = signed.with_name("unsigned"), signed.with_name("unsigned.flatpak")
    for command in (
        ("ostree", f"--repo={repository}", "init", "--mode=archive"),
        ("flatpak", "build-import-bundle", "--no-update-summary", repository, signed),
    ):
        subprocess.run(command, check=True, capture_output=True)
    for signature in repository.rglob("*.commitmeta"):
        signature.unlink()
    bundle = ("flatpak", "build-bundle", "--runtime", repository, file, PLATFORM, "1")
    subprocess.run(bundle, check=True, capture_output=True)
    return file


@pytest.mark.slow
@pytest.mark.thorough
def test_media_and_locks_have_it(given: Given, own_upstream: Upstream, tmp_path: Path) -> None:
    """Ready to run in the tree of a system, from the command or from a lock file."""
    file = tmp_path / "school.flatpakrepo"
    file.write_text(own_upstream.flatpakrepo(own_upstream.path.as_uri()))
    home = tmp_path / "home"
    words = (APP, given.runtime, "--remote", file)
    lock, out = tmp_path / "satchel.lock", tmp_path / "out"

    of_nobody = (APP, nobodys(given.runtime), "--remote", file)
    done = satchel("media", out, *of_nobody, "--layout=installed", home=home, check=5)
    assert "--allow-unsigned" in done.stderr
    assert "Downloading" not in done.said
    satchel("lock", "-o", lock, *words, home=home)
    locked = ("--locked", lock, "--remote", file)
    for number, (what, layout) in enumerate(
        ((words, "installed"), (locked, "installed"), (locked, "stick"), (locked, "iso-root"))
    ):
        place = out.with_name(f"out-{number}")
        satchel("media", place, *what, "--layout", layout, "--allow-unsigned", home=home)
        if layout == "installed":
            installation = place / "var/lib/flatpak"
            assert (installation / RUNTIME_REF / "active").exists()
            assert (installation / APP_REF / "active").exists()
        else:
            assert (place / f"satchel/bundles/{PLATFORM}.flatpak").exists()


@pytest.mark.slow
@pytest.mark.thorough
def test_resolve_says_that_flatpak_looks_at_no_file(
    given: Given, own_upstream: Upstream, tmp_path: Path
) -> None:
    given.make()
    home, stick = tmp_path / "home", ("--stick", given.maker.drive)
    file = tmp_path / "school.flatpakrepo"
    file.write_text(own_upstream.flatpakrepo(own_upstream.path.as_uri()))

    said = satchel("resolve", PLATFORM, *stick, home=home, check=2).said
    assert f"{RUNTIME_REF} is on {given.maker.drive} as a file" in " ".join(said.split())
    said = satchel("resolve", given.runtime, *stick, home=home, check=2).said
    assert "nothing to resolve" in said
    done = satchel("resolve", APP, *stick, "--remote", file, home=home)
    assert "what runs on it is installed by install.sh" in " ".join(done.stderr.split())
    assert "Result: install" in done.stdout


@pytest.mark.slow
@pytest.mark.thorough
def test_what_runs_on_what_nobody_agreed_to(given: Given, tmp_path: Path) -> None:
    """Is told in words of our own, before flatpak is asked for it."""
    check = given.maker.make(nobodys(given.runtime), refs=[APP]).check
    assert check is not None
    client = Client(tmp_path / "client")
    said = client.install(given.maker.drive, "--user", APP, expect=1)
    assert f"Hello needs {PLATFORM}, for which nobody vouches" in said
    assert "flatpak:" not in said
    # Nor what only that needs.
    assert not client.refs()
    client.install(given.maker.drive, "--user", "--allow-unsigned", APP)
    assert short(APP_REF, RUNTIME_REF) <= client.refs()
