"""Where computers that installed from a stick look for updates; flatpak is the judge."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.flatpak.upstream.published_configuration import PublishedConfiguration
from app.flatpak.upstream.upstream import Upstream as Upstreams
from app.replacing import replace
from app.stick.trust.origin import address_notice, is_public, update_address
from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import environment, satchel
from tests.servers import Server
from tests.stick.damage import HELLO
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

PUBLIC = "https://flatpak.example.org/repo/"


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://dl.flathub.org/repo/", True),
        ("http://xn--bcher-kva.example/", True),
        ("https://example.org:8443/x", True),
        ("https://1.1.1.1/", True),
        ("https://[2606:4700::1111]/", True),
        ("file:///srv/repo", False),
        ("http://localhost/", False),
        ("http://LOCALHOST.:8080/", False),
        ("http://repo.localhost/", False),
        ("http://127.0.0.1/", False),
        ("http://127.1/", False),
        ("http://2130706433/", False),
        ("http://0x7f.1/", False),
        ("http://0.0.0.0/", False),
        ("http://[::1]:9/", False),
        ("http://[::ffff:10.0.0.1]/", False),
        ("http://[fe80::1%25eth0]/", False),
        ("http://[fd00::1]/", False),
        ("http://10.1.2.3/", False),
        ("http://172.16.0.1/", False),
        ("http://192.168.1.2/", False),
        ("http://169.254.1.1/", False),
        ("http://100.64.0.1/", False),
        ("http://mirror/", False),
        ("http://mirror.local/", False),
        ("http://mirror.school.lan/", False),
        ("http://nas.home.arpa/", False),
        ("http://mirror.internal/", False),
        ("ftp://example.org/", False),
        ("https:///repo", False),
        ("example.org", False),
        ("", False),
        ("http://[broken/", False),
    ],
)
def test_is_public(url: str, public: bool) -> None:
    assert is_public(url) is public


def plan_and_make(upstream: Upstream, home: Path, drive: Path, url: str) -> tuple[str, list[str]]:
    """Where the plan says that updates come from, and its notices about that; then the stick."""
    drive.mkdir()
    remote = home / "test.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(url))
    arguments = (drive, "org.test.Hello", "--remote", remote, "--json")
    plan = satchel("plan", *arguments, home=home).json
    satchel("make", *arguments, home=home)
    said = [
        notice["message"] for notice in plan["notices"] if "look for updates" in notice["message"]
    ]
    return plan["collections"][0]["updates_from"], said


def installed_address(drive: Path, client: Client) -> str:
    subprocess.run(
        ["sh", drive / "satchel/install.sh", "--user"], env=client.environment, check=True
    )
    return client.run("remotes", "--user", "--columns=url").stdout.strip()


def test_an_address_with_secrets_is_told() -> None:
    """The drive has it without them."""
    remote = Remote("up", "https://user:s3cr3t@apps.example.com/repo/?t0k3n")
    notice = address_notice(remote, remote.address)
    assert notice is not None
    assert notice.severity == "info"
    assert "holds a password or a token" in str(notice.message)
    assert address_notice(remote, "https://example.com/repo/") is None
    assert address_notice(replace(remote, url=remote.address), remote.address) is None


def test_the_signed_list_says_where(upstream: Upstream, client: Client, tmp_path: Path) -> None:
    moved = upstream.copy(tmp_path / "moved")
    moved.update(options=[f"--redirect-url={PUBLIC}"])
    home = tmp_path / "home"
    home.mkdir()
    with Server(moved.path) as server:
        address, said = plan_and_make(moved, home, tmp_path / "drive", server.url)
    assert (address, said) == (PUBLIC, [])
    assert installed_address(tmp_path / "drive", client) == PUBLIC
    assert HELLO in client.installed()


@pytest.mark.thorough
def test_it_is_updated_from_where_the_signed_list_says(upstream: Upstream, tmp_path: Path) -> None:
    """Once the old address is gone, as with flatpak, which goes to the new one before."""
    moved, home, drive = upstream.copy(tmp_path / "moved"), tmp_path / "home", tmp_path / "drive"
    home.mkdir()
    with Server(moved.path) as there:
        options = [f"--redirect-url={there.url}"]
        moved.update(options=options)
        with Server(moved.path) as server:
            plan_and_make(moved, home, drive, server.url)
            remote = home / "old.flatpakrepo"
            remote.write_text(moved.flatpakrepo(server.url))
            satchel("remotes", "add", remote, home=home)
        # What is there now need not say so; the drive's list does, and then this computer knows.
        for _ in range(2):
            newer = moved.bump(HELLO)
            moved.update(options=["--redirect-url="])
            satchel("update", drive, home=home)
            ref = drive / ".ostree/repo/refs/mirrors" / COLLECTION / HELLO
            assert ref.read_text().strip() == newer
            # Neither has it to be known from a drive any more.
            known = json.loads(satchel("remotes", "--json", home=home).stdout)
            assert there.url.strip("/") in [each["url"].strip("/") for each in known]


@pytest.mark.thorough
def test_what_only_the_drive_says_leads_nowhere(
    upstream: Upstream, attacker: SigningKey, tmp_path: Path
) -> None:
    """A list that another key has signed, and the drive's own record."""
    forged, home, drive = upstream.copy(tmp_path / "forged"), tmp_path / "home", tmp_path / "drive"
    home.mkdir()
    with Server(upstream.path) as server:
        plan_and_make(upstream, home, drive, server.url)
    forged.key = attacker
    with Server(forged.path) as evil:
        forged.update(options=[f"--redirect-url={evil.url}"])
        copied = drive / ".ostree/repo/extensions/satchel/upstream" / COLLECTION
        for name in ("summary", "summary.sig", "summary.idx", "summary.idx.sig"):
            shutil.copyfile(forged.path / name, copied / name)
        record = copied.parent.parent / "stick.json"
        record.write_text(record.read_text().replace(server.url, evil.url))
        assert evil.url in record.read_text()
        done = satchel("update", drive, "--remote", home / "test.flatpakrepo", home=home, check=4)
        assert server.url.removeprefix("http://").strip("/") in done.stderr
        assert evil.paths() == []


@pytest.mark.thorough
def test_a_known_remote_of_the_collection(
    upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    repository = Path(environment(home)["FLATPAK_USER_DIR"]) / "repo"
    repository.mkdir(parents=True)
    config = (
        '[core]\nrepo_version=1\nmode=bare-user-only\n[remote "real"]\n'
        f"url={PUBLIC}\ngpg-verify=true\ncollection-id={COLLECTION}\n"
    )
    (repository / "config").write_text(config)
    (repository / "real.trustedkeys.gpg").write_bytes(upstream.key.public)
    with Server(upstream.path) as server:
        address, said = plan_and_make(upstream, home, tmp_path / "drive", server.url)
    assert (address, said) == (PUBLIC, [])
    assert installed_address(tmp_path / "drive", client) == PUBLIC


def test_nobody_knows_a_public_one(upstream: Upstream, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    url = upstream.path.as_uri()
    address, said = plan_and_make(upstream, home, tmp_path / "drive", url)
    assert address == url
    assert len(said) == 1
    assert url in said[0]


def test_a_strangers_redirect_is_not_followed(upstream: Upstream, tmp_path: Path) -> None:
    """Unsigned, with the risk accepted: still nobody's word for an address."""
    moved = upstream.copy(tmp_path / "moved")
    moved.update(options=["--redirect-url=https://attacker.example/"])
    for path in (*moved.path.glob("summary*.sig"), *moved.path.glob("summaries/*.sig")):
        path.unlink()
    drive, home = tmp_path / "drive", tmp_path / "home"
    drive.mkdir()
    home.mkdir()
    with Server(moved.path) as server:
        options = ("--remote", server.url, "--collection-id", COLLECTION, "--allow-unsigned")
        plan = satchel("plan", drive, "org.test.Hello", *options, "--json", home=home).json
    assert plan["collections"][0]["updates_from"].rstrip("/") == server.url
    # flatpak adds no such source; the person is told what computers get instead.
    told = [each for each in plan["notices"] if "a collection ID and no key" in each["message"]]
    assert len(told) == 1


def lead_elsewhere(drive: Path) -> None:
    """Everything on the drive that says where updates come from says otherwise."""
    for path in drive.rglob("*"):
        if path.name.endswith((".flatpakrepo", ".tsv", ".json", ".html")) and path.is_file():
            path.write_text(path.read_text().replace(PUBLIC, "https://attacker.example/repo/"))


def test_an_address_that_is_not_the_publishers(upstream: Upstream, tmp_path: Path) -> None:
    """Old versions, rightly signed, could come from there for ever."""
    moved = upstream.copy(tmp_path / "moved")
    moved.update(options=[f"--redirect-url={PUBLIC}"])
    drive, home = tmp_path / "drive", tmp_path / "home"
    home.mkdir()
    with Server(moved.path) as server:
        plan_and_make(moved, home, drive, server.url)
    assert satchel("verify", "--json", drive, home=home).json["ok"]
    lead_elsewhere(drive)
    findings = satchel("verify", "--json", drive, home=home, check=1).json["findings"]
    said = [finding["message"] for finding in findings if finding["code"] == "kit-altered"]
    assert any("https://attacker.example/repo/" in sentence for sentence in said)


def test_a_public_mirror_is_not_where_updates_come_from(upstream: Upstream) -> None:
    known = Remote(
        "real",
        PUBLIC,
        collection_id=COLLECTION,
        keys=(upstream.key.public,),
        origin=RemoteOrigin.USER,
    )
    mirror = Remote("mirror", "https://mirror.example/x/", keys=(upstream.key.public,))
    snapshot = SimpleNamespace(
        collection=COLLECTION, signature=SimpleNamespace(fingerprint=upstream.key.fingerprint)
    )

    def address(remote: Remote, *others: Remote) -> str:
        opened = SimpleNamespace(
            remote=remote, snapshot=snapshot, configuration=PublishedConfiguration()
        )
        return update_address(cast(Upstreams, opened), others)

    assert address(mirror, mirror, known) == PUBLIC
    assert address(mirror, mirror) == mirror.url
    assert address(known, known) == PUBLIC
