"""Offline, or only a server that is away: with what the kernel and libcurl say of each."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from pathlib import Path

import pycurl
import pytest

from app.errors import Cause
from app.ostree.pull import connection
from app.ostree.pull.answers import (
    Answer,
    CertificateError,
    OfflineError,
    UnreachableError,
    classify,
)
from app.ostree.pull.connection import can_ask_for, has_way_out, is_offline

URL = "https://dl.example/repo/summary"

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
LAN = "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
OUT = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
LOOPBACK_6 = (
    f"{'0' * 31}1 80 {'0' * 32} 00 {'0' * 32} 00000000 00000004 00000000 80200001       lo\n"
)
NOWHERE_6 = f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 00000001 00000000 00200200       lo\n"
OUT_6 = f"{'0' * 32} 00 {'0' * 32} 00 fd{'0' * 29}1 00000400 00000002 00000000 00000003     eth0\n"


@pytest.mark.parametrize(
    ("ipv4", "ipv6", "leads"),
    [
        (HEAD, LOOPBACK_6 + NOWHERE_6, False),
        (HEAD + LAN, LOOPBACK_6, False),
        (HEAD + LAN + OUT, "", True),
        (HEAD, NOWHERE_6 + OUT_6, True),
        ("", "", False),
        # What cannot be read says nothing.
        ("Iface\neth0 no number\n", "", True),
    ],
)
def test_whether_a_route_leads_out(ipv4: str, ipv6: str, leads: bool, tmp_path: Path) -> None:
    (tmp_path / "route").write_text(ipv4)
    (tmp_path / "ipv6_route").write_text(ipv6)
    assert has_way_out(tmp_path / "route", tmp_path / "ipv6_route") is leads


def resolver(error: Exception | None) -> Callable[..., object]:
    def resolve(*_: object) -> object:
        if error is not None:
            raise error
        return []

    return resolve


def test_a_name_that_nobody_has_is_no_lack_of_internet() -> None:
    assert can_ask_for("dl.example", resolver(None))
    assert can_ask_for("dl.example", resolver(socket.gaierror(socket.EAI_NONAME, "unknown")))
    assert can_ask_for("dl.example", resolver(UnicodeError("label too long")))
    assert not can_ask_for("dl.example", resolver(socket.gaierror(socket.EAI_AGAIN, "later")))


@pytest.mark.parametrize("out", [True, False])
def test_what_libcurl_says(out: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "has_way_out", lambda: out)
    monkeypatch.setattr(connection, "can_ask_for", lambda host: host == "dl.example")
    assert is_offline(pycurl.E_COULDNT_RESOLVE_HOST, 0, URL) is not out
    assert is_offline(pycurl.E_OPERATION_TIMEDOUT, 0, URL) is not out
    assert is_offline(pycurl.E_COULDNT_CONNECT, errno.ENETUNREACH, URL)
    assert not is_offline(pycurl.E_COULDNT_CONNECT, errno.ECONNREFUSED, URL)
    assert not is_offline(pycurl.E_HTTP_RETURNED_ERROR, 0, URL)


def test_a_redirect_that_never_ends_is_not_one_that_is_not_allowed() -> None:
    loop = classify(Answer(URL, pycurl.E_TOO_MANY_REDIRECTS, "Maximum (10) redirects followed", 0))
    file = classify(Answer(URL, pycurl.E_UNSUPPORTED_PROTOCOL, 'Protocol "file" disabled', 0))
    assert "without end" in str(loop.error)
    assert "http" not in str(loop.error.hint)
    assert "only https" in str(file.error.hint)


def test_each_error_says_what_it_is_about() -> None:
    offline = classify(Answer(URL, pycurl.E_COULDNT_RESOLVE_HOST, "no", 0, offline=True))
    away = classify(Answer(URL, pycurl.E_COULDNT_CONNECT, "refused", 0))
    lies = classify(Answer(URL, pycurl.E_PEER_FAILED_VERIFICATION, "self-signed", 0))
    assert [type(each.error) for each in (offline, away, lies)] == [
        OfflineError,
        UnreachableError,
        CertificateError,
    ]
    assert [each.error.cause for each in (offline, away, lies)] == [
        Cause.NETWORK,
        Cause.SERVER,
        Cause.TRUST,
    ]
    assert "no internet connection" in str(offline.error)
    assert offline.retry
