"""A classroom at once: nobody fails, and nobody waits for whoever is slow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.namespaces import Network
from tests.satchel import ROOT
from tests.serve.certificates import make_certificate
from tests.serve.classroom import PORT, Made, Pupil, Serve
from tests.upstream import Upstream, host_arch

pytestmark = pytest.mark.slow

_HELLO = f"app/org.test.Hello/{host_arch()}/stable"
_LARGE = f"app/org.test.Large/{host_arch()}/stable"


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    (tmp_path / "network").mkdir()
    with Network(tmp_path / "network") as network:
        yield network


def _pupils(
    count: int, network: Network, upstream: Upstream, address: str, directory: Path
) -> list[Pupil]:
    """Computers of one room, whose remote leads to the stick."""
    room = network.computer("room")
    pupils = []
    for number in range(count):
        pupil = Pupil(room, directory / f"pupil{number}")
        file = pupil.directory / "test.flatpakrepo"
        file.write_text(upstream.flatpakrepo(f"{address}test"))
        added = pupil.begin("remote-add", "--user", "test", str(file))
        assert added.wait() == 0, pupil.said
        pupils.append(pupil)
    return pupils


def _install(pupil: Pupil, ref: str) -> subprocess.Popen[bytes]:
    return pupil.begin("install", "--user", "-y", "--noninteractive", "test", ref)


@pytest.mark.parametrize("count", [3, pytest.param(30, marks=pytest.mark.thorough)])
def test_all_install_the_same_app_at_once(
    count: int, network: Network, made: Made, default_upstream: Upstream, tmp_path: Path
) -> None:
    teacher = network.computer("teacher")
    with Serve(teacher, made) as serve:
        pupils = _pupils(count, network, default_upstream, serve.address, tmp_path)
        under_way = [_install(pupil, _HELLO) for pupil in pupils]
        failed = [
            pupil.said
            for pupil, process in zip(pupils, under_way, strict=True)
            if process.wait() != 0
        ]
    assert not failed
    for pupil in pupils:
        assert pupil.deployed(_HELLO) == default_upstream.refs[_HELLO]


@pytest.mark.parametrize(
    "kinds",
    [
        pytest.param(("begun=9000", "slow=200"), id="http"),
        pytest.param(("idle=6000", "slow=6000"), id="reading", marks=pytest.mark.thorough),
        pytest.param(("hello=9000", "secret=100"), id="tls", marks=pytest.mark.thorough),
    ],
)
def test_one_slow_computer_holds_nobody_up(
    kinds: Sequence[str],
    network: Network,
    made: Made,
    default_upstream: Upstream,
    tmp_path: Path,
) -> None:
    """It opens anew whatever is ended, so whoever gets through does not wait for its end."""
    teacher, slow = network.computer("teacher"), network.computer("slow")
    largest = max(
        (default_upstream.path / "objects").glob("*/*.filez"), key=lambda file: file.stat().st_size
    )
    options: tuple[str, ...] = ()
    if "hello" in kinds[0]:
        certificate, key = make_certificate(tmp_path, f"IP:{teacher.address}")
        options = (f"--tls-certificate={certificate}", f"--tls-key={key}")
    with Serve(teacher, made, *options) as serve:
        address = serve.address
        (pupil,) = _pupils(1, network, default_upstream, address, tmp_path)
        if options:
            pupil.trust(certificate)
            address = address.replace("http:", "https:")
            pointed = pupil.begin("remote-modify", "--user", f"--url={address}test", "test")
            assert pointed.wait() == 0, pupil.said
        holding = slow.start(
            sys.executable, ROOT / "tests/serve/slow_computers.py",
            teacher.address, str(PORT), f"/test/objects/{largest.parent.name}/{largest.name}",
            *kinds,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert holding.stdout is not None
        with holding.stdout as output:
            assert output.readline() == b"\n"
            serve.until("notice", lambda event: slow.address in event["message"])
            assert _install(pupil, _LARGE).wait() == 0, pupil.said
            assert holding.poll() is None
            holding.terminate()
            holding.wait()
    assert pupil.deployed(_LARGE) == default_upstream.refs[_LARGE]
