"""Advice on file systems: what large clusters waste, what FAT32 cannot hold, said beforehand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.drive.filesystem_advice import Claim, advise, may_exceed, warn_of_large_files
from app.drive.space import FAT_MAX_FILE, Space
from app.flatpak.remotes.known import Known, read_remote
from app.progress import CancelToken, silent
from app.replacing import replace
from app.stick.planning.estimate import DoesNotFitError, FileTooLargeError
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.writing.job import run_job
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import Done, satchel
from tests.servers import Exchange, HostileServer
from tests.stick.made_drive import published
from tests.upstream import Upstream, host_arch
from tests.volumes import mounted

pytestmark = pytest.mark.slow

ARCH = host_arch()
BIG = f"app/org.test.Big/{ARCH}/stable"
GB = 1_000_000_000


def space(kind: str, cluster: int, max_file: int | None = None, free: int = 30) -> Space:
    return Space(Path("/media/x"), kind, cluster, free * GB, 32 * GB, None, max_file, False)


# ---- The decision


@pytest.mark.parametrize(
    ("here", "on_ext4", "warned"),
    [(100, 100, False), (100, 80, False), (1000, 799, True), (90, 100, False), (0, 0, False)],
)
def test_a_fifth_may_be_wasted(here: int, on_ext4: int, warned: bool) -> None:
    advice = advise(here * GB, on_ext4 * GB, space("exfat", 131072, free=here), "/dev/sdx1")
    assert (advice.notice is not None) == warned
    assert advice.wasted == max(0, here - on_ext4) * GB


@pytest.mark.parametrize(("free", "warned"), [(30, False), (8, False), (6, True), (4, True)])
def test_as_long_as_more_stays_free_than_is_wasted_it_does_not_matter(
    free: int, warned: bool
) -> None:
    advice = advise(4 * GB, 1 * GB, space("exfat", 131072, free=free), "/dev/sdx1")
    assert (advice.notice is not None) == warned
    assert advice.wasted == 3 * GB


def test_the_warning_has_numbers_and_one_remedy() -> None:
    notice = advise(4 * GB, 1 * GB, space("exfat", 131072, free=5), "/dev/sdx1").notice
    assert notice is not None
    assert notice.severity == "warning"
    for said in ("3.0 GB of 4.0 GB", "75%", "exFAT", "128 KiB", "ext4 this takes 1.0 GB"):
        assert said in str(notice.message)
    assert "erases" in str(notice.hint)
    assert "satchel format /dev/sdx1 --fs ext4" in str(notice.hint)


def test_what_is_no_device_is_not_to_be_formatted() -> None:
    notice = advise(4 * GB, 1 * GB, space("nfs4", 1 << 20, free=5), "server:/export").notice
    assert notice is not None
    assert "format " not in str(notice.hint)


@pytest.mark.parametrize(
    ("installed", "packed", "may"),
    [
        (3 * GB, 2 * GB, False),
        (9 * GB, 4 * GB, False),  # no file is larger than all of them packed
        (9 * GB, 5 * GB, True),
        (9 * GB, 0, True),
        (FAT_MAX_FILE, 0, True),  # what does not shrink is a little larger packed
        (4 * GB, 0, False),
        (0, 0, False),
    ],
)
def test_what_may_hold_a_file_too_large(installed: int, packed: int, may: bool) -> None:
    assert may_exceed(Claim(BIG, installed, packed), FAT_MAX_FILE) == may


def test_apps_too_large_for_fat_are_named_and_only_they() -> None:
    small = Claim("app/org.test.Small/x86_64/stable", GB, GB)
    many = [Claim(f"app/org.test.Big{number}/x86_64/stable", 9 * GB, 0) for number in range(7)]
    fat = space("vfat", 32768, FAT_MAX_FILE)
    notice = warn_of_large_files([small, many[0]], fat, "/dev/sdx1")
    assert notice is not None
    assert "FAT32" in str(notice.message)
    assert "org.test.Big0" in str(notice.message)
    assert "Small" not in str(notice.message)
    assert "satchel format /dev/sdx1" in str(notice.hint)
    crowd = warn_of_large_files(many, fat, "")
    assert crowd is not None
    assert "and 2 more" in str(crowd.message)
    assert warn_of_large_files([small], fat, "") is None
    assert warn_of_large_files(many, space("exfat", 32768), "") is None


# ---- On real drives


def fill(upstream: Upstream) -> None:
    """An app of a few hundred small files, and one with a large file."""
    upstream.add_runtime(runnable=False)
    dice = random.Random(4)
    upstream.add_app(
        "org.test.Many", files={f"share/{number}": dice.randbytes(500) for number in range(300)}
    )
    upstream.add_app("org.test.Big", files={"share/deep/down/big.bin": dice.randbytes(700_000)})
    upstream.update()


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("advice") / "up", upstream_key, fill)


def run(verb: str, drive: Path, upstream: Upstream, *more: str, check: bool | int = True) -> Done:
    home = drive.parent / "home"
    home.mkdir(exist_ok=True)
    remote = home / "up.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    return satchel(
        verb, drive, "org.test.Many", "--remote", remote, *more, home=home, check=check
    )  # fmt: skip


def test_large_clusters_are_warned_of(upstream: Upstream, tmp_path: Path) -> None:
    with mounted("exfat", tmp_path / "mnt", megabytes=45, options=("-c", "128K")) as drive:
        plan = run("plan", drive, upstream, "--json").json
        advice = plan["file_system"]
        assert advice["here"] == plan["estimate"]["write"]
        assert advice["wasted"] == advice["here"] - advice["on_ext4"]
        assert advice["advice"] in plan["notices"]
        assert advice["advice"]["severity"] == "warning"
        assert "128 KiB" in advice["advice"]["message"]
        assert "--fs ext4" in advice["advice"]["hint"]
        said = " ".join(run("plan", drive, upstream).stdout.split())
        assert "would be wasted" in said
        assert "satchel format /dev/loop" in said
        done = run("make", drive, upstream, "--no-verify", "--json", check=False)
        told = [event for event in done.events if event["event"] == "notice"]
        assert any("would be wasted" in notice["message"] for notice in told)
    with mounted("exfat", tmp_path / "large/mnt", megabytes=200, options=("-c", "128K")) as drive:
        plan = run("plan", drive, upstream, "--json").json
        assert plan["file_system"]["wasted"]
        assert plan["file_system"]["advice"] is None


def test_what_ext4_would_take_is_what_it_takes(upstream: Upstream, tmp_path: Path) -> None:
    with mounted("exfat", tmp_path / "a/mnt", megabytes=200, options=("-c", "128K")) as drive:
        promised = run("plan", drive, upstream, "--json").json["file_system"]["on_ext4"]
    options = ("-b", "4096", "-m", "0")
    with mounted("ext4", tmp_path / "b/mnt", megabytes=200, options=options) as drive:
        advice = run("plan", drive, upstream, "--json").json["file_system"]
        assert advice["here"] == advice["on_ext4"] == promised
        assert advice["wasted"] == 0
        assert advice["advice"] is None


def test_what_would_fit_on_ext4_is_told(upstream: Upstream, tmp_path: Path) -> None:
    with mounted("exfat", tmp_path / "mnt", megabytes=15, options=("-c", "128K")) as drive:
        error = run("plan", drive, upstream, "--json", check=3).json["error"]
        assert error["kind"] == DoesNotFitError.__name__
        assert "Formatted as ext4" in error["hint"]


# ---- A file that the file system cannot hold


def chunked(exchange: Exchange) -> None:
    """The file in pieces, without saying beforehand how many."""
    try:
        body = exchange.body
    except OSError:
        exchange.good()
        return
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    exchange.socket.sendall(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))


class Fat:
    """A directory that is planned for as if its file system held no file over 300 kB."""

    def __init__(self, directory: Path, upstream: Upstream, url: str) -> None:
        self.drive = directory / "drive"
        self.drive.mkdir()
        file = directory / "up.flatpakrepo"
        file.write_text(upstream.flatpakrepo(url))
        self.remote = read_remote(file)
        self.environment = environment_in(directory)
        self.known = Known((self.remote,))

    def plan(self, *refs: str, limit: int = 300_000) -> Plan:
        request = PlanRequest(self.drive, refs, self.remote, None, Options(ARCH))
        plan = make_plan(request, self.environment, self.known, silent, CancelToken())
        estimate = plan.estimate
        fat = replace(estimate.space, file_system="vfat", max_file=limit)
        return replace(plan, estimate=replace(estimate, space=fat))

    def make(self, plan: Plan) -> None:
        outcome = run_job(plan, self.environment, self.known, silent, CancelToken())
        assert outcome.check is not None
        assert outcome.check.ok


@pytest.fixture(params=["announced", "unannounced", "local"])
def fat(request: pytest.FixtureRequest, upstream: Upstream, tmp_path: Path) -> Iterator[Fat]:
    if request.param == "local":
        yield Fat(tmp_path, upstream, upstream.path.as_uri())
        return
    with HostileServer(upstream.path) as web:
        if request.param == "unannounced":
            web.everything = chunked
        yield Fat(tmp_path, upstream, web.url)


def test_a_large_object_is_refused_by_the_name_of_its_app(fat: Fat) -> None:
    fat.make(fat.plan("org.test.Many"))
    before = published(fat.drive)
    with pytest.raises(FileTooLargeError) as caught:
        fat.make(fat.plan("org.test.Big"))
    error = caught.value
    assert error.exit_code == 3
    assert BIG in str(error.message)
    assert "files/share/deep/down/big.bin" in str(error.message)
    assert "300 kB" in str(error.message)
    assert published(fat.drive) == before
    assert list((fat.drive / ".ostree/repo/tmp").iterdir()) == []
    fat.make(fat.plan("org.test.Many"))
    fat.make(fat.plan("org.test.Big", limit=FAT_MAX_FILE))
