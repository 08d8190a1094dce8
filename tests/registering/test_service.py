"""The service is turned on and off through systemd, or people are told what to do instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.client.registering.place import Scope
from app.client.registering.service import (
    NoServicesError,
    ServiceRefusedError,
    ServiceState,
    disable,
    enable,
    service_state,
)
from tests.satchel import satchel

SYSTEMCTL = """\
#!/bin/sh
while case $1 in --no-*) true ;; *) false ;; esac; do shift; done
echo "$*" >>'{log}'
case " $* " in
    *" cat flatpak-"*) exit 1 ;;
    *" is-enabled flatpak-"*) echo {flatpaks} ;;
    *" cat "*) exit {known} ;;
    *" is-enabled "*) echo {enabled}; [ {enabled} = enabled ] ;;
    *" is-active "*) echo {active}; [ {active} = active ] ;;
    *" enable "* | *" disable "*) [ {works} = yes ] || {{ echo 'Access denied.' >&2; exit 4; }} ;;
esac
"""


class Systemctl:
    """In place of the real one, which does nothing where systemd does not run."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._directory = directory
        self.log = directory / "log"
        self.says()
        monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")

    def says(self, **words: str) -> None:
        """As it would with the unit on, but for ``words``."""
        usual = {"known": "0", "enabled": "enabled", "active": "active", "works": "yes"}
        text = SYSTEMCTL.format(log=self.log, **{**usual, "flatpaks": "disabled", **words})
        program = self._directory / "systemctl"
        program.write_text(text)
        program.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Systemctl:
    return Systemctl(tmp_path, monkeypatch)


@pytest.mark.parametrize(("scope", "option"), [(Scope.SYSTEM, ""), (Scope.USER, "--user ")])
def test_now_and_at_each_start(
    systemctl: Systemctl, tmp_path: Path, scope: Scope, option: str
) -> None:
    enable(scope, tmp_path)
    disable(scope, tmp_path)

    assert [line for line in systemctl.asked if " cat " not in f" {line} "] == [
        f"{option}enable satchel-watch.service",
        f"{option}start satchel-watch.service",
        f"{option}disable --now satchel-watch.service",
    ]


def test_what_it_says_of_itself(systemctl: Systemctl, tmp_path: Path) -> None:
    assert service_state(Scope.USER, tmp_path) == ServiceState(True, True, True, False)
    systemctl.says(enabled="disabled", active="inactive", flatpaks="enabled")
    assert service_state(Scope.USER, tmp_path) == ServiceState(True, False, False, True)
    assert service_state(Scope.USER, tmp_path / "none") is None


def test_where_systemd_does_not_know_it(systemctl: Systemctl, tmp_path: Path) -> None:
    systemctl.says(known="1")
    with pytest.raises(NoServicesError, match="does not know satchel-watch"):
        enable(Scope.USER, tmp_path)


@pytest.mark.usefixtures("systemctl")
@pytest.mark.parametrize("scope", Scope)
def test_where_systemd_does_not_run(tmp_path: Path, scope: Scope) -> None:
    with pytest.raises(NoServicesError) as refused:
        enable(scope, tmp_path / "none")
    assert "satchel watch" in str(refused.value.hint)


def test_what_systemd_does_not_let_them_do(systemctl: Systemctl, tmp_path: Path) -> None:
    systemctl.says(works="no")
    with pytest.raises(ServiceRefusedError, match="Access denied"):
        enable(Scope.SYSTEM, tmp_path)


def test_the_status(tmp_path: Path) -> None:
    said = satchel("watch", "--status", "--user", home=tmp_path).stdout
    assert "No drive is registered." in said

    told = satchel("watch", "--status", "--system", "--json", home=tmp_path).json
    assert (told["scope"], told["registered"]) == ("system", [])
    assert told["directory"] == str(tmp_path / "run/sideload-repos")


@pytest.mark.parametrize("words", [("--once", "--status"), ("--enable", "--disable")])
def test_one_thing_at_a_time(tmp_path: Path, words: tuple[str, str]) -> None:
    done = satchel("watch", *words, home=tmp_path, check=2)
    assert f"{words[0]} does not go with {words[1]}" in done.stderr
    satchel("watch", "--user", "--system", home=tmp_path, check=2)
