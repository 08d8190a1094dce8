"""What a person is told when a drive was plugged in.

A service has no window, and the command speaks English: so the few words are here in both
languages, as on the page that lies on every drive.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.client.registering.judging import Judged, Obstacle
from app.client.registering.registrar import Finished


class Announcement(Struct, frozen=True):
    """Title and text of a notification."""

    title: str
    text: str


_ENGLISH_REASONS = {
    Obstacle.UNKNOWN_SIGNER: "Nobody this computer knows has signed what is on it.",
    Obstacle.NOT_SIDELOADED: "Its apps are installed by its install.sh, or with Satchel.",
    Obstacle.NOT_SOUND: "Something on it is damaged, or not what its publisher signed. "
    "Check it with Satchel.",
    Obstacle.UNREADABLE: "It cannot be read.",
}
_GERMAN_REASONS = {
    Obstacle.UNKNOWN_SIGNER: "Niemand, den dieser Computer kennt, hat signiert, was darauf ist.",
    Obstacle.NOT_SIDELOADED: "Seine Apps installiert sein install.sh, oder Satchel.",
    Obstacle.NOT_SOUND: "Etwas darauf ist beschädigt oder nicht das, was der Herausgeber signiert "
    "hat. Bitte prüfen Sie es mit Satchel.",
    Obstacle.UNREADABLE: "Es lässt sich nicht lesen.",
}


def announcement(finished: Finished, languages: Sequence[str]) -> Announcement:
    """``languages``: the person's, best first, as in ``de_DE``."""
    german = next(iter(languages), "").partition("_")[0] == "de"
    label = finished.volume.label
    if not finished.registered:
        reasons = _GERMAN_REASONS if german else _ENGLISH_REASONS
        refused = finished.refused[0].obstacle or Obstacle.NOT_SOUND
        title = "wird nicht zum Installieren benutzt" if german else "not used for installing"
        return Announcement(f"{label}: {title}", reasons[refused])
    apps, newer = _sum(finished.registered)
    if german:
        title = f"{label}: {apps} {'App' if apps == 1 else 'Apps'}"
        title += f", {newer} neuer als Ihre" if newer else ""
        text = "Geprüft. Jetzt lassen sie sich ohne Internet installieren."
        if apps == 1:
            text = "Geprüft. Jetzt lässt sie sich ohne Internet installieren."
    else:
        title = f"{label}: {apps} {'app' if apps == 1 else 'apps'}"
        title += f", {newer} newer than yours" if newer else ""
        text = f"Checked. {'It' if apps == 1 else 'They'} can be installed without internet now."
    return Announcement(title, text)


def _sum(repositories: Sequence[Judged]) -> tuple[int, int]:
    """How many apps, and how many newer ones; drives have one repository, but for a few."""
    return (
        sum(judged.apps for judged in repositories),
        sum(judged.newer for judged in repositories),
    )
