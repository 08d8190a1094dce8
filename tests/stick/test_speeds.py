"""How fast jobs were, and how long the next will take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.message import Message
from app.progress import Advanced, Event, Phase, PhaseStarted, silent
from app.stick.memory.speeds import DriveSpeed, MeasuredSpeeds, NetworkSpeed, SpeedMeter, Speeds
from app.stick.planning.duration import Expected, duration_message, expected_duration

MB = 10**6
SITE = "https://example.org/repo"


def advanced(phase: Phase, done: int) -> Advanced:
    return Advanced(phase, 1, 1, done, done)


def measured(*moments: tuple[float, Event]) -> SpeedMeter:
    now = 0.0
    meter = SpeedMeter(silent, lambda: now)
    for now, event in moments:  # noqa: B007
        meter(event)
    return meter


DOWNLOAD = PhaseStarted(Phase.DOWNLOAD)
FLUSH = PhaseStarted(Phase.FLUSH)
VERIFY = PhaseStarted(Phase.VERIFY)
WRITE = PhaseStarted(Phase.WRITE)


def test_a_job_measures_network_drive_and_reading() -> None:
    meter = measured(
        (0, DOWNLOAD),
        (5, advanced(Phase.DOWNLOAD, 50 * MB)),
        (10, advanced(Phase.DOWNLOAD, 100 * MB)),
        (10, FLUSH),
        (20, WRITE),
        (20, VERIFY),
        (25, advanced(Phase.VERIFY, 100 * MB)),
    )
    assert (meter.fetch, meter.write, meter.read) == (10 * MB, 5 * MB, 20 * MB)


def test_a_pause_does_not_make_it_slow() -> None:
    meter = measured(
        (0, DOWNLOAD),
        (10, advanced(Phase.DOWNLOAD, 100 * MB)),
        (900, advanced(Phase.DOWNLOAD, 100 * MB)),
        (1000, advanced(Phase.DOWNLOAD, 200 * MB)),
    )
    assert meter.fetch == 10 * MB


def test_what_was_there_before_is_not_fast() -> None:
    there = 1000 * MB
    meter = measured(
        (0, DOWNLOAD),
        (1, Advanced(Phase.DOWNLOAD, 1, 1, there, 2 * there, there)),
        (11, Advanced(Phase.DOWNLOAD, 1, 1, there + 100 * MB, 2 * there, there)),
    )
    assert meter.fetch == pytest.approx(10 * MB, rel=0.2)


def test_little_says_nothing() -> None:
    assert measured((0, DOWNLOAD), (5, advanced(Phase.DOWNLOAD, MB))).fetch == 0
    assert measured((0, DOWNLOAD), (0.1, advanced(Phase.DOWNLOAD, 90 * MB))).fetch == 0


def fast(rate: int) -> SpeedMeter:
    return measured(
        (0, DOWNLOAD),
        (8, advanced(Phase.DOWNLOAD, 8 * rate)),
        (8, VERIFY),
        (16, advanced(Phase.VERIFY, 16 * rate)),
    )


def test_it_is_remembered_by_drive_and_remote(tmp_path: Path) -> None:
    speeds = MeasuredSpeeds(tmp_path / "state/speeds.json")
    assert speeds.read() == Speeds()
    speeds.remember("AAAA 8", [SITE], fast(10 * MB), 1000)

    known = speeds.read()
    assert known.drive("AAAA 8") == DriveSpeed(10 * MB, 20 * MB, 1000)
    assert known.network([SITE]) == 10 * MB
    assert known.drive("BBBB 8") == DriveSpeed()
    assert known.network([SITE, "https://elsewhere.example"]) == 0


def test_the_faster_of_two_is_closer_to_the_truth(tmp_path: Path) -> None:
    speeds = MeasuredSpeeds(tmp_path / "speeds.json")
    for rate in (10, 20, 10):
        speeds.remember("A", [SITE], fast(rate * MB), 1)
    assert speeds.read().network([SITE]) == 17 * MB


def test_the_file_is_bounded_and_the_newest_stay(tmp_path: Path) -> None:
    path = tmp_path / "speeds.json"
    speeds = MeasuredSpeeds(path)
    for number in range(210):
        speeds.remember(f"drive {number}", [f"https://{number}.example"], fast(10 * MB), number)
    known = speeds.read()
    assert len(known.drives) == len(known.networks) == 200
    assert "drive 209" in known.drives
    assert "drive 0" not in known.drives


@pytest.mark.parametrize("text", ["", "[]", '{"drives": 5, "networks": {}}', "x" * (1 << 21)])
def test_what_cannot_be_read_is_not_remembered(tmp_path: Path, text: str) -> None:
    (tmp_path / "speeds.json").write_text(text)
    assert MeasuredSpeeds(tmp_path / "speeds.json").read() == Speeds()


def test_nothing_is_written_where_nothing_was_measured(tmp_path: Path) -> None:
    speeds = MeasuredSpeeds(tmp_path / "speeds.json")
    speeds.remember("A", [SITE], measured(), 1)
    assert not (tmp_path / "speeds.json").exists()


def test_what_is_written_has_no_secret(tmp_path: Path) -> None:
    speeds = MeasuredSpeeds(tmp_path / "speeds.json")
    speeds.remember("A", [SITE], fast(10 * MB), 1)
    assert json.loads((tmp_path / "speeds.json").read_text())["networks"] == {
        SITE: {"fetch": 10 * MB, "used": 1}
    }


SPEEDS = Speeds({"A": DriveSpeed(10 * MB, 40 * MB)}, {SITE: NetworkSpeed(5 * MB)})


def expected(fetch: int, write: int, check: int, drive: str = "A") -> Expected | None:
    return expected_duration(fetch * MB, write * MB, check * MB, SPEEDS, drive, [SITE])


def test_fetching_and_writing_happen_at_once_and_reading_follows() -> None:
    # 200 s of fetching, 120 s of writing meanwhile, 40 s of reading.
    told = expected(1000, 1200, 1600)
    assert told is not None
    assert (told.least, told.most, told.rate) == (180, 300, 5 * MB)


def test_what_is_here_already_costs_no_network() -> None:
    told = expected(0, 1200, 0)
    assert told is not None
    assert told.rate == 10 * MB
    assert told.least == 90


def test_an_unknown_drive_or_network_takes_nobody_knows_how_long() -> None:
    assert expected(1, 1, 1, drive="B") is None
    assert expected_duration(1, 1, 1, SPEEDS, "A", ["https://new.example"]) is None


@pytest.mark.parametrize(
    ("least", "most", "text"),
    [
        (5, 10, "less than a minute"),
        (45, 75, "about 1 minute"),
        (180, 300, "3 to 5 minutes"),
        (55 * 60, 57 * 60, "50 to 60 minutes"),
        (80 * 60, 130 * 60, "one to two hours"),
        (170 * 60, 190 * 60, "about 3 hours"),
        (170 * 60, 290 * 60, "3 to 5 hours"),
    ],
)
def test_the_range_in_words(least: float, most: float, text: str) -> None:
    assert str(duration_message(Expected(least, most, 1.0))) == text


def test_unknown_in_words() -> None:
    assert duration_message(None) == Message("a few minutes")
