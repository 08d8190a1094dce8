"""``TARGET... [REF...]``: which words are drives, and which are apps on them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from app.flatpak.refs import PartialRef, RefError


def sorted_out(words: Sequence[str]) -> tuple[list[str], tuple[PartialRef, ...]]:
    """Targets and refs. The first word is a target, and so is what exists as a file or has no form
    of a ref."""
    targets, refs = [words[0]], []
    for word in words[1:]:
        try:
            if os.path.exists(word):
                targets.append(word)
            else:
                refs.append(PartialRef.parse(word))
        except RefError:
            targets.append(word)
    return targets, tuple(refs)
