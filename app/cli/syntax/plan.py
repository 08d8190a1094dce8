"""``satchel plan``."""

from __future__ import annotations

from app.cli.syntax.model import Command
from app.cli.syntax.shared import PLAN, REFS, TARGET

COMMAND = Command(
    name="plan",
    summary="what would be written and why; writes nothing",
    run="plan:run",
    arguments=(TARGET, REFS),
    options=PLAN,
)
