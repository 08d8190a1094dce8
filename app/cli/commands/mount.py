"""``satchel mount``: make the files on a drive reachable."""

from __future__ import annotations

import argparse

from app.cli.drive_argument import check_not_system, drives
from app.cli.invocation import Invocation
from app.cli.output import say, write_json
from app.drive.choosing import describe, find_volume
from app.drive.udisks.mounting import mount


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    drive, volume = find_volume(arguments.drive, drives(invocation))
    check_not_system(drive)
    mounted = mount(volume)
    if arguments.json:
        write_json(
            {
                "device": volume.device,
                "label": volume.label,
                "mount_point": mounted.path,
                "already_mounted": mounted.already,
                "read_only": mounted.read_only,
            }
        )
        return 0
    already = " already" if mounted.already else ""
    say(f"{describe(drive)} is{already} mounted at {mounted.path}.")
    if mounted.read_only:
        say(
            "It can only be read: it is write-protected, or its file system is damaged or of a "
            "kind that cannot be written."
        )
    return 0
