"""Upstream's keys change: handed out by its signed list, prolonged, kept elsewhere."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.flatpak.remotes.flatpakrepo import RepoFile
from app.flatpak.upstream.summary_index import INDEX_TYPE, SummaryIndex
from app.formats.gvariant import Variant, parse, serialise
from app.ostree.objects import DETACHED_TYPE
from app.trust.prolonged import fingerprints_in
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_key, kept_upstream
from tests.satchel import Done, environment, satchel
from tests.servers import Server
from tests.stick.damage import HELLO, Stick, verify
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

APP = "org.test.Hello"


@pytest.fixture(scope="module")
def keys() -> Iterator[tuple[SigningKey, SigningKey]]:
    made = kept_key("Old <old@example.org>"), kept_key("New <new@example.org>")
    yield made
    for key in made:
        key.close()


def fill(upstream: Upstream) -> None:
    """Before anything changes: everything signed with the old key."""
    upstream.add_runtime(runnable=False)
    upstream.add_app(APP, says="before")
    upstream.update()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, keys: tuple[SigningKey, SigningKey]) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("rotation") / "upstream", keys[0], fill)


class RotatingUpstream:
    """An upstream that changes its keys, and somebody who knows the old one."""

    def __init__(self, directory: Path, upstream: Upstream, old: bytes) -> None:
        self.directory = directory
        self.upstream = upstream
        self.old = old
        self.drive = directory / "drive"
        self.drive.mkdir()

    def rotate(self, old: SigningKey, new: SigningKey, *, index: bool = True) -> None:
        """From now on commits are the new key's, which the list hands out; the old one signs it."""
        self.upstream.key = new
        self.upstream.bump(HELLO)
        self.upstream.key = old
        file = self.directory / "new.gpg"
        file.write_bytes(new.public)
        self.upstream.update(index=index, options=[f"--gpg-import={file}"])

    def remote(self, url: str) -> Path:
        path = self.directory / "up.flatpakrepo"
        key = RepoFile(url=url, key=self.old, collection_id=COLLECTION)
        path.write_bytes(key.dump())
        return path

    def make(self, url: str, *, home: str = "home", check: bool | int = True) -> Done:
        place = self.directory / home
        place.mkdir(exist_ok=True)
        return satchel(
            "make", "--json", self.drive, APP, "--remote", self.remote(url), home=place, check=check
        )

    @property
    def handed_out(self) -> frozenset[str]:
        """Fingerprints of the keys that the stick gives to clients."""
        (path,) = (self.drive / "satchel").glob("*.flatpakrepo")
        return fingerprints_in([RepoFile.read(path).key])


@pytest.fixture
def rotating(
    base: Upstream, keys: tuple[SigningKey, SigningKey], tmp_path: Path
) -> RotatingUpstream:
    return RotatingUpstream(tmp_path, base.copy(tmp_path / "upstream"), keys[0].public)


def friend_of(directory: Path, key: bytes) -> Path:
    """The home of somebody elsewhere who has the remote with the old key, and has been offline."""
    repository = Path(environment(directory)["FLATPAK_USER_DIR"]) / "repo"
    repository.mkdir(parents=True)
    (repository / "config").write_text(
        '[core]\nrepo_version=1\nmode=bare-user-only\n[remote "up"]\nurl=http://127.0.0.1:9/\n'
        f"gpg-verify=true\ncollection-id={COLLECTION}\n"
    )
    (repository / "up.trustedkeys.gpg").write_bytes(key)
    return directory


@pytest.mark.parametrize("index", [True, False])
def test_the_list_hands_out_a_key(
    rotating: RotatingUpstream,
    keys: tuple[SigningKey, SigningKey],
    client: Client,
    tmp_path: Path,
    index: bool,
) -> None:
    old, new = keys
    both = {old.fingerprint, new.fingerprint}
    rotating.rotate(old, new, index=index)
    # The real flatpak takes it: what it knew was the old key only.
    with Server(rotating.upstream.path) as server:
        client.remote_add("up", server.url, old.public, COLLECTION)
        client.install("up", APP)
        assert fingerprints_in([(client.repo / "up.trustedkeys.gpg").read_bytes()]) == both
        assert rotating.make(server.url).finished["ok"]
    assert rotating.handed_out == both
    # Somebody elsewhere knows the old key only, and that one signed the list.
    friend = friend_of(tmp_path / "friend", old.public)
    assert verify(Stick(rotating.drive), friend, trust=False) == set()
    # A computer that knows nothing gets all keys from the stick, and updates with the new one.
    fresh = Client(tmp_path / "fresh")
    install = rotating.drive / "satchel/install.sh"
    subprocess.run(["sh", install, "--user"], env=fresh.environment, check=True)
    assert fingerprints_in([(fresh.repo / "up.trustedkeys.gpg").read_bytes()]) == both
    assert fresh.installed()[HELLO] == rotating.upstream.refs[HELLO]


def test_once_handed_out_it_is_known(
    rotating: RotatingUpstream, keys: tuple[SigningKey, SigningKey], tmp_path: Path
) -> None:
    """Then the old key goes. Who was there meanwhile goes on; who was not is refused."""
    old, new = keys
    rotating.rotate(old, new)
    with Server(rotating.upstream.path) as server:
        rotating.make(server.url)
        listed = satchel("remotes", "--json", home=tmp_path / "home").json
        assert {key for remote in listed for key in remote["keys"]} >= {
            old.fingerprint,
            new.fingerprint,
        }
        rotating.upstream.key = new
        rotating.upstream.bump(HELLO)
        rotating.upstream.update()
        rotating.make(server.url)
        refused = rotating.make(server.url, home="elsewhere", check=5)
    assert "not trusted" in refused.stderr
    satchel("verify", rotating.drive, home=tmp_path / "home")


def test_an_unsigned_list_hands_out_nothing(
    rotating: RotatingUpstream, keys: tuple[SigningKey, SigningKey]
) -> None:
    old, new = keys
    rotating.rotate(old, new)
    for name in ("summary.sig", "summary.idx.sig"):
        (rotating.upstream.path / name).unlink(missing_ok=True)
    for path in (rotating.upstream.path / "summaries").glob("*.sig"):
        path.unlink()
    with Server(rotating.upstream.path) as server:
        rotating.make(server.url, check=5)


def test_a_strangers_list_hands_out_nothing(
    rotating: RotatingUpstream, attacker: SigningKey
) -> None:
    rotating.rotate(attacker, attacker)
    with Server(rotating.upstream.path) as server:
        rotating.make(server.url, check=5)


def announce_url(upstream: Upstream, url: str) -> None:
    """The signed index says where keys are, as flatpak 1.20 is to write it."""
    path = upstream.path / "summary.idx"
    index = SummaryIndex(path.read_bytes())
    refs, metadata = serialise_parts(index.data)
    metadata["xa.gpg-keys-url"] = Variant("s", url)
    data = serialise(INDEX_TYPE, (refs, metadata))
    path.write_bytes(data)
    signature = serialise(
        DETACHED_TYPE, [("ostree.gpgsigs", Variant("aay", [upstream.key.sign(data)]))]
    )
    (upstream.path / "summary.idx.sig").write_bytes(signature)
    for stale in (upstream.path / "summaries").glob("*.idx.sig"):
        stale.unlink()


def serialise_parts(data: bytes) -> tuple[object, dict[str, Variant]]:
    value = parse(INDEX_TYPE, data)
    metadata = {}
    for entry in value[1]:
        inner = entry[1][0]
        metadata[entry[0].unpack()] = Variant(inner.signature, inner.unpack())
    return value[0].unpack(), metadata


@pytest.mark.parametrize("certified", [True, False])
def test_keys_behind_an_address(
    rotating: RotatingUpstream, keys: tuple[SigningKey, SigningKey], tmp_path: Path, certified: bool
) -> None:
    old = keys[0]
    new = SigningKey("Certified <certified@example.org>")
    rotating.upstream.key = new
    rotating.upstream.bump(HELLO)
    rotating.upstream.key = old
    rotating.upstream.update()
    if certified:
        old.gpg("--import", data=new.public)
        old.gpg("--yes", "--quick-sign-key", new.fingerprint)
        new.public = old.gpg("--export", new.fingerprint)
    (rotating.upstream.path / "keys.gpg").write_bytes(new.public)
    with Server(rotating.upstream.path) as server:
        announce_url(rotating.upstream, f"{server.url}/keys.gpg")
        rotating.make(server.url, check=True if certified else 5)
    new.close()
    if certified:
        assert rotating.handed_out == {old.fingerprint, new.fingerprint}
        friend = friend_of(tmp_path / "friend", old.public)
        assert verify(Stick(rotating.drive), friend, trust=False) == set()


@pytest.mark.thorough
def test_a_prolonged_key_from_wherever(tmp_path: Path) -> None:
    """What is known is the copy that has expired."""
    key = SigningKey("Prolonged <prolonged@example.org>", expired=True)
    expired = key.public
    key.prolong("never")
    fresh = Upstream(tmp_path / "fresh", key)
    fresh.add_runtime(runnable=False)
    fresh.add_app(APP)
    fresh.update()
    rotating = RotatingUpstream(tmp_path, fresh, expired)
    prolonged = tmp_path / "prolonged.gpg"
    prolonged.write_bytes(key.public)
    old = tmp_path / "expired.gpg"
    old.write_bytes(expired)
    with Server(fresh.path) as server:
        refused = rotating.make(server.url, check=5)
        assert "expired" in refused.stderr
        assert "Only the people who run it can help" in refused.stderr
        # --gpg-key twice, in whichever order.
        named = ("--gpg-key", old, "--gpg-key", prolonged)
        satchel(
            "make", rotating.drive, APP, "--remote", server.url, *named, "--json", home=tmp_path
        )
        # From the stick.
        assert rotating.make(server.url, home="second").finished["ok"]
        # From the list that the key itself has signed.
        shutil.rmtree(rotating.drive)
        rotating.drive.mkdir()
        fresh.update(options=[f"--gpg-import={prolonged}"])
        assert rotating.make(server.url, home="third").finished["ok"]
    key.close()
    friend = friend_of(tmp_path / "friend", expired)
    assert verify(Stick(rotating.drive), friend, trust=False) == set()


def test_keys_for_the_whole_computer(
    base: Upstream, keys: tuple[SigningKey, SigningKey], client: Client, tmp_path: Path
) -> None:
    """``OSTREE_GPG_HOME`` stands for ``/usr/share/ostree/trusted.gpg.d``; flatpak is the judge."""
    everywhere = tmp_path / "trusted.gpg.d"
    everywhere.mkdir()
    (everywhere / "vendor.gpg").write_bytes(keys[0].public)
    (everywhere / "secring.gpg").write_bytes(keys[1].public)
    env = {"OSTREE_GPG_HOME": str(everywhere)}
    drive = tmp_path / "drive"
    drive.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    with Server(base.path) as server:
        client.run("remote-add", "--user", "up", server.url, env=env)
        client.run("install", "--user", "-y", "up", APP, env=env)
        env["FLATPAK_USER_DIR"] = client.environment["FLATPAK_USER_DIR"]
        satchel("make", drive, f"up:{APP}", "--json", home=home, env=env)
        # Without being configured, as flatpak remote-add would take it.
        satchel("plan", drive, APP, "--remote", server.url, home=tmp_path / "o", env=env)
        # A keyring of its own comes instead, gpgkeypath beside.
        (client.repo / "up.trustedkeys.gpg").write_bytes(keys[1].public)
        satchel("plan", drive, f"up:{APP}", home=home, env=env, check=5)
        path = tmp_path / "armoured.asc"
        path.write_bytes(keys[0].armoured)
        config = client.repo / "config"
        config.write_text(config.read_text() + f"gpgkeypath={path}\n")
        satchel("plan", drive, f"up:{APP}", home=home, env=env)
    report = satchel("verify", drive, "--json", home=tmp_path / "other", env=env).json
    assert {key["voucher"] for key in report["keys"]} == {"computer"}
