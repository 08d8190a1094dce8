"""What takes the space on a stick: everything counted once, and who needs it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app.drive.space import measure
from app.errors import InterruptedByUser
from app.progress import Advanced, CancelToken, Event, Meter, Phase, silent
from app.stick.inspecting.sizes import Sizes, measure_sizes
from app.stick.store.location import find_stick
from app.stick.store.stick_state import load_stick
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.conftest import make
from tests.stick.damage import copy_stick
from tests.upstream import COLLECTION, Upstream, host_arch

ARCH = host_arch()
ONE = (COLLECTION, f"app/org.test.One/{ARCH}/stable")
TWO = (COLLECTION, f"app/org.test.Two/{ARCH}/stable")
PLATFORM = (COLLECTION, f"runtime/org.test.Platform/{ARCH}/1")
SAME = {"share/same": bytes(range(256)) * 800}
BIG = 300_000


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.One", files=SAME, size=BIG)
    upstream.add_app("org.test.Two", files=SAME)
    upstream.update()


@pytest.fixture(scope="module")
def shared(upstream_key: SigningKey, disk: Path) -> Path:
    """Two apps with a file in common, one of them with a large one of its own."""
    directory = disk / "sizes"
    directory.mkdir()
    upstream = kept_upstream(directory / "upstream", upstream_key, fill)
    return make(directory / "made", upstream, "org.test.One", "org.test.Two")


def sizes(drive: Path) -> Sizes:
    meter = Meter(silent, Phase.SIZES)
    return measure_sizes(load_stick(find_stick(drive)), measure(drive), meter, CancelToken())


def disk_usage(*paths: Path) -> int:
    """As ``du`` counts."""
    done = subprocess.run(
        ["du", "--summarize", "--total", "--block-size=1", *paths],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout.splitlines()[-1].split()[0])


def test_the_total_is_what_the_file_system_gave(shared: Path) -> None:
    measured = sizes(shared)
    assert measured.total == disk_usage(shared / ".ostree/repo", shared / "satchel")
    assert measured.unused == 0
    assert all(size.complete for size in measured.refs.values())


def test_every_object_is_in_one_share(shared: Path) -> None:
    measured = sizes(shared)
    objects = [path for path in shared.glob(".ostree/repo/objects/*/*") if path.is_file()]
    assert sum(share.objects for share in measured.shares) == len(objects)
    assert len({share.refs for share in measured.shares}) == len(measured.shares)


def test_what_only_one_needs_and_what_two_share(shared: Path) -> None:
    measured = sizes(shared).refs
    assert measured[ONE].own > BIG
    assert measured[TWO].own < BIG
    assert measured[ONE].shared_with[TWO] == measured[TWO].shared_with[ONE] > 0
    assert measured[PLATFORM].own > 0


def test_own_is_what_removing_the_ref_would_free(shared: Path, tmp_path: Path) -> None:
    before = sizes(shared)
    stick = copy_stick(shared, tmp_path / "stick")
    repository = stick.root / ".ostree/repo"
    (repository / "refs/mirrors" / "/".join(ONE)).unlink()
    assert sizes(stick.root).unused == before.refs[ONE].own
    subprocess.run(
        ["ostree", "prune", f"--repo={repository}", "--refs-only"], check=True, capture_output=True
    )
    assert sizes(stick.root).unused == 0


def test_what_is_missing_or_damaged_is_named_and_not_counted(shared: Path, tmp_path: Path) -> None:
    stick = copy_stick(shared, tmp_path / "stick")
    largest = max(
        stick.root.glob(".ostree/repo/objects/*/*.filez"), key=lambda path: path.stat().st_size
    )
    largest.unlink()
    measured = sizes(stick.root)
    assert not measured.refs[ONE].complete
    assert measured.refs[TWO].complete
    assert measured.refs[ONE].own < BIG
    for path in stick.root.glob(".ostree/repo/objects/*/*.dirtree"):
        path.write_bytes(b"rubbish")
    assert not any(size.complete for size in sizes(stick.root).refs.values())
    for path in stick.root.glob(".ostree/repo/objects/*/*.commit"):
        path.write_bytes(b"")
    assert not any(size.complete for size in sizes(stick.root).refs.values())


def test_it_tells_how_far_it_is_and_can_be_stopped(shared: Path) -> None:
    stick = load_stick(find_stick(shared))
    events: list[Event] = []
    measure_sizes(stick, measure(shared), Meter(events.append, Phase.SIZES), CancelToken())
    last = events[-1]
    assert isinstance(last, Advanced)
    assert last.objects == last.objects_total > 0
    cancel = CancelToken()
    cancel.request()
    with pytest.raises(InterruptedByUser):
        measure_sizes(stick, measure(shared), Meter(silent, Phase.SIZES), cancel)


def test_the_command_shows_them(shared: Path, tmp_path: Path) -> None:
    measured = sizes(shared)
    value = satchel("inspect", shared, "--sizes", "--json", home=tmp_path).json
    (collection,) = value["collections"]
    (entry,) = (ref for ref in collection["refs"] if ref["ref"] == ONE[1])
    assert (entry["size"], entry["shared"]) == (measured.refs[ONE].own, measured.refs[ONE].shared)
    assert value["sizes"]["total"] == measured.total
    assert "All together" in satchel("inspect", shared, "--sizes", home=tmp_path).stdout
    plain = satchel("inspect", shared, "--json", home=tmp_path).json
    assert "sizes" not in plain
    assert "size" not in plain["collections"][0]["refs"][0]
