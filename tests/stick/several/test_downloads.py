"""What several drives are said to download together is what servers send, and what is reported."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli.many_drives import say_together
from app.replacing import replace
from app.stick.planning.together import Coming, comes_once, coming_to_all
from app.stick.writing.many import DriveResult
from app.units import size_text
from tests.build_contents import ExtraData
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import HostileServer
from tests.stick.images import person as images
from tests.stick.several.conftest import HELLO, big
from tests.stick.several.sources import Sources
from tests.upstream import Upstream
from tests.volumes import mounted_tmpfs

NEWS = big(2)
HELLO_ID, OTHER_ID = "org.test.Hello", "org.test.Other"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sources]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    place = Sources(tmp_path)
    yield place
    place.close()


Kind = Callable[[Sources, Path, SigningKey, pytest.MonkeyPatch], tuple[str, ...]]
"""Sets up servers; what is chosen then, the last of it for some drives only."""


def fill(upstream: Upstream) -> None:
    """Two apps, one of them of some size, which tell how large their files are."""
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello", files={"share/big": "big" * 1_000_000})
    upstream.add_app("org.test.Other", files={"share/other": "other" * 10_000})
    for ref in upstream.refs:
        upstream.republish(ref, "--generate-sizes")
    upstream.update(ostree_metadata=True)


def fill_silently(upstream: Upstream) -> None:
    """What they need but catalogues nobody tells beforehand."""
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello", files={"share/big": "big" * 1_000_000})
    upstream.add_app("org.test.Other", files={"share/other": "other" * 10_000})
    upstream.update()


def fill_much(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello", size=3_000_000)
    upstream.update()


PAYLOADS = [
    ExtraData(random.Random(number).randbytes(100_000), f"http://maker.example/{name}", name)
    for number, name in enumerate(("one.bin", "other.bin"))
]


def fill_with_payloads(upstream: Upstream) -> None:
    one, other = PAYLOADS
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Extra", extra_data=one)
    upstream.add_app("org.test.Other", extra_data=other)
    upstream.update(appstream=False)  # Else a plan looks there for licences.


def objects(sources: Sources, place: Path, key: SigningKey, _: object) -> tuple[str, ...]:
    sources.upstream(kept_upstream(place, key, fill))
    return HELLO_ID, OTHER_ID


def silent(sources: Sources, place: Path, key: SigningKey, _: object) -> tuple[str, ...]:
    sources.upstream(kept_upstream(place, key, fill_silently))
    return HELLO_ID, OTHER_ID


def unsigned(sources: Sources, place: Path, key: SigningKey, _: object) -> tuple[str, ...]:
    sources.upstream(kept_upstream(place, key, fill, signed=False))
    return HELLO_ID, OTHER_ID


def nameless(sources: Sources, place: Path, key: SigningKey, _: object) -> tuple[str, ...]:
    sources.upstream(kept_upstream(place, key, fill, ""))
    return HELLO_ID, OTHER_ID


def local(sources: Sources, place: Path, key: SigningKey, _: object) -> tuple[str, ...]:
    sources.upstream(kept_upstream(place, key, fill), local=True)
    return HELLO_ID, OTHER_ID


def payloads(
    sources: Sources, place: Path, key: SigningKey, patch: pytest.MonkeyPatch
) -> tuple[str, ...]:
    sources.upstream(kept_upstream(place, key, fill_with_payloads))
    site = place.with_name("makers")
    site.mkdir()
    for payload in PAYLOADS:
        (site / payload.name).write_bytes(payload.payload)
    server = sources.enter(HostileServer(site))
    patch.setenv("http_proxy", server.url)
    sources.makers(server)
    return "org.test.Extra", "org.test.Other"


def containers(sources: Sources, place: Path, key: SigningKey, _: object) -> tuple[str, ...]:
    sources.registry(kept_upstream(place, key, images.fill))
    return "reg:org.test.Notes", "reg:org.test.Paint"


def bundles(sources: Sources, place: Path, key: SigningKey, _: object) -> tuple[str, ...]:
    upstream = kept_upstream(place, key, fill)
    sources.upstream(upstream)
    file = place.with_name("other.flatpak")
    command: list[str | Path] = ["flatpak", "build-bundle", upstream.path, file, OTHER_ID, "stable"]
    subprocess.run(command, check=True, capture_output=True)
    sources.file(file)
    return HELLO_ID, HELLO_ID


THOROUGH = pytest.mark.thorough
OTHERS = [
    pytest.param(kind, marks=THOROUGH)
    for kind in (payloads, silent, unsigned, nameless, local, bundles)
]
KINDS = [objects, containers, *OTHERS]


def assert_told(
    sources: Sources, drives: list[Path], *refs: str
) -> tuple[Coming, tuple[DriveResult, ...]]:
    """Before, by servers, and after."""
    sent = sources.sent()
    plans = sources.plans(drives, *refs)
    coming = coming_to_all(plans)
    results = sources.carry_out(plans)
    outcomes = [each.outcome for each in results if each.outcome is not None]
    reported = sum(each.bytes - each.kept for each in outcomes)
    assert sources.sent() - sent == reported
    assert reported == _about(coming.download, exact=coming.exact)
    for plan, outcome in zip(plans, outcomes, strict=True):
        estimate = plan.estimate
        beside = sum(size for _, size in estimate.beside)
        told = estimate.fetch, estimate.objects, beside
        # What one takes from beside the others may find in the cache.
        beside_done = outcome.beside if len(plans) == 1 else beside
        done = outcome.bytes, outcome.objects, beside_done
        assert done == tuple(_about(number, exact=estimate.exact) for number in told)
        assert estimate.download == sum(part.download for part in estimate.parts) + sum(
            estimate.loose.values()
        )
    if len(plans) == 1:
        assert plans[0].estimate.download == coming.download
    return coming, results


def _about(number: int, *, exact: bool) -> object:
    """How large catalogues are nobody tells beforehand."""
    return number if exact else pytest.approx(number, rel=0.01, abs=10_000)


@pytest.mark.slow
@pytest.mark.parametrize("count", [pytest.param(1, marks=THOROUGH), 3])
@pytest.mark.parametrize("kind", KINDS)
def test_of_new_drives(
    kind: Kind,
    count: int,
    sources: Sources,
    tmp_path: Path,
    upstream_key: SigningKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first time, and when all of it is kept."""
    refs = kind(sources, tmp_path / "upstream", upstream_key, monkeypatch)
    new = [tmp_path / f"new-{number}" for number in range(count)]
    # What is alike is kept once, or twenty drives would take twenty times the memory.
    parts = [plan.estimate.parts[0].coming for plan in sources.plans(new, *refs)]
    assert all(each is parts[0] for each in parts)
    sources.forget()
    coming, _ = assert_told(sources, new, *refs)
    assert (coming.download > 0) is (kind is not local)
    again = [tmp_path / f"again-{number}" for number in range(count)]
    coming, _ = assert_told(sources, again, *refs)
    assert coming.download == 0


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_of_drives_that_lack_this_and_that(
    kind: Kind,
    sources: Sources,
    tmp_path: Path,
    upstream_key: SigningKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody has kept anything of what each of them has."""
    first, second = kind(sources, tmp_path / "upstream", upstream_key, monkeypatch)
    one, other, _ = drives = [tmp_path / name for name in ("one", "other", "empty")]
    sources.make([one], first)
    sources.make([other], second)
    sources.forget()
    assert_told(sources, drives, first, second)


@pytest.mark.thorough
@pytest.mark.parametrize("count", [1, 2])
def test_of_what_is_kept_in_part(
    count: int, sources: Sources, tmp_path: Path, upstream_key: SigningKey
) -> None:
    """Of a version before."""
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill)
    sources.upstream(upstream)
    sources.make([tmp_path / "before"], HELLO_ID)
    upstream.bump(HELLO, {"share/news": NEWS})
    upstream.republish(HELLO, "--generate-sizes")
    upstream.update()
    drives = [tmp_path / f"drive-{number}" for number in range(count)]
    coming, _ = assert_told(sources, drives, HELLO_ID)
    assert coming.download > 0


@pytest.mark.thorough
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("kind", [objects, nameless, payloads, containers])
def test_of_what_another_drive_has(
    kind: Kind,
    count: int,
    sources: Sources,
    tmp_path: Path,
    upstream_key: SigningKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of which nothing is kept; it has one of the apps."""
    first, second = kind(sources, tmp_path / "upstream", upstream_key, monkeypatch)
    sources.make([tmp_path / "beside"], first)
    sources.forget()
    sources.options = replace(sources.options, from_paths=(tmp_path / "beside",))
    drives = [tmp_path / f"drive-{number}" for number in range(count)]
    _, results = assert_told(sources, drives, first, second)
    assert any(each.outcome is not None and each.outcome.beside for each in results)


@pytest.mark.thorough
@pytest.mark.slow
def test_where_there_is_no_room_to_keep_it(
    sources: Sources,
    tmp_path: Path,
    upstream_key: SigningKey,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What one has downloaded another one cannot take from the cache then."""
    sources.upstream(kept_upstream(tmp_path / "upstream", upstream_key, fill_much))
    drives = [tmp_path / f"drive-{number}" for number in range(2)]
    sources.environment.cache.mkdir(parents=True)
    with mounted_tmpfs(sources.environment.cache, megabytes=2):
        plans = sources.plans(drives, HELLO_ID)
        coming = coming_to_all(plans)
        assert not comes_once(coming, sources.environment)
        say_together(plans, sources.environment)
        sources.carry_out(plans)
    assert coming.download < sources.sent() <= coming.alone + 10_000
    assert f"up to {size_text(coming.alone)} to download" in capsys.readouterr().out
    plans = sources.plans([tmp_path / "other", tmp_path / "another"], HELLO_ID)
    sources.carry_out(plans)
    say_together(
        sources.plans([tmp_path / "new", tmp_path / "newer"], HELLO_ID), sources.environment
    )
    assert "nothing to download" in capsys.readouterr().out
