"""Commands whose result depends on what they are told, and on nothing that this computer knows."""

from __future__ import annotations

from pathlib import Path

from app.cli.invocation import Invocation
from app.replacing import replace
from app.settings import Settings


def apart(invocation: Invocation, scratch: Path) -> Invocation:
    """The same call as on a computer where nothing was set and nothing has happened yet.

    Its remotes and saved choices count, for these are named, and what is in its cache spares
    downloads. ``scratch``: a directory for what would be remembered.
    """
    here = invocation.environment
    settings = Settings(
        cache=here.settings.cache,
        cache_limit=here.settings.cache_limit,
        connections=here.settings.connections,
    )
    environment = replace(
        here, settings=settings, state=scratch / "state", system_languages=(), runtime=None
    )
    return invocation.within(environment)
