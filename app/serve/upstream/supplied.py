"""What becomes of an object that no stick has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.serve.upstream.mirror_store import Body


class State(Enum):
    """How it stands."""

    KEPT = "kept"
    """It lies where the web server looks."""

    PASSING = "passing"
    """It is here and there is no room to keep it."""

    NOTHING = "nothing"
    """Upstream does not have it, or cannot be reached."""

    FAILED = "failed"
    """It did not come this time."""

    REFUSED = "refused"
    """Upstream sent something else."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """An answer.

    Attributes:
        body: the object, of what is passing.
        ref: what it is wanted for; empty where nobody can tell.
        away: upstream cannot be reached.
    """

    state: State
    body: Body = b""
    ref: str = ""
    away: bool = False
