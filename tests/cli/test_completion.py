"""Completion: what is offered, and that whatever it is called it is one word and never run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.completion import answer
from app.cli.completion.answer import lines
from app.cli.completion.candidates import Candidate
from app.cli.completion.line import Line, quoted, read_line
from app.cli.completion.names import KnownNames, app_names, drive_names
from app.cli.syntax.model import ValueKind
from app.cli.verbs import VERBS
from app.drive.drive import Drive, Volume
from app.message import NOTHING, Message
from app.stick.writing.admission import Admission
from tests.satchel import ROOT, environment, satchel
from tests.shells import Shell, fish
from tests.stick.makers import make
from tests.upstream import Upstream

# What GNU readline has by itself.
BREAKS = " \t\n\"'@><=;|&(:"
HOSTILE = (
    "we ird",
    "x$(touch HACK)",
    "q\"uo'te",
    "b`touch HACK`",
    "semi;touch HACK",
    "back\\slash",
    "st*ar?[a]",
    "ti~de",
    "#hash",
    "and&&touch HACK",
    "co:lo=n",
    "ümläut {a,b}",
    "%s%n",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With saved choices of all those names, and one that cannot be typed."""
    profiles = tmp_path / ".config/satchel/profiles"
    profiles.mkdir(parents=True)
    for name in (*HOSTILE, "line\nfeed; touch HACK"):
        (profiles / f"{name}.toml").write_text("refs = ['org.test.Hello']\n")
    return tmp_path


def offered(text: str, *, names: dict[ValueKind, list[str]] | None = None) -> list[str]:
    """For a line, by what `answer` says to fish; what completes files is in angle brackets."""

    def some(value: ValueKind, _beginning: str) -> list[Candidate]:
        return [Candidate(name) for name in (names or {}).get(value, [])]

    answers = lines("fish", text, names=some)
    return [
        f"<{line[1:]}>" if line.startswith("\t") else line.partition("\t")[0] for line in answers
    ]


class TestOffer:
    def test_verbs(self) -> None:
        assert offered("satchel ") == list(VERBS)
        assert offered("satchel pr") == ["profiles", "prune"]
        assert offered("A=1 /usr/bin/satchel --json un") == ["unmount"]
        assert offered("satchel --") == ["--help", "--demo", "--version", "--json"]

    def test_files_for_the_window(self) -> None:
        assert offered("satchel Down") == ["<file>"]
        assert offered("satchel a.flatpakref ") == ["<file>"]
        assert offered("satchel nonsense ") == []

    def test_actions(self) -> None:
        assert offered("satchel remotes ") == ["add", "remove"]
        assert offered("satchel --json remotes --name x re") == ["remove"]
        assert offered("satchel settings ca") == ["cache", "cache_limit"]
        assert offered("satchel remotes nothing ") == []

    def test_options(self) -> None:
        assert offered("satchel remotes add --") == [
            "--name", "--gpg-key", "--collection-id", "--json", "--help",
        ]  # fmt: skip
        assert offered("satchel remotes --n") == []
        assert offered("satchel drives --all --a") == []
        # May be given several times.
        assert offered("satchel make --gpu x --gpu y --gp") == ["--gpg-key", "--gpu"]
        assert offered("satchel verify /mnt -- --") == []

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("satchel format --fs ", ["ext4", "exfat"]),
            ("satchel format STICK --fs=ex", ["--fs=ext4", "--fs=exfat"]),
            ("satchel completion ", ["bash", "zsh", "fish"]),
            ("satchel completion fish ", []),
            ("satchel settings architecture a", ["aarch64", "arm"]),
            ("satchel settings cache ", ["<directory>"]),
            ("satchel verify --gpg-key ", ["<file>"]),
            ("satchel verify --gpg-key=", ["<file>"]),
            ("satchel profiles import x ", ["<file>"]),
            ("satchel eject ", ["STICK"]),
            ("satchel eject STICK ", []),
            ("satchel verify --quick ", ["auto", "<directory>"]),
            ("satchel plan --remote ", ["flathub", "<file>"]),
            ("satchel plan --remote=fl", ["--remote=flathub", "<file>"]),
            ("satchel remotes remove ", ["mine"]),
            ("satchel plan /mnt --profile ", ["ours", "<file>"]),
            ("satchel profiles show ", ["ours"]),
            ("satchel make /mnt ", ["org.test.Hello", "<file>"]),
            ("satchel make --yes /mnt org.a.B --gpu x org.t", ["org.test.Hello", "<file>"]),
            ("satchel make auto --keep-going --label ", ["CLASS1"]),
            ("satchel make auto --label=C", ["--label=CLASS1"]),
            ("satchel drives ", []),
            ("satchel nothing ", []),
            ("satchel make --bogus=", []),
            ("satchel make --collection-id ", []),
        ],
    )
    def test_values(self, line: str, expected: list[str]) -> None:
        names = {
            ValueKind.DRIVE: ["STICK"],
            ValueKind.TARGET: ["auto"],
            ValueKind.LABEL: ["CLASS1"],
            ValueKind.REMOTE: ["flathub"],
            ValueKind.OWN_REMOTE: ["mine"],
            ValueKind.PROFILE: ["ours"],
            ValueKind.APP: ["org.test.Hello"],
        }

        assert offered(line, names=names) == expected

    def test_what_cannot_be_shown_is_not_offered(self) -> None:
        names = {ValueKind.DRIVE: ["a\nb", "c\x1b[2Jd", "e\u202ef", "g\udcffh", "tab\tbed", "fine"]}

        assert offered("satchel eject ", names=names) == ["fine"]


class TestLine:
    @pytest.mark.parametrize(
        ("text", "words", "current"),
        [
            ("satchel", (), "satchel"),
            ("satchel ", (), ""),
            (
                'satchel make \'my drive\' "a \\"b" c\\ d e',
                ("make", "my drive", 'a "b', "c d"),
                "e",
            ),
            ("satchel make 'my dr", ("make",), "my dr"),
            ('satchel make "$(x) \\n', ("make",), "$(x) \\n"),
            ("satchel make a\\", ("make",), "a"),
            ("A=b C= satchel ma", (), "ma"),
            ("satchel '' x", ("",), "x"),
        ],
    )
    def test_is_taken_apart(self, text: str, words: tuple[str, ...], current: str) -> None:
        line = read_line(text)

        assert (line.words if text != "satchel" else (), line.current) == (words, current)

    @given(st.text(max_size=40))
    def test_any_text_is_a_line(self, text: str) -> None:
        line = read_line(text, BREAKS)

        assert 0 <= line.kept <= len(line.current)
        list(lines("bash", text, BREAKS, names=lambda _value, _beginning: []))

    @given(
        st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30
        ),
        st.sampled_from(["", "'", '"']),
    )
    def test_what_is_quoted_is_that_word(self, text: str, quote: str) -> None:
        word = quoted(text, Line((), "", quote))
        if word is None:
            assert "!" in text
            return

        assert read_line(f"satchel {quote}{word}{quote} ").words == (text,)


# ---- What there is


def drive(device: str, model: str = "Ultra", *labels: str, system: Message = NOTHING) -> Drive:
    volumes = tuple(
        Volume(f"{device}{number}", number, "ext4", label, "", 10**9)
        for number, label in enumerate(labels, 1)
    )
    return Drive(device, 0, "SanDisk", model, "", "usb", 64 * 10**9, True, False, system, volumes)


class TestNames:
    def test_a_drive_is_called_what_only_it_is_called(self) -> None:
        drives = (
            drive("/dev/sdb", "Ultra", "STICK"),
            drive("/dev/sdc", "Ultra", "other", "$(touch HACK)"),
            drive("/dev/sdd", "Cruzer", "other"),
        )
        names = [[name.text for name in drive_names(each, drives)] for each in drives]

        assert names == [
            ["STICK", "/dev/sdb"],
            ["$(touch HACK)", "/dev/sdc", "/dev/sdc1", "/dev/sdc2"],
            ["SanDisk Cruzer", "/dev/sdd"],
        ]

    def test_drives_of_the_computer_are_not_offered(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        drives = (
            drive("/dev/sda", "Own", "root", system=Message("It holds /.")),
            drive("/dev/sdb"),
        )
        monkeypatch.setattr("app.drive.discovery.discover.list_drives", lambda **_: drives)
        names = KnownNames(environment(tmp_path))

        assert [name.text for name in names(ValueKind.DRIVE, "")] == ["SanDisk Ultra", "/dev/sdb"]
        assert next(names(ValueKind.TARGET, "")).text == "auto"

    def test_labels_are_patterns_that_mean_just_them(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        drives = (
            drive("/dev/sda", "Own", "root", system=Message("It holds /.")),
            drive("/dev/sdb", "Ultra", "CLASS [1]", "", "CLASS2"),
        )
        monkeypatch.setattr("app.drive.discovery.discover.list_drives", lambda **_: drives)
        names = [name.text for name in KnownNames(environment(tmp_path))(ValueKind.LABEL, "")]

        assert names == ["CLASS [[]1]", "CLASS2"]
        assert [Admission(name).matches(["CLASS [1]"]) for name in names] == [True, False]

    def test_remotes_and_apps(self, default_upstream: Upstream, tmp_path: Path) -> None:
        def answered(line: str, current: str) -> list[str]:
            said = satchel("__complete", "zsh", line, current, home=tmp_path).stdout
            return [line.partition("\t")[0] for line in said.splitlines()]

        file = tmp_path / "up.flatpakrepo"
        file.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
        assert answered("satchel info ", "org.") == [""]
        satchel("remotes", "add", file, home=tmp_path)
        satchel("search", "hello", "--remote", "up", home=tmp_path)
        before = sorted(tmp_path.rglob("*"))

        assert answered("satchel remotes remove ", "") == ["up"]
        assert answered("satchel search x --remote ", "") == ["up", "flathub", ""]
        assert "org.test.Hello" in answered("satchel info ", "org.test.")
        assert answered("satchel info ", "ORG.test.H") == [""]
        assert answered("satchel make /mnt ", "org.test.He") == ["org.test.Hello", ""]
        assert sorted(tmp_path.rglob("*")) == before

    def test_what_is_on_the_drive(self, default_upstream: Upstream, tmp_path: Path) -> None:
        """And nothing else; whoever presses Tab has changed nothing."""
        drive = tmp_path / "dri ve"
        make(default_upstream, drive, "org.test.Hello", "org.test.Large", home=tmp_path / "home")

        def answered(line: str, current: str) -> list[str]:
            said = satchel("__complete", "zsh", line, current, home=tmp_path).stdout
            return [line for line in said.splitlines() if line.strip()]

        line = f"satchel remove '{drive}' "
        hello, large = answered(line, "")
        assert hello == "org.test.Hello\tHello"
        assert answered(line, "org.test.L") == [large]
        assert answered(f"{line}org.test.Hello --yes ", "") == [large]
        assert answered(f"satchel remove {tmp_path}/nowhere ", "") == []
        assert answered(f"satchel remove {tmp_path} ", "") == []

    def test_an_app_of_two_sources_has_its_whole_name(self) -> None:
        refs = {
            "a": {"app/org.test.A/x86_64/stable": "", "runtime/org.test.P/x86_64/1": ""},
            "b": {"app/org.test.A/x86_64/beta": "", "app/org.test.B/x86_64/stable": ""},
        }
        assert [each.text for each in app_names(refs, None)] == [
            "app/org.test.A/x86_64/stable",
            "app/org.test.A/x86_64/beta",
            "org.test.B",
        ]

    def test_damage_is_left_as_it_is(self, tmp_path: Path) -> None:
        config = tmp_path / ".config/satchel"
        (config / "remotes").mkdir(parents=True)
        (config / "settings.json").write_text("[")
        (config / "remotes/bad.flatpakrepo").write_bytes(b"\xff\0")
        catalogue = tmp_path / ".cache/satchel/remotes/x/catalogue/a.sqlite"
        catalogue.parent.mkdir(parents=True)
        catalogue.write_bytes(b"SQLite format 3\0" + bytes(5000))
        for line in ("satchel make --remote ", "satchel remotes remove ", "satchel make /mnt "):
            done = satchel("__complete", "fish", line, home=tmp_path)
            assert done.stderr == ""
        assert (config / "settings.json").read_text() == "["
        assert sorted(path.name for path in config.iterdir()) == ["remotes", "settings.json"]

    def test_what_takes_too_long_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def slow(_value: ValueKind, _beginning: str) -> Iterator[Candidate]:
            yield Candidate("first")
            while True:
                time.sleep(1)

        monkeypatch.setattr(answer, "LONGEST", 0.01)

        assert list(lines("fish", "satchel eject ", names=answer.patient(slow))) == ["first\t"]

    @pytest.mark.parametrize(
        "arguments", [(), ("bash",), ("csh", "satchel "), ("a", "b", "c", "d")]
    )
    def test_nothing_is_an_error(self, tmp_path: Path, arguments: tuple[str, ...]) -> None:
        assert satchel("__complete", *arguments, home=tmp_path).stderr == ""

    def test_verbs_are_offered_without_what_they_need(self, tmp_path: Path) -> None:
        script = (
            "import sys; from app.cli.main import main; main(['__complete', 'fish', 'satchel p']);"
            "print(*sys.modules, file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment(tmp_path),
            capture_output=True, text=True, check=True,
        )  # fmt: skip

        assert done.stdout.startswith("profiles\t")
        loaded = set(done.stderr.split())
        assert not loaded & {"pycurl", "gnupg", "sqlite3", "psutil", "app.stick", "app.flatpak"}
        assert not [name for name in loaded if name.startswith("app.cli.commands.")]


# ---- Shells


@pytest.mark.parametrize(
    ("name", "profiles"),
    [
        pytest.param("bash", HOSTILE[::2], id="bash"),
        pytest.param("zsh", HOSTILE[1::2], id="zsh"),
        pytest.param("bash", HOSTILE[1::2], id="bash too", marks=pytest.mark.thorough),
        pytest.param("zsh", HOSTILE[::2], id="zsh too", marks=pytest.mark.thorough),
    ],
)
def test_whatever_it_is_called_it_is_that_word(
    name: str, profiles: Sequence[str], home: Path
) -> None:
    begun = {
        "semi;touch HACK": "se", "st*ar?[a]": "st", "#hash": "\\#",
        "b`touch HACK`": "b\\`", "back\\slash": "ba",
    }  # fmt: skip
    with Shell(name, home) as shell:
        for profile in profiles:
            keys = f"satchel profiles show {begun.get(profile, profile[0])}\t"
            assert shell.run(keys) == ["profiles", "show", profile]
        for quote in "'\"":
            keys = f"satchel plan /mnt --profile {quote}x\t"
            assert shell.run(keys) == ["plan", "/mnt", "--profile", "x$(touch HACK)"]
            keys = f"satchel plan /mnt --profile={quote}we\t"
            assert shell.run(keys) == ["plan", "/mnt", "--profile=we ird"]
        assert shell.run("satchel plan /mnt --prof\tq\t org.a.B")[2:] == [
            "--profile", "q\"uo'te", "org.a.B",
        ]  # fmt: skip
        assert shell.run("satchel plan --profile=co:\t /mnt") == [
            "plan",
            "--profile=co:lo=n",
            "/mnt",
        ]
    assert not list(home.rglob("HACK*"))


@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_files_and_directories(name: str, home: Path) -> None:
    (home / "a key $(touch HACK).gpg").touch()
    (home / "a place $(touch HACK)").mkdir()
    with Shell(name, home) as shell:
        shown = shell.run("satchel verify --gpg-key a\\ k\t /mnt")
        assert shown == ["verify", "--gpg-key", "a key $(touch HACK).gpg", "/mnt"]
        shown = shell.run("satchel verify --gpg-key=a\\ k\t /mnt")
        assert shown == ["verify", "--gpg-key=a key $(touch HACK).gpg", "/mnt"]
        # Not the file.
        (word,) = shell.run("satchel settings cache a\t")[2:]
        assert word.rstrip("/") == "a place $(touch HACK)"
        assert shell.run("satchel settings connections a\t") == ["settings", "connections", "a"]
    assert not list(home.rglob("HACK*"))


def test_fish(home: Path) -> None:
    (home / "a key $(touch HACK).gpg").touch()

    assert fish(home, "satchel pro") == ["profiles"]
    assert sorted(fish(home, "satchel profiles show ")) == sorted(HOSTILE)
    assert fish(home, "satchel plan --profile=we") == ["--profile=we ird"]
    assert fish(home, "satchel profiles show 'we") == ["we ird"]
    assert fish(home, "satchel remotes ") == ["add", "remove"]
    assert fish(home, "satchel verify --gpg-key 'a k") == ["a key $(touch HACK).gpg"]
    assert fish(home, "satchel verify --gpg-key='a k") == ["--gpg-key=a key $(touch HACK).gpg"]
    assert fish(home, "satchel settings connections ") == []
    assert not list(home.rglob("HACK*"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_script_is_one(shell: str, tmp_path: Path) -> None:
    script = satchel("completion", shell, home=tmp_path).stdout
    assert satchel("completion", shell, "--json", home=tmp_path).json == {
        "shell": shell,
        "script": script,
    }
    subprocess.run([shell, "-n"], input=script, text=True, check=True)
    assert "__complete" in script
    assert str(ROOT) not in script


def test_there_is_none_for_others(tmp_path: Path) -> None:
    assert "bash, zsh, fish" in satchel("completion", "tcsh", home=tmp_path, check=2).stderr
