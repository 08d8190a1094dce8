"""Fingerprints of keys, written as people compare them."""

from __future__ import annotations

_GROUP = 4


def grouped(fingerprint: str) -> str:
    """Four digits at a time can be compared by eye."""
    return " ".join(
        fingerprint[start : start + _GROUP] for start in range(0, len(fingerprint), _GROUP)
    )
