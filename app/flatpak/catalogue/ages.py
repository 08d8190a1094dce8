"""From which age an app is for, by what its maker says is in it.

The questions are those of OARS (https://hughsie.github.io/oars/), the ages those that AppStream's
own library gives for the answers (``as-content-rating.c``, after Common Sense Media).
"""

from __future__ import annotations

from collections.abc import Mapping

_ANSWERS = ("mild", "moderate", "intense")
_AGES = {
    "violence-cartoon": (3, 4, 6),
    "violence-fantasy": (3, 7, 8),
    "violence-realistic": (4, 9, 14),
    "violence-bloodshed": (9, 11, 18),
    "violence-sexual": (18, 18, 18),
    "violence-worship": (13, 15, 18),
    "violence-desecration": (13, 15, 18),
    "violence-slavery": (13, 15, 18),
    "drugs-alcohol": (11, 13, 16),
    "drugs-narcotics": (12, 14, 17),
    "drugs-tobacco": (10, 13, 13),
    "sex-nudity": (12, 14, 14),
    "sex-themes": (13, 14, 15),
    "sex-homosexuality": (13, 14, 15),
    "sex-prostitution": (12, 14, 18),
    "sex-adultery": (8, 10, 18),
    "sex-appearance": (10, 10, 15),
    "language-profanity": (8, 11, 14),
    "language-humor": (3, 8, 14),
    "language-discrimination": (9, 10, 11),
    "money-advertising": (7, 8, 10),
    "money-gambling": (7, 10, 18),
    "money-purchasing": (12, 14, 15),
    "social-chat": (4, 10, 13),
    "social-audio": (15, 15, 15),
    "social-contacts": (12, 12, 12),
    "social-info": (0, 13, 13),
    "social-location": (13, 13, 13),
}


def youngest(rating: Mapping[str, str]) -> int:
    """The age in years, 0 for everybody. ``rating``: question → answer; the others are “none”."""
    return max(
        (
            _AGES[question][_ANSWERS.index(answer)]
            for question, answer in rating.items()
            if question in _AGES and answer in _ANSWERS
        ),
        default=0,
    )
