"""Which languages flatpak says that it installs."""

from __future__ import annotations

import pytest

from app.client.receiving.languages import Spoken
from app.stick.store.partial_languages import Parted

PART = Parted(("de", "pt"), ("en", "fr", "pt-br"))


@pytest.mark.parametrize(
    ("said", "taken", "left"),
    [
        (("languages: de;fr (default: *all*)", "extra-languages: *unset*"), ("de",), ("fr",)),
        (("languages: *unset* (default: de;fr)",), ("de",), ("fr",)),
        (("languages: *unset* (default: *all*)",), PART.there, PART.left),
        (("languages: *all* (default: de)",), PART.there, PART.left),
        (("languages: nl",), (), ()),
        (("languages: *unset* (Vorgabe: pt_BR;en)",), ("pt",), ("en",)),
        ((), PART.there, PART.left),
    ],
)
def test_spoken(said: tuple[str, ...], taken: tuple[str, ...], left: tuple[str, ...]) -> None:
    spoken = Spoken(said)
    assert spoken.taken(PART) == taken
    assert spoken.left(PART) == left
