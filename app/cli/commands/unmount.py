"""``satchel unmount``: write everything out and take the files of a drive away."""

from __future__ import annotations

import argparse

from app.cli.drive_argument import check_not_system, drives
from app.cli.invocation import Invocation
from app.cli.output import say, write_json
from app.drive.choosing import describe, find_drive, names_volume
from app.drive.udisks.mounting import unmount, unmount_drive


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    drive = find_drive(arguments.drive, drives(invocation))
    check_not_system(drive)
    volume = names_volume(arguments.drive, drive)
    places = unmount_drive(drive) if volume is None else unmount(volume)
    device = drive.device if volume is None else volume.device
    if arguments.json:
        write_json({"device": device, "unmounted": places})
    elif places:
        say(f"{describe(drive)}: unmounted {', '.join(map(str, places))}. All is written.")
    else:
        say(f"{describe(drive)} was not mounted.")
    return 0
