"""How many examples hypothesis tries, by the tier of the run; no example has a time limit."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_USUAL = 100
_EXAMPLES = {"fast": 25, "gate": 50, "thorough": 1000, "beyond": 1000}


def load_profile(tier: str) -> None:
    """For a run of ``tier``; before modules with tests are imported."""
    # Both limits would judge the machine, that may be busy with other things.
    settings.register_profile(
        tier,
        max_examples=_EXAMPLES[tier],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile(tier)


def examples(usual: int) -> int:
    """For tests that want another number than most, which is hypothesis' usual one: in the gate
    half as many as ``usual``, in the thorough run ten times as many."""
    return max(1, usual * settings().max_examples // _USUAL)
