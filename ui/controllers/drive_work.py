"""What is done to drives, as work for the bridge."""

from __future__ import annotations

from pathlib import Path

from app.drive.drive import Drive, Volume
from app.drive.udisks.ejecting import Ejected, eject
from app.drive.udisks.mounting import Mounted, mount
from app.drive.udisks.renaming import rename
from app.progress import CancelToken, Reporter
from app.stick.environment import Environment
from app.stick.planning.plan import Plan
from app.stick.writing.many import Shared, share


def mounted_at(drive: Drive) -> tuple[Path, ...]:
    """Where its file systems are."""
    return tuple(path for volume in drive.volumes for path in volume.mount_points)


def mount_volume(volume: Volume, _report: Reporter, _cancel: CancelToken) -> Mounted:
    return mount(volume)


def rename_volume(volume: Volume, name: str, _report: Reporter, _cancel: CancelToken) -> Mounted:
    return rename(volume, name)


def eject_drive(drive: Drive, _report: Reporter, _cancel: CancelToken) -> Ejected:
    return eject(drive)


def share_among(
    plans: tuple[Plan, ...], environment: Environment, _report: Reporter, _cancel: CancelToken
) -> Shared:
    return share(plans, environment)


def trim_cache(environment: Environment, _report: Reporter, _cancel: CancelToken) -> None:
    environment.trim_cache()
