"""``satchel eject``: make a drive safe to pull out."""

from __future__ import annotations

import argparse

from app.cli.drive_argument import check_not_system, drives
from app.cli.invocation import Invocation
from app.cli.output import say, write_json
from app.drive.choosing import describe, find_drive
from app.drive.udisks.ejecting import Removal, eject

REMOVAL_WORDS = {
    Removal.POWERED_OFF: "It is switched off and can be pulled out.",
    Removal.EJECTED: "It is ejected and can be taken out.",
    Removal.SAFE: "It is safe to remove.",
}


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    drive = find_drive(arguments.drive, drives(invocation))
    check_not_system(drive)
    done = eject(drive)
    if arguments.json:
        write_json({"device": drive.device, "unmounted": done.unmounted, "state": done.removal})
        return 0
    places = f"Unmounted {', '.join(map(str, done.unmounted))}. " if done.unmounted else ""
    say(f"{describe(drive)}: {places}All is written. {REMOVAL_WORDS[done.removal]}")
    return 0
