"""Plans say how much room is needed, to the cluster."""

from __future__ import annotations

import json
import math
import os
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.stick.plans.planned import Planning, app
from tests.upstream import Upstream
from tests.volumes import mounted


def tell_sizes(upstream: Upstream, ref: str) -> None:
    """Commit again what ``ref`` has, so that the commit names its objects' sizes."""
    checkout = upstream.directory / "checkout"
    upstream.ostree("checkout", "--user-mode", ref, str(checkout))
    keep = [f"--keep-metadata={key}" for key in ("xa.metadata", "xa.ref", "xa.download-size")]
    upstream.now += 60
    upstream.ostree(
        "commit", f"--branch={ref}", f"--tree=dir={checkout}", "--generate-sizes", *keep,
        "--owner-uid=0", "--owner-gid=0", "--no-xattrs", f"--timestamp=@{upstream.now}",
        f"--gpg-sign={upstream.key.fingerprint}", f"--gpg-homedir={upstream.key.homedir}",
    )  # fmt: skip
    shutil.rmtree(checkout)
    upstream.refs[ref] = upstream.commit(ref)


def spread(seed: str, files: int) -> dict[str, bytes]:
    """Files as packed runtimes have them: many small ones, few large ones."""
    dice = random.Random(seed)
    return {
        f"share/{number % 40}/{number}": dice.randbytes(
            min(400_000, int(dice.lognormvariate(math.log(1250), 2.31)))
        )
        for number in range(files)
    }


def fill_large(upstream: Upstream) -> None:
    """Two apps that share half of what is in them, and a runtime."""
    shared, own = spread("shared", 300), spread("own", 300)
    upstream.add_runtime(runnable=False)
    first = upstream.add_app("org.test.First", files=shared)
    second = upstream.add_app("org.test.Second", files={**shared, **{f"{k}+": own[k] for k in own}})
    upstream.update()
    assert (first, second) == (app("First"), app("Second"))


@pytest.fixture(scope="module")
def large(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("room") / "up", upstream_key, fill_large)


@pytest.fixture(scope="module")
def telling(large: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """The same, where every commit tells."""
    upstream = large.copy(tmp_path_factory.mktemp("telling") / "up")
    for ref in upstream.refs:
        tell_sizes(upstream, ref)
    upstream.update()
    return upstream


KINDS = [
    pytest.param("ext4", ("-b", "4096"), marks=pytest.mark.thorough),
    pytest.param("exfat", ("-c", "4K"), marks=pytest.mark.thorough),
    ("exfat", ("-c", "128K")),
]


@contextmanager
def drive_on(
    kind: str, options: tuple[str, ...], upstream: Upstream, directory: Path
) -> Iterator[Planning]:
    with mounted(kind, directory / "mnt", megabytes=300, options=options) as mount:
        planning = Planning(directory, upstream, upstream.path.as_uri())
        planning.drive = mount
        yield planning


def used(path: Path) -> int:
    status = os.statvfs(path)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


@pytest.mark.devices
@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_room_to_the_cluster(
    telling: Upstream, tmp_path: Path, kind: str, options: tuple[str, ...]
) -> None:
    """What commits tell is counted, shared objects once, and what is there not at all."""
    with drive_on(kind, options, telling, tmp_path) as planning:
        cluster = int(options[1].removesuffix("K")) * (1024 if "K" in options[1] else 1)
        for name in ("First", "Second"):
            estimate = planning.plan(f"org.test.{name}")["estimate"]
            assert estimate["space"]["cluster"] == cluster
            before = used(planning.drive)
            finished = planning.run("make", f"org.test.{name}", "--no-verify", "--json").finished
            took = used(planning.drive) - before
            assert estimate["least"] <= estimate["write"]
            assert estimate["write"] == pytest.approx(took, rel=0.05), name
            assert estimate["fetch"] == pytest.approx(finished["bytes"], rel=0.05)
            assert estimate["objects"] == pytest.approx(finished["objects"], rel=0.05)


@pytest.mark.devices
@pytest.mark.parametrize(("kind", "options"), KINDS[2:])
def test_room_where_nobody_tells(
    large: Upstream, tmp_path: Path, kind: str, options: tuple[str, ...]
) -> None:
    """Commits made by flatpak keep it to themselves: an honest guess, said to be one."""
    with drive_on(kind, options, large, tmp_path) as planning:
        estimate = planning.plan("org.test.Second")["estimate"]
        assert estimate["exact"] is False
        before = used(planning.drive)
        planning.run("make", "org.test.Second", "--no-verify")
        took = used(planning.drive) - before
        assert 0.7 * took < estimate["write"] < 1.4 * took
        assert estimate["least"] < took


@pytest.mark.devices
def test_what_clearly_does_not_fit_is_refused(large: Upstream, tmp_path: Path) -> None:
    """Small files take a whole cluster each: 20 MB do not hold these 10."""
    with mounted("exfat", tmp_path / "mnt", megabytes=20, options=("-c", "128K")) as mount:
        planning = Planning(tmp_path, large, large.path.as_uri())
        planning.drive = mount
        for verb in ("plan", "make"):
            done = planning.run(verb, "org.test.Second", "--json", check=3)
            error = json.loads(done.stdout.splitlines()[-1])["error"]
            assert error["kind"] == "DoesNotFitError"
            assert re.search(
                r"needs about \d+ MB, but only \d+ MB of \d+ MB are free", error["message"]
            )
        assert not list(mount.iterdir())
