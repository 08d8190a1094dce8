"""Which refs a command line means, and what is said when it means none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.choosing import ARCH, HELLO, LARGE, OTHER, PLATFORM, Place


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("org.test.Hello", HELLO),
        ("org.test.Hello//stable", HELLO),
        ("org.test.Hello//", HELLO),
        (f"org.test.Hello/{ARCH}", HELLO),
        (f"org.test.Hello/{ARCH}/stable", HELLO),
        ("app/org.test.Hello", HELLO),
        ("app/org.test.Hello//stable", HELLO),
        (HELLO, HELLO),
        ("up:org.test.Hello", HELLO),
        (f"up:{HELLO}", HELLO),
        ("org.test.Platform", PLATFORM),
        ("runtime/org.test.Platform", PLATFORM),
        ("org.test.Platform.GL.default", f"runtime/org.test.Platform.GL.default/{ARCH}/1"),
    ],
)
def test_a_ref_as_flatpak_takes_it(place: Place, text: str, ref: str) -> None:
    assert place.chosen(text, "--remote", place.up) == [ref]


def test_several_at_once_and_one_twice(place: Place) -> None:
    chosen = place.chosen("org.test.Hello", OTHER, HELLO, "--remote", place.up)
    assert chosen == [HELLO, OTHER]


def test_branches_have_to_be_told_apart(place: Place) -> None:
    said = place.error("org.test.Many", "--remote", place.two)
    for branch in ("beta", "old", "stable"):
        assert f"two:app/org.test.Many/{ARCH}/{branch}" in said
    named = place.error("org.test.Many//old", "--remote", place.two, code=4)
    assert named.startswith(f"app/org.test.Many/{ARCH}/old needs the runtime {PLATFORM}")


def test_the_remotes_default_branch_is_meant(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "preferring.flatpakrepo"
    file.write_text(f"{place.two.read_text()}DefaultBranch=stable\n")
    done = place.plan("org.test.Many", "--remote", file, "--no-related", check=False)
    # Its runtime is in the other upstream, which this command does not know.
    assert done.json["error"]["kind"] == "RuntimeMissingError"
    assert f"app/org.test.Many/{ARCH}/stable needs" in done.json["error"]["message"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("org.test.Helo", HELLO),
        ("org.test.hello", HELLO),
        ("org.test.Hello//beta", HELLO),
        ("org.test.Larg", LARGE),
    ],
)
def test_did_you_mean(place: Place, typed: str, meant: str) -> None:
    said = place.error(typed, "--remote", place.up)
    assert said.startswith(f"{typed} ({ARCH}) was not found in Test upstream.")
    assert meant in said
    assert OTHER not in said


def test_nothing_like_it(place: Place) -> None:
    assert "satchel search" in place.error("com.example.Different", "--remote", place.up)


def test_it_is_there_for_another_architecture(place: Place) -> None:
    said = place.error("org.test.Hello", "--remote", place.up, "--arch", "aarch64")
    assert ARCH in said.partition("upstream.")[2]
    # Of several that were named it is missing for one: not "use --arch".
    said = place.error("org.test.Hello", "--remote", place.up, "--arch", ARCH, "--arch", "aarch64")
    assert said.startswith("org.test.Hello/aarch64 was not found in Test upstream.")
    assert f"It is there for {ARCH}: name it as org.test.Hello/{ARCH}." in said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "org.test",
        "org..test.x",
        "org.test.Hello/a/b/c/d/e",
        "/",
        "../../etc/passwd",
        "org.test.Hello\nx",
        "-.-.-",
        "ünï.cødé.Ä",
        "a" * 100_000,
        b"org.test.\xff\xfe",
        ":",
        "up:",
        ":org.test.Hello",
    ],
)
def test_what_is_no_ref(place: Place, text: str | bytes) -> None:
    done = place.plan("--remote", place.up, "--", text, check=2)  # type: ignore[arg-type]
    assert done.json["error"]["exit_code"] == 2
    assert len(done.stderr) < 600
    assert "nrecognized" not in done.stderr
    assert "\n" not in done.json["error"]["message"]


def test_options_stand_anywhere(place: Place) -> None:
    """As flatpak takes them."""
    two = ("org.test.Hello", "org.test.Other")
    for words in (
        ("--remote", place.up, *two),
        (two[0], "--remote", place.up, two[1]),
        (*two, "--remote", place.up),
    ):
        plan = place.plan(*words).json
        assert {item["ref"].split("/")[1] for item in plan["items"] if item["chosen"]} == set(two)
