"""The stories as the README tells them: their commands are those that are run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from tests.satchel import ROOT


def commands(story: str, words: Mapping[str, str]) -> list[list[str]]:
    """The words of each command below the heading that begins so.

    ``words``: what stands in the README → what stands for it here.
    """
    _, heading, rest = (ROOT / "README.md").read_text("utf-8").partition(f"\n### {story}")
    assert heading, f"the README has no story {story}"
    block = rest.split("```\n")[1]
    told = []
    for line in block.splitlines():
        for word, here in words.items():
            line = line.replace(word, shlex.quote(here))  # noqa: PLW2901
        told.append(shlex.split(line, comments=True))
    return told
