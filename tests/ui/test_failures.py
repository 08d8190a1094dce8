"""Every way in which `app` can fail has something that can be done about it."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import app
from app.errors import SatchelError
from ui.controllers.failures import RecoveryAction, Written, actions_for, label, meaning

# What a button has to offer, by exit status: another drive for what is wrong with this one, the
# network once more, never only once more for what cannot be trusted.
_OFFERED = {
    # Settings and saved choices that cannot be kept: said where they are changed.
    1: set(RecoveryAction),
    2: {RecoveryAction.OTHER_APPS},
    3: {RecoveryAction.OTHER_DRIVE},
    4: {RecoveryAction.AGAIN, RecoveryAction.PLAN_AGAIN},
    5: {RecoveryAction.SHOW_KEYS, RecoveryAction.ALLOW_OLDER, RecoveryAction.OTHER_APPS},
    6: {RecoveryAction.SEE_CONTENTS, RecoveryAction.OTHER_DRIVE},
    70: {RecoveryAction.COPY_REPORT},
    130: {RecoveryAction.AGAIN},
}


def every_error() -> Iterator[type[SatchelError]]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        import_module(module.name)
    todo = [SatchelError]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.__module__.startswith("app."):
            yield kind


@pytest.mark.parametrize("kind", sorted(set(every_error()), key=str))
def test_has_a_way_out(kind: type[SatchelError]) -> None:
    actions = actions_for(kind.__new__(kind))
    offered = {action for action in (actions.first, actions.second) if action is not None}
    assert all(label(action) for action in offered)
    if kind is not SatchelError:
        assert offered & _OFFERED[kind.exit_code], kind


def test_says_what_it_means_for_the_drive() -> None:
    assert len({meaning(written) for written in Written}) == len(Written)
