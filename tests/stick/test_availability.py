"""A saved choice meets the remotes of today."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import UpstreamError
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Registry, Remote
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from app.stick.choices.availability import Availability, check_availability
from app.stick.choices.profile import Profile
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.servers import Server
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"


@pytest.fixture
def upstream(default_upstream: Upstream) -> Upstream:
    return default_upstream


def offered(
    profile: Profile, place: Path, key: SigningKey, url: str, arch: str = ARCH
) -> Availability:
    """What a computer that knows one remote has of a choice."""
    environment = environment_in(place, network=Network(retries=0))
    registry = Registry("fedora", "oci+https://registry.example.org")
    known = Known((Remote("up0", url, keys=(key.public,)),), registries=(registry,))
    return check_availability(profile, arch, environment, known, CancelToken())


def test_what_is_there_and_what_is_not(
    upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    profile = Profile(("org.test.Hello", "org.test.Gone", "nobody:org.test.Other"))
    offer = offered(profile, tmp_path, upstream_key, upstream.path.as_uri())

    assert [(entry.ref, entry.remote) for entry in offer.offered] == [(HELLO, "up0")]
    assert [entry.text for entry in offer.missing] == ["org.test.Gone", "nobody:org.test.Other"]
    # Nobody asks a registry unless it is named.
    assert "as in fedora:org.test.Gone." in str(offer.missing[0].error.message)
    assert "nobody" in str(offer.missing[1].error.message)
    assert not offer.notices


def test_a_remote_that_does_not_answer_is_as_it_was(
    upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    profile = Profile(("org.test.Hello",))
    with Server(upstream.path) as server:
        url = server.url
        offered(profile, tmp_path, upstream_key, url)

    offer = offered(profile, tmp_path, upstream_key, url)
    assert [entry.ref for entry in offer.offered] == [HELLO]


def test_without_any_remote_it_is_the_network_that_is_missing(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    with pytest.raises(UpstreamError):
        offered(
            Profile(("org.test.Hello", "org.test.Other")),
            tmp_path,
            upstream_key,
            "http://127.0.0.1:9/",
        )


def test_a_choice_for_other_computers(
    upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    profile = Profile(("up0:app/org.test.Hello//stable",), architecture=ARCH)
    offer = offered(profile, tmp_path, upstream_key, upstream.path.as_uri(), arch="mips")
    assert [entry.ref for entry in offer.offered] == [HELLO]
