"""An ordinary user installs for everyone: flatpak's helper does it, and polkit says who may."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.stick.demo import DemoRemote
from tests.bundles import ATLAS_REF, newer_unsigned
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import HostileServer
from tests.stick.bundles.conftest import Maker as BundleMaker
from tests.stick.damage import HELLO, OTHER
from tests.stick.extra_data.makers import APP, CODEC_REF, Maker, fill
from tests.stick.install_sh.computers import NOBODY
from tests.stick.nameless.conftest import carried
from tests.stick.nameless.conftest import fill as fill_nameless
from tests.stick.nameless.sticks import settings
from tests.stick.receiving.computers import SYSTEM, URL, Computer
from tests.stick.receiving.helper import receive_as_somebody
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

DEMO_KEY = "5D37236FA39CDD45D6AC889AD60067BA999CD2B0"


@pytest.fixture
def place() -> Iterator[Path]:
    """Where somebody who is not root gets at everything."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def computer(place: Path) -> Computer:
    return Computer(place / "computer", SYSTEM)


def test_who_may_change_what_is_not_there_yet(place: Path) -> None:
    """Where nothing was ever installed, flatpak's directory is still to be made."""
    (place / "mine").mkdir()
    os.chown(place / "mine", NOBODY, NOBODY)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from app.client.receiving.installation import Place, Scope\n"
        f"os.setresuid({NOBODY}, {NOBODY}, {NOBODY})\n"
        "print([Place(Scope.SYSTEM, Path(path)).writable for path in sys.argv[1:]])\n"
    )
    paths = (place / "mine/lib/flatpak", place / "lib/flatpak")
    done = subprocess.run(
        [sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[True, False]\n"


@pytest.mark.thorough
def test_somebody_installs_for_everyone(
    good: Path, upstream: Upstream, upstream_key: SigningKey, place: Path, computer: Computer
) -> None:
    computer.knows(upstream_key)
    receive_as_somebody(computer, good, place / "helper")
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert computer.installed()[OTHER] == upstream.refs[OTHER]
    assert computer.untouched()
    assert f"\nurl={URL}\n" in computer.config
    assert (computer.installation / "repo/config").stat().st_uid == os.geteuid()


@pytest.mark.thorough
def test_where_nothing_was_ever_installed(
    good: Path, upstream: Upstream, upstream_key: SigningKey, place: Path, computer: Computer
) -> None:
    trust = f"--trust-key={upstream_key.fingerprint}"
    receive_as_somebody(computer, good, place / "helper", trust)
    assert computer.installed()[HELLO] == upstream.refs[HELLO]
    assert "collection-id=org.test.Upstream" in computer.config


@pytest.mark.thorough
@pytest.mark.parametrize("signed", [True, False])
def test_a_source_without_a_collection_needs_root(
    upstream_key: SigningKey, place: Path, computer: Computer, tmp_path: Path, *, signed: bool
) -> None:
    """flatpak's helper lets nobody but root lead a source to the drive."""
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill_nameless, "", signed=signed)
    made = carried(upstream, tmp_path)
    words = (f"--trust-key={upstream_key.fingerprint}", "--allow-unsigned")
    said = receive_as_somebody(computer, made.drive, place / "helper", *words, expect=1)
    assert "for everyone only root can install it (sudo), for your own account you can" in said
    assert not computer.installed()


@pytest.mark.thorough
@pytest.mark.parametrize("named", [True, False])
def test_a_remote_that_looks_at_no_signatures_is_not_sideloaded_from(
    upstream_key: SigningKey, place: Path, computer: Computer, tmp_path: Path, *, named: bool
) -> None:
    """“Can't pull from untrusted non-gpg verified remote”, flatpak's helper says. Beside it comes
    one that looks, as install.sh adds it."""
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill_nameless)
    made = carried(upstream, tmp_path)
    computer.flatpak("remote-add", "--no-gpg-verify", "lax", made.url, check=False)
    if named:
        config = computer.installation / "repo/config"
        config.write_text(f"{config.read_text()}collection-id={upstream.collection}\n")
    before = settings(computer, "lax")
    trust = f"--trust-key={upstream_key.fingerprint}"
    receive_as_somebody(computer, made.drive, place / "helper", trust)
    assert computer.installed() == made.commits()
    assert settings(computer, "lax") == before
    assert "gpg-verify=true" in settings(computer, "up")


@pytest.mark.thorough
def test_what_makers_hand_out_themselves(
    upstream_key: SigningKey, place: Path, computer: Computer, tmp_path: Path
) -> None:
    upstream = kept_upstream(tmp_path / "up", upstream_key, fill)
    (tmp_path / "makers").mkdir()
    with HostileServer(tmp_path / "makers") as server:
        maker = Maker(tmp_path, upstream, server)
        maker.make("org.test.Extra", "--with-extra-data", "--json")
    computer.knows(upstream_key)
    receive_as_somebody(computer, maker.drive, place / "helper")
    assert {APP, CODEC_REF} <= computer.installed().keys()
    # It came along: nothing of it stays for ever.
    assert "xa.pinned" not in computer.config


@pytest.mark.thorough
def test_what_nobody_signed_as_a_file(place: Path, computer: Computer, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "drive").mkdir()
    file = tmp_path / "unsigned.flatpak"
    file.write_bytes(newer_unsigned(tmp_path / "build"))
    with DemoRemote() as demo:
        environment = environment_in(tmp_path / "maker", demo.remote)
        known = environment.known_remotes()
        BundleMaker(tmp_path / "drive", environment, known, tmp_path).make(file)
    trust = f"--trust-key={DEMO_KEY}"
    said = receive_as_somebody(computer, tmp_path / "drive", place / "one", trust, expect=5)
    assert "Nobody vouches for it" in said
    assert ATLAS_REF not in computer.installed()
    words = (trust, "--allow-unsigned")
    receive_as_somebody(computer, tmp_path / "drive", place / "two", *words)
    assert ATLAS_REF in computer.installed()
