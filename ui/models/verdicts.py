"""How a verdict is shown: the same sign, colour and words on every page."""

from __future__ import annotations

from app.stick.checking.soundness import Soundness, Verdict
from ui.i18n.wording import worded
from ui.style.style import Tone
from ui.style.symbol import Symbol

_SYMBOLS = {
    Soundness.SOUND: Symbol.SHIELD_CHECK,
    Soundness.HINTS: Symbol.SHIELD_CHECK,
    Soundness.UNVOUCHED: Symbol.SHIELD_WARNING,
    Soundness.DAMAGED: Symbol.SHIELD_WARNING,
    Soundness.NOT_CHECKED: Symbol.SHIELD,
    Soundness.CHECKING: Symbol.CLOCK,
    Soundness.UNREADABLE: Symbol.WARNING,
}
_TONES = {
    Soundness.SOUND: Tone.GOOD,
    # Hints are not faults.
    Soundness.HINTS: Tone.GOOD,
    Soundness.UNVOUCHED: Tone.WARN,
    Soundness.DAMAGED: Tone.BAD,
    Soundness.UNREADABLE: Tone.BAD,
}


def verdict_text(verdict: Verdict) -> str:
    """“Sound, 2 hints”."""
    return worded(verdict.words)


def verdict_symbol(verdict: Verdict) -> Symbol:
    return _SYMBOLS[verdict.soundness]


def verdict_tone(verdict: Verdict) -> Tone | None:
    """None: the colour of quiet text."""
    return _TONES.get(verdict.soundness)
