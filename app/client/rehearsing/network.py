"""How a throwaway client is kept from the network."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

_PATIENCE = 20
NOBODY_THERE = "http://127.0.0.1:9/"
"""An address where nobody answers, whatever the network is."""

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class Isolation(StrEnum):
    """What keeps it away.

    Attributes:
        SANDBOX: a network of its own with nobody in it, made by bubblewrap.
        NAMESPACE: the same, made by unshare; for root.
        DEAD_PROXY: only that everything is asked for where nobody answers.
    """

    SANDBOX = "bubblewrap"
    NAMESPACE = "namespace"
    DEAD_PROXY = "dead-proxy"


class Enclosure(Struct, frozen=True):
    """``prefix``: words before each command; ``variables``: that it sees besides."""

    isolation: Isolation
    prefix: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()


_WAYS = (
    Enclosure(
        Isolation.SANDBOX,
        ("bwrap", "--dev-bind", "/", "/", "--unshare-net", "--die-with-parent", "--"),
    ),
    Enclosure(Isolation.NAMESPACE, ("unshare", "--net", "--")),
)


def find_enclosure(variables: Mapping[str, str]) -> Enclosure:
    """The first way that works here; ``variables``: that commands see. Starts programs."""
    for way in _WAYS:
        if _works(way, variables):
            return way
    dead = tuple((name, NOBODY_THERE) for name in _PROXIES)
    return Enclosure(Isolation.DEAD_PROXY, variables=(*dead, ("no_proxy", ""), ("NO_PROXY", "")))


def _works(way: Enclosure, variables: Mapping[str, str]) -> bool:
    if shutil.which(way.prefix[0], path=variables.get("PATH")) is None:
        return False
    try:
        done = subprocess.run(
            [*way.prefix, "true"],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
