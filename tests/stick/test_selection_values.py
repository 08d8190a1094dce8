"""What is meant by what somebody typed, on values: no drive, no network."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.errors import SatchelError, TrustError, UpstreamError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.offer import Offer
from app.message import Message
from app.stick.planning.selection import NoSuchRefError, Remotes, resolve
from tests.stick.offers import APP, APP_TEXT, ARCH, Published, ValueOffer

EXPIRED = TrustError(Message("Its key has expired."), Message("Only its makers can help."))
AWAY = UpstreamError(Message("It cannot be reached."), Message("Check the network."))


def hint_of(*failures: SatchelError, origins: Mapping[str, frozenset[str]] | None = None) -> str:
    """What is advised where the one remote that can be searched does not have it."""
    there = ValueOffer(Published(APP, APP_TEXT))
    failing = {f"broken-{number}": error for number, error in enumerate(failures)}

    def open_remote(remote: Remote) -> Offer:
        if remote.name in failing:
            raise failing[remote.name]
        return there

    known = [there.remote, *(Remote(name, f"https://{name}.example.org/") for name in failing)]
    with pytest.raises(NoSuchRefError) as caught:
        resolve("org.else.Where", Remotes(known, None, open_remote, origins=origins), ARCH)
    return str(caught.value.hint)


def test_who_was_searched_everywhere_may_have_misspelt_it() -> None:
    assert "spelling" in hint_of()


def test_what_was_not_searched_may_have_it() -> None:
    """What helps there is what helps."""
    assert hint_of(EXPIRED) == "Only its makers can help."
    assert hint_of(EXPIRED, AWAY, AWAY) == "Only its makers can help. Check the network."


def test_what_is_installed_from_a_file_is_named_as_that() -> None:
    """Not by the network: its source is searched for nothing but its updates."""
    installed = {f"app/org.else.Where/{ARCH}/stable": frozenset({"where-origin"})}
    assert "installed here from where-origin" in hint_of(AWAY, origins=installed)
    assert "spelling" in hint_of(origins={APP: frozenset({"up"})})
