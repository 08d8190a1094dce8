"""Several drives before a window: folders that stand for them."""

from __future__ import annotations

from pathlib import Path

from app.stick.demo import APP
from ui.state.choice import Choice, ChosenRef
from ui.state.session import Session, Target


def choose_several(session: Session, *roots: Path) -> tuple[Target, ...]:
    """The demo's app for all of these; their names are those of the directories."""
    targets = tuple(Target(root, root.name) for root in roots)
    session.set_targets(targets)
    ref = f"app/{APP}/{session.environment.arch}/stable"
    session.set_choice(
        Choice((ChosenRef(ref, session.remotes[0].name, "Atlas"),), session.default_options)
    )
    return targets
