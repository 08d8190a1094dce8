"""What of an address may be shown or stored: never a password, a name beside it, or a token."""

from __future__ import annotations

import pytest

from app.credentials import host_of, public_address, without_secrets
from app.errors import UpstreamError, unexpected
from app.message import Message
from app.progress import Notice
from app.severity import Severity

SECRET = "s3cr3t"
ORDINARY = (
    "https://dl.flathub.org/repo/",
    "http://127.0.0.1:8080",
    "https://[::1]:8443/repo",
    "https://example.org/@scope/repo",
    "file:///srv/repo",
    "file:///srv/100%25%20?x",
    "oci+https://registry.example.org",
    "",
    "a path/of this computer",
    "https://",
)
SECRETIVE = (
    f"https://user:{SECRET}@example.org/repo",
    f"https://{SECRET}@example.org/repo",
    f"HTTPS://user:{SECRET}@example.org/repo",
    f"https://user:p@{SECRET}@example.org/repo",
    f"https://user:p/{SECRET}@example.org/repo",
    f"https://user:p%2F{SECRET}%40x@example.org/repo",
    f"https://user%3A{SECRET}%40example.org/repo",
    f"https://user%253A{SECRET}%2540example.org/repo",
    f"https://x@user%3A{SECRET}%40example.org/repo",
    f"https://example.org/repo?token={SECRET}",
    f"https://example.org/repo/?{SECRET}",
    f"https://example.org/repo#{SECRET}",
    f"http://example.org:81/repo?a=b&token={SECRET}#x",
    f"https://cache.example.org/https://user:{SECRET}@example.org/repo",
    f"https://cache.example.org/https%3A%2F%2Fuser%3A{SECRET}%40example.org/repo",
    f"https%3A%2F%2Fuser%3A{SECRET}%40example.org/repo",
    f"http://user:{SECRET}@[::1/repo",
    f"user:{SECRET}@proxy.example.org:3128",
    f"user:{SECRET}@:x",
    f"socks5h://user:{SECRET}@proxy.example.org",
    f"file://user:{SECRET}@example.org/srv",
)


@pytest.mark.parametrize("address", ORDINARY)
def test_an_ordinary_address_stays_as_it_is(address: str) -> None:
    assert public_address(address) == address
    assert without_secrets(f"At {address}, then.") == f"At {address}, then."


@pytest.mark.parametrize("address", SECRETIVE)
def test_no_secret_is_shown(address: str) -> None:
    for shown in (public_address(address), public_address(public_address(address))):
        assert SECRET not in shown
        assert "user" not in shown
    for text in (address, f"({address})", f"“{address}” is at {address}.", f"to:\n{address}\t!"):
        assert SECRET not in without_secrets(text)
        assert SECRET not in host_of(text)


def test_the_rest_of_an_address_is_shown() -> None:
    assert public_address(SECRETIVE[0]) == "https://example.org/repo"
    assert public_address(SECRETIVE[12]) == "http://example.org:81/repo"
    assert public_address(SECRETIVE[3]) == "https://example.org/repo"
    assert public_address(SECRETIVE[4]) == "https://example.org/repo"
    assert public_address(SECRETIVE[6]) == "https://example.org/repo"
    assert host_of(SECRETIVE[12]) == "example.org:81"


def test_texts_keep_their_words() -> None:
    text = f"503 for {SECRETIVE[9]}, as {SECRETIVE[0]}. Ask me@example.org: 10:30, app:x/y@z."
    assert without_secrets(text) == (
        "503 for https://example.org/repo, as https://example.org/repo. "
        "Ask me@example.org: 10:30, app:x/y@z."
    )


def test_an_address_that_was_cut_off_shows_no_part_of_a_password() -> None:
    address = f"https://user:{SECRET * 9}@example.org/repo?token={SECRET}"
    for end in range(address.index("s3"), len(address) + 1):
        for text in (address[:end], f"“{address[:end]}…”", f"{address[:end]}…"):
            shown = without_secrets(text)
            assert "s3" not in shown, text
    assert without_secrets("At https://example.org:port/x.") == "At https://…."
    assert public_address("https://user:x@example.org:port/") == "https://example.org:port/"


def test_errors_and_notices_have_none() -> None:
    for address in SECRETIVE:
        error = UpstreamError(
            Message("No answer from {address}.", address=address),
            Message("Try {address} again.", address=address),
        )
        notice = Notice(Severity.INFO, error.message, error.hint)
        bug = unexpected(RuntimeError(f"No answer from {address}"))
        said = (error.message, error.hint, str(error), notice.message, notice.hint, bug.message)
        assert SECRET not in "".join(map(str, (*said, bug, bug.details)))


@pytest.mark.parametrize(
    "text",
    [
        "x: " + "a" * 300_000,
        "x: http://" + "." * 300_000 + "a",
        "a:" * 150_000,
        "%3A" * 100_000,
        "http://" * 50_000,
        "a@:" * 100_000,
    ],
)
def test_a_long_text_is_read_once(text: str) -> None:
    """A reader that starts anew at each character would take minutes."""
    assert len(without_secrets(text)) <= len(text) + 10
