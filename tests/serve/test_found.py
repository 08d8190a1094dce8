"""``satchel serve --announce``: the real libostree on another computer finds it and pulls."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.namespaces import Computer, Network
from tests.serve.announcing.peers import Peer
from tests.serve.classroom import Made, Serve, make_stick
from tests.upstream import COLLECTION, Upstream, host_arch
from tests.waiting import until

pytestmark = pytest.mark.slow

_HELLO = f"app/org.test.Hello/{host_arch()}/stable"
_OTHER = f"app/org.test.Other/{host_arch()}/stable"


def test_what_is_on_the_stick_is_found_and_pulled(
    teacher: Computer, peer: Peer, made: Made, default_upstream: Upstream
) -> None:
    """As long as it is served: whoever is killed announces nothing."""
    with Serve(teacher, made, "--announce") as serve:
        serve.until("announcing")
        assert peer.find(COLLECTION, _OTHER) == "No results.\n"
        done = peer.pull(COLLECTION, _HELLO)
        assert "Pulled 1/1 refs successfully" in done.stdout, done.stderr
        assert peer.commit(_HELLO) == default_upstream.refs[_HELLO]
        assert peer.is_whole()
        serve.stop(signal.SIGKILL)
        assert peer.find(COLLECTION, _HELLO) == "No results.\n"


@pytest.mark.thorough
def test_what_is_added_later_is_found_then(
    teacher: Computer, peer: Peer, default_upstream: Upstream, tmp_path: Path
) -> None:
    own = make_stick(default_upstream, tmp_path, "org.test.Hello")
    with Serve(teacher, own, "--announce") as serve:
        serve.until("announcing")
        assert peer.find(COLLECTION, _OTHER) == "No results.\n"
        own.add("org.test.Other")
        until(lambda: default_upstream.refs[_OTHER] in peer.find(COLLECTION, _OTHER))


@pytest.mark.thorough
def test_what_was_pulled_out_is_not_found_until_it_is_back(
    teacher: Computer, peer: Peer, default_upstream: Upstream, tmp_path: Path
) -> None:
    own = make_stick(default_upstream, tmp_path, "org.test.Hello")
    elsewhere = tmp_path / "elsewhere"
    with Serve(teacher, own, "--announce") as serve:
        serve.until("announcing")
        assert _HELLO in peer.find(COLLECTION, _HELLO)
        own.drive.rename(elsewhere)
        serve.until("not-announced")
        assert peer.find(COLLECTION, _HELLO) == "No results.\n"
        elsewhere.rename(own.drive)
        serve.until("announcing")
        assert "Pulled 1/1 refs successfully" in peer.pull(COLLECTION, _HELLO).stdout


@pytest.mark.thorough
def test_nothing_is_announced_unless_it_was_asked_for(
    teacher: Computer, peer: Peer, made: Made
) -> None:
    with Serve(teacher, made):
        assert peer.find(COLLECTION, _HELLO) == "No results.\n"


@pytest.mark.thorough
def test_without_avahi_it_is_served_all_the_same(network: Network, made: Made) -> None:
    alone = network.computer("alone")
    with Serve(alone, made, "--announce") as serve:
        told = serve.until("not-announced")
        assert "system bus" in told["reason"]
        asked = alone.run("curl", "-sf", f"{serve.address}test/config")
        assert "[core]" in asked.stdout


@pytest.mark.parametrize("below", [pytest.param("", marks=pytest.mark.thorough), "0/"])
def test_the_addresses_of_an_update_server(
    below: str,
    teacher: Computer,
    pupil: Computer,
    made: Made,
    default_upstream: Upstream,
    upstream_key: SigningKey,
    tmp_path: Path,
) -> None:
    """As Endless OS's, which has its first repository at the top, too: the list, refs as files,
    and objects; what it has no list or signature of is not there."""
    peer = Peer(pupil, tmp_path / "peer")
    commit = default_upstream.refs[_HELLO]

    def get(path: str) -> str:
        return pupil.run("curl", "-sf", f"{serve.address}{below}{path}").stdout

    with Serve(teacher, made) as serve:
        assert peer.pull_from(f"{serve.address}{below}", upstream_key, _HELLO).returncode == 0
        assert get("config").startswith("[core]\nrepo_version=1\nmode=archive-z2\n")
        assert get(f"refs/heads/{_HELLO}") == f"{commit}\n"
        assert get(f"refs/mirrors/{COLLECTION}/{_HELLO}") == f"{commit}\n"
        for missing in ("summary.sig", f"refs/heads/{_OTHER}", "refs/heads/"):
            assert get(missing) == "", missing
    assert peer.commit(_HELLO) == commit
    assert peer.is_whole()
