"""What can be seen of a firewall that keeps other computers out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.serve.firewall import Firewall, FirewallKind, firewall_on
from tests.buses import Answer, message_bus, service

_NAME = "org.fedoraproject.FirewallD1"


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with message_bus() as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def ufw(tmp_path: Path) -> Path:
    path = tmp_path / "ufw.conf"
    path.write_text("# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n")
    return path


class Firewalld:
    """Rules for two zones; the address of whoever asks does not matter."""

    def __init__(self, ports: list[list[str]], target: str = "default") -> None:
        self._ports = ports
        self._target = target

    def answer(self, method: str, arguments: tuple[Any, ...]) -> Answer:
        match method, arguments:
            case "getDefaultZone", ():
                return "s", ("public",)
            case "getZoneOfInterface", (interface,):
                return "s", ("home" if interface == "wlan0" else "",)
            case "getPorts", (_zone,):
                return "aas", (self._ports,)
            case "getZoneSettings", (_zone,):
                return "(sssbsas)", (("", "", "", False, self._target, ["ssh"]),)
        raise AssertionError(method)


def asked(bus: str, firewall: Firewalld, interface: str = "") -> Firewall | None:
    with service(bus, _NAME, firewall.answer):
        return firewall_on(8080, interface, ufw=Path("/nonexistent"))


def test_a_port_that_is_closed_is_told_with_what_opens_it(bus: str) -> None:
    seen = asked(bus, Firewalld([["631", "udp"], ["8081-8090", "tcp"]]), "eth0")
    assert seen == Firewall(FirewallKind.FIREWALLD, 8080, closed=True, zone="public")
    assert seen.command == ("firewall-cmd", "--zone=public", "--add-port=8080/tcp")


def test_the_rules_are_those_of_the_network_it_is_shared_in(bus: str) -> None:
    seen = asked(bus, Firewalld([]), "wlan0")
    assert seen is not None
    assert seen.zone == "home"


@pytest.mark.parametrize(
    "ports", [[["8080", "tcp"]], [["1025-65535", "udp"], ["1025-65535", "tcp"]]]
)
def test_a_port_that_is_open_is_nothing_to_tell(bus: str, ports: list[list[str]]) -> None:
    """As on a usual Fedora Workstation."""
    assert asked(bus, Firewalld(ports)) is None


def test_a_zone_that_takes_everything_is_nothing_to_tell(bus: str) -> None:
    assert asked(bus, Firewalld([], "ACCEPT")) is None


@pytest.mark.parametrize("ports", [[["http"]], [["a-b", "tcp"]]])
def test_rules_that_nobody_can_read_open_nothing(bus: str, ports: list[list[str]]) -> None:
    assert asked(bus, Firewalld(ports)) is not None


@pytest.mark.usefixtures("bus")
def test_of_ufw_only_that_it_is_on_can_be_seen(ufw: Path) -> None:
    seen = firewall_on(8080, ufw=ufw)
    assert seen == Firewall(FirewallKind.UFW, 8080, closed=False)
    assert seen.command == ("ufw", "allow", "8080/tcp")


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize("text", ["ENABLED=no\n", "# ENABLED=yes\n", "", "x" * 100_000])
def test_where_none_is_on_there_is_none(ufw: Path, text: str) -> None:
    ufw.write_text(text)
    assert firewall_on(8080, ufw=ufw) is None
    ufw.unlink()
    assert firewall_on(8080, ufw=ufw) is None


def test_without_a_bus_the_files_are_asked(monkeypatch: pytest.MonkeyPatch, ufw: Path) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent")
    assert firewall_on(8080, ufw=ufw) is not None
