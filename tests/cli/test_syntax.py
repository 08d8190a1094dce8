"""What the command line takes: described once, imported late, in any order."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from app.cli.main import main
from app.cli.parser import parse
from app.cli.syntax.model import Count
from app.cli.verbs import VERBS, verb
from app.errors import UsageError
from app.settings import Settings
from tests.satchel import environment, satchel

COMMANDS = {
    path: command
    for name in VERBS
    for path, command in (
        ((name,), verb(name)),
        *(((name, action.name), action) for action in verb(name).actions),
    )
}


@pytest.mark.parametrize("path", COMMANDS, ids="-".join)
class TestEvery:
    def test_is_what_its_name_says(self, path: tuple[str, ...]) -> None:
        command = COMMANDS[path]
        module, _, name = command.run.partition(":")

        assert command.name == path[-1]
        assert callable(getattr(import_module(f"app.cli.commands.{module}"), name))
        assert not command.summary.endswith(".")

    def test_helps(
        self,
        path: tuple[str, ...],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("COLUMNS", "80")

        assert main([*path, "--help"]) == 0

        said = capsys.readouterr().out
        assert said.startswith(f"usage: satchel {' '.join(path)} ")
        assert max(map(len, said.splitlines())) <= 80
        for option in COMMANDS[path].options:
            assert f"  {option.names[0]}" in said
        for argument in COMMANDS[path].arguments:
            assert f"  {argument.metavar} " in said

    def test_no_word_is_two_things(self, path: tuple[str, ...]) -> None:
        names = [option.name for option in COMMANDS[path].options]
        names += [f"--{argument.name}" for argument in COMMANDS[path].arguments]

        assert len(names) == len(set(names))
        assert not {"--json", "--help", "--command", "--verb", "--action"} & set(names)

    def test_only_the_last_argument_may_be_missing_or_many(self, path: tuple[str, ...]) -> None:
        command = COMMANDS[path]

        assert all(argument.count is Count.ONE for argument in command.arguments[:-1])
        assert not (command.arguments and command.actions)
        assert not [action for action in command.actions if action.actions]


@pytest.mark.parametrize("name", VERBS)
def test_an_option_takes_a_value_in_all_actions_or_in_none(name: str) -> None:
    """Else the action could not be found among the words."""
    with_value = {option.name for option in verb(name).every_option() if option.waits}
    without = {option.name for option in verb(name).every_option() if not option.waits}

    assert not with_value & without


def test_every_setting_is_an_action() -> None:
    assert [action.name for action in verb("settings").actions] == list(Settings().values())


# ---- Words


@pytest.mark.parametrize(
    "words",
    [
        ("add", "there", "--name", "mine", "--json"),
        ("--json", "--name", "mine", "add", "there"),
        ("--name=mine", "add", "--json", "there"),
        ("--name", "mine", "--json", "--", "add", "there"),
        ("add", "--name", "mine", "--json", "--", "there"),
    ],
)
def test_options_stand_anywhere(words: tuple[str, ...]) -> None:
    parsed = parse(verb("remotes"), words)

    assert (parsed.command.run, parsed.action) == ("remotes:run_add", "add")
    assert (parsed.source, parsed.name, parsed.json) == ("there", "mine", True)


def test_options_stand_between_refs() -> None:
    words = ("--remote", "a", "/mnt", "--yes", "org.a.B", "--gpu", "x", "org.a.C", "--gpu", "y")
    parsed = parse(verb("make"), words)

    assert (parsed.target, parsed.refs) == ("/mnt", ["org.a.B", "org.a.C"])
    assert (parsed.remote, parsed.yes, parsed.gpu) == ("a", True, ["x", "y"])


def test_behind_two_dashes_nothing_is_an_option() -> None:
    parsed = parse(verb("profiles"), ("save", "--arch", "arm", "--", "--yes", "org.a.B"))

    assert (parsed.name, parsed.refs, parsed.arch) == ("--yes", ["org.a.B"], "arm")


def test_a_value_may_be_called_like_an_action() -> None:
    parsed = parse(verb("remotes"), ("--name", "remove", "add", "add"))

    assert (parsed.action, parsed.source, parsed.name) == ("add", "add", "remove")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("plan /mnt org.a.B --yes", "--yes"),
        ("plan /mnt org.a.B --no-verify", "--no-verify"),
        ("plan /mnt org.a.B --eject", "--eject"),
        ("remotes --name x", "satchel remotes add"),
        ("remotes --gpg-key=x", "satchel remotes add"),
        ("remotes remove x --name y", "--name"),
        ("remotes remove", "NAME"),
        ("remotes add a b", "b"),
        ("remotes lose x", "lose"),
        ("profiles --arch arm", "satchel profiles save"),
        ("profiles show x --arch arm", "--arch"),
        ("profiles check x --language de", "--language"),
        ("profiles import x file --gpu y", "--gpu"),
        ("profiles import x one two", "two"),
        ("settings --reset", "satchel settings NAME"),
        ("settings colour blue", "colour"),
        ("settings connections 8 9", "9"),
        ("make /mnt org.a.B --remote a --remote b", "--remote"),
        ("format --all-drives", "one at a time, on purpose"),
        ("format /dev/sdb --also /dev/sdc", "one at a time, on purpose"),
    ],
)
def test_what_means_nothing_is_refused(words: str, said: str) -> None:
    name, *rest = words.split()

    with pytest.raises(UsageError) as caught:
        parse(verb(name), rest)

    assert said in str(caught.value.message)
    assert "-- " not in str(caught.value.message)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["plan", "make"])
def test_contradictions(name: str, tmp_path: Path) -> None:
    words = (name, tmp_path, "org.a.B", "--gpu", "nvidia-550", "--no-related")

    assert "contradict" in satchel(*words, home=tmp_path, check=2).stderr


# ---- Starting

_LIST = """\
import sys
sys.argv[0] = "satchel"
from app.cli.main import main
status = main(sys.argv[1:])
print(status, *sorted(sys.modules), file=sys.stderr)
"""
# What takes long to import, or is of no use without network, drive or window.
_HEAVY = (
    *("pycurl", "gnupg", "isal", "sqlite3", "psutil", "pyudev", "jeepney", "jinja2"),
    *("PySide6", "ui"),
    *("json", "subprocess", "app.stick", "app.flatpak", "app.ostree", "app.trust"),
)


def imported(home: Path, *words: str) -> set[str]:
    """The modules that a command needs."""
    done = subprocess.run(
        [sys.executable, "-c", _LIST, *words],
        env=environment(home), cwd=home, capture_output=True, text=True, check=True,
    )  # fmt: skip
    status, *modules = done.stderr.splitlines()[-1].split()
    assert status == "0", done.stderr
    return set(modules)


def test_the_version_needs_no_parser(tmp_path: Path) -> None:
    modules = imported(tmp_path, "--version")

    assert not modules & {*_HEAVY, "argparse", "app.cli.context", "app.cli.verbs"}


def test_help_needs_no_command(tmp_path: Path) -> None:
    modules = imported(tmp_path, "--help")

    assert not modules & set(_HEAVY)
    assert not [name for name in modules if name.startswith("app.cli.commands.")]
    assert {f"app.cli.syntax.{name}" for name in VERBS} <= modules


@pytest.mark.parametrize("name", VERBS)
def test_help_of_a_verb_needs_no_other(name: str, tmp_path: Path) -> None:
    modules = imported(tmp_path, name, "--help")

    assert not modules & set(_HEAVY)
    assert not [name for name in modules if name.startswith("app.cli.commands.")]
    described = {f"app.cli.syntax.{name}" for name in VERBS} & modules
    assert described == {f"app.cli.syntax.{name}"}


@pytest.mark.parametrize("name", ["remotes", "settings", "profiles"])
def test_a_command_needs_no_other(name: str, tmp_path: Path) -> None:
    modules = imported(tmp_path, name)

    commands = {name for name in modules if name.startswith("app.cli.commands.")}
    assert commands == {f"app.cli.commands.{name}"}
    described = {f"app.cli.syntax.{name}" for name in VERBS} & modules
    assert described == {f"app.cli.syntax.{name}"}
    assert not modules & {"PySide6", "ui", "jinja2"}


def test_an_update_imports_nothing_that_hardly_any_needs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, app.cli.updating; print(*sys.modules)"],
        env=environment(tmp_path), capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert not set(done.stdout.split()) & {
        *("email", "gnupg", "html", "http", "jinja2", "psutil", "pyudev", "segno"),
        *("ssl", "tomllib", "xml.etree.ElementTree"),
        *("app.flatpak.catalogue.app_info", "app.flatpak.catalogue.appstream_details"),
        *("app.client", "app.media", "app.serve", "app.stick.checking", "app.stick.mending"),
    }
