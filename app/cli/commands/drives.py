"""``satchel drives``: what is plugged in."""

from __future__ import annotations

import argparse
import contextlib
import select
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from app.cli.invocation import Invocation
from app.cli.output import notice_text, say, write_json
from app.cli.signals import signals
from app.drive.discovery.discover import list_drives
from app.drive.drive import Drive, Volume
from app.drive.monitor import DriveChange, DriveEvent, DriveMonitor
from app.drive.safety.obstacles import drive_obstacles, volume_obstacles
from app.drive.udev import missing_parts
from app.plain import plain
from app.text import Policy, clean
from app.units import size_text

_HEADINGS = ("DRIVE", "DEVICE", "SIZE", "FILE SYSTEM", "FREE", "MOUNTED AT", "IN THE WAY")
_RIGHT = frozenset({2, 4})
_WORDS = {
    DriveChange.ADDED: "Plugged in",
    DriveChange.CHANGED: "Changed",
    DriveChange.REMOVED: "Unplugged",
    DriveChange.MOUNTED: "Mounted",
    DriveChange.UNMOUNTED: "Unmounted",
}
_INTERRUPTED = 130


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    for notice in missing_parts():
        print(notice_text(notice), file=sys.stderr)
    if arguments.watch:
        return _watch(arguments, invocation)
    drives = list_drives(
        all_drives=arguments.all, loops_are_removable=invocation.loops_are_removable
    )
    if arguments.json:
        write_json([drive_json(drive) for drive in drives])
    elif drives:
        _print_table([row for drive in drives for row in _rows(drive)])
    else:
        say("No drives are plugged in.")
        if not arguments.all:
            say("This computer's own drives are listed by: satchel drives --all")
    return 0


def _watch(arguments: argparse.Namespace, invocation: Invocation) -> int:
    with (
        signals() as signalled,
        DriveMonitor(
            all_drives=arguments.all, loops_are_removable=invocation.loops_are_removable
        ) as monitor,
    ):
        _tell((DriveEvent(DriveChange.ADDED, drive) for drive in monitor.drives), arguments.json)
        poll = select.poll()
        poll.register(signalled, select.POLLIN)
        poll.register(monitor, select.POLLIN)
        with contextlib.suppress(OSError, ValueError):
            # Only errors: whoever read the events has gone.
            poll.register(sys.stdout.fileno(), 0)
        while not invocation.cancel.requested:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if ready != {monitor.fileno()}:
                break
            _tell(monitor.read(), arguments.json)
    return _INTERRUPTED


def _tell(events: Iterable[DriveEvent], as_json: bool) -> None:
    for event in events:
        if as_json:
            write_json(_event_json(event))
        else:
            say(_event_text(event))
    sys.stdout.flush()


def drive_json(drive: Drive) -> dict[str, Any]:
    """A drive as programs get it: the fields of `Drive`, its name, and what is in the way."""
    return {
        "name": drive.name,
        **plain(drive),
        "obstacles": list(drive_obstacles(drive)),
        "volumes": [_volume_json(volume) for volume in drive.volumes],
    }


def _volume_json(volume: Volume) -> dict[str, Any]:
    return {**plain(volume), "obstacles": list(volume_obstacles(volume))}


def _event_json(event: DriveEvent) -> dict[str, Any]:
    fields = {"event": str(event.event), "drive": drive_json(event.drive)}
    if event.volume is not None:
        fields["volume"] = _volume_json(event.volume)
    return fields


def _event_text(event: DriveEvent) -> str:
    drive, volume = event.drive, event.volume
    named = drive.name if drive.name == drive.device else f"{drive.name} ({drive.device})"
    parts = [f"{_WORDS[event.event]}: {named}"]
    if volume is not None:
        if volume.device != drive.device or volume.label:
            parts.append(f"{_file_system(volume)} on {volume.device}")
        parts += [f"at {point}" for point in volume.mount_points]
    elif event.event is not DriveChange.REMOVED:
        parts.append(size_text(drive.size))
        parts += [_file_system(volume) for volume in drive.volumes if volume.file_system]
        parts += [
            f"mounted at {point}" for volume in drive.volumes for point in volume.mount_points
        ]
        parts += drive_obstacles(drive)
    return ", ".join(parts)


def _rows(drive: Drive) -> list[tuple[str, ...]]:
    """One for each volume; what is in the way of the drive is said with the first."""
    general = drive_obstacles(drive)
    if not drive.volumes:
        about = size_text(drive.size) if drive.size else ""
        return [(drive.name, drive.device, about, "", "", "", ", ".join(general))]
    return [
        (
            "" if number else drive.name,
            volume.device,
            size_text(volume.size),
            _file_system(volume),
            "" if volume.free is None else size_text(volume.free),
            " ".join(str(point) for point in volume.mount_points),
            ", ".join((*(() if number else general), *volume_obstacles(volume))),
        )
        for number, volume in enumerate(drive.volumes)
    ]


def _file_system(volume: Volume) -> str:
    label = f"“{volume.label}”" if volume.label else ""
    return " ".join(part for part in (volume.file_system, label) if part)


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    table = [_HEADINGS, *(tuple(clean(cell, Policy.SENTENCE) for cell in row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEADINGS))]
    for row in table:
        cells = [
            cell.rjust(width) if column in _RIGHT else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        say("  ".join(cells).rstrip())
