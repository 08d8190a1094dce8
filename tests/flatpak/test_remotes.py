"""Which remotes are known, and what wins when one is known twice."""

import stat
from pathlib import Path

import pytest

from app.flatpak.remotes.adding import add_remote, follow_remote, offer_remote
from app.flatpak.remotes.configured import Installation, configured_remotes, installations
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.flatpak.remotes.known import (
    Known,
    added_remotes,
    built_in_remotes,
    predefined_remotes,
    read_key,
    read_remote,
)
from app.flatpak.remotes.merging import merge_remotes
from app.flatpak.remotes.remote import Registry, Remote, RemoteError, RemoteOrigin, remote_from_url
from app.replacing import replace
from app.resources import resource
from tests.gpg import SigningKey

FLATHUB_URL = "https://dl.flathub.org/repo/"

CONFIG = b"""\
[core]
repo_version=1
mode=bare-user-only

[remote "flathub"]
url=https://dl.flathub.org/repo/
xa.title=Flathub
gpg-verify=true
gpg-verify-summary=true
collection-id=org.flathub.Stable

[remote "plain"]
url=file:///srv/apps
gpg-verify=false
xa.subset=free
xa.noenumerate=true
xa.main-ref=app/org.example.App/x86_64/stable

[remote "fedora"]
url=oci+https://registry.example.org

[remote "origin"]
url=

[remote "../../escape"]
url=https://example.org/

[remote "listed"]
url=mirrorlist=https://example.org/mirrors

[remote "wrong"]
url=https://example.org/
collection-id=not valid
"""


@pytest.fixture
def system(tmp_path: Path) -> Installation:
    repo = tmp_path / "flatpak" / "repo"
    repo.mkdir(parents=True)
    (repo / "config").write_bytes(CONFIG)
    (repo / "flathub.trustedkeys.gpg").write_bytes(b"the key")
    return Installation(RemoteOrigin.SYSTEM, tmp_path / "flatpak")


def test_the_remotes_of_an_installation(system: Installation) -> None:
    flathub, plain = configured_remotes([system]).remotes
    assert flathub == Remote(
        "flathub",
        FLATHUB_URL,
        title="Flathub",
        collection_id="org.flathub.Stable",
        keys=(b"the key",),
        origin=RemoteOrigin.SYSTEM,
    )
    assert plain.url == "file:///srv/apps"
    assert not plain.gpg_verify
    assert not plain.listed
    assert plain.keys == ()
    assert plain.subset == "free"
    assert plain.label == "plain"


def test_one_that_leads_to_a_drive_meanwhile_is_at_its_own_address(system: Installation) -> None:
    """As ``install.sh`` has it while it installs, and leaves it when the power goes."""
    view = "file:///home/you/.local/share/flatpak/repo/tmp/satchel-install/view/@flathub"
    marks = f"xa.satchel-url={FLATHUB_URL}\nxa.satchel-lent={view}\n".encode()
    config = CONFIG.replace(f"url={FLATHUB_URL}".encode(), marks + f"url={view}".encode(), 1)
    (system.path / "repo" / "config").write_bytes(config)
    assert configured_remotes([system]).remotes[0].url == FLATHUB_URL
    # Somebody has given it another one since.
    elsewhere = config.replace(f"\nurl={view}".encode(), b"\nurl=https://new.example/repo/")
    (system.path / "repo" / "config").write_bytes(elsewhere)
    assert configured_remotes([system]).remotes[0].url == "https://new.example/repo/"


def test_what_cannot_be_used_is_left_out_with_the_reason(system: Installation) -> None:
    notices = {str(notice.message) for notice in configured_remotes([system]).notices}
    assert len(notices) == 4
    for name, why in (
        ("origin", "no address"),
        ("escape", "name of a remote"),
        ("listed", "none Satchel can read"),
        ("wrong", "collection ID"),
    ):
        assert any(name in message and why in message for message in notices)
    assert configured_remotes([system]).registries == (
        Registry("fedora", "oci+https://registry.example.org"),
    )


@pytest.mark.parametrize("config", [b"\0\xff", b"[remote", b"url=x", b"#" * (5 << 20)])
def test_a_damaged_installation_hides_no_other(
    system: Installation, tmp_path: Path, config: bytes
) -> None:
    broken = Installation(RemoteOrigin.INSTALLATION, tmp_path / "broken")
    (broken.path / "repo").mkdir(parents=True)
    (broken.path / "repo" / "config").write_bytes(config)
    known = configured_remotes([broken, system])
    assert [remote.name for remote in known.remotes] == ["flathub", "plain"]
    assert str(broken.path) in str(known.notices[0].message)


def test_an_installation_that_was_never_used_has_no_remotes(tmp_path: Path) -> None:
    assert configured_remotes([Installation(RemoteOrigin.USER, tmp_path)]).remotes == ()
    assert configured_remotes([Installation(RemoteOrigin.USER, tmp_path)]).notices == ()


def test_installations(tmp_path: Path) -> None:
    folder = tmp_path / "installations.d"
    folder.mkdir()
    (folder / "a.conf").write_text(
        '[Installation "big"]\nPath=/big/flatpak\nDisplayName=Big disk\n'
        '[Installation "user"]\nPath=/x\n[Installation "nowhere"]\nDisplayName=x\n[Other]\n'
    )
    (folder / "b.conf").write_text("nonsense")
    (folder / "c.conf").write_text('[Installation "big"]\nPath=/other\n')
    (folder / "readme.txt").write_text("nonsense")
    known, notices = installations(
        tmp_path / "user", tmp_path / "system", [tmp_path, tmp_path / "not-there"]
    )
    assert [
        (installation.name, installation.title, installation.origin) for installation in known
    ] == [
        ("user", "", RemoteOrigin.USER),
        ("system", "", RemoteOrigin.SYSTEM),
        ("big", "Big disk", RemoteOrigin.INSTALLATION),
    ]
    assert str(known[2].path) == "/big/flatpak"
    assert len(notices) == 3


def test_remotes_that_a_distribution_predefines(tmp_path: Path) -> None:
    for folder, title in (("etc", "Ours"), ("share", "Theirs")):
        remotes = tmp_path / folder / "remotes.d"
        remotes.mkdir(parents=True)
        (remotes / "shop.flatpakrepo").write_bytes(
            RepoFile(url="https://shop.example/repo", title=title).dump()
        )
        (remotes / f"{folder}-broken.flatpakrepo").write_bytes(b"nonsense")
    known = predefined_remotes([tmp_path / "etc", tmp_path / "share"])
    assert [(remote.name, remote.title, remote.source) for remote in known.remotes] == [
        ("shop", "Ours", RemoteOrigin.PREDEFINED)
    ]
    assert len(known.notices) == 2


def test_flathub_is_built_in() -> None:
    (flathub,) = built_in_remotes()
    assert (flathub.name, flathub.source, flathub.url) == (
        "flathub",
        RemoteOrigin.BUILT_IN,
        FLATHUB_URL,
    )
    assert flathub.collection_id == "org.flathub.Stable"
    assert flathub.gpg_verify
    assert flathub.gpg_verify_summary
    assert (
        flathub.repo_file().dump()
        == RepoFile.read(resource("remotes", "flathub.flatpakrepo")).dump()
    )


def test_the_same_remote_known_twice_is_one(system: Installation) -> None:
    known = merge_remotes([*built_in_remotes(), *configured_remotes([system]).remotes])
    assert [remote.name for remote in known.remotes] == ["flathub", "plain"]
    assert known.notices == ()
    flathub = known.remotes[0]
    assert flathub.origin is RemoteOrigin.SYSTEM
    assert flathub.homepage == "https://flathub.org/"
    # Who may sign is what the computer's owner decided, not what comes with Satchel.
    assert flathub.keys == (b"the key",)


def test_a_remote_from_before_collections_learns_its_own() -> None:
    old = Remote("hub", FLATHUB_URL.rstrip("/"), keys=(b"k",), origin=RemoteOrigin.USER)
    (merged,) = merge_remotes([*built_in_remotes(), old]).remotes
    assert (merged.name, merged.aliases) == ("hub", ("flathub",))
    assert merged.collection_id == "org.flathub.Stable"
    assert merged.answers_to("flathub")
    assert merged.answers_to("hub")


def test_merging_only_ever_adds_verification() -> None:
    unverified = Remote("flathub", FLATHUB_URL, gpg_verify=False, gpg_verify_summary=False)
    (merged,) = merge_remotes([unverified, *built_in_remotes()]).remotes
    assert merged.gpg_verify
    assert merged.gpg_verify_summary
    assert merged.keys == built_in_remotes()[0].keys


def test_the_given_beats_the_users_beats_the_systems_beats_the_built_in() -> None:
    origins = [
        RemoteOrigin.BUILT_IN,
        RemoteOrigin.PREDEFINED,
        RemoteOrigin.INSTALLATION,
        RemoteOrigin.SYSTEM,
        RemoteOrigin.USER,
        RemoteOrigin.GIVEN,
    ]
    for position in range(1, len(origins) + 1):
        remotes = [
            Remote("x", "https://example.org/", origin=origin) for origin in origins[:position]
        ]
        (merged,) = merge_remotes(remotes).remotes
        assert merged.origin is origins[position - 1]


def test_an_installation_is_named_where_a_remote_is_known_from() -> None:
    remote = Remote(
        "x", "https://example.org/", origin=RemoteOrigin.INSTALLATION, installation="big"
    )
    assert remote.source == "installation big"
    assert replace(remote, origin=RemoteOrigin.USER, installation="").source == "user"


def test_of_two_different_remotes_with_one_name_the_first_counts() -> None:
    mine = Remote("flathub", "https://mirror.example/flathub", origin=RemoteOrigin.USER)
    known = merge_remotes([*built_in_remotes(), mine])
    assert known.remotes == (mine,)
    assert "mirror.example" in str(known.notices[0].message)


def test_subsets_and_other_collections_are_remotes_of_their_own() -> None:
    remotes = [
        Remote("all", FLATHUB_URL, collection_id="org.flathub.Stable"),
        Remote("verified", FLATHUB_URL, collection_id="org.flathub.Stable", subset="verified"),
        Remote("other", FLATHUB_URL, collection_id="org.example.Other"),
    ]
    assert merge_remotes(remotes).remotes == tuple(remotes)


def test_a_remote_from_a_file_is_called_as_the_file(tmp_path: Path) -> None:
    file = tmp_path / "My Apps (2).flatpakrepo"
    file.write_bytes(RepoFile(url="https://example.org/", title="Mine").dump())
    remote = read_remote(file)
    assert (remote.name, remote.title, remote.source) == ("My-Apps-2-", "Mine", RemoteOrigin.GIVEN)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://apps.example.org/repo/", "apps.example.org"),
        ("http://user@127.0.0.1:8080/repo", "127.0.0.1"),
        ("file:///srv/apps/repo/", "repo"),
    ],
)
def test_a_remote_from_an_address(url: str, name: str) -> None:
    remote = remote_from_url(url, key=b"key", collection_id="org.example.Apps")
    assert (remote.name, remote.url, remote.source) == (name, url, RemoteOrigin.GIVEN)
    assert remote.keys == (b"key",)
    assert remote.gpg_verify
    assert not remote_from_url(url).gpg_verify


@pytest.mark.parametrize(
    "url", ["", "flathub", "ftp://x/", "https://", "http://[", "oci+https://x"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(RemoteError) as caught:
        remote_from_url(url)
    assert caught.value.hint


def test_key_files(tmp_path: Path) -> None:
    (tmp_path / "key.gpg").write_bytes(b"key")
    (tmp_path / "empty.gpg").touch()
    assert read_key(tmp_path / "key.gpg") == b"key"
    for name in ("empty.gpg", "missing.gpg"):
        with pytest.raises(RemoteError, match=name):
            read_key(tmp_path / name)


def test_one_that_was_added_is_followed_where_it_went(
    tmp_path: Path, upstream_key: SigningKey
) -> None:
    """Its own keys said so; all else of it stays, and nobody else's is touched."""
    remote = Remote(
        "up",
        "https://old.example/repo/?secret",
        keys=(upstream_key.public,),
        title="Up",
        collection_id="org.test.Stable",
    )
    follow_remote(tmp_path, replace(remote, origin=RemoteOrigin.ADDED))
    assert list(tmp_path.iterdir()) == []
    added = add_remote(tmp_path, offer_remote(remote), Known(()))
    for same in (added, replace(added, url="https://old.example/repo")):
        follow_remote(tmp_path, same)
        assert added_remotes(tmp_path).remotes == (added,)
    moved = replace(added, url="https://new.example/repo/")
    follow_remote(tmp_path, replace(moved, origin=RemoteOrigin.GIVEN))
    follow_remote(tmp_path, replace(moved, keys=()))
    assert added_remotes(tmp_path).remotes == (added,)
    follow_remote(tmp_path, moved)
    assert added_remotes(tmp_path).remotes == (moved,)
    assert stat.S_IMODE((tmp_path / "remotes/up.flatpakrepo").stat().st_mode) == 0o600
